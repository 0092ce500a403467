"""First-order conditions against brute force on tiny worlds: an optimiser without derivatives, and fine grids around.

Nelder and Mead's simplex (scipy) starts far away, sees payoffs alone, must land on our rates and may not beat them.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from parley.talks.game import nash, respond
from parley.talks.instruments import board
from parley.talks.objective import levels, read_objective
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.solve import balance, solve
from parley.world.world import World
from talks_worlds import random_world

INSTRUMENTS = ("uniform", "mfn", "bilateral", "full")
MODELS = ("armington", "krugman", "caliendo_parro")
pytestmark = pytest.mark.slow
RATE, LEVEL = 1e-5, 1e-11  # of a log tau, flat at its peak; of a log objective, solved to 1e-12


def tiny(instrument: str, model: str) -> World:
    """Two sectors; three countries but for `mfn` and `full`: so that each player has few rates."""
    names = ("USA", "CHN") if instrument in ("mfn", "full") else ("USA", "CHN", "JPN")
    world = random_world(5, names, 2)
    if model != "caliendo_parro":
        return balance(world, model=model)
    spent = world.X.sum(axis=1)
    io = np.repeat((spent / spent.sum(axis=1, keepdims=True))[:, :, None], 2, axis=2)
    linked = World.from_arrays(
        world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True,
        value_added_share=np.full((len(names), 2), 0.6), io_share=io,
    )  # fmt: skip
    return balance(linked, model=model)


class Payoff:
    """The log of one player's objective by its own log tau, others' rates as at t: no slopes anywhere."""

    def __init__(self, world, t, player, instrument, model, aim, closure=None):
        self.board = board(world, [player], instrument, ())
        self.world, self.t, self.model, self.aim = world, t, model, aim
        self.at, self.closure = world.index(player), closure or {"deficits": "balanced"}

    def __call__(self, log_tau):
        rates = self.board.rates(log_tau, self.t)
        eq = solve(self.world, rates, model=self.model, tolerance=1e-12, **self.closure)
        return float(np.log(levels(eq, self.aim)[self.at]))

    def simplex(self, start):
        """(log tau, payoff) where the simplex comes to rest."""
        from scipy.optimize import minimize  # here: it is dear to load, and most runs leave this file out

        options = {"xatol": 1e-7, "fatol": 1e-13, "maxfev": 4000, "adaptive": True}
        found = minimize(lambda x: -self(x), start, method="Nelder-Mead", options=options)
        assert found.success
        return found.x, -found.fun


def check(payoff, ours):
    """Neither the simplex from far away nor a grid around beats ours; the simplex lands on it."""
    best = payoff(ours)
    landed, reached = payoff.simplex(np.full_like(ours, 0.1))
    assert landed == pytest.approx(ours, abs=RATE)
    assert reached <= best + LEVEL
    for step in (0.002, 0.02):
        for move in product((-step, 0.0, step), repeat=len(ours)):
            assert payoff(ours + np.array(move)) <= best + LEVEL


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_a_best_reply_is_where_the_simplex_lands_and_no_grid_point_beats_it(instrument, model):
    world = tiny(instrument, model)
    found = respond(world, "USA", instrument, model=model, unions=(), check=False)
    payoff = Payoff(world, world.t, "USA", instrument, model, found.objective)
    apart = abs(found.tariffs[0, 1, 0] - found.tariffs[0, 1, 1])
    assert model == "caliendo_parro" or (apart > 0.01) == (model == "krugman" and instrument in ("mfn", "full"))
    check(payoff, payoff.board.log_tau(found.tariffs))


@pytest.mark.parametrize("objective", ["revenue", "government"])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_other_aims_too(instrument, objective):
    world = tiny(instrument, "krugman")
    shape = len(world.countries), 2
    weights = np.linspace(0.7, 1.3, shape[0] * shape[1]).reshape(shape) if objective == "government" else None
    aims = {"objective": objective, "political": weights}
    found = respond(world, "USA", instrument, model="krugman", unions=(), check=False, **aims)
    aim = read_objective(objective, weights, world)
    payoff = Payoff(world, world.t, "USA", instrument, "krugman", aim)
    check(payoff, payoff.board.log_tau(found.tariffs))


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_in_a_war_every_player_is_where_its_own_simplex_lands(instrument):
    world = tiny(instrument, "krugman")
    found = nash(world, None, instrument, model="krugman", unions=(), check=False)
    for player in found.players:
        payoff = Payoff(world, found.tariffs, player, instrument, "krugman", found.objective)
        check(payoff, payoff.board.log_tau(found.tariffs))


LOCAL = Endogenous({"USA": 0.12}, 0.1)
CAPITAL = SteadyState(0.35, 0.25)
CLOSURES = {
    "endogenous": {"deficits": LOCAL},
    "steady state": {"deficits": "balanced", "capital": CAPITAL},
    "both": {"deficits": LOCAL, "capital": CAPITAL},
}


@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
@pytest.mark.parametrize("closure", CLOSURES)
def test_deficits_and_capital_that_respond_are_seen_by_best_replies_and_wars(closure, model):
    world, asked = tiny("full", model), CLOSURES[closure]
    found = respond(world, "USA", "full", model=model, unions=(), check=False, **asked)
    check(*_own(world, world.t, "USA", found, asked))
    war = nash(world, None, "full", model=model, unions=(), check=False, **asked)
    for player in war.players:
        payoff, ours = _own(world, war.tariffs, player, war, asked)
        best = payoff(ours)
        for step in (0.002, 0.02):
            for move in product((-step, 0.0, step), repeat=len(ours)):
                assert payoff(ours + np.array(move)) <= best + LEVEL


@pytest.mark.parametrize(
    "objective", ["revenue", {"welfare": 1.0, "real_wage": 0.5, "revenue": 0.3}], ids=["revenue", "weights"]
)
@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
@pytest.mark.parametrize("closure", CLOSURES)
def test_other_aims_are_met_under_them_too(closure, model, objective):
    world, asked = tiny("full", model), CLOSURES[closure]
    found = respond(world, "USA", "full", model=model, unions=(), check=False, objective=objective, **asked)
    check(*_own(world, world.t, "USA", found, asked))


def _own(world, t, player, outcome, asked):
    """(the payoff of a player's rates under the closure, its rates in the outcome)."""
    payoff = Payoff(world, t, player, "full", outcome.equilibrium.model, outcome.objective, asked)
    return payoff, payoff.board.log_tau(outcome.tariffs)
