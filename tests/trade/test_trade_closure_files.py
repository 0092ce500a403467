"""The contract of every file in trade/closures/: what it says of itself, and the identities of an equilibrium under it."""

from __future__ import annotations

import numpy as np
import pytest

from gegravity_world import agreement, gravity_world, largest_gap, price_changes
from parley.errors import InputError
from parley.trade.adjoint import gradient
from parley.trade.batch import solve_each
from parley.trade.closures import closures, read_closure
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.endogenous import reclosed
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.solve import balance, rebase, solve
from parley.world.read import read_world
from parley.world.world import World
from trade_worlds import TIGHT, base_for, shocked, small_world, symmetric_pair, world_for

NAMES = closures()
LOCAL = Endogenous({"C01": 0.3, "C02": 0.2}, 0.1)
INVESTED = np.random.default_rng(0).uniform(0.05, 0.5, (4, 3))
ASKED = {
    "endogenous": {"deficits": LOCAL},
    "steady_state": {"capital": SteadyState(0.4, INVESTED)},
    "earnings_share": {"deficits": "earnings_share"},
    "external_scale": {"closures": [read_closure("external_scale").Choice(0.1)], "labour_supply": 0.5},
    "pass_through": {"closures": [read_closure("pass_through").Choice([1.4, 1.2, 1.0, 0.8])]},
    "tax_cut": {"revenue": "tax_cut", "labour_supply": 0.5},
    "output_share": {"deficits": "output_share"},
    "wage_floor": {"closures": [read_closure("wage_floor").Choice(0.98)]},
}
CASES = [(name, model) for name in NAMES for model in read_closure(name).MODELS]
BOTH = {"deficits": LOCAL, "capital": SteadyState(0.3, INVESTED)}
DERIVED = [(name, model) for name, model in CASES if read_closure(name).ADJOINT]


def world_of(name: str, model: str) -> World:
    """A world at rest that the closure takes; tax_cut starts without duties."""
    return world_for(model, rate=0.0) if name == "tax_cut" else world_for(model)


@pytest.mark.parametrize("name", NAMES)
def test_a_closure_says_what_it_is_and_has_a_case_here(name: str):
    held = read_closure(name)
    assert held.SAYS
    assert held.SOURCE
    assert held.KIND in ("deficits", "capital", "revenue", "closures")
    assert type(held.ADJOINT) is bool
    assert name in ASKED


@pytest.mark.parametrize(("name", "model"), CASES)
def test_no_change_changes_nothing(name: str, model: str):
    eq = solve(world_of(name, model), model=model, tolerance=1e-13, **ASKED[name])
    for hats in (eq.welfare_hat, eq.w_hat, eq.P_hat, eq.c_hat, eq.K_hat, eq.L_hat):
        np.testing.assert_allclose(hats, 1, atol=1e-12, rtol=0)


@pytest.mark.parametrize(("name", "model"), CASES)
def test_markets_clear_and_order_and_unit_do_not_matter(name: str, model: str):
    world = world_of(name, model)
    t, asked = shocked(world), {"model": model, "tolerance": TIGHT, **ASKED[name]}
    eq = solve(world, t, **asked)
    assert eq.residual <= TIGHT
    assert eq.walras < 1e-10
    assert abs(eq.D_new.sum()) < 1e-9
    np.testing.assert_allclose(eq.pi_new.sum(axis=1), 1, atol=1e-12)
    there = solve(turned(world), turned(world, t), **asked | parameters_turned(name))
    np.testing.assert_allclose(there.welfare_hat[::-1], eq.welfare_hat, rtol=1e-9)
    once = eq["C01"]["D_new"]
    assert np.isfinite(once)


def turned(world: World, t: np.ndarray | None = None):
    """The world, or rates, with countries in reverse order and money in another unit."""
    if t is not None:
        return t[::-1, ::-1]
    shares = {}
    if world.gamma is not None:
        shares = {
            "io_share": world.gamma[::-1],
            "value_added_share": world.beta[::-1],
            "final_share": world.alpha[::-1],
        }
    return World.from_arrays(
        world.countries[::-1], world.sectors, 1e3 * world.X[::-1, ::-1], world.t[::-1, ::-1], world.theta,
        flows_include_tariff=True, **shares,
    )  # fmt: skip


def parameters_turned(name: str) -> dict:
    """The parameters by country of a case, in reverse order."""
    if name == "steady_state":
        return {"capital": SteadyState(0.4, INVESTED[::-1])}
    if name == "pass_through":
        return {"closures": [read_closure(name).Choice([0.8, 1.0, 1.2, 1.4])]}
    return {}


@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
def test_beta_of_one_is_no_links_and_two_halves_of_a_sector_are_one(model: str):
    world = small_world(seed=11)
    t, invested = shocked(world), INVESTED
    one = np.ones((4, 3))
    io = np.full((4, 3, 3), 1 / 3)
    linked = World.from_arrays(
        world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True,
        value_added_share=one, io_share=io, final_share=world.alpha,
    )  # fmt: skip
    asked = {"deficits": LOCAL, "capital": SteadyState(0.3, invested), "tolerance": TIGHT}
    plain = solve(world, t, **asked)
    np.testing.assert_allclose(
        solve(linked, t, model="caliendo_parro", **asked).welfare_hat, plain.welfare_hat, rtol=1e-9
    )
    if model == "armington":
        wide = [np.concatenate([part[..., :1] / 2, part[..., :1] / 2, part[..., 1:]], axis=-1) for part in (world.X,)]
        names, again = ["S0", "S0b", "S1", "S2"], [0, 0, 1, 2]
        halves = World.from_arrays(
            world.countries, names, wide[0], world.t[..., again], world.theta[again], flows_include_tariff=True
        )
        capital = SteadyState(0.3, invested[:, again])
        found = solve(halves, t[..., again], **asked | {"capital": capital})
        np.testing.assert_allclose(found.welfare_hat, plain.welfare_hat, rtol=1e-9)


def test_a_steady_state_of_one_sector_is_the_closed_form():
    """One good bought by all: P_I = P, so w/P = own share^(−1/(theta (1 − a))), and consumption follows the real wage."""
    world = symmetric_pair(0.8, 4.0)
    t = np.zeros((2, 2, 1))
    t[0, 1] = t[1, 0] = 0.3
    eq = solve(world, t, deficits="balanced", capital=SteadyState(0.4, 0.2), revenue="wasted", tolerance=TIGHT)
    own = eq.pi_new[0, 0, 0] / 0.8
    real_wage = eq.w_hat[0] / eq.P_hat[0, 0]
    assert real_wage == pytest.approx(own ** (-1 / (4.0 * 0.6)), rel=1e-10)
    assert eq.K_hat[0] == pytest.approx(real_wage, rel=1e-10)
    kept = (eq.income_new[0] - eq.revenue_new[0]) / eq.w_hat[0] - 0.2
    assert eq.welfare_hat[0] == pytest.approx(kept / 0.8 * real_wage, rel=1e-10)
    fixed = solve(world, t, deficits="balanced", revenue="wasted", tolerance=TIGHT)
    assert eq.welfare_hat[0] < fixed.welfare_hat[0] < 1


def test_no_capital_and_no_local_labour_are_the_default():
    world = world_for("armington")
    t, asked = shocked(world), {"tolerance": TIGHT}
    plain = solve(world, t, **asked)
    none = solve(world, t, deficits=Endogenous({}, 0.0), capital=SteadyState(0.0, 0.3), **asked)
    np.testing.assert_allclose(none.X_new, plain.X_new, rtol=1e-10)


def test_a_trade_deficit_follows_imports_where_local_labour_sells_them():
    """One rate on all: what the buyer's labour earned of imports falls with them, and so does the deficit."""
    world = base_for("armington")
    t = world.t.copy()
    t[1, [0, 2, 3]] += 0.3
    eq = solve(world, t, deficits=Endogenous({"C01": 0.3}, 0.0), tolerance=TIGHT)
    nu = np.array([0, 0.3, 0, 0])
    border = (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=2)
    np.fill_diagonal(border, 0.0)
    deficit = eq.D_new + nu * border.sum(axis=1) - (nu[:, None] * border).sum(axis=0)
    np.testing.assert_allclose(eq.trade_deficit_new, deficit, atol=1e-9)
    fixed = solve(world, t, tolerance=TIGHT)
    assert eq.trade_deficit_new[1] < -1e-3 > fixed.trade_deficit_new[1] - 1
    assert abs(fixed.trade_deficit_new[1]) < 1e-9


def test_accounts_are_closed_once_and_again_alike():
    world = world_for("caliendo_parro")
    nu = np.array([0.1, 0.3, 0.2, 0.0])
    once = reclosed(world, nu)
    np.testing.assert_allclose(reclosed(once, nu).alpha, once.alpha, rtol=1e-12)
    np.testing.assert_allclose(once.base.income, once.base.VA + once.base.revenue + once.base.D, rtol=1e-12)
    assert once.at_rest
    eq = solve(world, shocked(world), model="caliendo_parro", deficits=LOCAL, tolerance=TIGHT)
    again = solve(rebase(eq), model="caliendo_parro", deficits=LOCAL, tolerance=TIGHT)
    np.testing.assert_allclose(again.welfare_hat, 1, atol=1e-9)
    np.testing.assert_allclose(again.D_new, eq.D_new, atol=1e-8)


STEP = 5e-4


def slope(run) -> np.ndarray:
    """d log W by the step of `run`, from four points."""
    near, far = (np.log(run(k * STEP).welfare_hat / run(-k * STEP).welfare_hat) for k in (1, 2))
    return (8 * near - far) / (12 * STEP)


@pytest.mark.parametrize(
    ("name", "model"), [*DERIVED, ("both", "armington"), pytest.param("both", "caliendo_parro", marks=pytest.mark.slow)]
)
def test_every_derivative_equals_the_finite_difference(name: str, model: str):
    """All rates, iceberg costs and transfers at once, each in a way of its own."""
    asked = {"model": model, "tolerance": 1e-12, **(BOTH if name == "both" else ASKED[name])}
    world, draw, off = world_for(model), np.random.default_rng(2), 1 - np.eye(4)[:, :, None]
    t = world.t + 0.4 * (shocked(world) - world.t)
    eq = solve(world, t, **asked)
    found = gradient(eq)
    assert eq.residual <= 1e-10
    rates, costs = (draw.normal(size=world.X.shape) * off for _ in range(2))
    sent = np.array([1.0, -0.2, -0.5, -0.3])

    def moved(h: float):
        shocks = {"iceberg_hat": np.exp(h * costs), "transfers": h * sent, "start": eq}
        return solve(world, t + h * rates, **asked | shocks)

    expected = found.transfer @ sent + ((found.tariff * rates) + (found.iceberg * costs)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(expected, slope(moved), atol=1e-8)


@pytest.mark.parametrize(("name", "model"), CASES)
def test_a_closure_without_an_adjoint_refuses_gradients(name: str, model: str):
    eq = solve(world_of(name, model), model=model, **ASKED[name])
    if read_closure(name).ADJOINT:
        assert eq.closure.derived
    else:
        with pytest.raises(InputError, match="a closure with an adjoint"):
            gradient(eq, "C00")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"deficits": "endogenus"}, "endogenous"),
        ({"capital": "steady"}, "steady_state"),
        ({"deficits": Endogenous({}, 1.0)}, "a local part is 1"),
        ({"capital": SteadyState(1.0, 0.2)}, "a share of capital is 1"),
        ({"capital": SteadyState(0.3, 0.0)}, "invests nothing"),
        ({"capital": SteadyState(0.3, 0.2), "labour_supply": 0.5}, "hours that do not respond"),
        ({"capital": SteadyState(0.3, 0.2), "model": "krugman"}, "model krugman"),
        ({"capital": Endogenous()}, "the Choice of steady_state"),
        ({"deficits": LOCAL, "export_tax": np.array([[0, 0.1], [0, 0]])}, "shape"),
    ],
)
def test_what_no_equation_joins_is_refused(asked: dict, words: str):
    with pytest.raises(InputError, match=words):
        solve(small_world(), **asked)


def test_the_packaged_shares_of_investment_fit_the_packaged_dataset():
    world = read_world("oecd-2022")
    capital = SteadyState().settled(world)["capital"]
    usa, chn = world.index("USA"), world.index("CHN")
    part = capital.invested / (world.base.income / world.base.VA)
    assert 0.1 < part[usa] < 0.2 < part[chn] < 0.5
    assert solve(world, capital="steady_state").welfare_hat == pytest.approx(1, abs=1e-12)


def test_many_changes_are_solved_under_any_closure():
    world = world_for("armington")
    changes = [shocked(world, seed) for seed in (1, 2)]
    found = [eq.welfare_hat for eq in solve_each(world, changes, **BOTH)]
    alone = [solve(world, t, **BOTH).welfare_hat for t in changes]
    np.testing.assert_allclose(found, alone, rtol=1e-9)


def test_a_balanced_world_may_have_a_steady_state():
    world = world_for("armington")
    eq = solve(world, shocked(world), deficits="balanced", capital=SteadyState(0.3, 0.2), tolerance=TIGHT)
    np.testing.assert_allclose(eq.trade_deficit_new, 0, atol=1e-9)
    held = balance(world)
    np.testing.assert_allclose(eq.world.base.income, held.base.income, rtol=1e-12)


@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
@pytest.mark.parametrize("anchor", ["world_labour", "C03"])
def test_a_wage_is_above_its_floor_or_somebody_is_out_of_work(model: str, anchor: str):
    world, floor = world_for(model), read_closure("wage_floor").Choice(0.99)
    t, asked = shocked(world), {"model": model, "numeraire": anchor, "tolerance": TIGHT}
    free, held = solve(world, t, **asked), solve(world, t, closures=[floor], **asked)
    assert free.w_hat.min() < 0.99
    assert held.w_hat.min() == pytest.approx(0.99, rel=1e-10)
    assert held.L_hat.max() <= 1 + 1e-12
    np.testing.assert_allclose((held.w_hat - 0.99) * (1 - held.L_hat), 0, atol=1e-10)
    idle = held.L_hat < 1 - 1e-6
    assert idle.any()
    assert (held.welfare_hat[idle] < free.welfare_hat[idle]).all()
    none = read_closure("wage_floor").Choice(0.0)
    np.testing.assert_allclose(solve(world, t, closures=[none], **asked).X_new, free.X_new, rtol=1e-9)
    with pytest.raises(InputError, match="hours that do not respond"):
        solve(world, t, closures=[floor], labour_supply=0.5)


def test_what_is_spent_follows_output_where_it_is_tied_to_it():
    world = world_for("armington")
    eq = solve(world, shocked(world), deficits="output_share", tolerance=TIGHT)
    ratio = eq.income_new / world.base.income / eq.w_hat
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-10)


def test_a_cut_of_the_tax_takes_duties_off_labour():
    world = world_for("armington", rate=0.0)
    eq = solve(world, shocked(world), revenue="tax_cut", labour_supply=0.5, tolerance=TIGHT)
    duties = eq.revenue_new / (eq.w_hat * eq.L_hat * world.base.VA)
    level = np.exp((world.base.E / world.base.E.sum(axis=1, keepdims=True) * np.log(eq.P_hat)).sum(axis=1))
    np.testing.assert_allclose(eq.L_hat, (eq.w_hat / (1 - duties) / level) ** 0.5, rtol=1e-10)
    with pytest.raises(InputError, match="duties before the change"):
        solve(world_for("armington"), revenue="tax_cut", labour_supply=0.5)


def test_gravity_of_a_public_package_is_met_by_the_system_that_it_solves():
    """gegravity (Herman 2021), its documentation's example: Canada −0.1335 and −0.5665, Japan 0.2485 percent."""
    world = gravity_world()
    assert largest_gap(price_changes(agreement(world))) < 1e-5
    assert 0.01 < largest_gap(price_changes(agreement(world, held=False))) < 0.05
