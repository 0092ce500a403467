"""What trials side by side lead to: every part of an outcome is that of the general solver, in few passes, each trial for itself."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawn import thinned
from parley.kept_starts import kept_starts
from parley.talks import unilateral_trials
from parley.talks.deviations import Reached, Trial
from parley.talks.instruments import board
from parley.talks.objective import flows_of, read_objective
from parley.talks.unilateral_trials import PASSES, Deviations, Linked, UnilateralTrials, trade_gap, within
from parley.trade.solve import rebase, solve
from talks_worlds import favours, small_world

MODELS = {
    "armington": 7,
    "krugman": 10,
    "caliendo_parro": 14,
}  # passes of trials a tenth to three tenths away, and one to spare


def reached(model: str, deficits: str) -> Reached:
    """A state under higher duties, whose accounts are at rest."""
    world = small_world(4, links=model == "caliendo_parro", sectors=2)
    if deficits != "balanced":
        world = rebase(solve(world, model=model, deficits=deficits, tolerance=1e-12))
    asked: dict[str, Any] = {"model": model, "deficits": deficits, "tolerance": 1e-12}
    eq = solve(world, world.t * 1.5, **asked)
    b = board(eq.world, None, "bilateral")
    x = b.log_tau(eq.t_new)
    return Reached(b, solve(eq.world, b.rates(x, eq.world.t), **asked), x)


def trials_of(held: Reached) -> list[Trial]:
    return [Trial(k, held.log_tau[own] + 0.1 * (k + 1) * (-1) ** k) for k, own in enumerate(held.own)]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("deficits", thinned(["world_share", "balanced", "nominal"], 3))
def test_each_part_of_an_outcome_is_that_of_the_solver(model: str, deficits: str) -> None:
    held = reached(model, deficits)
    near, trials = held.near, trials_of(held)
    assert near is not None
    there, done = near.solve(held._moved(near, trials), 1e-11)
    assert done.all()
    for b, trial in enumerate(trials):
        log_tau = held.log_tau.copy()
        log_tau[held.own[trial.player]] = trial.log_tau
        world = rebase(held.eq)
        again = "world_share" if deficits == "balanced" else deficits
        eq = solve(world, held.board.rates(log_tau, world.t), model=model, deficits=again, tolerance=1e-12)
        np.testing.assert_allclose(there.income[:, b], eq.income_new, rtol=1e-9)
        np.testing.assert_allclose(there.revenue[:, b], eq.revenue_new, rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(there.wL[:, b], near.flows.wL * eq.w_hat, rtol=1e-9)
        np.testing.assert_allclose(
            there.S[:, :, b].T, (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=0), rtol=1e-8
        )
        level = (eq.world.alpha * np.log(eq.P_hat)).sum(axis=1)
        np.testing.assert_allclose(there.log_level[:, b], level, atol=1e-9)
    slow = [(held.paid_alone(t) - held.here[t.player]) / held.norm[t.player] for t in trials]
    assert held.gains(trials) == pytest.approx(slow, abs=1e-9)


@pytest.mark.parametrize(
    "weights", [{"revenue": 1.0}, {"real_wage": 1.0, "welfare": -0.5}, {"government": 1.0, "welfare": 0.5}]
)
def test_payoffs_of_any_objective_are_those_of_the_solver(weights: dict[str, float]) -> None:
    held = reached("krugman", "balanced")
    political = favours(held.eq.world) if "government" in weights else None
    objective = read_objective(weights, political, held.eq.world)
    other = Reached(held.board, held.eq, held.log_tau, objective)
    trials = trials_of(held)
    slow = [(other.paid_alone(t) - other.here[t.player]) / other.norm[t.player] for t in trials]
    assert other.gains(trials) == pytest.approx(slow, abs=1e-9)
    assert len({round(x, 6) for x in slow}) == 3


@pytest.mark.parametrize("model", MODELS)
def test_a_trial_is_solved_in_few_passes_and_alone_as_beside_others(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newton's steps with the slopes of the reached state: were one of them off, the same point would be reached later."""
    held = reached(model, "balanced")
    near, trials = held.near, trials_of(held)
    assert near is not None
    seen: list[int] = []
    plain = near.system.markets

    def markets(x: Any, moved: Deviations) -> Any:
        seen.append(moved.trials)
        return plain(x, moved)

    near.system.step(near.system.markets(near.system.start(1), near.none(1))[0])  # the slopes are taken once
    monkeypatch.setattr(near.system, "markets", markets)
    together, done = near.solve(held._moved(near, trials), 1e-9)
    assert done.all()
    assert len(seen) <= MODELS[model]
    for b, trial in enumerate(trials):
        alone, _ = near.solve(held._moved(near, [trial]), 1e-9)
        np.testing.assert_allclose(alone.income[:, 0], together.income[:, b], rtol=1e-8)


def test_at_the_reached_state_every_gap_is_closed() -> None:
    for model in MODELS:
        near = UnilateralTrials(reached(model, "balanced").eq)
        f, residual, there = near.system.markets(near.system.start(2), near.none(2))
        assert np.abs(f).max() < 1e-9
        assert residual.max() < 1e-9
        np.testing.assert_allclose(there.income, near.income[:, None] * np.ones(2), rtol=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_the_residual_of_a_trial_is_its_worst_gap(model: str) -> None:
    """A step away from rest each trial has a residual of its own, and the level of all wages has none."""
    near = UnilateralTrials(reached(model, "balanced").eq)
    size = len(near.system.start(1))
    x = np.zeros((size, 3))
    x[0, 1] = 1e-4
    x[:3, 2] = 0.3
    if model != "armington":
        x[3:, 2] = 0.3  # prices, spending and earnings with them
    f, residual, _ = near.system.markets(x, near.none(3))
    assert residual[0] < 1e-9
    assert 1e-6 < residual[1] < 1e-2
    assert residual[1] >= np.abs(f[: len(near.income), 1]).max() * 0.05
    assert residual[2] < 1e-9


def test_with_links_no_gap_of_any_country_is_larger_than_the_residual() -> None:
    near = UnilateralTrials(reached("caliendo_parro", "balanced").eq)
    system, world = near.system, near.eq.world
    draw = np.random.default_rng(3)
    x = draw.normal(0, 0.01, (len(system.start(1)), 40)) * draw.integers(0, 2, (1, 40))
    x[:3, 20:] = 0.0  # wages as they were
    _, residual, there = system.markets(x, near.none(40))
    assert world.gamma is not None
    wages = np.abs(np.einsum("ns,snb->nb", world.beta, there.S) / there.wL - 1).max(axis=0)
    unit = (near.flows.wL[:, None] * np.exp(x[:3])).sum(axis=0) / near.flows.wL.sum()
    E = near.flows.E[:, :, None] * np.exp(x[3:].reshape(3, 2, 2, -1).transpose(1, 2, 0, 3)[1]) / unit
    materials = np.einsum("nks,snb->knb", world.gamma * (1 - world.beta)[:, None, :], there.S)
    spending = (np.abs(materials + world.alpha.T[:, :, None] * there.income - E).sum(axis=0) / there.wL).max(axis=0)
    assert (residual >= np.maximum(wages, spending) * (1 - 1e-9)).all()
    assert (residual <= 1.0 + np.maximum(wages, spending)).all()


def test_a_trial_that_cannot_be_solved_leaves_the_others_alone() -> None:
    held = reached("armington", "balanced")
    near, trials = held.near, trials_of(held)
    assert near is not None
    moved = held._moved(near, trials)
    moved.K[:, 1] = 0.0  # who moves in the second buys nothing from anybody
    moved.net[:, 1] = 0.0
    with np.errstate(all="ignore"):
        there, done = near.solve(moved, 1e-10)
    assert done.tolist() == [True, False, True]
    assert np.isnan(there.income[:, 1]).all()
    assert np.isfinite(there.income[:, [0, 2]]).all()


def counted(near: UnilateralTrials, patch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the number of trials at each look at their markets."""
    seen: list[int] = []
    plain = near.system.markets
    patch.setattr(near.system, "markets", lambda x, moved: seen.append(moved.trials) or plain(x, moved))
    return seen


def test_a_tolerance_that_none_meets_takes_all_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    held = reached("armington", "balanced")
    assert held.near is not None
    held.near.system.step(np.zeros((3, 1)))
    seen = counted(held.near, monkeypatch)
    with np.errstate(all="ignore"):
        assert held.near.solve(held._moved(held.near, trials_of(held)), -1.0)[1].tolist() == [False] * 3
    assert len(seen) == PASSES == 40


def test_trials_of_a_question_that_keeps_its_starts_take_one_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    held = reached("armington", "balanced")
    near = held.near
    assert near is not None
    near.system.step(np.zeros((3, 1)))
    seen, looks, found = counted(near, monkeypatch), [], []
    for _ in range(2):
        seen.clear()
        with kept_starts("a question"):
            found.append(near.solve(held._moved(near, trials_of(held)), 1e-9))
        looks.append(len(seen))
    assert looks[1] == 1 < looks[0]
    assert found[1][1].all()
    np.testing.assert_array_equal(found[1][0].income, found[0][0].income)


def test_trials_taken_from_among_others_keep_their_rows() -> None:
    K = np.arange(8.0).reshape(1, 4, 2)
    moved = Deviations(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 0]), K, K + 10, 3)
    some = moved.taken(np.array([1, 2]))
    assert (some.trial.tolist(), some.country.tolist(), some.trials) == ([0, 0, 1], [1, 2, 0], 2)
    assert (some.K.tolist(), some.net.tolist()) == (K[:, 1:].tolist(), (K[:, 1:] + 10).tolist())


def test_gaps_and_sums_by_hand() -> None:
    f, residual = trade_gap(np.array([[4.0], [3.0]]), np.array([[5.0], [2.0]]), np.array([[1.0], [-1.0]]))
    assert (f.tolist(), residual.tolist()) == ([[0.0], [0.0]], [0.0])
    f, residual = trade_gap(np.array([[4.0], [3.0]]), np.array([[6.0], [3.0]]), np.array([[1.0], [0.0]]))
    np.testing.assert_allclose(f, [[np.log(5 / 6)], [0.0]])
    np.testing.assert_allclose(residual, [1 / 5])
    links, values = np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([[[10.0]], [[100.0]]])
    np.testing.assert_allclose(within(links, values), [[[210.0]], [[430.0]]])
    near = UnilateralTrials(reached("armington", "nominal").eq)
    D = near.D[:, None]
    total, per_unit = np.full((3, 1), 5.0), np.array([[1.0], [2.0], [1.0]])
    income, received = near.deficits(total, per_unit)
    np.testing.assert_allclose(income, total + per_unit * D)
    np.testing.assert_allclose(received, D)
    near = UnilateralTrials(reached("armington", "world_share").eq)
    D = near.D[:, None]
    income, received = near.deficits(total, per_unit)
    g = income.sum() / near.income.sum()
    np.testing.assert_allclose(received, g * D)
    np.testing.assert_allclose(income, total + per_unit * received)
    assert flows_of(near.eq).wL.shape == (3,)


@pytest.mark.parametrize("deficits", ["balanced", "nominal", "world_share"])
def test_many_trials_are_led_in_single_precision_and_end_where_few_do(
    deficits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = reached("caliendo_parro", deficits)
    near, trials = held.near, trials_of(held)
    assert near is not None
    moved, plain = held._moved(near, trials), Linked.markets
    looks: list[np.dtype[Any]] = []

    def markets(self: Linked, x: np.ndarray, moved: Deviations) -> Any:
        looks.append(x.dtype)
        return plain(self, x, moved)

    monkeypatch.setattr(Linked, "markets", markets)
    there, done = near.solve(moved, 1e-11)
    assert set(looks) == {np.dtype(float)}
    alone = len(looks)
    looks.clear()
    monkeypatch.setattr(unilateral_trials, "MANY", len(trials))
    led, all_done = near.solve(moved, 1e-11)
    assert done.all()
    assert all_done.all()
    assert np.dtype(np.float32) in looks
    assert looks.count(np.dtype(float)) < alone
    for part in fields(there):
        np.testing.assert_allclose(getattr(led, part.name), getattr(there, part.name), rtol=1e-9, atol=1e-9)


def test_what_single_precision_loses_is_looked_at_in_double(monkeypatch: pytest.MonkeyPatch) -> None:
    held = reached("caliendo_parro", "balanced")
    near, trials = held.near, trials_of(held)
    assert near is not None
    assert near.single is not None
    lost = near.single.system
    monkeypatch.setattr(lost, "markets", lambda x, moved: (x + np.nan, np.full(moved.trials, np.nan), None))
    monkeypatch.setattr(unilateral_trials, "MANY", len(trials))
    assert near.solve(held._moved(near, trials), 1e-11)[1].all()


def test_spending_that_single_precision_does_not_hold_is_never_led_by_it() -> None:
    near = reached("caliendo_parro", "balanced").near
    assert near is not None
    none = near.flows.E.copy()
    none[0, 0] = 1e-25 * none.mean()
    near.flows = replace(near.flows, E=none)
    assert near.single is None
    other = reached("armington", "balanced").near
    assert other is not None
    assert other.single is None
