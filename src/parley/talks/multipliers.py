"""What a unit is worth to whom, the adjoint of the equilibrium for any number of objectives at once, and the best replies by it.

Derivation (docs/talks.md). With rho the value of a unit of n's duties and v that of a unit of i's sales, the flow pi·E
earns v/tau for its seller and rho (1 − 1/tau) in duty. Setting derivatives of the Lagrangian by income and by log wage
to zero gives, without links, two equations a country; with profits (Ossa 2014) two of another kind; both are
solved here at once. With links it is a fixed point (multipliers_links.py). What an objective names directly stands in
Direct. Inside, arrays stand sector by sector, [s, n, i].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.talks.instruments import Bounds, Instruments
from parley.talks.links import Links
from parley.talks.multipliers_links import Iterate, Values, solve_links
from parley.talks.objective import (
    WELFARE,
    Direct,
    Flows,
    Objective,
    Reached,
    direct_of,
    flows_of,
    has_links,
    has_profits,
)
from parley.trade.adjoint import worth
from parley.trade.aims import Aims, log_welfare
from parley.trade.equilibrium import Equilibrium

TOLERANCE = 1e-12
INNER = 4  # refinements of kappa at fixed shares and values: more of them save no further equilibrium
UNTRADED = 1e-15  # share that stands for no trade at all, so that such a rate still has its first-order condition


@dataclass(frozen=True, eq=False)
class Multipliers:
    """For each objective k: rho[k,n], the value of one more unit of n's duties; v[k,s,i], of one more of i's sales;
    r[k,n], of one more of n's income. r is rho where the objective does not name revenue itself.

    Only differences of one objective mean something: a common constant is free (homogeneity).
    m[k,s,n]: minus the value of a rise of log P[n,s] through everything but its own nest's shares: final demand and,
    with links, the costs of every user. iterate: where the next call may start (links only). at_home[k,n], local[n]: the
    value of n's labour and the part of its purchases that pays it, where deficits are endogenous.
    """

    rho: Float[ndarray, "k n"]
    v: Float[ndarray, "k s i"]
    m: Float[ndarray, "k s n"]
    r: Float[ndarray, "k n"]
    iterate: Iterate | None = None
    at_home: Float[ndarray, "k n"] | None = None
    local: Float[ndarray, " n"] | None = None

    def gap(self, k: int, rows: Int[ndarray, " m"] | slice = slice(None)) -> Float[ndarray, "s m i"]:
        """rho[n] less what a unit of n's purchases, duty off, is worth: v[s,i], or (1 − nu) v[s,i] + nu mu[n]."""
        rho, v = self.rho[k][rows], self.v[k][:, None, :]
        if self.local is None or self.at_home is None:
            return rho[:, None] - v
        nu = self.local[rows]
        return (rho - nu * self.at_home[k][rows])[:, None] - (1 - nu)[:, None] * v


def shadow_values(
    eq: Equilibrium,
    aims: Direct | Float[ndarray, "k n"],
    near: Multipliers | None = None,
    tolerance: float = TOLERANCE,
    flows: Flows | None = None,
) -> Multipliers:
    """The Multipliers of objectives at an equilibrium. aims: what they name directly; [k, n]: sum_n aims[k,n] log W[n].

    near: a Multipliers to start from. flows: those of eq, where they are known already.
    """
    if not eq.closure.plain:
        return _by_adjoint(eq, aims, tolerance)
    flows = flows_of(eq) if flows is None else flows
    aims = aims if isinstance(aims, Direct) else _log_welfare(eq, flows, aims)
    if has_links(eq):
        return _with_links(eq, flows, aims, near, tolerance)
    if has_profits(eq):
        closure = income_to_rho(eq, flows)
        rho, v, r = solve_profits(flows, eq.world.theta, aims, closure.z, closure.y)
        return Multipliers(rho, v, aims.price, r)
    return _without_links(eq, flows, aims)


def _by_adjoint(eq: Equilibrium, aims: Direct | Float[ndarray, "k n"], tolerance: float) -> Multipliers:
    """The Multipliers under a closure that changes the equations: from the general adjoint."""
    if isinstance(aims, Direct):
        none, turned = np.zeros_like(aims.income), (0, 2, 1)
        named = aims.income, aims.revenue, none, aims.wage, none
        found = worth(
            eq, Aims(*named, aims.sales.transpose(turned), -aims.price.transpose(turned)), max(tolerance, 1e-11)
        )
    else:
        found = worth(eq, log_welfare(eq, aims), max(tolerance, 1e-11))
    return Multipliers(found.rho, found.v, found.m, found.y, None, found.mu, eq.closure.local)


def _log_welfare(eq: Equilibrium, flows: Flows, weights: Float[ndarray, "k n"]) -> Direct:
    none = np.zeros_like(weights)
    price = weights[:, None, :] * flows.alpha
    return Direct(weights / eq.income_new, none, none, np.zeros_like(price), price)


def slope(eq: Equilibrium, shadow: Multipliers, k: int = 0) -> Float[ndarray, "n i s"]:
    """dO_k / d log tau[n,i,s] = E pi {sigma (rho[n] − v[s,i])/tau − theta dbar[n,s] − m[n,s]/E[n,s]}.  docs/talks.md, best responses."""
    flows = flows_of(eq)
    theta = eq.world.theta[:, None]
    d_pi = flows.Q * shadow.gap(k)
    dbar = d_pi.sum(axis=2)
    own = flows.E[:, :, None] * ((1 + theta)[:, :, None] * d_pi)
    return (own - (theta * flows.E * dbar + shadow.m[k])[:, :, None] * flows.pi).transpose(1, 2, 0)


@dataclass(frozen=True, eq=False)
class Closure:
    """to_rho: rho = to_rho (income + revenue + sum_s alpha Q v − z·revenue). y: the part of D that follows wages.

    z: what a unit of anybody's income adds to the deficits' value, where they are a share of world income.
    """

    to_rho: Float[ndarray, "n n"]
    z: Float[ndarray, " n"]
    y: Float[ndarray, " n"]

    def earned(self, aims: Direct) -> Float[ndarray, "n k"]:
        """What one more unit of n's income or duties is worth by name: income + revenue − z·revenue."""
        return (aims.income + aims.revenue).T - aims.revenue @ self.z


def income_to_rho(eq: Reached, flows: Flows) -> Closure:
    """The Closure of an equilibrium's deficits.

    rho[n] sum_s alpha A = income + revenue + sum_s alpha Q v + z r, A[s,n] = sum_i Q. Deficits as a share of world
    income add z = sum r D / sum I; nominal ones, in units of world labour income, add sum r D / sum wL to every wage.
    """
    D = eq.D_new
    bare = 1 / np.einsum("sn,sn->n", flows.alpha, flows.Q.sum(axis=2))
    z = D / (eq.income_new - D).sum() if eq.deficits == "world_share" else np.zeros_like(D)
    y = D / flows.wL.sum() if eq.deficits == "nominal" else np.zeros_like(D)
    shared = np.outer(bare, z * bare / (1 - (z * bare).sum())) if z.any() else 0.0
    return Closure(np.diag(bare) + shared, z, y)


def _without_links(eq: Equilibrium, flows: Flows, aims: Direct) -> Multipliers:
    """One linear system in mu, v = mu + sales: wL (mu − r − wage − y r) = −sum pi (m − theta E (d − dbar))."""
    pi, Q, wL = flows.pi, flows.Q, flows.wL
    spent = eq.world.theta[:, None] * flows.E
    closure = income_to_rho(eq, flows)
    B, G = ((weight[:, :, None] * Q).sum(axis=0) for weight in (flows.alpha, spent))
    H = ((spent * Q.sum(axis=2))[:, :, None] * pi).sum(axis=0)
    by_seller = spent.size, len(wL)  # purchases of all sectors, sellers
    K = (spent[:, :, None] * pi).reshape(by_seller).T @ Q.reshape(by_seller)
    from_rho = np.diag(wL) + np.outer(wL, closure.y) + (G - H).T
    system = np.diag(wL + G.sum(axis=0)) - K - from_rho @ closure.to_rho @ B
    bought, shifted = _named_sales(flows, spent, aims)
    earned = closure.to_rho @ (closure.earned(aims) + bought)
    named = aims.wage - aims.revenue - (aims.revenue @ closure.y)[:, None]
    borne = pi.reshape(by_seller).T @ aims.price.reshape(len(aims.price), spent.size).T  # sum_n pi m
    target = from_rho @ earned - borne + wL[:, None] * named.T + shifted
    mu = np.linalg.solve(system + np.outer(wL, wL) / wL.sum(), target)  # pins the free constant: sum wL mu = 0
    rho = (earned + closure.to_rho @ B @ mu).T
    return Multipliers(rho, mu.T[:, None, :] + aims.sales, aims.price, rho - aims.revenue)


def _named_sales(flows: Flows, spent: ndarray, aims: Direct) -> tuple[Float[ndarray, "n k"], Float[ndarray, "i k"]]:
    """(sum_s alpha Q sales, what sales that an objective names add to the wage equation); zero for most objectives."""
    if not aims.sales.any():
        none = np.zeros(aims.income.T.shape)
        return none, none
    worth = np.einsum("sni,ksi->ksn", flows.Q, aims.sales)
    own = np.einsum("sn,sni,ksi->ik", spent, flows.Q, aims.sales)
    others = np.einsum("sn,sni,ksn->ik", spent, flows.pi, worth)
    return np.einsum("sn,ksn->nk", flows.alpha, worth), others - own


def _with_links(eq: Equilibrium, flows: Flows, aims: Direct, near: Multipliers | None, tolerance: float) -> Multipliers:
    """The fixed point of multipliers_links.py."""
    links, unit = links_of(eq, flows, aims)
    *values, iterate = solve_links(links, None if near is None else near.iterate, tolerance)
    return of_links((values[0], values[1], values[2]), unit, aims, iterate)


def of_links(values: Values, unit: float, aims: Direct, iterate: Iterate) -> Multipliers:
    """The Multipliers of values (rho, v, m) that are worth one over `unit` of the world's money."""
    rho, v, m = values
    rho = rho.T / unit
    return Multipliers(rho, v.transpose(2, 1, 0) / unit, m.transpose(2, 1, 0), rho - aims.revenue, iterate)


def links_of(eq: Reached, flows: Flows, aims: Direct) -> tuple[Links, float]:
    """(the coefficients of multipliers_links.py, mean income): money in units of it, so that all values are of one size."""
    world = eq.world
    unit = float(eq.income_new.mean())
    closure = income_to_rho(eq, flows)
    assert world.gamma is not None  # links are asked of a world that has some
    named = aims.wage - aims.revenue - (aims.revenue @ closure.y)[:, None]
    coefficients = Links(
        pi=flows.pi, Q=flows.Q, E=flows.E / unit, S=flows.S / unit, alpha=flows.alpha,
        beta=np.ascontiguousarray(world.beta.T), a=world.gamma * (1 - world.beta)[:, None, :], theta=world.theta,
        wL=flows.wL / unit, to_rho=closure.to_rho, y=closure.y, earned=closure.earned(aims) * unit,
        wage=named.T * unit,
        sales=np.ascontiguousarray(aims.sales.transpose(2, 1, 0)) * unit if aims.sales.any() else None,
        price=np.ascontiguousarray(aims.price.transpose(2, 1, 0)),
    )  # fmt: skip
    return coefficients, unit


def solve_profits(
    flows: Flows, theta: Float[ndarray, " s"], aims: Direct, z: Float[ndarray, " n"], y: Float[ndarray, " n"]
) -> tuple[Float[ndarray, "k n"], Float[ndarray, "k s i"], Float[ndarray, "k n"]]:
    """(rho, v, r) of all objectives where sellers earn profits; z and y are what deficits add (see Closure).

    A unit of sales of i in s earns (sigma − 1)/sigma in wages and 1/sigma in profits, so that
    v[s,i] = labour mu[i] + profit r[i] + sales, r = rho − revenue, and with two unknowns a country
    rho sum_s alpha A = income + revenue + sum_s alpha Q v + z r and
    wL (mu − r − wage − y r) = −sum_ns pi (m − theta E (d − dbar)), linear in (rho, mu).
    """
    N = len(flows.wL)
    spent = theta[:, None] * flows.E
    named = aims.sales - flows.profit * aims.revenue[:, None, :]  # v = labour mu + profit rho + named
    A = flows.Q.sum(axis=2)
    G = np.einsum("sn,sni->ni", spent, flows.Q)
    H = np.einsum("sn,sni->ni", spent * A, flows.pi)
    bought, shift = _by_share(flows, spent, flows.profit)
    bought_L, shift_L = _by_share(flows, spent, flows.labour)
    wL, none = flows.wL, np.zeros((N, N))
    system = np.block([[np.diag((flows.alpha * A).sum(axis=0)) - z[None, :] - bought, none - bought_L],
                       [-np.diag(wL) - np.outer(wL, y) - G.T + H.T + shift, np.diag(wL) + shift_L]])  # fmt: skip
    worth = np.einsum("sni,ksi->ksn", flows.Q, named)
    own, others = (
        np.einsum("sn,sni,ksi->ik", spent, flows.Q, named),
        np.einsum("sn,sni,ksn->ik", spent, flows.pi, worth),
    )
    top = (aims.income + aims.revenue).T - aims.revenue @ z + np.einsum("sn,ksn->nk", flows.alpha, worth)
    low = wL[:, None] * (aims.wage - aims.revenue - (aims.revenue @ y)[:, None]).T
    low = low - np.einsum("sni,ksn->ik", flows.pi, aims.price) - own + others
    free = np.concatenate([np.ones(N), np.ones(N)])  # a common constant is free: pin the sum
    x = np.linalg.solve(system + np.outer(np.concatenate([wL, wL]), free) / N, np.concatenate([top, low]))
    rho, mu = x[:N].T, x[N:].T
    v = flows.labour * mu[:, None, :] + flows.profit * rho[:, None, :] + named
    return rho, v, rho - aims.revenue


def _by_share(
    flows: Flows, spent: Float[ndarray, "s n"], part: Float[ndarray, "s n"]
) -> tuple[Float[ndarray, "n i"], Float[ndarray, "i i"]]:
    """For v = part · x[i]: (x's place in sum_s alpha Q v, in sum theta E (Q v − pi sum_j Q_j v_j))."""
    Qp = flows.Q * part[:, None, :]
    bought = np.einsum("sn,sni->ni", flows.alpha, Qp)
    own = np.diag(np.einsum("sn,sni->i", spent, Qp))
    return bought, own - np.einsum("sn,sni,snj->ij", spent, flows.pi, Qp, optimize=True)


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
    """
    flows = flows_of(eq)
    aims = direct_of(eq, objective, board.members, flows)
    shadow = shadow_values(eq, aims if together is None else aims.together(together), near, tolerance, flows)
    kept = 1 - eq.wedges.revenue_share.transpose(2, 0, 1)
    return asked_rates(board, flows, kept, eq.world.theta, log_tau, bounds, shadow), shadow


def asked_rates(
    board: Instruments,
    flows: Flows,
    kept: Float[ndarray, "s n i"],
    theta: Float[ndarray, " s"],
    log_tau: Float[ndarray, " g"],
    bounds: Bounds,
    shadow: Multipliers,
) -> Float[ndarray, " g"]:
    """log tau that the first-order condition asks of every rate. kept: what of a unit spent is no duty.

    tau[g] = sum_g E pi sigma (rho − v) / sum_g E pi (theta dbar + m/E), over the cells of the rate; of one cell
    that is (rho − v)/kappa. dbar holds tau itself: it is refined with shares and values fixed.  docs/talks.md, best responses.
    """
    rows = np.array(sorted(n for own in board.members for n in own))  # who levies: the rest is none of this
    gap, m = _seen_by_owner(board, shadow, rows)
    cells, E = _among(rows, board.cells, flows.pi.shape), flows.E[:, rows]
    per_unit = np.divide(m, E, out=np.zeros_like(m), where=E > 0)
    ends = 1 / (1 + bounds[1]), 1 / (1 + bounds[0])  # of 1/tau
    seen = gap, flows.pi[:, rows], E, per_unit, theta[:, None]
    inverse = np.array(kept[:, rows], order="C")
    if len(board.owner) != len(cells):
        return _of_rates(board, cells, seen, inverse, ends, log_tau)
    asked, (found, idle) = np.empty_like(log_tau), _of_cells(cells, seen, inverse, ends)
    asked[board.group] = np.where(idle, log_tau[board.group], -np.log(found))
    return asked


Seen = tuple[ndarray, ndarray, ndarray, ndarray, ndarray]  # rho − v and pi [s,m,i]; E and m/E [s,m]; theta [s,1]


def _of_cells(
    cells: Int[ndarray, " c"], seen: Seen, inverse: Float[ndarray, "s m i"], ends: tuple[float, float]
) -> tuple[Float[ndarray, " c"], ndarray]:
    """(1/tau, whether nothing depends on it) of each cell that has a rate of its own: (theta dbar + m/E) / (sigma (rho − v))."""
    gap, pi, E, per_unit, theta = seen
    free = np.zeros(gap.shape, bool)
    free.reshape(-1)[cells] = True
    worth, per_kappa = pi * gap, gap * (1 + theta)[:, :, None]
    np.divide(1, np.maximum(per_kappa, 1e-300, out=per_kappa), out=per_kappa)
    found, kappa = np.empty_like(gap), per_unit
    for _ in range(INNER):
        kappa = per_unit + theta * np.einsum("sni,sni->sn", worth, inverse)
        np.multiply(per_kappa, np.maximum(kappa, 0.0)[:, :, None], out=found)
        np.copyto(inverse, np.clip(found, *ends, out=found), where=free)
    idle = (E == 0)[:, :, None] | (kappa == 0)[:, :, None] & (gap == 0)
    return found.reshape(-1)[cells], idle.reshape(-1)[cells]


def _of_rates(
    board: Instruments,
    cells: Int[ndarray, " c"],
    seen: Seen,
    inverse: Float[ndarray, "s m i"],
    ends: tuple[float, float],
    log_tau: Float[ndarray, " g"],
) -> Float[ndarray, " g"]:
    """log tau of rates that may stand in many cells: sums over those on both sides."""
    gap, pi, E, per_unit, theta = seen
    weight = E[:, :, None] * np.maximum(pi, UNTRADED)
    top = board.total((weight * (1 + theta)[:, :, None] * gap).reshape(-1)[cells])
    bottom_m = board.total((weight * per_unit[:, :, None]).reshape(-1)[cells])
    worth, spread, row = pi * gap, (weight * theta[:, :, None]).reshape(-1)[cells], cells // gap.shape[2]
    bottom, found = bottom_m, np.exp(-log_tau)
    for _ in range(INNER):
        dbar = np.einsum("sni,sni->sn", worth, inverse).ravel()
        bottom = bottom_m + board.total(spread * dbar[row])
        found = np.clip(np.maximum(bottom, 0.0) / np.maximum(top, 1e-300), *ends)
        inverse.reshape(-1)[cells] = found[board.group]
    return np.where((top == 0) & (bottom == 0), log_tau, -np.log(found))


def _among(rows: Int[ndarray, " m"], cells: Int[ndarray, " c"], shape: tuple[int, ...]) -> Int[ndarray, " c"]:
    """Flat positions in [s, m, i] of cells that are flat positions in [s, n, i]."""
    S, N, _ = shape
    if len(rows) == N:
        return cells
    s, n, i = np.unravel_index(cells, shape)
    return np.ravel_multi_index((s, np.searchsorted(rows, n), i), (S, len(rows), N))


def _seen_by_owner(
    board: Instruments, shadow: Multipliers, rows: Int[ndarray, " m"]
) -> tuple[Float[ndarray, "s m i"], Float[ndarray, "s m"]]:
    """(rho − v, m) of those who levy, each as its own player values them."""
    S, N = shadow.m.shape[1:]
    gap, m = np.zeros((S, len(rows), N)), np.zeros((S, len(rows)))
    for k, own in enumerate(board.members):
        k = min(k, len(shadow.rho) - 1)  # one shadow where all serve one sum
        at = np.searchsorted(rows, own)
        gap[:, at] = shadow.gap(k, np.array(own))
        m[:, at] = shadow.m[k][:, list(own)]
    return gap, m
