"""The joint game of a deadline, the war of attrition, paths and telling steps: closed forms and brute force, no law needed."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from parley.errors import InputError
from parley.rates import Wedges
from parley.record.shares import share_of
from parley.scenario.games import path
from parley.scenario.games.path import month_after
from parley.talks.games.attrition import Side, attrition
from parley.talks.games.deadline import stage_of, stakes_of, with_cut
from parley.talks.games.grid import payoff_grid, weight_steps
from parley.talks.games.joint_play import choose_p, joint_part
from parley.talks.games.path import RULES, Seat, play_path
from parley.talks.games.signal import smallest_separating_step
from parley.talks.games.signing import Signing
from parley.talks.games.sustain import sustain_choice
from parley.trade.solve import balance, solve
from talks_worlds import small_world


def every_set(players):
    return [frozenset(c) for n in range(len(players) + 1) for c in combinations(players, n)]


def crowd(seed, n=5):
    """Payoffs in which each other signer shifts a player's gain by its own amount: gains lie between their two ends."""
    draw = np.random.default_rng(seed)
    names = tuple("ABCDE"[:n])
    base, slope = draw.normal(-0.5, 0.4, n), draw.uniform(0.2, 1.5, n)
    pull = draw.uniform(-0.3, 0.3, n)

    def paid(signed, enforced):
        found = {}
        for k, j in enumerate(names):
            others = len(signed - {j}) / (n - 1)
            signs = base[k] + pull[k] * others
            found[j] = signs if j in signed else -slope[k] * enforced
        return found

    return Signing(names, paid)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("p", [0.0, 0.3, 0.8])
def test_all_pure_equilibria_of_the_joint_game_are_found(seed, p):
    game = crowd(seed)
    brute = set()
    for signed in every_set(game.players):
        gains = {j: game.gain(j, signed - {j}, p) for j in game.players}
        if all(gains[j] >= 0 if j in signed else gains[j] <= 0 for j in game.players):
            brute.add(signed)
    found = game.joint(p)
    assert {e.signed for e in found.equilibria} == brute
    assert found.complete
    assert found.bound == len(brute)
    assert all(e.gain_by_leaving <= 1e-9 for e in found.equilibria)


def test_many_open_players_get_a_bound_and_both_ends():
    names = tuple(f"P{k:02}" for k in range(12))

    def paid(signed, enforced):  # each likes to do what most do
        return {j: (len(signed) - 6.5) * (1.0 if j in signed else 0.0) for j in names}

    found = Signing(names, paid).joint(0.5)
    assert not found.complete
    assert found.bound == 2**12
    assert {e.signed for e in found.equilibria} == {frozenset(), frozenset(names)}


def test_a_gain_outside_its_ends_is_noticed_and_leaves_its_player_open():
    names = ("A", "B", "C")

    def paid(signed, enforced):  # A likes to sign when just one other does
        return {j: (1.0 if j in signed and len(signed) == 2 else 0.0) - 0.1 * (j in signed) for j in names}

    game = Signing(names, paid)
    reach = game.reach()
    assert game.joint(0.5, reach).never == names
    outside = game.sampled(reach)
    assert outside == pytest.approx(1.0)
    found = game.joint(0.5, reach, 3 * outside)
    assert len(found.open) == 3
    assert {len(e.signed) for e in found.equilibria} == {0, 2}


def small_stage():
    world = balance(small_world())
    t, later = world.t.copy(), world.t.copy()
    t[0, 1:] += 0.10
    later[0, 1] += 0.40
    later[0, 2] += 0.15
    now, then = Wedges.from_rates(t, world.t), Wedges.from_rates(later, world.t)
    partners = {"CHN": (1,), "JPN": (2,)}
    wedges = now, then, with_cut(now, (0,), partners, 1.0)
    return (
        stage_of(world, ("USA", (0,)), partners, wedges, lambda w, start: solve(world, w, start=start)),
        world,
        t,
        later,
    )


def test_the_stage_pays_what_solving_the_rates_says():
    stage, world, t, later = small_stage()
    rates = t.copy()
    rates[1, 0] = 0.0
    rates[0, 2] = later[0, 2]
    direct = 100 * (solve(world, rates).welfare_hat - 1)
    paid = stage.paid(frozenset({"CHN"}), True)
    assert [paid[c] for c in ("USA", "CHN", "JPN")] == pytest.approx(direct.tolist(), abs=1e-7)
    half = with_cut(stage.now, (0,), stage.partners, 0.5)
    assert (1 / (1 - half.revenue_share[1, 0])) == pytest.approx(np.sqrt(1 + t[1, 0]))


@pytest.mark.slow
def test_the_joint_part_says_where_p_comes_from_and_what_the_hub_had_best_ask():
    stage, *_ = small_stage()
    stakes, residual = stakes_of(stage, {"CHN": (0.1, 0.4), "JPN": (0.1, 0.15)})
    assert residual < 1e-10
    found = joint_part(stage, stakes, {None: stage.now}, {"p": share_of(1, 4)})
    assert found["p"]["values"][1] == 0.25
    assert "1 of 4" in found["p"]["source"]
    game = stage.game()
    for play in found["joint"]:
        for e in play["equilibria"]:
            signed = frozenset(e["signers"])
            for j in ("CHN", "JPN"):
                gain = game.gain(j, signed - {j}, play["p"])
                assert gain >= -1e-9 if j in signed else gain <= 1e-9
    hub = found["hub"]
    assert hub["best"]["welfare_pct"] == max(t["welfare_pct"] for t in hub["terms"])
    assert len(hub["terms"]) == 5
    free = next(t for t in hub["terms"] if t["cut"] == 0)
    assert free["signers"] == ["CHN", "JPN"]  # it costs nothing to sign for nothing


def test_without_a_record_p_is_shown_at_three_values_and_says_so():
    found = choose_p({"p": share_of(0, 0)})
    assert found["values"] == [0.1, 0.5, 0.9]
    assert "for show" in found["source"]
    with pytest.raises(InputError, match="probability"):
        choose_p({"p": share_of(0, 0)}, [1.2])


def test_attrition_without_audiences_has_its_textbook_hazards():
    found = attrition(Side("A", 0.2, 1.0), Side("B", 0.1, 2.0))
    assert found.yields == pytest.approx({"A": 0.1 / 2, "B": 0.2 / 1})
    assert found.months == pytest.approx(1 / 0.25, rel=1e-8)
    assert found.median == pytest.approx(np.log(2) / 0.25, rel=1e-8)
    assert found.first == pytest.approx({"A": 0.2, "B": 0.8}, rel=1e-8)
    assert found.patience == pytest.approx({"A": 5.0, "B": 20.0})


def test_with_audiences_each_side_is_indifferent_at_every_time():
    """Yielding at T is worth the same for every T, given the rate at which the other yields."""
    a, b = Side("A", 0.2, 1.0, 0.05), Side("B", 0.1, 2.0, 0.0)
    t = np.linspace(0, 6, 60_001)
    h = (a.cost + a.audience) / (a.prize + a.audience * t)  # B yields so
    alive = np.exp(-np.concatenate([[0], np.cumsum((h[1:] + h[:-1]) / 2 * np.diff(t))]))
    won = h * alive * (a.prize - a.cost * t)
    wins = np.concatenate([[0], np.cumsum((won[1:] + won[:-1]) / 2 * np.diff(t))])
    worth = wins + alive * (-a.cost * t - a.audience * t)
    assert np.abs(worth).max() < 1e-6
    found = attrition(a, b)
    assert found.yields["B"] == pytest.approx(h[0])
    assert sum(found.first.values()) == pytest.approx(1)
    assert found.months < attrition(Side("A", 0.2, 1.0), b).months


def test_who_loses_nothing_by_holding_out_never_yields():
    found = attrition(Side("A", -0.1, 1.0), Side("B", 0.1, 1.0)).as_json()
    assert found["patience_months"]["A"] is None
    assert [e["yields_at_once"] for e in found["pure_equilibria"]] == ["B"]
    assert found["mixed_equilibrium"]["expected_months"] is None
    assert "assumptions" in found["assumption"]
    with pytest.raises(InputError, match="prize above 0"):
        attrition(Side("A", 0.1, 0.0), Side("B", 0.1, 1.0))


@pytest.mark.parametrize(
    ("rules", "rates"),
    [
        (("hold", "mirror"), [(0.34, 0.34), (0.34, 0.34), (0.34, 0.34)]),
        (("tit_for_tat", "tit_for_tat"), [(0.34, 0.34), (0.68, 0.68), (1.02, 1.02)]),
        (("double", "mirror"), [(0.34, 0.34), (1.02, 1.02), (1.25, 1.25)]),
        (("half", "half"), [(0.34, 0.17), (0.425, 0.2125), (0.44625, 0.223125)]),
        (("conciliate", "grim"), [(0.34, 1.25), (0.17, 1.25), (0.085, 1.25)]),
        (("hold", "best_reply"), [(0.34, 0.2), (0.34, 0.2), (0.34, 0.2)]),
    ],
)
def test_reply_rules_do_what_they_say(rules, rates):
    seats = [Seat(name, rule, 0.0, 1.25) for name, rule in zip("AB", rules, strict=True)]
    found = play_path(*seats, 0.34, 3, lambda side, now: 0.2)
    assert [tuple(r.rates.values()) for r in found] == [pytest.approx(pair) for pair in rates]


def test_paths_refuse_unknown_rules_and_rates_that_are_percentages():
    with pytest.raises(InputError, match="Did you mean mirror"):
        play_path(Seat("A", "miror"), Seat("B", "hold"), 0.1, 2)
    with pytest.raises(InputError, match="fraction"):
        play_path(Seat("A", "hold"), Seat("B", "hold"), 34.0, 2)
    with pytest.raises(InputError, match="without a model"):
        play_path(Seat("A", "best_reply"), Seat("B", "hold"), 0.1, 2)
    assert len(RULES) == 8


def test_months_end_where_a_month_is_short():
    assert [month_after(date(2025, 1, 31), k) for k in (1, 2, 12)] == [
        date(2025, 2, 28), date(2025, 3, 31), date(2026, 1, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "start"), [("2025-05-02", "2025-04-02"), ("2025-11-10", "2025-10-10"), ("2025-03-31", "2025-02-28")]
)
def test_a_path_begins_a_month_before_the_day_asked_about(on: str, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[date] = []
    monkeypatch.setattr(path, "path_of", lambda baseline, first, rules, **more: told.append(first))
    baseline = SimpleNamespace(scenario=SimpleNamespace(on=date.fromisoformat(on)))
    path.answer(path.Question(), baseline)  # type: ignore[arg-type]
    path.answer(path.Question(start="2025-04-02"), baseline)  # type: ignore[arg-type]
    assert told == [date.fromisoformat(start), date(2025, 4, 2)]


def test_the_telling_step_is_where_bluffing_stops_to_pay():
    def worth(z):  # the step gains the nation 0.1 z and takes 0.2 z from the protected
        return 0.1 * z, -0.2 * z

    found = smallest_separating_step(worth, sincere=0.0, bluff=2.0, prize=0.15)
    assert found.step == pytest.approx(0.5, abs=1e-5)  # cost(z; 2) = −0.1 z + 0.4 z = 0.3 z
    assert found.cost_pct["sincere"] == pytest.approx(-0.05, abs=1e-5)
    assert smallest_separating_step(worth, 0.0, 2.0, 0.5).step is None
    both = smallest_separating_step(worth, 2.5, 2.0, 0.15)
    assert both.step is None
    assert "too dear for the sincere" in both.reason


def test_a_choice_of_options_is_kept_as_the_dilemma_says():
    first, second = np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])

    def payoff(choice):
        at = int(choice["A"][1]), int(choice["B"][1])
        return {"A": first[at], "B": second[at]}

    grid = payoff_grid(["A", "B"], {"A": ["a0", "a1"], "B": ["b0", "b1"]}, payoff)
    found = sustain_choice(grid, {"A": "a0", "B": "b0"}, {"A": "a1", "B": "b1"})
    assert [p.delta for p in found] == pytest.approx([0.5, 0.5])
    with pytest.raises(InputError, match="Did you mean a0"):
        sustain_choice(grid, {"A": "a00", "B": "b0"}, {"A": "a1", "B": "b1"})
    with pytest.raises(InputError, match="no option for B"):
        sustain_choice(grid, {"A": "a0"}, {"A": "a1", "B": "b1"})


@pytest.mark.parametrize("seed", range(6))
def test_weight_steps_are_where_the_equilibria_change(seed):
    draw = np.random.default_rng(seed)
    table, extra = draw.normal(size=(2, 3, 3)), draw.normal(size=(3, 3))

    def game(b):
        def payoff(choice):
            at = int(choice["A"][1]), int(choice["B"][1])
            return {"A": table[0][at] + b * extra[at], "B": table[1][at]}

        return payoff_grid(["A", "B"], {"A": ["a0", "a1", "a2"], "B": ["b0", "b1", "b2"]}, payoff)

    steps = weight_steps(game(0.0), "A", extra, 3.0)
    assert steps[0]["low"] == 0
    assert steps[-1]["high"] == 3.0
    for b in np.linspace(0.0, 3.0, 61):
        step = next(s for s in steps if s["low"] <= b <= s["high"])
        if min(b - step["low"], step["high"] - b) > 1e-6 or b in (0.0, 3.0):
            assert list(game(b).equilibria()) == step["equilibria"]
