"""What a change may be, cell by cell and at its bounds: factors, taxes, duties, purchases, parts of each; and what is told of its end."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from parley.errors import LIKE_PERCENT, InputError
from parley.rates import Wedges
from parley.trade import hat
from parley.trade.closure import Closure
from parley.trade.closures.steady_state import capital_of
from parley.trade.equilibrium import Equilibrium, balance_gap, balance_step
from parley.trade.models import krugman, models, read_model, wage_bill
from parley.trade.problem import Shocks, part_of, prepare, purchases, shocks_of, wedges_of
from parley.trade.solve import solve
from parley.world.world import World
from trade_worlds import small_world


@cache
def world(rate: float = 0.08) -> World:
    return small_world(rate=rate)


@cache
def answer(model: str = "armington") -> Equilibrium:
    t = world(0.0).t.copy()
    t[1, 2], t[3, 0, 1] = 0.2, 0.05
    return solve(world(0.0), t, model=model)


def test_changes_given_as_whole_numbers_are_numbers() -> None:
    ones = np.ones(world().X.shape, dtype=int)
    made = shocks_of(world(), 2 * ones, 3 * ones, 0 * ones)
    assert made.export_tax is None
    for found, value in ((made.iceberg_hat, 2.0), (made.demand_hat, 3.0)):
        assert found is not None
        assert (found.dtype, float(found.min()), float(found.max())) == (np.float64, value, value)
    assert shocks_of(world(), None, None, None).iceberg_hat is None


@pytest.mark.parametrize("name", ["iceberg_hat", "demand_hat", "export_tax"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_one_cell_of_a_change_that_is_none_is_named(name: str, value: float) -> None:
    asked: dict[str, Any] = {"iceberg_hat": None, "demand_hat": None, "export_tax": None}
    cells = np.zeros(world().X.shape) if name == "export_tax" else np.ones(world().X.shape)
    cells[1, 2, 0] = value
    if name == "export_tax" and value == 0:
        cells[1, 1, 0] = 0.1
        with pytest.raises(InputError, match=r"C01 from C01, S0.*no export tax on sales at home"):
            shocks_of(world(), **asked | {name: cells})
        return
    with pytest.raises(InputError, match=rf"C01 from C02, S0: {name} is"):
        shocks_of(world(), **asked | {name: cells})
    cells[3, 0, 2] = value
    with pytest.raises(InputError, match=r"and 1 more cells"):
        shocks_of(world(), **asked | {name: cells})


def test_export_taxes_above_minus_one_are_taken() -> None:
    tax = np.full(world().X.shape, -0.99) * (1 - np.eye(4)[:, :, None])
    found = shocks_of(world(), None, None, tax).export_tax
    assert found is not None
    assert found.min() == -0.99


def test_duties_on_all_own_goods_at_once_are_refused_too() -> None:
    own = np.eye(4)[:, :, None]
    plain = wedges_of(world(), None)
    for tau_hat, r in (
        (plain.tau_hat + 0.1 * own, plain.revenue_share),
        (plain.tau_hat, plain.revenue_share + 0.1 * own),
    ):
        with pytest.raises(InputError, match=r"C00 from C00, S0.*no duty on a country's own goods"):
            wedges_of(world(), Wedges(np.array(tau_hat), np.array(r)))
    np.testing.assert_array_equal(plain.tau_hat, 1)
    np.testing.assert_allclose(plain.revenue_share, world().t / (1 + world().t))


def test_a_share_of_duty_of_one_leaves_nothing_and_is_named() -> None:
    plain = wedges_of(world(), None)
    r = np.array(plain.revenue_share)
    r[0, 1, 2] = 1.0
    with pytest.raises(InputError, match=r"C00 from C01, S2: revenue_share is 1"):
        wedges_of(world(), Wedges(np.array(plain.tau_hat), r))
    r[0, 1, 2] = 0.999
    assert wedges_of(world(), Wedges(np.array(plain.tau_hat), r)).revenue_share[0, 1, 2] == 0.999


def test_purchases_by_hand_one_after_the_other() -> None:
    flows = np.array(world(0.0).X)
    flows[2, 3, 1] = 0.0
    bare = World.from_arrays(
        list(world().countries), list(world().sectors), flows, 0 * flows, world().theta, flows_include_tariff=True
    )
    now, spending = flows[0, 1, 2], flows[0, :, 2].sum()
    hat = purchases(bare, {("C00", "C01", "S2"): 0.5 * now})
    expected = np.full(4, (spending - 1.5 * now) / (spending - now))
    expected[1] = 1.5
    np.testing.assert_allclose(hat[0, :, 2], expected)
    hat[0, :, 2] = 1.0
    np.testing.assert_array_equal(hat, 1.0)
    for cell, amount, said in (
        (("C00", "C01", "S2"), -now, "not between none and all"),
        (("C00", "C01", "S2"), spending - now, "not between none and all"),
        (("C02", "C03", "S1"), 0.1, "not between none and all"),
        (("C00", "C01", "S7"), 0.1, "no sector 'S7'"),
    ):
        with pytest.raises(InputError, match=said):
            purchases(bare, {cell: amount})


def test_tastes_are_brought_back_to_one_also_where_nothing_is_bought() -> None:
    flows = np.array(world(0.0).X)
    flows[2, :, 1] = 0.0
    bare = World.from_arrays(
        list(world().countries), list(world().sectors), flows, 0 * flows, world().theta, flows_include_tariff=True
    )
    demand = np.exp(np.random.default_rng(1).normal(size=flows.shape))
    for scale in (1e-3, 1.0, 1e3):
        K = prepare(bare, wedges_of(bare, None), Closure(), Shocks(demand_hat=scale * demand)).K
        moved = bare.base.pi * demand
        expected = (
            moved / np.where(moved.sum(axis=1, keepdims=True) > 0, moved.sum(axis=1, keepdims=True), 1)
        ).transpose(2, 0, 1)
        np.testing.assert_allclose(np.delete(K, 2, axis=1), np.delete(expected, 2, axis=1))
        np.testing.assert_allclose(K[[0, 2], 2], expected[[0, 2], 2])
        assert K[1, 2].tolist() == [0.0, 0.0, 1.0, 0.0]


def test_a_part_of_a_problem_has_a_part_of_each_change() -> None:
    """Log wedges, duty shares, factors and transfers by half; the shares of the base stay."""
    t, sent = world().t + 0.2 * (1 - np.eye(4)[:, :, None]), np.array([0.2, -0.2, 0.0, 0.0])
    iceberg = np.full(world().X.shape, 1.21)
    whole = prepare(world(), wedges_of(world(), t), Closure(transfers=sent), Shocks(iceberg_hat=iceberg))
    half = part_of(whole, 0.5)
    before, after = world().t / (1 + world().t), t / (1 + t)
    np.testing.assert_allclose(half.r, (0.5 * before + 0.5 * after).transpose(2, 0, 1))
    np.testing.assert_allclose(half.wedges.tau_hat, np.sqrt((1 + t) / (1 + world().t)))
    assert half.shocks.iceberg_hat is not None
    np.testing.assert_allclose(half.shocks.iceberg_hat, 1.1)
    assert half.closure.transfers is not None
    assert half.closure.transfers.tolist() == [0.1, -0.1, 0.0, 0.0]
    wedge = (np.sqrt((1 + t) / (1 + world().t)) * 1.1).transpose(2, 0, 1)
    np.testing.assert_allclose(half.K, world().base.pi.transpose(2, 0, 1) * wedge ** -world().theta[:, None, None])
    none = part_of(whole, 0.0)
    np.testing.assert_allclose(none.r, before.transpose(2, 0, 1))
    np.testing.assert_allclose(none.K, world().base.pi.transpose(2, 0, 1))


def test_local_labour_and_export_taxes_have_no_equation_together() -> None:
    tax = np.full(world().X.shape, 0.1) * (1 - np.eye(4)[:, :, None])
    with pytest.raises(InputError, match="no equation was published"):
        prepare(world(), wedges_of(world(), None), Closure(local=np.full(4, 0.1)), Shocks(export_tax=tax))


def test_money_of_which_wages_are_paid() -> None:
    for model in models():
        module, share = read_model(model), world().theta / (1 + world().theta)
        expected = (share * world().base.S).sum(axis=1) if model == "krugman" else world().base.VA
        np.testing.assert_allclose(wage_bill(world(), module), expected)


def test_no_trade_is_far_below_any_money() -> None:
    none = np.zeros(1)
    assert balance_gap(none, none.copy(), np.ones(1))[0] == 1e200
    assert balance_step(np.ones(1), none, none)[0] == pytest.approx(200 * np.log(10))
    assert balance_step(none, np.ones(1), none)[0] == pytest.approx(-200 * np.log(10))


def test_who_levies_is_who_moves_a_wedge_by_more_than_rounding() -> None:
    plain = wedges_of(world(0.0), None)
    for moved, found in ((1e-11, ("C02",)), (-1e-11, ("C02",)), (1e-13, ())):
        tau_hat = np.array(plain.tau_hat)
        tau_hat[2, 3, 1] += moved
        eq = replace(answer(), wedges=Wedges(tau_hat, plain.revenue_share))
        assert eq.levying == found


def test_the_table_of_a_notebook_holds_what_the_summary_holds() -> None:
    eq = answer()
    table, lines = eq._repr_html_(), eq.summary().splitlines()
    assert lines[0] in table
    assert lines[-1] in table
    assert "welfare, %" in table
    assert "wage, %" in table
    rows = [line.split() for line in lines[2:-1]]
    assert sorted(row[0] for row in rows) == list(eq.world.countries)
    assert [row[0] for row in rows[:2]] == sorted(("C01", "C03"), key=lambda code: -abs(eq[code]["welfare_hat"] - 1))
    for code, welfare, wage in rows:
        for text, name in ((welfare, "welfare_hat"), (wage, "w_hat")):
            assert text in table
            assert float(text.replace("−", "-")) == pytest.approx(100 * (eq[code][name] - 1), abs=5.01e-4)
    assert "4 countries × 3 sectors" in repr(eq)


def test_profits_and_politics_ask_for_their_own_model_and_plain_revenue() -> None:
    eq = answer("krugman")
    sold = (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=0)
    np.testing.assert_allclose(krugman.profits_hat(eq), sold / eq.world.base.S)
    for other in (answer(), replace(eq, revenue="wasted"), replace(eq, export_tax=np.zeros_like(eq.X_new))):
        for asked in (krugman.profits_hat, lambda eq: krugman.government_hat(eq, np.ones((4, 3)))):
            with pytest.raises(InputError, match="profits and politics"):
                asked(other)
    for shape in ((3, 3), (4, 2)):
        with pytest.raises(InputError, match="country, sector"):
            krugman.government_hat(eq, np.ones(shape))


@pytest.mark.parametrize("rate", [-1.0, -1.5, -3.0, np.nan, np.inf])
def test_one_rate_that_is_none_is_named(rate: float) -> None:
    t = world().t.copy()
    t[2, 0, 1] = rate
    with pytest.raises(InputError, match=r"C02 from C00, S1: t_new is .*a finite rate above -1"):
        wedges_of(world(), t)
    t[2, 0, 1] = -0.99
    assert wedges_of(world(), t).revenue_share[2, 0, 1] == pytest.approx(-99)


@pytest.mark.parametrize("wedge", [0.5, 2.0, 3.0])
@pytest.mark.parametrize("cells", [1, 48])
def test_a_wedge_of_any_size_moves_shares(wedge: float, cells: int) -> None:
    pi, theta, moved = np.full((3, 4, 4), 0.25), np.array([2.0, 3.0, 4.0]), np.ones(48)
    moved[:cells] = wedge
    K = hat.shocked_shares(pi, moved.reshape(3, 4, 4), theta)
    np.testing.assert_allclose(K.ravel(), 0.25 * moved ** -np.repeat(theta, 16))


def test_capital_is_what_factors_earn_over_the_price_of_investment() -> None:
    capital = capital_of(world(0.0), 0.3, np.array([[0.5, 0.2, 0.1]] * 4))
    eq = replace(answer(), closure=Closure(capital=capital), L_hat=np.array([1.0, 0.9, 1.1, 1.2]))
    price = np.prod(eq.P_hat**capital.bought.T, axis=1)
    np.testing.assert_allclose(eq.K_hat, eq.w_hat * eq.L_hat / price)
    np.testing.assert_array_equal(answer().K_hat, 1)


def test_the_deficit_of_trade_is_taken_at_the_border() -> None:
    eq = answer()
    border = (eq.X_new / (1 + eq.t_new)).sum(axis=2)
    np.testing.assert_allclose(eq.trade_deficit_new, border.sum(axis=1) - border.sum(axis=0), atol=1e-12)
    np.testing.assert_allclose(eq.trade_deficit_new, eq.D_new, atol=1e-7)


def test_what_is_laid_out_otherwise_is_refused_by_name() -> None:
    few = small_world(3)
    for asked, name in ((wedges_of(few, None), "tau_hat"), (np.array(few.t), "t_new")):
        with pytest.raises(InputError, match=rf"{name} has shape \(3, 3, 3\).*\(4, 4, 3\): buyer, seller, sector"):
            wedges_of(world(), asked)
    for name in ("iceberg_hat", "demand_hat", "export_tax"):
        cells: dict[str, Any] = {"iceberg_hat": None, "demand_hat": None, "export_tax": None}
        with pytest.raises(InputError, match=f"{name} has shape"):
            shocks_of(world(), **cells | {name: np.ones((4, 4))[:, :, None]})


def test_a_world_without_links_is_none_for_the_model_of_links() -> None:
    problem = prepare(world(), wedges_of(world(), None), Closure())
    with pytest.raises(InputError, match="has no input-output links"):
        read_model("caliendo_parro").Iteration(problem)


def test_the_largest_new_rate_that_looks_like_a_percentage_is_warned_of_and_no_old_one() -> None:
    t = world(0.0).t.copy()
    t[1, 2, 0], t[3, 0, 1] = 2 * LIKE_PERCENT, 3 * LIKE_PERCENT
    with pytest.warns(match="C03 from C00, S1"):
        wedges_of(world(0.0), t)
    t[3, 0, 1] = t[1, 2, 0] = LIKE_PERCENT
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wedges_of(world(0.0), t)
