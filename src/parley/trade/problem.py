"""One scenario made ready to solve: powers taken once, matrices laid out sector by sector; and what a model says of one iterate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.rates import Wedges
from parley.trade.closure import Closure, income
from parley.trade.hat import shocked_shares
from parley.trade.shocks import Shocks
from parley.world.world import World


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


@dataclass(frozen=True, eq=False)
class Trade:
    """Flows at one iterate. exports: at the border, by sector and seller; own: sold at home; imports: before duty.

    collected: export taxes by seller and sector. revenue: all duties and export taxes. E: spending by sector.
    """

    q: Float[ndarray, "s n"]
    Phi: Float[ndarray, "s n"]
    exports: Float[ndarray, "s i"]
    own: Float[ndarray, "s i"]
    imports: Float[ndarray, " n"]
    collected: Float[ndarray, "s i"] | None
    income: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]
    revenue: Float[ndarray, " n"]
    E: Float[ndarray, "s n"]

    @property
    def sold(self) -> Float[ndarray, "s i"]:
        """Sales that sellers keep: before duties and export taxes."""
        total = self.exports + self.own
        return total if self.collected is None else total - self.collected


def trade_at(
    problem: Problem,
    e: Float[ndarray, "s n"],
    minus_theta: Float[ndarray, "s 1"],
    log_w: Float[ndarray, " n"],
    earned: Float[ndarray, " n"],
) -> Trade:
    """The Trade at wages log_w and earnings (wages, and profits if any), spent in shares e over sectors."""
    q = np.exp(minus_theta * log_w)
    Phi, foreign = np.matmul(problem.K, q[:, :, None])[:, :, 0], np.matmul(problem.net, q[:, :, None])[:, :, 0]
    per_unit = e / Phi
    import_share = np.add.reduce(per_unit * foreign)
    own = problem.own * q
    own *= per_unit
    kept = np.add.reduce(own) + import_share
    taxed, by_sector = _taxed(problem, per_unit, q)
    total, D_new = income(earned, kept, np.exp(log_w), problem.world, problem.closure, taxed)
    per_unit *= total
    exports = np.matmul(per_unit[:, None, :], problem.net)[:, 0]
    exports *= q
    own *= total
    revenue = total * (1 - kept)
    collected = None
    if by_sector is not None:
        collected = (by_sector * total[:, None]).sum(axis=1)
        revenue = revenue + collected.sum(axis=0)
    return Trade(q, Phi, exports, own, import_share * total, collected, total, D_new, revenue, e * total)


def _taxed(
    problem: Problem, per_unit: Float[ndarray, "s n"], q: Float[ndarray, "s i"]
) -> tuple[Float[ndarray, "i n"] | None, Float[ndarray, "s n i"] | None]:
    """(export tax of i in a unit of n's spending, the same by sector), or None twice."""
    if problem.taxed is None:
        return None, None
    by_sector = problem.taxed * problem.K * q[:, None, :] * per_unit[:, :, None]
    return by_sector.sum(axis=0).T, by_sector


@dataclass(frozen=True, eq=False)
class State:
    """A model's quantities at one iterate, sector by sector ([s, n]), in units of the world's labour income.

    alpha: shares of final spending that the model uses. q = c_hat^(−theta). Phi = P_hat^(−theta). labour: labour
    income. L_hat: labour. tax: on labour. residual: the largest gap of any market or price at this iterate.
    """

    w_hat: Float[ndarray, " n"]
    alpha: Float[ndarray, "s n"]
    log_c: Float[ndarray, "s n"]
    q: Float[ndarray, "s n"]
    Phi: Float[ndarray, "s n"]
    E_new: Float[ndarray, "s n"]
    income: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]
    labour: Float[ndarray, " n"]
    L_hat: Float[ndarray, " n"]
    tax: Float[ndarray, " n"]
    residual: float
