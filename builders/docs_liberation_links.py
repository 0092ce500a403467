"""The section on Ignatenko et al. (2025) with input-output links, Table 4 and columns of Table 11, and their formula beside best rates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from docs_wars import rows as table
from liberation_links import linked, rows, with_links
from liberation_wars import world_trade
from liberation_worlds import EPS, FIELDS, Liberation, formula_rate, whole
from parley.trade.equilibrium import Equilibrium

Run = Callable[[np.ndarray], Equilibrium]
HEADS = ["", "welfare", "deficit", "exports/GDP", "imports/GDP", "employment", "prices"]
SEEN = 0.126  # the US rate at which the printed figures of panel 2 come out; the text of the paper says 12.5 percent
# As printed, one sector: welfare, deficit, exports/GDP, imports/GDP, employment, prices of the United States and of the others.
PRINTED = {
    "before retaliation (1): the day's rates": ("0.86 -18.4 -53.9 -44.4 0.24 12.7", "-1.31 12.0 -3.5 -4.0 -0.29 -5.0"),
    "before retaliation (2): their optimal tariff": ("2.15 -13.0 -39.2 -32.1 0.65 6.9", "-0.87 11.7 -3.0 -2.9 -0.22 -2.9"),
    "after retaliation (1): reciprocal": ("-3.38 -27.1 -71.4 -56.6 -1.20 9.3", "-1.17 20.1 -6.5 -6.3 -0.32 -2.0"),
}  # fmt: skip
WORLD = {"before retaliation (1): the day's rates": "-10.8 -0.12", "after retaliation (1): reciprocal": "-12.4 -0.58"}
OTHERS_BEST = -1.13  # printed: what others lose under their optimal retaliation, percent
OTHER_PARAMETERS = {
    "eps 3": (3.0, 0.0),
    "eps 5": (5.0, 0.0),
    "eps 8": (8.0, 0.0),
    "pass-through to firms .25": (EPS, 0.75),
}
HIGHEST = 0.9  # rate that is tried


def solved(held: Liberation) -> dict[str, Equilibrium]:
    """{panel: the equilibrium}."""
    world = linked(held)
    rates = (held.tariffs(), held.tariffs(SEEN), held.tariffs(on_us=held.rates))
    return dict(zip(PRINTED, (with_links(held, world, t) for t in rates), strict=True))


def best(worth: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """(the rate between two at which a thing is worth most, its worth): golden section over certified solves."""
    ratio = (5**0.5 - 1) / 2
    inner = [high - ratio * (high - low), low + ratio * (high - low)]
    found = [worth(rate) for rate in inner]
    while high - low > 1e-5:
        if found[0] > found[1]:
            high, inner[1], found[1] = inner[1], inner[0], found[0]
            inner[0] = high - ratio * (high - low)
            found[0] = worth(inner[0])
        else:
            low, inner[0], found[0] = inner[0], inner[1], found[1]
            inner[1] = low + ratio * (high - low)
            found[1] = worth(inner[1])
    return (low + high) / 2, max(found)


def us_welfare(held: Liberation, run: Run) -> Callable[[float], float]:
    """{uniform US rate: US welfare, percent} under a closure."""
    return lambda rate: 100 * (float(run(held.tariffs(rate)).welfare_hat[held.usa]) - 1)


def best_replies(held: Liberation) -> tuple[tuple[float, float], tuple[float, float]]:
    """(the best uniform US rate and US welfare, the others' best uniform answer to the day's rates and their welfare), with links."""
    world = linked(held)
    of_us = best(us_welfare(held, lambda t: with_links(held, world, t)), 0.05, 0.25)

    def of_others(rate: float) -> float:
        return rows(held, with_links(held, world, held.tariffs(on_us=rate)))["others"]["welfare"]

    return of_us, best(of_others, 0.05, 0.4)


def section(held: Liberation) -> str:
    """The section."""
    found = solved(held)
    lines = [
        [f"{panel}: {name}", *(_cell(p, row[field]) for p, field in zip(said.split(), FIELDS, strict=True))]
        for panel, eq in found.items()
        for (name, row), said in zip(rows(held, eq).items(), PRINTED[panel], strict=True)
    ]
    of_world = [[panel, *map(_cell, said.split(), world_trade(found[panel]))] for panel, said in WORLD.items()]
    (rate, worth), (answer, others) = best_replies(held)
    formulas: list[list[str]] = []
    for name, (eps, less) in OTHER_PARAMETERS.items():
        worth_of = us_welfare(held, lambda t, eps=eps, less=less: whole(held, t, eps=eps, less=less))
        closed = formula_rate(held, eps=eps, less=less)
        at, most = best(worth_of, 0.02, HIGHEST)
        told = [f"{100 * at:.1f}", f"{most:.2f}"] if at < 0.999 * HIGHEST else [f"none up to {100 * HIGHEST:.0f}", "–"]
        formulas.append([name, f"{100 * closed:.1f}", f"{worth_of(closed):.2f}", *told])
    return f"""
### Input-output links: Table 4, and columns of Table 11
The one-sector model of their appendix A.3: value added is .49 of cost, and materials are the country's own basket.
Scale moves with bundles of inputs. Prices are in world wages, and others are weighted by GDP, as in the package.

{table(HEADS, lines)}
Table 11, the columns with links, percent change for the world:

{table(["", "trade over GDP", "employment"], of_world)}
* **Their optimal tariff with links is no optimum.** The panel's figures are those of {100 * SEEN:.1f} % (found by us; the text says 12.5).
  The best uniform rate under the same closure is {100 * rate:.1f} %, worth {worth:.2f} % to the United States, not 2.15.
  The package searches over 193 rates at once, and keeps the last one.
* **Their optimal retaliation** has a rate for each country, from a search that stops after 200 steps. We cannot repeat it.
  One rate of {100 * answer:.1f} % for all leaves the others at {others:.2f} %, which is better for them than the printed {OTHERS_BEST:.2f}.
* **Their models with several sectors** (panels 3 here, alternative 1 of Table 9, columns of Table 11) need trade by sector.
  It is not in the shared data. The models are offered: scale by sector, with links and without.
  A test holds them against the paper's own system of equations on small worlds.

### Their formula under other parameters
Uniform US rates, nobody retaliates, the paper's whole closure without links; percent.

{table(["", "closed form", "US welfare there", "best rate", "US welfare there"], formulas)}
The formula stays below the best rate for the reasons above.
Where less than the duty reaches prices, revenue is collected that no buyer pays, and there is no best rate.
"""


def _cell(printed: str, ours: float) -> str:
    return f"{printed} / {ours:.{len(printed.partition('.')[2])}f}"
