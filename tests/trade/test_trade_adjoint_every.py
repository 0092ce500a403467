"""Every closure with an adjoint, with every use of revenue, by every model: certified, and its gradient right.

A combination is solved and its gradient is held against finite differences, or it is refused in words: none is in between.
"""

from __future__ import annotations

from itertools import combinations as pairs_of
from itertools import product
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError
from parley.trade.adjoint import gradient
from parley.trade.closure import capital_names, deficit_names
from parley.trade.closures import read_closure
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.models import models
from parley.trade.solve import solve
from trade_worlds import RELIEF, base_for, shocked, with_deficits, world_for

INVESTED = np.random.default_rng(0).uniform(0.05, 0.5, (4, 3))
DEFICITS: dict[str, Any] = {"endogenous": Endogenous({"C01": 0.3, "C02": 0.2}, 0.1)}
CAPITAL: dict[str, Any] = {"steady_state": SteadyState(0.3, INVESTED)}
REVENUE: dict[str, dict[str, Any]] = {
    "lump sum": {},
    "lump sum, hours respond": {"labour_supply": 0.6, "tax_rate": 0.2},
    "wasted": {"revenue": "wasted"},
    "wasted, hours respond": {"revenue": "wasted", "labour_supply": 0.6, "tax_rate": 0.2},
    "relief": RELIEF,
}
STEP = 5e-4


def derived(name: str) -> bool:
    """Whether a closure of deficits or capital has an adjoint: those that are no files have."""
    try:
        return bool(read_closure(name).ADJOINT)
    except InputError:
        return True


Case = tuple[str, ...]


def combinations() -> list[Case]:
    """Every model, under all that closes it and has an adjoint. A model with links takes no world without them."""
    named = [name for name in deficit_names() if derived(name)], [name for name in capital_names() if derived(name)]
    return list(product(models(), *named, REVENUE))


def few(cases: list[Case]) -> set[Case]:
    """Some cases in which every two choices stand together at least once."""
    pairs = {case: set(pairs_of(enumerate(case), 2)) for case in cases}
    left, chosen = set().union(*pairs.values()), set[Case]()
    while left:
        best = max(cases, key=lambda case: len(pairs[case] & left))
        chosen.add(best)
        left -= pairs[best]
    return chosen


ALL = combinations()
QUICK = few(ALL)
CASES = [pytest.param(*case, id="-".join(case), marks=() if case in QUICK else pytest.mark.slow) for case in ALL]


@pytest.mark.parametrize(("model", "deficits", "capital", "revenue"), CASES)
def test_a_combination_is_certified_and_its_gradient_right_or_it_is_refused(
    model: str, deficits: str, capital: str, revenue: str
) -> None:
    makers, how = {"balanced": base_for, "nominal": with_deficits}, REVENUE[revenue]
    world = makers.get(deficits, world_for)(model)
    asked = {
        "model": model,
        "deficits": DEFICITS.get(deficits, deficits),
        "capital": CAPITAL.get(capital, capital),
    } | how
    t = world.t + 0.4 * (shocked(world) - world.t)
    if refusal := refused(model, deficits, capital, how):
        with pytest.raises(InputError, match=refusal):
            solve(world, t, **asked)
        return
    eq = solve(world, t, tolerance=1e-12, **asked)
    assert eq.residual <= 1e-10
    found = gradient(eq)
    draw, off = np.random.default_rng(2), 1 - np.eye(4)[:, :, None]
    rates, costs = (draw.normal(size=world.X.shape) * off for _ in range(2))
    sent = np.array([1.0, -0.2, -0.5, -0.3])

    def moved(h: float) -> np.ndarray:
        shocks = {"iceberg_hat": np.exp(h * costs), "transfers": h * sent, "start": eq, "tolerance": 1e-12}
        return np.log(solve(world, t + h * rates, **asked, **shocks).welfare_hat)

    slope = (8 * (moved(STEP) - moved(-STEP)) - (moved(2 * STEP) - moved(-2 * STEP))) / (12 * STEP)
    expected = found.transfer @ sent + ((found.tariff * rates) + (found.iceberg * costs)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(expected, slope, atol=1e-7)


def refused(model: str, deficits: str, capital: str, how: dict[str, Any]) -> str:
    """Why a combination is refused, by what its files say; empty where it is not."""
    files = [name for name in (deficits, capital) if name in (*DEFICITS, *CAPITAL)]
    if any(model not in read_closure(name).MODELS for name in files):
        return "model krugman"
    return "hours that do not respond" if capital != "fixed" and how.get("labour_supply") else ""
