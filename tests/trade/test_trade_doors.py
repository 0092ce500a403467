"""What a change may be, at its bounds: duties on one's own goods, purchases of all or nothing, batches under local labour."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.rates import Wedges
from parley.trade.closure import closed, closure_of, taken_by
from parley.trade.closures.endogenous import Choice
from parley.trade.models import models, read_model
from parley.trade.models.krugman import government_hat
from parley.trade.problem import Shocks, prepare, purchases, wedges_of
from parley.trade.solve import balance, solve
from trade_worlds import TIGHT, shocked, small_world, with_deficits


@pytest.mark.parametrize(("factor", "share"), [(1.1, 0.0), (1.0, 0.1), (0.9, 0.0)])
def test_nobody_levies_on_its_own_goods(factor: float, share: float) -> None:
    world = small_world()
    plain = Wedges.from_rates(shocked(world), world.t)
    tau_hat, r = plain.tau_hat.copy(), plain.revenue_share.copy()
    assert wedges_of(world, plain).tau_hat.shape == world.t.shape
    tau_hat[2, 2, 1], r[2, 2, 1] = factor, share
    with pytest.raises(InputError, match=r"C02 from C02, S1.*no duty on a country's own goods"):
        wedges_of(world, Wedges(tau_hat, r))


def test_what_is_bought_more_leaves_something_to_others_and_something_of_it() -> None:
    world = small_world(rate=0.0)
    now, spent = world.X[0, 1, 2], world.X[0, :, 2].sum()
    for amount in (-0.5 * now, 0.5 * (spent - now)):
        hat = purchases(world, {("C00", "C01", "S2"): amount})
        assert (world.X * hat)[0, 1, 2] == pytest.approx(now + amount)
        assert (world.X * hat)[0, :, 2].sum() == pytest.approx(spent)
    for amount in (-now, -2 * now, spent - now, spent):
        with pytest.raises(InputError, match="not between none and all"):
            purchases(world, {("C00", "C01", "S2"): amount})


def test_rows_of_scenarios_under_local_labour_are_each_as_alone() -> None:
    world, closure = closed(
        with_deficits("caliendo_parro"), (Choice({"C01": 0.3}, 0.1), "lump_sum", "world_labour", None, 0.0, None)
    )
    made = [
        read_model("caliendo_parro").Iteration(prepare(world, wedges_of(world, world.t * scale), closure))
        for scale in (1.0, 1.2, 1.5)
    ]
    x = np.array([one.start() + 0.01 * k for k, one in enumerate(made)])
    f, residual = made[0].together(made).step_rows(x)
    for k, one in enumerate(made):
        alone, gap = one.step(x[k])
        np.testing.assert_allclose(f[k], alone, rtol=1e-10, atol=1e-13)
        assert residual[k] == pytest.approx(gap, rel=1e-9)


def test_political_weights_of_one_are_welfare() -> None:
    eq = solve(small_world(), model="krugman", deficits="balanced")
    ones = np.ones(eq.world.base.S.shape)
    np.testing.assert_allclose(government_hat(eq, ones), eq.welfare_hat, rtol=1e-9)
    with pytest.raises(InputError, match="country, sector"):
        government_hat(eq, ones[:2])


def test_politics_by_hand() -> None:
    """G = sum of weights · (wages and profits of a sector, and its labour's share of revenue) over prices. Ossa (2014)."""
    world = balance(small_world(), model="krugman")
    eq = solve(world, shocked(world), model="krugman", deficits="balanced")
    draw = np.random.default_rng(2)
    weights = draw.uniform(0.5, 1.5, world.base.S.shape)
    share = world.theta / (1 + world.theta)
    sold = (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=0)

    def objective(S: np.ndarray, revenue: np.ndarray) -> np.ndarray:
        wages = share * S
        return (weights * (S + wages / wages.sum(axis=1, keepdims=True) * revenue[:, None])).sum(axis=1)

    prices = np.exp((eq.world.alpha * np.log(eq.P_hat)).sum(axis=1))
    expected = objective(sold, eq.revenue_new) / objective(world.base.S, world.base.revenue) / prices
    np.testing.assert_allclose(government_hat(eq, weights), expected, rtol=1e-8)


@pytest.mark.parametrize("model", models())
def test_a_neighbour_with_export_taxes_is_a_start_too(model: str) -> None:
    world = with_deficits(model)
    tax = np.zeros_like(world.t)
    tax[1:, 0] = 0.1
    there = solve(world, shocked(world), model=model, export_tax=tax, tolerance=TIGHT)
    assert solve(world, shocked(world), model=model, export_tax=tax, tolerance=1e-9, start=there).passes <= 2


def test_a_part_of_every_kind_of_change() -> None:
    cells = np.full((2, 2, 1), 1.44)
    half = Shocks(cells, 4.0 * cells, 0.2 * cells).part(0.5)
    for found, expected in ((half.iceberg_hat, 1.2), (half.demand_hat, 2.4), (half.export_tax, 0.144)):
        np.testing.assert_allclose(found, np.full((2, 2, 1), expected))
    none = Shocks().part(0.5)
    assert (none.iceberg_hat, none.demand_hat, none.export_tax) == (None, None, None)
    whole = Shocks(cells, None, 0.25 * cells).factor(2 * cells)
    np.testing.assert_allclose(whole, 2 * cells * cells * (1 + 0.25 * cells))


def test_transfers_sum_to_nothing_as_far_as_rounding_goes() -> None:
    world, words = small_world(), ("world_share", "lump_sum", "world_labour")
    fine = np.array([1e6, -1e6, 0.0, 1e-3])
    assert closure_of(world, *words, fine, 0.0, None).transfers is not None
    with pytest.raises(InputError, match="sum to"):
        closure_of(world, *words, fine * np.array([1, 1, 1, 10]), 0.0, None)


def test_a_model_takes_all_closures_that_are_asked_for_or_not() -> None:
    plain = {"deficits": "world_share", "revenue": "lump_sum", "capital": "fixed", "closures": ()}
    assert all(taken_by(model, **plain) for model in models())
    assert [
        taken_by(model, **{**plain, "deficits": "endogenous"}) for model in ("armington", "caliendo_parro", "krugman")
    ] == [True, True, False]
    both = {**plain, "deficits": "output_share", "capital": "steady_state"}
    assert [taken_by(model, **both) for model in ("armington", "caliendo_parro")] == [True, False]
