"""Markets of trials at any iterate, and what is paid there, held against the equations of the models written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parley.talks import multipliers, unilateral_trials
from parley.talks.multipliers import income_to_rho, links_of, of_links
from parley.talks.multipliers_links import Iterate
from parley.talks.objective import WELFARE, direct_of, flows_of, levels, price_level, read_objective
from parley.talks.unilateral_trials import TrialOutcomes, UnilateralTrials, nominal_there, payoffs_there, trade_gap
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import rebase, solve
from parley.world.world import World
from talks_worlds import favours, small_world

MODELS = ("armington", "krugman", "caliendo_parro")
DEFICITS = ("nominal", "world_share")
N, S = 3, 2


def reached(model: str, deficits: str) -> Equilibrium:
    world = rebase(solve(small_world(4, links=model == "caliendo_parro", sectors=S), model=model, deficits=deficits))
    return solve(world, world.t * 1.5, model=model, deficits=deficits, tolerance=1e-12)


REACHED = {(model, deficits): reached(model, deficits) for model in MODELS for deficits in DEFICITS}


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(8).uniform(-0.2, 0.2, shape)


def incomes(near: UnilateralTrials, total: np.ndarray, per_unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Income with deficits: as they were, or a share of the world's income, which they then change."""
    D = near.eq.D_new[:, None]
    g = np.ones(total.shape[1])
    if near.eq.deficits == "world_share":  # g = sum (total + g per_unit D) / sum of the reached incomes
        g = total.sum(axis=0) / (near.eq.income_new.sum() - (per_unit * D).sum(axis=0))
        np.testing.assert_allclose(g, (total + g * per_unit * D).sum(axis=0) / near.eq.income_new.sum())
    return total + g * per_unit * D, g * D


@pytest.mark.parametrize("which", [key for key in REACHED if key[0] != "caliendo_parro"], ids=" ".join)
def test_markets_without_links_are_as_written_out(which: tuple[str, str]) -> None:
    near = UnilateralTrials(REACHED[which])
    flows, profits, b = flows_of(near.eq), which[0] == "krugman", 5
    x = drawn(N * (1 + profits), b)
    x[:, 0] = 0.1 * np.arange(N * (1 + profits)) * (np.arange(N * (1 + profits)) >= N)  # earnings alone
    f, residual, there = near.system.markets(x, near.none(b))
    alpha = flows.E / flows.E.sum(axis=0)
    level = (flows.wL @ np.exp(x[:N])) / flows.wL.sum()
    w = np.exp(x[:N]) / level
    wL = flows.wL[:, None] * w
    earned = flows.S.sum(axis=0)[:, None] * np.exp(x[N:]) / level if profits else wL
    q = w ** -near.eq.world.theta[:, None, None]
    Phi = np.einsum("sni,sib->snb", flows.pi, q)
    Q = flows.Q.copy()
    Q[:, range(N), range(N)] = 0.0
    spent = alpha[:, :, None] / Phi
    imported = np.einsum("snb,sni,sib->nb", spent, Q, q)
    at_home = spent * np.einsum("snn->sn", flows.pi)[:, :, None] * q
    kept = imported + at_home.sum(axis=0)
    income, D = incomes(near, earned / kept, 1 / kept)
    exports = np.einsum("snb,nb,sni,sib->sib", spent, income, Q, q)
    sold = exports + at_home * income
    gaps, worst = trade_gap(exports.sum(axis=0), imported * income, D)
    if profits:
        paid = np.einsum("sn,snb->nb", flows.labour, sold) / wL
        gaps, worst = np.concatenate([gaps, np.log(paid)]), np.maximum(worst, np.abs(paid - 1).max(axis=0))
    np.testing.assert_allclose(f, gaps, atol=1e-12)
    np.testing.assert_allclose(residual, worst, atol=1e-12)
    log_P = -np.log(Phi) / near.eq.world.theta[:, None, None]
    np.testing.assert_allclose(there.log_level, np.einsum("sn,snb->nb", alpha, log_P), atol=1e-12)
    for found, expected in zip(
        (there.income, there.revenue, there.wL, there.S), (income, income * (1 - kept), wL, sold), strict=True
    ):
        np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("deficits", DEFICITS)
@pytest.mark.parametrize("part", ["all", "wages", "prices", "spending"])
def test_markets_with_links_are_as_written_out(deficits: str, part: str) -> None:
    near = UnilateralTrials(REACHED["caliendo_parro", deficits])
    world, flows, b = near.eq.world, flows_of(near.eq), 5
    assert world.gamma is not None
    x = drawn(N + 2 * N * S, b)
    by_country = x[N:].reshape(N, 2, S, b)
    for name, values in (("wages", x[:N]), ("prices", by_country[:, 0]), ("spending", by_country[:, 1])):
        values *= part in (name, "all")
    f, residual, there = near.system.markets(x, near.none(b))
    unit = (flows.wL @ np.exp(x[:N])) / flows.wL.sum()
    w, P, E = np.exp(x[:N]) / unit, np.exp(by_country[:, 0]) / unit, flows.E.T[:, :, None] * np.exp(by_country[:, 1])
    E = E / unit  # [n, s, b]
    used = world.gamma * (1 - world.beta)[:, None, :]  # [n, of, by]
    cost = world.beta[:, :, None] * np.log(w)[:, None, :] + np.einsum("nks,nkb->nsb", used, np.log(P))
    q = np.exp(-world.theta[None, :, None] * cost)
    Phi = np.einsum("sni,isb->nsb", flows.pi, q)
    bought = np.einsum("nsb,sni,isb->nisb", E / Phi, flows.Q, q)
    before = np.einsum("nsb,sni,isb->nisb", E / Phi, flows.pi, q)
    sold = bought.sum(axis=0)
    home = bought[range(N), range(N)].sum(axis=1)
    exports, imports = sold.sum(axis=1) - home, bought.sum(axis=(1, 2)) - home
    wL, revenue = flows.wL[:, None] * w, (before - bought).sum(axis=(1, 2))
    income, D = incomes(near, wL + revenue, np.ones_like(wL))
    wanted = np.einsum("nks,nsb->nkb", used, sold) + world.alpha[:, :, None] * income[:, None, :]
    log_P = -np.log(Phi) / world.theta[None, :, None] - np.log(P)
    gaps, worst = trade_gap(exports, imports, D)
    np.testing.assert_allclose(f[:N], gaps, atol=1e-12)
    inner = np.stack([log_P, np.log(wanted / E)], axis=1)
    np.testing.assert_allclose(f[N:].reshape(N, 2, S, b), inner, atol=1e-12)
    others = (
        np.abs((world.beta[:, :, None] * sold).sum(axis=1) / wL - 1).max(axis=0),
        (np.abs(wanted - E).sum(axis=1) / wL).max(axis=0),
        np.abs(log_P).max(axis=(0, 1)),
    )
    np.testing.assert_allclose(residual, np.max([worst, *others], axis=0))
    np.testing.assert_allclose(there.log_level, (world.alpha[:, :, None] * np.log(P)).sum(axis=1), atol=1e-12)
    for found, expected in zip(
        (there.income, there.revenue, there.wL, there.S), (income, revenue, wL, sold.swapaxes(0, 1)), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_starts_and_steps_have_the_shape_of_their_unknowns(model: str) -> None:
    near = UnilateralTrials(REACHED[model, "nominal"])
    size = {"armington": N, "krugman": 2 * N, "caliendo_parro": N + 2 * N * S}[model]
    assert near.system.start(4).shape == (size, 4)
    assert not near.system.start(4).any()
    assert not near.few
    f = drawn(size, 4)
    step = near.system.step(f)
    for b in range(4):  # a column each; with links in short numbers, for a step need not be exact
        np.testing.assert_allclose(step[:, b], near.system.step(f[:, b : b + 1])[:, 0], atol=1e-5)
    assert unilateral_trials.NUDGE == 1e-6


def any_outcome() -> TrialOutcomes:
    made = 1 + drawn(4, N, 2)
    return TrialOutcomes(drawn(N, 2), *made[1:], 1 + drawn(S, N, 2))


@pytest.mark.parametrize("model", MODELS)
def test_what_is_paid_is_the_weighted_sum_over_prices(model: str) -> None:
    eq = REACHED[model, "nominal"]
    near, flows, there, world = UnilateralTrials(eq), flows_of(eq), any_outcome(), eq.world
    plain: dict[str, tuple[float, float, float]] = {"welfare": (1, 0, 0), "revenue": (0, 1, 0)}
    for named, (income, revenue, wage) in (
        *plain.items(),
        ({"welfare": 0.5, "revenue": 2.0, "real_wage": 3.0}, (0.5, 2.0, 3.0)),
    ):
        found = nominal_there(flows, there, read_objective(named, None, world))
        np.testing.assert_allclose(found, income * there.income + revenue * there.revenue + wage * there.wL)
    weights = favours(world)
    objective = read_objective({"government": 2.0, "welfare": 0.5}, weights, world)
    labour = (weights.T * flows.labour)[:, :, None] * there.S
    profit = (weights.T * flows.profit)[:, :, None] * there.S
    shared = labour.sum(axis=0) * there.revenue / there.wL  # sectors share duties by their labour
    expected = 0.5 * there.income + 2 * ((labour + profit).sum(axis=0) + shared)
    np.testing.assert_allclose(nominal_there(flows, there, objective), expected)
    real = expected / (price_level(eq, flows)[:, None] * np.exp(there.log_level))
    groups = [[0, 2], [1]]
    paid = payoffs_there(near, there, objective, groups)
    assert paid == pytest.approx([real[groups[b], b].sum() for b in range(2)])
    rest = TrialOutcomes(
        np.zeros((N, 1)),
        *(v[:, None] for v in (eq.income_new, eq.revenue_new, flows.wL)),
        flows.S[:, :, None],
    )
    for named in (objective, read_objective("welfare", None, world)):  # where nothing has moved
        assert payoffs_there(near, rest, named, [[1]])[0] == pytest.approx(levels(eq, named)[1], rel=1e-6)


def test_values_with_links_start_and_end_where_they_are_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    eq = REACHED["caliendo_parro", "nominal"]
    aims = direct_of(eq, WELFARE, ((0,), (1, 2)), flows_of(eq))
    asked: list[Any] = []
    values, iterate = (drawn(N, 2), 1 + drawn(N, S, 2), 2 + drawn(N, S, 2)), Iterate(drawn(4, 2), None, None)
    monkeypatch.setattr(multipliers, "solve_links", lambda *given: asked.append(given[1:]) or (*values, iterate))
    found = multipliers.shadow_values(eq, aims)
    multipliers.shadow_values(eq, aims, found, 1e-7)
    assert asked == [(None, 1e-12), (iterate, 1e-7)]
    _, unit = links_of(eq, flows_of(eq), aims)
    expected = of_links(values, unit, aims, iterate)
    for part in ("rho", "v", "m", "r"):
        np.testing.assert_array_equal(getattr(found, part), getattr(expected, part))
    assert found.iterate is iterate


def objective_of(name: str, world: World) -> Any:
    return read_objective(name, favours(world) if name == "government" else None, world)


@pytest.mark.parametrize("deficits", DEFICITS)
@pytest.mark.parametrize("name", ["welfare", "government", "revenue"])
def test_coefficients_of_links_are_in_units_of_mean_income(deficits: str, name: str) -> None:
    eq = REACHED["caliendo_parro", deficits]
    world, flows = eq.world, flows_of(eq)
    aims = direct_of(eq, objective_of(name, world), ((0, 1), (2,)), flows)
    links, unit = links_of(eq, flows, aims)
    closure = income_to_rho(eq, flows)
    assert world.gamma is not None
    assert unit == pytest.approx(eq.income_new.mean())
    assert abs(unit - 1) > 0.1
    wages = aims.wage - aims.revenue - (aims.revenue @ closure.y)[:, None]
    expected = {
        "pi": flows.pi, "Q": flows.Q, "alpha": flows.alpha, "theta": world.theta, "beta": world.beta.T,
        "E": flows.E / unit, "S": flows.S / unit, "wL": flows.wL / unit,
        "a": np.einsum("nks,ns->nks", world.gamma, 1 - world.beta), "to_rho": closure.to_rho, "y": closure.y,
        "earned": closure.earned(aims) * unit, "wage": wages.T * unit, "price": np.einsum("ksn->nsk", aims.price),
    }  # fmt: skip
    for part, values in expected.items():
        np.testing.assert_allclose(getattr(links, part), values, err_msg=part)
    assert (links.sales is None) == (name != "government")
    if links.sales is not None:
        np.testing.assert_allclose(links.sales, np.einsum("ksn->nsk", aims.sales) * unit)
    k = 2
    values = drawn(N, k), drawn(N, S, k), drawn(N, S, k)
    iterate = Iterate(drawn(2, k), None, None)
    made = of_links(values, unit, aims, iterate)
    np.testing.assert_allclose(made.rho, values[0].T / unit)
    np.testing.assert_allclose(made.v, np.einsum("nsk->ksn", values[1]) / unit)
    np.testing.assert_allclose(made.m, np.einsum("nsk->ksn", values[2]))
    np.testing.assert_allclose(made.r, made.rho - aims.revenue)
    assert made.iterate is iterate
