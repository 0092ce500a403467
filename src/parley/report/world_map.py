"""A world map of one figure by country as a Vega-Lite specification: losses and gains in steps of four strengths."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import TypedDict

from parley.codes import name_in_text
from parley.json_values import JsonObject
from parley.report.chart import GAIN, GRID, LOSS, PAPER, SOFT, theme, values
from parley.report.drawing import drawing
from parley.report.words import number

SMALL = 3.0  # square degrees: a country smaller than this gets a dot, or nobody would see it
STRENGTHS = (0.25, 0.5, 0.75, 1.0)  # opacity of the steps, from weak to strong
STEPS = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # round bounds to choose from, percent


class Outline(TypedDict):
    """A country as a GeoJSON feature: ISO3, square degrees, and [longitude, latitude] for a dot."""

    type: str
    id: str
    area: float
    at: list[float]
    geometry: JsonObject


@lru_cache(maxsize=1)
def outlines() -> tuple[Outline, ...]:
    """The countries as GeoJSON features with `id` (ISO3), `area` in square degrees and `at` [longitude, latitude]."""
    return tuple(json.loads(resources.files("parley.report").joinpath("outlines/countries.json").read_text("utf-8")))


def bounds(found: list[float]) -> list[float]:
    """Three rising bounds between the four strengths, round numbers, chosen so that the largest figure is in the last."""
    most = max((abs(x) for x in found), default=0.0)
    above = [s for s in STEPS if s < most] or [STEPS[0]]
    return sorted(above[-3:]) if len(above) >= 3 else list(STEPS[:3])


def world_map(figures: Mapping[str, float], unit: str, width: int) -> JsonObject:
    """The specification. `figures` by ISO3 in percent; countries without a figure stay blank, and the legend says so."""
    steps = bounds(list(figures.values()))
    rows = [_shape(f, figures, steps) for f in outlines()]
    dots = [_dot(f, figures, steps) for f in outlines() if f["area"] < SMALL and f["id"] in figures]
    height = round(0.49 * width) + 46
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    strength = {"field": "strength", "type": "quantitative", "scale": None, "legend": None}
    says = {"field": "says", "type": "nominal"}
    shapes = {
        "data": values(rows),
        "mark": {"type": "geoshape", "stroke": PAPER, "strokeWidth": 0.4},
        "encoding": {"color": ink, "fillOpacity": strength, "description": says},
    }
    points = {
        "data": values(dots),
        "mark": {"type": "circle", "size": 26 if width > 500 else 14, "stroke": SOFT, "strokeWidth": 0.4, "opacity": 1},
        "encoding": {
            "longitude": {"field": "x", "type": "quantitative"}, "latitude": {"field": "y", "type": "quantitative"},
            "color": ink, "fillOpacity": strength, "description": says,
        },
    }  # fmt: skip
    layers = [shapes, points] if dots else [shapes]
    placed = [layer | {"projection": {"type": "equalEarth"}} for layer in layers]
    return theme({"layer": [*placed, *_legend(steps, unit, width, height)]}, width, height, 8, 8, 40)


def painted(figures: Mapping[str, float], unit: str, width: int) -> str:
    """The map as SVG, as `drawing` draws its specification: outlines are drawn once for a set of countries, then coloured."""
    steps = bounds(list(figures.values()))
    looks = {name_in_text(code): _look(code, figures, steps) for code in figures}

    def coloured(found: re.Match[str]) -> str:
        look = looks[html.unescape(found[1])]
        figure = str(look["says"]).rpartition(": ")[2]
        return f'aria-label="{found[1]}: {figure}"{found[2]}fill="{look["paint"]}" fill-opacity="{look["strength"]:g}"'

    text = _BLANK.sub(coloured, _outlined(frozenset(figures), unit, width))
    marks = dict(zip(_marks(list(STEPS[:3])), _marks(steps), strict=True))
    return _MARK.sub(lambda found: f">{marks[found[1]]}<", text)


_BLANK = re.compile(rf'aria-label="([^"]*): 0\.00 %"([^>]*?)fill="{GAIN}" fill-opacity="{STRENGTHS[0]:g}"')
_MARK = re.compile(r">([−+][\d.]+)<(?=/text>)")


@lru_cache(maxsize=8)
def _outlined(codes: frozenset[str], unit: str, width: int) -> str:
    """The map with nought everywhere."""
    return drawing(json.dumps(world_map(dict.fromkeys(sorted(codes), 0.0), unit, width)))


def _shape(feature: Outline, figures: Mapping[str, float], steps: list[float]) -> JsonObject:
    return {"type": "Feature", "geometry": feature["geometry"], **_look(feature["id"], figures, steps)}


def _dot(feature: Outline, figures: Mapping[str, float], steps: list[float]) -> JsonObject:
    x, y = feature["at"]
    return {"x": x, "y": y, **_look(feature["id"], figures, steps)}


def _look(code: str, figures: Mapping[str, float], steps: list[float]) -> JsonObject:
    """Paint, strength and words of one country."""
    name, found = name_in_text(code), figures.get(code)
    if found is None:
        return {"paint": GRID, "strength": 0.6, "says": f"{name}: not in this world"}
    strength = STRENGTHS[sum(abs(found) >= s for s in steps)]
    return {
        "paint": GAIN if found >= 0 else LOSS,
        "strength": strength,
        "says": f"{name}: {number(found, 2, sign=True)} %",
    }


def _marks(steps: list[float]) -> list[str]:
    """The bounds of the legend in words, from the largest loss to the largest gain."""
    return [f"−{s:g}" for s in reversed(steps)] + ["0"] + [f"+{s:g}" for s in steps]


def _legend(steps: list[float], unit: str, width: int, height: int) -> list[JsonObject]:
    """Squares and words below the map: losses from the strongest, gains to the strongest, and what has no figure."""
    (side, step), floor = (14, 36.4) if width > 500 else (10, 33.0), height - 42
    looks = [(LOSS, s) for s in reversed(STRENGTHS)] + [(GAIN, s) for s in STRENGTHS]
    marks = _marks(steps)
    squares = [
        {"paint": paint, "strength": strength, "x": k * step, "x2": (k + 1) * step}
        for k, (paint, strength) in enumerate(looks)
    ]
    ends = [{"text": text, "x": (k + 1) * step} for k, text in enumerate(marks)]
    words = [{"text": unit, "x": len(looks) * step + 8}]
    ink = {"field": "paint", "type": "nominal", "scale": None, "legend": None}
    strength = {"field": "strength", "type": "quantitative", "scale": None, "legend": None}
    x, x2 = {"field": "x", "type": "quantitative", "scale": None, "axis": None}, {"field": "x2"}
    size = 11 if width > 500 else 9
    return [
        {
            "data": values(squares),
            "mark": {"type": "rect", "aria": False, "stroke": PAPER},
            "encoding": {"x": x, "x2": x2, "y": {"value": floor}, "y2": {"value": floor + side}, "color": ink, "fillOpacity": strength},
        },
        {
            "data": values(ends),
            "mark": {"type": "text", "aria": False, "color": SOFT, "fontSize": size, "baseline": "top"},
            "encoding": {"x": x, "y": {"value": floor + side + 4}, "text": {"field": "text"}},
        },
        {
            "data": values(words),
            "mark": {"type": "text", "aria": False, "color": SOFT, "fontSize": size, "align": "left", "baseline": "middle"},
            "encoding": {"x": x, "y": {"value": floor + side / 2}, "text": {"field": "text"}},
        },
    ]  # fmt: skip
