"""Mixed equilibria of a two-player game by support enumeration: small, exact, no solver."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.grid_answers import Mixed

MAX_OPTIONS = 8  # 2 × 8 options make 12,869 pairs of supports of equal size, about a second


@dataclass(frozen=True)
class MixedEquilibrium:
    """The probability that each player gives to each option, and what each then expects."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    values: tuple[float, float]

    def as_json(self, players: tuple[str, ...], options: tuple[tuple[str, ...], ...]) -> Mixed:
        """{probabilities: {player: {option: probability}}, welfare_pct: {player: value}}; zero options are left out."""
        own = (self.first, self.second)
        return {
            "probabilities": {
                p: {o: q for o, q in zip(names, probabilities, strict=True) if q > 0}
                for p, names, probabilities in zip(players, options, own, strict=True)
            },
            "welfare_pct": dict(zip(players, self.values, strict=True)),
        }


def mixed_equilibria(
    first: Float[ndarray, "a b"], second: Float[ndarray, "a b"], margin: float
) -> tuple[MixedEquilibrium, ...]:
    """Equilibria with supports of equal size, at least two options each; all of them unless the game is degenerate.

    For supports A, B: q on B makes every option of A equally good to the first player, p on A every option of B to the
    second; probabilities are positive and no option outside pays more than the margin. Porter, Nudelman, Shoham (2008).
    """
    if max(first.shape) > MAX_OPTIONS:
        return ()
    rows, columns = first.shape
    found = []
    for size in range(2, min(first.shape) + 1):
        for own in combinations(range(rows), size):
            for other in combinations(range(columns), size):
                candidate = _on_supports(first, second, list(own), list(other), margin)
                if candidate:
                    found.append(candidate)
    return tuple(found)


def _on_supports(first, second, own: list[int], other: list[int], margin: float) -> MixedEquilibrium | None:
    q = _indifferent(first[np.ix_(own, other)])
    p = _indifferent(second[np.ix_(own, other)].T)
    if p is None or q is None:
        return None
    x, y = np.zeros(first.shape[0]), np.zeros(first.shape[1])
    x[own], y[other] = p, q
    u, v = first @ y, x @ second
    values = float(x @ u), float(v @ y)
    if u.max() > values[0] + margin or v.max() > values[1] + margin:
        return None
    return MixedEquilibrium(tuple(x.tolist()), tuple(y.tolist()), values)


def _indifferent(payoff: Float[ndarray, "m m"]) -> Float[ndarray, " m"] | None:
    """The positive weights on columns that make all rows equal: payoff·q = value, sum q = 1; None where none do."""
    size = len(payoff)
    system = np.zeros((size + 1, size + 1))
    system[:size, :size], system[:size, size], system[size, :size] = payoff, -1.0, 1.0
    target = np.append(np.zeros(size), 1.0)
    try:
        q = np.linalg.solve(system, target)[:size]
    except np.linalg.LinAlgError:
        return None
    return q if (q > 0).all() and np.isfinite(q).all() else None
