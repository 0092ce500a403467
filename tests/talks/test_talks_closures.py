"""Games under closures of their own: certified by deviations that are solved again, and what is not derived is refused."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.talks.game import nash, respond
from parley.talks.games.bargain import bargain
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.solve import balance, solve
from talks_worlds import random_world

CAPITAL = SteadyState(0.35, 0.25)


@pytest.mark.parametrize("asked", [{"deficits": Endogenous({"USA": 0.12}, 0.1)}, {"capital": CAPITAL}], ids=["D", "K"])
def test_a_best_reply_beats_the_grid_around_it_and_passes_its_check(asked: dict):
    world = balance(random_world(5, ("USA", "CHN", "JPN"), 2))
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


def test_a_war_in_steady_states_is_certified_by_deviations():
    world = balance(random_world(5, ("USA", "CHN", "JPN"), 2))
    war = nash(world, None, "bilateral", unions=(), capital=CAPITAL)
    assert war.verdict == "passed"
    assert war.residual <= 1e-10
    assert np.mean(list(war.welfare_pct.values())) < 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"deficits": "earnings_share"}, "a closure with an adjoint"),
        ({"capital": CAPITAL, "method": "formula"}, "method 'exact'"),
        ({"capital": CAPITAL, "objective": "government"}, "political weights"),
    ],
)
def test_what_is_not_derived_is_refused(asked: dict, words: str):
    world = random_world(5, ("USA", "CHN", "JPN"), 2)
    with pytest.raises(InputError, match=words):
        nash(world, None, "uniform", unions=(), **asked)
    with pytest.raises(InputError, match="closure of deficits"):
        bargain(world, ["USA", "CHN"], "uniform", deficits="endogenous", unions=())
