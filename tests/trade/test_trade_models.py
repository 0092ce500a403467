"""The contract of every file in trade/models/: the identities that any equilibrium in changes must obey (docs/method.md)."""

from __future__ import annotations

import numpy as np
import pytest

from parley.rates import Wedges
from parley.trade.closure import DEFICITS
from parley.trade.indicators import decomposition, gains_from_trade
from parley.trade.models import models, read_model
from parley.trade.solve import balance, rebase, solve
from parley.world.world import World
from trade_worlds import TIGHT, shocked, small_world, symmetric_pair, world_for

MODELS = models()


def rebuilt(world: World, countries=None, sectors=None, scale: float = 1.0) -> World:
    """The same world with countries or sectors in another order, or money in another unit."""
    n = np.arange(len(world.countries)) if countries is None else countries
    s = np.arange(len(world.sectors)) if sectors is None else sectors
    shares = {}
    if world.gamma is not None:
        shares["io_share"] = world.gamma[n][:, s][:, :, s]
        shares["value_added_share"], shares["final_share"] = world.beta[n][:, s], world.alpha[n][:, s]
    names = [world.countries[k] for k in n], [world.sectors[k] for k in s]
    cut = np.ix_(n, n, s)
    return World.from_arrays(
        *names, scale * world.X[cut], world.t[cut], world.theta[s], flows_include_tariff=True, **shares
    )


@pytest.mark.parametrize("model", MODELS)
def test_a_model_says_what_it_is(model: str):
    held = read_model(model)
    assert held.SAYS
    assert {type(held.LINKS), type(held.PROFITS)} == {bool}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("deficits", DEFICITS)
def test_no_change_changes_nothing(model: str, deficits: str):
    eq = solve(world_for(model), model=model, deficits=deficits)
    for hats in (eq.welfare_hat, eq.w_hat, eq.P_hat, eq.c_hat):
        np.testing.assert_allclose(hats, 1, atol=1e-12, rtol=0)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("deficits", DEFICITS)
def test_every_market_clears_and_the_certificate_says_so(model: str, deficits: str):
    world = world_for(model)
    eq = solve(world, shocked(world), model=model, deficits=deficits)
    assert eq.residual <= 1e-10
    assert eq.share_error < 1e-12
    assert eq.walras < 1e-10
    np.testing.assert_allclose(eq.pi_new.sum(axis=1), 1, atol=1e-12)
    received = eq.X_new * (1 - eq.wedges.revenue_share)
    share = read_model(model).labour_share(eq.world)
    wages = (share * eq.world.base.S).sum(axis=1)
    np.testing.assert_allclose((share * received.sum(axis=0)).sum(axis=1), eq.w_hat * wages, rtol=1e-9)
    np.testing.assert_allclose((eq.w_hat * wages).sum(), wages.sum(), rtol=1e-12)
    assert abs(eq.D_new.sum()) < 1e-9


@pytest.mark.parametrize("model", MODELS)
def test_the_unit_of_money_and_the_order_of_rows_do_not_matter(model: str):
    world = world_for(model)
    t = shocked(world)
    asked = {"model": model, "tolerance": TIGHT}
    here = solve(world, t, **asked)
    scaled = solve(rebuilt(world, scale=1e6), t, **asked)
    np.testing.assert_allclose(scaled.welfare_hat, here.welfare_hat, rtol=1e-10)
    n, s = np.array([2, 0, 3, 1]), np.array([1, 2, 0])
    there = solve(rebuilt(world, n, s), t[np.ix_(n, n, s)], **asked)
    np.testing.assert_allclose(there.welfare_hat, here.welfare_hat[n], rtol=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_a_small_change_obeys_terms_of_trade_plus_volume_of_trade(model: str):
    """d log W = ToT + VoT to first order (Caliendo and Parro 2015 §2), and profit shifting (Ossa 2014): an envelope condition."""
    world = balance(world_for(model), model=model)
    step, direction = 1e-5, shocked(world) - world.t
    ahead = solve(world, world.t + step * direction, model=model, deficits="balanced", tolerance=1e-13)
    back = solve(world, world.t - step * direction, model=model, deficits="balanced", tolerance=1e-13)
    by_difference = (np.log(ahead.welfare_hat) - np.log(back.welfare_hat)) / (2 * step)
    halves = [decomposition(eq) for eq in (ahead, back)]
    first_order = [sum(half.values()) for half in halves]
    np.testing.assert_allclose(by_difference, (first_order[0] - first_order[1]) / (200 * step), atol=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_two_identical_halves_of_a_sector_equal_the_whole(model: str):
    world = world_for(model)
    t = shocked(world)
    last, halves = len(world.sectors) - 1, np.r_[np.arange(len(world.sectors)), len(world.sectors) - 1]
    half = np.where(halves == last, 0.5, 1.0)
    shares = {}
    if world.gamma is not None:
        shares["value_added_share"], shares["final_share"] = world.beta[:, halves], world.alpha[:, halves] * half
        shares["io_share"] = world.gamma[:, halves][:, :, halves] * half[None, :, None]
    names = list(world.countries), [f"S{s}" for s in range(len(halves))]
    flows = world.X[:, :, halves] * half
    theta = world.theta[halves]
    split = World.from_arrays(*names, flows, world.t[:, :, halves], theta, flows_include_tariff=True, **shares)
    whole = solve(world, t, model=model, tolerance=TIGHT)
    apart = solve(split, t[:, :, halves], model=model, tolerance=TIGHT)
    np.testing.assert_allclose(apart.welfare_hat, whole.welfare_hat, rtol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_a_way_there_and_back_ends_where_it_began(model: str):
    """Rebasing to the new state and undoing the change gives the inverse hats; in one step or two is the same."""
    world = world_for(model)
    t = shocked(world)
    there = solve(world, t, model=model, deficits="nominal", tolerance=TIGHT)
    moved = rebase(there)
    back = solve(moved, world.t, model=model, deficits="nominal", tolerance=TIGHT)
    np.testing.assert_allclose(there.welfare_hat * back.welfare_hat, 1, rtol=1e-9)
    halfway = solve(world, (t + world.t) / 2, model=model, deficits="nominal", tolerance=TIGHT)
    rest = solve(rebase(halfway), t, model=model, deficits="nominal", tolerance=TIGHT)
    np.testing.assert_allclose(halfway.welfare_hat * rest.welfare_hat, there.welfare_hat, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_a_neighbour_is_a_good_start(model: str):
    world = world_for(model)
    t = shocked(world)
    cold = solve(world, t, model=model)
    near = solve(world, t * 1.001, model=model, start=cold)
    assert near.passes < cold.passes
    np.testing.assert_allclose(near.welfare_hat, solve(world, t * 1.001, model=model).welfare_hat, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_one_rate_a_cell_is_the_same_as_its_wedges(model: str):
    world = world_for(model)
    t = shocked(world)
    by_rate = solve(world, t, model=model)
    by_wedge = solve(world, Wedges.from_rates(t, world.t), model=model)
    np.testing.assert_allclose(by_wedge.welfare_hat, by_rate.welfare_hat, rtol=1e-12)
    np.testing.assert_allclose(by_wedge.t_new, t, atol=1e-12)


def test_with_all_sales_value_added_links_say_nothing():
    world = small_world()
    shares = {"value_added_share": np.ones((4, 3)), "io_share": np.zeros((4, 3, 3))}
    flows = (world.countries, world.sectors, world.X, world.t, world.theta)
    world = World.from_arrays(*flows, flows_include_tariff=True, **shares)
    t = shocked(world)
    for deficits in DEFICITS:
        first = solve(world, t, deficits=deficits, tolerance=TIGHT)
        second = solve(world, t, model="caliendo_parro", deficits=deficits, tolerance=TIGHT)
        np.testing.assert_allclose(first.welfare_hat, second.welfare_hat, rtol=1e-10)


def test_autarky_costs_what_the_gains_formula_says():
    """W_hat = prod_s pi[n,n,s]^(alpha/theta) without duties: Costinot and Rodríguez-Clare (2014)."""
    world = small_world(rate=0.0)
    own = np.arange(len(world.countries))
    iceberg = np.full(world.X.shape, 1e6)
    iceberg[own, own] = 1
    base = balance(world)
    eq = solve(base, iceberg_hat=iceberg, deficits="balanced")
    expected = np.prod(base.base.pi[own, own] ** (base.alpha / base.theta), axis=1)
    np.testing.assert_allclose(eq.welfare_hat, expected, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_one_sector_in_two_countries_is_the_closed_form(model: str):
    """Equals with own share o, both levying t: W_hat = phi^(1/(theta beta)) over what is not revenue, phi as by hand."""
    own, theta, t, beta = 0.7, 4.0, 0.25, 0.5 if read_model(model).LINKS else 1.0
    world = symmetric_pair(own, theta, beta if beta < 1 else None)
    eq = solve(world, np.where(np.eye(2)[:, :, None] == 1, 0.0, t), model=model)
    phi = own + (1 - own) * (1 + t) ** -theta
    abroad = 1 - own / phi  # of spending E = I + (1 − beta) S, with S = E (1 − duty) and wages beta S
    duty = t / (1 + t) * abroad
    income = 1 + duty / (beta * (1 - duty))
    np.testing.assert_allclose(eq.welfare_hat, income * phi ** (1 / (theta * beta)), rtol=1e-10)
    np.testing.assert_allclose(eq.w_hat, 1, rtol=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_autarky_costs_what_the_gains_formula_of_the_model_says(model: str):
    """Without duties, by `gains_from_trade` (CRC 2014): links weigh by all that a final good uses. Krugman: one markup."""
    world = balance(world_for(model, rate=0.0), model=model)
    if read_model(model).PROFITS:
        world = world.with_theta([4.0, 4.0, 4.0])  # else autarky moves labour between markups
    iceberg = np.full(world.X.shape, 1e6)
    iceberg[np.arange(4), np.arange(4)] = 1
    eq = solve(world, iceberg_hat=iceberg, model=model, deficits="balanced")
    np.testing.assert_allclose(1 / eq.welfare_hat - 1, gains_from_trade(world), rtol=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_a_country_that_neither_buys_nor_sells_abroad_is_left_alone(model: str):
    """Flows of zero: nobody is there to clear its market with, and its wage has no say in the others' welfare."""
    world = world_for(model)
    X, others = world.X.copy(), np.arange(4) != 2
    X[2, others], X[others, 2] = 0.0, 0.0
    shares = {} if world.gamma is None else {"value_added_share": world.beta, "io_share": world.gamma}
    alpha = None if world.gamma is None else world.alpha
    names = world.countries, world.sectors
    lonely = World.from_arrays(*names, X, world.t, world.theta, flows_include_tariff=True, final_share=alpha, **shares)
    eq = solve(lonely, shocked(world), model=model, deficits="balanced")
    assert eq.residual <= 1e-10
    assert eq.welfare_hat[2] == pytest.approx(1, abs=1e-9)
    assert np.isfinite(eq.X_new).all()
