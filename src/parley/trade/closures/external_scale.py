"""Costs that fall with the size of the economy, outside every firm: c_hat = w_hat L_hat^(−psi).

Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): psi times the trade elasticity is 0.67 in their tables. Without
links and without an adjoint: for replication. Scale moves with hours, so labour supply must be elastic.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.arguments import checked_fields
from parley.errors import InputError
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "closures"
SAYS = "unit costs fall with hours worked (external scale)"
SOURCE = "Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Journal of International Economics"
ASSUMES = "the scale elasticity psi"
ADJOINT = False
MODELS = ("armington",)


@checked_fields
@dataclass(frozen=True)
class Choice:
    """psi: the percent by which costs fall as hours rise by one percent."""

    psi: float

    def settled(self, world: World) -> Filled:
        """psi, checked."""
        if not 0 <= self.psi < 1:
            raise InputError("solve, external_scale", f"psi is {self.psi}", "from 0 to below 1")
        return {"scale": float(self.psi)}
