"""How much of an average's weight lies on lines whose ordinary rate the package does not hold, and why it does not."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.law.compiled import CompiledRates
from parley.law.edition import edition_of


def untold(rates: CompiledRates, weight: Float[ndarray, " k"]) -> float:
    """The share of weight on lines of which the schedule that we hold gives no ordinary rate at all."""
    if not np.isnan(rates.base).any():
        return 0.0
    edition = edition_of(rates.destination, rates.on, rates.products)
    told = np.array([bool(line.general) for line in edition.texts])[edition.text_of]
    return float(weight[~told].sum() / weight.sum())


def why_no_base(rates: CompiledRates) -> str:
    """Why an average has no base rate, as far as the schedule tells."""
    lines = edition_of(rates.destination, rates.on, rates.products).texts
    untold = next((line.reason for line in lines if not line.general and line.reason), "")
    return untold.split(";")[0] or "no base rate is known"
