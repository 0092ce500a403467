"""Build docs/replication.md: published figures, and what parley gives, side by side; every number is computed here.

Run: python builders/docs_replication.py [--shared ../shared/data] [--out docs/replication.md]

The worlds of the papers are put together as in the tests, whose functions are used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))

from docs_gravity import section as gravity
from docs_liberation import section as liberation_day
from docs_wars import rows, wars
from parley.trade.indicators import decomposition, foreign_flows, gains_from_trade, indicators
from parley.trade.solve import balance, rebase, solve
from parley.world.elasticity import read_elasticities
from parley.world.icio import wiod_table
from parley.world.read import read_world
from parley.world.tabular_input import table_world
from parley.world.world import World
from published_worlds import nafta_world, tariffwar_world, uniform
from us_schedule import replace_file

SMALL = ("BGR", "CYP", "EST", "LTU", "LUX", "LVA", "MLT")
THIN = {"c5": "c4", "c20": "c19", "c25": "c24", "c35": "c34"}
SHOWN = ("USA", "CAN", "DEU", "FRA", "GBR", "JPN", "AUS", "IRL", "HUN", "CHN")
TRANSPORT = 0.37
INTRO = """# Replication: published figures and ours

Built by `python builders/docs_replication.py` from the files of shared data; a test builds it again and compares.
That command computed every number of ours below. The papers' figures are as stored in shared data.
Where a line says "recalled" the paper was not at hand, and nobody has yet checked the figure there.
"""


def nafta(shared: Path) -> str:
    """Caliendo and Parro (2015), Table 2."""
    world, later = nafta_world(shared)
    base = balance(world, model="caliendo_parro")
    partners = [base.index(c) for c in ("MEX", "CAN", "USA")]
    t, inside = base.t.copy(), np.ix_(partners, partners)
    t[inside] = later[inside]
    eq = solve(base, t, model="caliendo_parro", deficits="balanced")
    flows, found, parts = foreign_flows(eq), indicators(eq), decomposition(eq)
    growth = [100 * (flows.new[n][partners].sum() / flows.base[n][partners].sum() - 1) for n in partners]
    printed = {
        "imports from partners": ([118.28, 11.11, 40.52], growth),
        "real wage": ([1.72, 0.32, 0.11], found["real_wage_pct"][partners]),
        "terms of trade": ([-0.41, -0.11, 0.04], parts["terms_of_trade"][partners]),
        "volume of trade": ([1.72, 0.04, 0.04], parts["volume_of_trade"][partners]),
        "welfare, first order": ([1.31, -0.06, 0.08], sum(parts.values())[partners]),
    }
    lines = [
        [name, *(f"{p:.2f} / {o:.2f}" for p, o in zip(paper, ours, strict=True))]
        for name, (paper, ours) in printed.items()
    ]
    exact = found["welfare_pct"][partners]
    lines.append(["real income, exact hats (not printed)", *(f"– / {value:.2f}" for value in exact)])
    return (
        "\n## Caliendo and Parro (2015), NAFTA: Table 2\n"
        "31 economies × 40 sectors of 1993; trade balanced first, then only the tariffs among the three move to 2005.\n"
        "Percent, printed / ours. The printed welfare is a first-order sum.\n"
        "Real income in the very same equilibrium is another number.\n\n"
        + rows(["", "Mexico", "Canada", "United States"], lines)
        + nafta_with_deficits(shared)
    )


# Its own test prints these for Mexico, Canada and the United States.
WITH_DEFICITS = {
    "terms of trade": (-0.41, -0.08, 0.05),
    "volume of trade": (1.59, 0.04, 0.04),
    "real wage": (1.64, 0.33, 0.12),
}


def nafta_with_deficits(shared: Path) -> str:
    """The same with deficits fixed in units of world labour income, as the public package cp2015 solves it."""
    world, later = nafta_world(shared)
    how = {"model": "caliendo_parro", "deficits": "nominal"}
    base = rebase(solve(world, **how))
    partners = [base.index(c) for c in ("MEX", "CAN", "USA")]
    t, inside = base.t.copy(), np.ix_(partners, partners)
    t[inside] = later[inside]
    eq = solve(base, t, **how)
    found = {name.replace("_", " "): part[partners] for name, part in decomposition(eq).items()}
    found["real wage"] = indicators(eq)["real_wage_pct"][partners]
    lines = [
        [name, *(f"{p:.2f} / {o:.2f}" for p, o in zip(printed, found[name], strict=True))]
        for name, printed in WITH_DEFICITS.items()
    ]
    return (
        "\nThe public R package cp2015 solves the same with deficits too, fixed in units of world labour income.\n"
        "Its figures without deficits are those above; its tests give these with them, printed / ours:\n\n"
        + rows(["", "Mexico", "Canada", "United States"], lines)
    )


def gains_of(world: World) -> list[np.ndarray]:
    """Gains by the formula in percent of income: one sector at elasticity 5, many sectors, many with links."""
    flows = world.X.sum(axis=2, keepdims=True)
    one = World.from_arrays(world.countries, ["all"], flows, 0 * flows, [5.0], flows_include_tariff=True)
    return [100 * (1 - 1 / (1 + gains_from_trade(held))) for held in (one, world.without_links(), world)]


def handbook(shared: Path) -> str:
    """Costinot and Rodríguez-Clare (2014), gains from trade on wiod-2008."""
    with np.load(shared / "world/wiod2013_2008.npz", allow_pickle=False) as held:
        whole = wiod_table({key: held[key] for key in held.files}, "wiod-2008")
    merged = whole.merged(dict.fromkeys(SMALL, "ROW"), THIN)
    theta = read_elasticities("CP", merged.sectors)
    other = np.where(np.array(merged.sectors) == "c15", TRANSPORT, theta)
    full = table_world(whole, read_elasticities("CP", whole.sectors), name="w", year=2008, elasticities="CP")
    worlds = [table_world(merged, e, name="w", year=2008, elasticities="CP") for e in (theta, other)]
    (one, many, links), (_, many_low, links_low) = (gains_of(world) for world in worlds)
    lines = [
        [c, *(f"{gains[worlds[0].index(c)]:.1f}" for gains in (one, many, links, many_low, links_low))] for c in SHOWN
    ]
    endless = int(np.isinf(gains_from_trade(full)).sum())
    us = worlds[0].index("USA")
    drawn, us_many, us_links = theta[merged.sectors.index("c15")], many[us], links[us]
    head = ["", "one sector", "many", "many, links", f"many, transport {TRANSPORT}", f"links, transport {TRANSPORT}"]
    return (
        "\n## Costinot and Rodríguez-Clare (2014), gains from trade: the formula on wiod-2008\n"
        "Percent of income lost in autarky, `1 − prod own_share^(weight/theta)`, under perfect competition.\n"
        "Weights are final shares, and with links all that final spending uses. One sector at elasticity 5.\n\n"
        + rows(head, lines)
        + f"""
Here is where we differ from their Table 4.1, and why.
Their figures for the United States, 1.8, 4.4 and 8.3, are recalled, not read by us.

* **Aggregation.** They have 34 economies × 31 industries.
  We merge {", ".join(SMALL)} into the rest of the world.
  We also merge c5 into c4, c20 into c19, c25 into c24, c35 into c34: our choice, which gives their numbers of both.
  On the full 41 × 35 table {endless} economies buy none of their own of something they need, and the formula is infinite there.
* **One sector** does not depend on sectoral elasticities: {one[us]:.1f} for the United States.
* **Elasticities.** Ours are Caliendo and Parro's 99 % sample at our sectors, services 4.
  Transport equipment is {drawn:.3f} there, the mean of motor vehicles and other transport.
  Their full-sample estimate for other transport is {TRANSPORT} (recalled).
  With it for all transport equipment the United States get {many_low[us]:.1f} and {links_low[us]:.1f}
  in place of {us_many:.1f} and {us_links:.1f}. This one number is most of the difference.
* Inventories: cells whose uses add up below zero are set to none (0.003 % of sales).
"""
    )


def solved_elsewhere(shared: Path) -> str:
    """The wiod2014 and icio2022 references."""
    with np.load(shared / "reference/lashkaripour_shared.npz") as held:
        ten, rates, war = held["us_uniform_none"], held["wiod2014_nash_t"], held["wiod2014_nash_W"]
    icio, wiod = tariffwar_world(shared, "icio2022", add=1.0), tariffwar_world(shared, "wiod2014")
    first = solve(icio, uniform(icio, np.array([0.10]), np.array([icio.index("USA")])), deficits="balanced")
    second = solve(wiod, uniform(wiod, rates, np.arange(44)), deficits="balanced")
    lines = [
        [name, f"{100 * (eq.welfare_hat[eq.world.index('USA')] - 1):.4f}", _order(eq, expected)]
        for name, eq, expected in (
            ("icio2022, 81 × 28: the United States at 10 % on everything", first, ten),
            ("wiod2014, 44 × 16: all at the formula's Nash rates", second, war),
        )
    ]
    return (
        "\n## Lashkaripour (2021), by the published equations\n"
        "Welfare of every economy against stored solutions of the same equations by another hand.\n\n"
        + rows(["", "United States, %", "largest difference, points"], lines)
    )


def _order(eq, expected: np.ndarray) -> str:
    """Whether the largest difference is below what the tests ask; its digits are noise of the machine."""
    worst = float(np.abs(100 * (eq.welfare_hat - 1) - expected).max())
    return "below 1e-6" if worst < 1e-6 else f"{worst:.1e}"


def links() -> str:
    """What links do to the packaged world."""
    plain, linked = read_world("oecd-2022"), read_world("oecd-2022", links=True)
    report = linked.links
    assert report is not None
    moved = report.by_country()
    lines = []
    for c in ("USA", "CHN", "MEX", "VNM", "DEU", "SAU"):
        n = plain.index(c)
        gains = [100 * held[n] for held in (gains_from_trade(plain), gains_from_trade(linked))]
        lines.append([c, f"{moved[c]['moved_pct']:.1f}", str(moved[c]["repaired"]), *(f"{g:.1f}" for g in gains)])
    ratio = np.median(gains_from_trade(linked) / gains_from_trade(plain))
    return (
        "\n## Input-output links on the packaged dataset\n"
        "Input shares of WIOD 2011 on flows of 2022, fitted by capped scaling: an assumption. Value-added shares stay.\n"
        f"{report.passes} passes; {int(report.repaired.sum())} of {report.repaired.size * len(plain.sectors)} cells had "
        f"implied final demand below zero, {100 * report.negative:.1f} % of the world's.\n"
        f"Gains from trade, percent of autarky income; the median over economies grows by a factor of {ratio:.1f}.\n\n"
        + rows(["", "materials moved, %", "cells repaired", "gains without links", "with links"], lines)
    )


def build(shared: Path) -> str:
    """The page."""
    parts = (
        nafta(shared),
        wars(shared),
        handbook(shared),
        solved_elsewhere(shared),
        liberation_day(shared),
        gravity(),
        links(),
    )
    return INTRO + "".join(parts)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("docs/replication.md"))
    asked = parser.parse_args()
    replace_file(asked.out, build(asked.shared).encode())


if __name__ == "__main__":
    main()
