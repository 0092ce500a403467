"""Vega-Lite specifications as static SVG that follows the page: colours by style sheet, titles as tooltips, fluid width."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from parley.codes import LEGAL_AUTHORITIES, colour_variables
from parley.json_values import JsonObject

VEGA_LITE = "5.20"
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
_PATH = re.compile(r' d="[^"]*"')
_TENTH = re.compile(r"(\.\d)\d+")
_NOISE = re.compile(
    r' (?:role|aria-label|aria-roledescription|aria-hidden|pointer-events|font-family|class|xmlns:xlink|version)="[^"]*"'
)


def style_sheet() -> str:
    """The style sheet of every page, with the colours of the legal authorities in their places."""
    text = resources.files("parley.report").joinpath("templates/style.css").read_text("utf-8")
    for words, dark in (("light", False), ("dark", True)):
        text = text.replace(f"/* legal authorities, {words} */", colour_variables(dark))
    return text


def svg(spec: Mapping[str, Any], finding: str, variant: str) -> str:
    """One chart as inline SVG under a role and a sentence that says what it shows."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE)
    return _label(_paint(_tooltips(text)), finding, variant)


def _tooltips(text: str) -> str:
    """Marks with a description get it as <title>; roles inside one picture say nothing and go, as do needless digits."""
    text = _MARK.sub(lambda m: f"<{m[1]}{m[3]}><title>{m[2]}</title></{m[1]}>", text)
    text = _PATH.sub(lambda m: _TENTH.sub(r"\1", m[0]), _NOISE.sub("", text))  # to a tenth of a pixel
    return _LONG.sub(r"\1", text)


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
