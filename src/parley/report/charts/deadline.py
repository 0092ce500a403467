"""The chart of the deadline as a Vega-Lite specification, for a wide and a narrow page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import name_in_text
from parley.json_values import JsonObject
from parley.report.chart import FIRST, GRID, INK, WAITS, WIDE, Chart, Key, boxes, names, room, theme, values, x_axis
from parley.report.words import day, number


def deadline(answer: Mapping[str, Any], width: int) -> JsonObject:
    """For each partner in the world, from which probability of enforcement on it signs."""
    narrow = width < WIDE
    rows = [p for p in answer["deadline"]["players"] if p["p_star"] is not None or p["decision"] == "signs"]
    rows.sort(key=lambda p: (min(max(p["p_star"] or 0.0, 0.0), 1.0), -(p["cost_pct"] or 0.0)))
    bars = [{**_partner(p), "from": 100 * min(max(p["p_star"] or 0.0, 0.0), 1.0), "to": 100, "zero": 0} for p in rows]
    y = names(bars, 11 if narrow else 12)
    axis = {"values": [0, 25, 50, 75, 100], "labelExpr": "datum.value + ' %'", "gridColor": GRID}
    scale = {"domain": [0, 118 if narrow else 112], "nice": False}
    title = "probability of enforcement" if narrow else "probability that the country rate is enforced"
    says = {"field": "says", "type": "nominal"}
    layers = [
        {
            "data": values(bars),
            "mark": {"type": "bar", "color": WAITS, "height": {"band": 0.7}, "aria": False},
            "encoding": {"y": y, "x": x_axis("zero", title, axis=axis, scale=scale), "x2": {"field": "from"}},
        },
        {
            "data": values(bars),
            "mark": {"type": "bar", "color": FIRST, "opacity": 0.8, "height": {"band": 0.7}},
            "encoding": {
                "y": y,
                "x": x_axis("from", title, axis=axis, scale=scale),
                "x2": {"field": "to"},
                "description": says,
            },
        },
        {
            "data": values(bars),
            "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 10.5, "color": INK, "aria": False},
            "encoding": {"y": y, "x": x_axis("to", title, scale=scale), "text": {"field": "text"}},
        },
    ]
    return theme({"layer": layers}, width, 15 * len(bars) + 56, room(bars, 11 if narrow else 12), bottom=46)


def deadline_finding(answer: Mapping[str, Any]) -> str:
    """How many partners sign from which probability on."""
    players = answer["deadline"]["players"]
    folding = sorted((p for p in players if p["decision"] == "folds"), key=lambda p: p["p_star"])
    count = {d: sum(p["decision"] == d for p in players) for d in ("signs", "waits", "unknown")}
    text = (
        f"{len(players)} partners: {count['signs']} sign at any probability, {len(folding)} above a threshold, "
        f"{count['waits']} never; for {count['unknown']} only the law is known."
    )
    if folding:
        low, high = (f"{number(100 * p['p_star'], 1)} % ({p['name']})" for p in (folding[0], folding[-1]))
        text += f" Thresholds run from {low} to {high}."
    return text


def _partner(p: Mapping[str, Any]) -> dict[str, Any]:
    text = (
        "never"
        if p["decision"] == "waits"
        else "always"
        if p["decision"] == "signs"
        else f"{number(100 * p['p_star'], 1)} %"
    )
    return {
        "name": p["name"],
        "text": text,
        "says": f"{p['name']}: {p['reason']}; the rate costs {number(p['cost_pct'], 3)} % of welfare",
    }


def _has_thresholds(answer: Mapping[str, Any]) -> bool:
    return any(p["p_star"] is not None for p in (answer.get("deadline") or {}).get("players") or ())


def _keys(answer: Mapping[str, Any]) -> list[Key]:
    del answer
    words: Key = {"paint": INK, "shape": "none", "words": "figure: p*, the threshold"}
    return [*boxes({FIRST: "signs", WAITS: "waits"}), words]


def _caption(answer: Mapping[str, Any]) -> str:
    return f"Deadline of {day(answer['deadline']['deadline'])}: from which probability of enforcement on would each partner sign?"


def _note(answer: Mapping[str, Any]) -> str:
    found = answer["deadline"]
    error = f"{found['residual']:.0e}".replace("-", "−")
    solved = f"Elasticity set {found['elasticities']} alone; largest market-clearing error {error} in {found['solves']} solves."
    return f"{deadline_finding(answer)} {solved}"


def _source(answer: Mapping[str, Any]) -> str:
    found = answer["deadline"]
    return f"rates: the acts of {name_in_text(found['by'])}; cost and threshold: parley, under the terms assumed"


CHARTS = (
    Chart("deadline", "deadline", "From which probability of enforcement each partner signs", _has_thresholds,
          deadline_finding, deadline, "deadline", placed=True, caption=_caption, keys=_keys, note=_note, source=_source),
)  # fmt: skip
