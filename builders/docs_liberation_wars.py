"""The rest of the section on Ignatenko et al. (2025): Tables 2, 3, 8 and 11, and Table 10's panels with balanced US trade."""

from __future__ import annotations

import numpy as np

from docs_wars import rows
from liberation_wars import Uncleared, balanced, earned, regional, retaliation, rows_of, without_us_deficit, world_trade
from liberation_worlds import EPS, FIELDS, Liberation, figures, formula_rate, whole
from parley.trade.equilibrium import Equilibrium

SHOWN = ("welfare", "deficit", "employment", "prices")
BUDGET = 0.23  # federal spending over GDP, as in their package
# As printed by the authors' replication package: welfare, deficit, employment, prices by row.
PRINTED = {
    "Table 2 (1): reciprocal retaliation": {
        "USA": "-0.36 -26.7 -0.18 7.5", "CHN": "-0.82 6.2 -0.16 -3.7", "EU": "-0.22 15.4 -0.09 -2.6", "others": "-0.46 19.8 -0.13 -2.7"},
    "Table 2 (3): their optimal retaliation": {
        "USA": "-0.75 -29.0 -0.32 6.0", "CHN": "-0.65 6.3 -0.13 -3.3", "EU": "-0.23 16.6 -0.09 -2.1", "others": "-0.43 22.4 -0.13 -2.2"},
    "Table 2 (4): their optimal tariff and retaliation": {
        "USA": "-0.32 -28.4 -0.20 4.2", "CHN": "-0.36 4.2 -0.08 -2.1", "EU": "-0.23 16.9 -0.09 -1.5", "others": "-0.39 25.1 -0.13 -1.5"},
    "Table 8 (1): war with the EU and China": {
        "USA": "-0.19 -22.3 -0.13 4.5", "CHN": "-0.69 6.1 -0.16 -2.4", "EU": "-0.25 17.8 -0.10 -1.6", "rest": "-0.16 19.8 -0.07 -1.3"},
    "Table 8 (2): war with China": {
        "USA": "-0.09 -20.5 -0.10 3.9", "CHN": "-0.67 6.1 -0.16 -2.2", "EU": "-0.06 9.4 -0.03 -1.2", "rest": "-0.17 21.0 -0.07 -1.2"},
    "Table 8 (3): war with China at 108 percent": {
        "USA": "-0.29 -20.8 -0.16 4.1", "CHN": "-0.79 6.5 -0.19 -2.3", "EU": "-0.06 9.2 -0.03 -1.3", "rest": "-0.16 20.7 -0.07 -1.2"},
}  # fmt: skip
# Table 3: duties, percent of spending and of the federal budget. Table 11, first columns: world trade over GDP, world hours.
DUTIES = {"the day's rates": "1.14 4.95", "their optimal tariff": "1.35 5.88", "optimal retaliation": "0.74 3.24",
          "reciprocal retaliation": "0.82 3.57"}  # fmt: skip
WORLD = {"the day's rates": "-9.4 -0.02", "reciprocal retaliation": "-11.6 -0.15"}
# Table 10, panels 2 and 4: welfare, exports/GDP, imports/GDP, employment, prices.
OF_PANELS = ("welfare", "exports", "imports", "employment", "prices")
BALANCED = {
    "panel 2, before retaliation: USA": "0.92 -54.9 -42.7 0.18 11.2", "panel 2: others": "-0.26 -3.0 -3.25 -0.13 -4.1",
    "panel 4, after retaliation: USA": "-0.84 -72.8 -56.6 -0.39 4.4", "panel 4: others": "-0.26 -6.1 -5.38 -0.09 -1.6",
}  # fmt: skip
REPRINTED = ("panel 4: others", "welfare")  # their program prints panel 3's figure there


def played(held: Liberation) -> dict[str, Equilibrium]:
    """{panel of Tables 2 and 8: the equilibrium}."""
    answer = retaliation(held)
    rates = (
        held.tariffs(on_us=held.rates), held.tariffs(on_us=answer),
        held.tariffs(formula_rate(held, float(earned(held)[held.usa])), answer),
        regional(held, ("CHN", "EU")), regional(held, ("CHN",)), regional(held, ("CHN",), 1.08),
    )  # fmt: skip
    return dict(zip(PRINTED, (whole(held, t) for t in rates), strict=True))


def by_case(held: Liberation) -> dict[str, Equilibrium]:
    """{case of Tables 3 and 11: the equilibrium}."""
    rates = (
        held.tariffs(), held.tariffs(formula_rate(held)), held.tariffs(on_us=retaliation(held)), held.tariffs(on_us=held.rates),
    )  # fmt: skip
    return dict(zip(DUTIES, (whole(held, t) for t in rates), strict=True))


def duties(held: Liberation, eq: Equilibrium) -> tuple[float, float]:
    """US duties in percent of spending and of the federal budget, at their price level."""
    E, n = eq.world.base.E[:, 0], held.usa
    found = 100 * float(eq.revenue_new[n] / E[n] / ((eq.P_hat[:, 0] * E).sum() / E.sum()))
    return found, found / BUDGET


def of_panels(held: Liberation) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """({row of BALANCED: field: percent} by the paper's own system, and with transfers that add up). Each is less the state
    without tariffs, where US trade is balanced already."""
    retaliated = held.tariffs(on_us=1 / ((1 + EPS) * held.phi[held.usa] - 1))
    states = (held.tariffs(0.0), held.tariffs(), retaliated)
    theirs, system = list[dict[str, np.ndarray]](), Uncleared(held, without_us_deficit(held, adds_up=False))
    x = np.zeros(3 * len(held.world.countries))
    for t in states:
        x, told = system.solved(t[:, :, 0], x)
        theirs.append(told)
    return _changes(held, theirs), _changes(held, [figures(balanced(held, t)) for t in states])


def _changes(held: Liberation, told: list[dict[str, np.ndarray]]) -> dict[str, dict[str, float]]:
    E, others = held.world.base.E[:, 0], np.arange(len(held.world.countries)) != held.usa
    found, names = dict[str, dict[str, float]](), iter(BALANCED)
    for state in told[1:]:
        change = {field: state[field] - told[0][field] for field in FIELDS}
        found[next(names)] = {field: float(change[field][held.usa]) for field in OF_PANELS}
        mean = {field: float(np.average(change[field][others], weights=E[others])) for field in OF_PANELS}
        found[next(names)] = mean | {"welfare": float(change["welfare"][others].mean())}
    return found


def section(held: Liberation) -> str:
    """The rest of the section."""
    wars = [
        [f"{panel}: {name}", *(_cell(p, own[field]) for p, field in zip(printed.split(), SHOWN, strict=True))]
        for (panel, by_row), eq in zip(PRINTED.items(), played(held).values(), strict=True)
        for (name, printed), own in zip(by_row.items(), rows_of(held, eq, by_row).values(), strict=True)
    ]  # fmt: skip
    cases = by_case(held)
    of_duties = [[n, *map(_cell, DUTIES[n].split(), duties(held, eq))] for n, eq in cases.items()]
    of_world = [[n, *map(_cell, said.split(), world_trade(cases[n]))] for n, said in WORLD.items()]
    theirs, ours = of_panels(held)
    missing = without_us_deficit(held, adds_up=False).sum() / 1e6
    panels = [
        [name, *(f"{_cell(p, theirs[name][f])} / {ours[name][f]:.{_digits(p)}f}" for p, f in zip(said.split(), OF_PANELS, strict=True))]
        for name, said in BALANCED.items()
    ]  # fmt: skip
    own = theirs[REPRINTED[0]][REPRINTED[1]]
    return f"""
### Retaliation and regional wars: Tables 2 and 8
The same baseline; percent, printed / ours. Rows are weighted by spending. Their EU leaves out Czechia and Slovakia.
In a regional war the day's rates fall on the partners named, on both sides, and 10 % on all others, on both sides.
Their optimal retaliation is the closed form for all others as one bloc: {100 * retaliation(held):.1f} % on US goods.

{rows(["", *SHOWN], wars)}
Table 3, US duties, percent of US spending (the table says GDP) and of the federal budget:

{rows(["", "of spending", "of the budget"], of_duties)}
Table 11, the columns of the main model, percent change for the world:

{rows(["", "trade over GDP", "employment"], of_world)}
### Balanced US trade: Table 10, panels 2 and 4
Every country's transfer is cut by its imbalance with the United States, and the US one is zero.
The state without tariffs is then another one, and the figures are the change from it.
Percent: printed / ours by the paper's own system / ours by parley's, with transfers that add up.

{rows(["", *(HEADS[field] for field in OF_PANELS)], panels)}
* **The paper's transfers do not add up.** With local labour a transfer is not the trade deficit.
  So after the cut {missing:,.0f} billion dollars more are received than given.
  Its program leaves one market out, that of {held.world.countries[-1]}, which then bears all of this.
  We solve that system beside ours, only to show that it gives the printed digits. It is no equilibrium, so `solve` does not offer it.
* **With transfers that add up** all others give in proportion to spending. The United States moves by at most
  {_apart(theirs, ours, "welfare"):.2f} points in welfare and {_apart(theirs, ours, "exports"):.1f} in exports over GDP.
* **One printed figure is another panel's.** Panel 4 repeats the −0.26 of panel 3 for the welfare of others.
  The program takes the mean of the wrong panel; its own is {own:.2f}.
"""


HEADS = {
    "welfare": "welfare",
    "exports": "exports/GDP",
    "imports": "imports/GDP",
    "employment": "employment",
    "prices": "prices",
}


def _apart(theirs: dict[str, dict[str, float]], ours: dict[str, dict[str, float]], field: str) -> float:
    """The largest gap of a US figure between the two systems."""
    return max(abs(theirs[name][field] - ours[name][field]) for name in BALANCED if name.endswith("USA"))


def _digits(printed: str) -> int:
    return len(printed.partition(".")[2])


def _cell(printed: str, ours: float) -> str:
    return f"{printed} / {ours:.{_digits(printed)}f}"
