"""Best replies by first-order conditions: from an equilibrium and its shadow values to the rates set next."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.talks.flows import flows_of
from parley.talks.instruments import Instruments
from parley.talks.multipliers import Multipliers, shadow_values
from parley.talks.objective import WELFARE, Objective, direct_of
from parley.trade.equilibrium import Equilibrium

INNER = 4  # refinements of kappa at fixed shares and values: more of them save no further equilibrium
UNTRADED = 1e-15  # share that stands for no trade at all, so that such a rate still has its first-order condition
Bounds = tuple[float, float]


def payoffs(board: Instruments, welfare_hat: Float[ndarray, " n"]) -> Float[ndarray, " k"]:
    """Each player's welfare as a factor: real income of its members after over before, weighted by baseline income."""
    income = board.world.base.income
    return by_player(board, income * welfare_hat) / by_player(board, income)


def by_player(board: Instruments, level: Float[ndarray, " n"]) -> Float[ndarray, " k"]:
    """Sums over the members of each player."""
    return np.array([level[list(n)].sum() for n in board.members])


def best_replies(
    board: Instruments,
    eq: Equilibrium,
    log_tau: Float[ndarray, " g"],
    bounds: Bounds,
    near: Multipliers | None = None,
    tolerance: float = 1e-12,
    objective: Objective = WELFARE,
    together: Float[ndarray, " k"] | None = None,
) -> tuple[Float[ndarray, " g"], Multipliers]:
    """(log tau that the first-order condition asks of every rate, the shadow values used), at the equilibrium's shares.

    Each player minds its own objective; `together` (weights on log objectives): all rates serve their sum.

    tau[g] = sum_g E pi sigma (rho − v) / sum_g E pi (theta dbar + m/E), over the cells of the rate; of one cell
    that is (rho − v)/kappa. dbar holds tau itself: it is refined with shares and values fixed.  docs/talks.md, best responses.
    """
    flows = flows_of(eq)
    aims = direct_of(eq, objective, board.members, flows)
    shadow = shadow_values(eq, aims if together is None else aims.together(together), near, tolerance, flows)
    rows = np.array(sorted(n for own in board.members for n in own))  # who levies: the rest is none of this
    gap, m = _seen_by_owner(board, shadow, rows)
    cells = _among(rows, board.cells, flows.pi.shape)
    theta, pi, E = eq.world.theta[:, None, None], flows.pi[:, rows], flows.E[:, rows]
    weight = E[:, :, None] * np.maximum(pi, UNTRADED)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_unit = np.where(E > 0, m / E, 0.0)[:, :, None]
    top = board.total((weight * (1 + theta) * gap).reshape(-1)[cells])
    bottom_m = board.total((weight * per_unit).reshape(-1)[cells])
    worth, spread = pi * gap, (weight * theta).reshape(-1)[cells]
    inverse = np.ascontiguousarray((1 - eq.wedges.revenue_share[rows]).transpose(2, 0, 1))
    bottom, found, low, high = bottom_m, np.exp(-log_tau), 1 + bounds[0], 1 + bounds[1]
    for _ in range(INNER):
        dbar = np.einsum("sni,sni->sn", worth, inverse)
        bottom = bottom_m + board.total(spread * np.repeat(dbar.reshape(-1), gap.shape[2])[cells])
        found = np.clip(np.maximum(bottom, 0.0) / np.maximum(top, 1e-300), 1 / high, 1 / low)
        inverse.reshape(-1)[cells] = found[board.group]
    return np.where((top == 0) & (bottom == 0), log_tau, -np.log(found)), shadow


def _among(rows: Int[ndarray, " m"], cells: Int[ndarray, " c"], shape: tuple[int, ...]) -> Int[ndarray, " c"]:
    """Flat positions in [s, m, i] of cells that are flat positions in [s, n, i]."""
    if len(rows) == shape[1]:
        return cells
    s, n, i = np.unravel_index(cells, shape)
    return np.ravel_multi_index((s, np.searchsorted(rows, n), i), (shape[0], len(rows), shape[2]))


def _seen_by_owner(
    board: Instruments, shadow: Multipliers, rows: Int[ndarray, " m"]
) -> tuple[Float[ndarray, "s m i"], Float[ndarray, "s m"]]:
    """(rho − v, m) of those who levy, each as its own player values them."""
    S, N = shadow.m.shape[1:]
    gap, m = np.zeros((S, len(rows), N)), np.zeros((S, len(rows)))
    for k, own in enumerate(board.members):
        k = min(k, len(shadow.rho) - 1)  # one shadow where all serve one sum
        for n, at in zip(own, np.searchsorted(rows, own), strict=True):
            gap[:, at] = shadow.rho[k, n] - shadow.v[k]
            m[:, at] = shadow.m[k, :, n]
    return gap, m
