"""Tariffs that reach prices more or less than one for one: firms enter markets, and mark up over what they face there.

Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): with phi[n] of the buyer,

    pi_new ∝ pi (tau_hat^phi c_hat)^(−theta),   P_hat = (E_hat/w_hat)^(1−phi) (sum_i pi (tau_hat^phi c_hat)^(−theta))^(−1/theta)

Their baseline has phi = (1 + k)/((1 − nu) k) − 1/k with k = theta/0.67. E is all spending, on materials too.
Without an adjoint: for replication.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from parley.arguments import checked_fields
from parley.errors import InputError
from parley.frozen import frozen
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "closures"
SAYS = "a tariff moves a buyer's price by phi times its size, and entry follows spending over wages"
SOURCE = "Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Journal of International Economics"
ASSUMES = "phi, one number or one a country"
ADJOINT = False
MODELS = ("armington", "caliendo_parro")


@checked_fields
@dataclass(frozen=True, eq=False)
class Choice:
    """phi: above zero; 1 changes nothing."""

    phi: float | ArrayLike

    def settled(self, world: World) -> Filled:
        """phi [n], checked."""
        phi = np.array(np.broadcast_to(np.asarray(self.phi, float), len(world.countries)))
        if not np.all((phi > 0) & np.isfinite(phi)):
            raise InputError("solve, pass_through", f"phi is {phi.min()}", "above 0")
        return {"pass_through": frozen(phi)}
