"""Duties that pay for a cut of the tax on labour: it falls by duties over labour income, to nothing after the change.

Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): take-home pay per hour rises by w_hat/(1 − x), x = duties over new
labour income, and with k = labour supply/(1 + labour supply)

    W_hat = (E_new − k (1 − x) Y_new)/(E − k (1 − x) Y) / P_hat

For replication: "tax_relief" keeps real public spending instead, from a tax that the user states. The base has no duties.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.errors import InputError
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "revenue"
SAYS = "duties over labour income are taken off the tax on labour"
SOURCE = "Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Journal of International Economics"
ASSUMES = "that the tax before was as high as the duties now"
ADJOINT = False
MODELS = ("armington", "caliendo_parro")


@dataclass(frozen=True)
class Choice:
    """No parameters; labour supply is that of `solve`."""

    def settled(self, world: World) -> Filled:
        """Nothing to fill; a base with duties is refused."""
        if world.base.revenue.any():
            raise InputError(
                "solve, revenue tax_cut", f"world {world.name} has duties before the change", "a base without"
            )
        return {}
