"""What the charts share: sizes, axes of names, quantities, and the colour of each programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.codes import place
from parley.json_values import JsonObject
from parley.report.svg import INK, PROGRAMME_PAINT

WIDE, NARROW = 720, 340


def values(rows: Sequence[Mapping[str, Any]]) -> JsonObject:
    """Rows as the data of a layer."""
    return {"values": rows}


def names(rows: Sequence[Mapping[str, Any]], size: int = 12) -> JsonObject:
    """An axis of names in the order of the rows."""
    axis = {"labelColor": INK, "labelFontSize": size, "labelLimit": 260}
    return {"field": "name", "type": "nominal", "sort": [r["name"] for r in rows], "title": None, "axis": axis}


def room(rows: Sequence[Mapping[str, Any]], size: int = 12) -> int:
    """The left margin that the longest name needs, whatever type face the reader has."""
    return round(0.55 * size * max((len(r["name"]) for r in rows), default=0)) + 10


def x_axis(field: str, title: str | None, **more: Any) -> JsonObject:
    """An axis of a quantity."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def programme_order(parts: list[str]) -> list[str]:
    """Programmes in the order in which the law room lists them."""
    return sorted(dict.fromkeys(parts), key=place)


def programme_paint(name: str) -> str:
    """The colour that a programme has in every chart."""
    return PROGRAMME_PAINT[place(name)]
