"""Anderson's acceleration of many fixed points side by side, each with its own past (Anderson 1965; type II)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float

RIDGE = 1e-14  # relative to the largest past step: keeps the small systems solvable when steps line up
LARGEST_STEP = 1.0  # in logs: no iterate moves by more than a factor e at once


class Past:
    """What each column remembers: the step is f − (dx + df)' g, g the past steps closest to f."""

    def __init__(self, count: int, columns: int, memory: int) -> None:
        self.df, self.both = np.empty((memory, count, columns)), np.empty((memory, count, columns))
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


@dataclass(frozen=True, eq=False)
class Settled:
    """The last iterates, which of them met the tolerance, and the passes spent."""

    x: Float[ndarray, "x k"]
    residual: Float[ndarray, " k"]
    done: Bool[ndarray, " k"]
    passes: int


def settle(
    step: Callable[[ndarray], tuple[ndarray, ndarray]],
    x: Float[ndarray, "x k"],
    tolerance: float | ndarray,
    passes: int,
    memory: int,
) -> Settled:
    """The Settled columns of x → x + f(x), where step(x) gives (f, residual of each column).

    tolerance: of all columns, or of each.
    """
    past = Past(x.shape[0], x.shape[1], memory)
    residual, done = np.full(x.shape[1], np.inf), np.zeros(x.shape[1], bool)
    for passed in range(1, passes + 1):
        f, residual = step(x)
        done = residual <= tolerance
        if done.all() or not np.isfinite(f).all():
            return Settled(x, residual, done, passed)
        x = x + np.clip(past.mixed(x, f), -LARGEST_STEP, LARGEST_STEP)
    return Settled(x, residual, done, passes)
