"""What a unit is worth to whom: the adjoint of the equilibrium, for any number of objectives at once.

Derivation (method §5). With objective O_k = sum_n weight[k,n] log W[n], rho the value of a unit of n's income and v
that of a unit of i's sales, the flow pi·E earns v/tau for its seller and rho (1 − 1/tau) in duty. Setting derivatives
of the Lagrangian by income and by log wage to zero gives, without links, two equations a country, solved here at once;
with links a fixed point (shadow_links.py). Inside, arrays stand sector by sector, [s, n, i].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.talks.shadow_links import Links, solve_links
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model

TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Shadow:
    """For each objective k: rho[k,n], the value of one more unit of n's income; v[k,s,i], of one more of i's sales.

    Only differences rho − v of one objective mean something: a common constant is free (homogeneity).
    m[k,s,n]: minus the value of a rise of log P[n,s] through everything but its own nest's shares: final demand and,
    with links, the costs of every user. iterate: where the next call may start (links only).
    """

    weights: Float[ndarray, "k n"]
    rho: Float[ndarray, "k n"]
    v: Float[ndarray, "k s i"]
    m: Float[ndarray, "k s n"]
    iterate: ndarray | None = None


@dataclass(frozen=True, eq=False)
class Flows:
    """An equilibrium as the adjoint wants it, sector by sector; Q = pi/tau, what of a unit spent reaches the seller."""

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    wL: Float[ndarray, " n"]


def shadow_values(
    eq: Equilibrium, weights: Float[ndarray, "k n"], near: Shadow | None = None, tolerance: float = TOLERANCE
) -> Shadow:
    """The Shadow of objectives sum_n weights[k,n] log W[n] at an equilibrium. near: a Shadow to start from."""
    if has_links(eq):
        return _with_links(eq, weights, near, tolerance)
    return _without_links(eq, weights)


def has_links(eq: Equilibrium) -> bool:
    """Whether input-output links bear on this equilibrium."""
    return bool(read_model(eq.model).LINKS and eq.world.has_links)


def slope(eq: Equilibrium, shadow: Shadow, k: int = 0) -> Float[ndarray, "n i s"]:
    """dO_k / d log tau[n,i,s] = E pi {sigma (rho[n] − v[s,i])/tau − theta dbar[n,s] − m[n,s]/E[n,s]}.  Method §5."""
    flows = flows_of(eq)
    theta = eq.world.theta[:, None]
    d_pi = flows.Q * (shadow.rho[k][None, :, None] - shadow.v[k][:, None, :])
    dbar = d_pi.sum(axis=2)
    own = flows.E[:, :, None] * ((1 + theta)[:, :, None] * d_pi)
    return (own - (theta * flows.E * dbar + shadow.m[k])[:, :, None] * flows.pi).transpose(1, 2, 0)


def flows_of(eq: Equilibrium) -> Flows:
    """The Flows of an equilibrium."""
    pi = np.ascontiguousarray(eq.pi_new.transpose(2, 0, 1))
    Q = pi * (1 - eq.wedges.revenue_share.transpose(2, 0, 1))
    E = np.ascontiguousarray(eq.E_new.T)
    alpha = eq.world.alpha.T if has_links(eq) else E / E.sum(axis=0)
    return Flows(pi, Q, E, np.ascontiguousarray(alpha), eq.w_hat * eq.world.base.VA)


def _income_to_rho(eq: Equilibrium, flows: Flows) -> tuple[Float[ndarray, "n n"], Float[ndarray, " n"]]:
    """(T, y): rho = T (weight/I + sum_s alpha Q v), and the part y of D that follows wages.

    rho[n] sum_s alpha A = weight/I + sum_s alpha Q v + z, A[s,n] = sum_i Q. Deficits as a share of world income add
    z = sum rho D / sum I; nominal ones, in units of world labour income, add sum rho D / sum wL to every wage.
    """
    D = eq.D_new
    bare = 1 / np.einsum("sn,sn->n", flows.alpha, flows.Q.sum(axis=2))
    z = D / (eq.income_new - D).sum() if eq.deficits == "world_share" else np.zeros_like(D)
    y = D / flows.wL.sum() if eq.deficits == "nominal" else np.zeros_like(D)
    return np.diag(bare) + np.outer(bare, z * bare) / (1 - (z * bare).sum()), y


def _without_links(eq: Equilibrium, weights: Float[ndarray, "k n"]) -> Shadow:
    """One linear system in v: wL (v − rho − y) = −sum pi (m − theta E (d − dbar)), rho put in, m = weight alpha."""
    flows = flows_of(eq)
    pi, Q, wL = flows.pi, flows.Q, flows.wL
    spent = eq.world.theta[:, None] * flows.E
    to_rho, y = _income_to_rho(eq, flows)
    B = np.einsum("sn,sni->ni", flows.alpha, Q)
    G = np.einsum("sn,sni->ni", spent, Q)
    H = np.einsum("sn,sni->ni", spent * Q.sum(axis=2), pi)
    K = (spent[:, :, None] * pi).reshape(-1, pi.shape[2]).T @ Q.reshape(-1, pi.shape[2])
    M = np.einsum("sn,sni->ni", flows.alpha, pi)
    from_rho = np.diag(wL) + np.outer(wL, y) + (G - H).T
    system = np.diag(wL + G.sum(axis=0)) - K - from_rho @ to_rho @ B
    earned = to_rho @ (weights / eq.income_new).T
    target = from_rho @ earned - M.T @ weights.T
    v = np.linalg.solve(system + np.outer(wL, wL) / wL.sum(), target)  # pins the free constant: sum wL v = 0
    rho = earned + to_rho @ B @ v
    by_sector = np.broadcast_to(v.T[:, None, :], (len(weights), len(eq.world.theta), len(wL)))
    return Shadow(weights, rho.T, by_sector, weights[:, None, :] * flows.alpha[None])


def _with_links(eq: Equilibrium, weights: Float[ndarray, "k n"], near: Shadow | None, tolerance: float) -> Shadow:
    """The fixed point of shadow_links.py, money in units of mean income so that all values are of one size."""
    flows, world = flows_of(eq), eq.world
    unit = float(eq.income_new.mean())
    to_rho, y = _income_to_rho(eq, flows)
    gamma = np.zeros((len(flows.wL), *2 * (len(world.theta),))) if world.gamma is None else world.gamma
    sold = np.einsum("sn,sni->si", flows.E, flows.Q)
    links = Links(
        pi=flows.pi, Q=flows.Q, E=flows.E / unit, S=sold / unit, alpha=flows.alpha,
        beta=np.ascontiguousarray(world.beta.T), a=gamma * (1 - world.beta)[:, None, :], theta=world.theta,
        wL=flows.wL / unit, income=eq.income_new / unit, to_rho=to_rho, y=y,
    )  # fmt: skip
    start = None if near is None else near.iterate
    rho, v, m, iterate = solve_links(links, weights, start, tolerance)
    return Shadow(weights, rho.T / unit, v.transpose(2, 0, 1) / unit, m.transpose(2, 0, 1), iterate)
