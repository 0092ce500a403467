"""Best replies by first-order conditions: from an equilibrium and its shadow values to the rates set next."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.talks.board import Board
from parley.talks.shadow import shadow_values
from parley.trade.equilibrium import Equilibrium

INNER = 4  # refinements of kappa at fixed shares and values: more of them save no further equilibrium
Bounds = tuple[float, float]


def objective_weights(board: Board, eq: Equilibrium) -> Float[ndarray, "k n"]:
    """Each player's weights on log W of its members, so that the sum's slope is that of its payoff.

    The payoff is sum_n I[n] W_hat[n] / sum_n I[n] over members, I baseline income; for a single country that is W_hat.
    """
    weights = np.zeros((len(board.players), len(board.world.countries)))
    for k, own in enumerate(board.members):
        n = list(own)
        real = board.world.base.income[n] * eq.welfare_hat[n]
        weights[k, n] = real / real.sum()
    return weights


def payoffs(board: Board, welfare_hat: Float[ndarray, " n"]) -> Float[ndarray, " k"]:
    """Each player's payoff as a factor: real income of its members after over before, weighted by baseline income."""
    income = board.world.base.income
    return np.array([(income[list(n)] * welfare_hat[list(n)]).sum() / income[list(n)].sum() for n in board.members])


def best_replies(board: Board, eq: Equilibrium, log_tau: Float[ndarray, " g"], bounds: Bounds) -> Float[ndarray, " g"]:
    """log tau that the first-order condition asks of every rate, at the equilibrium's shares and shadow values.

    tau[g] = sum_g E pi sigma (rho − v) / sum_g E pi (theta dbar + m/E), over the cells of the rate; of one cell
    that is (rho − v)/kappa. dbar holds tau itself: it is refined with shares and values fixed.  Method §5.
    """
    pi, E, gap, m = _seen_by_owner(board, eq)
    theta = eq.world.theta
    cells, group = board.cells, board.group
    s = cells // (gap.size)
    ni = cells % gap.size
    _n, sn = ni // gap.shape[1], cells // gap.shape[1]
    weight = (E[:, :, None] * pi).reshape(-1)[cells]
    worth = gap.reshape(-1)[ni]
    top = board.total(weight * (1 + theta)[s] * worth)
    bottom_m = board.total(weight * (m / E).reshape(-1)[sn])
    d = pi * gap * (1 - eq.wedges.revenue_share.transpose(2, 0, 1))
    fixed = d.sum(axis=2).reshape(-1) - np.bincount(sn, d.reshape(-1)[cells], minlength=E.size)
    part = pi.reshape(-1)[cells] * worth
    new = log_tau
    for _ in range(INNER):
        dbar = fixed + np.bincount(sn, part * np.exp(-new)[group], minlength=E.size)
        bottom = bottom_m + board.total(weight * theta[s] * dbar[sn])
        new = _ratio(top, bottom, log_tau, bounds)
    return new


def _ratio(
    top: Float[ndarray, " g"], bottom: Float[ndarray, " g"], log_tau: Float[ndarray, " g"], bounds: Bounds
) -> Float[ndarray, " g"]:
    """log(top/bottom) within bounds. kappa ≤ 0 asks for the upper bound; a rate on no trade stays where it is."""
    low, high = np.log1p(bounds[0]), np.log1p(bounds[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        new = np.where(bottom > 0, np.log(np.maximum(top, 1e-300) / bottom), high)
    return np.where((top == 0) & (bottom == 0), log_tau, np.clip(new, low, high))


def _seen_by_owner(board: Board, eq: Equilibrium):
    """(pi [s,n,i], E [s,n], rho − v [n,i], m [s,n]), each importer's with its own player's shadow values."""
    weights = objective_weights(board, eq)
    shadow = shadow_values(eq, weights)
    N = len(board.world.countries)
    gap, m = np.zeros((N, N)), np.zeros((len(board.world.sectors), N))
    pi, E = np.ascontiguousarray(eq.pi_new.transpose(2, 0, 1)), np.ascontiguousarray(eq.E_new.T)
    for k, own in enumerate(board.members):
        n = list(own)
        gap[n] = shadow.rho[k][n][:, None] - shadow.v[k][None, :]
        m[:, n] = weights[k, n] * E[:, n] / E[:, n].sum(axis=0)
    return pi, E, gap, m
