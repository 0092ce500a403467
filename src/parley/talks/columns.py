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
            self._keep(x - self.last[0], f - self.last[1])
        self.last = x, f
        used = min(self.seen, self.memory)
        if not used:
            return f
        gram = self.gram[:, :used, :used].copy()
        at = np.arange(used)
        gram[:, at, at] += RIDGE * gram[:, at, at].max(axis=1, keepdims=True) + 1e-300
        target = np.stack([_dots(past, f) for past in self.df[:used]], axis=1)
        g = np.linalg.solve(gram, target[:, :, None])[:, :, 0]
        step, part = f.copy(), np.empty_like(f)
        for past, weight in zip(self.both[:used], g.T, strict=True):
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

    def _keep(self, dx: Float[ndarray, "x k"], df: Float[ndarray, "x k"]) -> None:
        slot = self.seen % self.memory
        self.df[slot] = df
        np.add(dx, df, out=self.both[slot])
        self.seen += 1
        for other in range(min(self.seen, self.memory)):
            self.gram[:, slot, other] = self.gram[:, other, slot] = _dots(self.df[other], df)


def _dots(a: Float[ndarray, "x k"], b: Float[ndarray, "x k"]) -> Float[ndarray, " k"]:
    """The product of each column with its own."""
    return a.T @ b[:, 0] if a.shape[1] == 1 else np.einsum("xk,xk->k", a, b)
