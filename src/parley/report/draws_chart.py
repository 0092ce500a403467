"""Quantiles over draws as a chart that stands alone: a picture for a paper, with its own colours."""

from __future__ import annotations

import json
from typing import Any

from parley.codes import country_name
from parley.json_values import JsonObject
from parley.report.chart import (
    FIRST,
    GAIN,
    GRID,
    INK,
    LOSS,
    PAPER,
    SECOND,
    SOFT,
    UNSURE,
    WAITS,
    WIDE,
    names,
    room,
    theme,
    values,
    x_axis,
)
from parley.report.drawing import drawing
from parley.trade.answers import Quantiles

COLOURS = {
    INK: "#1f2328", SOFT: "#57606a", GRID: "#d8dee4", PAPER: "#ffffff", FIRST: "#1f6feb", SECOND: "#9a6700",
    GAIN: "#1a7f5a", LOSS: "#b3402a", UNSURE: "#6e5494", WAITS: "#8c959f",
}  # fmt: skip
CERTAIN = 0.95  # share of draws on one side of zero from which the bar takes a colour of gain or loss


def draws_chart(quantiles: dict[str, dict[str, Quantiles]], countries: list[str], title: str) -> JsonObject:
    """Welfare by country: median as a dot, half of the draws as a bar, nine tenths as a line (Vega-Lite)."""
    rows = [_row(c, quantiles[c]["welfare_pct"]) for c in countries]
    y, ink = names(rows, 13), {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    reach = [min(0.0, *(r["p05"] for r in rows)), max(0.0, *(r["p95"] for r in rows))]
    pad = 0.06 * (reach[1] - reach[0] or 1.0)
    scale = {"domain": [reach[0] - pad, reach[1] + pad], "nice": False}

    def layer(mark: JsonObject, start: str, end: str | None = None) -> JsonObject:
        encoding = {"y": y, "x": x_axis(start, title, scale=scale), "color": ink}
        if end:
            encoding["x2"] = {"field": end}
        return {"data": values(rows), "mark": mark, "encoding": encoding}

    zero = {"data": values([{"zero": 0}]), "mark": {"type": "rule", "color": SOFT},
            "encoding": {"x": x_axis("zero", title, scale=scale)}}  # fmt: skip
    layers = [
        zero,
        layer({"type": "rule", "strokeWidth": 1.5}, "p05", "p95"),
        layer({"type": "rule", "strokeWidth": 8, "opacity": 0.35, "strokeCap": "round"}, "p25", "p75"),
        layer({"type": "point", "filled": True, "size": 80, "opacity": 1}, "p50"),
    ]
    return theme({"layer": layers}, WIDE, 26 * len(rows) + 52, room(rows, 13), bottom=46)


def _row(code: str, found: Quantiles) -> dict[str, Any]:
    share = found["positive"]
    paint = GAIN if share >= CERTAIN else LOSS if share <= 1 - CERTAIN else UNSURE
    points = {"p05": found["p05"], "p25": found["p25"], "p50": found["p50"], "p75": found["p75"], "p95": found["p95"]}
    return {"name": country_name(code), "paint": paint, **points}


def standalone(spec: JsonObject) -> str:
    """The specification as an SVG with colours of its own, the same bytes for the same numbers."""
    text = json.dumps(spec)
    for stand_in, colour in COLOURS.items():
        text = text.replace(stand_in, colour)
    return drawing(text)
