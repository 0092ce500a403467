"""Many sectors with input-output links: Caliendo and Parro (2015). With beta = 1 it is `armington`.

A joint fixed point in (log w, log P, log E): costs from prices, prices from costs, sales and spending from both.
No inner loops; each pass costs three products over [s, n, i] and two over [n, s, k].
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.errors import InputError
from parley.shapes import Float
from parley.trade.certificate import balance_gap, balance_step
from parley.trade.closure import deficits_new
from parley.trade.equilibrium import Equilibrium
from parley.trade.hat import log_cost_hat
from parley.trade.labour import Labour
from parley.trade.problem import Problem
from parley.trade.state import State
from parley.world.world import World

LINKS = True
PROFITS = False


def labour_share(world: World) -> Float[ndarray, "n s"]:
    """The share of sales that is wages: value added."""
    return world.beta


class Iteration:
    """The fixed point in log wages, prices and spending of one problem. Inside: [s, n] throughout."""

    def __init__(self, problem: Problem) -> None:
        world = problem.world
        N, S = len(world.countries), len(world.sectors)
        if world.gamma is None:
            raise InputError(
                "solve, model caliendo_parro",
                f"world {world.name} has no input-output links",
                "a world with links, or model 'armington'",
                "For a packaged world: read_world(name, links=True)",
            )
        gamma = world.gamma
        self.problem, self.shape = problem, (S, N)
        self.VA, self.total = world.base.VA, float(world.base.VA.sum())
        self.beta, self.alpha = np.ascontiguousarray(world.beta.T), np.ascontiguousarray(world.alpha.T)
        self.a = np.ascontiguousarray(gamma * (1 - world.beta)[:, None, :])  # [n, k, s]: k used by s
        self.a_by_user = np.ascontiguousarray(self.a.transpose(0, 2, 1))
        self.minus_theta = -world.theta[:, None]
        self.damping = 1 / (1 + np.median(world.theta))
        self.labour = Labour(problem.closure, self.VA, world.base.revenue, self.damping)

    def start(self) -> Float[ndarray, " x"]:
        """Wages and prices as in the baseline, spending as the shares and links imply it."""
        base = self.problem.world.base
        E = self.alpha * base.income + self._materials(base.S.T)
        return self.labour.extend(np.concatenate([np.zeros(self.shape[1] + self.alpha.size), _log(E).ravel()]))

    def from_equilibrium(self, near: Equilibrium) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour."""
        hats = np.log(near.w_hat), np.log(near.P_hat.T).ravel(), _log(near.E_new.T).ravel()
        return self.labour.extend(np.concatenate(hats), near.L_hat)

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f of the joint fixed point, wages damped by 1/(1 + theta); and the residual."""
        f, (residual, *_) = self._pass(x)
        return f, residual

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at one iterate."""
        _, (residual, w_hat, log_c, q, Phi, E, income, D_new, labour, L_hat, tax) = self._pass(x)
        return State(w_hat, self.alpha, log_c, q, Phi, E, income, D_new, labour, L_hat, tax, residual)

    def _pass(self, x: Float[ndarray, " x"]):
        """(f, (residual, and what a State holds)) at one iterate."""
        (S, N), problem = self.shape, self.problem
        shift = float(np.log((self.VA * np.exp(x[:N])).sum() / self.total))  # the numeraire: world labour income
        x = x - shift
        log_w, log_P, log_E = x[:N], x[N : N + S * N].reshape(S, N), x[N + S * N : N + 2 * S * N].reshape(S, N)
        w_hat, L_hat, E = np.exp(log_w), self.labour.hours(x, shift), np.exp(log_E)
        labour = self.VA * w_hat * L_hat
        log_c = log_cost_hat(log_w, log_P, self.beta, self.a_by_user)
        q = np.exp(self.minus_theta * log_c)
        Phi, bought = np.matmul(problem.K, q[:, :, None])[:, :, 0], np.matmul(problem.net, q[:, :, None])[:, :, 0]
        per_unit = E / Phi
        bought *= per_unit
        own = problem.own * q
        own *= per_unit
        sold = np.matmul(per_unit[:, None, :], problem.net)[:, 0]
        sold *= q
        sold_abroad, bought_abroad = np.add.reduce(sold), np.add.reduce(bought)
        sold += own
        own += bought  # what of spending is not duty
        revenue = np.add.reduce(E - own)
        if problem.taxed is not None:
            collected = np.einsum("sni,sni,sn->si", problem.taxed, problem.K, per_unit) * q
            sold, revenue = sold - collected, revenue + collected.sum(axis=0)
        D_new = deficits_new(labour + revenue, w_hat, problem.world, problem.closure)
        income = labour + revenue + D_new
        E_next = self.alpha * income
        E_next += self._materials(sold)
        log_level = (self.alpha * log_P).sum(axis=0) if self.labour.closure.elastic else L_hat
        f_L, tax, hours = self.labour.gap(w_hat, L_hat, labour, revenue, log_level)
        f = np.empty(x.size)
        f_P, f_E = f[N : N + S * N].reshape(S, N), f[N + S * N : N + 2 * S * N].reshape(S, N)
        f[:N] = self.damping * balance_step(sold_abroad, bought_abroad, D_new)
        np.subtract(np.log(Phi) / self.minus_theta, log_P, out=f_P)
        np.subtract(_log(E_next), log_E, out=f_E)
        gaps = (
            balance_gap(sold_abroad, bought_abroad, D_new),
            np.abs(np.add.reduce(self.beta * sold) - labour) / labour,
            np.add.reduce(np.abs(E_next - E)) / labour,
            np.abs(f_P),
        )
        residual = max(hours, *(float(gap.max()) for gap in gaps)) if income.min() > 0 else np.inf
        f[: N + 2 * S * N] -= shift
        f[N + 2 * S * N :] = f_L
        return f, (residual, w_hat, log_c, q, Phi, E, income, D_new, labour, L_hat, tax)

    def _materials(self, sold: Float[ndarray, "s n"]) -> Float[ndarray, "s n"]:
        """M[k,n] = sum_s a[n,k,s] S[s,n]."""
        return np.matmul(self.a, sold.T[:, :, None])[:, :, 0].T


def _log(values: Float[ndarray, "s n"]) -> Float[ndarray, "s n"]:
    """log, with a floor far below any money: a sector that nobody buys stays at the floor and weighs nothing."""
    return np.log(np.maximum(values, 1e-250))
