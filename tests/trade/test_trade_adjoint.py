"""The adjoint: the gradient by every tariff, iceberg cost, export tax and transfer equals finite differences at 1e-7."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.rates import Wedges
from parley.trade.adjoint import gradient
from parley.trade.models import models, read_model
from parley.trade.solve import solve
from trade_worlds import RELIEF, base_for, shocked, with_deficits, world_for

MODELS = models()
STEP = 5e-4
CLOSURES = {
    "share of world income": {"deficits": "world_share"},
    "relief": {"deficits": "balanced", **RELIEF},
    "wasted, elastic": {"deficits": "world_share", "revenue": "wasted", "labour_supply": 0.6, "tax_rate": 0.2},
    "nominal": {"deficits": "nominal", "numeraire": "C02", "transfers": np.array([0.3, -0.1, -0.15, -0.05])},
    "taxed exports": {"deficits": "nominal", "export_tax": 0.15 * (1 - np.eye(4))[:, :, None] * np.array([1, 0, 2.0])},
}
SLOW = ("share of world income", "wasted, elastic", "nominal")


def slope(run) -> np.ndarray:
    """d log W by the step of `run`, from four points: of fourth order, so that the step may be wide of the solver's tolerance."""
    near, far = (np.log(run(k * STEP).welfare_hat / run(-k * STEP).welfare_hat) for k in (1, 2))
    return (8 * near - far) / (12 * STEP)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "closure", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in CLOSURES]
)
def test_every_derivative_equals_the_finite_difference(model: str, closure: str):
    """One cell by itself; then all rates, iceberg costs, export taxes and transfers at once, each in a way of its own."""
    asked = {"model": model, "tolerance": 1e-12, **CLOSURES[closure]}
    makers = {"balanced": base_for, "nominal": with_deficits, "world_share": world_for}
    world = makers[asked["deficits"]](model)
    draw, off = np.random.default_rng(2), 1 - np.eye(4)[:, :, None]
    t = world.t + 0.4 * (shocked(world) - world.t)
    eq = solve(world, t, **asked)
    found, asked = gradient(eq), asked | {"start": eq}
    cell = np.zeros(world.X.shape)
    cell[3, 1, 0] = 1.0
    by_rate = slope(lambda h: solve(world, t + h * cell, **asked))
    np.testing.assert_allclose(found.tariff[:, 3, 1, 0], by_rate, atol=1e-8)
    rates, costs, taxes = (draw.normal(size=world.X.shape) * off for _ in range(3))
    sent, before = np.array([1.0, -0.2, -0.5, -0.3]), asked.get("transfers", np.zeros(4))
    tax = asked.get("export_tax", np.zeros(world.X.shape))

    def moved(h: float):
        shocks = {"iceberg_hat": np.exp(h * costs), "export_tax": tax + h * taxes, "transfers": before + h * sent}
        return solve(world, t + h * rates, **asked | shocks)

    ways = ((found.tariff, rates), (found.iceberg, costs), (found.export_tax, taxes))
    expected = found.transfer @ sent + sum((slopes * way).sum(axis=(1, 2, 3)) for slopes, way in ways)
    np.testing.assert_allclose(expected, slope(moved), atol=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_two_wedges_of_a_cell_have_a_derivative_each(model: str):
    world = world_for(model)
    whole = Wedges.from_rates(shocked(world), world.t)
    tau_hat, r = whole.tau_hat, 0.7 * whole.revenue_share
    asked = {"model": model, "tolerance": 1e-12}
    eq = solve(world, Wedges(tau_hat, r), **asked)
    found, asked = gradient(eq, "C01"), asked | {"start": eq}
    way = np.random.default_rng(4).normal(size=r.shape) * (1 - np.eye(4)[:, :, None])
    by_price = slope(lambda h: solve(world, Wedges(tau_hat * np.exp(h * way), r), **asked))[1]
    by_share = slope(lambda h: solve(world, Wedges(tau_hat, r + h * way), **asked))[1]
    assert (found.iceberg[0] * way).sum() == pytest.approx(by_price, abs=1e-8)
    assert (found.by_share[0] * way).sum() == pytest.approx(by_share, abs=1e-8)


def test_weights_choose_the_objective_and_nonsense_is_refused():
    world = world_for("armington")
    eq = solve(world, shocked(world))
    every, weights = gradient(eq), np.array([[0.5, 0, 0, 0.5], [1, -1, 0, 0]])
    np.testing.assert_allclose(gradient(eq, "C02").tariff[0], every.tariff[2], atol=1e-10)
    np.testing.assert_allclose(gradient(eq, weights).tariff, np.tensordot(weights, every.tariff, 1), atol=1e-10)
    assert gradient(eq, weights[0]).tariff.shape == (1, *world.X.shape)
    with pytest.raises(InputError, match="weights have shape"):
        gradient(eq, np.ones(3))
    with pytest.raises(InputError, match="no country"):
        gradient(eq, "C09")


@pytest.mark.parametrize("model", MODELS)
def test_a_small_own_tariff_helps_who_levies_it_and_taxes_the_others(model: str):
    """From free trade the derivative by one's own tariff on all partners is positive, that by what others levy negative."""
    world = base_for(model, rate=0.0)
    found = gradient(solve(world, model=model, deficits="balanced"))
    if not read_model(model).LINKS:
        np.testing.assert_allclose([found.tariff[n, n].sum() for n in range(4)], 0, atol=1e-9)  # a tax on all
    own = np.array([-found.tariff[n, n, n].sum() for n in range(4)])
    others = np.array([found.tariff[n, :, n].sum() - found.tariff[n, n, n].sum() for n in range(4)])
    assert own.min() > 0 > others.max()
