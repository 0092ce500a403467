"""The record as one self-contained page: rates as steps above acts and words on one axis, then every entry in order."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from parley.codes import country_name, name_in_text
from parley.json_values import JsonObject
from parley.record.entry import actor
from parley.report.chart import (
    FIRST,
    GRID,
    INK,
    SECOND,
    SOFT,
    UNSURE,
    WIDE,
    Key,
    boxes,
    days_axis,
    drawn,
    theme,
    values,
)
from parley.report.page import environment
from parley.report.sheet import Column, Sheet
from parley.report.words import day, rate, unbroken

if TYPE_CHECKING:
    from parley.record.answers import RateSeries, TimelineRow
    from parley.scenario.record_answers import TimelineAnswer

PAINT = {"USA": FIRST, "CHN": SECOND}  # as in the charts of the law part: who levies, who speaks
LANES = ("acts", "words")
BEFORE = timedelta(days=31)  # of the axis before the first step
MARK, MARKED = 10, 42  # pixels that a mark takes on the axis, and the area of the largest
TOP_OF_ACTS, LANE = -18.0, 14.0  # below the rates, in their percent: the first row of acts, the gap between lanes
TALL, ROW, FINEST = 100.0, 9.0, 4.2  # a lane's height, and its rows at their widest and at their closest


def timeline_page(found: TimelineAnswer) -> str:
    """The page as text. found: `on known entries[] rates[]`, as `parley record timeline --json` prints them."""
    finding = axis_finding(found)
    context = {
        "found": found,
        "until": _until(found),
        "months": _months(found["entries"]),
        "chart": drawn(finding, lambda width: axis_spec(found, width)) if found["entries"] or found["rates"] else None,
        "finding": finding,
        "keys": axis_keys(),
        "steps": steps_sheet(found["rates"]),
    }
    return unbroken(environment().get_template("timeline.html.j2").render(context))


def _until(found: TimelineAnswer) -> str | None:
    """The last day of the axis: as asked, else the last of any entry or step."""
    days = [e["on"] for e in found["entries"]] + [p["until"] for p in found["rates"]]
    return found["on"] or found["known"] or max(days, default=None)


def _months(entries: list[TimelineRow]) -> list[dict[str, Any]]:
    """The entries by month, in order, each with the side that speaks."""
    months: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        months.setdefault(entry["on"][:7], []).append({**entry, "side": _side(entry)})
    return [
        {"id": f"m{month}", "name": f"{date.fromisoformat(month + '-01'):%B %Y}", "entries": rows}
        for month, rows in months.items()
    ]


def _side(entry: TimelineRow) -> str:
    """USA, CHN, or nothing for everyone else: what the colour stands for."""
    side = entry["behalf"] or actor(entry["actor"]).side
    return side if side in PAINT else ""


def axis_finding(found: TimelineAnswer) -> str:
    """The sentence that the picture shows, for those who do not see it."""
    acts = sum(e["lane"] == "acts" for e in found["entries"])
    said = f"{acts} acts and {len(found['entries']) - acts} statements up to {day(_until(found))}"
    first = _first(found)
    if early := sum(e["on"] < first for e in found["entries"]):
        said += f", {early} of them earlier than {day(first)}: they stand in the list alone"
    return " ".join([*(f"{_peak(p)}." for p in found["rates"] if p["steps"]), f"{said}."])


def _first(found: TimelineAnswer) -> str:
    """The first day of the axis: a month before the first step, so that years without one take no room; else that of any entry."""
    steps = [s["on"] for p in found["rates"] for s in p["steps"]]
    if steps:
        return (date.fromisoformat(min(steps)) - BEFORE).isoformat()
    return min([e["on"] for e in found["entries"]], default="")


def _peak(pair: RateSeries) -> str:
    """A side's highest step and its last one."""
    known = [(s["rate"], s["on"]) for s in pair["steps"] if s["rate"] is not None]
    if not known:
        return f"Duties of {name_in_text(pair['destination'])} on goods of {name_in_text(pair['origin'])}: unknown"
    top, last = max(known, key=lambda step: step[0]), known[-1]
    who = f"Duties added by {name_in_text(pair['destination'])} on goods of {name_in_text(pair['origin'])}"
    end = "still so" if top is last else f"{rate(last[0])} % since {day(last[1])}"
    return f"{who}: at most {rate(top[0])} % from {day(top[1])}, {end}"


def steps_sheet(rates: list[RateSeries]) -> Sheet:
    """The steps as a table: what the picture shows as lines."""
    rows = [
        {
            "on": s["on"],
            "origin": p["origin"],
            "destination": p["destination"],
            "rate": s["rate"],
            "product": p["product"],
        }
        for p in rates
        for s in p["steps"]
    ]
    columns = (
        Column("on", "from", day),
        Column("origin", "on goods of", country_name),
        Column("destination", "charged by", country_name),
        Column("rate", "added, %", rate, True),
        Column("product", "read on the line"),
    )
    return Sheet("record-rates", "Added duties as steps", columns, tuple(sorted(rows, key=lambda r: r["on"])))


def axis_keys() -> tuple[Key, ...]:
    """The legend of the axis: whose rates, acts and words a colour is, and how the two lines differ."""
    sides = {paint: country_name(code) for code, paint in PAINT.items()}
    lines: list[Key] = [
        {"paint": FIRST, "shape": "line", "words": "duty added by the United States"},
        {"paint": SECOND, "shape": "dash", "words": "duty added by China"},
    ]
    return (*boxes({**sides, UNSURE: "anyone else"}), *lines)


def axis_spec(found: TimelineAnswer, width: int) -> JsonObject:
    """One axis of days: two stepped lines above zero, a mark for each entry below it, acts over words."""
    narrow, end = width < WIDE, _until(found) or ""
    lines = [row for pair in found["rates"] for row in _line(pair)]
    first = _first(found)
    span = (date.fromisoformat(end) - date.fromisoformat(first)).days
    marks, floor, names = _marks([e for e in found["entries"] if e["on"] >= first], math.ceil(span * MARK / width))
    highest = max([r["rate"] for r in lines if r["rate"] is not None], default=10.0)
    step = {"interval": "month", "step": _months_apart(span, 3 if narrow else 6)}
    axis = {"format": "%b %Y", "gridColor": GRID, "labelFlush": 30, "tickCount": step}
    x = days_axis("on", axis, domain=[first, end])
    ticks = [t for t in (0, 50, 100, 150, 200, 250) if t <= highest * 1.1]
    y = {
        "type": "quantitative", "title": None, "scale": {"domain": [floor, highest * 1.12], "nice": False},
        "axis": {"values": ticks, "labelExpr": "datum.value + ' %'"},
    }  # fmt: skip
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    layers = [
        {"data": values([{"zero": 0}]), "mark": {"type": "rule", "color": SOFT, "aria": False},
         "encoding": {"y": {"field": "zero", **y}}},
        {"data": values(lines), "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5, "aria": False},
         "encoding": {"x": x, "y": {"field": "rate", **y}, "color": ink, "detail": {"field": "pair"},
                      "strokeDash": {"field": "dash", "type": "nominal", "scale": None, "legend": None}}},
        {"data": values([r for r in lines if r["says"]]), "mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
         "encoding": {"x": x, "y": {"field": "rate", **y}, "color": ink, "description": {"field": "says"}}},
        {"data": values(marks), "mark": {"type": "point", "filled": True, "opacity": 0.95},
         "encoding": {"x": x, "y": {"field": "y", **y}, "color": ink, "description": {"field": "says"},
                      "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
                      "shape": {"field": "shape", "type": "nominal", "scale": None, "legend": None}}},
        {"data": values(names), "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": 12,
                                         "fontWeight": 600, "color": INK, "aria": False, "x": 2},
         "encoding": {"y": {"field": "y", **y}, "text": {"field": "name"}}},
    ]  # fmt: skip
    height = round((300 if narrow else 330) * (highest * 1.12 - floor) / (highest * 1.12 + 80))
    return theme({"layer": layers}, width, height, left=50, right=16)


def _months_apart(span: int, most: int) -> int:
    """The months between two ticks, so that at most so many stand on the axis: 1, 2, 3, 6 or 12."""
    return next((n for n in (1, 2, 3, 6) if span <= 30.5 * n * most), 12)


def _line(pair: RateSeries) -> list[dict[str, Any]]:
    """The points of one side's stepped line, drawn on to the last day; only a real step has words."""
    name = f"{pair['origin']}->{pair['destination']}"
    paint, dash = PAINT.get(pair["destination"], UNSURE), [1, 0] if pair["destination"] == "USA" else [6, 3]
    who = f"{name_in_text(pair['destination'])} on goods of {name_in_text(pair['origin'])}"
    rows = [
        {
            "pair": name, "paint": paint, "dash": dash, "on": s["on"],
            "rate": None if s["rate"] is None else round(100 * s["rate"], 4),
            "says": f"{day(s['on'])}: {who}, {rate(s['rate'])} % added" if k and s["rate"] is not None else "",
        }
        for k, s in enumerate(pair["steps"])
    ]  # fmt: skip
    return [*rows, {**rows[-1], "on": pair["until"], "says": ""}] if rows else []


def _marks(entries: list[TimelineRow], apart: int) -> tuple[list[dict[str, Any]], float, list[dict[str, Any]]]:
    """A mark an entry, stacked where less than `apart` days part them; where the lanes end; and the lanes' names."""
    marks, names, top = [], [], TOP_OF_ACTS
    for lane in LANES:
        last: list[date] = []  # the last day in each row of the lane
        rows = []
        names.append({"name": lane, "y": top + 10})
        held = [e for e in entries if e["lane"] == lane]
        for entry in held:
            on = date.fromisoformat(entry["on"])
            rows.append(next((k for k, d in enumerate(last) if (on - d).days >= apart), len(last)))
            last[rows[-1] : rows[-1] + 1] = [on]
        step = max(FINEST, min(ROW, TALL / max(len(last), 1)))
        marks += [_mark(e, top - step * row, step / ROW) for e, row in zip(held, rows, strict=True)]
        top -= step * max(len(last), 1) + LANE
    return marks, top + LANE - 4, names


def _mark(entry: TimelineRow, y: float, size: float) -> dict[str, Any]:
    """A mark; size: over the widest, so that marks of a crowded lane stand apart."""
    words = f" “{entry['quote']}”" if entry["quote"] else ""
    says = f"{day(entry['on'])}, {actor(entry['actor']).name}: {entry['text']}{words}"
    shape = "square" if entry["lane"] == "acts" else "circle"
    paint = PAINT.get(_side(entry), UNSURE)
    return {
        "on": entry["on"],
        "y": y,
        "paint": paint,
        "shape": shape,
        "says": says,
        "size": MARKED * max(size, 0.6) ** 2,
    }
