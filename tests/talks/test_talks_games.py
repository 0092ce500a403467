"""The games on plain payoff functions: laws and textbook numbers, no model needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import InputError
from parley.talks.games.deadline import Stakes, joint_equilibria, signers, threshold, thresholds
from parley.talks.games.grid import flips, payoff_grid
from parley.talks.games.signal import protected_income_pct, signal
from parley.trade.solve import solve
from parley.world.world import World


def bimatrix(first, second, margin=1e-9):
    first, second = np.array(first, float), np.array(second, float)
    options = {"A": [f"a{k}" for k in range(len(first))], "B": [f"b{k}" for k in range(first.shape[1])]}

    def payoff(choice):
        at = int(choice["A"][1:]), int(choice["B"][1:])
        return {"A": first[at], "B": second[at], "C": -first[at]}

    return payoff_grid(["A", "B"], options, payoff, margin=margin)


def test_prisoners_dilemma_has_one_equilibrium_and_it_is_off_the_frontier():
    grid = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert grid.equilibria() == ({"A": "a1", "B": "b1"},)
    assert {"A": "a1", "B": "b1"} not in grid.frontier()
    assert grid.dominated()["A"] == [{"option": "a0", "by": "a1", "strictly": True}]
    assert grid.regret()[0, 0].tolist() == [2, 2]
    assert grid.mixed() == ()


def test_matching_pennies_has_only_the_even_mix():
    grid = bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert grid.equilibria() == ()
    (mix,) = grid.mixed()
    assert mix.first == pytest.approx((0.5, 0.5))
    assert mix.second == pytest.approx((0.5, 0.5))
    assert mix.values == pytest.approx((0, 0), abs=1e-12)


def test_battle_of_the_sexes_has_three_equilibria():
    grid = bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    assert len(grid.equilibria()) == 2
    (mix,) = grid.mixed()
    assert mix.first == pytest.approx((2 / 3, 1 / 3))
    assert mix.values == pytest.approx((2 / 3, 2 / 3))


def test_rock_paper_scissors_needs_all_three_options():
    game = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    (mix,) = bimatrix(game, -game).mixed()
    assert mix.first == pytest.approx((1 / 3,) * 3)


def test_differences_below_the_certificate_are_ties_and_both_replies_are_shown():
    grid = bimatrix([[1, 0], [1 + 1e-12, 0]], [[0, 1], [0, 1]])
    assert grid.best_replies()["A"][0] == {"to": {"B": "b0"}, "reply": ["a0", "a1"], "welfare_pct": 1 + 1e-12}
    assert len(grid.equilibria()) == 2
    assert len(bimatrix([[1, 0], [1 + 1e-12, 0]], [[1, 0], [1, 0]], margin=0.0).equilibria()) == 1


def test_onlookers_are_paid_and_choose_nothing():
    grid = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert grid.players == ("A", "B")
    assert grid.payoff_of({"A": "a1", "B": "b0"}) == {"A": 5, "B": 0, "C": -5}
    said = grid.as_json()
    assert set(said) >= {"players", "options", "payoffs", "best_replies", "equilibria"}
    assert said["payoffs"][2]["welfare_pct"]["C"] == -5


def test_three_players_majority_vote():
    def payoff(choice):
        yes = sum(v == "yes" for v in choice.values())
        return dict.fromkeys(choice, 1.0 if yes >= 2 else 0.0)

    grid = payoff_grid(["A", "B", "C"], {key: ["no", "yes"] for key in "ABC"}, payoff)
    signed = {tuple(e.values()) for e in grid.equilibria()}
    assert ("yes", "yes", "yes") in signed
    assert ("no", "no", "no") in signed
    assert ("no", "no", "yes") not in signed
    assert grid.as_json()["mixed_reason"]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_every_claimed_equilibrium_survives_brute_force(a, b, seed):
    draw = np.random.default_rng(seed)
    first, second = draw.integers(0, 4, (2, a, b)).astype(float)
    grid = bimatrix(first, second)
    brute = {
        (i, j)
        for i in range(a)
        for j in range(b)
        if first[i, j] == first[:, j].max() and second[i, j] == second[i].max()
    }
    assert {(int(e["A"][1:]), int(e["B"][1:])) for e in grid.equilibria()} == brute
    for mix in grid.mixed():
        x, y = np.array(mix.first), np.array(mix.second)
        assert (first @ y).max() <= x @ first @ y + 1e-8
        assert (x @ second).max() <= x @ second @ y + 1e-8
        assert x.sum() == pytest.approx(1)
        assert y.sum() == pytest.approx(1)


def test_flips_names_the_variants_under_which_an_equilibrium_holds():
    dilemma = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    harmony = bimatrix([[6, 2], [5, 1]], [[6, 5], [2, 1]])
    found = flips({"U4": dilemma, "CP": harmony})
    assert not found["same"]
    assert found["stable"] == []
    assert {"choice": {"A": "a0", "B": "b0"}, "under": ["CP"]} in found["only_under"]
    assert flips({"U4": dilemma, "CP": dilemma})["stable"] == [{"A": "a1", "B": "b1"}]


def test_nfg_lists_payoffs_with_the_first_players_option_fastest():
    text = bimatrix([[11, 12], [21, 22]], [[-11, -12], [-21, -22]]).as_nfg('say "so"')
    head, body = text.strip().rsplit("\n\n", 1)
    assert head.startswith('NFG 1 R "say \\"so\\"" { "A" "B" }')
    assert [float(v) for v in body.split()] == [11, -11, 21, -21, 12, -12, 22, -22]


def test_a_grid_refuses_what_it_cannot_play():
    with pytest.raises(InputError, match="options of B"):
        payoff_grid(["A", "B"], {"A": ["x"]}, lambda c: {"A": 0, "B": 0})
    with pytest.raises(InputError, match="not a finite number"):
        payoff_grid(["A"], {"A": ["x"]}, lambda c: {"A": float("nan")})
    with pytest.raises(InputError, match="returns nothing for 'B'"):
        payoff_grid(["A", "B"], {"A": ["x"], "B": ["y"]}, lambda c: {"A": 0})


def stakes(name, sign, wait, rate):
    return Stakes(name, 0.10, 0.32, *(None if w is None else float(w) for w in (sign, wait, rate)))


def test_threshold_is_where_waiting_and_signing_are_worth_the_same():
    found = threshold(stakes("TWN", -0.3, -0.2, -0.7))
    assert found.p_star == pytest.approx(0.2)
    p = found.p_star
    assert (1 - p) * -0.2 + p * -0.7 == pytest.approx(-0.3)
    assert found.decision == "folds"
    assert found.cost_pct == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("sign", "wait", "rate", "decision", "p_star"),
    [
        (0.1, 0.0, -1.0, "signs", 0.0),
        (0.0, 0.0, -1.0, "signs", 0.0),
        (-2.0, 0.0, -1.0, "waits", 2.0),
        (-1.0, 0.0, 0.5, "waits", None),
        (0.2, 0.0, 0.5, "reversed", None),
        (0.9, 0.0, 0.5, "signs", 0.0),
        (0.0, 0.0, 0.0, "indifferent", None),
        (-1.0, 0.0, 0.0, "waits", None),
        (None, None, None, "unknown", None),
    ],
)
def test_special_cases_are_said_in_words(sign, wait, rate, decision, p_star):
    found = threshold(stakes("XYZ", sign, wait, rate))
    assert (found.decision, found.p_star) == (decision, p_star)
    assert len(found.reason) > 10


@given(*[st.floats(-5, 5) for _ in range(3)], st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_the_decision_agrees_with_expected_payoffs(sign, wait, rate, p):
    found = threshold(stakes("XYZ", sign, wait, rate))
    advantage = sign - ((1 - p) * wait + p * rate)
    if abs(advantage) > 1e-6 and found.decision != "reversed":
        assert (bool(signers([found], p))) == (advantage > 0)


def test_they_fold_in_the_order_of_their_thresholds():
    rows = thresholds(
        [stakes("C", -0.5, 0, -1), stakes("A", 1, 0, -1), stakes("B", -0.2, 0, -1), stakes("D", -2, 0, -1)]
    )
    assert [r.stakes.id for r in rows] == ["A", "B", "C", "D"]
    assert signers(rows, 0.3) == ("A", "B")
    assert signers(rows, 1.0) == ("A", "B", "C")


def test_joint_game_of_strategic_complements_has_both_extremes():
    found = joint_equilibria("ABC", lambda j, others: len(others) - 1.0 + 0.5)
    assert frozenset("ABC") in found
    assert frozenset() in found
    assert len(found) == 2


def test_a_step_that_gains_its_maker_is_no_costly_signal():
    found = signal("USA", "scrap the levies", w_hold=-0.2, w_step=0.0, protected_gain_pct=0.05)
    assert not found.costly
    assert found.cost_pct == pytest.approx(-0.2)
    assert found.weight_break_even == pytest.approx(4.0)
    assert found.cost_pct + found.weight_break_even * 0.05 == pytest.approx(0)
    assert found.lost_position_break_even_pct == pytest.approx(0.2)
    assert "assumption" in found.assumption


def test_a_costly_step_needs_no_weight_and_unknown_industries_give_a_reason():
    assert signal("USA", "step", 0.3, 0.1).weight_break_even == 0.0
    found = signal("USA", "step", -0.3, 0.1)
    assert found.weight_break_even is None
    assert "not given" in found.weight_reason
    assert signal("USA", "step", -0.3, 0.1, -0.1).weight_break_even is None


def test_protected_income_rises_with_the_duty_that_protects_and_adds_up():
    draw = np.random.default_rng(1)
    X = draw.lognormal(size=(3, 3, 2))
    world = World.from_arrays(
        ["USA", "CHN", "JPN"], ["S0", "S1"], X, 0 * X, np.array([4.0, 4.0]), flows_include_tariff=True
    )
    t = np.zeros_like(X)
    t[0, 1:, 0] = 0.3
    free, guarded = solve(world), solve(world, t)
    assert protected_income_pct(guarded, "USA", ["S0"]) > protected_income_pct(free, "USA", ["S0"])
    whole = 100 * world.base.VA[0] / world.base.income[0]
    assert protected_income_pct(free, "USA", ["S0", "S1"]) == pytest.approx(whole)
