"""Deficits that are a fixed share of the world's earnings, duties left out (of "world_share": of income, duties counted).

Dekle, Eaton and Kortum (2008) as in Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): T_hat = sum w_hat L_hat VA / sum VA.
Where hours are fixed and money is counted in world labour it is "nominal". For replication.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.trade.closures import Filled
from parley.world.world import World

KIND = "deficits"
SAYS = "each deficit keeps its share of the world's earnings, duties not counted"
SOURCE = "Dekle, Eaton and Kortum (2008), as in Ignatenko, Lashkaripour, Macedoni and Simonovska (2025)"
ASSUMES = ""
ADJOINT = False
MODELS = ("armington", "caliendo_parro")


@dataclass(frozen=True)
class Choice:
    """No parameters."""

    def settled(self, world: World) -> Filled:
        """That T is a share of earnings."""
        return {"of_earnings": True}
