"""What a unit is worth to whom: the adjoint of the equilibrium, one linear solve for any number of objectives.

Derivation (method §5, no links). With objective O_k = sum_n weight[k,n] log W[n], rho the value of a unit of n's
income and v that of a unit of i's sales, the flow pi·E earns v/tau for its seller and rho (1 − 1/tau) in duty. Setting
the derivatives of the Lagrangian by income and by log wage to zero gives the two equations solved here. Inside, arrays
stand sector by sector, [s, n, i].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.trade.equilibrium import Equilibrium


@dataclass(frozen=True, eq=False)
class Shadow:
    """For each objective k: rho[k,n], the value of one more unit of n's income; v[k,i], of one more unit of i's sales.

    Only differences rho − v of one objective mean something: a common constant is free (homogeneity).
    m: minus the value of a rise of log P[n,s] beside its own nest's shares, [k,n,s] = weight alpha without links.
    """

    weights: Float[ndarray, "k n"]
    rho: Float[ndarray, "k n"]
    v: Float[ndarray, "k i"]


def shadow_values(eq: Equilibrium, weights: Float[ndarray, "k n"]) -> Shadow:
    """The Shadow of objectives sum_n weights[k,n] log W[n] at an equilibrium without links.

    rho[n] sum_s alpha A = weight[n]/I[n] + sum_i B[n,i] v[i] + z, with A[n,s] = sum_i Q, Q = pi/tau,
    B[n,i] = sum_s alpha Q;
    wL[i] (v[i] − rho[i] − y) = −sum_{n,s} pi[n,i,s] (m[n,s] − theta E (d[n,i,s] − dbar[n,s])), d = (rho[n] − v[i])/tau.
    z and y carry deficits: z = sum rho D / sum I (share of world income), y = sum rho D / sum wL (nominal).
    """
    pi, Q, E, alpha, wL = _pieces(eq)
    theta = eq.world.theta
    income, D = eq.income_new, eq.D_new
    A = Q.sum(axis=2)
    B = np.einsum("sn,sni->ni", alpha, Q)
    bare = 1 / np.einsum("sn,sn->n", alpha, A)
    z = D / income.sum() if eq.deficits == "world_share" else np.zeros_like(D)
    y = D / wL.sum() if eq.deficits == "nominal" else np.zeros_like(D)
    to_rho = np.diag(bare) + np.outer(bare, z * bare) / (1 - (z * bare).sum())

    spent = theta[:, None] * E
    G = np.einsum("sn,sni->ni", spent, Q)
    H = np.einsum("sn,sni->ni", spent * A, pi)
    weighted = spent[:, :, None] * pi
    K = weighted.reshape(-1, pi.shape[2]).T @ Q.reshape(-1, pi.shape[2])
    M = np.einsum("sn,sni->ni", alpha, pi)

    from_rho = np.diag(wL) + np.outer(wL, y) + (G - H).T
    system = np.diag(wL + G.sum(axis=0)) - K - from_rho @ to_rho @ B
    target = from_rho @ to_rho @ (weights / income).T - M.T @ weights.T
    v = np.linalg.solve(system + np.outer(wL, wL) / wL.sum(), target)  # pins the free constant: sum wL v = 0
    rho = to_rho @ ((weights / income).T + B @ v)
    return Shadow(weights, rho.T, v.T)


def slope(eq: Equilibrium, shadow: Shadow, k: int = 0) -> Float[ndarray, "n i s"]:
    """dO_k / d log tau[n,i,s] = E pi {sigma (rho[n] − v[i])/tau − theta dbar[n,s] − m[n,s]/E[n,s]}.  Method §5."""
    pi, Q, E, alpha, _ = _pieces(eq)
    theta = eq.world.theta[:, None]
    gap = shadow.rho[k][:, None] - shadow.v[k][None, :]
    d_pi = Q * gap
    dbar = d_pi.sum(axis=2)
    m = alpha * shadow.weights[k]
    found = E[:, :, None] * ((1 + theta)[:, :, None] * d_pi) - (theta * E * dbar + m)[:, :, None] * pi
    return found.transpose(1, 2, 0)


def _pieces(eq: Equilibrium):
    """(pi, pi/tau, E, alpha, wL), sector by sector."""
    pi = np.ascontiguousarray(eq.pi_new.transpose(2, 0, 1))
    Q = pi * (1 - eq.wedges.revenue_share.transpose(2, 0, 1))
    return pi, Q, eq.E_new.T, eq.E_new.T / eq.E_new.sum(axis=1), eq.w_hat * eq.world.base.VA
