"""Every number of an iterate, far from rest, worked out anew buyer by buyer: income as a linear system, and what each market lacks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from parley.rates import Wedges
from parley.trade.closure import Closure, closed
from parley.trade.closures import endogenous, external_scale, output_share, pass_through, steady_state, wage_floor
from parley.trade.equilibrium import certify
from parley.trade.models import models, read_model
from parley.trade.problem import Problem, Shocks, prepare
from parley.trade.solve import solve, with_fallbacks
from parley.world.world import World
from trade_by_hand import apart, bundles_by_hand, by_hand, certificate, hours_by_hand, linked, spent, wages_of
from trade_worlds import shocked, small_world, with_deficits

LOCAL = endogenous.Choice({"C01": 0.3, "C02": 0.2}, 0.1)
SENT = np.array([0.3, -0.1, -0.15, -0.05])
INVESTED = np.random.default_rng(0).uniform(0.05, 0.5, (4, 3))
ANY: dict[str, dict[str, Any]] = {
    "plain": {},
    "nominal": {"deficits": "nominal", "numeraire": "C02", "transfers": SENT},
    "balanced": {"deficits": "balanced", "transfers": SENT},
    "export taxes": {"tax": True},
    "export taxes, fixed deficits": {"tax": True, "deficits": "nominal", "transfers": SENT},
    "hours": {"labour_supply": 0.5, "tax_rate": 0.2},
    "relief": {"revenue": "tax_relief", "labour_supply": 0.7, "tax_rate": 0.3, "tax": True},
}
FILES: dict[str, dict[str, Any]] = {
    "local labour": {"deficits": LOCAL},
    "local labour, of earnings": {"deficits": endogenous.Choice({"C01": 0.3}, 0.1, True)},
    "capital": {"capital": steady_state.Choice([0.4, 0.3, 0.2, 0.1], INVESTED)},
    "capital and local labour": {"capital": steady_state.Choice(0.3, INVESTED), "deficits": LOCAL},
    "floor": {"closures": [wage_floor.Choice(0.95, {"C03": 0.5})], "numeraire": "C01"},
    "scale": {"closures": [external_scale.Choice(0.1)], "labour_supply": 0.5},
    "scale and local labour": {"closures": [external_scale.Choice(0.1)], "labour_supply": 0.5, "deficits": LOCAL},
    "pass-through": {"closures": [pass_through.Choice([1.4, 1.2, 1.0, 0.8])], "labour_supply": 0.5},
    "output": {"deficits": output_share.Choice()},
    "output held": {"deficits": output_share.Choice(True)},
    "earnings": {"deficits": "earnings_share"},
    "output and capital": {"deficits": "output_share", "capital": steady_state.Choice(0.3, INVESTED)},
    "earnings and capital": {"deficits": "earnings_share", "capital": steady_state.Choice(0.3, INVESTED)},
}
LINKED = ("local labour", "local labour, of earnings", "capital", "capital and local labour", "floor", "scale",
          "scale and local labour", "pass-through", "earnings")  # fmt: skip
CASES = [
    *((model, name) for model in models() for name in ANY),
    *(("armington", name) for name in FILES),
    *(("caliendo_parro", name) for name in LINKED),
]


def open_world(beta: float, rate: float = 0.0) -> World:
    """A world without love of home; beta: of labour in what is sold. Where that is little, trade is more than labour income."""
    draw, ones = np.random.default_rng(4), np.ones((4, 3))
    flows, off = draw.lognormal(0, 0.3, (4, 4, 3)), 1 - np.eye(4)[:, :, None]
    return World.from_arrays(
        [f"C{n:02}" for n in range(4)], ["S0", "S1", "S2"], flows, draw.uniform(0, 2, flows.shape) * rate * off,
        np.array([3.0, 4.0, 5.0]), flows_include_tariff=True, value_added_share=beta * draw.uniform(0.9, 1.1, (4, 3)),
        io_share=np.full((4, 3, 3), 1 / 3), final_share=ones / 3,
    )  # fmt: skip


@cache
def problem_of(model: str, name: str) -> Problem:
    """A change of everything that a model takes: duties in two wedges, iceberg costs and tastes, export taxes where they are asked."""
    asked = {"deficits": "world_share", "revenue": "lump_sum", "numeraire": "world_labour", "transfers": None}
    asked |= {"labour_supply": 0.0, "tax_rate": None, "capital": "fixed", "closures": (), "tax": False}
    *words, taxed = (asked | (ANY | FILES)[name]).values()
    links = read_model(model).LINKS
    world = open_world(0.7, 0.08) if links and name in FILES else small_world(links=links)
    world, closure = closed(world, (*words, model))
    draw, off = np.random.default_rng(5), 1 - np.eye(4)[:, :, None]
    plain = Wedges.from_rates(shocked(world), world.t)
    wedges = Wedges(plain.tau_hat, 0.9 * plain.revenue_share)
    iceberg, demand = (np.exp(0.2 * draw.normal(size=world.X.shape)) for _ in range(2))
    rate = draw.uniform(-0.1, 0.3, world.X.shape) * off if taxed else None
    return prepare(world, wedges, closure, Shocks(iceberg, demand, rate))


def at(model: str, name: str, seed: int) -> tuple[Problem, Any, np.ndarray]:
    """A problem, its iteration, and an iterate some way from its start."""
    problem = problem_of(model, name)
    iteration = read_model(model).Iteration(problem)
    x = iteration.start()
    return problem, iteration, x + 0.1 * np.random.default_rng(seed).normal(size=x.shape)


def same(found: Any, expected: dict[str, Any]) -> None:
    for key, value in expected.items():
        np.testing.assert_allclose(getattr(found, key), value, rtol=1e-9, atol=1e-12, err_msg=key)


def proof_is(problem: Problem, model: str, state: Any, made: dict[str, Any]) -> None:
    flows = np.ascontiguousarray(made["X"].transpose(2, 0, 1))
    same(certify(problem, read_model(model), state, flows), certificate(problem, model, state, made))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", [name for model, name in CASES if model == "armington"])
def test_an_iterate_without_links(name: str, seed: int) -> None:
    problem, iteration, x = at("armington", name, seed)
    world, closure = problem.world, problem.closure
    bill, capital = world.base.VA, closure.capital
    shift, log_w, L = wages_of(problem, bill, x[:4])
    w = np.exp(log_w)
    if closure.held:
        L = 1 / w
    if closure.elastic:
        L = np.exp(x[-4:])
    labour, e, tilt = bill * w * L, world.base.E / world.base.E.sum(axis=1, keepdims=True), 0.0
    log_v = log_w
    if capital is not None:
        e, tilt = capital.consumed.T, capital.tilt.T * labour[:, None]
        log_v = (1 - capital.share) * log_w + capital.share * (x[4:] - shift)
    bundles = x[4:16].reshape(3, 4).T if closure.scale else np.zeros((4, 3))
    log_c = log_v[:, None] - closure.scale * bundles
    made = by_hand(problem, log_c, spent(problem, labour, w, e, tilt))
    income = made["E"].sum(axis=1)
    D = income - labour - made["revenue"]
    wanted, gap = apart(made["exports"], made["imports"], D)
    damping = 1 / (1 + np.median(world.theta))
    f = [damping * (wanted - (bill * wanted).sum() / bill.sum())]
    tax, entry = closure.tax_rate, None
    log_level = (e * made["log_P"]).sum(axis=1)
    if closure.pass_through is not None:
        entry = (1 - closure.pass_through) * (np.log(income / world.base.income) - log_w)
        log_level = log_level + entry
    if closure.scale:
        lacks = bundles_by_hand(problem, made, np.ones((4, 3)), log_w[:, None]) - bundles
        f.append(lacks.T.ravel())
        gap = max(gap, np.abs(lacks).max())
    if closure.elastic:
        hours, tax = hours_by_hand(problem, bill, labour, w, made["revenue"], np.exp(log_level))
        f.append(damping * np.log(hours / L))
        gap = max(gap, np.abs(np.log(hours / L)).max())
    if capital is not None:
        f.append((capital.bought.T * made["log_P"]).sum(axis=1) - (x[4:] - shift))
        gap = max(gap, np.abs(f[1]).max())
    found, residual = iteration.step(x)
    np.testing.assert_allclose(found, np.concatenate(f), rtol=1e-9, atol=1e-12)
    assert residual == pytest.approx(gap, rel=1e-9)
    same(iteration._markets(x)[0], {"sold": made["sold"].T, "revenue": made["revenue"], "imports": made["imports"]})
    state = iteration.state(x)
    same(state, {"w_hat": w, "L_hat": L, "labour": labour, "income": income, "D_new": D, "E_new": made["E"].T})
    same(state, {"tax": np.full(4, tax) if np.ndim(tax) == 0 else tax, "alpha": e.T, "residual": gap})
    proof_is(problem, "armington", state, made)
    same(state, {"q": np.exp(-world.theta * log_c).T, "log_c": log_c.T})
    assert (state.entry is None) == (entry is None)
    if entry is not None:
        same(state, {"entry": entry})


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ANY)
def test_an_iterate_with_profits(name: str, seed: int) -> None:
    problem, iteration, x = at("krugman", name, seed)
    world, closure = problem.world, problem.closure
    share = world.theta / (1 + world.theta)
    bill = (share * world.base.S).sum(axis=1)
    shift, log_w, _ = wages_of(problem, bill, x[:4])
    w, earned, L = np.exp(log_w), np.exp(x[4:8] - shift), np.exp(x[8:]) if closure.elastic else np.ones(4)
    labour, e = bill * w * L, world.base.E / world.base.E.sum(axis=1, keepdims=True)
    made = by_hand(problem, log_w[:, None], spent(problem, earned, w, e, 0.0))
    income, wages = made["E"].sum(axis=1), (share * made["sold"]).sum(axis=1)
    D = income - earned - made["revenue"]
    wanted, gap = apart(made["exports"], made["imports"], D)
    damping = 1 / (1 + np.median(world.theta))
    f = [damping * (wanted - (bill * wanted).sum() / bill.sum()) - shift, np.log(labour / wages) - shift]
    gaps, tax = [gap, np.abs(wages / labour - 1).max(), np.abs(made["sold"].sum(axis=1) / earned - 1).max()], None
    if closure.elastic:
        level = np.exp((e * made["log_P"]).sum(axis=1))
        hours, tax = hours_by_hand(problem, bill, labour, w, made["revenue"], level)
        f.append(damping * np.log(hours / L))
        gaps.append(np.abs(np.log(hours / L)).max())
    found, residual = iteration.step(x)
    np.testing.assert_allclose(found, np.concatenate(f), rtol=1e-9, atol=1e-12)
    assert residual == pytest.approx(max(gaps), rel=1e-9)
    state = iteration.state(x)
    same(state, {"w_hat": w, "L_hat": L, "labour": labour, "income": income, "D_new": D, "E_new": made["E"].T})
    same(state, {"alpha": e.T, "residual": max(gaps), "log_c": np.array([log_w] * 3)})
    same(state, {"tax": np.full(4, closure.tax_rate) if tax is None else tax})
    proof_is(problem, "krugman", state, made)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", [name for model, name in CASES if model == "caliendo_parro"])
def test_an_iterate_with_links(name: str, seed: int) -> None:
    problem, iteration, x = at("caliendo_parro", name, seed)
    f, gaps, held = linked(problem, x)
    found, residual = iteration.step(x)
    np.testing.assert_allclose(found, f, rtol=1e-9, atol=1e-12)
    assert residual == pytest.approx(max(gaps.values()), rel=1e-9)
    proof_is(problem, "caliendo_parro", iteration.state(x), held.pop("made"))
    same(iteration.state(x), held | {"residual": max(gaps.values())})


def test_each_kind_of_gap_may_be_the_worst() -> None:
    """Wages that sales do not pay are the worst where spending and prices have settled, and trade is more than labour income."""
    world, worst = open_world(0.2), set()
    ones, none = np.ones_like(world.X), np.zeros_like(world.X)
    problem = prepare(world, Wedges(ones, none), Closure("balanced"), Shocks(ones, ones, None))
    iteration = read_model("caliendo_parro").Iteration(problem)
    rest, tilted = with_fallbacks(iteration, problem, iteration.start(), 1e-12)[0].x, 0.02 * np.arange(28)
    for step, settling in (
        (tilted * (np.arange(28) >= 16), 0),
        (tilted * (np.arange(28) < 4), 150),
        (np.repeat([0.0, 0.1, 0.0], [4, 12, 12]), 0),
    ):
        x = rest + step
        for _ in range(settling):
            x[4:] += iteration.step(x)[0][4:]
        _, gaps, _ = linked(problem, x)
        assert iteration.step(x)[1] == pytest.approx(max(gaps.values()), rel=1e-9)
        worst.add(max(gaps, key=lambda kind: gaps[kind]))
    assert worst == {"wages", "spending", "prices"}


@pytest.mark.parametrize("model", models())
@pytest.mark.parametrize("size", [1e-5, 1e5])
def test_an_iterate_does_not_hang_on_the_unit_of_money(model: str, size: float) -> None:
    world = small_world(links=read_model(model).LINKS)
    shares: dict[str, Any] = {}
    if world.gamma is not None:
        shares = {"value_added_share": world.beta, "io_share": world.gamma, "final_share": world.alpha}
    other = World.from_arrays(
        list(world.countries), list(world.sectors), size * world.X, world.t, world.theta, flows_include_tariff=True, **shares
    )  # fmt: skip
    moved = 0.05 * np.cos(np.arange(28))
    found = []
    for each in (world, other):
        wedges = Wedges.from_rates(shocked(world), world.t)
        iteration = read_model(model).Iteration(prepare(each, wedges, Closure()))
        x = iteration.start()
        found.append(
            (*iteration.step(x + moved[: len(x)]), iteration.state(x + moved[: len(x)]).income / each.base.income)
        )
    for one, there in zip(*found, strict=True):
        np.testing.assert_allclose(there, one, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("model", models())
def test_an_iterate_whose_country_has_nothing_left_is_no_candidate(model: str) -> None:
    """Income of exactly nothing, or of less in one country alone, is endlessly far off; a little more is a number."""
    world = small_world(links=read_model(model).LINKS, rate=0.0)
    wedges = Wedges(np.ones_like(world.t), np.zeros_like(world.t))

    def residual(sent: np.ndarray | None) -> tuple[float, np.ndarray]:
        iteration = read_model(model).Iteration(prepare(world, wedges, Closure("balanced", transfers=sent)))
        return iteration.step(iteration.start())[1], iteration.state(iteration.start()).income

    income = residual(None)[1]
    lost = np.array([-income[0], income[0], 0.0, 0.0])
    assert residual(lost)[1][0] == 0
    assert residual(lost)[0] == residual(1.5 * lost)[0] == np.inf
    assert np.isfinite(residual(0.5 * lost)[0])


def rows_of(differ: bool) -> tuple[list[Any], np.ndarray]:
    """Three scenarios of one world or of three, and an iterate of each."""
    worlds = [small_world(links=True, seed=seed) for seed in ((7, 8, 9) if differ else (7,))] * (1 if differ else 3)
    made = [
        read_model("caliendo_parro").Iteration(
            prepare(
                world, Wedges.from_rates(shocked(world, k), world.t), Closure("nominal", numeraire=1, transfers=SENT)
            )
        )
        for k, world in enumerate(worlds)
    ]
    return made, np.array([one.start() + 0.1 * np.cos(np.arange(28) + k) for k, one in enumerate(made)])


@pytest.mark.parametrize("differ", [False, True])
def test_scenarios_in_rows_are_each_as_alone_before_and_after_some_have_ended(differ: bool) -> None:
    made, x = rows_of(differ)
    rows, left = made[0].together(made), np.array([0, 1, 2])
    assert rows.leads == (not differ)
    for taken in (None, [2, 0], [1]):
        if taken is not None:
            rows.take(np.array(taken))
            left = left[taken]
        for step, alone in (("step_rows", "step"), ("led_rows", "step" if differ else "led")):
            f, residual = getattr(rows, step)(x[left])
            assert residual.shape == (len(left),)
            for k, j in enumerate(left):
                expected, gap = getattr(made[j], alone)(x[j])
                np.testing.assert_allclose(
                    f[k], expected, atol=1e-12 if alone == "step" else 1e-6
                )  # slopes have few digits
                assert residual[k] == pytest.approx(gap, rel=1e-9)
    assert made[0].K.ndim == 3  # the scenarios themselves stay as they are


def test_one_of_two_worlds_is_enough_to_differ() -> None:
    made, x = rows_of(False)
    other, _ = rows_of(True)
    mixed = [made[0], made[1], other[1]]
    rows = mixed[0].together(mixed)
    assert not rows.leads
    f, _ = rows.step_rows(x)
    for k, one in enumerate(mixed):
        np.testing.assert_allclose(f[k], one.step(x[k])[0], rtol=1e-9, atol=1e-12)


def test_the_step_that_is_led_is_the_same_with_its_state() -> None:
    made, x = rows_of(False)
    f, state = made[0].led_state(x[0])
    np.testing.assert_allclose(f, made[0].led(x[0])[0], atol=1e-6)
    same(state, {"income": made[0].state(x[0]).income, "residual": made[0].step(x[0])[1]})
    assert np.ndim(made[0].led(x[0])[1]) == 0


def test_a_model_without_links_has_no_materials_whatever_the_world_has() -> None:
    problem, iteration, x = at("armington", "plain", 1)
    state, flows = iteration.state(x), np.ones((3, 4, 4))
    module, linked_world = read_model("armington"), small_world(links=True)
    found = [certify(replace(problem, world=world), module, state, flows) for world in (problem.world, linked_world)]
    assert found[0].residual == found[1].residual


def test_a_row_that_has_nothing_left_leaves_the_others_their_gaps() -> None:
    made, x = rows_of(False)
    x[1, 1] += 6.0  # deficits are fixed in the money of that country
    residual = made[0].together(made).step_rows(x)[1]
    assert residual[1] == made[1].step(x[1])[1] == np.inf
    assert np.isfinite(residual[[0, 2]]).all()


@pytest.mark.parametrize("seed", range(6))
def test_where_world_labour_is_the_anchor_its_bill_stays_under_any_floors(seed: int) -> None:
    draw = np.random.default_rng(seed)
    bill, floor = draw.uniform(1, 5, 5), np.array([0.0, 0.5, 0.9, 0.97, 1.0])[draw.permutation(5)]
    held, log_earned = wage_floor.Floor(floor, None, bill), 0.3 * draw.normal(size=5) + 2
    log_earned[np.argmax(floor)] = 1.0
    shift = held.shift(log_earned)
    wages = held.wages(log_earned - shift)
    assert (bill * np.exp(wages)).sum() == pytest.approx(bill.sum(), rel=1e-12)
    bound = np.exp(log_earned - shift) < floor
    np.testing.assert_allclose(np.exp(wages), np.where(bound, floor, np.exp(log_earned - shift)))
    assert bound[np.argmax(floor)]
    assert not bound[np.argmin(floor)]


@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
def test_a_start_under_floors_is_the_answer_of_the_neighbour(model: str) -> None:
    world = with_deficits(model)
    asked: dict[str, Any] = {"model": model, "tolerance": 1e-9, **FILES["floor"]}
    t = world.t + 0.05 * (1 - np.eye(4))[:, :, None]
    there = solve(world, t, **{**asked, "tolerance": 1e-11})
    again = solve(world, t, start=there, **asked)
    assert again.passes <= 2
    np.testing.assert_allclose(again.w_hat, there.w_hat, rtol=1e-8)
