"""What units are worth, held against the equations that define it, and the rates asked for against a loop over their cells."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError
from parley.talks import marginal, multipliers
from parley.talks.instruments import board
from parley.talks.marginal import Margin, margin_of
from parley.talks.multipliers import Multipliers, asked_rates, best_replies, income_to_rho, shadow_values, slope
from parley.talks.objective import WELFARE, Direct, Flows, Objective, direct_of, flows_of, levels, read_objective
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import balance, rebase, solve
from parley.world.world import World
from talks_worlds import favours, random_world

GROUPS = ((0, 1), (2,), (3,))
PLAIN = random_world(2, ("DEU", "FRA", "USA", "CHN"), sectors=2)
DEFICITS = ("balanced", "world_share", "nominal")


def reached(model: str, deficits: str) -> Equilibrium:
    world = (
        balance(PLAIN, model=model)
        if deficits == "balanced"
        else rebase(solve(PLAIN, model=model, deficits=deficits, tolerance=1e-12))
    )
    return solve(world, world.t * 1.5, model=model, deficits=deficits, tolerance=1e-12)


REACHED = {(model, deficits): reached(model, deficits) for model in ("armington", "krugman") for deficits in DEFICITS}
EQ = REACHED["armington", "balanced"]
FLOWS = flows_of(EQ)


def objectives(world: World) -> list[Objective]:
    some = [read_objective(w, None, world) for w in ({"welfare": 1.0, "revenue": 0.5}, {"real_wage": 1.0})]
    return [WELFARE, *some, read_objective("government", favours(world), world)]


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(8).uniform(size=shape)


def some_values(k: int = 3) -> Multipliers:
    """Any values: worth of duties, sales and prices by draw."""
    rho, more = 2 + drawn(k, 4), drawn(2, k, 2, 4)
    return Multipliers(rho, 0.5 + more[0], more[1] / 2 * FLOWS.E, rho + 1)


@pytest.mark.parametrize("which", REACHED, ids=" ".join)
@pytest.mark.parametrize("place", range(4), ids=["welfare", "revenue", "wages", "politics"])
def test_values_solve_the_equations_of_incomes_and_wages(which: tuple[str, str], place: int) -> None:
    """rho alpha A = income + revenue + alpha Q v + z r, and wL (mu − r − wage − y r) = −sum pi (m − theta E (d − dbar))."""
    eq = REACHED[which]
    flows, theta = flows_of(eq), eq.world.theta[:, None]
    aims = direct_of(eq, objectives(eq.world)[place], GROUPS, flows)
    found = shadow_values(eq, aims)
    D = eq.D_new
    z = D / (eq.income_new - D).sum() if which[1] == "world_share" else 0 * D
    y = D / flows.wL.sum() if which[1] == "nominal" else 0 * D
    assert (np.abs(D).max() > 0.01) == (which[1] != "balanced")
    np.testing.assert_array_equal(found.m, aims.price)
    np.testing.assert_allclose(found.r, found.rho - aims.revenue, atol=1e-12)
    for k in range(len(GROUPS)):
        rho, v, r, m = found.rho[k], found.v[k], found.r[k], aims.price[k]
        each = (v - flows.profit * r - aims.sales[k]) / flows.labour
        mu = each[0]
        np.testing.assert_allclose(each, np.tile(mu, (len(each), 1)), atol=1e-10)
        money = aims.income[k] + aims.revenue[k] + np.einsum("sn,sni,si->n", flows.alpha, flows.Q, v) + z @ r
        np.testing.assert_allclose(rho * (flows.alpha * flows.Q.sum(axis=2)).sum(axis=0), money, atol=1e-10)
        d = flows.Q / flows.pi * (rho[:, None] - v[:, None, :])
        dbar = (flows.pi * d).sum(axis=2, keepdims=True)
        spread = flows.pi * (m[:, :, None] - (theta * flows.E)[:, :, None] * (d - dbar))
        wages = flows.wL * (mu - r - aims.wage[k] - y @ r)
        np.testing.assert_allclose(wages, -spread.sum(axis=(0, 1)), atol=1e-9)


@pytest.mark.parametrize("deficits", DEFICITS)
def test_what_deficits_add_to_the_value_of_incomes(deficits: str) -> None:
    eq = REACHED["armington", deficits]
    flows, D = flows_of(eq), eq.D_new
    found = income_to_rho(eq, flows)
    expected = {"world_share": (D / (eq.income_new - D).sum(), 0 * D), "nominal": (0 * D, D / flows.wL.sum())}
    z, y = expected.get(deficits, (0 * D, 0 * D))
    np.testing.assert_allclose((found.z, found.y), (z, y))
    paid = drawn(4)
    rho = found.to_rho @ paid
    np.testing.assert_allclose(rho * (flows.alpha * flows.Q.sum(axis=2)).sum(axis=0), paid + z @ rho)
    aims = direct_of(eq, objectives(eq.world)[1], GROUPS, flows)
    for k in range(3):
        np.testing.assert_allclose(found.earned(aims)[:, k], aims.income[k] + aims.revenue[k] - z @ aims.revenue[k])


@pytest.mark.parametrize("deficits", DEFICITS)
def test_the_common_constant_is_pinned(deficits: str) -> None:
    """Values mean something by their differences: wages weighted by labour income are worth nothing together."""
    eq = REACHED["armington", deficits]
    flows = flows_of(eq)
    found = shadow_values(eq, direct_of(eq, WELFARE, GROUPS, flows))
    np.testing.assert_allclose(found.v[:, 0] @ flows.wL, 0, atol=1e-12)
    eq = REACHED["krugman", deficits]
    flows = flows_of(eq)
    found = shadow_values(eq, direct_of(eq, WELFARE, GROUPS, flows))
    mu = (found.v[:, 0] - flows.profit[0] * found.r) / flows.labour[0]
    np.testing.assert_allclose((found.rho + mu).sum(axis=1), 0, atol=1e-12)


def test_weights_on_log_welfare_name_income_and_prices() -> None:
    weights = drawn(2, 4)
    named = multipliers._log_welfare(EQ, FLOWS, weights)
    np.testing.assert_allclose(named.income, weights / EQ.income_new)
    np.testing.assert_allclose(named.price, weights[:, None, :] * FLOWS.alpha)
    assert not (named.revenue.any())
    assert not (named.wage.any())
    assert not (named.sales.any())
    np.testing.assert_array_equal(shadow_values(EQ, weights).rho, shadow_values(EQ, named).rho)


def test_the_gap_is_the_worth_of_duty_less_that_of_sales_a_part_of_them_at_home() -> None:
    rows = np.array([1, 3])
    plain = some_values()
    nu, mu = drawn(4), drawn(4, 4)[1:]
    local = Multipliers(plain.rho, plain.v, plain.m, plain.r, None, mu, nu)
    for k in range(3):
        for s, j, i in np.ndindex(2, 2, 4):
            n = rows[j]
            expected = plain.rho[k, n] - plain.v[k, s, i]
            assert plain.gap(k, rows)[s, j, i] == pytest.approx(expected) == plain.gap(k)[s, n, i]
            expected = plain.rho[k, n] - nu[n] * mu[k, n] - (1 - nu[n]) * plain.v[k, s, i]
            assert local.gap(k, rows)[s, j, i] == pytest.approx(expected) == local.gap(k)[s, n, i]
    assert Multipliers(plain.rho, plain.v, plain.m, plain.r, None, mu).gap(0)[0, 0, 0] == plain.gap(0)[0, 0, 0]


def test_slopes_and_margins_are_the_formulas_cell_by_cell() -> None:
    shadow, kept = some_values(), 1 - EQ.wedges.revenue_share
    margin = Margin(EQ, FLOWS, shadow, GROUPS)
    np.testing.assert_array_equal(slope(EQ, shadow), slope(EQ, shadow, 0))  # the first objective, without a word
    for k in range(3):
        d = (shadow.rho[k][:, None, None] - shadow.v[k].T[None]) * kept  # [n, i, s]
        dbar = (EQ.pi_new * d).sum(axis=1)
        assert margin.by_income(k).tolist() == shadow.r[k].tolist()
        found = slope(EQ, shadow, k), margin.by_price(k), margin.by_share(k), margin.by_rate(k), margin.by_purchase(k)
        for n, i, s in np.ndindex(4, 4, 2):
            pi, E, theta, m = EQ.pi_new[n, i, s], EQ.E_new[n, s], EQ.world.theta[s], shadow.m[k, s, n]
            gap = shadow.rho[k, n] - shadow.v[k, s, i]
            rate = E * pi * ((1 + theta) * gap * kept[n, i, s] - theta * dbar[n, s] - m / E)
            price = E * pi * (theta * (d[n, i, s] - dbar[n, s]) - m / E)
            expected = rate, price, E * pi * gap, rate, dbar[n, s] - d[n, i, s]
            assert [values[n, i, s] for values in found] == pytest.approx(expected)


def asked_by_loops(b: Any, flows: Flows, kept: np.ndarray, theta: np.ndarray, x: np.ndarray, bounds: Any, shadow: Any):
    """The first-order condition of every rate, four times with the duties that it came to before."""
    owner = {n: min(k, len(shadow.rho) - 1) for k, own in enumerate(b.members) for n in own}
    cells = [np.unravel_index(b.cells[b.group == g], flows.pi.shape) for g in range(len(b.owner))]
    held, tau = kept.copy(), np.zeros(len(x))
    for _ in range(4):
        for g, of in enumerate(cells):
            top = bottom = 0.0
            for s, n, i in zip(*of, strict=True):
                k, E, pi = owner[n], flows.E[s, n], max(flows.pi[s, n, i], 1e-15)
                gaps = shadow.rho[k, n] - shadow.v[k, s]
                dbar = (flows.pi[s, n] * gaps * held[s, n]).sum()
                top += E * pi * (1 + theta[s]) * gaps[i]
                bottom += E * pi * (theta[s] * dbar + (shadow.m[k, s, n] / E if E else 0.0))
            rate = np.inf if bottom <= 0 else top / bottom
            tau[g] = np.exp(x[g]) if top == bottom == 0 else np.clip(rate, 1 + bounds[0], 1 + bounds[1])
        for g, (s, n, i) in enumerate(cells):
            held[s, n, i] = 1 / tau[g]
    return np.log(tau)


@pytest.mark.parametrize("instrument", ["uniform", "mfn", "bilateral", "full"])
@pytest.mark.parametrize(
    ("players", "unions"),
    [(None, None), (["CHN", "EUU"], None), (None, ()), (["CHN", "USA"], ())],
    ids=["all", "two", "no unions", "two without"],
)
@pytest.mark.parametrize("bounds", [(-0.9, 50.0), (0.05, 0.9)], ids=["wide", "narrow"])
def test_rates_asked_for_are_those_of_a_loop_over_their_cells(
    instrument: str, players: list[str] | None, unions: tuple[str, ...] | None, bounds: tuple[float, float]
) -> None:
    b = board(EQ.world, players, instrument, unions)
    pi, E, kept = FLOWS.pi.copy(), FLOWS.E.copy(), 1 - EQ.wedges.revenue_share.transpose(2, 0, 1)
    pi[0, 3, 0] = E[1, 2] = 0.0  # no trade, no spending
    flows = replace(FLOWS, pi=pi, E=E / 100)  # less than one unit of money, some of it
    x = np.linspace(0.1, 0.2, len(b.owner))
    assert (multipliers.UNTRADED, multipliers.INNER, multipliers.TOLERANCE) == (1e-15, 4, 1e-12)
    assert 0 < flows.E[flows.E > 0].min() < 1
    for any_values in (some_values(len(b.players)), some_values(1)):
        shadow = replace(any_values, m=any_values.m / 100)
        found = asked_rates(b, flows, kept, EQ.world.theta, x, bounds, shadow)
        np.testing.assert_allclose(found, asked_by_loops(b, flows, kept, EQ.world.theta, x, bounds, shadow), rtol=1e-9)
        inside = (np.log1p(bounds[0]) < found) & (found < np.log1p(bounds[1]))
        assert inside.any()


@pytest.mark.parametrize("instrument", ["uniform", "full"])
def test_a_rate_that_moves_nothing_stays_and_others_go_to_their_bound(instrument: str) -> None:
    """Both sides of a condition 0: as it was. Duty worth nothing: the lowest rate. No loss by it: the highest."""
    b = board(EQ.world, None, instrument)
    x, theta = np.linspace(0.1, 0.2, len(b.owner)), np.zeros(2)
    kept = 1 - EQ.wedges.revenue_share.transpose(2, 0, 1)
    ones, none = np.ones((3, 2, 4)), np.zeros((3, 2, 4))
    for rho, m, expected in (
        (1.0, none, x),
        (1.0, ones, np.full_like(x, np.log(0.5))),
        (2.0, none, np.full_like(x, np.log(4.0))),
        (2.0, -ones, np.full_like(x, np.log(4.0))),
    ):
        shadow = Multipliers(np.full((3, 4), rho), ones, m, np.ones((3, 4)))
        np.testing.assert_allclose(asked_rates(b, FLOWS, kept, theta, x, (-0.5, 3.0), shadow), expected)


def test_best_replies_take_values_at_the_equilibrium_and_the_tolerance_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    b = board(EQ.world, None, "mfn")
    x = b.log_tau(EQ.t_new)
    asked: list[Any] = []
    plain = multipliers.shadow_values
    monkeypatch.setattr(multipliers, "shadow_values", lambda *given: asked.append(given) or plain(*given))
    found, shadow = best_replies(b, EQ, x, (-0.9, 50.0))
    near = some_values()
    best_replies(b, EQ, x, (-0.9, 50.0), near, 1e-7)
    assert [given[2:4] for given in asked] == [(None, 1e-12), (near, 1e-7)]
    kept = 1 - EQ.wedges.revenue_share.transpose(2, 0, 1)
    np.testing.assert_array_equal(found, asked_rates(b, FLOWS, kept, EQ.world.theta, x, (-0.9, 50.0), shadow))
    omega = np.array([1.0, 2.0, 4.0])
    _, together = best_replies(b, EQ, x, (-0.9, 50.0), together=omega)
    np.testing.assert_allclose(together.rho, omega @ shadow.rho[:, None, :].transpose(1, 0, 2), atol=1e-12)


@pytest.mark.parametrize(("tolerance", "used"), [(1e-12, 1e-11), (1e-11, 1e-11), (1e-9, 1e-9)])
def test_under_a_closure_values_are_those_of_the_general_adjoint(
    tolerance: float, used: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    held = some_values()
    found = SimpleNamespace(rho=held.rho, v=held.v, m=held.m, y=held.r, mu=held.rho + 2)
    monkeypatch.setattr(multipliers, "worth", lambda eq, aims, to: asked.append((aims, to)) or found)
    aims = Direct(*drawn(3, 3, 4), *drawn(2, 3, 2, 4))
    made = multipliers._by_adjoint(EQ, aims, tolerance)
    assert (made.rho is held.rho, made.v is held.v, made.m is held.m, made.r is held.r) == (True,) * 4
    assert made.at_home is found.mu
    assert made.iterate is made.local is None
    multipliers._by_adjoint(EQ, np.eye(4), tolerance)
    assert [to for _, to in asked] == [used, used]
    named = asked[0][0]
    np.testing.assert_array_equal((named.income, named.revenue, named.labour), (aims.income, aims.revenue, aims.wage))
    assert not (named.export_revenue.any())
    assert not (named.tax.any())
    np.testing.assert_array_equal(named.sales, aims.sales.transpose(0, 2, 1))
    np.testing.assert_array_equal(named.price, -aims.price.transpose(0, 2, 1))
    np.testing.assert_allclose(asked[1][0].income, np.eye(4) / EQ.income_new)


def test_the_tolerance_of_values_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word it is 1e-12; and each model has its own way, a closure before all."""
    asked: list[Any] = []
    monkeypatch.setattr(multipliers, "has_links", lambda eq: eq is EQ)
    monkeypatch.setattr(multipliers, "_with_links", lambda *given: asked.append(given[3:]) or some_values())
    near, aims = some_values(), np.eye(4)
    shadow_values(EQ, aims)
    shadow_values(EQ, aims, near, 1e-8)
    assert asked == [(None, 1e-12), (near, 1e-8)]
    closed = solve(EQ.world, EQ.world.t, deficits="balanced", capital=SteadyState(0.35, 0.25))
    monkeypatch.setattr(multipliers, "_by_adjoint", lambda *given: asked.append(given[2]) or some_values())
    shadow_values(closed, aims)
    assert asked[2] == 1e-12
    level = levels(closed, WELFARE)
    shares = marginal._shares(closed, WELFARE, GROUPS)
    assert shares[0, :2] == pytest.approx(level[:2] / level[:2].sum())
    assert shares[:, 2:].tolist() == [[0, 0], [1, 0], [0, 1]]
    assert not shares[1:, :2].any()
    made = margin_of(closed, GROUPS)
    assert (made.eq, made.groups) == (closed, GROUPS)
    with pytest.raises(InputError, match="under this closure"):
        margin_of(closed, GROUPS, objectives(closed.world)[1])
