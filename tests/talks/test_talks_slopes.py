"""First-order conditions held against differences of solved equilibria: every rate, every gift, for every objective and model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drawn import thinned
from parley.talks.game import nash
from parley.talks.instruments import INSTRUMENTS
from parley.talks.marginal import margin_of
from parley.talks.multipliers import best_replies, slope
from parley.talks.objective import Objective, levels, read_objective
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import balance, rebase, solve
from parley.world.world import World
from talks_worlds import favours, small_world

STEP = 1e-4
OBJECTIVES: dict[str, dict[str, float]] = {
    "welfare": {"welfare": 1.0},
    "revenue": {"welfare": 1.0, "revenue": 0.7},
    "wages": {"real_wage": 1.0},
    "politics": {"government": 1.0},
}
MODELS = ("armington", "krugman", "caliendo_parro")
GROUPS = ((0,), (1, 2))


def at_rest(model: str, deficits: str) -> World:
    world = small_world(6, links=model == "caliendo_parro", sectors=2)
    if deficits == "balanced":
        return balance(world, model=model)
    return rebase(solve(world, model=model, deficits=deficits, tolerance=1e-12))


def objective_of(name: str, world: World) -> Objective:
    return read_objective(OBJECTIVES[name], favours(world) if name == "politics" else None, world)


def payoff(eq: Equilibrium, objective: Objective) -> np.ndarray:
    """The log objective of each group."""
    found = levels(eq, objective)
    return np.array([np.log(found[list(own)].sum()) for own in GROUPS])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", thinned(OBJECTIVES, 3))
def test_the_slope_of_every_rate_is_the_difference_of_two_solves(model: str, name: str) -> None:
    for deficits in ("balanced", "world_share", "nominal"):
        world = at_rest(model, deficits)
        asked: dict[str, Any] = {"model": model, "deficits": deficits, "tolerance": 1e-13}
        t = world.t * 1.3
        eq, objective = solve(world, t, **asked), objective_of(name, world)
        margin = margin_of(eq, GROUPS, objective)
        for n, i, s in ((0, 1, 0), (2, 0, 1)):
            ends = []
            for sign in (1, -1):
                moved = t.copy()
                moved[n, i, s] = (1 + t[n, i, s]) * np.exp(sign * STEP) - 1
                ends.append(payoff(solve(world, moved, start=eq, **asked), objective))
            found = (ends[0] - ends[1]) / (2 * STEP)
            for k in range(2):
                assert margin.by_rate(k)[n, i, s] == pytest.approx(found[k], abs=2e-7)
                assert slope(eq, margin.shadow, k)[n, i, s] == pytest.approx(found[k], abs=2e-7)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_worth_of_a_gift_is_the_difference_of_two_solves(model: str, name: str) -> None:
    """From one country to another: only differences of values mean anything."""
    world = at_rest(model, "balanced")
    asked: dict[str, Any] = {"model": model, "deficits": "balanced", "tolerance": 1e-13}
    eq, objective = solve(world, world.t * 1.3, **asked), objective_of(name, world)
    margin, gift = margin_of(eq, GROUPS, objective), STEP * float(world.base.income.mean())
    sent = np.array([1.0, -1.0, 0.0])
    up, down = (
        payoff(solve(world, world.t * 1.3, transfers=sign * gift * sent, **asked), objective) for sign in (1, -1)
    )
    for k in range(2):
        given = margin.by_income(k) @ sent
        assert given == pytest.approx((up[k] - down[k]) / (2 * gift), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize("name", thinned(["welfare", "revenue"], 2))
def test_where_nobody_gains_each_rate_is_what_its_condition_asks_for(instrument: str, name: str) -> None:
    world = balance(small_world(6, sectors=2))
    war = nash(world, instrument=instrument, objective=OBJECTIVES[name], unions=(), check=False)
    x = war.board.log_tau(war.tariffs)
    asked, _ = best_replies(war.board, war.equilibrium, x, (-0.99, 100.0), objective=objective_of(name, world))
    np.testing.assert_allclose(asked, x, atol=1e-6)
    low, high = np.log1p(0.01), np.log1p(0.05)
    held, _ = best_replies(war.board, war.equilibrium, x, (0.01, 0.05), objective=objective_of(name, world))
    np.testing.assert_allclose(held, np.clip(x, low, high), atol=1e-6)
