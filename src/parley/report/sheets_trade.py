"""The tables of the trade part: countries, two wedges by sector, welfare three ways, and trade between the parties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name
from parley.report.sheet import Column, Sheet
from parley.report.words import number, prose, rate, sector, signed, signed_finely, spread
from parley.trade.answers import changes

WAYS = {
    "two_wedges": "two wedges (ours): products in a cell replace each other as countries do",
    "two_wedges_eta_1": "two wedges, products in a cell replace each other little (elasticity 1)",
    "naive": "naive: one mean rate for the whole cell",
}


def trade_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of the trade part by the name of its file."""
    trade = answer.get("trade")
    if not trade:
        return {}
    made = (countries(trade), wedges(trade), ways(trade), between(trade))
    return {sheet.name: sheet for sheet in made if sheet}


def shown_codes(trade: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    """The parties, then the countries that lose most, then those that gain most."""
    most = trade.get("most_affected") or {}
    codes = [*answer["scenario"]["parties"], *most.get("lose", []), *most.get("gain", [])]
    return [c for c in dict.fromkeys(codes) if c in trade["countries"]]


def _row(trade: Mapping[str, Any], code: str) -> dict[str, Any]:
    """One country: point values under the default set, and low, median and high over all sets."""
    point, ranges = trade["countries"][code], trade.get("range", {}).get(code, {})
    row = {
        "code": code,
        "name": point.get("name") or country_name(code),
        **{k: v for k, v in point.items() if k != "name"},
    }
    for key in (row.name for row in changes()):
        found = ranges.get(key)
        row[f"{key}_range"] = found
        for end in ("low", "median", "high", "sign_differs"):
            row[f"{key}_{end}"] = found[end] if found else None
    return row


def most_affected(trade: Mapping[str, Any], answer: Mapping[str, Any]) -> Sheet:
    """The parties and the most affected with ranges, for the page alone: the file of all countries holds the same figures."""
    rows = tuple(_row(trade, c) for c in shown_codes(trade, answer))
    columns = (
        Column("name", ""),
        *(Column(f"{h.name}_range", h.label, spread, True) for h in changes()),
        Column("tariff_revenue_pct_gdp", "duties, % of GDP", lambda v: number(v, 2), True),
        Column("tariff_revenue_base_pct_gdp", "before", lambda v: number(v, 2), True),
    )
    return Sheet(
        "trade-most-affected",
        prose(f"Percent change against {trade['against']}: median (lowest … highest)"),
        columns,
        rows,
    )


def countries(trade: Mapping[str, Any]) -> Sheet:
    """Every country of the world, most hurt first."""
    rows = sorted(
        (_row(trade, c) for c in trade["countries"]),
        key=lambda r: r["welfare_pct_median"] if r["welfare_pct_median"] is not None else r["welfare_pct"],
    )
    ranged = [
        Column(f"{h.name}_{end}", f"{h.label} {end}", signed, True)
        for h in changes()
        for end in ("median", "low", "high")
    ]
    columns = (
        Column("code", "code"),
        Column("name", "country"),
        *ranged,
        Column("tariff_revenue_pct_gdp", "duties, % of GDP", lambda v: number(v, 2), True),
        *(Column(h.name, f"{h.label}, set {trade['elasticities']}", signed, True) for h in changes()),
    )
    return Sheet(
        "trade-countries", prose(f"Every economy, percent change against {trade['against']}"), columns, tuple(rows)
    )


def wedges(trade: Mapping[str, Any]) -> Sheet | None:
    """The duty of each partly excluded sector three ways: mean, and both ends of the price wedge."""
    rows = tuple((trade.get("exclusions") or {}).get("sectors") or ())
    if not rows:
        return None
    columns = (
        Column("sector", "sector", sector),
        Column("mean_rate", "naive mean rate, %", rate, True),
        Column("price_wedge", "price wedge, elasticity 1 + theta, %", rate, True),
        Column("price_wedge_eta_1", "price wedge, elasticity 1, %", rate, True),
        Column("collected_share", "duty in spending, 1 + theta, %", rate, True),
        Column("collected_share_eta_1", "duty in spending, 1, %", rate, True),
    )
    return Sheet(
        "trade-two-wedges", "Sectors that are excluded in part: one mean rate against two wedges", columns, rows
    )


def ways(trade: Mapping[str, Any]) -> Sheet | None:
    """Welfare of the parties by each way of treating an exclusion."""
    welfare = (trade.get("exclusions") or {}).get("welfare_pct") or {}
    if not welfare:
        return None
    parties = list(next(iter(welfare.values())))
    rows = tuple({"way": way, **{f"welfare_pct_{p}": welfare[way].get(p) for p in parties}} for way in welfare)
    columns = (
        Column("way", "way", lambda v: WAYS.get(v, str(v))),
        *(Column(f"welfare_pct_{p}", f"{country_name(p)}, welfare %", signed_finely, True) for p in parties),
    )
    return Sheet(
        "trade-exclusion-ways",
        f"Welfare by each way of treating the exclusions (set {trade['elasticities']})",
        columns,
        rows,
    )


def between(trade: Mapping[str, Any]) -> Sheet | None:
    """Trade between the parties, with what they spend on each other."""
    share = {(s["buyer"], s["seller"]): s["share"] for s in trade.get("spending_share") or ()}
    rows = tuple({**b, "share": share.get((b["buyer"], b["seller"]))} for b in trade.get("bilateral") or ())
    if not rows:
        return None
    columns = (
        Column("buyer", "buyer", country_name),
        Column("seller", "seller", country_name),
        Column("base_usd_bn", "before, billion US dollars", lambda v: number(v, 0), True),
        Column("pct", "change, %", lambda v: number(v, 1, sign=True), True),
        Column("share", "share of the buyer's spending before, %", rate, True),
    )
    return Sheet("trade-bilateral", "Trade between the parties", columns, rows)
