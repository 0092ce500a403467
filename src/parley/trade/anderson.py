"""A fixed point by Anderson acceleration (Anderson 1965; Walker and Ni 2011, type II), with a tiny ridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy import ndarray

from parley.shapes import Float

RIDGE = 1e-14  # relative to the largest past step: keeps the small system solvable when steps line up
LARGEST_STEP = 1.0  # in logs: no iterate moves any price by more than a factor e at once

Step = Callable[[Float[ndarray, " x"]], tuple[Float[ndarray, " x"], float]]


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """The best iterate, its residual, and the passes spent on it."""

    x: Float[ndarray, " x"]
    residual: float
    passes: int


def accelerate(step: Step, x: Float[ndarray, " x"], tolerance: float, passes: int, memory: int = 10) -> FixedPoint:
    """The fixed point of x → x + f(x), where step(x) gives (f, residual); stops at the tolerance or the last pass.

    Each iterate is x + f less the combination of past steps that best explains f. Memory 0 is the plain iteration.
    The past is forgotten when the residual grows tenfold above the best.
    """
    past, best = _Past(max(memory, 1), x.size), FixedPoint(x, inf, 0)
    last_f = move = x
    since_best = inf
    for done in range(1, passes + 1):
        f, residual = step(x)
        if not (isfinite(residual) and isfinite(f.dot(f))):
            return FixedPoint(best.x, best.residual, done)
        if residual < best.residual:
            best = FixedPoint(x, residual, done)
        if residual <= tolerance:
            return FixedPoint(x, residual, done)
        if residual > 10 * since_best:
            past.used, since_best = 0, residual
        elif done > 1 and memory:
            past.keep(move, f - last_f)
        since_best = min(since_best, residual)
        last_f, move = f, past.mixed(f)
        if max(move.max(), -move.min()) > LARGEST_STEP:
            move = np.clip(move, -LARGEST_STEP, LARGEST_STEP)
        x = x + move
    return FixedPoint(best.x, best.residual, passes)


class _Past:
    """The last steps: df, how f moved; both, dx + df; gram, the products of all df. Rows are overwritten in turn."""

    def __init__(self, memory: int, size: int) -> None:
        self.df, self.both = np.empty((memory, size)), np.empty((memory, size))
        self.gram = np.zeros((memory, memory))
        self.slot = self.used = 0

    def keep(self, dx: Float[ndarray, " x"], df: Float[ndarray, " x"]) -> None:
        """Put one more step in, in place of the oldest."""
        memory = len(self.df)
        slot = self.slot if self.used else 0
        self.df[slot] = df
        np.add(dx, df, out=self.both[slot])
        self.slot, self.used = (slot + 1) % memory, min(self.used + 1, memory)
        products = self.df[: self.used] @ df
        self.gram[slot, : self.used] = products
        self.gram[: self.used, slot] = products

    def mixed(self, f: Float[ndarray, " x"]) -> Float[ndarray, " x"]:
        """f − (dx + df)' g, where g minimises |f − df' g| with a ridge."""
        used = self.used
        if not used:
            return f
        gram = self.gram[:used, :used].copy()
        gram.flat[:: used + 1] += RIDGE * gram.diagonal().max()
        try:
            g = np.linalg.solve(gram, self.df[:used] @ f)
        except np.linalg.LinAlgError:  # past steps that are all alike explain nothing
            return f
        return f - g @ self.both[:used]
