"""Slopes by the adjoint against solving again: leverage, lists under a budget, exchange rates between concessions."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.rates import Wedges
from parley.talks.games.leverage import Products, best_list, leverage, listed
from parley.talks.games.linkage import Item, linkage
from parley.talks.joint import with_transfers
from parley.trade.solve import balance, solve
from talks_worlds import small_world

PLAYERS = {"USA": [0], "CHN": [1]}


def welfare(world, t=None, **how):
    return np.log(solve(world, t, tolerance=1e-13, **how).welfare_hat)[:2]


def test_leverage_of_a_sector_is_what_solving_again_says():
    world = balance(small_world())
    found = leverage(solve(world, tolerance=1e-13), ("USA", [0]), ("CHN", [1]))
    for s in range(3):
        moved = [world.t.copy(), world.t.copy()]
        moved[0][0, 1, s] += 1e-4
        moved[1][0, 1, s] -= 1e-4
        slope = (welfare(world, moved[0]) - welfare(world, moved[1])) / 2e-4
        assert [found.own[s], found.other[s]] == pytest.approx((-slope).tolist(), abs=1e-7)


def products_of(world, eta=3.0):
    return Products(
        ("010101", "010102", "020101", "030101"), np.array([0, 0, 1, 2]), np.array([0.3, 0.7, 1.0, 1.0]),
        np.array([0.0, 0.4, float(world.t[0, 1, 1]), float(world.t[0, 1, 2])]), np.full(3, eta),
    )  # fmt: skip


def split_wedges(world, rates, products, s=0):
    """Both wedges of cell (USA, CHN, s) when its two products pay `rates` (docs/method.md), the base as products say."""
    share, base, eta = products.share[:2], products.rate[:2], products.eta[s]
    factor = (1 + rates) / (1 + base)
    total = (share * factor ** (1 - eta)).sum()
    tau_hat, r = np.ones(world.t.shape), world.t / (1 + world.t)
    tau_hat[0, 1, s] = total ** (1 / (1 - eta))
    r[0, 1, s] = (share * factor ** (1 - eta) / total * rates / (1 + rates)).sum()
    return Wedges(tau_hat, r)


def test_leverage_of_a_product_is_the_derivative_of_both_wedges():
    world = small_world()
    products = products_of(world)
    r = float((products.share[:2] * products.rate[:2] / (1 + products.rate[:2])).sum())
    t = world.t.copy()
    t[0, 1, 0] = r / (1 - r)
    world = balance(world.with_tariffs(t))
    found = leverage(solve(world, tolerance=1e-13), ("USA", [0]), ("CHN", [1]), products)
    for k in (0, 1):
        sides = []
        for step in (1e-4, -1e-4):
            rates = products.rate[:2].copy()
            rates[k] += step
            sides.append(welfare(world, split_wedges(world, rates, products)))
        slope = (sides[0] - sides[1]) / 2e-4
        values = [found.own_product[k], found.other_product[k]]
        assert values == pytest.approx((-slope).tolist(), abs=1e-7)


def test_products_of_one_rate_add_up_to_their_sector():
    world = balance(small_world())
    codes, s = ("010101", "010102"), np.array([1, 1])
    products = Products(codes, s, np.array([0.25, 0.75]), np.full(2, world.t[0, 1, 1]), np.full(3, 5.0))
    found = leverage(solve(world), ("USA", [0]), ("CHN", [1]), products)
    assert found.own_product.sum() == pytest.approx(found.own[1], abs=1e-12)
    assert found.other_product.sum() == pytest.approx(found.other[1], abs=1e-12)


def test_the_best_list_stays_in_its_budget_and_beats_every_other_list_of_its_cost():
    world = balance(small_world(sectors=6))
    world = world.with_tariffs(world.t + np.where(np.eye(3)[:, :, None] == 1, 0, 1.0))  # dear enough to hurt oneself
    world = balance(world)
    s = np.repeat(np.arange(6), 2)
    codes = tuple(f"{k:06}" for k in range(12))
    products = Products(codes, s, np.tile([0.4, 0.6], 6), world.t[0, 1][s], np.full(6, 4.0))
    found = leverage(solve(world), ("USA", [0]), ("CHN", [1]), products)
    cost = found.own_product
    assert cost.min() > 0
    budget = 10 * float(np.sort(cost)[:6].sum())
    best = best_list(found, budget, 10.0)
    assert 0 < best.own_harm_pct <= budget
    slack = float(np.max(10 * found.other_product / 1))
    draw = np.random.default_rng(0)
    for _ in range(200):
        other = listed(found, draw.random(12) < 0.5, 10.0)
        if other.own_harm_pct <= budget:
            assert other.target_harm_pct <= best.target_harm_pct + slack


def test_exchange_rates_are_what_solving_again_says():
    world = balance(small_world())
    eq = solve(world, tolerance=1e-13)
    items = [
        Item("cut", "tariff", "USA", "CHN"), Item("money", "transfer", "USA", "CHN"),
        Item("chips", "technology", "USA", "CHN", ("S1",)), Item("soy", "purchase", "CHN", "USA", ("S0",)),
    ]  # fmt: skip
    found = linkage(eq, PLAYERS, items)
    step = 1e-4

    def slope(low, high, size):
        return (100 * (high - low) / (2 * size)).tolist()

    t = [world.t.copy(), world.t.copy()]
    t[0][0, 1] += 0.01 * step
    t[1][0, 1] -= 0.01 * step
    money = np.array([-step, step, 0.0])
    cost = [np.ones_like(world.t), np.ones_like(world.t)]
    cost[0][1, 0, 1], cost[1][1, 0, 1] = np.exp(0.01 * step), np.exp(-0.01 * step)
    numeric = {
        "cut": slope(welfare(world, t[0]), welfare(world, t[1]), step),
        "money": slope(*(welfare(with_transfers(world, f * money), deficits="nominal") for f in (-1, 1)), step),
        "chips": slope(*(welfare(world, iceberg_hat=c) for c in cost), step),
    }
    for name, values in numeric.items():
        assert list(found.worth_pct[name].values()) == pytest.approx(values, abs=1e-5)
    rate = found.rate("USA", "cut", "money")
    worth = found.worth_pct
    assert worth["cut"]["USA"] + rate * worth["money"]["USA"] == pytest.approx(0, abs=1e-12)
    assert worth["money"]["USA"] < 0 < worth["money"]["CHN"]
    assert worth["soy"]["USA"] > 0


def test_an_unknown_kind_is_named_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean transfer"):
        linkage(solve(balance(small_world())), PLAYERS, [Item("x", "transfr", "USA", "CHN")])
