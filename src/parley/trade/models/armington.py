"""Many sectors, no links: Armington, or Eaton and Kortum (2002) with sectors. Costinot and Rodríguez-Clare (2014).

With c_hat = w_hat and no materials everything follows from wages alone: prices and shares, then income in closed form
(what is spent and is not duty equals labour income plus deficit), then trade. The unknowns are N log wages.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.closure import Labour
from parley.trade.equilibrium import Equilibrium, balance_gap, balance_step
from parley.trade.problem import Problem, State, trade_at
from parley.world.world import World

SAYS = (
    "multi-sector Armington/Eaton–Kortum without input-output links "
    "(Costinot and Rodríguez-Clare 2014; Caliendo and Parro 2015 with beta = 1)"
)
LINKS = False
PROFITS = False


def labour_share(world: World) -> Float[ndarray, "n s"]:
    """The share of sales that is wages: all of it."""
    return np.ones_like(world.base.S)


class Iteration:
    """The fixed point in log wages of one problem."""

    def __init__(self, problem: Problem) -> None:
        world = problem.world
        self.problem, self.VA, self.total = problem, world.base.VA, float(world.base.VA.sum())
        self.e = np.ascontiguousarray((world.base.E / world.base.E.sum(axis=1, keepdims=True)).T)
        self.minus_theta = -world.theta[:, None]
        self.damping = 1 / (1 + np.median(world.theta))
        self.labour = Labour(problem.closure, self.VA, world.base.revenue, self.damping)

    def start(self) -> Float[ndarray, " x"]:
        """Wages as in the baseline."""
        return self.labour.extend(np.zeros(len(self.VA)))

    def from_equilibrium(self, near: Equilibrium) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour."""
        return self.labour.extend(np.log(near.w_hat), near.L_hat)

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f = log(exports + lent) − log(imports + borrowed), damped by 1/(1 + theta); and the residual."""
        trade, (_, _, _, f_L, _, residual), sold = self._markets(x)
        f = balance_step(sold, trade.imports, trade.D_new)
        f -= (self.VA * f).sum() / self.total
        f *= self.damping
        return np.concatenate([f, f_L]) if len(f_L) else f, residual

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at wages exp(x)."""
        trade, (log_w, labour, L_hat, _, tax, residual), _ = self._markets(x)
        log_c = np.broadcast_to(log_w, trade.Phi.shape)
        named = (np.exp(log_w), self.e, log_c, trade.q, trade.Phi, trade.E, trade.income, trade.D_new)
        return State(*named, labour, L_hat, tax, residual)

    def _markets(self, x: Float[ndarray, " x"]):
        """(trade, (log wages, labour income, hours, step of log hours, tax, residual), exports by country)."""
        log_w = x[: len(self.VA)]
        log_w = log_w - np.log((self.VA * np.exp(log_w)).sum() / self.total)
        w_hat, L_hat = np.exp(log_w), self.labour.hours(x)
        labour = self.VA * w_hat * L_hat
        trade = trade_at(self.problem, self.e, self.minus_theta, log_w, labour)
        sold = np.add.reduce(trade.exports)
        log_level = (
            (self.e * np.log(trade.Phi) / self.minus_theta).sum(axis=0) if self.labour.closure.elastic else L_hat
        )
        f_L, tax, hours = self.labour.gap(w_hat, L_hat, labour, trade.revenue, log_level)
        gap = balance_gap(sold, trade.imports, trade.D_new)
        residual = max(float(gap.max()), hours) if trade.income.min() > 0 else np.inf
        return trade, (log_w, labour, L_hat, f_L, tax, residual), sold
