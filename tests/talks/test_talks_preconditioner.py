"""What leads fixed points with links: each part of a Jacobian against the equations themselves, and what the passes it saves come to."""

from __future__ import annotations

import numpy as np
import pytest
from numpy import ndarray

from parley.talks import multipliers, multipliers_links
from parley.talks.adjoint_preconditioner import adjoint_preconditioner
from parley.talks.multipliers import shadow_values
from parley.talks.unilateral_trials import UnilateralTrials
from parley.trade.anderson import accelerate
from parley.trade.closure import Closure
from parley.trade.models.caliendo_parro import Iteration
from parley.trade.preconditioner import Preconditioner, of_baseline
from parley.trade.problem import prepare, wedges_of
from parley.trade.solve import solve
from parley.world.world import World
from talks_worlds import small_world

MODEL, SINGLE = "caliendo_parro", 2e-5  # digits that single precision holds


def eliminated(J: ndarray, N: int) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """(blocks, lead, wages, follow) of a Jacobian in the order of Preconditioner, in double precision: by the definition."""
    m = (len(J) - N) // N
    inside = J[N:, N:].reshape(N, m, N, m)
    blocks = np.linalg.inv(np.array([inside[n, :, n] for n in range(N)]))
    follow = -np.concatenate([blocks[n] @ J[N + n * m : N + (n + 1) * m, :N] for n in range(N)])
    return blocks, J[:N, N:], -np.linalg.inv(J[:N, :N] + J[:N, N:] @ follow), follow


def assert_led_by(found: Preconditioner, J: ndarray, N: int) -> None:
    for part, wanted in zip((found.blocks, found.lead, found.wages, found.follow), eliminated(J, N), strict=True):
        np.testing.assert_allclose(part, wanted, atol=SINGLE * np.abs(wanted).max())


@pytest.mark.parametrize("deficits", ["balanced", "nominal"])
def test_slopes_of_linked_markets_are_those_of_the_equations(deficits: str):
    world = small_world(links=True)
    near = UnilateralTrials(solve(world, world.t * 1.5, model=MODEL, deficits=deficits, tolerance=1e-13))
    N, first = 3, near.system.start(1)
    steps, nobody = np.eye(len(first)), near.none(len(first))
    up, down = (near.system.markets(first + h * steps, nobody)[0] for h in (1e-5, -1e-5))
    J = (up - down) / 2e-5
    J[:N, :N] -= near.flows.wL / near.flows.wL.sum()  # pins the level of all wages
    assert_led_by(near.system.slopes, J, N)


def test_slopes_of_the_baseline_are_those_of_the_solvers_own_pass():
    world = small_world(links=True)
    iteration = Iteration(prepare(world, wedges_of(world, None), Closure("nominal")))
    N, S, x = 3, 3, iteration.start()
    J = np.array([(iteration.step(x + h)[0] - iteration.step(x - h)[0]) / 2e-5 for h in 1e-5 * np.eye(len(x))]).T
    J[:N] /= iteration.damping
    order = [*range(N), *(N + z * S * N + s * N + n for n in range(N) for z in range(2) for s in range(S))]
    found = of_baseline(world)
    assert found is not None
    assert_led_by(found, J[np.ix_(order, order)], N)


@pytest.mark.parametrize("deficits", ["world_share", "balanced", "nominal"])
def test_slopes_of_shadow_values_are_those_of_the_equations(deficits: str, monkeypatch: pytest.MonkeyPatch):
    world, N, held = small_world(links=True), 3, []
    eq = solve(world, world.t * 1.5, model=MODEL, deficits=deficits)
    seen = multipliers.solve_links
    monkeypatch.setattr(multipliers, "solve_links", lambda links, *more: (held.append(links), seen(links, *more))[1])
    shadow_values(eq, np.eye(N))
    monkeypatch.setattr(multipliers_links, "TINY", np.inf)  # in double precision
    J = multipliers_links.System(held[0]).unnamed().gaps(np.eye(N * 7))[0]
    wL = held[0].wL
    J[:N, :N] -= np.outer(wL, wL) / wL.sum()  # pins the free constant
    assert_led_by(adjoint_preconditioner(held[0]), J, N)


def test_led_passes_come_to_the_same_point_in_fewer():
    world = small_world(links=True, sectors=4)
    t = world.t * 3
    iteration = Iteration(prepare(world, wedges_of(world, t), Closure()))
    led = accelerate(iteration.led, iteration.start(), 1e-12, 100, 5)
    plain = accelerate(iteration.step, iteration.start(), 1e-12, 400)
    assert max(led.residual, plain.residual) <= 1e-12
    assert led.passes < plain.passes
    np.testing.assert_allclose(led.x - led.x[0], plain.x - plain.x[0], atol=1e-10)


def test_a_world_without_trade_is_solved_although_nothing_leads():
    flows = np.zeros((2, 2, 2))
    flows[0, 0], flows[1, 1] = (3.0, 2.0), (5.0, 1.0)
    shares = np.full((2, 2, 2), 0.5)
    world = World.from_arrays(
        ["USA", "CHN"], ["a", "b"], flows, 0 * flows, [4.0, 6.0], flows_include_tariff=True,
        value_added_share=np.full((2, 2), 0.6), io_share=shares, fit_links=True,
    )  # fmt: skip
    eq = solve(world, None, model=MODEL)
    np.testing.assert_allclose(eq.welfare_hat, 1.0, atol=1e-9)
