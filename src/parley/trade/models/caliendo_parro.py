"""Many sectors with input-output links: Caliendo and Parro (2015). With beta = 1 it is `armington`.

A joint fixed point in (log w, log P, log E): costs from prices, prices from costs, sales and spending from both.
No inner loops; each pass costs three products over [s, n, i] and two over [n, s, k].
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.errors import InputError
from parley.shapes import Float
from parley.trade.certificate import balance_gap
from parley.trade.closure import deficits_new
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
        self.problem, self.VA, self.shape = problem, world.base.VA, (S, N)
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

    def from_state(
        self, w_hat: Float[ndarray, " n"], P_hat: Float[ndarray, "n s"], E_new: Float[ndarray, "n s"]
    ) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour."""
        return self.labour.extend(np.concatenate([np.log(w_hat), np.log(P_hat.T).ravel(), _log(E_new.T).ravel()]))

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f of the joint fixed point, wages damped by 1/(1 + theta); and the residual."""
        f, state = self._pass(x)
        return f, state.residual

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at one iterate."""
        return self._pass(x)[1]

    def _pass(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], State]:
        S, N = self.shape
        log_w, log_P, log_E = x[:N], x[N : N + S * N].reshape(S, N), x[N + S * N : N + 2 * S * N].reshape(S, N)
        shift = np.log((self.VA * np.exp(log_w)).sum() / self.VA.sum())  # the numeraire: world labour income
        log_w, log_P, log_E = log_w - shift, log_P - shift, log_E - shift
        w_hat, L_hat, E = np.exp(log_w), self.labour.hours(x), np.exp(log_E)
        labour = self.VA * w_hat * L_hat
        log_c = log_cost_hat(log_w, log_P, self.beta, self.a_by_user)
        q = np.exp(self.minus_theta * log_c)
        sums = np.matmul(self.problem.stack, q[:, :, None])[:, :, 0]
        Phi, foreign, own = sums[:, :N], sums[:, N:], self.problem.own * q
        per_unit = E / Phi
        exports = np.matmul(per_unit[:, None, :], self.problem.net)[:, 0] * q
        sold = exports + own * per_unit
        revenue = (E - (own + foreign) * per_unit).sum(axis=0)
        if self.problem.taxed is not None:
            collected = np.einsum("sni,sni,sn->si", self.problem.taxed, self.problem.K, per_unit) * q
            sold, revenue = sold - collected, revenue + collected.sum(axis=0)
        D_new = deficits_new(labour + revenue, w_hat, self.problem.world, self.problem.closure)
        income = labour + revenue + D_new
        E_next = self.alpha * income + self._materials(sold)
        sold_abroad, bought_abroad = exports.sum(axis=0), (foreign * per_unit).sum(axis=0)
        f_w = np.log((sold_abroad + np.maximum(D_new, 0)) / (bought_abroad + np.maximum(-D_new, 0)))
        f_P, f_E = np.log(Phi) / self.minus_theta - log_P, _log(E_next) - log_E
        f_L, tax, hours = self.labour.gap(w_hat, L_hat, labour, revenue, (self.alpha * log_P).sum(axis=0))
        f = np.concatenate([self.damping * f_w - shift, f_P.ravel() - shift, f_E.ravel() - shift, f_L])
        gaps = (
            balance_gap(sold_abroad, bought_abroad, D_new),
            np.abs((self.beta * sold).sum(axis=0) - labour) / labour,
            np.abs(E_next - E).sum(axis=0) / labour,
            np.abs(f_P),
        )
        residual = max(hours, *(float(gap.max()) for gap in gaps))
        if not income.min() > 0:
            residual = np.inf
        return f, State(w_hat, self.alpha, log_c, q, Phi, E, income, D_new, labour, L_hat, tax, residual)

    def _materials(self, sold: Float[ndarray, "s n"]) -> Float[ndarray, "s n"]:
        """M[k,n] = sum_s a[n,k,s] S[s,n]."""
        return np.matmul(self.a, sold.T[:, :, None])[:, :, 0].T


def _log(values: Float[ndarray, "s n"]) -> Float[ndarray, "s n"]:
    """log, with a floor far below any money: a sector that nobody buys stays at the floor and weighs nothing."""
    return np.log(np.maximum(values, 1e-250))
