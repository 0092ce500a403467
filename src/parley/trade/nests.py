"""Trade at given wages where costs follow wages alone: prices, shares and flows of every nest in three products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.closure import income
from parley.trade.problem import Problem


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
