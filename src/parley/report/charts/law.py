"""The charts of the law part as Vega-Lite specifications, each for a wide and a narrow page. Numbers come as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from parley.codes import country_name
from parley.json_values import JsonObject
from parley.report.chart import (
    FIRST,
    GAIN,
    INK,
    LOSS,
    PAPER,
    SECOND,
    SOFT,
    UNSURE,
    WIDE,
    Chart,
    names,
    programme_order,
    programme_paint,
    room,
    theme,
    values,
    x_axis,
)
from parley.report.words import capital, day, flow, programme, rate

SIDE = [FIRST, SECOND, UNSURE, GAIN, LOSS]  # one colour a side, in the order of the scenario


def law_steps(answer: Mapping[str, Any], width: int) -> JsonObject:
    """Added duties by day for both sides: in force as a line, scheduled dashed, the highest line thin."""
    law, on, narrow = answer["law"], answer["on"], width < WIDE
    end = _horizon(law, on)
    pairs = list(law["added"])
    rows = [row for pair in pairs for row in _step_rows(law["added"][pair], pair, on, end)]
    ink = {"field": "pair", "type": "nominal", "scale": {"domain": pairs, "range": SIDE[: len(pairs)]}, "legend": None}
    axis = {"format": "%b", "tickCount": "month", "grid": False, "labelAlign": "left", "labelPadding": 4}
    x = {"field": "on", "type": "temporal", "title": None, "axis": axis}
    y = x_axis(
        "rate", None, axis={"tickCount": 4, "labelExpr": "datum.value + ' %'"}, scale={"domainMin": 0, "nice": True}
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
        *_coming(law, on, end, x, narrow),
        line("highest", strokeWidth=1, opacity=0.7),
        line("most", strokeWidth=2.5),
        line("ahead", strokeWidth=2.5, strokeDash=[2, 4]),
        point,
        _step_names(law, pairs, x, y, ink, on, narrow),
    ]
    return theme({"layer": layers}, width, 300 if narrow else 340, left=46)


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


def _coming(law: Mapping[str, Any], on: str, end: str, x: Mapping[str, Any], narrow: bool) -> list[dict[str, Any]]:
    """A dotted rule and a label on each day for which something was already scheduled."""
    rows = []
    for k, s in enumerate(s for s in law.get("scheduled") or () if on < s["on"] <= end):
        what = ", ".join(programme(p).split(" (")[0] if narrow else programme(p) for p in s["programmes"])
        late = (date.fromisoformat(end) - date.fromisoformat(s["on"])).days < 40
        text = [day(s["on"])[:-5], f"{what}", f"{s['measures']} measures"]
        rows.append({"on": s["on"], "text": "\n".join(text[:2] if narrow else text), "late": late, "up": k})
    mark = {"type": "text", "lineBreak": "\n", "fontSize": 11, "color": SOFT, "aria": False, "baseline": "bottom"}

    def label(late: bool, align: str, dx: int) -> JsonObject:
        kept = [r for r in rows if r["late"] == late]
        y = {"value": (205 if late else 245) if narrow else 270}
        return {
            "data": values(kept),
            "mark": {**mark, "align": align, "dx": dx},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}},
        }

    rule = {"type": "rule", "strokeDash": [2, 3], "color": SOFT, "aria": False}
    return (
        [{"data": values(rows), "mark": rule, "encoding": {"x": x}}, label(False, "left", 5), label(True, "right", -5)]
        if rows
        else []
    )


def _step_names(
    law: Mapping[str, Any], pairs: list[str], x: Any, y: Any, ink: Any, on: str, narrow: bool
) -> JsonObject:
    """The name and present rate of each side, left of its last rise."""
    rows = []
    for pair in pairs:
        done = [s for s in law["added"][pair] if s["on"] <= on]
        if not done:
            continue
        level = done[-1]["most_lines"]
        text = f"{rate(level)} %" if narrow else f"{flow(pair)}: {rate(level)} %"
        rows.append(
            {
                "pair": pair,
                "text": text,
                "rate": 100 * level,
                "on": next(s["on"] for s in done if s["most_lines"] == level),
            }
        )
    anchor = min((r["on"] for r in rows), default=on)
    mark = {"type": "text", "align": "right", "dx": -9, "fontWeight": 600, "fontSize": 13, "aria": False}
    place = {"x": x, "y": y, "color": ink, "text": {"field": "text"}}
    return {
        "data": values([{**r, "on": anchor} for r in rows]),
        "mark": {**mark, "baseline": "middle"},
        "encoding": place,
    }


def _stack(
    rows: Sequence[Mapping[str, Any]], order: list[str], width: int, height: int, axis: bool = True
) -> JsonObject:
    """Horizontal stacked bars by programme, the total written at the end."""
    parts = programme_order([r["programme"] for r in rows])
    rows = [{**r, "rank": parts.index(r["programme"])} for r in rows]
    named = [{"name": label} for label in order]
    y = names(named, 13)
    y |= {"field": "label"} if axis else {"field": "label", "axis": None}
    totals = list(
        {
            r["label"]: {"label": r["label"], "end": r["total"], "text": f"{rate(r['total'] / 100)} %"} for r in rows
        }.values()
    )
    top = max(r["total"] for r in rows) * (1.32 if width < WIDE else 1.1)
    scale = {"domain": [0, top], "nice": False}
    bar = {
        "data": values(rows),
        "mark": {"type": "bar", "height": {"band": 0.62}, "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            "y": y,
            "x": x_axis(
                "rate", None, stack="zero", scale=scale, axis={"tickCount": 4, "labelExpr": "datum.value + ' %'"}
            ),
            "order": {"field": "rank", "type": "quantitative"},
            "color": {
                "field": "programme",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": parts, "range": [programme_paint(n) for n in parts]},
            },
            "description": {"field": "says", "type": "nominal"},
        },
    }
    end = {
        "data": values(totals),
        "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": 600, "fontSize": 13, "aria": False},
        "encoding": {"y": y, "x": x_axis("end", None, scale=scale), "text": {"field": "text"}},
    }
    return theme({"layer": [bar, end]}, width, height, left=room(named, 13) if axis else 4)


def products(answer: Mapping[str, Any], width: int) -> JsonObject:
    """What each named product pays, by programme; one whose duty law cannot state as a share of value is left out."""
    rows = []
    for item in _stated(answer):
        label = capital(item["label"].split(" (")[0])
        total = 100 * item["rate"]
        for x in item["lines"]:
            if x["contribution"] is None:
                continue
            says = f"{label}: {programme(x['programme'])} {rate(x['contribution'])} %"
            rows.append(
                {
                    "label": label,
                    "programme": x["programme"],
                    "rate": 100 * x["contribution"],
                    "total": total,
                    "says": says,
                }
            )
    order = list(dict.fromkeys(r["label"] for r in rows))
    return _stack(rows, order, width, 46 * len(order) + 34)


def products_finding(answer: Mapping[str, Any]) -> str:
    """What each product pays."""
    return "Rates by product: " + ", ".join(f"{x['label']} {rate(x['rate'])} %" for x in _stated(answer)) + "."


def _stated(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The named products whose rate is known."""
    return [item for item in answer["law"]["lines"] if item["rate"] is not None]


def average(answer: Mapping[str, Any], width: int) -> JsonObject:
    """The average as one stacked bar."""
    point = answer["law"]["average"]
    rows = [
        {
            "label": "average",
            "programme": p,
            "rate": 100 * v,
            "total": 100 * point["rate"],
            "says": f"{programme(p)} {rate(v, 2)} %",
        }
        for p, v in point["by_programme"].items()
    ]
    return _stack(rows, ["average"], width, 92, axis=False)


def average_finding(answer: Mapping[str, Any]) -> str:
    """The average and its largest part."""
    point = answer["law"]["average"]
    name, value = max(point["by_programme"].items(), key=lambda x: x[1])
    return f"Goods of {country_name(point['origin'])} pay {rate(point['rate'])} % on average, of which {programme(name)} {rate(value)}."


def _has_steps(answer: Mapping[str, Any]) -> bool:
    return any((answer.get("law") or {}).get("added", {}).values())


def _has_products(answer: Mapping[str, Any]) -> bool:
    return any(item.get("rate") is not None for item in (answer.get("law") or {}).get("lines") or ())


def _has_average(answer: Mapping[str, Any]) -> bool:
    return ((answer.get("law") or {}).get("average") or {}).get("rate") is not None


CHARTS = (
    Chart("law_steps", "law", "Duties added, day by day", _has_steps, law_steps_finding, law_steps, "law-added", placed=True),
    Chart("products", "law", "What each product pays", _has_products, products_finding, products, "law-products", placed=True),
    Chart("average", "law", "The average rate by legal authority", _has_average, average_finding, average, "law-average",
          placed=True),
)  # fmt: skip
