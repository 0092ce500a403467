"""The parts of the proof of deviations, each by itself and without a solve: what is tried, in which order, and what is made of a payoff."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.errors import NotSolvedError
from parley.talks import deviations
from parley.talks.deviations import Reached, Trial, deviation_gains
from parley.talks.instruments import board
from parley.talks.objective import price_level
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.solve import balance, solve
from talks_worlds import random_world

WORLD = balance(random_world(2, ("DEU", "FRA", "USA", "CHN"), sectors=2))  # a union of two, and two others
BOARD = board(WORLD, None, "bilateral")
T = WORLD.t * 1.5
X = BOARD.log_tau(T)
EQ = solve(WORLD, BOARD.rates(X, T), deficits="nominal")
REACHED = Reached(BOARD, EQ, X)


def stub(players: int = 3, links: bool = False) -> Any:
    """A reached state of three rates a player, the second of which carries most trade."""
    own = [np.arange(3 * k, 3 * k + 3) for k in range(players)]
    made = Reached.__new__(Reached)
    made.board = SimpleNamespace(players=("P",) * players, members=((0, 1), *((k + 1,) for k in range(1, players))))  # type: ignore[assignment]
    made.own, made.log_tau, made.near = own, np.arange(3.0 * players) / 10, None
    made.eq = SimpleNamespace(links=links)  # type: ignore[assignment]
    made.traded = lambda k: np.array([1.0, 3.0, 2.0])  # type: ignore[method-assign]
    made.here, made.norm = np.arange(1.0, players + 1), np.full(players, 4.0)
    return made


@pytest.fixture(autouse=True)
def links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a stub it is as the stub says."""
    plain = deviations.has_links
    monkeypatch.setattr(deviations, "has_links", lambda eq: getattr(eq, "links", None) or (eq is EQ and plain(eq)))


def test_the_levels_are_as_the_docs_say_and_fewer_with_links_or_many_players() -> None:
    assert deviations._levels(stub(8)) == (-0.99, -0.7, -0.4, 0.0, 0.5, 2.0, 10.0, 100.0)
    assert deviations._levels(stub(8, links=True)) == (-0.4, 0.0, 2.0)
    assert deviations._levels(stub(9)) == deviations._levels(stub(9, links=True)) == (0.0, 1.0)
    assert (deviations.STEP, deviations.FACTORS, deviations.ROWS) == (0.005, (0.8, 1.25), 64)
    assert (deviations.CLOSE, deviations.ROUGH) == (1e-11, 1e-9)


def test_far_rates_are_the_levels_then_the_factors_then_other_stands() -> None:
    others = [np.full(9, 5.0), np.arange(9.0)]
    found = [x.tolist() for x in deviations._far(stub(), 1, others)]
    x = np.array([0.3, 0.4, 0.5])
    assert found[:8] == [[np.log1p(level)] * 3 for level in deviations.LEVELS]
    assert found[8:10] == [(x + np.log(0.8)).tolist(), (x + np.log(1.25)).tolist()]
    assert found[10:] == [[5.0, 5.0, 5.0], [3.0, 4.0, 5.0]]


@pytest.mark.parametrize("k", range(3))
def test_small_steps_go_along_all_rates_then_at_random_then_along_the_most_traded(k: int) -> None:
    x = np.arange(3 * k, 3 * k + 3) / 10
    signs = np.random.default_rng(20250502 + k).choice([-1.0, 1.0], 3)
    found = list(deviations._near(stub(), k))
    for (up, down), direction in zip(found, [np.ones(3), signs, [0.0, 1.0, 0.0]], strict=True):
        np.testing.assert_allclose(up - x, 0.005 * np.array(direction), atol=1e-15)
        np.testing.assert_allclose(x - down, 0.005 * np.array(direction), atol=1e-15)
    assert {-1.0, 1.0} == {sign for j in range(3) for sign in np.sign(second_direction(j))}


def second_direction(k: int) -> np.ndarray:
    up, down = list(deviations._near(stub(), k))[1]
    return up - down


@pytest.mark.parametrize(("rates", "pairs"), [(1, 1), (2, 3), (3, 3)])
def test_one_rate_alone_has_one_direction(rates: int, pairs: int) -> None:
    held = stub(1)
    held.own, held.traded = [np.arange(rates)], lambda k: np.arange(rates)
    assert len(list(deviations._near(held, 0))) == pairs


def test_batches_are_full_where_64_countries_move() -> None:
    held = stub()
    for player, count, expected in [
        (0, 64, [32, 32]),
        (0, 33, [32, 1]),
        (1, 64, [64]),
        (1, 63, [63]),
        (1, 65, [64, 1]),
        (1, 0, []),
        (2, 129, [64, 64, 1]),
    ]:
        trials = [Trial(player, X[:1]) for _ in range(count)]
        batches = list(held._batches(trials))
        assert [len(some) for some in batches] == expected
        assert [trial for some in batches for trial in some] == trials
    mixed = [Trial(1, X[:1]) for _ in range(63)] + [Trial(0, X[:1])]
    assert [len(some) for some in held._batches(mixed)] == [64]  # the last may go over


def test_each_batch_has_the_tolerances_of_its_trials_and_progress_is_told() -> None:
    held, seen, told = stub(), [], list[str]()
    held._gains = lambda some, to: seen.append((len(some), to.tolist())) or np.full(len(some), float(len(seen)))
    trials = [Trial(1, X[:1]) for _ in range(70)]
    gained = held.gains(trials, np.arange(70.0), told.append)
    assert seen == [(64, list(range(64))), (6, list(range(64, 70)))]
    assert gained.tolist() == [1.0] * 64 + [2.0] * 6
    assert told == [f"checking deviations: {done} of 70 trials solved" for done in (0, 64)]
    seen.clear()
    held.gains(trials[:2])
    assert seen == [(2, [1e-11, 1e-11])]


def test_a_gain_is_the_payoff_less_that_of_now_over_the_norm() -> None:
    held = stub()
    held.norm = np.array([1.0, 2.0, 4.0])
    held.paid_anew = lambda trial: 10.0 * (trial.player + 1)
    some = [Trial(k, X[:1]) for k in (2, 0, 1)]
    assert held._gains(some, np.zeros(3)).tolist() == [27 / 4, 9.0, 9.0]
    held.near = "side by side"
    held._paid = lambda near, trials, to: np.array([3.0, 1.0, 2.0]) + (near == "side by side")
    assert held._gains(some, np.zeros(3)).tolist() == [0.25, 1.0, 0.5]


@pytest.mark.parametrize("k", range(3))
def test_a_trial_alone_is_solved_from_the_reached_state_under_its_closure(
    k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The general solver is asked for the rates of the trial, with what the reached state says of model and deficits."""
    asked: list[Any] = []
    trial = Trial(k, X[k == BOARD.owner] + 0.1)
    monkeypatch.setattr(deviations, "solve", lambda world, new, **more: asked.append((world, new, more)) or EQ)
    monkeypatch.setattr(deviations, "levels", lambda there, objective: np.array([1.0, 2.0, 4.0, 8.0]))
    x = X.copy()
    x[k == BOARD.owner] += 0.1
    t = BOARD.rates(x, EQ.t_new)
    members = list(BOARD.members[k])
    level = np.array([1.0, 2.0, 4.0, 8.0])
    assert REACHED.paid_anew(trial) == level[members].sum()
    [(world, new, more)] = asked
    assert world is EQ.world
    np.testing.assert_allclose(new.tau_hat, (1 + t) / (1 + WORLD.t))
    assert (more.pop("start"), more.pop("tolerance"), more.pop("model")) == (EQ, 1e-11, "armington")
    assert more == EQ.closure.asked
    asked.clear()
    price = price_level(EQ, deviations.flows_of(EQ))
    assert REACHED.paid_alone(trial) == pytest.approx((level / price)[members].sum(), rel=1e-12)
    [(world, new, more)] = asked
    np.testing.assert_allclose(world.t, EQ.t_new)  # rebased: the reached state is the new base
    np.testing.assert_allclose(new.tau_hat, (1 + t) / (1 + world.t))
    assert more == {"model": "armington", "deficits": "nominal", "tolerance": 1e-11}
    held = Reached(BOARD, solve(WORLD, T, deficits="balanced"), X)
    held.paid_alone(trial)
    assert asked[-1][2]["deficits"] == "world_share"  # of a base at rest


def test_what_no_solver_certifies_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deviations, "solve", lambda *_, **__: (_ for _ in ()).throw(NotSolvedError("x", "y", 1.0, "z")))
    trial = Trial(1, X[BOARD.owner == 1])
    assert np.isnan([REACHED.paid_anew(trial), REACHED.paid_alone(trial)]).all()


def test_rows_of_those_who_move_hold_their_shares_at_new_duties() -> None:
    """K = pi exp(−theta d log tau); net = K/tau of foreign sellers; the members of a union row by row."""
    trials = [Trial(k, X[k == BOARD.owner] + 0.1 * (k + 1)) for k in (1, 0)]
    near = REACHED.near
    assert near is not None
    moved = REACHED._moved(near, trials)
    assert (moved.trial.tolist(), moved.country.tolist(), moved.trials) == ([0, 1, 1], [2, 0, 1], 2)
    for j, (b, n) in enumerate(zip(moved.trial, moved.country, strict=True)):
        for s in range(2):
            for i in range(4):
                own = BOARD.territory[i] == BOARD.territory[n]  # no duty at home or within the union
                before = np.log1p(EQ.t_new[n, i, s])
                after = before if own else X[rate_of(trials[b].player, i)] + 0.1 * (trials[b].player + 1)
                share = EQ.pi_new[n, i, s] * np.exp(-WORLD.theta[s] * (after - before))
                assert moved.K[s, j, i] == pytest.approx(share)
                assert moved.net[s, j, i] == pytest.approx(0.0 if i == n else share * np.exp(-after), abs=1e-15)


def rate_of(player: int, partner: int) -> int:
    """The position of a player's rate on a partner, among all rates."""
    partners = [j for j in range(3) if j != player]
    return int(np.flatnonzero(player == BOARD.owner)[partners.index(int(BOARD.territory[partner]))])


def test_spending_on_each_rate_is_that_of_its_cells() -> None:
    for k, own in enumerate(BOARD.members):
        others = [EQ.X_new[np.ix_(own, BOARD.members[j])].sum() for j in range(3) if j != k]
        assert REACHED.traded(k) == pytest.approx(others)


def test_a_reached_state_has_payoffs_and_duties_of_now_and_side_by_side_trials_of_a_plain_closure() -> None:
    held = Reached(BOARD, EQ, X)
    np.testing.assert_allclose(held.here, BOARD.by_player(EQ.welfare_hat * WORLD.base.income))
    np.testing.assert_allclose(held.before, np.log1p(EQ.t_new).transpose(2, 0, 1))
    assert held.near is not None
    assert (held.near.eq, held.near.few) == (EQ, True)
    closed = solve(WORLD, T, deficits="balanced", capital=SteadyState(0.35, 0.25))
    assert Reached(BOARD, closed, X).near is None


@pytest.mark.parametrize(("most", "few"), [(4, True), (3, True), (2, False)])
def test_few_players_have_few_trials(most: int, few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deviations, "FEW", most)
    near = Reached(BOARD, EQ, X).near
    assert near is not None
    assert near.few == few


def test_who_is_not_solved_side_by_side_is_solved_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Reached(BOARD, EQ, X)
    near: Any = held.near
    trials = [Trial(k, X[k == BOARD.owner]) for k in (2, 0, 1)]
    asked: list[Any] = []
    monkeypatch.setattr(
        near, "solve", lambda moved, to: asked.append(to.tolist()) or ("there", np.array([1, 0, 1]) > 0)
    )
    monkeypatch.setattr(
        deviations, "payoffs_there", lambda *given: asked.append(given[1:]) or np.array([1.0, 2.0, 3.0])
    )
    monkeypatch.setattr(held, "paid_alone", lambda trial: 10.0 + trial.player)
    assert held._paid(near, trials, np.array([1.0, 2.0, 3.0])).tolist() == [1.0, 10.0, 3.0]
    assert asked == [[1.0, 2.0, 3.0], ("there", held.objective, [[3], [0, 1], [2]])]


def test_cells_and_rates_are_kept_by_player_though_the_last_ones_have_none() -> None:
    bound = board(WORLD, ["USA", "CHN"], "bilateral", partners=["CHN"])
    held = Reached(bound, EQ, bound.log_tau(T))
    assert [len(cells) for cells in held.cells] == [2, 0]
    assert [own.tolist() for own in held.own] == [[0], []]
    assert held.norm.tolist() == bound.by_player(WORLD.base.income).tolist()
    assert Reached(bound, EQ, bound.log_tau(T), norm=np.ones(2)).norm.tolist() == [1.0, 1.0]
    assert [cells.tolist() for cells in REACHED.cells] == [
        np.flatnonzero(BOARD.owner[BOARD.group] == k).tolist() for k in range(3)
    ]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The gains are as told, by the place of the trial among all; what was asked of them."""
    made = SimpleNamespace(gains={}, asked=[])

    def gains(self: Reached, trials: Any, tolerance: Any, progress: Any = None) -> Any:
        first = sum(len(some) for some, _ in made.asked)
        made.asked.append((trials, np.broadcast_to(tolerance, len(trials)).tolist()))
        return np.array([made.gains.get(first + n, -1.0) for n in range(len(trials))])

    monkeypatch.setattr(Reached, "gains", gains)
    return made


WIDE = (-0.999, 1000.0)


def test_each_pair_of_small_steps_has_its_own_parabola(told: Any) -> None:
    """Three players, three pairs each: the peak of a pair is a gain of the player who makes it, and of no other."""
    for pair in range(9):
        told.gains = {2 * pair: -0.49 + 0.09, 2 * pair + 1: -1.69 + 0.09}  # −(x − 0.3)² + 0.09
        told.asked.clear()
        found = deviation_gains(BOARD, EQ, X, WIDE)
        assert list(found.gains.values()) == pytest.approx([9.0 if k == pair // 3 else 0.0 for k in range(3)])
        assert (found.best, found.tried, found.not_solved) == (None, 18 + 30, 0)


@pytest.mark.parametrize("step", [1, -1])
def test_a_step_that_ends_at_a_bound_lays_none(told: Any, step: int) -> None:
    told.gains = {0: -0.4, 1: -1.6}
    x = np.full(3, 0.2)
    one = board(WORLD, None, "uniform")
    edge = float(np.expm1(x[0] + step * 0.004))
    bounds = (-0.5, edge) if step > 0 else (edge, 3.0)
    assert max(deviation_gains(one, EQ, x, bounds).gains.values()) == 0.0
    for others in (0.0, step * 0.1):  # at a bound of their own they are no hindrance
        told.asked.clear()
        free = deviation_gains(one, EQ, x - [step * 0.1, step * 0.1 - others, step * 0.1], bounds)
        assert free.gains[one.players[0]] == pytest.approx(9.0)


def test_the_best_trial_is_the_one_that_gains_most_and_unsolved_ones_are_counted(told: Any) -> None:
    told.gains = {19: 0.25, 40: 0.5, 41: np.nan, 3: np.nan}
    found = deviation_gains(BOARD, EQ, X, WIDE)
    trials = [trial for some, _ in told.asked for trial in some]
    assert found.best is trials[40]
    assert found.not_solved == 2
    assert found.gains == {name: 100 * gain for name, gain in zip(BOARD.players, (0.25, 0.0, 0.5), strict=True)}
    told.gains, told.asked = dict.fromkeys(range(48), 0.0), []
    assert deviation_gains(BOARD, EQ, X, WIDE).best is None  # nothing is gained


def test_few_trials_are_solved_side_by_side_and_many_near_ones_apart(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = sum(16 * len(own) for own in BOARD.members)  # six small steps and ten far ones of each player
    for rows, calls in ((moved, [48]), (moved - 1, [18, 30])):
        monkeypatch.setattr(deviations, "ROWS", rows)
        told.asked.clear()
        deviation_gains(BOARD, EQ, X, WIDE)
        assert [len(trials) for trials, _ in told.asked] == calls
        assert [to for _, some in told.asked for to in some] == [1e-11] * 18 + [1e-9] * 30
        assert [t.player for trials, _ in told.asked for t in trials] == [
            k for count in (6, 10) for k in range(3) for _ in range(count)
        ]
