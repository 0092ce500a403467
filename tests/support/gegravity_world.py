"""The example of the gegravity package (Herman 2021, MIT licence): 30 economies of 2006, Canada and Japan sign an agreement.

gegravity_2006.csv holds the package's sample data (output and spending from the data of Yotov, Piermartini, Monteiro and
Larch 2016, trade cost proxies of Gurevich and Herman 2018). Flows are the model's own, from its cost coefficients.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy import ndarray

from parley.trade.closures.output_share import Choice as OutputShare
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve
from parley.world.world import World

COEFFICIENTS = {"lndist": -0.3764, "contiguity": 0.8850, "pta": 0.4823, "common_language": 0.0392}
BORDER, SIGMA, REFERENCE = -3.4224, 5.0, "DEU"
# The package's documentation prints these percent changes: factory price, and consumer price (inward resistance).
PRINTED = {"AUS": (0.003619, 0.010917), "AUT": (-0.002883, 0.002462), "CAN": (-0.133548, -0.566459)}
PRINTED_JAPAN = 0.24848931


def gravity_world() -> World:
    """The baseline: shares from the multilateral resistances at the stated costs, output and spending as shares of the world's."""
    with Path(__file__).with_name("gegravity_2006.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    countries = sorted({row["importer"] for row in rows})
    at, N = {c: n for n, c in enumerate(countries)}, len(countries)
    cost, Y, E = np.zeros((N, N)), np.zeros(N), np.zeros(N)
    for row in rows:
        n, i = at[row["importer"]], at[row["exporter"]]
        named = sum(slope * float(row[name]) for name, slope in COEFFICIENTS.items())
        cost[n, i], Y[i], E[n] = np.exp(named + BORDER * (n != i)), float(row["Y"]), float(row["E"])
    y, e = Y / Y.sum(), E / E.sum()
    outward = np.ones(N)
    for _ in range(2000):
        inward = 1 / (cost @ (y * outward))
        outward = 1 / (cost.T @ (e * inward))
    flows = cost * (y * outward) * (e * inward)[:, None]
    return World.from_arrays(
        countries, ["all"], flows[:, :, None], np.zeros((N, N, 1)), [SIGMA - 1], flows_include_tariff=True
    )


def agreement(world: World, held: bool = True) -> Equilibrium:
    """Canada and Japan sign: the package's cost of trade between them falls by its coefficient."""
    cheaper, pair = np.ones(world.X.shape), (world.index("CAN"), world.index("JPN"))
    cheaper[pair], cheaper[pair[::-1]] = (np.exp(COEFFICIENTS["pta"] / (1 - SIGMA)),) * 2
    return solve(world, iceberg_hat=cheaper, deficits=OutputShare(held), tolerance=1e-12)


def price_changes(eq: Equilibrium) -> dict[str, tuple[float, float]]:
    """{country: percent changes of factory and consumer price}, the reference's consumer price held, as in the package."""
    unit = eq.P_hat[eq.world.index(REFERENCE), 0]
    w_hat, P_hat = 100 * (eq.w_hat / unit - 1), 100 * (eq.P_hat[:, 0] / unit - 1)
    return {c: (float(w_hat[n]), float(P_hat[n])) for n, c in enumerate(eq.world.countries)}


def largest_gap(values: dict[str, tuple[float, float]]) -> float:
    """The largest difference to what the package prints, in points."""
    gaps: list[ndarray] = [np.abs(np.subtract(values[c], printed)) for c, printed in PRINTED.items()]
    return float(max(abs(values["JPN"][0] - PRINTED_JAPAN), *(gap.max() for gap in gaps)))
