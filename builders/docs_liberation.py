"""The section of docs/replication.md on Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): their tables and their optimal tariff."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from docs_liberation_links import Run, best, us_welfare
from docs_liberation_links import section as of_links
from docs_liberation_wars import section as further
from docs_wars import rows
from liberation_worlds import HOURS, SCALE, Liberation, formula_rate, liberation, plain, printed_rows, whole
from parley.trade.closures import read_closure
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve

# As printed by the authors' replication package (Tables 1, 9 and 10): welfare, deficit, exports/GDP, imports/GDP, employment, prices.
PRINTED = {
    "Table 10, panel 1: no retaliation, transfers a fixed share of world GDP": (
        "1.24 – -46.3 -33.3 0.41 10.9", "-0.35 – -1.9 -2.95 -0.10 -4.0"),
    "Table 10, panel 3: the same with retaliation": (
        "0.05 – -73.8 -49.0 -0.04 5.3", "-0.26 – -4.8 -5.64 -0.10 -1.9"),
    "Table 9: baseline (Table 1, case 1)": (
        "1.13 -18.1 -52.7 -43.6 0.32 12.8", "-0.58 11.6 -3.2 -3.3 -0.14 -4.7"),
    "Table 9, alternative 2: pass-through to firms .25": (
        "1.36 -11.8 -35.0 -28.8 0.30 7.9", "-0.23 7.1 -2.1 -2.2 -0.04 -2.9"),
    "Table 9, alternative 3: trade elasticity 8": (
        "0.33 -26.3 -71.6 -58.0 0.10 11.8", "-0.44 18.6 -5.3 -4.9 -0.11 -4.3"),
    "Table 9, alternative 4: no local labour, phi 1": (
        "1.24 -0.4 -46.3 -33.3 0.41 10.9", "-0.50 0.1 -1.9 -2.9 -0.10 -4.0"),
    "Table 1, case 2: duties handed out": (
        "-0.01 -18.4 -52.5 -43.3 -0.41 13.1", "-0.57 11.7 -3.3 -3.4 -0.14 -4.8"),
    "Table 1, case 3: their optimal rate": (
        "1.79 -19.1 -55.3 -45.6 0.51 12.6", "-0.61 17.1 -4.2 -3.7 -0.16 -4.6"),
}  # fmt: skip
HEADS = ["", "welfare", "deficit", "exports/GDP", "imports/GDP", "employment", "prices"]


def solved(held: Liberation) -> dict[str, tuple[Equilibrium, bool]]:
    """{panel: (equilibrium, whether others' welfare is a plain mean)}."""
    day = held.tariffs()
    panels = list(PRINTED)
    runs = (
        (plain(held, day), True), (plain(held, held.tariffs(on_us=1 / 4)), True), (whole(held, day), False),
        (whole(held, day, less=0.75), False), (whole(held, day, eps=8.0), False), (plain(held, day), False),
        (whole(held, day, lump=True), False), (whole(held, held.tariffs(formula_rate(held))), False),
    )  # fmt: skip
    return dict(zip(panels, runs, strict=True))


def optimum(held: Liberation, run: Run) -> tuple[float, float]:
    """(the uniform US rate that is best for US welfare, that welfare in percent)."""
    return best(us_welfare(held, run), 0.01, 0.8)


def optima(held: Liberation) -> dict[str, tuple[float, float]]:
    """{closure in words: (best uniform US rate, US welfare there)}, each closure one thing less."""
    local = dict(zip(held.world.countries, held.nu.tolist(), strict=True))
    through = [read_closure("pass_through").Choice(held.phi)]

    def fixed(t: np.ndarray) -> Equilibrium:
        return solve(held.world, t, deficits=Endogenous(local, 0.0, of_earnings=True), closures=through)

    return {
        "scale, hours and the tax cut, as in the paper": optimum(held, lambda t: whole(held, t)),
        "duties handed out instead of the tax cut": optimum(held, lambda t: whole(held, t, lump=True)),
        "fixed hours, so no scale, duties handed out": optimum(held, fixed),
    }


def section(shared: Path) -> str:
    """The section."""
    held = liberation(shared)
    lines: list[list[str]] = []
    for panel, (eq, mean) in solved(held).items():
        for who, ours, theirs in zip(("USA", "others"), printed_rows(held, eq, mean), PRINTED[panel], strict=True):
            cells = [_cell(p, o) for p, o in zip(theirs.split(), ours, strict=True)]
            lines.append([f"{panel}: {who}", *cells])
    rate, best = formula_rate(held), optima(held)
    full, _, fixed = (found for found, _ in best.values())
    at_formula = 100 * (float(whole(held, held.tariffs(rate)).welfare_hat[held.usa]) - 1)
    rates = [["their closed form", f"{100 * rate:.1f}", f"{at_formula:.2f}"]]
    rates += [[f"best under: {name}", f"{100 * found:.1f}", f"{worth:.2f}"] for name, (found, worth) in best.items()]
    return f"""
## Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Liberation Day: Tables 1 to 4 and 8 to 11
194 economies, one sector, trade and GDP of 2023, put together as in the authors' replication package.
Closures: external scale (psi = {SCALE}/eps), labour supply ({HOURS}), duties off the tax on labour, transfers a share of world earnings.
The baseline adds local labour (nu) and pass-through (phi = {held.phi[held.usa]:.2f} for the United States).
Percent, printed / ours. Others are weighted by spending; in Table 10 their welfare is a plain mean.
The data are not shipped: set PARLEY_SHARED_DATA to the folder that has them and run `builders/docs_replication.py`.

{rows(HEADS, lines)}
### Their optimal tariff beside the best rate under the same closure
Uniform US rates on everyone, nobody retaliates; percent. Each best rate is a search over certified equilibria.

{rows(["", "rate", "US welfare"], rates)}
The closed form is derived from shares and trade before the tariff, with hours fixed.
There the best rate is {100 * fixed:.1f} %. The paper prints 19 %; the closed form gives {100 * rate:.1f} % on the shared data.
What is left of that gap is that the best rate moves shares and the formula does not.
Under the paper's own closure duties also pay for a cut of the tax on labour, which is worth more duty: {100 * full:.1f} %.
{further(held)}{of_links(held)}"""


def digits_of(printed: str) -> int:
    """How many digits a printed figure has behind its point; one where none was printed."""
    return len(printed.partition(".")[2]) or 1


def _cell(printed: str, ours: float) -> str:
    return f"{printed} / {ours:.{digits_of(printed)}f}"
