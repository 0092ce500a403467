"""The proof that an outcome is an equilibrium, taken from its flows and not from the solver's last step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.trade import hat
from parley.trade.state import State
from parley.world.accounts import material_demand
from parley.world.world import World


def balance_gap(
    exports: Float[ndarray, " n"], imports: Float[ndarray, " n"], D: Float[ndarray, " n"]
) -> Float[ndarray, " n"]:
    """|exports − imports + D| over the mean of exports and imports: the market error, relative to a country's trade.

    Relative to income it would vanish near autarky, whatever the wages. A deficit without trade is infinitely far off.
    """
    error, trade = np.abs(exports - imports + D), (exports + imports) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error == 0, 0.0, error / trade)


@dataclass(frozen=True, eq=False)
class Certificate:
    """What proves the outcome, and the duties that it implies.

    residual: largest error of a country's trade balance over its trade, of its labour market over labour income, or of
    its spending over spending. walras: sum of labour-market
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
    received = hat.received(X_new, r)
    S_new, bought = received.sum(axis=1), X_new.sum(axis=2)
    revenue = (bought - received.sum(axis=2)).sum(axis=0)
    labour = state.w_hat * world.base.VA
    beta = world.beta.T if links else 1.0
    error = (beta * S_new).sum(axis=0) - labour
    spending = state.alpha * (labour + revenue + state.D_new)
    if links and world.gamma is not None:
        spending = spending + material_demand(S_new.T, world.beta, world.gamma).T
    budget = np.abs(bought - spending).sum(axis=0) / spending.sum(axis=0)
    own = np.arange(len(labour))
    received[:, own, own] = 0.0
    gap = balance_gap(received.sum(axis=(0, 1)), received.sum(axis=(0, 2)), state.D_new)
    shares = np.where(state.E_new > 0, bought / np.where(state.E_new > 0, state.E_new, 1), 1.0)
    residual = float(max(gap.max(), (np.abs(error) / labour).max(), budget.max()))
    return Certificate(residual, float(abs(error.sum()) / labour.sum()), float(np.abs(shares - 1).max()), revenue)
