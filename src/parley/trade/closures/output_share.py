"""Spending tied to own output: E_new/E = g Y_new/Y with one g for all, so that what all spend is what all earn.

Gravity models say that they close so (Larch and Yotov 2016, eq. 30): what a country spends is a fixed multiple of what it sells.
The gegravity package (Herman 2021) states it, and solves with every country's shares of world output and of world spending
as in the baseline: money incomes stay, factory prices move (`held`). Without links and an adjoint: for replication.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.arguments import checked_fields
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "deficits"
SAYS = "each country spends a fixed multiple of its own output"
SOURCE = "Larch and Yotov (2016), eq. 30; Herman (2021), gegravity"
ASSUMES = ""
ADJOINT = False
MODELS = ("armington",)


@checked_fields
@dataclass(frozen=True)
class Choice:
    """held: whether money incomes and spending stay as they are, as in gegravity's own system, and prices alone move."""

    held: bool = False

    def settled(self, world: World) -> Filled:
        """That spending follows output, or that both stay."""
        return {"of_output": not self.held, "held": self.held}
