"""A deadline at its edges: ties within the margin, p* at one, the order in which countries fold, and whose cells a signature moves."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError
from parley.rates import Wedges
from parley.scenario.deadline import DeadlineTable
from parley.talks.games.deadline import (
    MAX_JOINT,
    Stage,
    Stakes,
    joint_equilibria,
    signers,
    stage_of,
    stakes_of,
    terms_at,
    threshold,
    thresholds,
    with_cut,
)
from parley.talks.games.signing import MARGIN
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import balance, solve
from talks_worlds import random_world

EDGE = 0.25  # a margin that binary holds, so that ties are ties


def stakes(sign: float | None, wait: float | None, rate: float | None, id: str = "VNM", **more: Any) -> Stakes:
    return Stakes(id, 0.1, 0.46, sign, wait, rate, **more)


@pytest.mark.parametrize(
    ("sign", "wait", "rate", "p_star", "decision", "words"),
    [
        (0.0, 1.0, 0.75, None, "waits", "the rate does not hurt (it changes nothing within the margin): no threat"),
        (0.0, 1.0, 0.5, 2.0, "waits", "never signs"),
        (0.0, 1.0, 1.25, None, "waits", "the rate does not hurt (it changes nothing within the margin): no threat"),
        (0.0, 1.0, 1.5, None, "waits", "the rate does not hurt: no threat"),
        (1.5, 1.0, 1.0, 0.0, "signs", "and signing pays more at any p"),
        (1.25, 1.0, 1.0, None, "indifferent", "signing equals waiting within the margin"),
        (1.0, 1.0, 1.25, None, "indifferent", "(it changes nothing within the margin), and signing equals waiting"),
        (0.75, 1.0, 1.0, None, "indifferent", "signing equals waiting within the margin"),
        (0.5, 1.0, 1.0, None, "waits", "no threat, no threshold"),
        (1.0, 1.0, 2.0, None, "reversed", "it pays more than signing"),
        (2.25, 1.0, 2.0, None, "reversed", "it pays more than signing"),
        (2.5, 1.0, 2.0, 0.0, "signs", "the rate does not hurt, and signing pays more at any p"),
        (0.75, 1.0, 0.0, 0.0, "signs", "(equal within the margin)"),
        (1.25, 1.0, 0.0, 0.0, "signs", "(equal within the margin)"),
        (1.5, 1.0, 0.0, 0.0, "signs", "signing pays already at p = 0: waiting"),
        (0.5, 1.0, 0.0, 0.5, "folds", "signs once enforcement is likelier than 50.0 %"),
        (0.0, 1.0, 0.0, 1.0, "folds", "likelier than 100.0 %"),
        (-0.25, 1.0, 0.0, 1.25, "waits", "p* is above 1"),
    ],
)
def test_a_threshold_has_its_ties_where_the_margin_says(
    sign: float, wait: float, rate: float, p_star: float | None, decision: str, words: str
) -> None:
    found = threshold(stakes(sign, wait, rate), EDGE)
    assert (found.p_star, found.decision) == (p_star, decision)
    assert words in found.reason
    assert found.cost_pct == wait - rate
    if decision == "folds" and p_star:  # at p* both ways pay the same
        assert (1 - p_star) * wait + p_star * rate == sign


def test_the_margin_is_the_signing_games() -> None:
    assert threshold(stakes(1.0, 1.0 + 0.5 * MARGIN, 0.0)).decision == "signs"
    assert threshold(stakes(1.0, 1.0 + 3 * MARGIN, 0.0)).decision == "folds"
    assert [f.decision for f in thresholds([stakes(1.0, 1.0 + 3 * MARGIN, 0.0)])] == ["folds"]
    assert [f.decision for f in thresholds([stakes(0.9, 1.0, 0.0)], EDGE)] == ["signs"]


@pytest.mark.parametrize("missing", range(3))
def test_without_one_payoff_nothing_is_known(missing: int) -> None:
    ways: list[float | None] = [0.5, 1.0, 0.0]
    ways[missing] = None
    found = threshold(stakes(*ways))
    assert (found.p_star, found.decision, found.reason) == (None, "unknown", "law only: no payoffs from a model")
    assert threshold(stakes(*ways, reason="why")).reason == "why"
    assert (found.cost_pct is None) == (missing > 0)
    ways[missing] = float("inf")
    with pytest.raises(InputError, match="VNM: a payoff that is not finite"):
        threshold(stakes(*ways))


def test_an_answer_has_every_payoff_and_its_members() -> None:
    row = threshold(stakes(0.5, 1.0, 0.0, members=("A", "B"))).as_json()
    assert row["welfare_pct"] == {"sign": 0.5, "wait": 1.0, "rate": 0.0}
    assert (row["id"], row["members"], row["rate_now"], row["rate_then"]) == ("VNM", ["A", "B"], 0.1, 0.46)
    assert (row["cost_pct"], row["p_star"], row["decision"]) == (1.0, 0.5, "folds")
    assert threshold(stakes(0.5, 1.0, 0.0)).as_json()["members"] == ["VNM"]


def test_countries_stand_in_the_order_in_which_they_fold() -> None:
    ways = {
        "unknown": (None, None, None),
        "never": (-1.0, 1.0, 0.0),
        "a late one": (0.2, 1.0, 0.0),
        "early": (0.75, 1.0, 0.0),
        "early too, dearer": (0.5, 1.0, -1.0),
        "even": (1.0, 1.0, 1.0),
        "a harmless rate": (0.0, 1.0, 1.0),
        "reversed": (1.0, 1.0, 1.0 + 1e-3),
        "b": (2.0, 1.0, 0.0),
        "a": (2.0, 1.0, 0.0),
    }
    made = [stakes(*three, name) for name, three in ways.items()]
    found = thresholds(made)
    folds = ["early too, dearer", "early", "a late one"]
    assert [f.stakes.id for f in found] == ["a", "b", *folds, "even", "reversed", "a harmless rate", "never", "unknown"]
    assert signers(found, 0.0) == ("a", "b")
    assert signers(found, 0.1) == ("a", "b")
    assert signers(found, found[3].p_star or 0) == ("a", "b", "early too, dearer", "early")
    assert signers(found, 1.0) == ("a", "b", "early too, dearer", "early", "a late one")
    for p in (-0.1, 1.1):
        with pytest.raises(InputError):
            signers(found, p)


def test_among_the_unknown_the_dearest_rate_stands_first_and_one_of_no_cost_where_it_costs_nothing() -> None:
    made = [stakes(None, 1.0, rate, name) for name, rate in (("a", 1.25), ("b", None), ("c", 0.75), ("d", 1.0))]
    assert [f.stakes.id for f in thresholds(made)] == ["c", "b", "d", "a"]


def test_all_sets_of_signers_from_which_none_gains_by_leaving() -> None:
    def gain(j: str, others: frozenset[str]) -> float:  # each signs where another does
        return EDGE if others else -EDGE

    assert joint_equilibria("AB", gain) == (frozenset(), frozenset("AB"))
    assert len(joint_equilibria("AB", gain, EDGE)) == 4  # all are ties
    assert joint_equilibria("A", lambda j, others: 0.0, 0.0) == (frozenset(), frozenset("A"))
    asked: list[tuple[str, frozenset[str]]] = []
    joint_equilibria("ABC", lambda j, others: asked.append((j, others)) or 1.0)
    assert len(asked) == len(set(asked))  # each is asked once
    assert joint_equilibria([f"P{k}" for k in range(MAX_JOINT)], lambda j, others: 1.0)[0] == frozenset(
        f"P{k}" for k in range(MAX_JOINT)
    )
    with pytest.raises(InputError, match="13 players"):
        joint_equilibria([f"P{k}" for k in range(MAX_JOINT + 1)], lambda j, others: 1.0)


WORLD = balance(random_world(5, ("USA", "CHN", "DEU", "FRA"), 2))
NAMES: dict[str, tuple[int, ...]] = {"CHN": (1,), "EUU": (2, 3)}


def wedges(rate: float) -> Wedges:
    """One rate on all that crosses a border."""
    t = np.full(WORLD.t.shape, rate)
    t[np.arange(4), np.arange(4)] = 0.0
    return Wedges.from_rates(t, WORLD.t)


def solved(asked: Wedges, start: Equilibrium | None = None) -> Equilibrium:
    return solve(WORLD, asked, start=start)


def staged(partners: Mapping[str, tuple[int, ...]] = NAMES) -> Stage:
    return stage_of(WORLD, ("USA", [0]), partners, (wedges(0.1), wedges(0.5), wedges(0.0)), solved)


def rates_of(made: Wedges) -> Any:
    """The rates that wedges stand for, from their share of spending."""
    return made.revenue_share / (1 - made.revenue_share)


def test_signatures_move_the_cells_of_both_and_rates_those_of_the_hub() -> None:
    stage = staged()
    made = stage.wedges(frozenset({"CHN"}), frozenset({"EUU"}))
    expected = np.full((4, 4), 0.1)
    np.fill_diagonal(expected, 0.0)
    expected[0, 1] = expected[1, 0] = 0.0
    expected[0, 2:] = 0.5
    assert rates_of(made)[:, :, 0] == pytest.approx(expected)
    assert made.tau_hat == pytest.approx((1 + expected)[:, :, None] / (1 + WORLD.t))
    assert rates_of(stage.now)[0, 1, 0] == pytest.approx(0.1)  # nothing is changed in place
    assert stage.outcome(frozenset()) is stage.wait
    assert stage.wait.wedges.tau_hat == pytest.approx(wedges(0.1).tau_hat)
    assert stage.outcome(frozenset({"CHN"})).wedges.tau_hat == pytest.approx(
        stage.wedges(frozenset({"CHN"}), frozenset()).tau_hat
    )
    both = solved(made).welfare_hat
    paid = stage.paid(frozenset({"CHN"}), True)
    assert [paid["USA"], paid["CHN"]] == pytest.approx([100 * (both[0] - 1), 100 * (both[1] - 1)], abs=1e-7)
    income = WORLD.base.income[2:]
    assert paid["EUU"] == pytest.approx(100 * ((income * both[2:]).sum() / income.sum() - 1), abs=1e-7)
    assert stage.paid(frozenset(), False) == stage.welfare(stage.wait)
    assert stage.game().players == ("CHN", "EUU")
    assert rates_of(stage.with_terms(wedges(0.3)).signed)[0, 1, 0] == pytest.approx(0.3)


def test_partners_have_members_of_their_own() -> None:
    for partners in ({}, {"CHN": (1,), "EUU": (1, 2)}, {"CHN": (0,)}):
        with pytest.raises(InputError, match="partners of their own members"):
            staged(partners)


def test_each_partner_stakes_three_ways_the_others_still() -> None:
    stage = staged()
    found, residual = stakes_of(stage, {"CHN": (0.1, 0.5), "EUU": (0.2, 0.6)})
    assert [(s.id, s.rate_now, s.rate_then, s.members) for s in found] == [
        ("CHN", 0.1, 0.5, ("CHN",)),
        ("EUU", 0.2, 0.6, ("DEU", "FRA")),
    ]
    worst = [stage.wait.residual]
    for stake in found:
        own = frozenset({stake.id})
        ends = stage.outcome(own), stage.wait, stage.outcome(frozenset(), own)
        paid = [stage.welfare(eq)[stake.id] for eq in ends]
        assert [stake.w_sign, stake.w_wait, stake.w_rate] == pytest.approx(paid, abs=1e-9)
        assert len({round(x, 6) for x in paid}) == 3
        worst += [eq.residual for eq in ends]
    assert residual == pytest.approx(max(worst), rel=1e-6)


def test_who_signs_terms_at_a_probability_and_what_the_hub_gets() -> None:
    stage = staged()
    waits = [stakes(None, 1.0, 0.0, "CHN"), stakes(None, 1.0, 0.5, "EUU")]

    def at(p: float, **alone: float | None) -> tuple[tuple[str, ...], float]:
        made = terms_at(stage, waits, alone, p, (0.5, 0.2))
        assert (made.cut, made.rate) == (0.5, 0.2)
        return made.signers, made.welfare_pct

    assert at(0.5, CHN=0.5, EUU=0.5)[0] == ("CHN",)
    assert at(0.5, CHN=0.5 - 2 * MARGIN, EUU=0.75)[0] == ("EUU",)
    assert at(0.5, CHN=0.5 - 0.5 * MARGIN, EUU=None)[0] == ("CHN",)
    assert at(0.5, CHN=0.5 - MARGIN, EUU=None)[0] == ("CHN",)  # at the margin itself too
    assert terms_at(stage, [stakes(None, None, 0.0, "CHN")], {"CHN": 9.0}, 0.5, (0.5, None)).signers == ()
    assert terms_at(stage, [stakes(None, 1.0, None, "CHN")], {"CHN": 9.0}, 0.5, (0.5, None)).signers == ()
    for alone, signs in ((0.9, ()), (1.1, ("CHN",))):  # half of 2 is what waiting is worth on average
        assert terms_at(stage, [stakes(None, 2.0, 0.0, "CHN")], {"CHN": alone}, 0.5, (0.5, None)).signers == signs
    ends = [stage.paid(frozenset({"CHN"}), enforced)["USA"] for enforced in (False, True)]
    assert at(0.25, CHN=9.0, EUU=None)[1] == pytest.approx(0.75 * ends[0] + 0.25 * ends[1])
    assert abs(ends[0] - ends[1]) > 0.01


@pytest.mark.parametrize("cut", [0.0, 0.25, 1.0])
def test_a_cut_takes_its_part_of_the_log_of_partners_duties_on_the_hub(cut: float) -> None:
    before = wedges(0.44)
    after = with_cut(before, (0,), NAMES, cut)
    tau = np.full((4, 4), 1.44)
    np.fill_diagonal(tau, 1.0)
    tau[1:, 0] = 1.44 ** (1 - cut)
    assert after.tau_hat == pytest.approx(tau[:, :, None] / (1 + WORLD.t))
    assert 1 + rates_of(after)[:, :, 1] == pytest.approx(tau)
    assert rates_of(before)[1, 0, 0] == pytest.approx(0.44)


class Levied:
    """A levy of two lines on three origins."""

    def __init__(self, rate: Any):
        self.rate, self.origins = np.array(rate, float), ("CHN", "VNM", "JPN")

    def with_rate(self, rate: np.ndarray) -> Levied:
        return Levied(rate)


def test_the_rate_that_signers_keep_falls_on_the_share_of_each_line_that_is_due() -> None:
    """Of a line that is half exempt half of the change; of one that moves by more than its rate, the whole; never less than none."""
    now = Levied([[0.10, 0.1, 0.1], [0.20, 0.1, 0.1], [0.30, 0.1, 0.1], [0.30, 0.1, 0.1]])
    then = Levied([[0.50, 0.5, 0.5], [0.40, 0.1, 0.5], [0.90, 0.1, 0.5], [0.10, 0.1, 0.5]])
    due = {"CHN": (0.1, 0.5, None), "VNM": (0.1, 0.1, None), "FRA": (0.1, 0.5, None)}
    table: Any = SimpleNamespace(after={"USA": now}, asked=SimpleNamespace(by="USA"), _then=then, due=due)
    made = DeadlineTable._levied(table, 0.2)
    assert made.rate[:, 0] == pytest.approx([0.2, 0.25, 0.4, 0.3])
    assert made.rate[:, 1:].tolist() == now.rate[:, 1:].tolist()
    assert DeadlineTable._levied(table, 0.5).rate[:2, 0] == pytest.approx(then.rate[:2, 0])
    assert DeadlineTable._levied(table, 0.1).rate[:, 0].tolist() == now.rate[:, 0].tolist()
