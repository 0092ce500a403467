"""The two tables that cross the walls between rooms: rates by product, and wedges on a world's grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen, read_only


@dataclass(frozen=True)
@read_only
class RateTable:
    """Rates that one destination levies on products by origin, before and after. Fractions; NaN where unknown, with a reason.

    before, after: [k, i] statutory ad valorem rates on customs value.
    weight: [k, i] baseline customs value (any unit; 1 for simple means).
    """

    destination: str
    products: tuple[str, ...]
    origins: tuple[str, ...]
    before: Float[ndarray, "k i"]
    after: Float[ndarray, "k i"]
    weight: Float[ndarray, "k i"]
    on_before: date
    on_after: date
    known: date
    weight_source: str


@dataclass(frozen=True)
@read_only
class Wedges:
    """New duties on a world's grid as two wedges per cell (method §3). Index [n, i, s]: n levies, i sells, s sector.

    tau_hat: factor by which the duty wedge in the buyer's price changes, (sum_l omega_l tau_hat_l^(1-eta))^(1/(1-eta)).
    revenue_share: r, duty as a share of spending (duty included) in the new state; t/(1+t) where rates are uniform.
    """

    tau_hat: Float[ndarray, "n i s"]
    revenue_share: Float[ndarray, "n i s"]

    @staticmethod
    def from_rates(t_new: Float[ndarray, "n i s"], t: Float[ndarray, "n i s"]) -> Wedges:
        """Wedges of uniform rates within each cell: tau_hat = (1+t_new)/(1+t), r = t_new/(1+t_new)."""
        tau, tau_base = 1 + t_new, 1 + t
        return Wedges(frozen(np.divide(tau, tau_base, out=tau_base)), frozen(np.divide(t_new, tau, out=tau)))
