"""Closed forms on worlds small enough to solve by hand, and the small random worlds of the other trade tests."""

from __future__ import annotations

import numpy as np
import pytest

from parley.trade.solve import solve
from parley.world.world import World


def small_world(N: int = 4, S: int = 3, seed: int = 7, links: bool = False, rate: float = 0.08) -> World:
    """A random world with home bias, deficits, tariffs and, if asked, input-output links."""
    draw = np.random.default_rng(seed)
    flows = draw.lognormal(0, 1, (N, N, S))
    flows[np.arange(N), np.arange(N)] *= 8
    t = draw.uniform(0, 2 * rate, (N, N, S)) if rate else np.zeros((N, N, S))
    t[np.arange(N), np.arange(N)] = 0
    theta = draw.uniform(2, 7, S)
    shares = {}
    if links:
        gamma = draw.uniform(0.2, 1, (N, S, S))
        final = draw.uniform(0.5, 1, (N, S))
        shares = {
            "value_added_share": draw.uniform(0.4, 0.8, (N, S)),
            "io_share": gamma / gamma.sum(axis=1, keepdims=True),
            "final_share": final / final.sum(axis=1, keepdims=True),
        }
    names = [f"C{n:02d}" for n in range(N)], [f"S{s}" for s in range(S)]
    return World.from_arrays(*names, flows, t, theta, flows_include_tariff=True, **shares)


def symmetric_pair(own: float, theta: float, beta: float | None = None) -> World:
    """Two equal countries, one sector, no duties; `own` is the share of spending on own goods."""
    flows = np.array([[own, 1 - own], [1 - own, own]])[:, :, None]
    one = np.ones((2, 1))
    shares = {"value_added_share": beta * one, "io_share": np.ones((2, 1, 1)), "final_share": one} if beta else {}
    return World.from_arrays(["A", "B"], ["x"], flows, 0 * flows, [theta], flows_include_tariff=True, **shares)


@pytest.mark.parametrize(("theta", "iceberg"), [(4.0, 1.3), (8.0, 0.8)])
def test_symmetric_pair_has_the_textbook_price_index(theta: float, iceberg: float):
    """W_hat = (own + (1 − own) d^−theta)^(1/theta): wages cannot move between equals."""
    world, own = symmetric_pair(0.7, theta), np.eye(2)[:, :, None]
    eq = solve(world, iceberg_hat=np.where(own == 1, 1.0, iceberg))
    expected = (0.7 + 0.3 * iceberg**-theta) ** (1 / theta)
    np.testing.assert_allclose(eq.welfare_hat, expected, rtol=1e-12)
    np.testing.assert_allclose(eq.w_hat, 1, rtol=1e-12)


def test_links_raise_the_gains_from_trade_by_the_inverse_value_added_share():
    """Autarky in a one-sector world costs own^(1/(theta beta)). Costinot and Rodríguez-Clare (2014), with materials."""
    for beta in (1.0, 0.5):
        world = symmetric_pair(0.7, 4.0, beta)
        iceberg = np.where(np.eye(2)[:, :, None] == 1, 1.0, 1e4)
        eq = solve(world, iceberg_hat=iceberg, model="caliendo_parro", deficits="balanced")
        np.testing.assert_allclose(eq.welfare_hat, 0.7 ** (1 / (4 * beta)), rtol=1e-9)


def test_symmetric_tariffs_shift_revenue_and_prices_as_by_hand():
    """Both levy t: own share o/(o + (1 − o) tau^−theta), revenue share r (1 − own'), income = wages/(1 − that)."""
    t, theta, own = 0.25, 4.0, 0.7
    world = symmetric_pair(own, theta)
    eq = solve(world, np.where(np.eye(2)[:, :, None] == 1, 0.0, t))
    phi = own + (1 - own) * (1 + t) ** -theta
    revenue = t / (1 + t) * (1 - own / phi)
    np.testing.assert_allclose(eq.welfare_hat, phi ** (1 / theta) / (1 - revenue), rtol=1e-11)


def test_small_own_tariff_helps_and_a_prohibitive_one_hurts():
    """From free trade the first step of a tariff improves the terms of trade more than it distorts."""
    world = small_world(rate=0.0)
    for n in range(len(world.countries)):
        levied = []
        for rate in (0.01, 20.0):
            t = np.zeros_like(world.t)
            t[n] = rate
            t[n, n] = 0
            levied.append(solve(world, t, deficits="balanced").welfare_hat[n])
        assert levied[0] > 1 > levied[1]
