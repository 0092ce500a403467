"""Sign before the deadline, or wait and risk the rate: the probability of enforcement at which each country folds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from parley.errors import InputError
from parley.talks.deadline_answers import ThresholdPart

MARGIN = 1e-9  # percent of welfare; differences up to it are ties
MAX_JOINT = 12  # 2^12 joint choices are enumerated; more countries get bounds


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
    if not 0 <= p <= 1:
        raise InputError("deadline: p", f"{p}", "a probability from 0 to 1")
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
