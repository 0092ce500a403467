"""Games under closures of their own: certified by deviations that are solved again, and what is not derived is refused."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from parley.errors import InputError
from parley.talks.game import nash, respond
from parley.talks.games.bargain import Deal, bargain
from parley.talks.games.sustain import sustain
from parley.talks.instruments import board
from parley.talks.marginal import margin_of
from parley.talks.objective import real_base, welfare_pct
from parley.trade.adjoint import gradient
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.solve import balance, solve
from talks_worlds import random_world

CAPITAL = SteadyState(0.35, 0.25)
LOCAL = Endogenous({"USA": 0.12}, 0.1)
CLOSURES = {"deficits": {"deficits": LOCAL}, "capital": {"capital": CAPITAL}}
ASKED = pytest.mark.parametrize("asked", CLOSURES.values(), ids=CLOSURES)
NAMES = ("USA", "CHN", "JPN")


def small():
    return balance(random_world(5, NAMES, 2))


@pytest.mark.slow
@ASKED
def test_a_best_reply_beats_the_grid_around_it_and_passes_its_check(asked: dict):
    world = small()
    found = respond(world, "USA", "uniform", unions=(), **asked)
    assert found.verdict == "passed"
    eq, rate = found.equilibrium, found.tariffs[0, 1, 0]

    def paid(other: float) -> float:
        t = world.t.copy()
        t[0, 1:] = other
        return solve(world, t, tolerance=1e-12, **({"deficits": "balanced"} | asked)).welfare_hat[0]

    assert paid(rate) == pytest.approx(eq.welfare_hat[0], rel=1e-10)
    assert paid(rate) > max(paid(rate + step) for step in (-0.01, 0.01))
    assert found.as_json()["capital"] == ("steady_state" if "capital" in asked else "fixed")


@pytest.mark.slow
def test_a_war_in_steady_states_is_certified_by_deviations_and_warns_of_none_of_its_own_tries():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        war = nash(small(), None, "bilateral", unions=(), capital=CAPITAL)
    assert war.verdict == "passed"
    assert war.residual <= 1e-10
    assert np.mean(list(war.welfare_pct.values())) < 0


def dealt(asked: dict, **more: object) -> Deal:
    return bargain(small(), ["USA", "CHN"], "uniform", unions=(), **(asked | more))


@pytest.mark.slow
@ASKED
@pytest.mark.parametrize("solution", ["proportional", "nash", "kalai_smorodinsky"])
def test_no_joint_step_from_a_deal_helps_all_and_gains_are_as_the_solution_asks(asked: dict, solution: str):
    deal = dealt(asked, solution=solution)
    assert deal.verdict == "passed"
    assert deal.equilibrium.residual <= 1e-10
    gains = np.array(list(deal.gain_pct.values()))
    if solution == "proportional":
        assert gains[0] == pytest.approx(gains[1], rel=1e-6)
    told = deal.as_json()
    assert (told["deficits"], told["capital"]) == (
        "endogenous" if "deficits" in asked else "balanced", "steady_state" if "capital" in asked else "fixed",
    )  # fmt: skip


@pytest.mark.slow
@ASKED
def test_the_deal_of_nash_is_the_peak_of_the_product_of_gains(asked: dict):
    deal = dealt(asked, solution="nash", check=False)
    b, world = deal.board, deal.board.world

    def product(log_tau: np.ndarray) -> float:
        eq = solve(world, b.wedges(log_tau, world.t), tolerance=1e-12, **({"deficits": "balanced"} | asked))
        return float(np.prod(b.by_player(real_base(eq) * eq.welfare_hat) - deal.threat))

    ours = deal.agreed.log_tau
    best = product(ours)
    for step in (0.003, 0.03):
        for way in np.array([[1, 0], [0, 1], [1, 1], [1, -1]]):
            for moved in (ours + step * way, ours - step * way):
                assert product(np.maximum(moved, 0.0)) <= best * (1 + 1e-8)


@ASKED
@pytest.mark.slow
def test_with_transfers_a_unit_of_income_is_worth_the_same_to_all(asked: dict):
    """At the deal's weights the gradient by money is one for both players: nothing is left to hand over."""
    deal = dealt(asked, solution="proportional", transfers=True)
    assert deal.verdict == "passed"
    paid = deal.transfers_pct
    assert paid is not None
    income = deal.board.by_player(deal.board.world.base.income)
    assert abs(np.array(list(paid.values())) @ income) < 1e-8 * income.sum()
    money = deal.agreed.omega @ gradient(deal.equilibrium).transfer[:2]
    assert money[0] == pytest.approx(money[1], rel=1e-6)


@ASKED
@pytest.mark.slow
def test_patience_is_of_payoffs_under_the_closure(asked: dict):
    """Kept, cheated and punished are the payoffs of equilibria solved here again, and the factor is Friedman's."""
    world = small()
    found = sustain(world, ["USA", "CHN"], "uniform", unions=(), **asked)
    assert found.proof["verdict"] == "passed"
    b = board(world, ["USA", "CHN"], "uniform", (), None, ["USA", "CHN"])
    free = solve(world, b.wedges(np.zeros(2), world.t), **({"deficits": "balanced"} | asked))
    for row in found.patience:
        n = world.index(row.player)
        assert row.deal == pytest.approx(100 * (free.welfare_hat[n] - 1), abs=1e-8)
        assert row.delta == pytest.approx((row.cheat - row.deal) / (row.cheat - row.punished), rel=1e-9)


@pytest.mark.parametrize(
    "asked",
    [
        *({"deficits": "balanced"} | more for more in CLOSURES.values()),
        {"revenue": "wasted"},
        {"revenue": "tax_relief", "labour_supply": 0.5, "tax_rate": 0.3},
    ],
    ids=[*CLOSURES, "wasted", "relief"],
)
def test_the_margin_of_a_union_is_the_slope_of_what_its_members_enjoy_together(asked: dict):
    world = balance(random_world(5, ("USA", "CHN", "JPN", "GBR"), 2))
    eq = solve(world, tolerance=1e-12, **asked)
    both = (1, 2)
    slope = margin_of(eq, (both,)).by_rate(0)[0, 1, 0]

    def level(step: float) -> float:
        t = world.t.copy()
        t[0, 1, 0] = (1 + t[0, 1, 0]) * np.exp(step) - 1
        return 1 + welfare_pct(solve(world, t, tolerance=1e-13, **asked), both) / 100

    h = 1e-3
    near, far = (np.log(level(k * h) / level(-k * h)) for k in (1, 2))
    assert slope == pytest.approx((8 * near - far) / (12 * h), abs=1e-9)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"deficits": "earnings_share"}, "a closure with an adjoint"),
        ({"capital": CAPITAL, "objective": "government"}, "political weights"),
    ],
)
def test_what_is_not_derived_is_refused(asked: dict, words: str):
    world = random_world(5, NAMES, 2)
    for game in (nash, bargain):
        with pytest.raises(InputError, match=words):
            game(world, ["USA", "CHN"], "uniform", unions=(), **asked)
    with pytest.raises(InputError, match="method 'exact'"):
        nash(world, None, "uniform", unions=(), capital=CAPITAL, method="formula")
