"""Shadow values with input-output links: a linear fixed point at the cost of the model's own, all objectives at once.

Method §5. With a = gamma (1 − beta), Q = pi/tau, d = (rho − v)/tau, dbar = sum_i pi d and C = −dO/d log c:
v[s,i] = beta mu + sum_k a[i,k,s] e[k,i] + sales, e = rho − dbar, rho = earned + sum_k alpha e (and what deficits add),
m[s,n] = price + sum_u a[n,s,u] C[u,n], C = sum_n pi (m − theta E (d − dbar)), mu = rho + wage − sum_s beta C/wL;
earned, wage, sales and price are what the objectives name directly (objective.py).
Unknowns are mu, e and c = C/S, all in units of one over money; arrays stand [s, n, k], objectives last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.errors import NotSolvedError
from parley.shapes import Float

PASSES = 400
MEMORY = 10
RIDGE = 1e-14


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


def solve_links(links: Links, start: ndarray | None, tolerance: float) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """(rho [n,k], v [s,n,k], m [s,n,k], iterate) of all objectives; NotSolvedError where not reached."""
    x = np.zeros((1 + 2 * len(links.theta), *links.earned.shape)) if start is None else start
    damping = 1 / (1 + float(np.median(links.theta)))
    past = _Past(x.shape)
    error = np.inf
    for _ in range(PASSES):
        f, values = _pass(links, x, damping)
        error = float((np.abs(f).max(axis=(0, 1)) / np.abs(values[0]).max(axis=0)).max())
        if error <= tolerance:
            return *values, x
        x = x + past.mixed(x, f)
    raise NotSolvedError("talks: shadow values", f"not reached in {PASSES} passes", error, f"at most {tolerance:.0e}")


def _pass(links: Links, x: Float[ndarray, "x n k"], damping: float):
    """(f, (rho, v, m)) of one iterate x = (mu, e by sector, c by sector)."""
    S = len(links.theta)
    mu, e, c = x[0], x[1 : 1 + S], x[1 + S :]
    v = links.beta[:, :, None] * mu + np.matmul(links.a.transpose(0, 2, 1), e.transpose(1, 0, 2)).transpose(1, 0, 2)
    v += links.sales
    Qv = np.matmul(links.Q, v)
    A = links.Q.sum(axis=2)
    rho = links.to_rho @ (links.earned + (links.alpha[:, :, None] * Qv).sum(axis=0))
    dbar = A[:, :, None] * rho - Qv
    C = links.S[:, :, None] * c
    used = np.matmul(links.a, C.transpose(1, 0, 2)).transpose(1, 0, 2)
    m = links.price + used
    spent = (links.theta[:, None] * links.E)[:, :, None]
    received = np.matmul(links.Q.transpose(0, 2, 1), spent * rho)
    per_v = np.einsum("sn,sni->si", spent[:, :, 0], links.Q)[:, :, None]
    C_new = np.matmul(links.pi.transpose(0, 2, 1), m + spent * dbar) - received + per_v * v
    c_new = C_new / np.maximum(links.S, 1e-300)[:, :, None]
    mu_new = rho + links.y @ rho + links.wage - (links.beta[:, :, None] * C_new).sum(axis=0) / links.wL[:, None]
    f = np.concatenate([damping * (mu_new - mu)[None], rho - dbar - e, c_new - c])
    return f, (rho, v, m)


class _Past:
    """Anderson's memory for each objective by itself: the step is f − (dx + df)' g, g the past steps closest to f."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        count, objectives = shape[0] * shape[1], shape[2]
        self.shape = shape
        self.df, self.both = np.empty((MEMORY, count, objectives)), np.empty((MEMORY, count, objectives))
        self.gram = np.zeros((objectives, MEMORY, MEMORY))
        self.seen = 0
        self.last: tuple[ndarray, ndarray] | None = None

    def mixed(self, x: Float[ndarray, "x n k"], f: Float[ndarray, "x n k"]) -> Float[ndarray, "x n k"]:
        """The accelerated step from iterate x, whose plain step is f."""
        flat_x, flat_f = x.reshape(self.df.shape[1:]), f.reshape(self.df.shape[1:])
        if self.last is not None:
            self._keep(flat_x - self.last[0], flat_f - self.last[1])
        self.last = flat_x, flat_f
        used = min(self.seen, MEMORY)
        if not used:
            return f
        gram = self.gram[:, :used, :used].copy()
        at = np.arange(used)
        gram[:, at, at] += RIDGE * gram[:, at, at].max(axis=1, keepdims=True) + 1e-300
        target = np.einsum("axk,xk->ka", self.df[:used], flat_f)
        g = np.linalg.solve(gram, target[:, :, None])[:, :, 0]
        return f - np.einsum("axk,ka->xk", self.both[:used], g).reshape(self.shape)

    def _keep(self, dx: Float[ndarray, "x k"], df: Float[ndarray, "x k"]) -> None:
        slot = self.seen % MEMORY
        self.df[slot] = df
        np.add(dx, df, out=self.both[slot])
        self.seen += 1
        used = min(self.seen, MEMORY)
        row = np.einsum("axk,xk->ka", self.df[:used], df)
        self.gram[:, slot, :used] = row
        self.gram[:, :used, slot] = row
