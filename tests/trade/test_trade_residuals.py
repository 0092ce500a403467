"""What a solver calls its residual, away from rest: the worst of every market's gaps, worked out anew from flows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parley.rates import Wedges
from parley.trade.closure import Closure
from parley.trade.closures.steady_state import capital_of
from parley.trade.models import models, read_model
from parley.trade.problem import Problem, prepare, wedges_of
from parley.trade.solve import with_fallbacks
from parley.world.accounts import material_demand
from parley.world.world import World
from trade_worlds import TIGHT, shocked, small_world, with_deficits

CASES = [(model, deficits) for model in models() for deficits in ("world_share", "nominal", "balanced")]


def at_rest(model: str, deficits: str) -> tuple[Problem, Any, np.ndarray]:
    world = with_deficits(model)
    problem = prepare(world, wedges_of(world, shocked(world)), Closure(deficits))
    iteration = read_model(model).Iteration(problem)
    found, _ = with_fallbacks(iteration, problem, iteration.start(), TIGHT)
    return problem, iteration, found.x


def gaps(problem: Problem, iteration: Any, x: np.ndarray, model: str) -> dict[str, float]:
    """The gap of each kind of market at an iterate, from what is bought and sold there."""
    state, world, own = iteration.state(x), problem.world, np.arange(4)
    flows = problem.K * state.q[:, None, :] / state.Phi[:, :, None] * state.E_new[:, :, None] * (1 - problem.r)
    sold = flows.sum(axis=1)
    flows[:, own, own] = 0.0
    exports, imports = flows.sum(axis=(0, 1)), flows.sum(axis=(0, 2))
    module = read_model(model)
    paid = (module.labour_share(world).T * sold).sum(axis=0)
    found = {"trade": (np.abs(exports - imports + state.D_new) / (0.5 * (exports + imports))).max()}
    if module.PROFITS:
        earned = np.exp(x[4:8] - np.log(np.exp(x[:4]) / state.w_hat))
        found |= {
            "wages": np.abs(paid / state.labour - 1).max(),
            "earnings": np.abs(sold.sum(axis=0) / earned - 1).max(),
        }
    if module.LINKS:
        assert world.gamma is not None
        wanted = world.alpha.T * state.income + material_demand(sold.T, world.beta, world.gamma).T
        found |= {
            "wages": np.abs(paid / state.labour - 1).max(),
            "spending": (np.abs(wanted - state.E_new).sum(axis=0) / state.labour).max(),
        }
    return {name: float(value) for name, value in found.items()}


@pytest.mark.parametrize(("model", "deficits"), CASES)
def test_the_residual_is_the_worst_gap_of_any_market(model: str, deficits: str) -> None:
    problem, iteration, x = at_rest(model, deficits)
    assert iteration.step(x)[1] < 1e-10
    N, S, worst = 4, 3, set()
    places = (
        range(len(x)) if model != "caliendo_parro" else (*range(N), *range(N + N * S, N + 2 * N * S))
    )  # prices at rest
    for j in places:
        moved = x.copy()
        moved[j] += 0.01
        found = gaps(problem, iteration, moved, model)
        residual = iteration.step(moved)[1]
        if model == "caliendo_parro" and j < N:  # costs have moved, and prices not yet
            assert residual >= max(found.values()) * (1 - 1e-9)
        else:
            assert residual == pytest.approx(max(found.values()), rel=1e-7)
            worst.add(max(found, key=lambda name: found[name]))
    assert worst


def test_prices_that_costs_do_not_bear_are_a_gap_too() -> None:
    _, iteration, x = at_rest("caliendo_parro", "balanced")
    for j in range(4, 4 + 12):
        moved = x.copy()
        moved[j] += 0.01
        assert iteration.step(moved)[1] > 0.004


@pytest.mark.parametrize("model", models())
def test_the_level_of_all_money_is_no_matter_of_an_iterate(model: str) -> None:
    """A common factor on wages, prices and spending is taken off by the numeraire."""
    _, iteration, x = at_rest(model, "nominal")
    state, there = iteration.state(x), iteration.state(x + 0.7)
    for name in ("w_hat", "labour", "income", "E_new", "D_new"):
        np.testing.assert_allclose(getattr(there, name), getattr(state, name), rtol=1e-9)
    assert iteration.step(x + 0.7)[1] < 1e-9


def test_capital_does_not_hang_on_the_unit_of_money() -> None:
    world = small_world(rate=0.0)
    small = World.from_arrays(
        list(world.countries), list(world.sectors), world.X / 1e4, world.t, world.theta, flows_include_tariff=True
    )
    one, other = capital_of(world, 0.3, 0.2), capital_of(small, 0.3, 0.2)
    for name in ("bought", "consumed", "invested", "tilt"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("laid", [(True, True), (True, False), (False, True), (False, False)])
def test_wedges_of_any_layout_are_laid_out_as_the_solver_reads_them(laid: tuple[bool, bool]) -> None:
    world = small_world()
    made = Wedges.from_rates(shocked(world), world.t)

    def as_laid(values: np.ndarray, by_sector: bool) -> np.ndarray:
        return (
            np.ascontiguousarray(values.transpose(2, 0, 1)).transpose(1, 2, 0)
            if by_sector
            else np.ascontiguousarray(values)
        )

    given = Wedges(as_laid(made.tau_hat, laid[0]), as_laid(made.revenue_share, laid[1]))
    found = wedges_of(world, given)
    for name in ("tau_hat", "revenue_share"):
        np.testing.assert_array_equal(getattr(found, name), getattr(made, name))
        assert getattr(found, name).transpose(2, 0, 1).flags.c_contiguous
    assert (found is given) == all(laid)
