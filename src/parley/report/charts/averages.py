"""The averages of both sides over time as a Vega-Lite specification: what acts add, as steps, with what is scheduled dashed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from parley.json_values import JsonObject
from parley.report.chart import (
    FIRST,
    GAIN,
    INK,
    LOSS,
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
    x_axis,
)
from parley.report.words import day, flow, rate

SIDE = [FIRST, SECOND, UNSURE, GAIN, LOSS]  # as in the charts of the law part


def averages(answer: Mapping[str, Any], width: int) -> JsonObject:
    """What acts add on average on each side's goods, from day to day."""
    end = _end(answer)
    rows = [
        row for k, pair in enumerate(_shown(answer)) for row in _points(pair, SIDE[k % len(SIDE)], answer["on"], end)
    ]
    top = max((r["added"] for r in rows), default=0.0) or 1.0
    axis = {
        "format": "%b %Y",
        "tickCount": 5 if width >= WIDE else 3,
        "grid": False,
        "labelFlush": True,
        "labelPadding": 4,
    }
    x = days_axis("on", axis)
    y = x_axis(
        "added",
        None,
        axis={"tickCount": 4, "labelExpr": "datum.value + ' %'"},
        scale={"domain": [min(0.0, *(r["added"] for r in rows)), 1.12 * top], "nice": False},
    )
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    line = {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5, "aria": False}
    layers = [
        {"data": values([{"on": answer["on"]}]), "mark": {"type": "rule", "color": INK, "strokeWidth": 1, "aria": False},
         "encoding": {"x": x}},
        {"data": values([r for r in rows if not r["ahead"]]), "mark": line, "encoding": {"x": x, "y": y, "color": ink}},
        {"data": values([r for r in rows if r["ahead"]]), "mark": {**line, "strokeDash": [2, 4]},
         "encoding": {"x": x, "y": y, "color": ink}},
        {"data": values([r for r in rows if r["says"]]), "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1},
         "encoding": {"x": x, "y": y, "color": ink, "description": {"field": "says", "type": "nominal"}}},
    ]  # fmt: skip
    return theme({"layer": layers}, width, 280, left=46)


def _shown(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [s for s in answer.get("averages") or () if any(step["added"] is not None for step in s["steps"])]


def _end(answer: Mapping[str, Any]) -> str:
    """The right edge: some room after the last step of any side, or after the day."""
    days = [step["on"] for s in _shown(answer) for step in s["steps"]]
    return (date.fromisoformat(max([*days, answer["on"]])) + timedelta(days=12)).isoformat()


def _points(series: Mapping[str, Any], paint: str, on: str, end: str) -> list[dict[str, Any]]:
    """The steps of one side; the last before the day asked is drawn on to it, and from there dashed."""
    name = flow(f"{series['origin']}->{series['destination']}")

    def point(step: Mapping[str, Any], ahead: bool, at: str | None = None) -> JsonObject:
        says = f"{day(step['on'])}: {name}, {rate(step['added'])} % added on average" if at is None else ""
        return {
            "on": at or step["on"],
            "added": round(100 * step["added"], 4),
            "ahead": ahead,
            "paint": paint,
            "says": says,
        }

    known = [s for s in series["steps"] if s["added"] is not None]
    done, coming = [s for s in known if s["on"] <= on], [s for s in known if s["on"] > on]
    if not known:
        return []
    held = [*(point(s, False) for s in done), point(done[-1], False, on), point(done[-1], True, on)] if done else []
    return [*held, *(point(s, True) for s in coming), point(known[-1], True, end)]


def averages_finding(answer: Mapping[str, Any]) -> str:
    """Each side's average now, and at its highest."""
    said = []
    for series in _shown(answer):
        steps = [s for s in series["steps"] if s["added"] is not None and s["on"] <= answer["on"]]
        if not steps:
            continue
        top = max(steps, key=lambda s: s["added"])
        name = flow(f"{series['origin']}->{series['destination']}")
        since = (
            f"its highest since {day(top['on'])}"
            if top["added"] == steps[-1]["added"]
            else f"at most {rate(top['added'])} % from {day(top['on'])}"
        )
        said.append(f"{name} {rate(steps[-1]['added'])} % ({since})")
    return f"Added on average by all acts: {'; '.join(said)}."


def _caption(answer: Mapping[str, Any]) -> str:
    return f"Averages over time since {day(answer['scenario']['before'])}: what acts add to the ordinary rate, by value"


def _keys(answer: Mapping[str, Any]) -> list[Key]:
    """The sides with their present average."""
    sides = {}
    for k, series in enumerate(_shown(answer)):
        now = [s["added"] for s in series["steps"] if s["added"] is not None and s["on"] <= answer["on"]]
        words = flow(f"{series['origin']}->{series['destination']}")
        sides[SIDE[k % len(SIDE)]] = f"{words}: {rate(now[-1])} %" if now else words
    return [*boxes(sides), {"paint": SOFT, "shape": "dash", "words": "already scheduled"}]


def _note(answer: Mapping[str, Any]) -> str:
    return f"All acts beyond the ordinary rate, older ones too. {averages_finding(answer)}"


def _source(answer: Mapping[str, Any]) -> str:
    return "tariff schedules and acts; weights: " + "; ".join(dict.fromkeys(s["weights"] for s in _shown(answer)))


CHARTS = (
    Chart("averages", "law", "Averages over time, both sides", lambda a: bool(_shown(a)), averages_finding, averages,
          "law-averages", placed=True, caption=_caption, keys=_keys, note=_note, source=_source),
)  # fmt: skip
