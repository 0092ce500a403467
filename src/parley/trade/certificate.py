"""The proof that an outcome is an equilibrium, taken from its flows and not from the solver's last step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.trade.state import State
from parley.world.accounts import material_demand
from parley.world.world import World

TRADE_FLOOR = 1e-6  # of labour income: the smallest trade against which double precision can still certify 1e-10


@dataclass(frozen=True, eq=False)
class Certificate:
    """What proves the outcome, and the duties that it implies.

    residual: largest labour-market error over trade, or spending error over spending. walras: sum of labour-market
    errors over world labour income. share_error: largest gap of a sum of new shares from 1.
    """

    residual: float
    walras: float
    share_error: float
    revenue: Float[ndarray, " n"]


def certify(
    world: World, state: State, X_new: Float[ndarray, "s n i"], r: Float[ndarray, "s n i"], links: bool
) -> Certificate:
    """The Certificate of new flows X_new [s, n, i] with duty shares r: every market of every country, none dropped."""
    duties = X_new * r
    received = X_new - duties
    S_new = received.sum(axis=1)
    beta = world.beta.T if links else 1.0
    labour = state.w_hat * world.base.VA
    own = np.einsum("snn->n", received)
    exports = S_new.sum(axis=0) - own
    error = (beta * S_new).sum(axis=0) - labour
    per_trade = np.abs(error) / np.maximum(np.minimum(exports, labour), TRADE_FLOOR * labour)
    revenue = duties.sum(axis=(0, 2))
    spending = state.alpha * (labour + revenue + state.D_new)
    if links and world.gamma is not None:
        spending = spending + material_demand(S_new.T, world.beta, world.gamma).T
    bought = X_new.sum(axis=2)
    budget = np.abs(bought - spending).sum(axis=0) / spending.sum(axis=0)
    shares = np.where(state.E_new > 0, bought / np.where(state.E_new > 0, state.E_new, 1), 1.0)
    residual = float(max(per_trade.max(), budget.max()))
    return Certificate(residual, float(abs(error.sum()) / labour.sum()), float(np.abs(shares - 1).max()), revenue)
