"""Labour as an unknown: the part of a model's iterate that only an elastic supply needs."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.closure import Closure, hours_hat, tax_new


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
        tax = tax_new(self.closure, self.wage_bill, self.revenue, labour, revenue, level)
        f = np.log(hours_hat(self.closure, w_hat, tax, level) / L_hat)
        return self.damping * f, tax, float(np.abs(f).max())
