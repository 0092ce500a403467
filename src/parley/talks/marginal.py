"""What one more unit of anything is worth to whom, at an equilibrium: duties, transfers, purchases, technology limits.

All come from one adjoint (multipliers.py) and are exact for small steps. Values are changes of log objectives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.talks.multipliers import Multipliers, shadow_values
from parley.talks.objective import WELFARE, Flows, Objective, direct_of, flows_of, levels
from parley.trade.equilibrium import Equilibrium


@dataclass(frozen=True, eq=False)
class Margin:
    """The slopes of the objectives of groups of countries, at one equilibrium."""

    eq: Equilibrium
    flows: Flows
    shadow: Multipliers
    groups: tuple[tuple[int, ...], ...]

    def by_price(self, k: int) -> Float[ndarray, "n i s"]:
        """dO_k by the log of a price wedge that earns no duty (an iceberg cost): E pi {theta (d − dbar) − m/E}."""
        d, dbar, theta = self._gaps(k)
        flows = self.flows
        found = flows.pi * (flows.E * theta)[:, :, None] * (d - dbar[:, :, None])
        return (found - flows.pi * self.shadow.m[k][:, :, None]).transpose(1, 2, 0)

    def by_share(self, k: int) -> Float[ndarray, "n i s"]:
        """dO_k by the share of spending that is duty, prices held: E pi (rho − v)."""
        flows = self.flows
        return (flows.E[:, :, None] * flows.pi * self._worth(k)).transpose(1, 2, 0)

    def by_rate(self, k: int) -> Float[ndarray, "n i s"]:
        """dO_k by log tau, one rate a cell: price and duty together."""
        return self.by_price(k) + self.by_share(k) * (1 - self.eq.wedges.revenue_share)

    def by_purchase(self, k: int) -> Float[ndarray, "n i s"]:
        """dO_k by one unit of n's spending on s moved to i from its mean supplier: dbar − d.

        To first order the buyer itself loses nothing by such a shift but duty: at the margin it was indifferent.
        """
        d, dbar, _ = self._gaps(k)
        return (dbar[:, :, None] - d).transpose(1, 2, 0)

    def by_income(self, k: int) -> Float[ndarray, " n"]:
        """dO_k by one unit of money given to n; only differences mean something: a transfer has a giver too."""
        return self.shadow.r[k]

    def _worth(self, k: int) -> Float[ndarray, "s n i"]:
        return self.shadow.gap(k)

    def _gaps(self, k: int) -> tuple[Float[ndarray, "s n i"], Float[ndarray, "s n"], Float[ndarray, "s 1"]]:
        """(d = (rho − v)(1 − r), dbar, theta)."""
        d = self._worth(k) * (1 - self.eq.wedges.revenue_share.transpose(2, 0, 1))
        return d, (self.flows.pi * d).sum(axis=2), self.eq.world.theta[:, None]


def margin_of(eq: Equilibrium, groups: tuple[tuple[int, ...], ...], objective: Objective = WELFARE) -> Margin:
    """The Margin of an equilibrium for groups of countries, such as players with their members."""
    flows = flows_of(eq)
    aims = direct_of(eq, objective, groups, flows) if eq.closure.plain else _shares(eq, objective, groups)
    return Margin(eq, flows, shadow_values(eq, aims), groups)


def _shares(eq: Equilibrium, objective: Objective, groups: tuple[tuple[int, ...], ...]) -> Float[ndarray, "k n"]:
    """d log(sum of members' welfare) by log W[n]: what the general adjoint takes. Raises InputError for another objective."""
    if objective.name != "welfare":
        raise InputError("talks: objective", f"{objective.name!r} under this closure", "welfare")
    level, found = levels(eq, objective), np.zeros((len(groups), len(eq.welfare_hat)))
    for k, own in enumerate(groups):
        found[k, list(own)] = level[list(own)] / level[list(own)].sum()
    return found
