"""Closures and shocks beyond duties: each with the law that it must obey, for every model."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.trade.indicators import decomposition
from parley.trade.models import models, read_model
from parley.trade.problem import purchases
from parley.trade.solve import balance, rebase, solve
from parley.world.world import World
from trade_worlds import RELIEF, TIGHT, base_for, shocked, small_world, with_deficits, world_for

MODELS = models()


@pytest.mark.parametrize("model", MODELS)
def test_an_export_tax_is_an_import_duty_under_balanced_trade(model: str):
    """Lerner (1936): a uniform tax on all exports of a country does what the same rate on all its imports does."""
    world, rate = base_for(model), 0.3
    t, tax = world.t.copy(), np.zeros_like(world.t)
    others = np.arange(4) != 1
    t[1, others] = (1 + world.t[1, others]) * (1 + rate) - 1
    tax[others, 1] = rate
    asked = {"model": model, "deficits": "balanced", "tolerance": TIGHT}
    by_duty, by_tax = solve(world, t, **asked), solve(world, export_tax=tax, **asked)
    np.testing.assert_allclose(by_tax.welfare_hat, by_duty.welfare_hat, rtol=1e-10)
    np.testing.assert_allclose(by_tax.pi_new, by_duty.pi_new, rtol=1e-9)
    assert by_tax.export_revenue_new[1] > 0
    assert not by_tax.export_revenue_new[others].any()
    with pytest.raises(InputError, match="export taxes"):
        rebase(by_tax)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("deficits", ["world_share", "nominal"])
def test_lerner_fails_where_a_deficit_is_fixed(model: str, deficits: str):
    """The symmetry needs balanced trade: what is borrowed buys more after an import duty than after an export tax."""
    world, rate = with_deficits(model), 0.3
    t, tax = world.t.copy(), np.zeros_like(world.t)
    others = np.arange(4) != 1
    t[1, others] = (1 + world.t[1, others]) * (1 + rate) - 1
    tax[others, 1] = rate
    asked = {"model": model, "deficits": deficits}
    by_duty, by_tax = solve(world, t, **asked), solve(world, export_tax=tax, **asked)
    assert by_tax.residual < 1e-10
    assert np.abs(by_tax.welfare_hat / by_duty.welfare_hat - 1).max() > 1e-4


@pytest.mark.parametrize("model", MODELS)
def test_wasted_revenue_costs_what_it_was_worth(model: str):
    """Prices do not change; welfare falls by the share of revenue in income: less than lump sum for who levies more."""
    world = base_for(model)
    t = world.t.copy()
    t[0, 1:] += 0.3
    lump, wasted = (solve(world, t, model=model, revenue=name, tolerance=TIGHT) for name in ("lump_sum", "wasted"))
    np.testing.assert_allclose(wasted.P_hat, lump.P_hat, rtol=1e-11)
    kept = (1 - lump.revenue_new / lump.income_new) / (1 - world.base.revenue / world.base.income)
    np.testing.assert_allclose(wasted.welfare_hat, lump.welfare_hat * kept, rtol=1e-11)
    assert wasted.welfare_hat[0] < lump.welfare_hat[0]


@pytest.mark.parametrize("model", MODELS)
def test_relief_of_a_tax_on_labour_is_worth_more_than_a_lump_sum(model: str):
    """A wedge on labour is made smaller: hours and welfare are higher than where the same revenue is handed out."""
    world = base_for(model, rate=0.02)
    t = world.t.copy()
    t[2, [0, 1, 3]] += 0.05
    asked = {"model": model, "labour_supply": 0.5, "tax_rate": 0.3, "tolerance": TIGHT}
    lump, relief = solve(world, t, **asked), solve(world, t, revenue="tax_relief", **asked)
    assert relief.tax_new[2] < 0.3
    np.testing.assert_array_equal(lump.tax_new, 0.3)
    assert relief.L_hat[2] > lump.L_hat[2]
    assert relief.welfare_hat[2] > lump.welfare_hat[2]
    share = read_model(model).labour_share(world)
    labour = relief.w_hat * relief.L_hat * (share * world.base.S).sum(axis=1)
    level = np.exp((world.alpha * np.log(relief.P_hat)).sum(axis=1))
    before = 0.3 * (share * world.base.S).sum(axis=1) + world.base.revenue
    np.testing.assert_allclose(relief.tax_new * labour + relief.revenue_new, before * level, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("closure", [{"labour_supply": 0.7}, RELIEF])
def test_no_change_changes_nothing_where_labour_responds(model: str, closure: dict):
    eq = solve(world_for(model), model=model, **closure)
    for hats in (eq.welfare_hat, eq.L_hat, eq.w_hat):
        np.testing.assert_allclose(hats, 1, atol=1e-11, rtol=0)


@pytest.mark.parametrize("model", MODELS)
def test_untaxed_effort_is_worth_its_wage_at_the_margin(model: str):
    """The envelope again: with no tax on labour, a small change of hours adds nothing to ToT + VoT; with profits it does."""
    world = base_for(model)
    step, direction = 1e-5, shocked(world) - world.t
    asked = {"model": model, "deficits": "balanced", "labour_supply": 0.6, "tolerance": 1e-13}
    ahead, back = (solve(world, world.t + sign * step * direction, **asked) for sign in (1, -1))
    by_difference = (np.log(ahead.welfare_hat) - np.log(back.welfare_hat)) / (2 * step)
    wages = (read_model(model).labour_share(world) * world.base.S).sum(axis=1)
    scale = 1 - 0.6 / 1.6 * wages / world.base.income
    parts = [sum(decomposition(eq).values()) for eq in (ahead, back)]
    expected = (parts[0] - parts[1]) / (200 * step) / scale
    np.testing.assert_allclose(by_difference, expected, atol=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_a_transfer_between_equal_tastes_moves_income_and_no_price(model: str):
    """Without home bias and duties who spends does not matter (Samuelson 1952): wages stay, income moves one for one."""
    draw = np.random.default_rng(1)
    S, own = draw.uniform(1, 3, (4, 3)), np.ones((4, 1))
    alpha, theta = np.full((4, 3), 1 / 3), draw.uniform(2, 6, 3)
    beta, io = np.full((4, 3), 0.5), np.full((4, 3, 3), 1 / 3)
    links = read_model(model).LINKS
    S *= S.sum() / 3 / S.sum(axis=0)
    spending = np.tile(S.sum(axis=1)[:, None] / 3, (1, 3)) * own
    X = spending[:, None, :] * S[None] / S.sum(axis=0)
    shares = {"final_share": alpha, "value_added_share": beta, "io_share": io} if links else {}
    world = World.from_arrays(tuple("ABCD"), ["x", "y", "z"], X, 0 * X, theta, flows_include_tariff=True, **shares)
    sent = np.array([0.2, -0.5, 0.3, 0.0])
    eq = solve(world, model=model, transfers=sent, tolerance=TIGHT)
    np.testing.assert_allclose(eq.w_hat, 1, rtol=1e-10)
    np.testing.assert_allclose(eq.welfare_hat, 1 + sent / world.base.income, rtol=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_transfers_that_undo_deficits_balance_trade(model: str):
    world = with_deficits(model)
    undone = solve(world, model=model, deficits="nominal", transfers=-world.base.D, tolerance=TIGHT)
    np.testing.assert_allclose(undone.X_new, balance(world, model=model).X, rtol=1e-9)
    assert abs(undone.D_new).max() < 1e-12
    with pytest.raises(InputError, match="transfers sum to"):
        solve(world, model=model, transfers=np.ones(4))


@pytest.mark.parametrize("model", MODELS)
def test_the_numeraire_matters_for_fixed_nominal_deficits_alone(model: str):
    world = with_deficits(model)
    t = shocked(world)
    for deficits in ("world_share", "balanced"):
        asked = {"model": model, "deficits": deficits, "tolerance": TIGHT}
        here, there = solve(world, t, **asked), solve(world, t, numeraire="C02", **asked)
        np.testing.assert_allclose(there.welfare_hat, here.welfare_hat, rtol=1e-11)
        assert there.w_hat[2] == 1
        np.testing.assert_allclose(there.X_new * here.w_hat[2], here.X_new, rtol=1e-10)
    here, there = (solve(world, t, model=model, deficits="nominal", numeraire=name) for name in ("world_labour", "C02"))
    np.testing.assert_allclose(there.D_new, here.D_new, rtol=1e-12)
    assert np.abs(there.welfare_hat / here.welfare_hat - 1).max() > 1e-5


@pytest.mark.parametrize("model", MODELS)
def test_a_promised_purchase_is_bought_and_lifts_the_sellers_wage(model: str):
    world = world_for(model)
    amount = 0.2 * world.X[0, 1, 0]
    shift = purchases(world, {("C00", "C01", "S0"): amount})
    moved = world.base.pi * shift
    np.testing.assert_allclose(moved.sum(axis=1), 1, rtol=1e-12)
    assert moved[0, 1, 0] * world.base.E[0, 0] == pytest.approx(world.X[0, 1, 0] + amount, rel=1e-12)
    eq = solve(world, model=model, demand_hat=shift)
    assert eq.w_hat[1] > 1
    assert eq.welfare_hat[1] > 1
    alike = solve(world, model=model, demand_hat=np.full_like(world.X, 3.0))
    np.testing.assert_allclose(alike.welfare_hat, 1, atol=1e-11)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"revenue": "tax_relief"}, "labour_supply is 0"),
        ({"labour_supply": -1.0}, "labour_supply is -1"),
        ({"tax_rate": 1.0}, "tax_rate is 1"),
        ({"numeraire": "C9"}, "no numeraire 'C9'"),
        ({"transfers": np.zeros(3)}, "transfers have shape"),
        ({"export_tax": np.full((4, 4, 3), 0.1)}, "no export tax on sales at home"),
        ({"demand_hat": np.zeros((4, 4, 3))}, "demand_hat is 0"),
    ],
)
def test_closures_that_make_no_sense_are_refused(asked: dict, words: str):
    with pytest.raises(InputError, match=words):
        solve(small_world(), **asked)
    with pytest.raises(InputError, match="leaves room"):
        purchases(small_world(), {("C00", "C01", "S0"): 1e6})
