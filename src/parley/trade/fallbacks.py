"""The fallback ladder: accelerated, then plain with shorter steps, then the change in instalments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.anderson import FixedPoint, Past, accelerate
from parley.trade.problem import Problem, part_of

PASSES = 400
RESTARTS = (("accelerated, memory 5", 5, 600), ("plain steps", 0, 1500))
INSTALMENTS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)


def with_fallbacks(
    iteration: Any, problem: Problem, x: Float[ndarray, " x"], tolerance: float, past: Past | None = None
) -> tuple[FixedPoint, tuple[str, ...]]:
    """(best fixed point found, rungs tried). Each rung starts from the best point so far; past: for the first rung."""
    found, steps = accelerate(iteration.step, x, tolerance, PASSES, past=past), ["accelerated"]
    for name, memory, passes in RESTARTS:
        if found.residual <= tolerance:
            break
        steps.append(name)
        found = _better(found, accelerate(iteration.step, found.x, tolerance, passes, memory))
    if found.residual > tolerance:
        steps.append("in instalments")
        found = _better(found, _instalments(type(iteration), problem, tolerance))
    return found, tuple(steps)


def _better(first: FixedPoint, second: FixedPoint) -> FixedPoint:
    best = min(first, second, key=lambda found: found.residual)
    return FixedPoint(best.x, best.residual, first.passes + second.passes)


def _instalments(make: Any, problem: Problem, tolerance: float) -> FixedPoint:
    """The change made in parts, each started from the last: log wedges and revenue shares are scaled together."""
    x, passes, residual = make(problem).start(), 0, np.inf
    for part in INSTALMENTS:
        step = make(part_of(problem, part)).step
        found = accelerate(step, x, tolerance if part == INSTALMENTS[-1] else 1e-6, PASSES)
        x, passes, residual = found.x, passes + found.passes, found.residual
        if not np.isfinite(residual):
            return FixedPoint(x, np.inf, passes)
    return FixedPoint(x, residual, passes)
