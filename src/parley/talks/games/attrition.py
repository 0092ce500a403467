"""Who can hold out longer: flow costs from a model, prizes and audience costs as the user's assumptions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.talks.answers import AttritionPart

NODES = 96  # of the quadrature over all time; the integrands are smooth: exact to nine digits where a formula is known
ASSUMED = "prizes and audience costs are assumptions of the user; no data identify them"


@dataclass(frozen=True)
class Side:
    """One side of a war of attrition, in percent of a year's welfare.

    cost: what a month of holding out loses, from the model. prize: what it wins if the other yields, assumed.
    audience: by how much yielding grows dearer a month, assumed.
    """

    id: str
    cost: float
    prize: float
    audience: float = 0.0


@dataclass(frozen=True)
@fixed_fields
class Attrition:
    """What follows: who can last how long, and the equilibrium in which both may yield at any time.

    patience: months after which the costs borne exceed the prize, even if won. yields: chance a month that a side yields at
    the start, in the mixed equilibrium. first: chance that it is the one to yield. months: expected length.
    """

    sides: tuple[Side, Side]
    patience: Mapping[str, float | None]
    yields: Mapping[str, float | None]
    first: Mapping[str, float | None]
    months: float | None
    median: float | None
    reason: str

    def as_json(self) -> AttritionPart:
        """What the model gave and what was assumed, apart; then what follows."""
        return {
            "players": [s.id for s in self.sides],
            "from_the_model": {s.id: {"cost_pct_a_month": s.cost} for s in self.sides},
            "assumed": {s.id: {"prize_pct": s.prize, "audience_pct_a_month": s.audience} for s in self.sides},
            "assumption": ASSUMED,
            "patience_months": dict(self.patience),
            "pure_equilibria": [
                {"yields_at_once": s.id, "because": f"{o.id} is believed never to yield"}
                for s, o in _pairs(self.sides) if s.cost > 0
            ],
            "mixed_equilibrium": {
                "yields_a_month": dict(self.yields), "yields_first": dict(self.first),
                "expected_months": self.months, "median_months": self.median,
            },
            "reason": self.reason,
            "unit": "percent of a year's welfare; no discounting",
        }  # fmt: skip


def _pairs(sides: tuple[Side, Side]) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
    return sides, (sides[1], sides[0])


def attrition(first: Side, second: Side) -> Attrition:
    """The war of attrition of two sides with known costs. Maynard Smith (1974); Hendricks, Weiss and Wilson (1988).

    Yielding at t costs the audience a_i t (Fearon 1994). Side i is indifferent between yielding now and an instant later
    if the other yields at the rate h_j(t) = (c_i + a_i)/(v_i + a_i t): what waiting costs over what winning is worth.
    """
    for side in (first, second):
        _check(side)
    sides = first, second
    patience = {s.id: s.prize / s.cost if s.cost > 0 else None for s in sides}
    idle = [s.id for s in sides if s.cost <= 0]
    if idle:
        none = dict.fromkeys((s.id for s in sides), None)
        words = (
            f"holding out costs {' and '.join(idle)} nothing: it never yields, and the other had better do so at once"
        )
        return Attrition(sides, patience, none, none, None, None, words)
    yields = {s.id: (o.cost + o.audience) / o.prize for s, o in _pairs(sides)}
    t, weight = _all_time(min(s.prize / (s.cost + s.audience) for s in sides))
    alive = np.exp(-_borne(first, t) - _borne(second, t))
    both = [weight @ (_hazard(o, t) * alive) for s, o in _pairs(sides)]
    chance = {s.id: float(b / sum(both)) for s, b in zip(sides, both, strict=True)}
    words = "each yields just often enough to keep the other in doubt; the side with more to win, or less to lose, yields less"
    return Attrition(sides, patience, yields, chance, float(weight @ alive), _median(sides), words)


def _check(side: Side) -> None:
    if not all(map(math.isfinite, (side.cost, side.prize, side.audience))):
        raise InputError(f"attrition: {side.id}", "a number that is not finite", "finite cost, prize and audience cost")
    if side.prize <= 0 or side.audience < 0:
        found = f"prize {side.prize}, audience cost {side.audience}"
        raise InputError(
            f"attrition: {side.id}", found, "a prize above 0 and an audience cost of 0 or more, in percent"
        )


def _hazard(side: Side, t: Float[ndarray, " q"]) -> Float[ndarray, " q"]:
    """The rate at which the *other* yields, so that this side is indifferent."""
    return (side.cost + side.audience) / (side.prize + side.audience * t)


def _borne(side: Side, t: Float[ndarray, " q"]) -> Float[ndarray, " q"]:
    """The integral of that rate from 0 to t."""
    if side.audience == 0:
        return side.cost * t / side.prize
    return (side.cost + side.audience) / side.audience * np.log1p(side.audience * t / side.prize)


def _all_time(scale: float) -> tuple[Float[ndarray, " q"], Float[ndarray, " q"]]:
    """(nodes, weights) for integrals over t from 0 to infinity: Gauss–Legendre in x with t = scale x/(1 − x)."""
    x, w = _nodes()
    return scale * x / (1 - x), scale * w / (1 - x) ** 2


@cache
def _nodes() -> tuple[Float[ndarray, " q"], Float[ndarray, " q"]]:
    x, w = np.polynomial.legendre.leggauss(NODES)
    return (x + 1) / 2, w / 2


def _median(sides: tuple[Side, Side]) -> float:
    """The month by which the conflict is over with a chance of one half, by bisection."""

    def over(t: float) -> bool:
        return float(sum(_borne(s, np.array([t]))[0] for s in sides)) >= math.log(2)

    low, high = 0.0, 1.0
    while not over(high):
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if over(middle) else (middle, high)
    return high
