"""Shadow values where sellers earn profits (Ossa 2014): two unknowns a country, income and labour, solved at once.

docs/talks.md, with profits. A unit of sales of i in s earns (sigma − 1)/sigma in wages and 1/sigma in profits, so that
v[s,i] = labour mu[i] + profit r[i] + sales; r = rho − revenue. The rest is as without links (shadow.py).
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.flows import Flows
from parley.talks.objective import Direct


def solve_profits(
    flows: Flows, theta: Float[ndarray, " s"], aims: Direct, z: Float[ndarray, " n"], y: Float[ndarray, " n"]
) -> tuple[Float[ndarray, "k n"], Float[ndarray, "k s i"], Float[ndarray, "k n"]]:
    """(rho, v, r) of all objectives; z and y are what deficits add (shadow.Closure).

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
