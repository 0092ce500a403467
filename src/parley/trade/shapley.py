"""Who contributed how much: Shapley values and ordered paths of a value that a set of causes makes together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy import ndarray

from parley.array_types import Float

Value = Callable[[frozenset[int]], ndarray]


def shapley(count: int, value: Value) -> Float[ndarray, "c n"]:
    """phi[c] = sum over S without c of |S|! (count − |S| − 1)!/count! (value(S with c) − value(S)).  Shapley (1953).

    Exact: 2^count values. The parts sum to value(all) − value(none).
    """
    everyone = range(count)
    made = []
    for cause in everyone:
        others = [c for c in everyone if c != cause]
        parts = [
            (value(frozenset({*chosen, cause})) - value(frozenset(chosen))) / (count * comb(count - 1, size))
            for size in range(count)
            for chosen in combinations(others, size)
        ]
        made.append(np.sum(parts, axis=0))
    return np.array(made)


def sampled_shapley(
    count: int, value: Value, orders: int, seed: int = 0
) -> tuple[Float[ndarray, "c n"], Float[ndarray, "c n"]]:
    """(means, standard errors) over random orders, each with its reverse; the means still sum exactly."""
    draw = np.random.default_rng(seed)
    pairs = []
    for _ in range(orders):
        order = draw.permutation(count).tolist()
        pairs.append((along(order, value) + along(order[::-1], value)) / 2)
    found = np.array(pairs)
    error = found.std(axis=0, ddof=1) / np.sqrt(orders) if orders > 1 else np.full(found.shape[1:], np.nan)
    return found.mean(axis=0), error


def along(order: Sequence[int], value: Value) -> Float[ndarray, "c n"]:
    """What each cause adds when they come in this order."""
    values = [value(frozenset(order[:k])) for k in range(len(order) + 1)]
    made = np.empty((len(order), *values[0].shape))
    for k, cause in enumerate(order):
        made[cause] = values[k + 1] - values[k]
    return made
