"""What a page is made of: a title, tables, charts, and how the same question is asked elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from parley.json_values import JsonObject
from parley.report.chart import Drawn, drawn
from parley.report.sheet import Sheet
from parley.web.reading import query_of

Spec = Callable[[int], JsonObject]  # a Vega-Lite specification for a width


@dataclass(frozen=True)
class Chart:
    """A chart as one specification for page and file, with the sentence that says what it shows."""

    finding: str
    spec: Spec

    def drawn(self) -> Drawn:
        """The chart for wide and narrow pages."""
        return drawn(self.finding, self.spec)


@dataclass(frozen=True)
class View:
    """One page of one question. command, python: the same question asked there; api: its address there, if it has one.
    more: what stands in the address beside the question."""

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

    @property
    def query(self) -> str:
        """The question in the page's address."""
        return "&".join(text for text in (urlencode(self.more), query_of(self.asked)) if text)

    @property
    def permalink(self) -> str:
        """The address that restores the page."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def file(self, name: str) -> str:
        """The address of a file of this page."""
        base = "" if self.path == "/" else self.path
        return f"{base}/{name}" + (f"?{self.query}" if self.query else "")
