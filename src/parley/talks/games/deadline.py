"""Sign before the deadline, or wait and risk the rate: the probability of enforcement at which each country folds.

The thresholds need payoffs only; the stage gives them: a hub that will levy more, partners that may sign, and what
everybody gets in each case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.frozen import frozen
from parley.rates import Wedges
from parley.talks.deadline_answers import ThresholdPart
from parley.talks.games.signing import MARGIN, Signing, check_p
from parley.talks.objective import welfare_pct
from parley.trade.equilibrium import Equilibrium
from parley.world.accounts import by_sector
from parley.world.world import World

MAX_JOINT = 12  # 2^12 joint choices are enumerated; more countries get bounds
Solve = Callable[[Wedges, Equilibrium | None], Equilibrium]


@dataclass(frozen=True)
class Stakes:
    """What one player gets in each of three ways the deadline can end, percent of welfare; None where no model reaches.

    w_sign: takes the terms. w_wait: does not, and nothing follows. w_rate: does not, and its rate comes.
    rate_now, rate_then: the hub's country rate today and after the deadline, fractions.
    """

    id: str
    rate_now: float | None
    rate_then: float | None
    w_sign: float | None = None
    w_wait: float | None = None
    w_rate: float | None = None
    members: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Threshold:
    """Waiting beats signing iff the probability of enforcement p is below p_star; `decision` says it in one word."""

    stakes: Stakes
    p_star: float | None
    decision: str
    reason: str

    @property
    def cost_pct(self) -> float | None:
        """What the rate costs against waiting unpunished, percent of welfare; positive is a loss."""
        s = self.stakes
        return None if s.w_wait is None or s.w_rate is None else s.w_wait - s.w_rate

    def as_json(self) -> ThresholdPart:
        """What the answer says of one player, and the three payoffs behind them."""
        s = self.stakes
        return {
            "id": s.id,
            "members": list(s.members or (s.id,)),
            "rate_now": s.rate_now,
            "rate_then": s.rate_then,
            "cost_pct": self.cost_pct,
            "p_star": self.p_star,
            "decision": self.decision,
            "reason": self.reason,
            "welfare_pct": {"sign": s.w_sign, "wait": s.w_wait, "rate": s.w_rate},
        }


def threshold(stakes: Stakes, margin: float = MARGIN) -> Threshold:
    """p* = (W_wait − W_sign)/(W_wait − W_rate): (1−p)·W_wait + p·W_rate > W_sign iff p < p*. docs/talks.md.

    decision: signs (at any p), folds (signs iff p ≥ p*), waits (at any p), reversed (the rate is better than waiting),
    indifferent, or unknown (no payoffs: the reason says why).
    """
    if stakes.w_sign is None or stakes.w_wait is None or stakes.w_rate is None:
        return Threshold(stakes, None, "unknown", stakes.reason or "law only: no payoffs from a model")
    gain, risk = stakes.w_wait - stakes.w_sign, stakes.w_wait - stakes.w_rate
    _check(stakes.id, gain, risk)
    p_star, decision, reason = _decide(gain, risk, margin)
    return Threshold(stakes, p_star, decision, reason)


def _decide(gain: float, risk: float, margin: float) -> tuple[float | None, str, str]:
    if risk <= margin:
        return _rate_does_not_hurt(gain, risk, margin)
    if gain <= margin:
        tie = " (equal within the margin)" if gain >= -margin else ""
        return 0.0, "signs", f"signing pays already at p = 0{tie}: waiting, even unpunished, is no better"
    p_star = gain / risk
    if p_star > 1:
        return p_star, "waits", "never signs: even certain enforcement costs less than the terms (p* is above 1)"
    return p_star, "folds", f"signs once enforcement is likelier than {100 * p_star:.1f} %"


def _rate_does_not_hurt(gain: float, risk: float, margin: float) -> tuple[float | None, str, str]:
    words = "the rate does not hurt" + (" (it changes nothing within the margin)" if risk >= -margin else "")
    if gain - risk < -margin:  # W_sign above W_rate, the better of the two ways of waiting
        return 0.0, "signs", f"{words}, and signing pays more at any p"
    if gain > margin:
        return None, "waits", f"{words}: no threat, no threshold; waiting pays more at any p"
    if risk >= -margin:
        return None, "indifferent", f"{words}, and signing equals waiting within the margin"
    return None, "reversed", f"{words}: it pays more than signing, which pays more than waiting unpunished"


def _check(player: str, *numbers: float) -> None:
    if not all(math.isfinite(x) for x in numbers):
        raise InputError(
            f"deadline: {player}", "a payoff that is not finite", "three finite payoffs, or None with a reason"
        )


def thresholds(players: Sequence[Stakes], margin: float = MARGIN) -> tuple[Threshold, ...]:
    """One threshold per player, in the order in which they fold as p rises; who never signs, then the unknown, last."""
    found = [threshold(s, margin) for s in players]
    rank = {"signs": 0, "folds": 1, "indifferent": 2, "reversed": 2, "waits": 3, "unknown": 4}
    return tuple(sorted(found, key=lambda f: (rank[f.decision], f.p_star or 0.0, -(f.cost_pct or 0.0), f.stakes.id)))


def signers(found: Sequence[Threshold], p: float) -> tuple[str, ...]:
    """Those who sign when enforcement has probability p (ties sign)."""
    check_p(p)
    return tuple(
        f.stakes.id for f in found if f.decision == "signs" or (f.decision == "folds" and p >= (f.p_star or 0))
    )


def joint_equilibria(
    players: Sequence[str], gain: Callable[[str, frozenset[str]], float], margin: float = MARGIN
) -> tuple[frozenset[str], ...]:
    """All pure equilibria of the joint game, each as the set of those who sign; at most 12 players, by enumeration.

    gain(j, others): what j gains by signing when exactly `others` sign besides. Ties leave both ways open.
    """
    if len(players) > MAX_JOINT:
        raise InputError(
            "deadline", f"{len(players)} players in the joint game", f"at most {MAX_JOINT}: 2^n choices are tried"
        )
    known: dict[tuple[str, frozenset[str]], float] = {}

    def stays(j: str, signed: frozenset[str]) -> bool:
        key = (j, signed - {j})
        if key not in known:
            known[key] = gain(*key)
        return known[key] >= -margin if j in signed else known[key] <= margin

    sets = (frozenset(c) for size in range(len(players) + 1) for c in combinations(players, size))
    return tuple(signed for signed in sets if all(stays(j, signed) for j in players))


@dataclass(frozen=True, eq=False)
@fixed_fields
class Stage:
    """Wedges if nothing follows (now), if the rates come (then), and if all sign (signed); cells of hub and partners only.

    partners: name → positions of its members; hub likewise. wait: the equilibrium of `now`, where each solve starts.
    """

    world: World
    hub: tuple[str, tuple[int, ...]]
    partners: Mapping[str, tuple[int, ...]]
    now: Wedges
    then: Wedges
    signed: Wedges
    solve: Solve
    wait: Equilibrium

    def wedges(self, signers: frozenset[str], struck: frozenset[str]) -> Wedges:
        """What everybody levies when some sign and the rates come for others."""
        tau_hat, r = self.now.tau_hat.copy("K"), self.now.revenue_share.copy("K")  # sector by sector, as solved
        home = list(self.hub[1])
        for name, state in [*((s, self.signed) for s in signers), *((s, self.then) for s in struck)]:
            own = list(self.partners[name])
            for at in (np.ix_(home, own), np.ix_(own, home)) if state is self.signed else (np.ix_(home, own),):
                tau_hat[at], r[at] = state.tau_hat[at], state.revenue_share[at]
        return Wedges(frozen(tau_hat), frozen(r))

    def outcome(self, signers: frozenset[str], struck: frozenset[str] = frozenset()) -> Equilibrium:
        """The equilibrium when some sign and the rates come for others."""
        if not signers and not struck:
            return self.wait
        return self.solve(self.wedges(signers, struck), self.wait)

    def paid(self, signers: frozenset[str], enforced: bool) -> dict[str, float]:
        """What hub and partners get, percent of welfare: the payoff of the joint game."""
        struck = frozenset(self.partners) - signers if enforced else frozenset()
        return self.welfare(self.outcome(signers, struck))

    def welfare(self, eq: Equilibrium) -> dict[str, float]:
        """Percent change of real income of hub and partners; a union's members together."""
        return {name: welfare_pct(eq, at) for name, at in (self.hub, *self.partners.items())}

    def game(self) -> Signing:
        """The joint game of all partners."""
        return Signing(tuple(self.partners), self.paid)

    def with_terms(self, signed: Wedges) -> Stage:
        """The same deadline with other terms for those who sign."""
        return replace(self, signed=signed)


def stage_of(
    world: World,
    hub: tuple[str, Sequence[int]],
    partners: Mapping[str, Sequence[int]],
    wedges: tuple[Wedges, Wedges, Wedges],
    solve: Solve,
) -> Stage:
    """The Stage of (now, then, signed) wedges; the equilibrium without any signature or rate is solved once."""
    taken = [n for own in (hub[1], *partners.values()) for n in own]
    if not partners or len(set(taken)) < len(taken):
        raise InputError(
            "deadline", "hub and partners share members, or there are none", "partners of their own members"
        )
    fixed = {name: tuple(own) for name, own in partners.items()}
    now, then, signed = (Wedges(*(frozen(by_sector(part)) for part in (w.tau_hat, w.revenue_share))) for w in wedges)
    return Stage(world, (hub[0], tuple(hub[1])), fixed, now, then, signed, solve, solve(now, None))


def stakes_of(stage: Stage, rates: Mapping[str, tuple[float, float]]) -> tuple[list[Stakes], float]:
    """(what each partner gets by signing, waiting unpunished, or being punished, the others still; the worst residual)."""
    found, residual = [], stage.wait.residual
    for name, own in stage.partners.items():
        ends = [stage.outcome(frozenset({name})), stage.wait, stage.outcome(frozenset(), frozenset({name}))]
        residual = max(residual, *(eq.residual for eq in ends))
        members = tuple(stage.world.countries[n] for n in own)
        found.append(Stakes(name, *rates[name], *(welfare_pct(eq, own) for eq in ends), members=members))
    return found, residual


@dataclass(frozen=True)
class Terms:
    """What the hub may ask and offer: the part of own duties that signers give up, and the country rate that they keep.

    signers: who signs at p, the others still. welfare_pct: what the hub then gets on average.
    """

    cut: float
    rate: float | None
    signers: tuple[str, ...]
    welfare_pct: float


def terms_at(
    stage: Stage,
    stakes: Sequence[Stakes],
    alone: Mapping[str, float | None],
    p: float,
    terms: tuple[float, float | None],
) -> Terms:
    """Who signs a stage's terms (cut, rate) at p, each holding the others to waiting, and what the hub then gets on average.

    alone: what each gets by signing them, the others still. stakes: what it gets otherwise.
    """
    signers = []
    for s in stakes:
        signs, wait, rate = alone[s.id], s.w_wait, s.w_rate
        if signs is not None and wait is not None and rate is not None and signs >= (1 - p) * wait + p * rate - MARGIN:
            signers.append(s.id)
    ends = [stage.paid(frozenset(signers), enforced)[stage.hub[0]] for enforced in (False, True)]
    return Terms(*terms, tuple(signers), (1 - p) * ends[0] + p * ends[1])


def with_cut(signed: Wedges, hub: Sequence[int], partners: Mapping[str, Sequence[int]], cut: float) -> Wedges:
    """The wedges in which partners give up a part of their own duties on the hub's goods, in log tau."""
    tau_hat, kept = signed.tau_hat.copy("K"), 1 - signed.revenue_share
    for own in partners.values():
        at = np.ix_(list(own), list(hub))
        tau_hat[at] *= kept[at] ** cut
        kept[at] **= 1 - cut
    return Wedges(frozen(tau_hat), frozen(1 - kept))
