"""Newton's step for an equilibrium with input-output links: how gaps of its markets are closed, wages first.

The model's equations (trade/models/caliendo_parro.py) to first order in log wages w, log prices P and log spending E:
c = beta w + sum_k a P[k], P = sum_i pi c, log sales of i to n = E + theta (P − c), and the accounts. Taken in single
precision where it can hold the money: slopes only steer, every residual is measured on the equations themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.multipliers_links import across, in_blocks
from parley.talks.objective import Flows
from parley.trade.equilibrium import Equilibrium

SWEEPS = 2  # of prices and spending at given wages: more of them cost more than they save
TINY = 1e-20  # spending over mean income above which single precision holds it


@dataclass(frozen=True, eq=False)
class Slopes:
    """What answers gaps: prices and spending country by country, wages all together, both in tow of wages.

    prices, spending: [n, s, s] within a country. newton: wages by gaps of trade. follow: what moves with wages,
    prices of all countries first, [n, s] each.
    """

    prices: Float[ndarray, "n s s"]
    spending: Float[ndarray, "n s s"]
    newton: Float[ndarray, "n n"]
    follow: Float[ndarray, "x n"]

    def step(self, f: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """The step for gaps f of trade (log of money in over money out), prices and spending, [n, s] each."""
        N, kind = len(self.newton), self.follow.dtype
        found = np.empty_like(f)
        found[:N] = self.newton @ f[:N]
        rest = in_blocks(self.prices, self.spending, f[N:].astype(kind))
        rest += self.follow @ found[:N].astype(kind)
        found[N:] = rest
        return found


def slopes_of(eq: Equilibrium, flows: Flows) -> Slopes:
    """The Slopes at an equilibrium, by sweeps over prices and spending for a unit of each wage."""
    markets = Markets(eq, flows)
    N, kind = len(flows.wL), markets.kind
    x = np.zeros((N + 2 * flows.E.size, N), kind)
    x[:N] = np.eye(N)
    prices, spending = markets.blocks()
    for _ in range(SWEEPS):
        x[N:] += in_blocks(prices, spending, markets.gaps(x)[N:])
    slope = markets.trade_gaps(x).astype(float) - flows.wL / flows.wL.sum()  # pins the level of all wages
    return Slopes(prices, spending, -np.linalg.inv(slope), x[N:])


class Markets:
    """The equations to first order, country by country in memory ([n, s, k]); x: log wages, prices, spending."""

    def __init__(self, eq: Equilibrium, flows: Flows) -> None:
        world, unit = eq.world, float(eq.income_new.mean())
        E, D = np.maximum(flows.E / unit, 1e-250), eq.D_new / unit
        self.kind = kind = np.dtype(np.float32 if E.min() > TINY else np.float64)
        gamma = np.zeros((len(D), *2 * (len(world.theta),))) if world.gamma is None else world.gamma
        self.a = (gamma * (1 - world.beta)[:, None, :]).astype(kind)  # [n, k, s]
        self.a_by_user, self.pi = self.a.transpose(0, 2, 1), flows.pi.astype(kind)
        at = np.arange(len(D))
        own, net = flows.pi[:, at, at], flows.Q.copy()
        net[:, at, at] = 0.0
        self.net = net.astype(kind)
        self.own_kept = flows.Q[:, at, at].T.astype(kind)

        def column(values: Float[ndarray, "s n"]) -> Float[ndarray, "n s 1"]:
            return np.ascontiguousarray(values.T, kind)[:, :, None]

        exports, self.per_import = np.einsum("sn,sni->si", E, net), column(net.sum(axis=2))
        self.E, self.own, self.own_share = column(E), column(own * E), own.T.astype(kind)
        self.beta, self.alpha, self.exported = column(flows.labour), column(flows.alpha), column(exports)
        self.theta = world.theta[None, :, None].astype(kind)
        self.wL = (flows.wL / unit)[:, None].astype(kind)
        self.D = D[:, None].astype(kind)
        spread = 0.0 if eq.deficits == "nominal" else 1 / float(eq.income_new.sum() / unit - D.sum())
        self.lent = (spread * self.D).astype(kind)  # the change of D by a unit of anybody's GDP
        imports = (E * net.sum(axis=2)).sum(axis=0)
        self.money_in = (exports.sum(axis=0) + np.maximum(D, 0))[:, None].astype(kind)
        self.money_out = (imports + np.maximum(-D, 0))[:, None].astype(kind)

    def blocks(self) -> tuple[Float[ndarray, "n s s"], Float[ndarray, "n s s"]]:
        """Inverses within each country of 1 − (what prices add to prices), and of the same of log spending."""
        same, E = np.eye(self.E.shape[1]), self.E[:, :, 0].astype(float)
        prices = same - self.own_share[:, :, None] * self.a_by_user
        spending = same - self.a * self.own_kept[:, None, :] * E[:, None, :] / E[:, :, None]
        return np.linalg.inv(prices).astype(self.kind), np.linalg.inv(spending).astype(self.kind)

    def gaps(self, x: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """What the equations say of log wages, prices and spending, less x; of wages the trade gaps."""
        f = np.empty_like(x)
        N, S = self.E.shape[:2]
        _, P, E = self._parts(x)
        f_P, f_E = f[N:].reshape(2, N, S, -1)
        f[:N], P_new, sold, income = self._flows(x)
        np.subtract(P_new, P, out=f_P)
        np.matmul(self.a, sold, out=f_E)
        f_E += self.alpha * income
        f_E /= self.E
        f_E -= E
        return f

    def trade_gaps(self, x: Float[ndarray, "x k"]) -> Float[ndarray, "n k"]:
        """The trade gaps alone."""
        return self._flows(x)[0]

    def _parts(self, x: Float[ndarray, "x k"]) -> tuple[ndarray, ndarray, ndarray]:
        N, S = self.E.shape[:2]
        P, E = x[N:].reshape(2, N, S, -1)
        return x[:N], P, E

    def _flows(self, x: Float[ndarray, "x k"]) -> tuple[ndarray, ndarray, ndarray, ndarray]:
        """(trade gaps [n, k], prices [n, s, k], sales [n, s, k], income with duties and deficits [n, 1, k])."""
        w, P, E = self._parts(x)
        c = np.matmul(self.a_by_user, P)
        c += self.beta * w[:, None]
        P_new = across(self.pi, c)
        c *= self.theta
        bought = across(self.net, c)
        spent = self.theta * P_new
        spent += E
        np.subtract(self.per_import * spent, bought, out=bought)
        bought *= self.E
        imports = bought.sum(axis=1)
        sold = across(self.net.transpose(0, 2, 1), self.E * spent)
        sold -= self.exported * c
        exports = sold.sum(axis=1)
        spent -= c
        spent *= self.own
        revenue = np.matmul(self.E.transpose(0, 2, 1), E)[:, 0] - spent.sum(axis=1) - imports
        sold += spent
        total = self.wL * w + revenue
        D = self.lent * total.sum(axis=0)
        gaps = (exports + np.where(self.D > 0, D, 0)) / self.money_in
        gaps -= (imports - np.where(self.D < 0, D, 0)) / self.money_out
        return gaps, P_new, sold, (total + D)[:, None]
