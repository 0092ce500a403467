"""The models with several sectors of Ignatenko, Lashkaripour, Macedoni and Simonovska (2025, A.3 and A.4), in their own variables.

X[j, i, k]: what i buys of j's good k. Unknowns: wages, spending, hours, price levels, and each sector's part of hours. Materials
are the buyer's own basket. A general root finder solves it; nothing is shared with parley's solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray
from scipy.optimize import root


@dataclass(frozen=True, eq=False)
class Sectors:
    """A world and its parameters. beta [k]: value added in cost, 1 without links; nu, phi [i]; eps [k]; t[j, i, k]: duties."""

    X: ndarray
    beta: ndarray
    nu: ndarray
    phi: ndarray
    eps: ndarray
    t: ndarray
    psi: float = 0.67 / 5
    kappa: float = 0.5

    def solved(self) -> dict[str, ndarray]:
        """welfare, wages, hours and price levels, new over old. Raises ArithmeticError where the equations do not close."""
        N, _, K = self.X.shape
        found = root(lambda x: self._gaps(x)[0], np.zeros(4 * N + N * K), tol=1e-13).x
        gaps, told = self._gaps(found)
        if np.abs(gaps).max() > 1e-12:
            raise ArithmeticError(f"a gap of {np.abs(gaps).max():.1e} is left")
        return told

    def _gaps(self, x: ndarray) -> tuple[ndarray, dict[str, ndarray]]:
        X, beta, nu = self.X, self.beta, self.nu
        N, _, K = X.shape
        sent = (1 - nu)[None, :, None]
        E, of_sector = X.sum(axis=(0, 2)), (sent * beta * X).sum(axis=1) + nu[:, None] * X.sum(axis=0)
        Y = of_sector.sum(axis=1)
        T = E - Y - ((1 - beta) * sent * X).sum(axis=(1, 2))
        basket, part = X.sum(axis=0) / E[:, None], of_sector / Y[:, None]
        w, e, L, P = np.exp(x[: 4 * N]).reshape(4, N)
        of_hours = np.exp(x[4 * N :]).reshape(N, K)
        cost = w[:, None] ** beta * P[:, None] ** (1 - beta)
        cost = cost / ((w / P)[:, None] ** (1 - beta) * L[:, None] * of_hours) ** self.psi
        pull = X / X.sum(axis=0) * cost[:, None] ** -self.eps * (1 + self.t) ** (-self.eps * self.phi[:, None])
        total = pull.sum(axis=0)
        net = pull / total * basket * (E * e)[:, None] / (1 + self.t)
        duties, wages = (self.t * net).sum(axis=(0, 2)), w * L * Y
        grown = wages.sum() / Y.sum()
        paid = (sent * beta * net).sum(axis=1) + nu[:, None] * net.sum(axis=0)
        labour = ((paid - of_sector * (w * L)[:, None] * of_hours) / Y.mean()).ravel()
        labour[-1] = ((w - 1) * Y).sum() / Y.sum()
        spending = (duties + wages + ((1 - beta) * sent * net).sum(axis=(1, 2)) + T * grown) / E - e
        kept = duties / wages
        hours = L - (w / P / (1 - kept)) ** self.kappa
        prices = P - (e / w) ** (1 - self.phi) * (total ** (-basket / self.eps)).prod(axis=1)
        effort = self.kappa / (1 + self.kappa) * (1 - kept) * Y
        welfare = (duties + wages + T * grown - effort * w * L) / (Y + T - effort) / P
        gaps = [labour, spending, hours, prices, (part * of_hours).sum(axis=1) - 1]
        return np.concatenate(gaps), {"welfare": welfare, "wages": w, "hours": L, "prices": P}
