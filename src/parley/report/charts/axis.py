"""Acts, agreements, rulings and words on one axis of days as a Vega-Lite specification: a mark an entry, a row a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from parley.codes import country_name
from parley.json_values import JsonObject
from parley.report.chart import (
    FIRST,
    GRID,
    INK,
    SECOND,
    SOFT,
    UNSURE,
    WIDE,
    Chart,
    Key,
    boxes,
    days_axis,
    theme,
    values,
)
from parley.report.words import day

ROWS = ("acts", "agreements", "rulings", "words")
APART = 9  # pixels that a mark takes
AHEAD = 120  # days after the day asked that are drawn
DEEP = 6  # marks above one another, at most: more stand closer
STEP = 9.0  # pixels between them


def axis(answer: Mapping[str, Any], width: int) -> JsonObject:
    """One row of marks for each kind, stacked where days are close; hollow: law or set for a later day."""
    sides = _sides(answer)
    marks, heights = _placed(_shown(answer), width, sides)
    floor = -sum(heights.values())
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [floor, 0], "nice": False}}
    months = {"format": "%b %Y" if _span(answer) > 200 else "%-d %b", "tickCount": 6 if width >= WIDE else 4}
    x = days_axis("on", {**months, "grid": True, "gridColor": GRID, "labelFlush": True})
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    says = {"field": "says", "type": "nominal"}
    point = {"type": "point", "size": 44, "opacity": 1}
    tops, names = 0.0, []
    for row, height in heights.items():
        names.append({"name": row, "y": tops - 11})
        tops -= height
    layers = [
        {"data": values([{"on": answer["on"]}]), "mark": {"type": "rule", "color": INK, "strokeWidth": 1, "aria": False},
         "encoding": {"x": x}},
        {"data": values([m for m in marks if not m["coming"]]), "mark": {**point, "filled": True},
         "encoding": {"x": x, "y": y, "color": ink, "description": says}},
        {"data": values([m for m in marks if m["coming"]]), "mark": {**point, "filled": False, "strokeWidth": 2},
         "encoding": {"x": x, "y": y, "color": ink, "description": says}},
        {"data": values(names), "mark": {"type": "text", "align": "right", "x": -8, "fontSize": 12, "color": INK, "aria": False},
         "encoding": {"y": y, "text": {"field": "name"}}},
    ]  # fmt: skip
    return theme({"layer": layers}, width, round(-floor) + 34, left=84)


def _sides(answer: Mapping[str, Any]) -> dict[str, str]:
    """The colour of each party; others are grey."""
    return dict(zip(answer["scenario"]["parties"], (FIRST, SECOND), strict=False))


def _span(answer: Mapping[str, Any]) -> int:
    days = [date.fromisoformat(m["on"]) for m in _shown(answer)]
    return max((max(days) - min(days)).days, 1)


def _shown(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The marks up to AHEAD days after the day asked, as far as there are any; the table has all."""
    last = (date.fromisoformat(answer["on"]) + timedelta(days=AHEAD)).isoformat()
    return [m for m in answer["axis"] if m["on"] <= last] or list(answer["axis"])


def _placed(
    marks: list[Mapping[str, Any]], width: int, sides: Mapping[str, str]
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Each mark with its place in its row, and the height of each row that has marks; days closer than a mark stand above one another."""
    days = [date.fromisoformat(m["on"]) for m in marks]
    apart = max((max(days) - min(days)).days, 1) * APART / (width - 96)
    made, heights, top = [], {}, 0.0
    for row in (r for r in ROWS if any(m["row"] == r for m in marks)):
        last: list[date] = []
        own = []
        for mark in sorted((m for m in marks if m["row"] == row), key=lambda m: m["on"]):
            on = date.fromisoformat(mark["on"])
            place = next((k for k, d in enumerate(last) if (on - d).days >= apart), len(last))
            last[place : place + 1] = [on]
            own.append((mark, place))
        step = STEP * min(1.0, DEEP / len(last))
        made += [_mark(m, top - 11 - step * place, sides) for m, place in own]
        heights[row] = 22 + step * (len(last) - 1)
        top -= heights[row]
    return made, heights


def _mark(mark: Mapping[str, Any], y: float, sides: Mapping[str, str]) -> dict[str, Any]:
    says = f"{day(mark['on'])}, {mark['who']}: {mark['text']}"
    return {"on": mark["on"], "y": y, "paint": sides.get(mark["side"], UNSURE), "coming": mark["coming"], "says": says}


def axis_finding(answer: Mapping[str, Any]) -> str:
    """How many of each kind, and what comes."""
    seen = Counter(m["row"] for m in answer["axis"] if not m["coming"])
    coming = sum(m["coming"] for m in answer["axis"])
    counts = ", ".join(f"{seen[row]} {row}" for row in ROWS if seen[row]) or "Nothing"
    return f"{counts} since {day(answer['scenario']['before'])}; on {coming} later days something is law or due."


def _caption(answer: Mapping[str, Any]) -> str:
    return f"Acts, agreements, rulings and words of the parties since {day(answer['scenario']['before'])}"


def _keys(answer: Mapping[str, Any]) -> list[Key]:
    sides = {paint: country_name(party) for party, paint in _sides(answer).items()}
    hollow: Key = {"paint": SOFT, "shape": "ring", "words": "law or due later"}
    return [*boxes({**sides, UNSURE: "others"}), hollow]


def _note(answer: Mapping[str, Any]) -> str:
    return f"A mark is an entry. {axis_finding(answer)}"


def _source(answer: Mapping[str, Any]) -> str:
    return "the record of parley, each entry with its source, and the acts" if answer else ""


CHARTS = (
    Chart("axis", "situation", "Acts, agreements, rulings and words on one axis", lambda a: bool(a.get("axis")), axis_finding, axis,
          "situation-axis", placed=True, caption=_caption, keys=_keys, note=_note, source=_source),
)  # fmt: skip
