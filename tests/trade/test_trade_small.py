"""Closed forms on worlds small enough to solve by hand, and the small random worlds of the other trade tests."""

from __future__ import annotations

import numpy as np
import pytest

from parley.trade.solve import solve
from trade_worlds import small_world, symmetric_pair


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
