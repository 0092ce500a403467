"""What a change may be, at its bounds: duties on one's own goods, purchases of all or nothing, batches under local labour."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.rates import Wedges
from parley.trade.closure import closed
from parley.trade.closures.endogenous import Choice
from parley.trade.models import read_model
from parley.trade.models.krugman import government_hat
from parley.trade.problem import prepare, purchases, wedges_of
from parley.trade.solve import solve
from trade_worlds import shocked, small_world, with_deficits


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
