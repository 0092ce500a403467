"""What a page is made of: a title, tables, charts, and how the same question is asked elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from parley.json_values import JsonObject
from parley.report.chart import NARROW, WIDE, Drawn, Key, inline, svg
from parley.report.sheet import Sheet
from parley.web.reading import query_of

Spec = Callable[[int], JsonObject]  # a Vega-Lite specification for a width


@dataclass(frozen=True)
class Chart:
    """A chart as one specification for page and file, with the sentence that says what it shows.

    draw: a quicker way to the very drawing of the specification, where there is one. title, note, source, keys: what is
    published with it; where it has no title, the sentence is one, and where it has no source, the page's command.
    """

    finding: str
    spec: Spec
    draw: Callable[[int], str] | None = None
    title: str = ""
    note: str = ""
    source: str = ""
    keys: tuple[Key, ...] = ()

    def drawn(self) -> Drawn:
        """The chart for wide and narrow pages."""
        return {"finding": self.finding, "wide": self.svg(WIDE, "wide"), "narrow": self.svg(NARROW, "narrow")}

    def svg(self, width: int, variant: str) -> str:
        """The chart as inline SVG."""
        if self.draw:
            return inline(self.draw(width), self.finding, variant)
        return svg(self.spec(width), self.finding, variant)


@dataclass(frozen=True)
class View:
    """One page of one question. command, python: the same question asked there; api: its address there, if it has one.
    more: what stands in the address beside the question. answers: whether the page's answer is to be had as JSON.
    kept: the page as text, once it is made.
    """

    template: str
    title: str
    path: str
    asked: object
    context: dict[str, Any]
    sheets: dict[str, Sheet] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    python: str = ""
    api: str = ""
    cite: str = ""
    method: tuple[str, ...] = ()
    json_text: bytes = b""
    more: tuple[tuple[str, str], ...] = ()
    answers: bool = False
    kept: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def query(self) -> str:
        """The question in the page's address."""
        return "&".join(text for text in (urlencode(self.more), query_of(self.asked)) if text)

    @property
    def permalink(self) -> str:
        """The address that restores the page."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def compare(self) -> str:
        """The address at which another question of its kind is laid beside it."""
        return "/compare?" + urlencode({"first": self.permalink, "second": self.permalink})

    def file(self, name: str) -> str:
        """The address of a file of this page."""
        base = "" if self.path == "/" else self.path
        return f"{base}/{name}" + (f"?{self.query}" if self.query else "")
