"""Newton's step for shadow values with input-output links: the Jacobian of `multipliers_links.System.gaps`, solved country by country.

The unknowns are mu, and country by country e and c. Values of labour are solved for with the answer of the whole world, e and c
of a country with its own alone. It only steers, in single precision.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.links import Links
from parley.trade.preconditioner import Preconditioner

NONE = 1e-30  # of mean income: stands for no sales


def adjoint_preconditioner(links: Links) -> Preconditioner:
    """The Preconditioner of shadow values at one equilibrium."""
    slopes = _Slopes(links)
    blocks = slopes.blocks()
    follow, labour = slopes.by_labour()
    towed = -np.matmul(blocks, follow)
    flat = towed.reshape(-1, towed.shape[2])
    lead = slopes.lead()
    pinned = np.outer(slopes.wL, slopes.wL) / slopes.wL.sum()  # the free constant
    wages = -np.linalg.inv(labour + lead @ flat - pinned)
    return Preconditioner(blocks, lead, wages, flat)


class _Slopes:
    """The parts of the Jacobian, in single precision."""

    def __init__(self, links: Links) -> None:
        (S, N), kind = links.E.shape, np.float32
        self.S, self.N, self.own = S, N, np.arange(N)
        self.pi, self.Q, self.a = (part.astype(kind) for part in (links.pi, links.Q, links.a))
        self.beta, self.alpha, self.wL = (part.astype(kind) for part in (links.beta, links.alpha, links.wL))
        self.to_rho, self.y = links.to_rho.astype(kind), links.y.astype(kind)
        self.sold = np.maximum(links.S, NONE).astype(kind)
        self.spent = (links.theta[:, None] * links.E).astype(kind)
        self.A, self.of_labour = self.Q.sum(axis=2), self.beta / self.wL
        self.worth = self.pi * self.spent[:, :, None]  # pi theta E, [s, n, i]
        self.duty = self.Q * self.spent[:, :, None]
        self.per_v = self.duty.sum(axis=1)
        self.by_user = np.ascontiguousarray(self.a.transpose(0, 2, 1))
        self.by_rho = self.worth * self.A[:, :, None] - self.duty  # C of i in s by rho of n, [s, n, i]
        self.rho = np.matmul(self.to_rho, self.alpha[:, :, None] * self.Q)  # rho of n by v of i in s, [s, n, i]

    def by_labour(self) -> tuple[Float[ndarray, "n m i"], Float[ndarray, "n n"]]:
        """Gaps of e and c, and of mu, by the value of labour of all countries."""
        N, S, own = self.N, self.S, self.own
        worth = self.Q * self.beta[:, None, :]
        rho = np.einsum("sni,si->ni", self.rho, self.beta)
        dbar = self.A[:, :, None] * rho
        dbar -= worth
        C = np.matmul(self.by_rho.transpose(0, 2, 1), rho)  # [s, i, m]
        C -= np.matmul(self.worth.transpose(0, 2, 1), worth)
        C[:, own, own] += self.per_v * self.beta
        found = np.empty((N, 2 * S, N), rho.dtype)
        np.subtract(rho[:, None], dbar.transpose(1, 0, 2), out=found[:, :S])
        np.divide(C.transpose(1, 0, 2), self.sold.T[:, :, None], out=found[:, S:])
        labour = rho + self.y @ rho - np.matmul(self.of_labour.T[:, None, :], C.transpose(1, 0, 2))[:, 0]
        labour[own, own] -= 1
        return found, labour

    def lead(self) -> Float[ndarray, "n x"]:
        """Gaps of mu by e and c of all countries."""
        N, S, own = self.N, self.S, self.own
        by_rho = self.y - np.einsum("snj,sj->jn", self.by_rho, self.of_labour)
        by_rho[own, own] += 1
        by_v = np.matmul(by_rho, self.rho)  # [s, j, m]
        again = np.matmul(self.pi.transpose(0, 2, 1), self.duty)
        again[:, own, own] -= self.per_v
        again *= self.of_labour[:, :, None]
        by_v += again
        found = np.empty((N, N, 2 * S), by_v.dtype)
        np.matmul(by_v.transpose(2, 1, 0), self.by_user, out=found[:, :, :S].transpose(1, 0, 2))
        bought = (self.of_labour[:, None, :] * self.pi).transpose(1, 2, 0)  # [m, j, s]
        by_c = np.matmul(bought, self.a * self.sold.T[:, None, :])
        np.negative(by_c.transpose(1, 0, 2), out=found[:, :, S:])
        return found.reshape(N, -1)

    def blocks(self) -> Float[ndarray, "n m m"]:
        """The inverse within each country: e by e, then c by e and by c."""
        S, own, same = self.S, self.own, np.eye(self.S, dtype=self.pi.dtype)
        kept, share = self.Q[:, own, own].T, self.pi[:, own, own].T  # [n, s]
        sold = self.sold.T
        rho = self.rho[:, own, own].T[:, None, :]  # by v of u
        e = (1 - self.A.T)[:, :, None] * rho + kept[:, :, None] * same
        e = np.linalg.inv(np.matmul(e, self.by_user) - same)
        c = np.linalg.inv(share[:, :, None] * self.a * sold[:, None, :] / sold[:, :, None] - same)
        alone = self.per_v - np.einsum("sni,sni->si", self.worth, self.Q)
        crossed = np.matmul(self.by_rho.transpose(2, 0, 1), self.rho.transpose(2, 1, 0)) + alone.T[:, :, None] * same
        crossed = np.matmul(crossed / sold[:, :, None], self.by_user)
        found = np.zeros((self.N, 2 * S, 2 * S), e.dtype)
        found[:, :S, :S], found[:, S:, S:] = e, c
        found[:, S:, :S] = -np.matmul(c, np.matmul(crossed, e))
        return found
