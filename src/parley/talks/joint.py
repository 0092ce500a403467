"""Rates that players set together: the weighted sum of their objectives at its peak, weights and transfers with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import NotSolvedError
from parley.frozen import read_only
from parley.talks.instruments import Bounds, Instruments
from parley.talks.multipliers import Multipliers, best_replies
from parley.talks.objective import Objective, levels
from parley.trade.anderson import accelerate
from parley.trade.closure import FIXED, is_own
from parley.trade.closures import Choice
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve
from parley.world.world import World

SETTLED = 1e-9
STEPS = 200
RUNGS = ((10, 1.0), (20, 0.25), (4, 0.25), (0, 0.1))  # tried in turn: memory of the acceleration, pace of weights
LOWEST = -12.0  # log of a weight that is as good as none
FASTEST = 1.0  # largest move of a log weight at once
TRANSFER = 0.5  # largest share of a player's baseline income that moves at once

Push = Callable[
    [ndarray, ndarray], ndarray
]  # (levels, weights) → what each player is ahead of its due; zero when settled


@dataclass(frozen=True, eq=False)
@read_only
class Table:
    """What is on the table: whose rates, what each minds, how trade is solved, and whether money may change hands."""

    board: Instruments
    t: Float[ndarray, "n i s"]
    objective: Objective
    model: str
    deficits: str | Choice
    bounds: Bounds
    transfers: bool
    capital: str | Choice = FIXED

    def solve(
        self, log_tau: Float[ndarray, " g"], paid: Float[ndarray, " k"], start: Equilibrium | None, tolerance: float
    ) -> Equilibrium:
        """The equilibrium under the board's rates when players have received `paid` (shares of baseline income)."""
        world, deficits, sent = self.board.world, self.deficits, None
        if self.transfers and is_own(deficits, self.capital):
            sent = self.money(paid)
        elif self.transfers:
            world, deficits = with_transfers(world, self.money(paid)), "nominal"
        return solve(
            world, self.board.wedges(log_tau, self.t), model=self.model, deficits=deficits, capital=self.capital,
            transfers=sent, start=start, tolerance=tolerance,
        )  # fmt: skip

    def money(self, paid: Float[ndarray, " k"]) -> Float[ndarray, " n"]:
        """Money received by each country; a union's members share by baseline income. It sums to zero."""
        income, found = self.board.world.base.income, np.zeros(len(self.board.world.countries))
        for share, own in zip(paid, self.board.members, strict=True):
            found[list(own)] = share * income[list(own)]
        players = found != 0
        return np.where(players, found - income * found.sum() / max(income[players].sum(), 1e-300), 0.0)

    def paid(self, eq: Equilibrium) -> Float[ndarray, " k"]:
        """Each player's objective as a level."""
        return self.board.by_player(levels(eq, self.objective))


@dataclass(frozen=True, eq=False)
@read_only
class Agreed:
    """Joint rates that settled: log tau by rate, weights on log objectives (mean log zero), transfers, the outcome."""

    log_tau: Float[ndarray, " g"]
    omega: Float[ndarray, " k"]
    paid: Float[ndarray, " k"]
    equilibrium: Equilibrium
    level: Float[ndarray, " k"]
    change: float
    steps: int


def with_transfers(world: World, money: Float[ndarray, " n"]) -> World:
    """The world in which countries receive `money` (of the world's labour income) as a change of their deficits."""
    return replace(world, base=replace(world.base, D=world.base.D + money))


def agree(
    table: Table,
    push: Push,
    start: Agreed | None = None,
    *,
    fixed: bool = False,
    hold: int | None = None,
    progress: Callable[[str], None] | None = None,
    log_tau: Float[ndarray, " g"] | None = None,
    omega: Float[ndarray, " k"] | None = None,
) -> Agreed:
    """The Agreed rates at which sum_k omega_k log O_k peaks and push is zero. docs/talks.md, Bargain.

    Without transfers weights follow push until all are equally far ahead, or so far ahead that their weight is nil.
    With transfers money follows it, and weights make one more unit of income equally worth to all. fixed: weights stay.
    hold: that player's weight stays 1, and the others' follow their own push until it is zero or their weight is nil.
    """
    K, G = len(table.board.players), len(table.board.owner)
    x = np.zeros(G + 2 * K)
    x[:G] = table.board.log_tau(table.t) if log_tau is None else log_tau
    if omega is not None:
        x[G : G + K] = np.log(omega)
    if start is not None:
        x = np.concatenate([start.log_tau, np.log(start.omega), start.paid])
    state = _State(table, push, fixed, hold, progress)
    first, *others = RUNGS
    memory, state.pace = first
    found = accelerate(state.step, x, SETTLED, STEPS, memory)
    for memory, state.pace in others:
        if found.residual <= SETTLED:
            break
        found = accelerate(state.step, x, SETTLED, STEPS, memory)
    if found.residual > SETTLED:
        raise NotSolvedError(
            "talks: bargain", f"not settled in {found.passes} steps", found.residual, f"at most {SETTLED:.0e}",
            "Try another instrument, solution or threat",
        )  # fmt: skip
    log_tau, omega, paid = state.parts(found.x)
    eq = table.solve(log_tau, paid, state.eq, 1e-11)
    return Agreed(log_tau, omega, paid, eq, table.paid(eq), found.residual, found.passes)


class _State:
    """The joint step and what it keeps warm."""

    def __init__(self, table: Table, push: Push, fixed: bool, hold: int | None, progress) -> None:
        self.table, self.push, self.fixed, self.hold, self.progress = table, push, fixed, hold, progress
        self.eq: Equilibrium | None = None
        self.shadow: Multipliers | None = None
        self.last, self.steps, self.pace = 1e-3, 0, 1.0

    def parts(self, x: Float[ndarray, " x"]) -> tuple[ndarray, ndarray, ndarray]:
        """(log tau within bounds, weights, transfers) of an iterate."""
        K, G = len(self.table.board.players), len(self.table.board.owner)
        low, high = np.log1p(self.table.bounds[0]), np.log1p(self.table.bounds[1])
        log_omega = x[G : G + K] - (x[G : G + K].max() if self.hold is None else 0.0)
        return (
            np.clip(x[:G], low, high),
            np.exp(np.clip(log_omega, LOWEST, -LOWEST)),
            np.clip(x[G + K :], -TRANSFER, TRANSFER),
        )

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """The move of (log tau, log omega, transfers), and the largest of them."""
        table = self.table
        log_tau, omega, paid = self.parts(x)
        self.eq = table.solve(log_tau, paid, self.eq, max(min(1e-7, 1e-3 * self.last), 1e-12))
        loose = max(min(1e-5, 1e-3 * self.last), 1e-12)
        replies, self.shadow = best_replies(
            table.board, self.eq, log_tau, table.bounds, self.shadow, loose, table.objective, omega / omega.mean()
        )
        ahead = self.push(table.paid(self.eq), omega)
        d_omega, d_paid = self._weights(ahead, omega)
        move = np.concatenate([replies - log_tau, self.pace * d_omega, self.pace * d_paid])
        self.last, self.steps = float(np.abs(move).max()), self.steps + 1
        if self.progress:
            self.progress(f"bargain: step {self.steps}, largest change {self.last:.1e}")
        return move + np.concatenate([log_tau, np.log(omega), paid]) - x, self.last

    def _weights(self, ahead: Float[ndarray, " k"], omega: Float[ndarray, " k"]) -> tuple[ndarray, ndarray]:
        """(move of log weights, move of transfers)."""
        none = np.zeros_like(omega)
        if self.fixed:
            return none, none
        if not self.table.transfers:
            nil = omega <= np.exp(LOWEST) * (1 + 1e-9)
            due = 0.0 if self.hold is not None else ahead[~nil].mean()
            move = np.clip(due - ahead, -FASTEST, FASTEST)
            move[nil & (move < 0)] = 0.0
            if self.hold is not None:
                move[self.hold] = 0.0
            return move, none
        assert self.shadow is not None
        income = self.table.board.world.base.income
        r = np.array(
            [self.shadow.r[0, list(n)] @ income[list(n)] / income[list(n)].sum() for n in self.table.board.members]
        )
        size = self.table.board.by_player(income)
        spare = (r - (r * size).sum() / size.sum()) * size / omega * omega.mean()
        return -(spare - spare.mean()), -(ahead - (ahead * size).sum() / size.sum())
