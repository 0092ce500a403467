"""What a party imports by tariff line and origin, and the ordinary duty collected on it: the weights of its averages."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen
from parley.law.kept_arrays import kept_arrays
from parley.law.kept_rates import joined
from parley.law.stand_in import SOURCE as STAND_IN
from parley.law.stand_in import code_weights, has_schedule
from parley.law.trade_weights import FILES as WEIGHED
from parley.law.trade_weights import MIRRORS, TradeWeights, read_weights

MOST_KEPT = 6  # tables of the duty collected by line and origin
SIMPLE = "simple means over product lines: no import weights by line are packaged"


@lru_cache(maxsize=8)  # some 20 MB each
def imports_of(
    party: str, products: tuple[str, ...], origins: tuple[str, ...], parties: tuple[str, ...], mirrored: bool = True
) -> tuple[ndarray, ndarray, str]:
    """(customs value [k, i], ordinary duty collected as a fraction [k, i], source) of a party's imports.

    mirrored: whether a partner's exports stand for imports that are not to be had by line; else simple means.
    Duty charged on the parties' own goods holds additional duties too, so for them the other origins' collection is taken.
    """
    shape = (len(products), len(origins))
    if party in MIRRORS and mirrored:
        weights = read_weights(party)
        exports = weights.matrix(products, origins)
        return frozen(np.where(weights.own(origins), exports, 1.0)), np.full(shape, np.nan), weights.source
    if not has_schedule(party):
        return (
            frozen(np.repeat(code_weights(products)[:, None], len(origins), axis=1)),
            np.full(shape, np.nan),
            STAND_IN,
        )
    if party not in WEIGHED:
        return frozen(np.ones(shape)), np.full(shape, np.nan), SIMPLE
    weights, rivals = read_weights(party), tuple(p for p in parties if p != party)
    meant = (party.encode(), joined(products), joined(origins), joined(rivals))
    collected = kept_arrays("collected", meant, lambda: (_collected(weights, products, origins, rivals),), MOST_KEPT)[0]
    return frozen(weights.matrix(products, origins)), collected, weights.source


def _collected(
    weights: TradeWeights, products: tuple[str, ...], origins: tuple[str, ...], rivals: tuple[str, ...]
) -> Float[ndarray, "k i"]:
    """The ordinary duty collected, as a fraction of value; of the rivals that of the other origins together."""
    spared = [frozen(np.where(np.isin(weights.partners, rivals), 0.0, held)) for held in (weights.value, weights.duty)]
    value, duty = (replace(weights, value=held).matrix(products, origins) for held in spared)
    return _ratio(duty, value)


def _ratio(duty: Float[ndarray, "k i"], value: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """Duty over value; where an origin sold nothing, that of all origins together; NaN where nobody did."""
    with np.errstate(invalid="ignore", divide="ignore"):
        own, all_origins = duty / value, duty.sum(axis=1) / value.sum(axis=1)
    return np.where(value > 0, own, all_origins[:, None])
