"""Profits and politics: the tables of Ossa (2014) at the stored tariffs, and a second solution in the paper's own order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import root

from parley.errors import InputError
from parley.trade.equilibrium import Equilibrium
from parley.trade.models.krugman import government_hat, labour_share, profits_hat
from parley.trade.solve import solve
from parley.world.world import World
from trade_worlds import small_world

PRINTED = 0.0501  # one printed decimal


def ossa(shared_data: Path) -> tuple[World, dict[str, np.ndarray]]:
    """(the 7 × 33 world, tariffs and weights), buyer first."""
    with np.load(shared_data / "reference/ossa2014/ossa2014.npz", allow_pickle=False) as held:
        arrays = {key: held[key] for key in held.files}
    flows, t = arrays["trade"].transpose(1, 0, 2), arrays["tariff"].transpose(1, 0, 2)
    names = arrays["regions"].tolist(), arrays["sectors"].tolist()
    world = World.from_arrays(*names, flows, t, arrays["sigma"] - 1, flows_include_tariff=False)
    stored = {key: arrays[key].transpose(1, 0, 2) for key in ("opt_bas", "nash_bas")}
    return world, stored | {"lambda": arrays["lambda_pol"]}


def figures(eq: Equilibrium) -> np.ndarray:
    """[region: welfare, wage less the mean, profits over the own wage], changes in percent, by the tables' conventions."""
    profits = eq.world.base.S / (1 + eq.world.theta)
    profit = (profits * profits_hat(eq)).sum(axis=1) / profits.sum(axis=1) / eq.w_hat
    return 100 * np.array([eq.welfare_hat - 1, eq.w_hat - eq.w_hat.mean(), profit - 1]).T


def table(shared_data: Path, name: str) -> dict[str, list[float]]:
    text = (shared_data / f"reference/ossa2014/{name}.csv").read_text().splitlines()[1:]
    return {row.split(",")[0]: [float(cell) for cell in row.split(",")[1:]] for row in text}


def in_the_papers_order(world: World, t_new: np.ndarray) -> np.ndarray:
    """Welfare in percent from Ossa's equations as printed, exporter first, by a general root finder.

    Unknowns: log wages and log income. T: sales before duty. alpha: i's share of j's spending. a: of i's sales, to j.
    """
    sigma = world.theta + 1
    T, t, t_new = ((x).transpose(1, 0, 2) for x in (world.X / (1 + world.t), world.t, t_new))
    tau_hat, spending = (1 + t_new) / (1 + t), T * (1 + t)
    share, a = spending / spending.sum(axis=0), T / T.sum(axis=1, keepdims=True)
    wages = (T * (sigma - 1) / sigma).sum(axis=(1, 2))
    profits = (T / sigma).sum(axis=1)
    income = spending.sum(axis=(0, 2))

    def at(x: np.ndarray):
        w, X = np.exp(x[:7]), np.exp(x[7:])
        P = (share * (w[:, None, None] * tau_hat) ** (1 - sigma)).sum(axis=0) ** (1 / (1 - sigma))
        pull = tau_hat**-sigma * w[:, None, None] ** (1 - sigma) * P[None] ** (sigma - 1) * X[None, :, None]
        profit_hat = (a * pull).sum(axis=1)
        w_next = (profits * (sigma - 1) * profit_hat).sum(axis=1) / (profits * (sigma - 1)).sum(axis=1)
        revenue = (t_new * T * pull).sum(axis=(0, 2))
        X_next = (w * wages + (profits * profit_hat).sum(axis=1) + revenue) / income
        return P, w, X, w_next, X_next

    def gaps(x: np.ndarray) -> np.ndarray:
        _, w, X, w_next, X_next = at(x)
        f = np.r_[np.log(w_next / w), np.log(X_next / X)]
        f[0] = np.log((wages * w).sum() / wages.sum())  # Walras drops one market; the numeraire takes its place
        return f

    found = root(gaps, np.zeros(14), tol=1e-13)
    P, _, X, _, _ = at(found.x)
    alpha = spending.sum(axis=0) / spending.sum(axis=(0, 2))[:, None]
    return 100 * (X / np.exp((alpha * np.log(P)).sum(axis=1)) - 1)


def test_optimal_tariffs_do_what_table_3a_prints(shared_data: Path):
    world, stored = ossa(shared_data)
    printed = table(shared_data, "table3a")
    for n, region in enumerate(world.countries):
        t = world.t.copy()
        t[n] = stored["opt_bas"][n]
        eq = solve(world, t, model="krugman", deficits="balanced")
        own, others = figures(eq)[n], figures(eq)[np.arange(7) != n].mean(axis=0)
        _, _, *values, median = printed[region]
        found = [own[0], others[0], own[1], others[1], own[2], others[2]]
        np.testing.assert_allclose(found, values, atol=PRINTED)
        assert 100 * np.median(t[n][np.arange(7) != n]) == pytest.approx(median, abs=0.3)


def test_nash_tariffs_do_what_table_4a_prints(shared_data: Path):
    world, stored = ossa(shared_data)
    eq = solve(world, stored["nash_bas"], model="krugman", deficits="balanced")
    printed = table(shared_data, "table4a")
    np.testing.assert_allclose(figures(eq), [printed[r][1:4] for r in world.countries], atol=PRINTED)
    np.testing.assert_allclose(figures(eq).mean(axis=0), printed["Mean"][1:4], atol=PRINTED)


@pytest.mark.parametrize("name", ["opt_bas", "nash_bas"])
def test_welfare_equals_the_papers_own_equations_to_1e_5_points(shared_data: Path, name: str):
    world, stored = ossa(shared_data)
    eq = solve(world, stored[name], model="krugman")
    np.testing.assert_allclose(100 * (eq.welfare_hat - 1), in_the_papers_order(world, stored[name]), atol=1e-5)


def test_equal_weights_are_welfare_and_unequal_ones_follow_their_sector(shared_data: Path):
    world, stored = ossa(shared_data)
    t = world.t.copy()
    t[6] = stored["opt_bas"][6]
    eq = solve(world, t, model="krugman", deficits="balanced")
    np.testing.assert_allclose(government_hat(eq, np.ones((7, 33))), eq.welfare_hat, rtol=1e-9)
    at = int(np.argmax(profits_hat(eq)[6]))
    favoured = np.ones((7, 33))
    favoured[6, at] = 3
    assert government_hat(eq, favoured)[6] > eq.welfare_hat[6]
    assert not np.allclose(government_hat(eq, stored["lambda"]), eq.welfare_hat, atol=1e-4)


def test_with_one_markup_profits_are_wages_and_the_model_is_armington():
    """Equal elasticities: labour's share is the same everywhere, no tariff can shift profits."""
    world = small_world().with_theta([4.0, 4.0, 4.0])
    t = world.t * 3
    first, second = (solve(world, t, model=name, tolerance=1e-12) for name in ("krugman", "armington"))
    np.testing.assert_allclose(first.welfare_hat, second.welfare_hat, rtol=1e-10)
    assert labour_share(world)[0, 0] == 0.8
    with pytest.raises(InputError, match="solved by model armington"):
        profits_hat(second)
