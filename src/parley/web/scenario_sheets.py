"""The tables of the scenario and comparison pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from parley.codes import country_name
from parley.report.sheet import Column, Sheet
from parley.report.words import number, rate, sector, signed
from parley.trade.answers import Headline, changes, headlines


def _heading(row: Headline) -> str:
    return row.heading if row.share_of else f"{row.label}, %"


def countries(trade: Mapping[str, Any], stands: Mapping[str, Any] | None = None) -> Sheet:
    """Every country, the most hurt first; beside it, where something was changed, welfare as the law stands."""
    rows = [{"code": c, **found} for c, found in trade["countries"].items()]
    for row in rows:
        row |= beside_welfare(trade, row["code"])
    if stands:
        rows = [{**r, "welfare_pct_stands": stands["countries"][r["code"]]["welfare_pct"]} for r in rows]
    rows.sort(key=lambda r: r["welfare_pct"])
    beside = (Column("welfare_pct_stands", "welfare under the law unchanged, %", signed, True),) if stands else ()
    shown = tuple(Column(h.name, _heading(h), signed, True) for h in headlines())
    ends = [
        Column(f"welfare_{n}", f"welfare, {words}, %", signed, True)
        for n, words in (("low", "lowest"), ("high", "highest"))
    ]
    others = (
        ("statutory", "welfare_statutory", "welfare by statutory rates, %"),
        ("with_links", "welfare_links", "welfare with input-output links, %"),
    )
    more = [
        *(ends if trade.get("range") else []),
        *(Column(name, words, signed, True) for key, name, words in others if trade.get(key)),
    ]
    columns = (Column("name", "country"), Column("code", "code"), shown[0], *beside, *more, *shown[1:])
    return Sheet("countries", "Every economy, the most hurt first", columns, tuple(rows))


class BesideWelfare(TypedDict):
    """Welfare of a country, percent: lowest and highest over the elasticity sets, by the law as written, and with input-output links."""

    welfare_low: float | None
    welfare_high: float | None
    welfare_statutory: float | None
    welfare_links: float | None


def beside_welfare(trade: Mapping[str, Any], code: str) -> BesideWelfare:
    """Welfare of a country over the published elasticity sets, by the law as written and with links, where the answer has them."""
    spread = (trade.get("range") or {}).get(code, {}).get("welfare_pct") or {}
    law, linked = (((trade.get(k) or {}).get("countries") or {}).get(code, {}) for k in ("statutory", "with_links"))
    return {
        "welfare_low": spread.get("low"),
        "welfare_high": spread.get("high"),
        "welfare_statutory": law.get("welfare_pct"),
        "welfare_links": linked.get("welfare_pct"),
    }


def sectors(trade: Mapping[str, Any]) -> Sheet:
    """What the parties buy abroad by sector."""
    columns = (
        Column("sector", "sector", sector),
        Column("buyer", "buyer", country_name),
        Column("imports_usd_bn", "imports before, billion dollars", lambda v: number(v, 1), True),
        Column("imports_pct", "change, %", signed, True),
        Column("from_parties_usd_bn", "from the other side before, billion dollars", lambda v: number(v, 1), True),
        Column("from_parties_pct", "change, %", signed, True),
    )
    rows = sorted(
        trade["sectors"], key=lambda r: (r["buyer"], r["from_parties_pct"] if r["from_parties_pct"] is not None else 0)
    )
    return Sheet("sectors", "Imports by sector", columns, tuple(rows))


def rates(trade: Mapping[str, Any]) -> Sheet:
    """What each side charges on the other's goods by sector, on the comparison day and on the day asked."""
    columns = (
        Column("sector", "sector", sector),
        Column("buyer", "charged by", country_name),
        Column("seller", "on goods of", country_name),
        Column("before", "before, %", rate, True),
        Column("on", "on the day, %", rate, True),
    )
    rows = sorted(trade["rates"], key=lambda r: (r["buyer"], -(r["on"] or 0.0)))
    return Sheet("rates", "Mean rates by sector, the highest first", columns, tuple(rows))


def compared(first: Mapping[str, Any], second: Mapping[str, Any]) -> Sheet:
    """Two scenarios beside each other, country by country, the largest difference first."""
    rows = []
    for code, a in first["countries"].items():
        b = second["countries"].get(code)
        if b is None:
            continue
        row = {"code": code, "name": a["name"]}
        for key in (h.name for h in changes()):
            row |= {f"{key}_first": a[key], f"{key}_second": b[key]}
        gap = None if None in (a["welfare_pct"], b["welfare_pct"]) else b["welfare_pct"] - a["welfare_pct"]
        rows.append({**row, "welfare_difference": gap})
    rows.sort(key=lambda r: -abs(r["welfare_difference"] or 0.0))
    shown = [
        Column(f"{h.name}_{side}", f"{_heading(h)} {name}", signed, True)
        for h in changes()
        for side, name in (("first", "A"), ("second", "B"))
    ]
    columns = (
        Column("name", "country"),
        Column("code", "code"),
        *shown[:2],
        Column("welfare_difference", "welfare, B − A, points", signed, True),
        *shown[2:],
    )
    return Sheet("compared", "A and B by country, the largest difference first", columns, tuple(rows))
