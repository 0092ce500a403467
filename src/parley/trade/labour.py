"""Labour supply: hours that respond to the real wage after tax, and the tax on labour, inside a model's iterate."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.closure import Closure
from parley.trade.closures.wage_floor import Floor


def tax_new(
    closure: Closure,
    base_labour: Float[ndarray, " n"],
    base_revenue: Float[ndarray, " n"],
    labour: Float[ndarray, " n"],
    revenue: Float[ndarray, " n"],
    level: Float[ndarray, " n"],
) -> Float[ndarray, " n"]:
    """The tax on labour: as before; under relief tax·wL = (tax_rate·wL₀ + R₀)·P_hat − R, real public spending fixed."""
    if closure.revenue != "tax_relief":
        return np.full_like(labour, closure.tax_rate)
    return ((closure.tax_rate * base_labour + base_revenue) * level - revenue) / labour


def hours_hat(
    closure: Closure, w_hat: Float[ndarray, " n"], tax: Float[ndarray, " n"], level: Float[ndarray, " n"]
) -> Float[ndarray, " n"]:
    """L_hat = (w_hat (1 − tax)/(1 − tax_rate)/P_hat)^labour_supply: no income effect (Greenwood, Hercowitz and Huffman 1988)."""
    with np.errstate(invalid="ignore"):
        return (w_hat * (1 - tax) / (1 - closure.tax_rate) / level) ** closure.labour_supply


class Labour:
    """Log hours at the end of the iterate, where they respond; else ones, at no cost."""

    def __init__(
        self, closure: Closure, wage_bill: Float[ndarray, " n"], revenue: Float[ndarray, " n"], damping: float
    ) -> None:
        self.closure, self.wage_bill, self.revenue, self.damping = closure, wage_bill, revenue, damping
        self.ones = np.ones_like(wage_bill)
        self.tax = np.full_like(wage_bill, closure.tax_rate)

    def extend(self, x: Float[ndarray, " x"], L_hat: Float[ndarray, " n"] | None = None) -> Float[ndarray, " y"]:
        """An iterate with hours behind it: those given, or as in the baseline."""
        if not self.closure.elastic:
            return x
        return np.concatenate([x, np.zeros_like(self.ones) if L_hat is None else np.log(L_hat)])

    def hours(self, x: Float[ndarray, "*b x"], moved: float | ndarray = 0.0) -> Float[ndarray, " n"]:
        """L_hat of an iterate from which `moved` was taken."""
        return np.exp(x[-len(self.ones) :] + moved) if self.closure.elastic else self.ones

    def gap(
        self,
        w_hat: Float[ndarray, "*b n"],
        L_hat: Float[ndarray, " n"],
        labour: Float[ndarray, "*b n"],
        revenue: Float[ndarray, "*b n"],
        log_level: Float[ndarray, " n"],
    ) -> tuple[Float[ndarray, " y"], Float[ndarray, " n"], float]:
        """(step of log hours, tax on labour, residual) at prices, labour income and revenue of an iterate."""
        if not self.closure.elastic:
            return np.zeros(0), self.tax, 0.0
        level = np.exp(log_level)
        if self.closure.revenue == "tax_cut":
            tax = self.tax
            wanted = (w_hat / (1 - revenue / labour) / level) ** self.closure.labour_supply
        else:
            tax = tax_new(self.closure, self.wage_bill, self.revenue, labour, revenue, level)
            wanted = hours_hat(self.closure, w_hat, tax, level)
        f = np.log(wanted / L_hat)
        return self.damping * f, tax, float(np.abs(f).max())


def floor_of(closure: Closure, wage_bill: Float[ndarray, " n"]) -> Floor | None:
    """The Floor of wages, where there is one."""
    return None if closure.floor is None else Floor(closure.floor, closure.numeraire, wage_bill)
