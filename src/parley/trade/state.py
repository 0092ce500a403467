"""What a model says of one point: prices, quantities and how far the markets are from clearing."""

from __future__ import annotations

from dataclasses import dataclass

from numpy import ndarray

from parley.array_types import Float


@dataclass(frozen=True, eq=False)
class State:
    """A model's quantities at one iterate, sector by sector ([s, n]), in units of the world's labour income.

    alpha: shares of final spending that the model uses. q = c_hat^(−theta). Phi = P_hat^(−theta). labour: labour
    income. L_hat: labour. tax: on labour. residual: the largest gap of any market or price at this iterate.
    """

    w_hat: Float[ndarray, " n"]
    alpha: Float[ndarray, "s n"]
    log_c: Float[ndarray, "s n"]
    q: Float[ndarray, "s n"]
    Phi: Float[ndarray, "s n"]
    E_new: Float[ndarray, "s n"]
    income: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]
    labour: Float[ndarray, " n"]
    L_hat: Float[ndarray, " n"]
    tax: Float[ndarray, " n"]
    residual: float
