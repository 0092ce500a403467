"""Shadow values with input-output links: a linear fixed point at the cost of the model's own, all objectives at once.

Method §5. With a = gamma (1 − beta), Q = pi/tau, d = (rho − v)/tau, dbar = sum_i pi d and C = −dO/d log c:
v[s,i] = beta mu + sum_k a[i,k,s] e[k,i] + sales, e = rho − dbar, rho = earned + sum_k alpha e (and what deficits add),
m[s,n] = price + sum_u a[n,s,u] C[u,n], C = sum_n pi (m − theta E (d − dbar)), mu = rho + wage − sum_s beta C/wL;
earned, wage, sales and price are what the objectives name directly (objective.py).
Unknowns are mu, e and c = C/S, all in units of one over money; arrays stand [s, n, k], objectives last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.errors import NotSolvedError
from parley.shapes import Float
from parley.talks.mixing import Past

PASSES = 400
MEMORY, SHORT = 10, 4  # past steps kept: without a guide, with one
SWEEPS = 8  # of e and c at given mu, for the guide
SLOW = 9  # passes after which the next call takes a new guide
MANY = 8  # objectives for which a guide pays: it costs about as much as all values of N objectives


@dataclass(frozen=True, eq=False)
class Links:
    """The coefficients of the fixed point at one equilibrium; money in units of mean income (`unit`). Objectives last."""

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    S: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    beta: Float[ndarray, "s n"]
    a: Float[ndarray, "n s u"]
    theta: Float[ndarray, " s"]
    wL: Float[ndarray, " n"]
    to_rho: Float[ndarray, "n n"]
    y: Float[ndarray, " n"]
    earned: Float[ndarray, "n k"]
    wage: Float[ndarray, "n k"]
    sales: Float[ndarray, "s n k"]
    price: Float[ndarray, "s n k"]


@dataclass(frozen=True, eq=False)
class Guide:
    """Newton's step of some nearby equilibrium: blocks by country for e and c, and how mu answers with both in tow."""

    e: Float[ndarray, "n s s"]
    c: Float[ndarray, "n s s"]
    newton: Float[ndarray, "n n"]
    follow: Float[ndarray, "x n"]

    def step(self, f: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """The step for the gaps f."""
        N = len(self.newton)
        d_mu = self.newton @ f[:N]
        return np.concatenate([d_mu, in_blocks(self.e, self.c, f[N:]) + self.follow @ d_mu])


@dataclass(frozen=True, eq=False)
class Iterate:
    """Where the next call may start: the last iterate, and the guide that it may still follow."""

    x: Float[ndarray, "x k"]
    guide: Guide | None


def solve_links(links: Links, near: Iterate | None, tolerance: float) -> tuple[ndarray, ndarray, ndarray, Iterate]:
    """(rho [n,k], v [s,n,k], m [s,n,k], iterate) of all objectives; NotSolvedError where not reached."""
    system = System(links)
    (S, N), K = links.E.shape, links.earned.shape[1]
    x = np.zeros((N * (1 + 2 * S), K)) if near is None else near.x
    guide = near.guide if near is not None and near.guide is not None else guide_of(links) if K >= MANY else None
    past = Past(x.shape[0], K, MEMORY if guide is None else SHORT)
    damping = 1 / (1 + float(np.median(links.theta)))
    error = np.inf
    for passes in range(1, PASSES + 1):
        f, values = system.gaps(x)
        error = float((np.abs(f).max(axis=0) / np.abs(values[0]).max(axis=0)).max())
        if error <= tolerance:
            return *values, Iterate(x, guide if passes <= SLOW else None)
        if guide is None:
            f[:N] *= damping
        x = x + past.mixed(x, f if guide is None else guide.step(f))
    raise NotSolvedError("talks: shadow values", f"not reached in {PASSES} passes", error, f"at most {tolerance:.0e}")


class System:
    """The gaps of the fixed point."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.A = links.Q.sum(axis=2)[:, :, None]
        self.spent = (links.theta[:, None] * links.E)[:, :, None]
        self.per_v = np.einsum("sn,sni->si", self.spent[:, :, 0], links.Q)[:, :, None]
        self.alpha, self.beta = links.alpha[:, :, None], links.beta[:, :, None]
        self.S = links.S[:, :, None]

    def gaps(self, x: Float[ndarray, "x k"]) -> tuple[ndarray, tuple[ndarray, ndarray, ndarray]]:
        """(f, (rho, v, m)) of one iterate x = (mu, e by sector, c by sector)."""
        links, (S, N) = self.links, self.links.E.shape
        mu, (e, c) = x[:N], x[N:].reshape(2, S, N, -1)
        v = np.matmul(links.a.transpose(0, 2, 1), e.transpose(1, 0, 2)).transpose(1, 0, 2) + self.beta * mu
        v += links.sales
        dbar = np.matmul(links.Q, v)
        rho = links.to_rho @ (links.earned + (self.alpha * dbar).sum(axis=0))
        np.subtract(self.A * rho, dbar, out=dbar)
        C = self.S * c
        m = np.matmul(links.a, C.transpose(1, 0, 2)).transpose(1, 0, 2) + links.price
        f = np.empty_like(x)
        f_e, f_c = f[N:].reshape(2, S, N, -1)
        np.subtract(rho - dbar, e, out=f_e)
        C_new = np.matmul(links.pi.transpose(0, 2, 1), m + self.spent * dbar)
        C_new -= np.matmul(links.Q.transpose(0, 2, 1), self.spent * rho)
        C_new += self.per_v * v
        earned = (self.beta * C_new).sum(axis=0) / links.wL[:, None]
        f[:N] = rho + links.y @ rho + links.wage - earned - mu
        np.divide(C_new, np.maximum(self.S, 1e-300), out=f_c)
        f_c -= c
        return f, (rho, v, m)


def in_blocks(e: Float[ndarray, "n s s"], c: Float[ndarray, "n s s"], f: Float[ndarray, "x k"]) -> ndarray:
    """The changes of e and c that close their gaps f country by country, trade between countries as it is."""
    N, S = e.shape[:2]
    gaps = f.reshape(2, S, N, -1).transpose(0, 2, 1, 3)
    return np.stack([np.matmul(e, gaps[0]), np.matmul(c, gaps[1])]).transpose(0, 2, 1, 3).reshape(f.shape)


def guide_of(links: Links) -> Guide:
    """The Guide at one equilibrium: e and c solved by sweeps for a unit of each mu, nothing else being named."""
    S, N = links.E.shape
    unit = np.eye(N)
    none, empty = np.zeros((N, N)), np.zeros((S, N, N))
    system = System(replace(links, earned=none, wage=none, sales=empty, price=empty))
    e, c = _blocks(links)
    x = np.concatenate([unit, np.zeros((2 * S * N, N))])
    for _ in range(SWEEPS):
        x[N:] += in_blocks(e, c, system.gaps(x)[0][N:])
    slope = system.gaps(x)[0][:N]
    return Guide(e, c, np.linalg.inv(np.outer(links.wL, links.wL) / links.wL.sum() - slope), x[N:])


def _blocks(links: Links) -> tuple[Float[ndarray, "n s s"], Float[ndarray, "n s s"]]:
    """The inverses within each country of 1 − (what e adds to e) and of 1 − (what c adds to c)."""
    same, a_by_user = np.eye(len(links.theta)), links.a.transpose(0, 2, 1)
    kept, bought = np.einsum("snn->ns", links.Q), np.einsum("snn->ns", links.pi)
    through_rho = (1 - links.Q.sum(axis=2)).T[:, :, None] * np.diag(links.to_rho)[:, None, None]
    of_v = kept[:, :, None] * same + through_rho * (links.alpha.T * kept)[:, None, :]
    S = np.maximum(links.S.T, 1e-300)
    e = np.linalg.inv(same - np.matmul(of_v, a_by_user))
    return e, np.linalg.inv(same - bought[:, :, None] * links.a * S[:, None, :] / S[:, :, None])
