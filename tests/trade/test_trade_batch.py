"""Many scenarios side by side: each is what it would have been alone."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError, NotSolvedError
from parley.rates import Wedges
from parley.trade.anderson import accelerate, accelerate_many
from parley.trade.batch import solve_each
from parley.trade.models import models
from parley.trade.solve import solve
from trade_worlds import shocked, with_deficits

pytestmark = pytest.mark.slow

CLOSURES = (
    {"deficits": "balanced"},
    {"deficits": "nominal", "numeraire": "C02", "transfers": np.array([0.3, -0.1, -0.15, -0.05])},
    {"revenue": "tax_relief", "labour_supply": 0.5, "tax_rate": 0.3},
)


@pytest.mark.parametrize("model", models())
@pytest.mark.parametrize("closure", CLOSURES)
def test_each_of_many_is_what_it_is_alone(model: str, closure: dict):
    world = with_deficits(model)
    changes = [shocked(world, seed) for seed in range(2)]
    others = [*changes, Wedges.from_rates(changes[1], world.t), (world.with_theta(world.theta * 1.2), changes[0])]
    found = list(solve_each(world, others, at_once=3, model=model, **closure))
    for change, eq in zip(others, found, strict=True):
        held, change = change if isinstance(change, tuple) else (world, change)
        alone = solve(held, change, model=model, **closure)
        assert eq.residual <= 1e-10
        np.testing.assert_allclose(eq.welfare_hat, alone.welfare_hat, rtol=1e-9)
        np.testing.assert_allclose(eq.X_new, alone.X_new, rtol=1e-7)


def test_what_cannot_be_solved_is_refused_in_its_turn():
    world = with_deficits("caliendo_parro")
    wall = np.full(world.X.shape, 1e4) * (1 - np.eye(4)[:, :, None])
    answers = solve_each(world, [world.t, wall, world.t], model="caliendo_parro", deficits="nominal")
    np.testing.assert_allclose(next(answers).welfare_hat, 1, atol=1e-9)
    with pytest.raises(NotSolvedError, match="residual is"):
        next(answers)
    with pytest.raises(InputError, match="at_once"):
        next(solve_each(world, [world.t], at_once=0))


def test_rows_that_end_early_leave_the_others_alone():
    """Linear maps of different speed; one goes nowhere and keeps its best point."""
    draw, speed = np.random.default_rng(0), np.array([0.1, 0.5, 0.9, 0.97, 2.0])
    target = draw.normal(size=(5, 6))
    map_of = [np.diag(draw.uniform(0, 1, 6)) * s for s in speed]
    left = np.arange(5)

    def gap(x, m, b):
        return b + m @ x - x

    def step(x):
        f = np.array([gap(row, map_of[k], target[k]) for row, k in zip(x, left, strict=True)])
        f[left == 4] = np.nan
        return f, np.abs(f).max(axis=1)

    def take(rows):
        nonlocal left
        left = left[rows]

    found = accelerate_many(step, np.zeros((5, 6)), 1e-12, 60, take)
    for k in range(4):
        alone = accelerate(
            lambda x, k=k: (f := gap(x, map_of[k], target[k]), float(np.abs(f).max())), np.zeros(6), 1e-12, 60
        )
        assert found[k].residual <= 1e-12
        assert abs(found[k].passes - alone.passes) <= 3
        np.testing.assert_allclose(found[k].x, alone.x, rtol=1e-9)
    assert found[4].residual == np.inf
