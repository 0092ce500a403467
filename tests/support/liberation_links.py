"""The one-sector model with input-output links of Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): their Table 4 and A.3.

Value added is .49 of cost and materials are the country's own basket. Their package blows own trade up by 1/.49, leaves all other
trade as it is, counts money in world wages, and weights by the GDP of the model without links.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from liberation_worlds import EPS, HOURS, SCALE, Liberation, figures
from parley.trade.closures import read_closure
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve
from parley.world.world import World

BETA = 0.49


def linked(held: Liberation) -> World:
    """The paper's world with links."""
    X, own = held.world.X.copy(), np.arange(len(held.world.countries))
    X[own, own] /= BETA
    beta, gamma = np.full((len(own), 1), BETA), np.ones((len(own), 1, 1))
    return World.from_arrays(
        list(held.world.countries), ["all"], X, np.zeros(X.shape), [EPS],
        flows_include_tariff=True, value_added_share=beta, io_share=gamma, name="liberation day, links",
    )  # fmt: skip


def with_links(held: Liberation, world: World, t: ndarray, *, lump: bool = False) -> Equilibrium:
    """Their baseline with links on the world of `linked`: scale, hours, the tax cut, pass-through, nu."""
    local = dict(zip(held.world.countries, held.nu.tolist(), strict=True))
    closures = [read_closure("external_scale").Choice(SCALE / EPS), read_closure("pass_through").Choice(held.phi)]
    return solve(
        world, t, model="caliendo_parro", deficits=Endogenous(local, 0.0, of_earnings=True),
        revenue="lump_sum" if lump else "tax_cut", labour_supply=HOURS, closures=closures,
    )  # fmt: skip


def rows(held: Liberation, eq: Equilibrium) -> dict[str, dict[str, float]]:
    """{row: {field: percent}}: the United States, and the others weighted by GDP without links."""
    found, others = figures(eq, unit=1.0), np.arange(len(held.world.countries)) != held.usa
    return {
        "USA": {name: float(values[held.usa]) for name, values in found.items()},
        "others": {name: float(np.average(values[others], weights=held.gdp[others])) for name, values in found.items()},
    }
