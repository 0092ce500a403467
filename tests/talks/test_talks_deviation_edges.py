"""The proof that nobody gains by leaving alone: which rates it tries, within which bounds, and that each gain is that of a new solve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parley.errors import NotSolvedError
from parley.talks import deviations
from parley.talks.deviations import FACTORS, LEVELS, ROWS, STEP, Proof, Reached, Trial, deviation_gains
from parley.talks.game import nash
from parley.talks.instruments import board
from parley.talks.objective import WELFARE, levels, read_objective
from parley.trade.solve import balance, solve
from talks_worlds import random_world

WORLD = balance(random_world(2, ("DEU", "FRA", "USA", "CHN"), sectors=2))  # a union of two, and two others
BOARD = board(WORLD, None, "bilateral")
X = BOARD.log_tau(WORLD.t)
EQ = solve(WORLD, BOARD.rates(X, WORLD.t), tolerance=1e-12)
BOUNDS = (-0.5, 3.0)


def proof(x: Any = X, bounds: tuple[float, float] = BOUNDS, **more: Any) -> tuple[Proof, list[tuple[Trial, float]]]:
    """The proof, with the trials that it made and the tolerance of each."""
    made: list[tuple[Trial, float]] = []
    plain = Reached.gains

    def gains(self: Reached, trials: Any, tolerance: Any, progress: Any = None) -> Any:
        made.extend(zip(trials, np.broadcast_to(tolerance, len(trials)).tolist(), strict=True))
        return plain(self, trials, tolerance, progress)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reached, "gains", gains)
        return deviation_gains(BOARD, EQ, x, bounds, **more), made


def paid(trial: Trial, objective: Any = WELFARE) -> float:
    """What a trial's player gains over baseline income, by an ordinary solve."""
    x = X.copy()
    x[trial.player == BOARD.owner] = trial.log_tau
    there = solve(WORLD, BOARD.rates(x, WORLD.t), tolerance=1e-12)
    own = list(BOARD.members[trial.player])
    here = levels(EQ, objective)[own].sum()
    return float((levels(there, objective)[own].sum() - here) / WORLD.base.income[own].sum())


def test_small_steps_are_tried_up_and_down_and_far_ones_at_every_level() -> None:
    found, made = proof()
    low, high = np.log1p(BOUNDS)
    inside = [level for level in LEVELS if BOUNDS[0] < level < BOUNDS[1]]
    assert (STEP, FACTORS, {0.0, 0.5, 2.0} <= set(inside)) == (0.005, (0.8, 1.25), True)
    for k in range(3):
        x, own = X[k == BOARD.owner], [(t.log_tau, to) for t, to in made if t.player == k]
        near = [v for v, to in own if to == 1e-11]
        far = [v for v, to in own if to == 1e-9]
        assert len(near) == 6
        assert [near[0], near[1]] == [pytest.approx(x + 0.005), pytest.approx(x - 0.005)]
        signs = (near[2] - x) / 0.005
        assert signs == pytest.approx(np.random.default_rng(deviations.SEED + k).choice([-1.0, 1.0], len(x)))
        assert near[3] == pytest.approx(x - 0.005 * signs)
        traded = Reached(BOARD, EQ, X).traded(k)
        assert (near[4] - x) / 0.005 == pytest.approx((np.arange(len(x)) == np.argmax(traded)).astype(float))
        assert near[5] == pytest.approx(2 * x - near[4])
        expected = [np.clip(np.full_like(x, np.log1p(level)), low, high) for level in LEVELS]
        expected += [np.clip(x + np.log(factor), low, high) for factor in (0.8, 1.25)]
        assert [v.tolist() for v in far] == [pytest.approx(v.tolist()) for v in expected]
    assert (found.tried, found.not_solved) == (len(made), 0)


def test_gains_are_those_of_a_new_solve_over_income_and_the_best_is_named() -> None:
    found, made = proof()
    trials = [t for t, _ in made]
    gains = [paid(t) for t in trials]
    assert Reached(BOARD, EQ, X).gains(trials, 1e-11) == pytest.approx(gains, abs=1e-9)
    for k, name in enumerate(BOARD.players):
        own = [g for t, g in zip(trials, gains, strict=True) if t.player == k]
        peaks = [deviations._peak(*own[first : first + 2]) for first in (0, 2, 4)]
        assert found.gains[name] == pytest.approx(100 * max(0.0, *own, *peaks), abs=1e-6)
    best = trials[int(np.argmax(gains))]
    assert found.best is not None
    assert (found.best.player, found.best.log_tau.tolist()) == (best.player, best.log_tau.tolist())


def test_near_a_peak_the_parabola_says_what_is_to_be_gained() -> None:
    """Two thousandths off the war's own rates no trial gains as much as the peak between two of them."""
    war = nash(WORLD, instrument="bilateral", check=False)
    x = war.board.log_tau(war.tariffs) + 0.002
    eq = solve(WORLD, war.board.rates(x, WORLD.t), deficits="balanced", tolerance=1e-12)
    found, made = deviation_gains(war.board, eq, x, (-0.9, 50.0)), Reached(war.board, eq, x)
    for k, name in enumerate(war.board.players):
        pairs = list(deviations._near(made, k))
        gains = [made.gains([Trial(k, up), Trial(k, down)], 1e-12).tolist() for up, down in pairs]
        best = max(deviations._peak(*pair) for pair in gains)
        assert best > max(max(pair) for pair in gains)
        assert found.gains[name] == pytest.approx(100 * best, rel=1e-3)


@pytest.mark.parametrize("weights", [{"welfare": 1.0, "revenue": 2.0}, {"real_wage": 1.0}])
def test_gains_of_another_objective_are_too(weights: dict[str, float]) -> None:
    objective = read_objective(weights, None, WORLD)
    reached = Reached(BOARD, EQ, X, objective)
    trials = [Trial(k, X[k == BOARD.owner] + 0.1 * (k + 1)) for k in range(3)]
    assert reached.gains(trials) == pytest.approx([paid(t, objective) for t in trials], abs=1e-9)
    assert Reached(BOARD, EQ, X, objective, 2 * reached.norm).gains(trials) == pytest.approx(reached.gains(trials) / 2)


def test_what_a_player_does_in_other_stands_is_tried_too() -> None:
    other = X + 0.3
    _, made = proof(others=[other])
    for k in range(3):
        own = [t.log_tau for t, _ in made if t.player == k]
        assert any(v.tolist() == other[k == BOARD.owner].tolist() for v in own)


@pytest.mark.parametrize("bounds", [(0.1, 3.0), (-0.5, 0.1)])
def test_at_a_bound_no_parabola_is_laid(bounds: tuple[float, float]) -> None:
    """There a step up and a step down are one step and none: a peak between them would be nobody's gain."""
    one, edge = board(WORLD, None, "uniform"), np.log1p(0.1)
    x = np.full(3, edge)
    eq = solve(WORLD, one.rates(x, WORLD.t), tolerance=1e-12)
    found = deviation_gains(one, eq, x, bounds)
    low, high = np.log1p(bounds)
    reached = Reached(one, eq, x)
    tried = {float(np.clip(edge + step, low, high)) for step in (STEP, -STEP, *np.log(FACTORS))}
    tried |= {float(np.clip(np.log1p(level), low, high)) for level in LEVELS}
    for k, name in enumerate(one.players):
        gains = reached.gains([Trial(k, np.array([v])) for v in sorted(tried)])
        assert found.gains[name] == pytest.approx(100 * max(0.0, *gains), abs=1e-6)


def test_a_parabola_has_its_peak_where_three_points_lay_it() -> None:
    """Through (−1, d), (0, 0), (1, u): of −(x − 0.3)² + 0.09 it is 0.09."""
    up, down = -(0.7**2) + 0.09, -(1.3**2) + 0.09
    assert deviations._peak(up, down) == pytest.approx(0.09)
    assert deviations._peak(down, up) == pytest.approx(0.09)
    assert (deviations._peak(1.0, 1.0), deviations._peak(0.5, -0.5), deviations._peak(-1.0, -1.0)) == (0.0, 0.0, 0.0)


def test_trials_that_no_solver_certifies_say_nothing_and_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = deviations.payoffs_there

    def some(near: Any, there: Any, objective: Any, groups: Any) -> Any:
        found = plain(near, there, objective, groups)
        found[0] = np.nan
        return found

    monkeypatch.setattr(deviations, "payoffs_there", some)
    found, _ = proof()
    assert found.not_solved == 1
    assert all(np.isfinite(g) for g in found.gains.values())


def test_what_trials_side_by_side_do_not_reach_the_general_solver_does(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = Reached(BOARD, EQ, X)
    trials = [Trial(k, X[k == BOARD.owner] + 0.2) for k in range(3)]
    gained = reached.gains(trials)
    near = reached.near
    assert near is not None
    plain = near.solve

    def unsolved(moved: Any, tolerance: Any) -> Any:
        there, done = plain(moved, tolerance)
        there.income[:, 1] = np.nan
        done[1] = False
        return there, done

    monkeypatch.setattr(near, "solve", unsolved)
    assert reached.gains(trials) == pytest.approx(gained, abs=1e-9)
    monkeypatch.setattr(deviations, "solve", lambda *_, **__: (_ for _ in ()).throw(NotSolvedError("x", "y", 1.0, "z")))
    assert np.isnan(reached.gains(trials)).tolist() == [False, True, False]


def test_many_trials_are_solved_in_batches_of_countries_that_move() -> None:
    reached = Reached(BOARD, EQ, X)
    trials = [Trial(n % 3, X[BOARD.owner == n % 3]) for n in range(60)]
    sizes = [sum(len(BOARD.members[t.player]) for t in some) for some in reached._batches(trials)]
    assert [t for some in reached._batches(trials) for t in some] == trials
    assert len(sizes) == 2
    assert ROWS <= sizes[0] < ROWS + 2
    told: list[str] = []
    assert reached.gains(trials, 1e-9, told.append) == pytest.approx(np.zeros(60), abs=1e-11)
    assert told[0] == "checking deviations: 0 of 60 trials solved"
    assert len(told) == len(sizes)


def test_who_has_one_rate_tries_no_single_ones_and_many_players_try_fewer_levels() -> None:
    one = board(WORLD, ["USA"], "uniform")
    x = one.log_tau(WORLD.t)
    reached = Reached(one, EQ, x)
    assert len(list(deviations._near(reached, 0))) == 1
    assert len(list(deviations._near(Reached(BOARD, EQ, X), 0))) == 3
    assert deviations._levels(reached) == LEVELS
    many = balance(random_world(4, ("USA", "CHN", "JPN", "GBR", "CAN", "MEX", "BRA", "IND", "AUS"), 1))
    for count, expected in ((8, LEVELS), (9, deviations.LEVELS_OF_MANY)):
        full = board(many, many.countries[:count], "uniform")
        assert deviations._levels(Reached(full, solve(many), full.log_tau(many.t))) == expected


@pytest.mark.parametrize("gain", [0.0, -1.0, 1e-3])
def test_a_best_trial_is_named_only_where_it_gains(gain: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def gains(self: Reached, trials: Any, tolerance: Any, progress: Any = None) -> Any:
        return np.where(np.arange(len(trials)) == 3, gain, min(gain, 0.0))

    monkeypatch.setattr(Reached, "gains", gains)
    found = deviation_gains(BOARD, EQ, X, BOUNDS)
    assert (found.best is not None) == (gain > 0)
    assert max(found.gains.values()) == pytest.approx(100 * max(gain, 0.0), abs=0.02)
