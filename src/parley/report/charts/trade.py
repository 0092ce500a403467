"""The charts of trade as Vega-Lite specifications, each for a wide and a narrow page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name, name_in_text
from parley.json_values import JsonObject
from parley.report.chart import (
    FIRST,
    GAIN,
    LOSS,
    SECOND,
    SOFT,
    UNSURE,
    WIDE,
    Chart,
    Key,
    boxes,
    names,
    room,
    theme,
    values,
    x_axis,
)
from parley.report.sheets_trade import shown_codes
from parley.report.words import day, number, rate, sector, spread
from parley.report.world_map import world_map


def welfare(answer: Mapping[str, Any], width: int) -> JsonObject:
    """Welfare by country: the median as a dot, the lowest and highest over the elasticity sets as a bar."""
    trade, narrow = answer["trade"], width < WIDE
    rows = [_welfare_row(trade, code) for code in shown_codes(trade, answer)]
    rows = [r for r in rows if r]
    y = names(rows, 12 if narrow else 13)
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    reach = [min(0, *(r["low"] for r in rows)), max(0, *(r["high"] for r in rows))]
    pad = 0.06 * (reach[1] - reach[0])
    title = "change of welfare, percent"
    scale = {"domain": [reach[0] - pad, reach[1] + pad], "nice": False}
    x = x_axis(
        "low",
        title,
        scale=scale,
        axis={"tickCount": 5, "format": "+.1f", "labelExpr": "datum.value == 0 ? '0' : replace(datum.label, '-', '−')"},
    )
    layers = [
        {
            "data": values([{"zero": 0}]),
            "mark": {"type": "rule", "color": SOFT, "aria": False},
            "encoding": {"x": x_axis("zero", title, scale=scale)},
        },
        {
            "data": values(rows),
            "mark": {"type": "rule", "strokeWidth": 7, "opacity": 0.35, "strokeCap": "round", "aria": False},
            "encoding": {"y": y, "x": x, "x2": {"field": "high"}, "color": ink},
        },
        {
            "data": values(rows),
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {
                "y": y,
                "x": x_axis("median", title, scale=scale),
                "color": ink,
                "description": {"field": "says", "type": "nominal"},
            },
        },
    ]
    return theme({"layer": layers}, width, 22 * len(rows) + 52, room(rows, 12 if narrow else 13), bottom=46)


def welfare_finding(answer: Mapping[str, Any]) -> str:
    """The parties' welfare with ranges."""
    ranges = answer["trade"]["range"]
    parts = [
        f"{country_name(p)} {spread(ranges[p]['welfare_pct'])} %" for p in answer["scenario"]["parties"] if p in ranges
    ]
    return f"Welfare, median and range: {'; '.join(parts)}."


def welfare_map(answer: Mapping[str, Any], width: int) -> JsonObject:
    """Welfare of every economy of the world on a map: the median over the elasticity sets."""
    found = {code: r["welfare_pct"]["median"] for code, r in answer["trade"]["range"].items()}
    return world_map(found, "% of welfare", width)


def welfare_map_finding(answer: Mapping[str, Any]) -> str:
    """How many economies lose and gain, and which most."""
    found = {c: r["welfare_pct"]["median"] for c, r in answer["trade"]["range"].items() if c != "ROW"}
    low, high = min(found, key=lambda c: found[c]), max(found, key=lambda c: found[c])
    lose = sum(x < 0 for x in found.values())
    return (
        f"{lose} economies lose and {len(found) - lose} do not, from {country_name(low)} ({number(found[low], 2, sign=True)} %) "
        f"to {country_name(high)} ({number(found[high], 2, sign=True)} %)."
    )


def _welfare_row(trade: Mapping[str, Any], code: str) -> dict[str, Any] | None:
    found = trade.get("range", {}).get(code, {}).get("welfare_pct")
    if not found:
        return None
    paint = UNSURE if found.get("sign_differs") else LOSS if found["median"] < 0 else GAIN
    name = trade["countries"][code].get("name", code)
    return {
        "name": name,
        "low": found["low"],
        "median": found["median"],
        "high": found["high"],
        "paint": paint,
        "says": f"{name}: {spread(found)} %",
    }


def wedges(answer: Mapping[str, Any], width: int) -> JsonObject:
    """By sector, the naive mean rate as a tick and the price wedge between its two ends as a bar."""
    found = answer["trade"]["exclusions"]["sectors"]
    rows = [
        {
            "name": sector(s["sector"]),
            "mean": 100 * s["mean_rate"],
            "low": 100 * s["price_wedge"],
            "high": 100 * s["price_wedge_eta_1"],
            "says": f"{sector(s['sector'])}: mean {rate(s['mean_rate'])} %, "
            f"price wedge {rate(s['price_wedge'])} to {rate(s['price_wedge_eta_1'])} %",
        }
        for s in found
    ]
    y = names(rows, 12 if width >= WIDE else 11)
    says = {"field": "says", "type": "nominal"}
    axis = {"tickCount": 5 if width >= WIDE else 3, "labelExpr": "datum.value + ' %'"}
    layers = [
        {
            "data": values(rows),
            "mark": {"type": "bar", "height": 7, "color": FIRST, "opacity": 0.75, "cornerRadius": 3},
            "encoding": {
                "y": y,
                "x": x_axis("low", None, axis=axis, scale={"domainMin": 0}),
                "x2": {"field": "high"},
                "description": says,
            },
        },
        {
            "data": values(rows),
            "mark": {"type": "tick", "thickness": 2.5, "size": 15, "color": SECOND},
            "encoding": {"y": y, "x": x_axis("mean", None), "description": says},
        },
    ]
    return theme({"layer": layers}, width, 16 * len(rows) + 34, room(rows, 12 if width >= WIDE else 11), right=22)


def wedges_finding(answer: Mapping[str, Any]) -> str:
    """The sector in which one mean rate misleads most."""
    first = max(answer["trade"]["exclusions"]["sectors"], key=lambda s: s["mean_rate"] - s["price_wedge"])
    return (
        f"One mean rate overstates the price effect most in {sector(first['sector']).lower()}: "
        f"{rate(first['mean_rate'])} % against {rate(first['price_wedge'])} to {rate(first['price_wedge_eta_1'])} %."
    )


def _has_range(answer: Mapping[str, Any]) -> bool:
    return bool((answer.get("trade") or {}).get("range"))


def _has_wedges(answer: Mapping[str, Any]) -> bool:
    return bool(((answer.get("trade") or {}).get("exclusions") or {}).get("sectors"))


def _signs(answer: Mapping[str, Any]) -> list[Key]:
    del answer
    return boxes(
        {LOSS: "loses under every set", GAIN: "gains under every set", UNSURE: "the sign differs between sets"}
    )


def _wedge_keys(answer: Mapping[str, Any]) -> list[Key]:
    del answer
    mean: Key = {"paint": SECOND, "shape": "tick", "words": "naive mean rate"}
    return [mean, {"paint": FIRST, "shape": "box", "words": "price wedge, from elasticity 1 + theta (low) to 1 (high)"}]


def _welfare_caption(answer: Mapping[str, Any]) -> str:
    against = day(answer["scenario"]["before"])
    return f"Change of real income against the tariffs of {against}: the parties, then who loses and gains most"


def _map_caption(answer: Mapping[str, Any]) -> str:
    return f"Where real income falls and rises: {welfare_map_finding(answer)[:-1]}"


def _wedges_caption(answer: Mapping[str, Any]) -> str:
    found = answer["trade"]["exclusions"]
    return f"Rates on goods from {name_in_text(found['origin'])} in {name_in_text(found['levied_by'])} by sector: mean and price wedge"


def _welfare_note(answer: Mapping[str, Any]) -> str:
    over = answer["trade"]["range"][answer["scenario"]["parties"][0]]["welfare_pct"]["over"]
    sets = f"{len(over)} published sets of elasticities ({', '.join(over)})"
    return f"Dot: median over {sets}; bar: lowest to highest. A range over estimates, not a confidence interval."


def _map_note(answer: Mapping[str, Any]) -> str:
    blank = "a deeper colour is a larger change; blank: not in the dataset" if answer else ""
    return f"Median over the sets; {blank}. Borders are the source’s and no statement of ours."


def _wedges_note(answer: Mapping[str, Any]) -> str:
    ends = "The elasticity among the products of one cell is not observed: both ends are shown." if answer else ""
    return f"{ends} Only sectors that are excluded in part."


def _model(answer: Mapping[str, Any]) -> str:
    trade = answer["trade"]
    return f"parley on the dataset {trade['world']}, flows of {trade['year']}"


def _map_source(answer: Mapping[str, Any]) -> str:
    return f"{_model(answer)}; outlines: Natural Earth, public domain"


def _wedges_source(answer: Mapping[str, Any]) -> str:
    trade = answer["trade"]
    return f"tariff schedule and acts; weights: {(trade.get('weights') or {}).get(trade['exclusions']['levied_by'], 'imports')}"


CHARTS = (
    Chart("welfare", "trade", "Welfare by country", _has_range, welfare_finding, welfare, "trade-countries", placed=True,
          caption=_welfare_caption, keys=_signs, note=_welfare_note, source=_model),
    Chart("welfare_map", "trade", "Welfare on a map", _has_range, welfare_map_finding, welfare_map, "trade-countries", placed=True,
          caption=_map_caption, note=_map_note, source=_map_source),
    Chart("wedges", "trade", "Mean rate and price wedge by sector", _has_wedges, wedges_finding, wedges, "trade-two-wedges",
          placed=True, caption=_wedges_caption, keys=_wedge_keys, note=_wedges_note, source=_wedges_source),
)  # fmt: skip
