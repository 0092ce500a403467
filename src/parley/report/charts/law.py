"""The charts of the law part as Vega-Lite specifications, each for a wide and a narrow page. Numbers come as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from parley.report.words import day, flow, programme, rate

LINE = 15  # pixels between two lines of words
NAMED = 4  # acts to come that the note names
NAMED_DAYS = 2  # days to come whose rules have words
NEAR = 15  # days after the day asked: its rule is in the way of words
LONG = 230  # days: a longer axis names years
SIDE = [FIRST, SECOND, UNSURE, GAIN, LOSS]  # one colour a side, in the order of the scenario


def law_steps(answer: Mapping[str, Any], width: int) -> JsonObject:
    """Added duties by day for both sides: in force as a line, scheduled dashed, the highest line thin."""
    law, on, narrow = answer["law"], answer["on"], width < WIDE
    end = _horizon(law, on)
    pairs = list(law["added"])
    rows = [row for pair in pairs for row in _step_rows(law["added"][pair], pair, on, end)]
    ink = {"field": "pair", "type": "nominal", "scale": {"domain": pairs, "range": SIDE[: len(pairs)]}, "legend": None}
    long = (date.fromisoformat(end) - date.fromisoformat(law["added_since"])).days > LONG
    quarters = {"format": "%b %Y", "tickCount": {"interval": "month", "step": 6 if narrow else 3}, "labelFlush": True}
    axis = {
        **(quarters if long else {"format": "%b", "tickCount": "month", "labelAlign": "left"}),
        "grid": False,
        "labelPadding": 4,
    }
    x = days_axis("on", axis)
    top = 112 * max((s["highest"] for own in law["added"].values() for s in own if s["on"] <= end), default=0.0) or 1.0
    y = x_axis(
        "rate",
        None,
        axis={"tickCount": 4, "labelExpr": "datum.value + ' %'"},
        scale={"domain": [0, top], "nice": False},
    )

    def line(which: str, **mark: Any) -> JsonObject:
        shape = {"type": "line", "interpolate": "step-after", "aria": False, **mark}
        return {
            "data": values([r for r in rows if r["line"] == which]),
            "mark": shape,
            "encoding": {"x": x, "y": y, "color": ink},
        }

    dots = [r for r in rows if r["dot"]]
    point = {
        "data": values(dots),
        "mark": {"type": "point", "filled": True, "size": 46, "opacity": 1},
        "encoding": {"x": x, "y": y, "color": ink, "description": {"field": "says", "type": "nominal"}},
    }
    layers = [
        _today(on, x, narrow),
        *_coming(law, on, end, x),
        line("highest", strokeWidth=1, opacity=0.7),
        line("most", strokeWidth=2.5),
        line("ahead", strokeWidth=2.5, strokeDash=[2, 4]),
        point,
    ]
    return theme({"layer": layers}, width, 280, left=46)


def law_steps_finding(answer: Mapping[str, Any]) -> str:
    """Both sides' present level and when it was reached."""
    law, parts = answer["law"], []
    for pair, steps in law["added"].items():
        done = [s for s in steps if s["on"] <= answer["on"]]
        level = done[-1]["most_lines"]
        start = next(s["on"] for s in done if s["most_lines"] == level)
        parts.append(f"{flow(pair)} {rate(level)} % on most lines since {day(start)}")
    return f"Duties added since {day(law['added_since'])}: {'; '.join(parts)}."


def _horizon(law: Mapping[str, Any], on: str) -> str:
    """The right edge: some room after the last day of the same half year on which anything was scheduled."""
    limit = date.fromisoformat(on) + timedelta(days=120)
    days = [date.fromisoformat(s["on"]) for s in law.get("scheduled") or ()] + [date.fromisoformat(on)]
    return (max(d for d in days if d <= limit) + timedelta(days=12)).isoformat()


def _step_rows(steps: Sequence[Mapping[str, Any]], pair: str, on: str, end: str) -> list[dict[str, Any]]:
    """Points of the three lines of one side; the last rate is drawn on to the day asked, then dashed to the edge."""

    def row(s: Mapping[str, Any], which: str, key: str, at: str | None = None, dot: bool = False) -> JsonObject:
        says = f"{day(s['on'])}: {flow(pair)}, {rate(s['most_lines'])} % on most lines, highest {rate(s['highest'])} %"
        return {
            "pair": pair,
            "on": at or s["on"],
            "rate": round(100 * s[key], 4),
            "line": which,
            "dot": dot,
            "says": says,
        }

    done, ahead = [s for s in steps if s["on"] <= on], [s for s in steps if on < s["on"] <= end]
    if not done:
        return []
    changed = [i == 0 or done[i - 1]["most_lines"] != s["most_lines"] for i, s in enumerate(done)]
    rows = [
        row(s, "most", "most_lines", dot=dot and i > 0) for i, (s, dot) in enumerate(zip(done, changed, strict=True))
    ]
    rows += [row(s, "highest", "highest") for s in steps if s["on"] <= end]
    rows += [row(done[-1], "most", "most_lines", on), row(done[-1], "ahead", "most_lines", on)]
    rows += [row(s, "ahead", "most_lines") for s in ahead]
    last = (done + ahead)[-1]
    return [*rows, row(last, "ahead", "most_lines", end), row(last, "highest", "highest", end)]


def _today(on: str, x: Mapping[str, Any], narrow: bool) -> JsonObject:
    return {
        "data": values([{"on": on, "text": day(on) if narrow else f"{day(on)}, the day asked"}]),
        "layer": [
            {"mark": {"type": "rule", "color": INK, "strokeWidth": 1, "aria": False}, "encoding": {"x": x}},
            {
                "mark": {
                    "type": "text",
                    "align": "right",
                    "dx": -5,
                    "y": 8,
                    "fontSize": 11,
                    "color": INK,
                    "aria": False,
                },
                "encoding": {"x": x, "text": {"field": "text"}},
            },
        ],
    }


def _coming(law: Mapping[str, Any], on: str, end: str, x: Mapping[str, Any]) -> list[JsonObject]:
    """A dotted rule on each day for which something was already scheduled, with its day where they are few; the note says what."""
    days = sorted({s["on"] for s in law.get("scheduled") or () if on < s["on"] <= end})
    if not days:
        return []
    rule = {"type": "rule", "strokeDash": [2, 3], "color": SOFT, "aria": False}
    named = days if len(days) <= NAMED_DAYS else []
    return [{"data": values([{"on": d} for d in days]), "mark": rule, "encoding": {"x": x}},
            *(_coming_day(d, on, x, 238 - LINE * k) for k, d in enumerate(named))]  # fmt: skip


def _coming_day(coming: str, on: str, x: Mapping[str, Any], y: float) -> JsonObject:
    """The words of one day, on the side of its rule away from the day asked where that is near."""
    near = (date.fromisoformat(coming) - date.fromisoformat(on)).days < NEAR
    place = {"align": "left", "dx": 4} if near else {"align": "right", "dx": -4}
    mark = {"type": "text", **place, "fontSize": 11, "color": SOFT, "aria": False, "baseline": "middle"}
    return {"data": values([{"on": coming, "text": day(coming)[:-5]}]), "mark": mark,
            "encoding": {"x": x, "y": {"value": y}, "text": {"field": "text"}}}  # fmt: skip


def _has_steps(answer: Mapping[str, Any]) -> bool:
    return any((answer.get("law") or {}).get("added", {}).values())


def _sides(answer: Mapping[str, Any]) -> list[Key]:
    """The sides with their present rate, and what the other lines are."""
    now = {pair: [s for s in own if s["on"] <= answer["on"]] for pair, own in answer["law"]["added"].items()}
    words = {pair: f"{flow(pair)}: {rate(own[-1]['most_lines'])} %" if own else flow(pair) for pair, own in now.items()}
    scheduled: Key = {"paint": SOFT, "shape": "dash", "words": "already scheduled"}
    sides = boxes({SIDE[k % len(SIDE)]: text for k, text in enumerate(words.values())})
    return [*sides, scheduled, {"paint": SOFT, "shape": "thin", "words": "thin: the highest line"}]


def _steps_caption(answer: Mapping[str, Any]) -> str:
    return f"Duties added since {day(answer['law']['added_since'])}, in percent of customs value"


def _steps_note(answer: Mapping[str, Any]) -> str:
    law, on = answer["law"], answer["on"]
    end = _horizon(law, on)
    coming = [s for s in law.get("scheduled") or () if on < s["on"] <= end]
    said = [
        f"{day(s['on'])[:-5]} {', '.join(map(programme, s['programmes']))}, {_counted(s['measures'])}"
        for s in coming[:NAMED]
    ]
    more = f" and {len(coming) - NAMED} more" if len(coming) > NAMED else ""
    ahead = f" Dotted days, as scheduled: {'; '.join(said)}{more}." if said else ""
    read = "Thick: the added rate that most tariff lines pay; thin: the highest that any pays."
    return f"{read} Only acts signed since {day(law['added_since'])} count.{ahead}"


def _counted(measures: int) -> str:
    return f"{measures} {'measure' if measures == 1 else 'measures'}"


def _acts(answer: Mapping[str, Any]) -> str:
    return "the acts of each step" if answer else ""


CHARTS = (
    Chart("law_steps", "law", "Duties added, day by day", _has_steps, law_steps_finding, law_steps, "law-added", placed=True,
          caption=_steps_caption, keys=_sides, note=_steps_note, source=_acts),
)  # fmt: skip
