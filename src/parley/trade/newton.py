"""Newton's method on the solver's own step, without a matrix: for worlds where accelerated passes circle.

f(x) is what a pass adds; its derivative along v is (f(x + h v) − f(x))/h, one more pass. Each step solves J dx = −f by GMRES
(Saad and Schultz 1986) and is halved until |f| falls (Knoll and Keyes 2004). Elasticities in the hundreds make goods almost
perfect substitutes: the passes then overshoot, and Newton's steps do not.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.anderson import FixedPoint, Step, accelerate

STEPS = 40
DIRECTIONS = 100  # of one linear system
INNER = 1e-4  # of |f|: how exactly a step is solved for
SMALL = 1e-7  # in logs: the change of x along which a derivative is taken
LARGEST_STEP = 1.0  # in logs, as in accelerated passes
SHORTEST = 1e-5  # of a step: below it |f| does not fall in this direction
FIRST, LEAST = 0.25, 1e-3  # of a change: the first part tried, and the smallest
GROWS = 2.0
PASSES = 150  # of a part, before Newton's steps
NEAR = 1e-6  # residual of a part that is only a start for the next


def newton(step: Step, x: Float[ndarray, " x"], tolerance: float) -> FixedPoint:
    """The fixed point of x → x + f(x) by Newton's steps from x; the best iterate where they get stuck."""
    f, residual = step(x)
    passes = 1
    while residual > tolerance and passes < STEPS * DIRECTIONS:
        move, used = _direction(step, x, f)
        passes += used
        found = _shortened(step, x, f, move)
        if found is None:
            break
        x, f, residual, tried = found
        passes += tried
    return FixedPoint(x, residual, passes)


def _shortened(
    step: Step, x: Float[ndarray, " x"], f: Float[ndarray, " x"], move: Float[ndarray, " x"]
) -> tuple[Float[ndarray, " x"], Float[ndarray, " x"], float, int] | None:
    """(x, f, residual, passes) after the longest part of a step along which |f| falls; None where none does."""
    size, part, tried = float(np.linalg.norm(f)), 1.0, 0
    largest = float(np.abs(move).max())
    if not isfinite(size) or not isfinite(largest):
        return None
    move = move * min(1.0, LARGEST_STEP / largest) if largest > 0 else move
    while part > SHORTEST:
        y, tried = x + part * move, tried + 1
        g, residual = step(y)
        if isfinite(residual) and np.linalg.norm(g) < (1 - 1e-4 * part) * size:
            return y, g, residual, tried
        part /= 2
    return None


def _direction(step: Step, x: Float[ndarray, " x"], f: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], int]:
    """(dx with J dx = −f to INNER, passes), by GMRES without restarts."""
    most = min(len(x), DIRECTIONS)
    size = float(np.linalg.norm(f))
    basis, H, y = [-f / size], np.zeros((most + 1, most)), np.zeros(0)
    for k in range(most):
        h = SMALL / float(np.abs(basis[k]).max())
        w = (step(x + h * basis[k])[0] - f) / h
        if not isfinite(float(w.dot(w))):
            break
        for i, q in enumerate(basis):
            H[i, k] = q.dot(w)
            w = w - H[i, k] * q
        H[k + 1, k] = np.linalg.norm(w)
        target = np.zeros(k + 2)
        target[0] = size
        y = np.linalg.lstsq(H[: k + 2, : k + 1], target, rcond=None)[0]
        if np.linalg.norm(H[: k + 2, : k + 1] @ y - target) < INNER * size or H[k + 1, k] <= 1e-14 * abs(H[k, k]):
            break
        basis.append(w / H[k + 1, k])
    return np.array(basis[: len(y)]).T @ y if len(y) else np.zeros_like(x), len(basis)


def in_parts(step_of: Callable[[float], Step], x: Float[ndarray, " x"], tolerance: float) -> tuple[FixedPoint, float]:
    """(the best point of the whole change, how much of the change was solved), part by part from x, the fixed point of none of it.

    step_of: the step under a part of the change. A part that is not solved is halved; a solved one makes the next longer.
    """
    done, part, passes = 0.0, FIRST, 0
    before: tuple[float, Float[ndarray, " x"]] | None = None
    while part >= LEAST:
        to = min(1.0, done + part)
        start = x if before is None else x + (to - done) / (done - before[0]) * (x - before[1])
        found = _solved_part(step_of(to), start, tolerance if to == 1.0 else NEAR)
        passes += found.passes
        if found.residual > (tolerance if to == 1.0 else NEAR):
            part /= 2
            continue
        if to == 1.0:
            return FixedPoint(found.x, found.residual, passes), 1.0
        before, x, done, part = (done, x), found.x, to, GROWS * part
    return FixedPoint(x, step_of(1.0)(x)[1], passes), done


def _solved_part(step: Step, x: Float[ndarray, " x"], tolerance: float) -> FixedPoint:
    found = accelerate(step, x, tolerance, PASSES)
    if found.residual <= tolerance:
        return found
    second = newton(step, found.x if isfinite(found.residual) else x, tolerance)
    return FixedPoint(second.x, second.residual, found.passes + second.passes)
