"""What part of final spending is fixed investment, by country and sector: WIOD's final use of 2011, an assumption on later flows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import WorldError
from parley.world.links import SOURCE, alike, packaged_arrays


def packaged_investment(countries: Sequence[str], sectors: Sequence[str]) -> Float[ndarray, "n s"]:
    """The invested part of n's final spending on s; a sector takes its group's, an economy that WIOD lacks a like one's.

    Raises WorldError where a sector's code is unknown.
    """
    arrays = packaged_arrays()
    place = {str(s): int(g) for s, g in zip(arrays["sectors"], arrays["group_of"], strict=True)}
    unknown = [s for s in sectors if s not in place]
    if unknown:
        raise WorldError(
            "world investment", f"{SOURCE} has no group for sector {unknown[0]!r}", ", ".join(place),
            "Give the invested part of final spending yourself: steady_state.Choice(investment=…)",
        )  # fmt: skip
    at, _ = alike(countries, arrays)
    return (arrays["invested_digits"] / 1e6)[at][:, np.array([place[s] for s in sectors])]
