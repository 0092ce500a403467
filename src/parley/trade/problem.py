"""One scenario made ready to solve: powers taken once, matrices laid out sector by sector."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.rates import Wedges
from parley.trade.closure import BALANCED, DEFICITS, REVENUES, Closure
from parley.trade.hat import shocked_shares
from parley.trade.shocks import Shocks
from parley.world.world import World

__all__ = ["BALANCED", "DEFICITS", "REVENUES", "Problem", "part_of", "prepare"]


@dataclass(frozen=True, eq=False)
class Problem:
    """A world and a change, as the solver wants them. [s, n, i]: sector, buyer, seller.

    K: shares at new wedges and old costs. net: K (1 − r) of foreign sellers, what of a buyer's unit reaches their border.
    own: the diagonal of K. r: duty's share of spending in the new state. taxed: the export tax in it; None where none.
    """

    world: World
    wedges: Wedges
    shocks: Shocks
    closure: Closure
    K: Float[ndarray, "s n i"]
    net: Float[ndarray, "s n i"]
    own: Float[ndarray, "s n"]
    r: Float[ndarray, "s n i"]
    taxed: Float[ndarray, "s n i"] | None

    @property
    def deficits(self) -> str:
        """The closure of deficits, by name."""
        return self.closure.deficits


def prepare(world: World, wedges: Wedges, closure: Closure, shocks: Shocks | None = None) -> Problem:
    """The Problem of a world under new wedges and, if given, other changes."""
    shocks, own = shocks or Shocks(), np.arange(len(world.countries))
    pi, r = _weights(world, shocks), wedges.revenue_share.transpose(2, 0, 1)
    K = shocked_shares(pi, shocks.factor(wedges.tau_hat).transpose(2, 0, 1), world.theta)
    unused = np.nonzero(world.base.E.T == 0)  # their price follows the own cost; the weight of that price is zero
    K[(*unused, unused[1])] = 1.0
    net = np.subtract(1.0, r)
    taxed = None
    if shocks.export_tax is not None:
        rate = shocks.export_tax.transpose(2, 0, 1)
        taxed = net * rate / (1 + rate)
    net *= K
    net[:, own, own] = 0.0
    return Problem(world, wedges, shocks, closure, K, net, K[:, own, own], r, taxed)


def part_of(problem: Problem, part: float) -> Problem:
    """The Problem of a part of the change: log wedges, duty shares, rates and transfers are scaled together."""
    r_base = problem.world.t / (1 + problem.world.t)
    r = r_base + part * (problem.wedges.revenue_share - r_base)
    wedges = replace(problem.wedges, tau_hat=problem.wedges.tau_hat**part, revenue_share=r)
    return prepare(problem.world, wedges, problem.closure.part(part), problem.shocks.part(part))


def _weights(world: World, shocks: Shocks) -> Float[ndarray, "s n i"]:
    """Baseline shares, moved by the demand shift and brought back to their sum."""
    pi = world.base.pi.transpose(2, 0, 1)
    if shocks.demand_hat is None:
        return pi
    moved = pi * shocks.demand_hat.transpose(2, 0, 1)
    total = moved.sum(axis=2, keepdims=True)
    return moved / np.where(total > 0, total, 1.0)
