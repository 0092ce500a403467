"""A chart of the briefing: its row, its axes and colours, and its Vega-Lite specification as static SVG.

The picture follows the page: colours by style sheet, titles as tooltips, fluid width.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, TypedDict

from parley.codes import LEGAL_AUTHORITIES, colour_variables, place
from parley.json_values import JsonObject
from parley.report.drawing import drawing
from parley.report.words import day

PAINT = {  # stands in the specification → stands in the page, where the style sheet gives it a light and a dark value
    "#010101": "currentColor",
    "#010102": "var(--soft)",
    "#010103": "var(--grid)",
    "#010104": "var(--paper)",
    "#010201": "var(--first)",
    "#010202": "var(--second)",
    "#010203": "var(--gain)",
    "#010204": "var(--loss)",
    "#010205": "var(--unsure)",
    "#010206": "var(--waits)",
    **{f"#0103{n:02d}": f"var(--p{n})" for n in range(len(LEGAL_AUTHORITIES))},
}
INK, SOFT, GRID, PAPER, FIRST, SECOND, GAIN, LOSS, UNSURE, WAITS = list(PAINT)[:10]
PROGRAMME_PAINT = list(PAINT)[10:]

_MARK = re.compile(r'<(path|text|line|rect) aria-label="([^"]*)"([^>]*?)(?:/>|></\1>)')
_LONG = re.compile(r"(\.\d\d)\d{3,}")
_TAG = re.compile(r"<[^<>]*>")
_PATH = re.compile(r' d="[^"]*"')
_TENTH = re.compile(r"(\.\d)\d+")
_NOISE = re.compile(
    r' (?:role|aria-label|aria-roledescription|aria-hidden|pointer-events|font-family|class|xmlns:xlink|version)="[^"]*"'
)


def style_sheet() -> str:
    """The style sheet of every page, with the colours of the legal authorities in their places and one rule a legend's colour."""
    text = resources.files("parley.report").joinpath("templates/style.css").read_text("utf-8")
    for words, dark in (("light", False), ("dark", True)):
        text = text.replace(f"/* legal authorities, {words} */", colour_variables(dark))
    keys = [f".legend i.k{stand_in[1:]} {{ color: {colour}; }}" for stand_in, colour in PAINT.items()]
    return "\n".join((text, *keys))


def svg(spec: Mapping[str, Any], finding: str, variant: str) -> str:
    """One chart as inline SVG under a role and a sentence that says what it shows."""
    return inline(drawing(json.dumps(spec)), finding, variant)


def inline(drawing: str, finding: str, variant: str) -> str:
    """A drawing as inline SVG under a role and a sentence that says what it shows."""
    return _label(_paint(_tooltips(drawing)), finding, variant)


def _tooltips(text: str) -> str:
    """Marks with a description get it as <title>; roles inside one picture say nothing and go, as do needless digits."""
    text = _MARK.sub(lambda m: f"<{m[1]}{m[3]}><title>{m[2]}</title></{m[1]}>", text)
    text = _PATH.sub(lambda m: _to_a_tenth(m[0]), _NOISE.sub("", text))
    return _TAG.sub(lambda m: _shortened(m[0]), text)  # of places, never of what is written


@lru_cache(maxsize=4096)  # the outlines of a map, in each of its sizes
def _to_a_tenth(path: str) -> str:
    """A path to a tenth of a pixel."""
    return _TENTH.sub(r"\1", path)


@lru_cache(maxsize=4096)
def _shortened(tag: str) -> str:
    """A tag without needless digits."""
    return _LONG.sub(r"\1", tag)


def _paint(text: str) -> str:
    """The page's own colours in place of the stand-ins."""
    for stand_in, colour in PAINT.items():
        text = text.replace(stand_in, colour)
    return text.replace(' fill="white"', ' fill="none"', 1)


def _label(text: str, finding: str, variant: str) -> str:
    """The outer element: fluid and named."""
    opening = re.search(r"<svg[^>]*>", text)
    box = re.search(r'viewBox="([^"]*)"', opening[0]) if opening else None
    if not opening or not box:
        raise ValueError("the chart has no svg element with a viewBox")
    head = f'<svg class="chart {variant}" viewBox="{box[1]}" role="img" aria-label="{html.escape(finding)}">'
    return head + text[opening.end() :]


def theme(spec: Mapping[str, Any], width: int, height: int, left: int, right: int = 12, bottom: int = 26) -> JsonObject:
    """A specification with the page's size and type. Margins are given, so that no text is measured twice."""
    top = 6
    margins = {"left": left, "right": right, "top": top, "bottom": bottom}
    axis = {
        "domain": False, "ticks": False, "gridColor": GRID, "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 12,
        "titleFontSize": 12, "titleFontWeight": "normal", "labelPadding": 6, "titlePadding": 8,
    }  # fmt: skip
    config = {
        "font": "sans-serif", "axis": axis, "view": {"stroke": None}, "text": {"color": INK, "fontSize": 12},
        "legend": {"labelColor": INK, "titleColor": SOFT}, "aria": True,
    }  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width - left - right, "height": height - top - bottom, "background": None, "padding": margins,
        "autosize": {"type": "none"}, "config": config, **spec,
    }  # fmt: skip


WIDE, NARROW = 600, 340  # a column of the briefing, and a phone


def values(rows: Sequence[Mapping[str, Any]]) -> JsonObject:
    """Rows as the data of a layer."""
    return {"values": rows}


def names(rows: Sequence[Mapping[str, Any]], size: int = 12, most: int = 260) -> JsonObject:
    """An axis of names in the order of the rows, each within so many pixels; 0: there is room for all."""
    limit = most if room(rows, size) > most else 0  # with a limit each name is measured three times
    axis = {"labelColor": INK, "labelFontSize": size, "labelLimit": limit}
    return {"field": "name", "type": "nominal", "sort": [r["name"] for r in rows], "title": None, "axis": axis}


def room(rows: Sequence[Mapping[str, Any]], size: int = 12) -> int:
    """The left margin that the longest name needs, whatever type face the reader has."""
    return round(0.6 * size * max((len(r["name"]) for r in rows), default=0)) + 10


def x_axis(field: str, title: str | None, **more: Any) -> JsonObject:
    """An axis of a quantity."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def days_axis(field: str, axis: JsonObject, **scale: Any) -> JsonObject:
    """An axis of days: by universal time, or a chart would move with the time zone of whoever draws it."""
    return {"field": field, "type": "temporal", "title": None, "scale": {"type": "utc", **scale}, "axis": axis}


def programme_order(parts: list[str]) -> list[str]:
    """Programmes in the order in which the law room lists them."""
    return sorted(dict.fromkeys(parts), key=place)


def programme_paint(name: str) -> str:
    """The colour that a programme has in every chart."""
    return PROGRAMME_PAINT[place(name)]


Section = Literal["situation", "law", "trade", "talks", "deadline"]


class Key(TypedDict):
    """One entry of a legend: the stand-in of its colour, the shape of its mark, and what the mark stands for."""

    paint: str
    shape: Literal["box", "ring", "line", "thin", "dash", "tick", "none"]
    words: str


def boxes(names: Mapping[str, str]) -> list[Key]:
    """A legend of squares: words by stand-in colour."""
    return [{"paint": paint, "shape": "box", "words": words} for paint, words in names.items()]


def no_words(answer: Mapping[str, Any]) -> str:
    """No note: the picture says how it is read."""
    del answer
    return ""


def no_keys(answer: Mapping[str, Any]) -> list[Key]:
    """No legend: the marks say it themselves."""
    del answer
    return []


def from_the_table(answer: Mapping[str, Any]) -> str:
    """The source of a chart that names none."""
    del answer
    return "parley, from the table beside it"


class Drawn(TypedDict):
    """A chart as SVG for wide and narrow pages, with the sentence that says what it shows."""

    finding: str
    wide: str
    narrow: str


class Figure(Drawn):
    """A chart with all that is published with it. when: the day and the information cut-off. note: how to read it.

    sheet: the table of its numbers.
    """

    name: str
    title: str
    when: str
    keys: list[Key]
    note: str
    source: str
    credit: str
    sheet: str


@dataclass(frozen=True)
class Chart:
    """One chart of the briefing's Answer. shown: whether the Answer holds what it shows. finding: its sentence. spec: the
    Vega-Lite specification for a width. sheet: the table of its numbers. placed: whether its section's template gives it
    a place and words; else it stands at the end of the section under its title. caption: a title that depends on the Answer.
    keys: its legend. note: how to read it. source: whose numbers it shows.
    """

    name: str
    section: Section
    title: str
    shown: Callable[[Mapping[str, Any]], bool]
    finding: Callable[[Mapping[str, Any]], str]
    spec: Callable[[Mapping[str, Any], int], JsonObject]
    sheet: str = ""
    placed: bool = False
    caption: Callable[[Mapping[str, Any]], str] | None = None
    keys: Callable[[Mapping[str, Any]], list[Key]] = no_keys
    note: Callable[[Mapping[str, Any]], str] = no_words
    source: Callable[[Mapping[str, Any]], str] = from_the_table

    @property
    def file(self) -> str:
        """The name of its files, without their ends."""
        return self.name.replace("_", "-")

    def drawn(self, answer: Mapping[str, Any]) -> Drawn:
        """The chart of an Answer."""
        return drawn(self.finding(answer), lambda width: self.spec(answer, width))

    def figure(self, answer: Mapping[str, Any]) -> Figure:
        """The chart of an Answer with its caption, legend, source and credit."""
        return {
            **self.drawn(answer),
            "name": self.file,
            "title": self.caption(answer) if self.caption else self.title,
            "when": when(answer),
            "keys": self.keys(answer),
            "note": self.note(answer),
            "source": self.source(answer),
            "credit": f"parley, law {answer['law_version']}" if answer.get("law_version") else "parley",
            "sheet": self.sheet,
        }


def when(answer: Mapping[str, Any]) -> str:
    """The day and the information cut-off of an Answer."""
    known = f"as known on {day(answer['known'])}" if answer.get("known") else "everything in the package known"
    return f"Tariffs in force on {day(answer['on'])}, {known}"


def drawn(finding: str, spec: Callable[[int], JsonObject]) -> Drawn:
    """A specification for wide and narrow pages under its sentence."""
    return {
        "finding": finding,
        "wide": svg(spec(WIDE), finding, "wide"),
        "narrow": svg(spec(NARROW), finding, "narrow"),
    }
