"""The usual way to solve Caliendo and Parro's model, for comparison: prices inside wages, spending inside wages.

Outer loop: wages. For each guess, prices by plain iteration, shares, spending by plain iteration, both from where they
stood; then a wage moves by its country's trade imbalance over its labour income, damped (the rule of the published codes).
Written for this comparison in the same NumPy, for balanced trade; it shares no code with `parley.trade`.
"""

from __future__ import annotations

import numpy as np

from parley.world.world import World

Answer = tuple[np.ndarray, float, int]


def solve_nested(world: World, t_new: np.ndarray, tolerance: float, damping: float = 0.2, most: int = 3000) -> Answer:
    """(welfare_hat, largest imbalance over trade, steps of wages) of a balanced world with links under new rates."""
    N, S = len(world.countries), len(world.sectors)
    gamma = world.gamma if world.gamma is not None else np.zeros((N, S, S))
    a, own = gamma * (1 - world.beta)[:, None, :], np.arange(N)
    shocked = world.base.pi * ((1 + t_new) / (1 + world.t)) ** -world.theta
    w, log_P, E, gap, step = np.ones(N), np.zeros((N, S)), world.base.E.copy(), np.inf, 0
    while gap > tolerance and step < most:
        log_P, pi = _prices(world, a, shocked, w, log_P, tolerance)
        net = pi / (1 + t_new)
        E = _spending(world, a, net, w * world.base.VA, E, tolerance)
        border = net * E[:, None, :]
        border[own, own] = 0
        sold, bought = border.sum(axis=(0, 2)), border.sum(axis=(1, 2))
        gap = float((np.abs(sold - bought) / ((sold + bought) / 2)).max())
        w = w * (1 + damping * (sold - bought) / (w * world.base.VA))
        w *= world.base.VA.sum() / (w * world.base.VA).sum()
        step += 1
    income = w * world.base.VA + ((pi - net) * E[:, None, :]).sum(axis=(1, 2))
    return income / world.base.income / np.exp((world.alpha * log_P).sum(axis=1)), gap, step


def _prices(world: World, a: np.ndarray, shocked: np.ndarray, w: np.ndarray, log_P: np.ndarray, tolerance: float):
    """(log price indices, shares) at given wages."""
    moved = np.inf
    while moved > tolerance:
        log_c = world.beta * np.log(w)[:, None] + np.einsum("nks,nk->ns", a, log_P)
        weight = shocked * np.exp(-world.theta * log_c)
        total = np.where(weight.sum(axis=1) > 0, weight.sum(axis=1), 1.0)
        new = np.log(total) / -world.theta
        moved, log_P = np.abs(new - log_P).max(), new
    return log_P, weight / total[:, None, :]


def _spending(world: World, a: np.ndarray, net: np.ndarray, labour: np.ndarray, E: np.ndarray, tolerance: float):
    """E [n, s]: final demand out of wages and duties, and what sales need of materials."""
    duty, moved = 1 - net.sum(axis=1), np.inf
    while moved > tolerance:
        income = labour + (duty * E).sum(axis=1)
        sold = np.einsum("nis,ns->is", net, E)
        new = world.alpha * income[:, None] + np.einsum("nks,ns->nk", a, sold)
        moved, E = (np.abs(new - E).sum(axis=1) / labour).max(), new
    return E
