"""Best replies and wars where industries buy from industries: derivatives, limits, brute force."""

from __future__ import annotations

import numpy as np
import pytest

from parley.talks.game import nash, respond
from parley.talks.multipliers import shadow_values, slope
from parley.talks.objective import WELFARE, levels
from parley.trade.solve import balance, solve
from parley.world.world import World

pytestmark = pytest.mark.slow

MODEL = "caliendo_parro"


def linked_world(seed=1, N=4, S=3):
    """Inputs in the proportions of spending, up to a fifth: no final demand is negative."""
    draw = np.random.default_rng(seed)
    X = draw.lognormal(size=(N, N, S))
    X[np.arange(N), np.arange(N)] *= 8
    t = draw.uniform(0, 0.3, (N, N, S))
    t[np.arange(N), np.arange(N)] = 0
    gamma = X.sum(axis=1)[:, :, None] * draw.uniform(0.8, 1.2, (N, S, S))
    return World.from_arrays(
        ["USA", "CHN", "JPN", "GBR"][:N], [f"S{k}" for k in range(S)], X, t, draw.uniform(2, 8, S),
        flows_include_tariff=True, value_added_share=draw.uniform(0.4, 0.7, (N, S)),
        io_share=gamma / gamma.sum(axis=1, keepdims=True),
    )  # fmt: skip


@pytest.mark.parametrize("deficits", ["world_share", "balanced", "nominal"])
def test_adjoint_with_links_equals_finite_differences(deficits):
    world = linked_world()
    t = world.t * 1.5
    eq = solve(world, t, model=MODEL, deficits=deficits, tolerance=1e-13)
    shadow = shadow_values(eq, np.eye(4))
    for n, i, s in [(0, 1, 0), (1, 3, 2), (3, 2, 1), (2, 0, 0)]:
        logs = []
        for step in (1e-4, -1e-4):
            moved = t.copy()
            moved[n, i, s] = (1 + t[n, i, s]) * np.exp(step) - 1
            other = solve(world, moved, model=MODEL, deficits=deficits, tolerance=1e-13)
            logs.append(np.log(other.welfare_hat))
        numeric = (logs[0] - logs[1]) / 2e-4
        for k in range(4):
            assert slope(eq, shadow, k)[n, i, s] == pytest.approx(numeric[k], abs=1e-7)


@pytest.mark.parametrize("instrument", ["uniform", "full"])
def test_no_random_step_from_a_nash_reply_gains(instrument):
    world = balance(linked_world(3), model=MODEL)
    found = nash(world, instrument=instrument, model=MODEL, starts=["base"])
    assert found.max_deviation_gain < 1e-6
    b, draw = found.board, np.random.default_rng(0)
    x = b.log_tau(found.tariffs)
    here = b.by_player(levels(found.equilibrium, WELFARE))
    for k in range(len(b.players)):
        for size in np.geomspace(1e-3, 0.5, 4):
            moved = np.maximum(x + (b.owner == k) * size * draw.normal(size=x.size), 0.0)  # no import subsidies
            there = solve(world, b.rates(moved, world.t), model=MODEL, tolerance=1e-12)
            assert b.by_player(levels(there, WELFARE))[k] <= here[k] * (1 + 1e-11)


@pytest.mark.slow
def test_value_added_alone_gives_the_answer_without_links():
    world = linked_world(2)
    bare = World.from_arrays(
        world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True,
        value_added_share=np.ones_like(world.beta), io_share=world.gamma,
    )  # fmt: skip
    plain = World.from_arrays(world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True)
    first = nash(bare, instrument="mfn", model=MODEL, check=False)
    second = nash(plain, instrument="mfn", check=False)
    assert first.tariffs == pytest.approx(second.tariffs, abs=1e-8)


def test_with_links_best_rates_differ_across_sectors():
    """Inputs taxed at the border raise own costs, so the sector-uniform optimum of a world without links is gone."""
    found = respond(linked_world(), "USA", "full", model=MODEL, check=False)
    from_china = list(found.rates()["USA"]["CHN"].values())
    assert max(from_china) - min(from_china) > 1e-3


def test_a_uniform_reply_with_links_beats_a_fine_grid():
    world = balance(linked_world(), model=MODEL)
    found = respond(world, "USA", model=MODEL, check=False)
    rate, best = found.rates()["USA"]["all"]["all"], found.equilibrium.welfare_hat[0]
    for other in [*np.linspace(0, 1, 11), *(rate + np.linspace(-0.01, 0.01, 11))]:
        t = world.t.copy()
        t[0, 1:] = other
        assert solve(world, t, model=MODEL).welfare_hat[0] <= best + 1e-11
