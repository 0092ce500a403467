"""A fixed point by Anderson acceleration (Anderson 1965; Walker and Ni 2011, type II), with a tiny ridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

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
    dx, df = np.empty((max(memory, 1), x.size)), np.empty((max(memory, 1), x.size))
    kept, best = 0, FixedPoint(x, np.inf, 0)
    last_x = last_f = x
    since_best = np.inf
    for done in range(1, passes + 1):
        f, residual = step(x)
        if not np.isfinite(residual) or not np.all(np.isfinite(f)):
            return FixedPoint(best.x, best.residual, done)
        if residual < best.residual:
            best = FixedPoint(x, residual, done)
        if residual <= tolerance:
            return FixedPoint(x, residual, done)
        if residual > 10 * since_best:
            kept, since_best = 0, residual
        elif done > 1 and memory:
            slot = kept % memory
            dx[slot], df[slot] = x - last_x, f - last_f
            kept += 1
        since_best = min(since_best, residual)
        last_x, last_f = x, f
        move = _mixed(f, dx, df, min(kept, memory))
        x = x + np.clip(move, -LARGEST_STEP, LARGEST_STEP)
    return FixedPoint(best.x, best.residual, passes)


def _mixed(
    f: Float[ndarray, " x"], dx: Float[ndarray, "m x"], df: Float[ndarray, "m x"], used: int
) -> Float[ndarray, " x"]:
    """f − (dx + df)' g, where g minimises |f − df' g| with a ridge."""
    if not used:
        return f
    past = df[:used]
    gram = past @ past.T
    gram.flat[:: used + 1] += RIDGE * gram.diagonal().max()
    try:
        g = np.linalg.solve(gram, past @ f)
    except np.linalg.LinAlgError:  # past steps that are all alike explain nothing
        return f
    return f - g @ past - g @ dx[:used]
