"""The coefficients of the shadow values of one equilibrium with input-output links, as multipliers_links.py solves for them."""

from __future__ import annotations

from dataclasses import dataclass

from numpy import ndarray

from parley.array_types import Float


@dataclass(frozen=True, eq=False)
class Links:
    """The coefficients of the fixed point at one equilibrium; money in units of mean income. Objectives last; None: none names any."""

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    S: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    beta: Float[ndarray, "s n"]
    a: Float[ndarray, "n s u"]
    theta: Float[ndarray, " s"]
    wL: Float[ndarray, " n"]
    to_rho: Float[ndarray, "n n"]
    y: Float[ndarray, " n"]
    earned: Float[ndarray, "n k"]
    wage: Float[ndarray, "n k"]
    sales: Float[ndarray, "n s k"] | None
    price: Float[ndarray, "n s k"] | None
