"""Monopolistic competition with a fixed number of firms: Krugman (1980) as in Ossa (2014), with profits and politics.

Firms charge sigma/(sigma − 1) over cost, so that of a sector's sales (sigma − 1)/sigma is wages and 1/sigma profits, with
sigma = 1 + theta. With firms fixed, prices and shares are those of `armington`; what differs is that wages rise with the
sales of a sector by its own labour share, and profits with what is left: a tariff can shift profits between countries.
The unknowns are N log wages and N log earnings (wages and profits).
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.trade.equilibrium import Equilibrium, balance_gap, balance_step
from parley.trade.labour import Labour
from parley.trade.problem import Problem, State, trade_at
from parley.world.world import World

SAYS = "multi-sector monopolistic competition with a fixed number of firms (Krugman 1980 as in Ossa 2014)"
LINKS = False
PROFITS = True


def labour_share(world: World) -> Float[ndarray, "n s"]:
    """(sigma − 1)/sigma = theta/(1 + theta) of sales is wages.  Ossa (2014), §2."""
    return np.broadcast_to(world.theta / (1 + world.theta), world.base.S.shape)


class Iteration:
    """The fixed point in log wages and log earnings of one problem."""

    def __init__(self, problem: Problem) -> None:
        world = problem.world
        self.problem, self.sales = problem, world.base.S.sum(axis=1)
        self.share = np.ascontiguousarray(labour_share(world).T)
        self.wages = (self.share * world.base.S.T).sum(axis=0)
        self.e = np.ascontiguousarray((world.base.E / world.base.E.sum(axis=1, keepdims=True)).T)
        self.minus_theta = -world.theta[:, None]
        self.total = float(self.wages.sum())
        self.damping = 1 / (1 + np.median(world.theta))
        self.labour = Labour(problem.closure, self.wages, world.base.revenue, self.damping)

    def start(self) -> Float[ndarray, " x"]:
        """Wages and earnings as in the baseline."""
        return self.labour.extend(np.concatenate([np.zeros(len(self.sales)), np.log(self.sales)]))

    def from_equilibrium(self, near: Equilibrium) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour: its wages, and its wages and profits together."""
        earned = near.income_new - near.revenue_new - near.export_revenue_new - near.D_new
        return self.labour.extend(np.log(np.concatenate([near.w_hat, earned])), near.L_hat)

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f: wages follow the trade balance, damped by 1/(1 + theta); earnings follow the wages that sales pay."""
        trade, (_, labour, _, f_L, _, residual), (sold_abroad, wages), shift = self._markets(x)
        f_w = balance_step(sold_abroad, trade.imports, trade.D_new)
        f_w -= (self.wages * f_w).sum() / self.total
        with np.errstate(invalid="ignore", divide="ignore"):
            f_Y = np.log(labour / wages)
        return np.concatenate([self.damping * f_w - shift, f_Y - shift, f_L]), residual

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at one iterate."""
        trade, (log_w, labour, L_hat, _, tax, residual), _, _ = self._markets(x)
        log_c = np.broadcast_to(log_w, trade.Phi.shape)
        named = (np.exp(log_w), self.e, log_c, trade.q, trade.Phi, trade.E, trade.income, trade.D_new)
        return State(*named, labour, L_hat, tax, residual)

    def _markets(self, x: Float[ndarray, " x"]):
        """(trade, (log wages, labour income, hours, step of log hours, tax, residual), (exports, wages that sales pay)
        by country, what the numeraire takes off log wages) at one iterate."""
        N = len(self.sales)
        shift = float(np.log((self.wages * np.exp(x[:N])).sum() / self.total))
        log_w, earned = x[:N] - shift, np.exp(x[N : 2 * N] - shift)
        w_hat, L_hat = np.exp(log_w), self.labour.hours(x)
        labour = self.wages * w_hat * L_hat
        trade = trade_at(self.problem, self.e, self.minus_theta, log_w, earned)
        sold, sold_abroad = trade.sold, np.add.reduce(trade.exports)
        wages = np.add.reduce(self.share * sold)
        log_level = (
            (self.e * np.log(trade.Phi) / self.minus_theta).sum(axis=0) if self.labour.closure.elastic else L_hat
        )
        f_L, tax, hours = self.labour.gap(w_hat, L_hat, labour, trade.revenue, log_level)
        gaps = (
            balance_gap(sold_abroad, trade.imports, trade.D_new),
            np.abs(wages / labour - 1),
            np.abs(np.add.reduce(sold) / earned - 1),
        )
        residual = max(hours, *(float(gap.max()) for gap in gaps)) if trade.income.min() > 0 else np.inf
        return trade, (log_w, labour, L_hat, f_L, tax, residual), (sold_abroad, wages), shift


def profits_hat(eq: Equilibrium) -> Float[ndarray, "n s"]:
    """Profits by sector, new over baseline: those of sales, for the number of firms is fixed.  Ossa (2014)."""
    _check(eq)
    sold = (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=0)
    return sold / eq.world.base.S


def government_hat(eq: Equilibrium, weights: Float[ndarray, "n s"]) -> Float[ndarray, " n"]:
    """G_hat[n], G = sum_s lambda[n,s] W[n,s], W[n,s] = (labour income + profits of s + its labour share of revenue)/P.

    Ossa (2014), with lambda of mean 1 over sectors. With all weights 1 it is welfare. For balanced trade.
    """
    _check(eq)
    weights = np.asarray(weights, dtype=float)
    if weights.shape != eq.world.base.S.shape:
        raise InputError("political weights", f"shape {weights.shape}", f"{eq.world.base.S.shape}: country, sector")
    share, sold = labour_share(eq.world), (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=0)
    objectives = []
    for S, revenue in ((eq.world.base.S, eq.world.base.revenue), (sold, eq.revenue_new)):
        labour = share * S
        objectives.append((weights * (S + labour / labour.sum(axis=1, keepdims=True) * revenue[:, None])).sum(axis=1))
    level = eq.income_new / eq.world.base.income / eq.welfare_hat
    return objectives[1] / objectives[0] / level


def _check(eq: Equilibrium) -> None:
    if eq.model != "krugman":
        raise InputError("profits and politics", f"solved by model {eq.model}", "model 'krugman'")
    if eq.export_tax is not None or eq.revenue != "lump_sum":
        raise InputError("profits and politics", "export taxes, or revenue not handed out", "revenue 'lump_sum', none")
