"""Deficits that respond: a part of every purchase pays labour at home, so that who buys more abroad owes less of it abroad.

Ignatenko, Lashkaripour, Macedoni and Simonovska (2025, Journal of International Economics), with X[n,i] what n pays for i's
goods before duty and nu[n] the part of it that n's own labour earns (marketing and distribution):

    w L of n = sum_m (1 − nu[m]) X[m,n] + nu[n] sum_i X[n,i],   E[n] = w L + duties + T[n],   sum T = 0

with T a fixed share of world income (the paper: of world earnings). So the trade deficit follows trade:

    imports − exports = T + nu[n] imports − sum_m nu[m] exports to m

With links, sales are those net of nu: only they buy materials, and what final demand was is what they leave of spending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy import ndarray

from parley.arguments import checked_fields
from parley.array_types import Float
from parley.codes import countries
from parley.errors import InputError, unknown_name
from parley.fixed import fixed_fields
from parley.frozen import frozen
from parley.trade.closures import Filled
from parley.world.accounts import SETTLED, material_demand
from parley.world.world import World

KIND = "deficits"
SAYS = "deficits follow trade: a part of what is bought abroad pays the buyer's own labour; what is left keeps its share of world income"
SOURCE = "Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Journal of International Economics"
ASSUMES = "the part of purchases that local labour earns, from two blocs of the paper's data"
ADJOINT = True
MODELS = ("armington", "caliendo_parro")
LOCAL = {"USA": 0.270}  # the paper's calibration on two blocs, the United States and the rest (data of 2023)
ELSEWHERE = 0.114


@checked_fields
@dataclass(frozen=True)
@fixed_fields
class Choice:
    """local: the part of a purchase before duty that the buyer's own labour earns, by country; elsewhere: that of others.

    of_earnings: whether T is a share of the world's earnings, as in the paper, and not of its income with duties: for
    replication, without an adjoint.
    """

    local: Mapping[str, float] = field(default_factory=lambda: LOCAL)
    elsewhere: float = ELSEWHERE
    of_earnings: bool = False

    def settled(self, world: World) -> Filled:
        """nu [n], checked. Raises InputError where it is no part."""
        for country in self.local:
            if country not in world.countries and country not in countries():
                raise unknown_name("solve, deficits endogenous", "country", country, world.countries)
        nu = np.array([self.local.get(country, self.elsewhere) for country in world.countries])
        if not np.all((nu >= 0) & (nu < 1)):
            raise InputError("solve, deficits endogenous", f"a local part is {nu.min():.6g}", "from 0 to below 1")
        return {"local": frozen(nu), "of_earnings": self.of_earnings}


def reclosed(world: World, nu: Float[ndarray, " n"]) -> World:
    """The world whose accounts are those of the closure: labour income, sales net of nu, and T in place of the deficit."""
    before_duty = world.X / (1 + world.t)
    S = ((1 - nu)[:, None, None] * before_duty).sum(axis=0)
    bought, E = before_duty.sum(axis=(1, 2)), world.base.E
    VA = (world.beta * S).sum(axis=1) + nu * bought
    final = E if world.gamma is None else E - material_demand(S, world.beta, world.gamma)
    lowest = float((final / E.sum(axis=1, keepdims=True)).min())
    if lowest < -SETTLED:
        raise InputError(
            "solve, deficits endogenous", f"world {world.name} is not at rest: its inputs exceed spending",
            "a world at rest", "Solve it once under another closure and start from `rebase` of that",
        )  # fmt: skip
    final = np.maximum(final, 0.0)
    income = final.sum(axis=1)
    base = replace(world.base, S=S, VA=VA, D=income - VA - world.base.revenue, income=income)
    return replace(world, base=base, alpha=frozen(final / income[:, None]))
