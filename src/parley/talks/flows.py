"""An equilibrium as the games read it: shares, spending, and who earns what, sector by sector ([s, n, i], [s, n])."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model


@dataclass(frozen=True, eq=False)
class Flows:
    """Q = pi (1 − r): what of a unit spent reaches the seller. S: sales before duty, alpha: shares of final spending.

    labour, profit: what of a unit of sales is labour income and profit of the seller's country; the rest is materials.
    wL: labour income.
    """

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    S: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    labour: Float[ndarray, "s n"]
    profit: Float[ndarray, "s n"]
    wL: Float[ndarray, " n"]


def has_links(eq: Equilibrium) -> bool:
    """Whether input-output links bear on this equilibrium."""
    return bool(read_model(eq.model).LINKS and eq.world.has_links)


def has_profits(eq: Equilibrium) -> bool:
    """Whether sellers earn profits: monopolistic competition with a fixed number of firms, as in Ossa (2014)."""
    return bool(getattr(read_model(eq.model), "PROFITS", False))


def flows_of(eq: Equilibrium) -> Flows:
    """The Flows of an equilibrium."""
    pi = np.ascontiguousarray(eq.pi_new.transpose(2, 0, 1))
    Q = pi * (1 - eq.wedges.revenue_share.transpose(2, 0, 1))
    E = np.ascontiguousarray(eq.E_new.T)
    S = np.einsum("sn,sni->si", E, Q)
    alpha = np.ascontiguousarray(eq.world.alpha.T) if has_links(eq) else E / E.sum(axis=0)
    labour, profit = _earned(eq, S)
    wL = (labour * S).sum(axis=0) if has_profits(eq) else eq.w_hat * eq.world.base.VA
    return Flows(pi, Q, E, S, alpha, labour, profit, wL)


def _earned(eq: Equilibrium, S: Float[ndarray, "s n"]) -> tuple[Float[ndarray, "s n"], Float[ndarray, "s n"]]:
    """(labour, profit) per unit of sales: beta and 0; with profits (sigma − 1)/sigma and 1/sigma.  Ossa (2014)."""
    if has_profits(eq):
        profit = np.broadcast_to(1 / (1 + eq.world.theta)[:, None], S.shape)
        return 1 - profit, profit
    labour = np.ascontiguousarray(eq.world.beta.T) if has_links(eq) else np.ones_like(S)
    return labour, np.zeros_like(S)
