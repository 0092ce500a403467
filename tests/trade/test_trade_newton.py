"""Worlds in which accelerated passes circle: goods that are almost perfect substitutes are solved; what cannot be is refused with why."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import NotSolvedError
from parley.trade.anderson import accelerate
from parley.trade.models import read_model
from parley.trade.newton import in_parts, newton
from parley.trade.problem import Closure, prepare, shocks_of, wedges_of
from parley.trade.solve import PASSES, TOLERANCE, solve
from parley.world.elasticity import read_elasticities
from parley.world.read import read_world
from parley.world.world import World


@pytest.fixture(scope="module")
def oecd() -> World:
    return read_world("oecd-2022")


def war(world: World) -> np.ndarray:
    """145 and 125 percent between two large economies."""
    t = world.t.copy()
    us, cn = world.index("USA"), world.index("CHN")
    t[us, cn, :-1] += 1.45
    t[cn, us, :-1] += 1.25
    return t


def drawn(world: World, name: str, seed: int, spread: float = 2.0) -> World:
    """A draw of elasticities as wide as theta from a tenth to several hundreds."""
    middle = read_elasticities(name, world)
    return world.with_theta(middle * np.exp(spread * np.random.default_rng(seed).standard_normal(len(middle))), "drawn")


@pytest.mark.slow
def test_every_draw_of_a_wide_sweep_is_solved(oecd: World) -> None:
    tried = [solve(w, war(w)) for w in (drawn(oecd, "CP", seed) for seed in range(10))]
    assert all(eq.residual <= TOLERANCE for eq in tried)
    hard = [eq for eq in tried if "Newton" in eq.steps]
    assert hard, "no draw was hard: the test asks nothing"
    assert all(eq.passes < 2 * PASSES + 200 for eq in hard)


def test_newton_finds_the_fixed_point_that_accelerated_steps_find(oecd: World) -> None:
    for model in ("armington", "caliendo_parro"):
        world = oecd.without_links() if model == "armington" else read_world("oecd-2022", links=True)
        problem = prepare(
            world, wedges_of(world, war(world)), Closure("world_share"), shocks_of(world, None, None, None)
        )
        iteration = read_model(model).Iteration(problem)
        easy = accelerate(iteration.step, iteration.start(), 1e-12, PASSES)
        found = newton(iteration.step, iteration.start(), 1e-12)
        assert found.residual <= 1e-12
        first, second = iteration.state(found.x), iteration.state(easy.x)
        assert np.allclose(first.w_hat, second.w_hat, rtol=0, atol=1e-10)


def test_a_change_in_parts_says_how_much_of_it_was_solved() -> None:
    """x + f(x) has the fixed point x = sqrt(1 − part/0.6) until 60 percent, and none beyond."""

    def step_of(part: float):
        def step(x: np.ndarray) -> tuple[np.ndarray, float]:
            gap = 1 - part / 0.6 - x**2
            return 0.3 * gap, float(np.abs(gap).max())

        return step

    found, done = in_parts(step_of, np.ones(1), 1e-10)
    assert done == pytest.approx(0.6, abs=2e-3)
    assert found.residual > 1e-3
    small, whole = in_parts(lambda part: step_of(part / 2), np.ones(1), 1e-10)
    assert whole == 1.0
    assert small.x[0] == pytest.approx(np.sqrt(1 - 0.5 / 0.6), abs=1e-9)


def test_a_surplus_that_eats_all_income_is_named() -> None:
    """A lends B a third of world income, come what may; A's exports are walled off."""
    flows = np.array([[4.0, 1.0], [6.0, 4.0]])[:, :, None]
    world = World.from_arrays(["A", "B"], ["x"], flows, 0 * flows, [2.0], flows_include_tariff=True)
    t = np.zeros((2, 2, 1))
    t[1, 0] = 20.0
    with pytest.raises(NotSolvedError, match=r"solved to [\d.]+ % of the change \(there the surplus of A is"):
        solve(world, t)
    assert solve(world, t, deficits="balanced").residual <= TOLERANCE
