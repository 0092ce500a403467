"""The independent proof: can any player gain by leaving alone? Rates change, the world is solved again; no slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy import ndarray

from parley.errors import NotSolvedError
from parley.shapes import Float
from parley.talks.board import Board
from parley.talks.flows import flows_of
from parley.talks.objective import WELFARE, Objective, levels, price_level
from parley.talks.reply import Bounds, by_player
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import rebase, solve

STEP = 0.005  # in log tau: small enough for a parabola (its bias falls with the fourth power), above the tolerance
FACTORS = (0.8, 1.25)  # of tau, all own rates together: far away, for a better hill elsewhere
TOLERANCE = 1e-11
SEED = 20250502


def deviation_gains(
    board: Board,
    eq: Equilibrium,
    log_tau: Float[ndarray, " g"],
    bounds: Bounds,
    progress: Callable[[str], None] | None = None,
    objective: Objective = WELFARE,
    norm: Float[ndarray, " k"] | None = None,
) -> tuple[dict[str, float], int]:
    """({player: the largest gain found by leaving alone, percent of `norm`, at least 0}, trials not solved).

    norm: by player, the base that its payoff is in percent of; default its baseline income.

    Others keep their rates. A trial whose equilibrium could not be certified says nothing and is counted.

    Tried for each: no duties at all; all own rates up and down by 0.5 % of tau, and by far; one random direction over
    its rates, up and down, and one single rate, the largest by trade. Through each small pair a parabola is laid, and
    its peak counts as a gain too.
    """
    there = _Reached(board, eq, log_tau, objective, norm)
    gains = {}
    for k, player in enumerate(board.players):
        if progress:
            progress(f"checking deviations: {player} ({k + 1} of {len(board.players)})")
        gains[player] = 100 * _largest_gain(there, k, bounds)
    return gains, there.not_solved


def switch_gains(
    board: Board,
    eq: Equilibrium,
    log_tau: Float[ndarray, " g"],
    others: Sequence[Float[ndarray, " g"]],
    objective: Objective,
    norm: Float[ndarray, " k"],
) -> dict[str, float]:
    """By player, the largest gain from playing alone what it plays in another stand: a far hill that small steps miss."""
    there = _Reached(board, eq, log_tau, objective, norm)
    return {p: 100 * max(0.0, *(there.gain(k, x) for x in others)) for k, p in enumerate(board.players)}


class _Reached:
    """The reached state as a baseline, and what a player's payoff is under other rates of its own."""

    def __init__(
        self, board: Board, eq: Equilibrium, log_tau: Float[ndarray, " g"], objective: Objective, norm: ndarray | None
    ) -> None:
        self.board, self.log_tau, self.objective = board, log_tau, objective
        self.world = rebase(eq)
        self.price = price_level(eq, flows_of(eq))
        self.deficits = eq.deficits if eq.deficits != "balanced" else "world_share"
        self.model = eq.model
        self.norm = by_player(board, board.world.base.income) if norm is None else norm
        self.here = by_player(board, levels(eq, objective))
        self.not_solved = 0

    def gain(self, k: int, log_tau: Float[ndarray, " g"]) -> float:
        """The payoff of k under its new rates less its payoff now, over `norm`; minus infinity where not solved."""
        own = self.board.owner == k
        new = self.board.rates(np.where(own, log_tau, self.log_tau), self.world.t)
        try:
            there = solve(self.world, new, model=self.model, deficits=self.deficits, tolerance=TOLERANCE)
        except NotSolvedError:
            self.not_solved += 1
            return -np.inf
        paid = by_player(self.board, levels(there, self.objective) / self.price)
        return float((paid[k] - self.here[k]) / self.norm[k])


def _largest_gain(there: _Reached, k: int, bounds: Bounds) -> float:
    low, high = np.log1p(bounds[0]), np.log1p(bounds[1])
    x = there.log_tau
    tried = [there.gain(k, np.clip(np.maximum(0.0, low) + 0 * x, low, high))]
    tried += [there.gain(k, np.clip(x + np.log(f), low, high)) for f in FACTORS]
    for direction in _directions(there, k):
        pair = [x + sign * STEP * direction for sign in (1, -1)]
        up, down = (there.gain(k, np.clip(moved, low, high)) for moved in pair)
        inside = all((np.clip(moved, low, high) == moved).all() for moved in pair)
        tried += [up, down, _peak(up, down) if inside else 0.0]  # at a bound the pair is no parabola
    return max(0.0, *tried)


def _directions(there: _Reached, k: int):
    """All own rates together; a random sign for each; the one rate on the most trade."""
    board, own = there.board, there.board.owner == k
    yield own.astype(float)
    if own.sum() > 1:
        draw = np.random.default_rng(SEED + k)
        yield own * draw.choice([-1.0, 1.0], own.size)
        trade = np.ascontiguousarray(there.world.X.transpose(2, 0, 1)).reshape(-1)[board.cells]
        yield (np.arange(own.size) == np.argmax(own * board.total(trade))).astype(float)


def _peak(up: float, down: float) -> float:
    """The height above 0 of the parabola through (−1, down), (0, 0), (1, up); 0 where it has no peak."""
    curve = up + down
    return (up - down) ** 2 / (-8 * curve) if -np.inf < curve < 0 else 0.0
