"""Wages that do not fall below a floor in the money of an anchor: who would have to take less is out of work.

After Rodríguez-Clare, Ulate and Vásquez (2020, downward nominal wage rigidity), one period: with e what a unit of the
numeraire is worth in the anchor's money,

    w_hat e >= delta,   L_hat <= 1,   (w_hat e − delta)(1 − L_hat) = 0

The anchor is the numeraire of `solve`: world labour, or a country whose own wage is 1. delta and the anchor are the user's
assumptions. An iterate holds what a base hour earns, w L: the wage is that or the floor, and hours are what is left. Real
income counts no leisure. Hours that respond to the wage are refused beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy import ndarray

from parley.arguments import checked_fields
from parley.array_types import Float
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.frozen import frozen
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "closures"
SAYS = "wages do not fall below a floor in the money of the numeraire; hours fall instead"
SOURCE = "after Rodríguez-Clare, Ulate and Vásquez (2020)"
ASSUMES = "the floor, and the anchor in whose money it holds"
ADJOINT = False
MODELS = ("armington", "caliendo_parro")


@checked_fields
@dataclass(frozen=True)
@fixed_fields
class Choice:
    """delta: the floor, new wage over old, of every country; by_country: other floors, 0 for none."""

    delta: float = 1.0
    by_country: Mapping[str, float] = field(default_factory=dict)

    def settled(self, world: World) -> Filled:
        """Floors [n], checked. At 1 no wage may fall."""
        for country in self.by_country:
            world.index(country)
        floor = np.array([self.by_country.get(country, self.delta) for country in world.countries], dtype=float)
        if not np.all((floor >= 0) & (floor <= 1)):
            raise InputError(
                "solve, wage_floor", f"a floor is {floor.max():.6g}", "from 0 (none) to 1 (no wage may fall)"
            )
        return {"floor": frozen(floor)}


class Floor:
    """Wages from what a base hour earns: the floor binds where that is less."""

    def __init__(self, floor: Float[ndarray, " n"], numeraire: int | None, wage_bill: Float[ndarray, " n"]) -> None:
        with np.errstate(divide="ignore"):
            self.log_floor = np.log(floor)
        self.numeraire, self.wage_bill, self.total = numeraire, wage_bill, float(wage_bill.sum())

    def wages(self, log_earned: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        """log w_hat: what a base hour earns, or the floor in the anchor's money."""
        level = 0.0 if self.numeraire is None else log_earned[self.numeraire]
        return np.maximum(log_earned, self.log_floor + level)

    def shift(self, log_earned: Float[ndarray, " n"]) -> float:
        """What to take off so that the world's wage bill at base hours is that of the baseline."""
        if self.numeraire is not None:
            return float(np.log((self.wage_bill * np.exp(self.wages(log_earned))).sum() / self.total))
        order = np.argsort(log_earned - self.log_floor)  # who is bound first
        held, free = ((self.wage_bill * np.exp(part))[order] for part in (self.log_floor, log_earned))
        left = self.total - (np.cumsum(held) - held)  # for each and all after it, where who is before it is bound
        return -float(np.log((left / np.cumsum(free[::-1])[::-1]).min()))  # the bill is the largest of these pieces
