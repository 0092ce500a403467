"""Many sectors, no links: Armington, or Eaton and Kortum (2002) with sectors. Costinot and Rodríguez-Clare (2014).

With c_hat = w_hat and no materials everything follows from wages alone: prices and shares, then income in closed form
(what is spent and is not duty equals labour income plus deficit), then trade. The unknowns are N log wages.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.closures.external_scale import Scale
from parley.trade.equilibrium import Equilibrium, balance_gap, balance_step
from parley.trade.labour import Labour, floor_of
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
        self.closure, self.capital = problem.closure, problem.closure.capital
        self.plain = not problem.closure.chosen
        spent = np.ascontiguousarray((world.base.E / world.base.E.sum(axis=1, keepdims=True)).T)
        self.e = spent if self.capital is None else self.capital.consumed
        self.minus_theta = -world.theta[:, None]
        self.damping = 1 / (1 + np.median(world.theta))
        self.labour = Labour(problem.closure, self.VA, world.base.revenue, self.damping)
        self.floor = floor_of(problem.closure, self.VA)
        psi, share = problem.closure.scale, labour_share(world)
        self.scale = Scale(psi, world, share, problem.closure.local) if psi else None

    def start(self) -> Float[ndarray, " x"]:
        """Wages, the rental of capital where it adjusts, and bundles of inputs where they have scale, as in the baseline."""
        found = np.zeros(len(self.VA) * (1 if self.capital is None else 2))
        return self.labour.extend(found if self.scale is None else np.concatenate([found, self.scale.start()]))

    def from_equilibrium(self, near: Equilibrium) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour."""
        earned = np.log(near.w_hat if self.floor is None else near.w_hat * near.L_hat)
        if self.scale is not None:
            earned = np.concatenate([earned, self.scale.of(earned, np.log(near.c_hat.T))])
        if self.capital is None:
            return self.labour.extend(earned, near.L_hat)
        return np.concatenate([earned, self.capital.log_price(np.log(near.P_hat.T))])

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f = log(exports + lent) − log(imports + borrowed), damped by 1/(1 + theta); and the residual."""
        trade, (_, _, _, f_more, _, residual), sold, _ = self._markets(x)
        f = balance_step(sold, trade.imports, trade.D_new)
        f -= (self.VA * f).sum() / self.total
        f *= self.damping
        return np.concatenate([f, f_more]) if len(f_more) else f, residual

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at wages exp(x)."""
        trade, (log_w, labour, L_hat, _, tax, residual), _, (log_v, entry) = self._markets(x)
        log_c = np.broadcast_to(log_v, trade.Phi.shape)
        named = (np.exp(log_w), self.e, log_c, trade.q, trade.Phi, trade.E, trade.income, trade.D_new)
        return State(*named, labour, L_hat, tax, residual, entry)

    def _markets(self, x: Float[ndarray, " x"]):
        """(trade, (log wages, labour income, hours, step of what is beside wages, tax, residual), exports by country,
        (log cost of value added, entry))."""
        log_w = x[: len(self.VA)]
        if self.floor is None:
            shift = np.log((self.VA * np.exp(log_w)).sum() / self.total)
            log_w = log_w - shift
            w_hat = np.exp(log_w)
            L_hat = 1 / w_hat if self.closure.held else self.labour.hours(x)
        else:
            shift = self.floor.shift(log_w)
            log_w, earned = self.floor.wages(log_w - shift), np.exp(log_w - shift)
            w_hat = np.exp(log_w)
            L_hat = earned / w_hat
        labour = self.VA * w_hat * L_hat
        log_v, tilt = (log_w, None) if self.plain else self._cost(x, shift, log_w, labour)
        trade = trade_at(self.problem, self.e, self.minus_theta, log_w, labour, log_v, tilt)
        sold, entry, log_P = np.add.reduce(trade.exports), None, np.zeros_like(trade.Phi)
        if self.closure.elastic or self.capital is not None:
            log_P = np.log(trade.Phi) / self.minus_theta
        if self.closure.pass_through is not None:
            entry = (1 - self.closure.pass_through) * (np.log(trade.income / self.problem.world.base.income) - log_w)
            log_P = log_P + entry
        log_level = (self.e * log_P).sum(axis=0) if self.closure.elastic else L_hat
        f_more, tax, hours = self.labour.gap(w_hat, L_hat, labour, trade.revenue, log_level)
        if self.capital is not None:
            f_more = self.capital.log_price(log_P) - (x[len(self.VA) :] - shift)
            hours = float(np.abs(f_more).max())
        if self.scale is not None:
            lacks = self.scale.gap(self._bundles(x), log_w, trade.sold + trade.services)
            f_more, hours = np.concatenate([lacks.ravel(), f_more]), max(hours, float(np.abs(lacks).max()))
        gap = balance_gap(sold, trade.imports, trade.D_new)
        residual = max(float(gap.max()), hours) if trade.income.min() > 0 else np.inf
        return trade, (log_w, labour, L_hat, f_more, tax, residual), sold, (log_v, entry)

    def _bundles(self, x: Float[ndarray, " x"]) -> Float[ndarray, "s n"]:
        return x[len(self.VA) : -len(self.VA)].reshape(self.e.shape)

    def _cost(self, x: ndarray, shift: float, log_w: ndarray, labour: ndarray):
        """(log cost of value added, what investment adds to spending by sector or None) where a closure says more."""
        if self.scale is not None:
            return log_w - self.scale.psi * self._bundles(x), None
        if self.capital is None:
            return log_w, None
        log_r = x[len(self.VA) :] - shift
        return self.capital.log_cost(log_w, log_r), self.capital.tilt * labour
