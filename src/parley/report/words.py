"""Numbers and names as people read them: percent with a true minus sign, a dash for what is missing, short days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from parley.codes import country_name, label

DASH = "–"


def number(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    """A number with a true minus; a dash where it is missing. Never a negative zero."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = f"{0:.{digits}f}"
    return text.replace("-", "−")


def rate(fraction: float | None, digits: int = 1) -> str:
    """A fraction in percent, without needless digits: 1.45 → 145; 0.025 → 2.5; a dash where it is missing."""
    if fraction is None or not math.isfinite(fraction):
        return DASH
    text = f"{100 * fraction:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def spread(r: Mapping[str, Any] | None, digits: int = 2) -> str:
    """A range as "median (low … high)", with a word where the sign differs."""
    if not r:
        return DASH
    mark = " sign differs" if r.get("sign_differs") else ""
    low, middle, high = (number(r[name], digits, sign=True) for name in ("low", "median", "high"))
    return f"{middle} ({low} … {high}){mark}"


def day(on: date | str | None) -> str:
    """2025-05-02 → 2 May 2025; a dash where it is missing."""
    if not on:
        return DASH
    on = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{on.day} {on:%b %Y}"


def flow(text: str) -> str:
    """ "CHN->USA" → "United States on China": who levies, on whose goods."""
    origin, _, levier = text.partition("->")
    return f"{country_name(levier)} on {country_name(origin)}"


def programme(name: str) -> str:
    """A programme as people call it."""
    return label(name)
