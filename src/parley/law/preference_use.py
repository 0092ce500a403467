"""Preferences as they are used: the mix of goods that claim one and goods that do not, from past trade.

A named simplification: shares are those of 2025 (USMCA) and 2024 (other agreements), whatever the day asked about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from parley.frozen import frozen
from parley.law.entry_claims import AGREEMENTS
from parley.law.trade_weights import TradeWeights, read_weights

if TYPE_CHECKING:
    from parley.law.compiled import CompiledRates

USMCA = ("CAN", "MEX")


def as_observed(plain: CompiledRates, claimed: Callable[[tuple[str, ...]], CompiledRates]) -> CompiledRates:
    """Rates with preferences as used. claimed: the rates of some origins where all their goods claim USMCA."""
    weights = read_weights(plain.destination)
    base, added = plain.base.copy(), plain.added.copy()
    split = {name: value.copy() for name, value in plain.by_programme.items()}
    neighbours = tuple(o for o in USMCA if o in plain.origins)
    notes: list[str] = []
    if neighbours:
        with_claim = claimed(neighbours)
        for j, origin in enumerate(neighbours):
            notes += _mix(origin, j, plain, with_claim, weights, (base, added, split))
    notes += _cut_base(plain, weights, base)
    kept = {name: frozen(value) for name, value in split.items()}
    return replace(plain, base=frozen(base), added=frozen(added), by_programme=kept, notes=(*plain.notes, *notes))


def _mix(origin: str, j: int, plain, with_claim, weights: TradeWeights, made: tuple) -> list[str]:
    """Column of one neighbour: share · rate with the claim + (1 − share) · rate without it."""
    base, added, split = made
    i = plain.origins.index(origin)
    share = weights.usmca_share(plain.products, origin)
    unknown = int(np.isnan(share).sum())
    share = np.nan_to_num(share, nan=0.0)
    for name in with_claim.by_programme:
        split.setdefault(name, np.zeros_like(base))
    base[:, i] = _mean(share, with_claim.base[:, j], base[:, i])
    added[:, i] = _mean(share, with_claim.added[:, j], added[:, i])
    for name, column in split.items():
        claimed = with_claim.by_programme.get(name)
        column[:, i] = _mean(share, 0.0 if claimed is None else claimed[:, j], column[:, i])
    return [f"{origin}: {unknown} lines without a USMCA share count as not claimed"] if unknown else []


def _mean(share, claimed, plain):
    """share · claimed + (1 − share) · plain, where a rate of no weight may be unknown."""
    return np.where(share > 0, share * claimed, 0.0) + np.where(share < 1, (1 - share) * plain, 0.0)


def _cut_base(plain: CompiledRates, weights: TradeWeights, base) -> list[str]:
    """Base of the other agreements' parties, cut by the share of value spared it; the origins that it touched."""
    parties = {o for p in AGREEMENTS if p.claim != "usmca" for o in p.origins}
    touched = [o for o in plain.origins if o in parties]
    for origin in touched:
        share = np.nan_to_num(weights.preference_share(plain.products, origin), nan=0.0)
        base[:, plain.origins.index(origin)] *= 1 - share
    return [f"base cut by the share of value that used a preference in 2024: {', '.join(touched)}"] if touched else []
