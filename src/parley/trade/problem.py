"""One scenario made ready to solve: powers taken once, matrices laid out sector by sector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.tables import Wedges
from parley.trade.hat import shocked_shares
from parley.world.world import World

BALANCED = "balanced"
DEFICITS = ("world_share", BALANCED, "nominal")
REVENUES = ("lump_sum",)


@dataclass(frozen=True, eq=False)
class Problem:
    """A world and a change, as the solver wants them. [s, n, i]: sector, buyer, seller.

    stack: K above, K (1 − r) off the diagonal below ([s, 2n, i]): one product gives prices and imports before duty.
    own: the diagonal of K. r: duty's share of spending in the new state. wedge_hat: tau_hat times any iceberg factor.
    """

    world: World
    wedges: Wedges
    wedge_hat: Float[ndarray, "n i s"]
    deficits: str
    stack: Float[ndarray, "s n2 i"]
    own: Float[ndarray, "s n"]
    r: Float[ndarray, "s n i"]

    @property
    def K(self) -> Float[ndarray, "s n i"]:
        """Shares at new wedges and old costs."""
        return self.stack[:, : len(self.world.countries)]

    @property
    def net(self) -> Float[ndarray, "s n i"]:
        """K (1 − r) of foreign sellers: what of a buyer's unit reaches them."""
        return self.stack[:, len(self.world.countries) :]


def prepare(world: World, wedges: Wedges, deficits: str, iceberg_hat: Float[ndarray, "n i s"] | None = None) -> Problem:
    """The Problem of a world under new wedges (and, if given, iceberg costs that move by a factor)."""
    N = len(world.countries)
    factor = wedges.tau_hat if iceberg_hat is None else wedges.tau_hat * iceberg_hat
    pi, r = world.base.pi.transpose(2, 0, 1), wedges.revenue_share.transpose(2, 0, 1)
    stack = np.empty((len(world.sectors), 2 * N, N))
    K, net = stack[:, :N], stack[:, N:]
    K[:] = shocked_shares(pi, factor.transpose(2, 0, 1), world.theta)
    _anchor_unused(K)
    np.multiply(K, 1 - r, out=net)
    own = np.einsum("snn->sn", K).copy()
    net[:, np.arange(N), np.arange(N)] = 0.0
    return Problem(world, wedges, factor, deficits, stack, own, r)


def _anchor_unused(K: Float[ndarray, "s n i"]) -> None:
    """Where a country buys nothing of a sector its price follows its own cost; the weight of that price is zero."""
    s, n = np.nonzero(K.sum(axis=2) == 0)
    K[s, n, n] = 1.0


def income(
    labour: Float[ndarray, " n"], kept: Float[ndarray, " n"], world: World, deficits: str
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    """(I_new, D_new) where a share `kept` of spending is not duty and all income is spent: I kept = w VA + D.

    nominal: D as in the baseline, in units of the world's labour income. world_share: D over world income fixed, so
    D_new = g D with g = sum I_new / sum I, solved in closed form. balanced: no deficits; the base was balanced
    before, and what it has left is rounding.
    """
    D = np.zeros_like(labour) if deficits == BALANCED else world.base.D
    if deficits == "world_share":
        D = D * ((labour / kept).sum() / (world.base.income.sum() - (D / kept).sum()))
    return (labour + D) / kept, D
