"""Costs that fall with the size of a sector, outside every firm: c_hat = c0_hat B_hat^(−psi), c0 the cost without scale.

Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): psi times the trade elasticity is 0.67 in their tables. B are bundles of
inputs, what a sector's labour earns over c0: its hours where there are no links (their A.4), and the country's hours
where there is one sector; with links hours times (w_hat/P_hat)^(1 − beta), for materials are inputs too (their A.3).
Without an adjoint: for replication. Scale moves with hours, so labour supply must be elastic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.arguments import checked_fields
from parley.array_types import Float
from parley.errors import InputError
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "closures"
SAYS = "unit costs fall with the inputs that a sector uses (external scale)"
SOURCE = "Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Journal of International Economics"
ASSUMES = "the scale elasticity psi"
ADJOINT = False
MODELS = ("armington", "caliendo_parro")


@checked_fields
@dataclass(frozen=True)
class Choice:
    """psi: the percent by which costs fall as inputs rise by one percent."""

    psi: float

    def settled(self, world: World) -> Filled:
        """psi, checked. Among several sectors it is below 1/theta: else a sector that grows draws in all the others' labour."""
        if not 0 <= self.psi < 1:
            raise InputError("solve, external_scale", f"psi is {self.psi}", "from 0 to below 1")
        steep = self.psi * float(world.theta.max())
        if len(world.sectors) > 1 and steep >= 1:
            at = world.sectors[int(world.theta.argmax())]
            found = f"psi times the elasticity of {at} is {steep:.3g}"
            raise InputError("solve, external_scale", found, "below 1 where there are several sectors")
        return {"scale": float(self.psi)}


class Scale:
    """Log bundles of inputs inside an iterate, [s, n]; of a sector whose labour earned nothing, as in the baseline."""

    def __init__(
        self, psi: float, world: World, share: Float[ndarray, "n s"], local: Float[ndarray, " n"] | None
    ) -> None:
        earned = (share * world.base.S).T
        if local is not None:
            earned = earned + local * (world.X / (1 + world.t)).sum(axis=1).T
        self.psi, self.earned, self.used = psi, earned, earned > 0

    def start(self) -> Float[ndarray, " y"]:
        """As in the baseline."""
        return np.zeros(self.earned.size)

    def of(self, log_c0: Float[ndarray, "*s n"], log_c: Float[ndarray, "s n"]) -> Float[ndarray, " y"]:
        """Those under which costs are log_c."""
        return np.where(self.used, (log_c0 - log_c) / self.psi, 0.0).ravel()

    def gap(
        self, bundles: Float[ndarray, "s n"], log_c0: Float[ndarray, "*s n"], earned: Float[ndarray, "s n"]
    ) -> Float[ndarray, "s n"]:
        """What log bundles lack of those that a sector's labour earns."""
        hat = np.divide(np.maximum(earned, 1e-250), self.earned, out=np.ones_like(earned), where=self.used)
        return np.where(self.used, np.log(hat) - log_c0 - bundles, 0.0)
