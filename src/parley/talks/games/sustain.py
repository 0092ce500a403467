"""What keeps a deal: the patience each side needs, how long a breach may go unseen, and the deepest cut that holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, unknown_name
from parley.talks.answers import Proof
from parley.talks.breach import UNKNOWN, Move, deviation, direction_of
from parley.talks.game import balanced_base, nash, respond
from parley.talks.games.grid import Grid
from parley.talks.instruments import Instruments, board
from parley.talks.moves import rates_moved
from parley.talks.objective import WELFARE, welfare_pct
from parley.talks.outcome import Outcome, payoff_words, spread_of
from parley.talks.sustain_answers import Deviation, PatienceRow, SustainPart
from parley.talks.verdict import insist, verdict_of
from parley.trade.closure import FIXED
from parley.trade.closures import Choice
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve
from parley.world.world import World

PUNISHMENTS = {
    "nash": "after a breach is seen, everybody plays the war's rates",
    "snapback": "after a breach is seen, the rates of the base return",
}
CUTS = 20  # steps of the bisection for the deepest cut: 1e-6 of the way


@dataclass(frozen=True)
class Patience:
    """One player's payoffs a period, percent against the base, and the discount factor from which it keeps the deal.

    cheat: of its best way out. delta: the least discount factor a period if any way out is punished; 0: needs none; None: no
    patience suffices, `reason` says why. delta_breach, reason_breach: the same if breaches alone are punished.
    breach, without_breach: its best ways out that pay, with and without breaking the deal.
    """

    player: str
    deal: float
    cheat: float
    punished: float
    delta: float | None
    reason: str
    delta_breach: float | None = 0.0
    reason_breach: str = ""
    breach: Deviation | None = None
    without_breach: Deviation | None = None

    @property
    def deviation(self) -> Deviation | None:
        """Its best way out, whatever that does to the deal; None where none pays."""
        return max(filter(None, (self.breach, self.without_breach)), key=lambda way: way["payoff"], default=None)

    def as_json(self) -> PatienceRow:
        """All fields, by name."""
        return {"player": self.player, "deal": self.deal, "cheat": self.cheat, "punished": self.punished,
                "delta": self.delta, "reason": self.reason, "deviation": self.deviation,
                "delta_breach": self.delta_breach, "reason_breach": self.reason_breach, "breach": self.breach,
                "without_breach": self.without_breach}  # fmt: skip


def patience_of(
    player: str, deal: float, punished: float, lag: int, length: int | None, ways: Sequence[Deviation]
) -> Patience:
    """One player's Patience. ways: how it alone may leave the deal, breaking it or not."""
    gaining = sorted((way for way in ways if way["payoff"] > deal), key=lambda way: -way["payoff"])
    breach = next((way for way in gaining if way["breaks"]), None)
    free = next((way for way in gaining if not way["breaks"]), None)
    cheat, broken = (way["payoff"] if way else deal for way in (gaining[0] if gaining else None, breach))
    delta, reason = critical_discount(deal, cheat, punished, lag, length)
    if gaining and not gaining[0]["breaks"]:
        reason += "; its best way out breaks nothing, so this holds only if the others punish that too"
    only, why = critical_discount(deal, broken, punished, lag, length)
    why = why if breach else "no breach of it pays: the deal keeps itself"
    return Patience(player, deal, cheat, punished, delta, reason, only, why, breach, free)


def critical_discount(
    deal: float, cheat: float, punished: float, lag: int = 1, length: int | None = None
) -> tuple[float | None, str]:
    """(delta, reason): the least delta at which keeping pays. cheat: of the best way out. `lag`: periods before it is seen.

    For ever: (1 − delta^lag) cheat + delta^lag punished ≤ deal, so delta = ((cheat − deal)/(cheat − punished))^(1/lag).
    `length` periods of punishment, then the deal again: delta^lag (1 − delta^length)(deal − punished) ≥
    (1 − delta^lag)(cheat − deal).  Friedman (1971).
    """
    if lag < 1 or (length is not None and length < 1):
        raise InputError("sustain: lag and length", f"lag {lag}, length {length}", "whole periods, one or more")
    if not all(map(math.isfinite, (deal, cheat, punished))):
        raise InputError("sustain", "a payoff that is not finite", "three finite payoffs")
    if cheat <= deal:
        return 0.0, "no way out of it pays: the deal keeps itself"
    if punished >= deal:
        return None, "the punishment is no worse than the deal, so no patience sustains it"
    if length is None:
        return ((cheat - deal) / (cheat - punished)) ** (1 / lag), "keeps the deal if at least so patient"
    return _finite(cheat - deal, deal - punished, lag, length)


def _finite(tempted: float, lost: float, lag: int, length: int) -> tuple[float | None, str]:
    def spare(delta: float) -> float:
        paid = sum(delta**k for k in range(lag, lag + length)) * lost
        return paid - sum(delta**k for k in range(lag)) * tempted

    if spare(1.0) < 0:
        return None, f"{length} periods of punishment cost less than leaving gains in {lag}"
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if spare(middle) >= 0 else (middle, high)
    return high, "keeps the deal if at least so patient"


@dataclass(frozen=True, eq=False)
class Sustained:
    """A deal's patience by player; and the deepest cut on the way from the base's rates to it that `discount` keeps.

    proof: residual, largest gain by deviating, percent, and starts of the war and of each best breach. base: of payoffs.
    """

    board: Instruments
    punishment: str
    lag: int
    length: int | None
    patience: tuple[Patience, ...]
    discount: float | None
    deepest_cut: float | None
    cut_reason: str
    proof: Proof
    base: Equilibrium

    def as_json(self) -> SustainPart:
        """All of it by name."""
        return {
            **self.proof, "players": list(self.board.players), "instrument": self.board.instrument,
            "rates_move": rates_moved(self.board),
            "punishment": {"name": self.punishment, "says": PUNISHMENTS[self.punishment], "length": self.length},
            "detection_lag": self.lag, "patience": [p.as_json() for p in self.patience],
            "discount": self.discount, "deepest_cut": self.deepest_cut, "deepest_cut_reason": self.cut_reason,
            "payoff": payoff_words(WELFARE, self.base),
            "unit": "payoffs a period, percent of welfare against the base; delta is a discount factor a period",
        }  # fmt: skip


def sustain(
    world: World,
    players: Sequence[str] | None = None,
    instrument: str = "bilateral",
    *,
    deal: Float[ndarray, "n i s"] | None = None,
    punishment: str = "nash",
    lag: int = 1,
    length: int | None = None,
    discount: float | None = None,
    partners: Sequence[str] | None = None,
    model: str = "armington",
    deficits: str | Choice = "balanced",
    capital: str | Choice = FIXED,
    unions: Sequence[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Sustained:
    """What keeps a deal (rates [n, i, s]; None: no duties among the players) when each may leave it alone with its best reply.

    discount: the players' discount factor a period; with it comes the deepest cut that holds, log tau scaled from the
    base (0) to the deal (1).
    """
    if punishment not in PUNISHMENTS:
        raise unknown_name("sustain", "punishment", punishment, PUNISHMENTS)
    if discount is not None and not 0 <= discount < 1:
        raise InputError("sustain: discount", f"{discount}", "a discount factor from 0 to below 1")
    world = balanced_base(world, model, deficits)
    b = board(world, players, instrument, unions)
    if len(b.players) < 2:
        raise InputError("talks: sustain", f"one player: {', '.join(b.players)}", "two or more: a deal is between them")
    b = board(world, players, instrument, unions, None, b.players if partners is None else partners)
    rigid = {
        "model": model,
        "deficits": deficits,
        "capital": capital,
        "unions": unions,
        "partners": _partners(b, partners),
    }
    there = _Period(world, b, instrument, rigid, progress)
    punished = there.war() if punishment == "nash" else there.payoff(world.t)
    deal = b.rates(np.zeros(len(b.owner)), world.t) if deal is None else deal
    patience = there.patience(deal, punished, lag, length, check=True)
    proof = there.proof()
    cut, reason = _deepest(there, deal, punished, lag, length, discount)
    return Sustained(b, punishment, lag, length, patience, discount, cut, reason, proof, there.at(world.t))


def sustain_choice(
    grid: Grid,
    deal: Mapping[str, str],
    punished: Mapping[str, str],
    lag: int = 1,
    length: int | None = None,
    move: Callable[[str, str], Move] = lambda player, option: UNKNOWN,
) -> tuple[Patience, ...]:
    """What keeps a choice of named options when each may leave it alone for another, and is then met by another choice.

    move: which way a player's barriers go against the others if it plays an option in place of its part of the deal; without
    it every other option counts as a breach.
    """
    for words, choice in (("deal", deal), ("punishment", punished)):
        check_choice(grid, choice, f"sustain: {words}")
    kept, after = grid.payoff_of(deal), grid.payoff_of(punished)
    found = []
    for p, own in zip(grid.players, grid.options, strict=True):
        others = [name for name in grid.players if name != p]
        ways = [
            deviation(p, others, option, move(p, option), grid.payoff_of({**deal, p: option})[p])
            for option in own if option != deal[p]
        ]  # fmt: skip
        found.append(patience_of(p, kept[p], after[p], lag, length, ways))
    return tuple(found)


def check_choice(grid: Grid, choice: Mapping[str, str], where: str) -> None:
    """Refuses a choice that names other players than the grid's, or an option that its player does not have."""
    for p in choice:
        if p not in grid.players:
            raise unknown_name(where, "player with options", p, grid.players)
    for p, own in zip(grid.players, grid.options, strict=True):
        if p not in choice:
            raise InputError(where, f"no option for {p}", ", ".join(own))
        if choice[p] not in own:
            raise unknown_name(f"{where}, {p}", "option", choice[p], own)


def _partners(b: Instruments, partners: Sequence[str] | None) -> Sequence[str]:
    return b.players if partners is None else partners


class _Period:
    """Payoffs of one period under given rates, and each player's best one-period deviation from them."""

    def __init__(self, world: World, b: Instruments, instrument: str, rigid: Mapping, progress) -> None:
        self.world, self.board, self.instrument, self.rigid, self.progress = world, b, instrument, rigid, progress
        self.checked: list[Outcome] = []

    def proof(self) -> Proof:
        """The certificate of the war and of each best reply to the deal: residual, largest gain by deviating, starts."""
        gain = max(made.max_deviation_gain or 0.0 for made in self.checked)
        return {
            "residual": max(made.residual for made in self.checked),
            "max_deviation_gain": gain,
            "verdict": verdict_of(gain),
            "starts": [start.as_json() for made in self.checked for start in made.starts],
        }

    def at(self, t: Float[ndarray, "n i s"]) -> Equilibrium:
        """The equilibrium under given rates."""
        return solve(self.world, t, **{name: self.rigid[name] for name in ("model", "deficits", "capital")})

    def payoff(self, t: Float[ndarray, "n i s"]) -> dict[str, float]:
        """Percent against the base, by player."""
        eq = self.at(t)
        return {p: welfare_pct(eq, own) for p, own in zip(self.board.players, self.board.members, strict=True)}

    def war(self) -> dict[str, float]:
        """Payoffs of the Nash war over the same rates."""
        found = nash(self.world, self.board.players, self.instrument, **self.rigid, progress=self.progress)
        insist("sustain: punishment", "the search for the tariff war", found.max_deviation_gain)
        self.checked.append(found)
        return dict(found.equilibria[0].payoff_pct)

    def leaves(self, player: str, t: Float[ndarray, "n i s"], check: bool) -> Deviation:
        """What the player alone would do best in place of the deal, and which way that moves its rates."""
        how = {"starts": ["base"], "check": check, "progress": self.progress}
        found = respond(self.world, player, self.instrument, t=t, **self.rigid, **how)
        insist(f"sustain: {player}", "the search for its best response to the deal", found.max_deviation_gain)
        self.checked += [found] if check else []
        cells = found.board.cells
        kept, after = (np.log1p(x.transpose(2, 0, 1).reshape(-1)[cells]) for x in (t, found.tariffs))
        means = (spread_of(found.board, x, player)[1] for x in (t, found.tariffs))
        others = [p for p in self.board.players if p != player] or ["its partners"]
        move = Move(direction_of([after - kept]), *means)
        return deviation(player, others, "best response", move, found.equilibria[0].payoff_pct[player])

    def patience(
        self, t: ndarray, punished: Mapping[str, float], lag: int, length: int | None, check: bool = False
    ) -> tuple[Patience, ...]:
        """One Patience a player."""
        kept, found = self.payoff(t), []
        for p in self.board.players:
            found.append(patience_of(p, kept[p], punished[p], lag, length, [self.leaves(p, t, check)]))
        return tuple(found)


def _deepest(
    there: _Period, deal: ndarray, punished: Mapping[str, float], lag: int, length: int | None, discount: float | None
) -> tuple[float | None, str]:
    """The largest part of the way to the deal that the discount factor keeps, by bisection from the deal downwards."""
    if discount is None:
        return None, "no discount factor was given"
    logs = np.log1p(there.world.t), np.log1p(deal)

    def holds(part: float) -> bool:
        t = np.expm1(logs[0] + part * (logs[1] - logs[0]))
        found = there.patience(t, punished, lag, length)
        return all(p.delta is not None and p.delta <= discount for p in found)

    if holds(1.0):
        return 1.0, "the whole deal holds"
    low, high = 0.0, 1.0
    if not holds(1e-6):
        return 0.0, "not even the smallest step towards the deal holds"
    for _ in range(CUTS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
        if high - low < 1e-4:
            break
    return (
        low,
        "part of the way from the base's rates to the deal, in log tau; beyond it some player would rather break it",
    )
