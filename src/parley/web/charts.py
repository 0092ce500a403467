"""The web's own charts as Vega-Lite specifications, drawn with the report's tools, on the page and as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from parley import __version__
from parley.codes import today
from parley.json_values import JsonObject
from parley.report.chart import (
    GAIN,
    GRID,
    INK,
    LOSS,
    SOFT,
    WIDE,
    Figure,
    Key,
    boxes,
    days_axis,
    names,
    programme_order,
    programme_paint,
    room,
    theme,
    values,
    x_axis,
)
from parley.report.published import picture as png
from parley.report.published import published
from parley.report.words import capital, day, in_force, is_day, number, programme, rate
from parley.web.view import View

NAMES = 0.42  # of a chart's width: the room that names of bars have at most
LETTER, FEW_TICKS = 6.5, 200  # pixels of a letter of a figure, and of an axis on which five figures fit
LICENCE = "parley is free software under the Apache License 2.0; keep this credit"


def figure(view: View, name: str) -> Figure:
    """A chart of a view with what is published with it: title, day, source, credit and licence."""
    from parley.law.law_package import law_in_use

    chart = view.charts[name]
    return {
        **chart.drawn(),
        "name": name,
        "title": chart.title or chart.finding,
        "when": when(view),
        "keys": list(chart.keys),
        "note": " ".join(filter(None, (chart.finding if chart.title else "", chart.note))),
        "source": chart.source or f"parley, by the command “{view.command[0]}”",
        "credit": f"parley {__version__}, law {law_in_use().version}. {LICENCE}",
        "sheet": "",
    }


def when(view: View) -> str:
    """The day and the information cut-off of a view with what is changed in the law; the question itself where it has no day."""
    on, known = (str(getattr(view.asked, name, "") or "") for name in ("on", "known"))
    law = capital(in_force(on, str(view.context.get("known") or known))) if is_day(on) else view.title
    return "; ".join((law, *view.context.get("changes", ())))


def day_of(view: View) -> date:
    """The day of a view; today where its question has none."""
    on = str(getattr(view.asked, "on", "") or "")
    return date.fromisoformat(on) if is_day(on) else today()


def standalone(view: View, name: str) -> str:
    """A chart as an SVG file of its own: in light colours, on paper, with what is published with it."""
    return published(figure(view, name))


def picture(view: View, name: str) -> bytes:
    """A chart as PNG at twice its size."""
    return png(standalone(view, name))


class RateStep(TypedDict):
    """A product's rate from a day on, a fraction, and its parts by programme; None where it is no share of value."""

    on: str
    rate: float | None
    by_programme: dict[str, float]
    prohibited: bool


def rate_steps(points: Sequence[RateStep], on: str, end: str, width: int) -> JsonObject:
    """A product's rate over time, stacked by programme, with the day asked marked."""
    order = programme_order([p for x in points for p in x["by_programme"]])
    rows = []
    for k, point in enumerate(points):
        until = points[k + 1]["on"] if k + 1 < len(points) else end
        base = 0.0
        for name in order:
            value = 100 * (point["by_programme"].get(name) or 0.0)
            says = f"from {day(point['on'])}: {programme(name)} {rate(value / 100)} %"
            box = {"from": point["on"], "to": until, "low": base, "high": base + value}
            rows.append({**box, "paint": programme_paint(name), "says": says})
            base += value
    axis = {"format": "%b %y" if width >= WIDE else "%b", "tickCount": 6 if width >= WIDE else 4, "grid": False}
    x = days_axis("from", axis)
    y = x_axis("low", None, axis={"tickCount": 4, "labelExpr": "datum.value + ' %'", "gridColor": GRID})
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    bars = {
        "data": values([r for r in rows if r["high"] > r["low"]]),
        "mark": {"type": "rect"},
        "encoding": {
            "x": x,
            "x2": {"field": "to"},
            "y": y,
            "y2": {"field": "high"},
            "color": ink,
            "description": {"field": "says"},
        },
    }
    rule = {
        "data": values([{"from": on}]),
        "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3], "aria": False},
        "encoding": {"x": x},
    }
    return theme({"layer": [bars, rule]}, width, 250, left=48)


def programme_keys(points: Sequence[RateStep]) -> tuple[Key, ...]:
    """The legend of the parts of a rate: the legal authorities that occur, each in its colour."""
    order = programme_order([p for x in points for p in x["by_programme"]])
    return tuple(boxes({programme_paint(name): programme(name) for name in order}))


class Ranked(TypedDict):
    """A country and its figure, percent or points."""

    name: str
    value: float


def ranking(rows: Sequence[Ranked], width: int, title: str, digits: int = 2) -> JsonObject:
    """Bars by country from the most hurt to the best off, the value beside each."""
    made = [
        {**r, "paint": LOSS if r["value"] < 0 else GAIN, "zero": 0, "text": text, "says": f"{r['name']}: {text}"}
        for r in rows
        for text in (number(r["value"], digits, sign=True),)
    ]
    size = 12 if width >= WIDE else 11
    left = min(needed := room(made, size), round(NAMES * width))
    y = names(made, size, 0 if left == needed else round(0.85 * left) - 8)  # a reader's letters may be wider
    low, high = min(0.0, *(r["value"] for r in made)), max(0.0, *(r["value"] for r in made))
    beyond = LETTER * max(len(r["text"]) for r in made) + 8  # pixels of the figure beside the longest bar
    bars_have = width - left - 12 - beyond * ((low < 0) + (high > 0))
    pad = beyond / max(bars_have, beyond) * (high - low or 1.0)
    x = x_axis(
        "zero",
        title,
        scale={"domain": [low - pad * (low < 0), high + pad * (high > 0)], "nice": False},
        axis={"tickCount": 5 if bars_have > FEW_TICKS else 3, "labelOverlap": True, "gridColor": GRID},
    )
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    bars = {
        "data": values(made),
        "mark": {"type": "bar", "height": {"band": 0.65}},
        "encoding": {"y": y, "x": x, "x2": {"field": "value"}, "color": ink, "description": {"field": "says"}},
    }
    beside = []
    for sign, align, dx in ((-1, "right", -4), (1, "left", 4)):
        kept = [r for r in made if (r["value"] < 0) == (sign < 0)]
        beside.append(
            {
                "data": values(kept),
                "mark": {"type": "text", "align": align, "dx": dx, "fontSize": 11, "color": SOFT, "aria": False},
                "encoding": {"y": y, "x": x_axis("value", title), "text": {"field": "text"}},
            }
        )
    return theme({"layer": [bars, *beside]}, width, 19 * len(made) + 52, left, bottom=46)
