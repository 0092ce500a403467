"""A chart as a file that can be published: title, day and information cut-off, legend, picture, source and credit, on paper.

The SVG is the page's own picture in the light colours; the PNG is drawn from it at twice its size.
"""

from __future__ import annotations

import base64
import html
import re
import textwrap
from functools import lru_cache
from typing import NamedTuple

from parley.report.chart import PAINT, WIDE, Figure, Key, style_sheet
from parley.report.drawing import drawer
from parley.report.words import unbroken

EDGE = 20
LETTER, BOLD = 0.55, 0.6  # of its size: the width of a letter, on average
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


class Line(NamedTuple):
    """A line of text: its size, weight and colour, and the room above its foot."""

    text: str
    size: float
    weight: int
    paint: str
    step: float


def published(figure: Figure) -> str:
    """The chart as an SVG file of its own."""
    box = BOX.search(figure["wide"])
    if not box:
        raise ValueError(f"the chart {figure['name']} has no viewBox")
    width, height = WIDE + 2 * EDGE, float(box[2]) * WIDE / float(box[1])
    above, y = _texts(_head(figure), EDGE)
    keys, y = _legend(figure["keys"], y + 10)
    below, end = _texts(_foot(figure), y + height + 12)
    inner = figure["wide"].replace(
        "<svg ", f'<svg x="{EDGE}" y="{y + 4:g}" width="{WIDE}" height="{height:g}" overflow="visible" ', 1
    )
    inner = re.sub(r' class="chart wide"| role="img"| aria-label="[^"]*"', "", inner, count=3)
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{end + EDGE:g}" '
        f'viewBox="0 0 {width} {end + EDGE:g}" font-family="{FONT}" role="img" aria-label="{html.escape(figure["finding"])}">'
        f"<title>{html.escape(figure['title'])}</title>"
        f'<rect width="100%" height="100%" fill="var(--paper)"/>{above}{keys}{inner}{below}</svg>\n'
    )
    return in_light_colours(text)


def in_light_colours(text: str) -> str:
    """A picture with the style sheet's light colours in place of their names."""
    colours = palette()
    text = re.sub(r"var\(--([\w-]+)\)", lambda m: colours[m[1]], text)
    return text.replace("currentColor", colours["ink"])


def picture(svg: str) -> bytes:
    """An SVG as PNG at twice its size."""
    return drawer("a PNG").svg_to_png(svg, scale=2)


def link(svg: str) -> str:
    """An SVG as a data: address, so that the page offers it offline."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


@lru_cache(maxsize=1)
def palette() -> dict[str, str]:
    """The light colours of the report's style sheet by name."""
    light = style_sheet().partition("@media")[0]
    return dict(re.findall(r"--(\w[\w-]*+): (#[0-9a-fA-F]{3,8});", light))


def _head(figure: Figure) -> list[Line]:
    title = [Line(t, 17, 600, "--ink", 22) for t in _wrapped(figure["title"], 17, BOLD)]
    return [*title, *(Line(t, 12.5, 400, "--soft", 18) for t in _wrapped(f"{figure['when']}.", 12.5))]


def _foot(figure: Figure) -> list[Line]:
    lines = (
        *_wrapped(figure["note"], 11),
        *_wrapped(f"Source: {figure['source']}.", 11),
        f"Chart: {figure['credit']}.",
    )
    return [Line(t, 11, 400, "--soft", 15) for t in lines]


def _wrapped(text: str, size: float, letter: float = LETTER) -> list[str]:
    return textwrap.wrap(unbroken(text), int(WIDE / (letter * size)), break_long_words=False)


def _texts(lines: list[Line], y: float) -> tuple[str, float]:
    """The lines as text, one below the other, and where they end."""
    made = []
    for line in lines:
        y += line.step
        made.append(
            f'<text x="{EDGE}" y="{y:g}" font-size="{line.size:g}" font-weight="{line.weight}" fill="var({line.paint})">'
            f"{html.escape(line.text)}</text>"
        )
    return "".join(made), y


def _legend(keys: list[Key], y: float, size: float = 12) -> tuple[str, float]:
    """The legend in rows, and where it ends."""
    made, x = [], float(EDGE)
    if not keys:
        return "", y
    y += 10
    for key in keys:
        wide = (24 if key["shape"] != "none" else 0) + LETTER * size * len(key["words"]) + 16
        if x > EDGE and x + wide > WIDE + EDGE:
            x, y = float(EDGE), y + 19
        made.append(_mark(key, x, y))
        at = x + (24 if key["shape"] != "none" else 0)
        made.append(
            f'<text x="{at:g}" y="{y:g}" font-size="{size:g}" fill="var(--ink)">{html.escape(key["words"])}</text>'
        )
        x += wide
    return "".join(made), y + 8


def _mark(key: Key, x: float, y: float) -> str:
    """The mark of one entry, left of its words."""
    paint, middle = PAINT[key["paint"]], y - 4
    shapes = {
        "box": f'<rect x="{x + 2:g}" y="{middle - 6:g}" width="12" height="12" rx="2" fill="{paint}"/>',
        "ring": f'<circle cx="{x + 8:g}" cy="{middle:g}" r="5" fill="none" stroke="{paint}" stroke-width="2"/>',
        "line": f'<path d="M{x:g} {middle:g}h18" stroke="{paint}" stroke-width="3"/>',
        "thin": f'<path d="M{x:g} {middle:g}h18" stroke="{paint}" stroke-width="1.2"/>',
        "dash": f'<path d="M{x:g} {middle:g}h18" stroke="{paint}" stroke-width="2.5" stroke-dasharray="2 4"/>',
        "tick": f'<path d="M{x + 8:g} {middle - 7:g}v14" stroke="{paint}" stroke-width="3"/>',
        "none": "",
    }
    return shapes[key["shape"]]
