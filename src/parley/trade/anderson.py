"""A fixed point by Anderson acceleration (Anderson 1965; Walker and Ni 2011, type II), with a tiny ridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy import ndarray

from parley.array_types import Float

RIDGE = 1e-14  # relative to the largest past step: keeps the small system solvable when steps line up
LARGEST_STEP = 1.0  # in logs: no iterate moves any price by more than a factor e at once

Step = Callable[[Float[ndarray, " x"]], tuple[Float[ndarray, " x"], float]]


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """The best iterate, its residual, and the passes spent on it."""

    x: Float[ndarray, " x"]
    residual: float
    passes: int


def accelerate(
    step: Step, x: Float[ndarray, " x"], tolerance: float, passes: int, memory: int = 10, past: Past | None = None
) -> FixedPoint:
    """The fixed point of x → x + f(x), where step(x) gives (f, residual); stops at the tolerance or the last pass.

    Each iterate is x + f less the combination of past steps that best explains f. Memory 0 is the plain iteration.
    The past is forgotten when the residual grows tenfold above the best. past: steps of a neighbouring fixed point,
    with a memory of their own; these steps are added to it.
    """
    past, best = past or Past(max(memory, 1)), FixedPoint(x, inf, 0)
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


class Past:
    """The last steps: df, how f moved; both, dx + df; gram, the products of all df. Rows are overwritten in turn.

    It is the one value here that changes: who solves many neighbours in a row makes one, and hands it to each.
    """

    def __init__(self, memory: int) -> None:
        self.df, self.both = np.empty((2, memory, 0))
        self.gram = np.zeros((memory, memory))
        self.slot = self.used = 0

    def keep(self, dx: Float[ndarray, " x"], df: Float[ndarray, " x"]) -> None:
        """Put one more step in, in place of the oldest; steps of another size are forgotten."""
        memory = len(self.df)
        if self.df.shape[1] != df.size:
            self.df, self.both = np.empty((2, memory, df.size))
            self.used = 0
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


def accelerate_many(
    step: Callable[[ndarray], tuple[ndarray, ndarray]],
    x: Float[ndarray, "b x"],
    tolerance: float,
    passes: int,
    take: Callable[[ndarray], None] | None = None,
    memory: int = 10,
) -> list[FixedPoint]:
    """The FixedPoint of each row by itself, as `accelerate` finds it; step gives (f [b, x], residuals [b]).

    take(rows): tells step that only these rows go on, once a third of them has ended; None: all go on to the last.
    """
    B, size = x.shape
    found = [FixedPoint(row, inf, 0) for row in x]
    alive, running = np.arange(B), np.ones(B, bool)
    since_best, last_f, move = np.full(B, inf), x, x
    past = _ManyPasts(B, memory, size)
    for done in range(1, passes + 1):
        f, residual = step(x)
        lost = ~(np.isfinite(residual) & np.isfinite(np.einsum("bx,bx->b", f, f)))
        for b in np.flatnonzero(running):
            best = found[alive[b]]
            if not lost[b] and residual[b] < best.residual:
                best = FixedPoint(x[b], float(residual[b]), done)
            found[alive[b]] = FixedPoint(best.x, best.residual, done)
        running &= ~(lost | (residual <= tolerance))
        if not running.any():
            break
        if take is not None and 3 * running.sum() <= 2 * len(running):
            rows = np.flatnonzero(running)
            take(rows)
            past.take(rows)
            x, f, residual, last_f, move = x[rows], f[rows], residual[rows], last_f[rows], move[rows]
            alive, since_best, running = alive[rows], since_best[rows], running[rows]
        f = np.where(running[:, None], f, 0.0)
        worse = residual > 10 * since_best
        if done > 1 and memory:
            past.keep(move, f - last_f, running & ~worse)
            past.forget(worse)
        since_best = np.where(worse, residual, np.minimum(since_best, residual))
        last_f, move = f, np.clip(past.mixed(f), -LARGEST_STEP, LARGEST_STEP)
        x = x + move
    return found


class _ManyPasts:
    """`_Past` for each of many rows; what a row has not seen is zero and weighs nothing."""

    def __init__(self, rows: int, memory: int, size: int) -> None:
        self.df, self.both = np.zeros((rows, memory, size)), np.zeros((rows, memory, size))
        self.gram, self.slot = np.zeros((rows, memory, memory)), 0

    def take(self, rows: ndarray) -> None:
        """Only these rows from now on."""
        self.df, self.both, self.gram = self.df[rows], self.both[rows], self.gram[rows]

    def keep(self, dx: Float[ndarray, "b x"], df: Float[ndarray, "b x"], rows: ndarray) -> None:
        """Put one more step in, in place of the oldest; zero in rows that are not asked for."""
        slot, asked = self.slot, rows[:, None]
        self.df[:, slot] = np.where(asked, df, 0.0)
        self.both[:, slot] = np.where(asked, dx + df, 0.0)
        self.slot = (slot + 1) % self.df.shape[1]
        products = np.matmul(self.df, self.df[:, slot, :, None])[:, :, 0]
        self.gram[:, slot], self.gram[:, :, slot] = products, products

    def forget(self, rows: ndarray) -> None:
        """Nothing is remembered of these rows."""
        if rows.any():
            self.df[rows], self.both[rows], self.gram[rows] = 0.0, 0.0, 0.0

    def mixed(self, f: Float[ndarray, "b x"]) -> Float[ndarray, "b x"]:
        """f − (dx + df)' g of each row."""
        at = np.arange(self.gram.shape[1])
        gram = self.gram.copy()
        gram[:, at, at] += RIDGE * gram[:, at, at].max(axis=1, keepdims=True) + 1e-290
        target = np.matmul(self.df, f[:, :, None])
        try:
            g = np.linalg.solve(gram, target)
        except np.linalg.LinAlgError:  # past steps that are all alike explain nothing
            return f
        return f - np.matmul(g.transpose(0, 2, 1), self.both)[:, 0]
