"""Spending tied to own output: E_new/E = g Y_new/Y with one g for all, so that what all spend is what all earn.

Gravity models close so (Larch and Yotov 2016, eq. 30; the gegravity package): what a country spends is a fixed multiple of
what it sells. A deficit then grows with the country's own output. Without links and an adjoint: for replication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parley.world.world import World

KIND = "deficits"
SAYS = "each country spends a fixed multiple of its own output"
SOURCE = "Larch and Yotov (2016), eq. 30"
ASSUMES = ""
ADJOINT = False
MODELS = ("armington",)


@dataclass(frozen=True)
class Choice:
    """No parameters."""

    def settled(self, world: World) -> dict[str, Any]:
        """That spending follows output."""
        return {"of_output": True}
