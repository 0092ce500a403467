"""How little a fit proves where many ways of counting are tried: the fits that chance alone would give, and the words for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict

WINDOW = 25.0  # percentage points on either side of a stated figure, over which chance fits are counted
ERROR = 1e-9  # of sums of fractions


class Coincidence(TypedDict):
    """How many ways of counting were tried, and how many figures near a stated one, with as many digits, would fit some."""

    low: float  # fractions: the ends of what was counted over
    high: float
    spans: str  # the same in words
    values: int
    fitting: int
    share: float  # fitting of values: the nearer to one, the less a fit proves
    ways: int  # ways of counting that gave a rate
    expected: float  # of them, how many a figure drawn from low to high would fit


def coincidence(stated: float, half: float, rates: Sequence[float]) -> Coincidence:
    """Of all figures with as many digits near the stated one, how many would fit some base; and how many bases one would fit.

    stated and rates in percent; half: half a unit of the last digit stated. The nearer the share to one, the less a
    fit proves.
    """
    unit = 2 * half
    low, high = math.ceil(max(0.0, stated - WINDOW) / unit - ERROR), math.floor((stated + WINDOW) / unit + ERROR)
    met = [n for r in rates for n in {math.floor(r / unit), math.ceil(r / unit)} if _near(n * unit, r, half)]
    inside = [n for n in met if low <= n <= high]
    values = high - low + 1
    return {"low": low * unit / 100, "high": high * unit / 100, "values": values, "fitting": len(set(inside)),
            "share": len(set(inside)) / values, "ways": len(rates), "expected": len(inside) / values,
            "spans": f"all figures with as many digits within {WINDOW:g} points of the stated one, {values} of them"}  # fmt: skip


def _near(figure: float, rate: float, half: float) -> bool:
    return abs(figure - rate) <= half + ERROR


def verdict(fits: int, named: Sequence[str], chance: Coincidence) -> str:
    """What the fits of a figure are worth together: named by who stated it, or so many of those tried."""
    tried = f"{fits} of {chance['ways']} ways of counting {'fits' if fits == 1 else 'fit'} to the last digit stated"
    if named:
        return f"{tried}; who stated it named {' and '.join(named)}"
    return f"{tried}; by chance {chance['expected']:.1f} would, so none of them is shown to be meant"


def caution(fits: bool, stated: bool, named: Sequence[str], chance: Coincidence) -> str | None:
    """What a careful reader adds to a fit: nothing where a speaker named that base; else how easily some base fits."""
    if not fits or named:
        return None
    who = "who stated it named no base" if stated else "the record holds nobody who stated it"
    span = f"{100 * chance['low']:g} and {100 * chance['high']:g} %"
    return (
        f"{who}: a fit does not show that it was counted so. "
        f"Of the {chance['values']} figures of this precision between {span}, {chance['fitting']} would fit some base"
    )
