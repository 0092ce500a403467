"""How much of a good is metal where nobody says: the customs rule, and what the statistics of industries suggest.

The rule of customs is the full value: without a claim `law rate` levies a metal duty on all of it. An average over goods of a
day counts what importers declare, which no source gives by line; the shares of the input-output table stand in. By default
an average counts chapters 72, 73, 74 and 76 at full value and all other metal goods by their shares, from 4 June 2025 to
5 April 2026: the days on which the rest of such a good paid the other duties, and before the value of a whole article paid.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.array_types import Float

METALS = ("steel", "aluminium", "copper")
WHOLLY_METAL = ("72", "73", "74", "76")  # chapters whose goods are counted as metal throughout
FIRST, END = date(2025, 6, 4), date(2026, 4, 6)  # Proclamation 10947; the proclamation of 2 April 2026 (whole articles)
SIGNED = date(2025, 6, 3), date(2026, 4, 2)  # the days on which these two were made known
LINE = 8  # digits of the lines that have shares
HALVES = (0.5, 0.5, 0.0)  # of a good without statistics, as a series counts it that the conventions rebuild
SOURCE = "metal bought by the industry that makes the good, Bureau of Economic Analysis' input-output table"

Counted = Literal[
    "chapters", "every day", "declared", "full", "shares"
]  # what an average counts as metal: see Regime.content


class MetalContent(NamedTuple):
    """Shares of steel, aluminium and copper in the value of a good; what they rest on."""

    steel: float
    aluminium: float
    copper: float
    source: str = SOURCE


def is_wholly_metal(product: str) -> bool:
    """Whether a good is of a chapter that is counted as metal throughout."""
    return product.startswith(WHOLLY_METAL)


def content_of(product: str) -> MetalContent | None:
    """The shares that statistics of its industry suggest for a tariff line; None where it has none."""
    found = shares_by_line().get(product[:LINE])
    return None if found is None else MetalContent(found[0], found[1], found[2])


def content_shares(products: Sequence[str]) -> Float[ndarray, "k m"]:
    """The shares of steel, aluminium and copper of each product; NaN where the table has none."""
    import numpy as np

    unknown = (np.nan,) * len(METALS)
    return np.array([shares_by_line().get(p[:LINE], unknown) for p in products], dtype=float).reshape(-1, len(METALS))


@cache
def shares_by_line() -> dict[str, tuple[float, ...]]:
    """Tariff line → its shares of steel, aluminium and copper: weights/usa-metal-content.csv."""
    text = resources.files("parley.law").joinpath("weights", "usa-metal-content.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {r["product"]: tuple(float(r[metal]) for metal in METALS) for r in rows}
