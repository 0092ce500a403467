"""Fixed points side by side, a column each: Anderson acceleration (Anderson 1965; type II) with a past of its own for each."""

from __future__ import annotations

import numpy as np
from numpy import ndarray
from numpy.typing import DTypeLike

from parley.array_types import Float, Int

RIDGE = 1e-14  # relative to the largest past step: keeps the small systems solvable when steps line up


class Past:
    """What each column remembers: the step is f − (dx + df)' g, g the past steps closest to f."""

    def __init__(self, count: int, columns: int, memory: int, kind: DTypeLike = float) -> None:
        self.df, self.both = np.empty((2, memory, count, columns), kind)
        self.gram = np.zeros((columns, memory, memory))
        self.seen, self.memory = 0, memory
        self.last: tuple[ndarray, ndarray] | None = None

    def mixed(self, x: Float[ndarray, "x k"], f: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """The accelerated step from iterate x, whose plain step is f."""
        if self.last is not None:
            self._keep((x, f), self.last)
        self.last = x, f
        used = min(self.seen, self.memory)
        if not used:
            return f
        gram = self.gram[:, :used, :used].copy()
        at = np.arange(used)
        gram[:, at, at] += RIDGE * gram[:, at, at].max(axis=1, keepdims=True) + 1e-300
        target = np.stack([_dots(past, f) for past in self.df[:used]], axis=1)
        g = np.linalg.solve(gram, target[:, :, None])[:, :, 0]
        step, part, weights = f.copy(), np.empty_like(f), g.T.astype(f.dtype)
        for past, weight in zip(self.both[:used], weights, strict=True):
            step -= np.multiply(past, weight, out=part)
        return step

    def resumed(self) -> Past:
        """The same steps, before a first iterate of a neighbouring fixed point."""
        self.last = None
        return self

    def take(self, columns: Int[ndarray, " c"]) -> None:
        """Only these columns from now on."""
        self.df, self.both, self.gram = self.df[:, :, columns], self.both[:, :, columns], self.gram[columns]
        if self.last is not None:
            self.last = self.last[0][:, columns], self.last[1][:, columns]

    def _keep(self, to: tuple[ndarray, ndarray], before: tuple[ndarray, ndarray]) -> None:
        slot = self.seen % self.memory
        df, both = self.df[slot], self.both[slot]
        np.subtract(to[1], before[1], out=df)
        np.subtract(to[0], before[0], out=both)
        both += df
        self.seen += 1
        for other in range(min(self.seen, self.memory)):
            self.gram[:, slot, other] = self.gram[:, other, slot] = _dots(self.df[other], df)


def _dots(a: Float[ndarray, "x k"], b: Float[ndarray, "x k"]) -> Float[ndarray, " k"]:
    """The product of each column with its own."""
    return a.T @ b[:, 0] if a.shape[1] == 1 else np.einsum("xk,xk->k", a, b)
