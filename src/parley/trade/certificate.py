"""The proof that an outcome is an equilibrium, taken from its flows and not from the solver's last step."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade import hat
from parley.trade.problem import Problem, State
from parley.world.accounts import material_demand

NO_TRADE = 1e-200  # stands for no trade at all, far below any money


def balance_gap(
    exports: Float[ndarray, "*b n"], imports: Float[ndarray, "*b n"], D: Float[ndarray, "*b n"]
) -> Float[ndarray, "*b n"]:
    """|exports − imports + D| over the mean of exports and imports: the market error, relative to a country's trade.

    Relative to income it would vanish near autarky, whatever the wages. A deficit without trade is infinitely far off.
    """
    trade = exports + imports
    trade *= 0.5
    error = np.abs(exports - imports + D)
    return error / np.maximum(trade, NO_TRADE, out=trade)


def balance_step(
    exports: Float[ndarray, "*b n"], imports: Float[ndarray, "*b n"], D: Float[ndarray, "*b n"]
) -> Float[ndarray, "*b n"]:
    """log(exports + lent) − log(imports + borrowed): where a wage should go for trade to balance; 0 without trade."""
    earned = np.maximum(exports + np.maximum(D, 0.0), NO_TRADE)
    return np.log(earned / np.maximum(imports - np.minimum(D, 0.0), NO_TRADE))


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
    export_revenue: Float[ndarray, " n"]


def certify(problem: Problem, module: ModuleType, state: State, X_new: Float[ndarray, "s n i"]) -> Certificate:
    """The Certificate of new flows X_new [s, n, i] under a problem: every market of every country, none dropped."""
    world, own = problem.world, np.arange(len(state.labour))
    border, buyers = hat.received(X_new, problem.r), np.ones((len(own), 1))
    home = border[:, own, own]
    border[:, own, own] = 0.0
    bought, imported = ((flows @ buyers)[:, :, 0] for flows in (X_new, border))
    sold_abroad = (buyers.T @ border)[:, 0]
    duties = (bought - imported - home).sum(axis=0)
    S_new, exported = sold_abroad + home, np.zeros_like(duties)
    if problem.taxed is not None:
        collected = (X_new * problem.taxed).sum(axis=1)
        S_new, exported = S_new - collected, collected.sum(axis=0)
    share, labour = module.labour_share(world).T, state.labour
    paid = (share * S_new).sum(axis=0)
    earned = labour + (S_new.sum(axis=0) - paid if module.PROFITS else 0.0)
    spending = state.alpha * (earned + duties + exported + state.D_new)
    if module.LINKS and world.gamma is not None:
        spending = spending + material_demand(S_new.T, world.beta, world.gamma).T
    budget = np.abs(bought - spending).sum(axis=0) / spending.sum(axis=0)
    gap = balance_gap(sold_abroad.sum(axis=0), imported.sum(axis=0), state.D_new)
    shares = np.where(state.E_new > 0, bought / np.where(state.E_new > 0, state.E_new, 1), 1.0)
    residual = float(max(gap.max(), (np.abs(paid - labour) / labour).max(), budget.max()))
    walras = float(abs((paid - labour).sum()) / labour.sum())
    return Certificate(residual, walras, float(np.abs(shares - 1).max()), duties, exported)
