"""Newton's step at one state with input-output links, taken country by country: what fixed points near that state are led by.

The equations of `models/caliendo_parro.py` to first order in log wages w, log prices P and log spending e, around a state with
shares pi, spending E and flows at the border X[s,n,i] = E pi (1 − r):

    log c[s,i] = beta[s,i] w[i] + sum_k a[i,k,s] P[k,i]                      P_new[s,n] = sum_i pi log c[s,i]
    log X[s,n,i] = e[s,n] + theta[s] (P_new[s,n] − log c[s,i])               gap of trade: dlog(exports + lent) − dlog(imports + borrowed)

Wages are solved for with the answer of the whole world, prices and spending of a country with its own alone (block elimination).
It only steers: it stands in single precision, and every residual is measured on the equations themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.world.world import World

NONE = 1e-30  # of mean income: stands for no trade or no spending


@dataclass(frozen=True, eq=False)
class Preconditioner:
    """Minus the inverse of a Jacobian, but for what crosses borders between prices and spending. m: 2 S, prices first; x: [n, m].

    blocks: inverses within a country. lead: gaps of trade by prices and spending. wages: by gaps of trade, the rest in tow.
    follow: prices and spending by wages.
    """

    blocks: Float[ndarray, "n m m"]
    lead: Float[ndarray, "n x"]
    wages: Float[ndarray, "n n"]
    follow: Float[ndarray, "x n"]

    def step(
        self, trade: Float[ndarray, "n k"], rest: Float[ndarray, "n m k"]
    ) -> tuple[Float[ndarray, "n k"], Float[ndarray, "n m k"]]:
        """(change of log wages, of prices and spending) that closes gaps of trade, and of prices and spending."""
        kind = self.blocks.dtype
        near = np.matmul(self.blocks, rest.astype(kind, copy=False))
        flat = near.reshape(-1, near.shape[2])
        change = self.wages @ (trade.astype(kind, copy=False) - self.lead @ flat)
        moved = self.follow @ change
        moved -= flat
        return change, moved.reshape(near.shape)


@dataclass(frozen=True, eq=False)
class Markets:
    """A state with links. pi: shares. Q: what of a unit spent is no duty, pi (1 − r). wL: labour income. D: deficits.

    a[n,k,s]: input k used by s. Of money only ratios count.
    """

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    beta: Float[ndarray, "s n"]
    a: Float[ndarray, "n k s"]
    theta: Float[ndarray, " s"]
    wL: Float[ndarray, " n"]
    D: Float[ndarray, " n"]


def preconditioner(at: Markets, pins: tuple[float, float] = (1.0, 0.0)) -> Preconditioner:
    """The Preconditioner of a state. pins: what a rise of all wages, weighted by labour income, takes from every gap of trade, and
    from every gap of prices and spending: the numeraire.
    """
    slopes = _Slopes(at)
    blocks = slopes.blocks()
    lead, trade = slopes.trade()
    towed = -np.matmul(blocks, slopes.by_wages(pins[1]))
    follow = towed.reshape(-1, towed.shape[2])
    trade -= pins[0] * slopes.level
    wages = -np.linalg.inv(trade + lead @ follow)
    return Preconditioner(blocks, lead, wages, follow)


class _Slopes:
    """The parts of the Jacobian at a state, in single precision."""

    def __init__(self, at: Markets) -> None:
        (S, N), kind, unit = at.E.shape, np.float32, float(at.E.mean())
        self.S, self.N, self.own = S, N, np.arange(N)
        self.pi, self.a, self.theta = at.pi.astype(kind), at.a.astype(kind), at.theta[:, None].astype(kind)
        self.by_user = np.ascontiguousarray(self.a.transpose(0, 2, 1))
        self.beta, self.alpha = at.beta.astype(kind), np.ascontiguousarray(at.alpha.T, kind)
        self.E, self.wL, self.D = ((values / unit).astype(kind) for values in (at.E, at.wL, at.D))
        self.level = self.wL / self.wL.sum()
        self.X = at.Q.astype(kind)
        self.X *= self.E[:, :, None]
        self.kept, self.sold = self.X.sum(axis=2), self.X.sum(axis=1)
        self.home, self.share = self.X[:, self.own, self.own], self.pi[:, self.own, self.own]
        self.over = np.divide(1, self.E.T, out=np.zeros((N, S), kind), where=self.E.T > NONE)

    def trade(self) -> tuple[Float[ndarray, "n x"], Float[ndarray, "n n"]]:
        """Gaps of trade [j] by prices and spending of all countries, and by log wages."""
        N, S, own, theta = self.N, self.S, self.own, self.theta
        abroad, lent, borrowed = self.sold - self.home, np.maximum(self.D, 0), np.maximum(-self.D, 0)
        money_in = np.maximum(abroad.sum(axis=0) + lent, NONE)
        money_out = np.maximum((self.kept - self.home).sum(axis=0) + borrowed, NONE)
        lead = np.empty((N, N, 2 * S), self.X.dtype)
        sells = self.X / money_in  # [s, n, j]: spending of n in s by gap of j
        sells[:, own, own] = -(self.kept - self.home) / money_out
        lead[:, :, S:] = sells.transpose(2, 1, 0)
        sells *= theta[:, :, None]
        by_cost = np.matmul(sells.transpose(0, 2, 1), self.pi)  # [s, j, m]: through prices of all buyers
        buys = self.X * (theta / money_out)[:, :, None]
        buys[:, own, own] = -theta * abroad / money_in
        by_cost += buys
        np.matmul(by_cost.transpose(2, 1, 0), self.by_user, out=lead[:, :, :S].transpose(1, 0, 2))
        trade = np.einsum("sjm,sm->jm", by_cost, self.beta)
        trade += np.outer((lent / money_in - borrowed / money_out), self.level)
        idle = np.flatnonzero((money_in <= NONE) | (money_out <= NONE))
        trade[idle, idle] -= 1
        return lead.reshape(N, -1), trade

    def by_wages(self, pin: float) -> Float[ndarray, "n m i"]:
        """Gaps of prices and of spending by log wages of all countries."""
        N, S, own = self.N, self.S, self.own
        priced = self.pi * self.beta[:, None, :]
        sales = np.matmul(self.X.transpose(0, 2, 1), priced)  # [s, n, i]: sales of n by the wage of i
        sales[:, own, own] -= self.sold * self.beta
        sales *= self.theta[:, :, None]
        kept = np.matmul((self.theta * self.kept).T[:, None, :], priced.transpose(1, 0, 2))[:, 0]
        income = np.einsum("sni,si->ni", self.X, self.theta * self.beta)
        income += np.outer(self.D, self.level) - kept
        income[own, own] += self.wL
        found = np.empty((N, 2 * S, N), self.X.dtype)
        found[:, :S] = priced.transpose(1, 0, 2)
        spent = np.matmul(self.a, sales.transpose(1, 0, 2))
        spent += self.alpha[:, :, None] * income[:, None, :]
        np.multiply(spent, self.over[:, :, None], out=found[:, S:])
        found -= pin * self.level
        return found

    def blocks(self) -> Float[ndarray, "n m m"]:
        """The inverse within each country: prices by prices, then spending by prices and by spending."""
        S, theta, same = self.S, self.theta, np.eye(self.S, dtype=self.X.dtype)
        prices = np.linalg.inv(self.share.T[:, :, None] * self.by_user - same)
        spent = self.a * self.home.T[:, None, :] + self.alpha[:, :, None] * (self.E - self.kept).T[:, None, :]
        spending = np.linalg.inv(self.over[:, :, None] * spent - same)
        sales = theta * (np.einsum("sni,sni->si", self.X, self.pi) - self.sold)
        duties = theta * (self.home - self.kept * self.share)
        cost = self.a * sales.T[:, None, :] + self.alpha[:, :, None] * duties.T[:, None, :]
        crossed = np.matmul(self.over[:, :, None] * cost, self.by_user)
        found = np.zeros((self.N, 2 * S, 2 * S), self.X.dtype)
        found[:, :S, :S], found[:, S:, S:] = prices, spending
        found[:, S:, :S] = -np.matmul(spending, np.matmul(crossed, prices))
        return found


_KEPT: WeakKeyDictionary[World, Preconditioner | None] = WeakKeyDictionary()


def of_baseline(world: World) -> Preconditioner | None:
    """The Preconditioner of a world with links at its own state, made once for as long as the world is there; None where it has none."""
    if world not in _KEPT:
        base, gamma = world.base, world.gamma
        assert gamma is not None
        pi = base.pi.transpose(2, 0, 1)
        named = (
            base.E.T,
            world.alpha.T,
            world.beta.T,
            gamma * (1 - world.beta)[:, None, :],
            world.theta,
            base.VA,
            base.D,
        )
        at = Markets(pi, pi / (1 + world.t.transpose(2, 0, 1)), *named)
        try:
            _KEPT[world] = preconditioner(at, (1 + float(np.median(world.theta)), 1.0))
        except np.linalg.LinAlgError:  # a country that pays for nothing but its own goods
            _KEPT[world] = None
    return _KEPT[world]
