"""Rates of goods that differ in what they claim, mixed whole: what a draft of a table mixes part by part."""

from __future__ import annotations

from numpy import ndarray

from parley.law.compiled import CompiledRates
from parley.law.paid.blend import Draft


def blended(rates: CompiledRates, plain: CompiledRates, claimed: CompiledRates, share: ndarray) -> CompiledRates:
    """rates + share · (claimed − plain). share: of value, by product and origin; of the same lines and origins."""
    draft = Draft(rates)
    draft.mix(plain, claimed, share)
    return draft.table()
