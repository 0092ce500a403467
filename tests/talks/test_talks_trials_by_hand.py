"""Trials side by side, a part at a time: who is done, lost or on its way after each pass, and each sum against a loop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.talks import unilateral_trials
from parley.talks.objective import flows_of
from parley.talks.unilateral_trials import Deviations, TrialOutcomes, UnilateralTrials, trade_gap
from parley.trade.solve import balance, solve
from talks_worlds import random_world, small_world

WORLD = balance(random_world(2, ("DEU", "FRA", "USA", "CHN"), sectors=2))
EQ = solve(WORLD, WORLD.t * 1.5, deficits="nominal")
NEAR = UnilateralTrials(EQ)


class Scripted:
    """A system of one unknown: trial b has its residual at the pass met[b], no finite gap at those of lost[b], and a step of its own."""

    kind = np.dtype(float)

    def __init__(self, met: list[int], lost: dict[int, int] | None = None, step: float = 0.0) -> None:
        self.met, self.lost, self.gap, self.looks = np.array(met), lost or {}, step, []  # type: ignore[var-annotated]

    def start(self, trials: int) -> np.ndarray:
        return np.zeros((1, trials))

    def step(self, f: np.ndarray) -> np.ndarray:
        return f

    def markets(self, x: np.ndarray, moved: Deviations) -> tuple[np.ndarray, np.ndarray, TrialOutcomes]:
        now, names = len(self.looks), moved.country
        self.looks.append((names.tolist(), x[0].tolist()))
        f = np.array([[np.nan if self.lost.get(int(b)) == now else self.gap for b in names]])
        residual = np.where(self.met[names] <= now, 1e-9, 1.0)
        one = np.array([names, names], float) + now / 100
        return f, residual, TrialOutcomes(one, one + 10, one + 20, one + 30, one[None] + 40)


def searched(system: Scripted, tolerance: Any = 1e-8) -> tuple[TrialOutcomes, list[bool], list[float]]:
    """What the search says of trials that are named by the country that moves."""
    near = UnilateralTrials.__new__(UnilateralTrials)
    near.flows, near.system = SimpleNamespace(E=np.zeros((1, 2))), system  # type: ignore[assignment]
    names = np.arange(len(system.met))
    moved = Deviations(names, names, np.zeros((1, len(names), 2)), np.zeros((1, len(names), 2)), len(names))
    start = system.start(len(names))
    whole, done, x = near._searched(moved, start, np.broadcast_to(tolerance, len(names)))
    return whole, done.tolist(), x[0].tolist()


def test_what_is_solved_is_kept_as_it_was_then_and_leaves_the_others_to_go_on() -> None:
    system = Scripted([0, 2, 1, 1], step=0.25)
    whole, done, x = searched(system)
    assert done == [True] * 4
    assert [names for names, _ in system.looks] == [[0, 1, 2, 3], [1, 2, 3], [1]]
    expected = np.array([0.0, 1.02, 2.01, 3.01])
    for k, part in enumerate((whole.log_level, whole.income, whole.revenue, whole.wL, whole.S[0])):
        np.testing.assert_allclose(part, np.tile(expected + 10 * k, (2, 1)))
    assert x[0] == 0.0
    assert x[2] == x[3] == 0.25  # one plain step


def test_fewer_than_a_quarter_wait_for_the_others_and_each_is_put_in_the_end() -> None:
    system = Scripted([0, 3, 3, 3, 3])
    assert searched(system)[1] == [True] * 5
    assert [len(names) for names, _ in system.looks] == [5, 5, 5, 5]
    system = Scripted([0, 3, 3, 3])
    assert searched(system)[1] == [True] * 4
    assert [len(names) for names, _ in system.looks] == [4, 3, 3, 3]


def test_the_last_of_forty_passes_counts_too() -> None:
    """One of eight is solved there: too few to leave before, and known all the same."""
    assert unilateral_trials.PASSES == 40
    system = Scripted([39] + [40] * 7)
    whole, done, _ = searched(system)
    assert done == [True] + [False] * 7
    assert len(system.looks) == 40
    assert whole.income[:, 0].tolist() == [10.39, 10.39]
    assert np.isnan(whole.income[:, 1:]).all()


def test_what_is_lost_once_is_left_at_once_and_for_good() -> None:
    system = Scripted([9, 9, 2, 9, 9, 9], lost={2: 1})
    _, done, _ = searched(system)
    assert done == [True, True, False, True, True, True]
    assert [len(names) for names, _ in system.looks] == [6, 6, *[5] * 8]


def test_each_trial_has_its_own_tolerance() -> None:
    system = Scripted([0, 0, 1], step=0.1)
    _, done, _ = searched(system, np.array([1e-8, 1e-10, 1e-8]))
    assert done == [True, False, True]
    assert [names for names, _ in system.looks][:3] == [[0, 1, 2], [1, 2], [1]]
    assert searched(Scripted([0]), 1e-9)[1] == [True]  # met, where it equals the tolerance


@pytest.mark.parametrize("step", [3.0, -3.0, 0.5, -0.5])
def test_no_step_is_longer_than_a_factor_e(step: float) -> None:
    system = Scripted([1], step=step)
    searched(system)
    assert [x for _, x in system.looks] == [[0.0], [float(np.clip(step, -1.0, 1.0))]]


@pytest.mark.parametrize(("trials", "memory"), [(1, 4), (23, 4), (24, 2), (30, 2)])
def test_many_trials_keep_a_shorter_past(trials: int, memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[object, ...]] = []
    plain = unilateral_trials.Past
    monkeypatch.setattr(unilateral_trials, "Past", lambda *asked: made.append(asked) or plain(*asked))
    searched(Scripted([0] * trials))
    assert made == [(1, trials, memory, Scripted.kind)]


def rows(*names: tuple[int, int], trials: int) -> Deviations:
    """Rows of (trial, country), with shares of their own."""
    draw = np.random.default_rng(len(names))
    at = np.array(names).reshape(-1, 2)
    return Deviations(
        at[:, 0], at[:, 1], draw.uniform(0.1, 1, (2, len(at), 4)), draw.uniform(0.1, 1, (2, len(at), 4)), trials
    )


MOVED = {
    "nobody": NEAR.none(3),
    "one each": rows((0, 2), (1, 0), (2, 3), trials=3),
    "unions": rows((0, 0), (0, 1), (1, 2), (2, 0), (2, 1), trials=3),
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_sums_and_exports_are_those_of_a_loop(moved: Deviations) -> None:
    draw = np.random.default_rng(7)
    q, per_unit = draw.uniform(0.5, 2, (2, 2, 4, 3))
    Phi, foreign = NEAR.sums(q, moved)
    sold = NEAR.exports(per_unit, q, moved)
    flows = flows_of(EQ)
    exports = np.zeros((2, 4, 3))
    for b in range(3):
        for n in range(4):
            [*own] = [j for j in range(len(moved.trial)) if (moved.trial[j], moved.country[j]) == (b, n)]
            for s in range(2):
                K = moved.K[s, own[0]] if own else flows.pi[s, n]
                net = moved.net[s, own[0]] if own else np.where(np.arange(4) == n, 0.0, flows.Q[s, n])
                assert Phi[s, n, b] == pytest.approx(K @ q[s, :, b])
                assert foreign[s, n, b] == pytest.approx(net @ q[s, :, b])
                exports[s, :, b] += per_unit[s, n, b] * net * q[s, :, b]
    np.testing.assert_allclose(sold, exports)


def test_the_residual_of_the_worst_country_over_its_mean_trade() -> None:
    """Deficits are money received, or given; each trial has its own."""
    exports, imports = np.array([[4.0, 4.0], [3.0, 3.0]]), np.array([[6.0, 5.0], [2.0, 4.0]])
    f, residual = trade_gap(exports, imports, np.array([[1.0, 1.0], [-2.0, 1.5]]))
    np.testing.assert_allclose(f, np.log([[5 / 6, 1.0], [3 / 4, 4.5 / 4]]))
    np.testing.assert_allclose(residual, [1 / 2.5, 0.5 / 3.5])


@pytest.mark.parametrize("model", ["armington", "krugman"])
def test_newtons_step_closes_a_small_gap(model: str) -> None:
    """newton is the inverse of the slopes: a small error of wages (and earnings) is undone but for its square."""
    world = balance(small_world(4, sectors=2), model=model)
    near = UnilateralTrials(solve(world, world.t * 1.5, model=model, deficits="balanced", tolerance=1e-12))
    size = len(near.system.start(1))
    off = 1e-5 * np.random.default_rng(1).normal(size=(size, 1))
    off[:3] -= (near.flows.wL / near.flows.wL.sum()) @ off[:3]  # the level of all wages is free
    f, _, _ = near.system.markets(off, near.none(1))
    np.testing.assert_allclose(near.system.step(f), -off, atol=1e-9)


def test_slopes_of_the_baseline_do_for_few_players_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    world = balance(small_world(links=True, sectors=2), model="caliendo_parro")
    eq = solve(world, world.t, model="caliendo_parro", deficits="balanced")
    held = UnilateralTrials(eq).system.slopes
    for found, few, expected in ((held, True, True), (held, False, False), (None, True, False)):
        monkeypatch.setattr(unilateral_trials, "of_baseline", lambda w, found=found: found)
        assert (UnilateralTrials(eq, few).system.slopes is held) == expected


def test_own_purchases_are_no_imports() -> None:
    flows = flows_of(EQ)
    for s in range(2):
        np.testing.assert_array_equal(NEAR.net[s], flows.Q[s] * (1 - np.eye(4)))
        np.testing.assert_array_equal(NEAR.own[s, :, 0], np.diag(flows.pi[s]))
    assert (flows.Q[:, range(4), range(4)] > 0).all()  # and what was reached is as it was
