"""Words and tables for people, as values: what a room says, whichever door prints it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows of text under heads."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""


def percent(fraction: float | None, digits: int = 1) -> str:
    """0.145 → '14.5'; a missing number is a dash, never a zero."""
    if fraction is None or not math.isfinite(fraction):
        return "–"
    return f"{100 * fraction:,.{digits}f}"


def figure(value: float | None, digits: int) -> str:
    """A number with so many digits; a missing one is a dash."""
    return "–" if value is None else f"{value:.{digits}f}"
