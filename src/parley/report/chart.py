"""What a chart of the briefing is: one row with its section, when it is shown, its sentence and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from parley.json_values import JsonObject
from parley.report.drawing import NARROW, WIDE
from parley.report.svg import svg

Section = Literal["law", "trade", "deadline"]


class Drawn(TypedDict):
    """A chart as SVG for wide and narrow pages, with the sentence that says what it shows."""

    finding: str
    wide: str
    narrow: str


class FurtherChart(TypedDict):
    """A chart at the end of a section: its title, its picture, and the name of the table of its numbers."""

    name: str
    title: str
    sheet: str
    drawn: Drawn


@dataclass(frozen=True)
class Chart:
    """One chart of the briefing's Answer. shown: whether the Answer holds what it shows. finding: its sentence. spec: the
    Vega-Lite specification for a width. sheet: the table of its numbers. placed: whether its section's template gives it
    a place and words; else it stands at the end of the section under its title.
    """

    name: str
    section: Section
    title: str
    shown: Callable[[Mapping[str, Any]], bool]
    finding: Callable[[Mapping[str, Any]], str]
    spec: Callable[[Mapping[str, Any], int], JsonObject]
    sheet: str = ""
    placed: bool = False

    def drawn(self, answer: Mapping[str, Any]) -> Drawn:
        """The chart of an Answer."""
        return drawn(self.finding(answer), lambda width: self.spec(answer, width))


def drawn(finding: str, spec: Callable[[int], JsonObject]) -> Drawn:
    """A specification for wide and narrow pages under its sentence."""
    return {
        "finding": finding,
        "wide": svg(spec(WIDE), finding, "wide"),
        "narrow": svg(spec(NARROW), finding, "narrow"),
    }
