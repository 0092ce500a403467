"""What an objective names directly: the derivatives of welfare, or of any weighted sum, with the equilibrium held still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import read_only
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import final_shares
from parley.trade.models import read_model, wage_bill


@dataclass(frozen=True, eq=False)
@read_only
class Aims:
    """Derivatives of objectives k, each by one more unit of n's money (of the equilibrium's numeraire), all else still.

    income: of n's spending. revenue, export_revenue: of duties and export taxes. labour: of labour income. sales [k,n,s]:
    of n's sales of s. price [k,n,s]: by log P[n,s]. tax: by the tax on labour. An objective must not depend on the unit
    of money (homogeneity): only real ones have an adjoint.
    """

    income: Float[ndarray, "k n"]
    revenue: Float[ndarray, "k n"]
    export_revenue: Float[ndarray, "k n"]
    labour: Float[ndarray, "k n"]
    tax: Float[ndarray, "k n"]
    sales: Float[ndarray, "k n s"]
    price: Float[ndarray, "k n s"]


def log_welfare(eq: Equilibrium, weights: Float[ndarray, "k n"]) -> Aims:
    """Aims of sum_n weights[k,n] log W_hat[n], W_hat = U/P by the closure (`welfare_hat`).

    U = I − effort (1 − tax) wL eps/(1 + eps), less revenue where it is wasted: dO/dI = weight/U, and so on.
    """
    closure, labour = eq.closure, labour_income(eq)
    effort = closure.labour_supply / (1 + closure.labour_supply)
    invested = 0.0 if closure.capital is None else closure.capital.invested
    spent = eq.income_new - (effort * (1 - eq.tax_new) + invested) * labour
    wasted = closure.revenue == "wasted"
    if wasted:
        spent = spent - eq.revenue_new - eq.export_revenue_new
    worth = weights / spent
    lost = -worth if wasted else np.zeros_like(worth)
    price = -weights[:, :, None] * final_shares(eq)
    named = worth, lost, lost, -(effort * (1 - eq.tax_new) + invested) * worth, effort * labour * worth
    return Aims(*named, np.zeros_like(price), price)


def weights_of(eq: Equilibrium, named: str | ndarray | None) -> Float[ndarray, "k n"]:
    """Weights on log welfare: None, one objective for each country; a country's code; numbers [n] or [k, n]."""
    N = len(eq.world.countries)
    if named is None:
        return np.eye(N)
    if isinstance(named, str):
        return np.eye(N)[[eq.world.index(named)]]
    found = np.atleast_2d(np.asarray(named, dtype=float))
    if found.ndim != 2 or found.shape[1] != N:
        raise InputError("adjoint", f"weights have shape {np.shape(named)}", f"({N},) or (k, {N})")
    if (bad := found[~np.isfinite(found)]).size:
        raise InputError("adjoint", f"weights hold {bad[0]}", "finite numbers")
    return found


def labour_income(eq: Equilibrium) -> Float[ndarray, " n"]:
    """Labour income in the new state, in units of the numeraire: w L; the income of all factors, where capital adjusts."""
    return eq.w_hat * eq.L_hat * wage_bill(eq.world, read_model(eq.model))
