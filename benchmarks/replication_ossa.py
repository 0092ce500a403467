"""Writes docs/replication-ossa.md: Ossa (2014) computed again by parley, beside the figures of the paper.

Run: python benchmarks/replication_ossa.py --shared ../shared/data
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy import ndarray

from parley.talks.game import nash, respond
from parley.talks.games.bargain import bargain
from parley.talks.objective import levels, read_objective
from parley.talks.outcome import Outcome
from parley.trade.equilibrium import Equilibrium
from parley.trade.models.krugman import profits_hat
from parley.trade.solve import solve
from parley.world.world import World

CODES = {"Brazil": "BRA", "China": "CHN", "EU": "EUU", "India": "IND", "Japan": "JPN", "ROW": "ROW", "US": "USA"}
PAGE = Path(__file__).parents[1] / "docs" / "replication-ossa.md"
HOW = {"model": "krugman", "unions": ()}
STARTS = ("base", "high", "zero")
THREATS = {"nash": "the Nash war", "factual": "factual tariffs", "free_trade": "free trade"}


@dataclass(frozen=True, eq=False)
class Paper:
    """Ossa's data as a world, buyer first, and what his package stores."""

    world: World
    politics: ndarray
    optimal: ndarray
    war: ndarray
    tables: dict[str, list[list[str]]]


def read_paper(shared: Path) -> Paper:
    """The Paper from the shared data. Arrays there are [exporter, importer, sector]."""
    folder = shared / "reference" / "ossa2014"
    held = np.load(folder / "ossa2014.npz")
    codes = [CODES[str(name)] for name in held["regions"]]
    world = World.from_arrays(
        codes, [str(s) for s in held["sectors"]], held["trade"].transpose(1, 0, 2), held["tariff"].transpose(1, 0, 2),
        held["sigma"] - 1, flows_include_tariff=False, name="ossa2014", elasticities="Ossa (2014)",
    )  # fmt: skip
    tables = {name: list(csv.reader((folder / f"table{name}.csv").open())) for name in ("3a", "4a")}
    stored = (held[key].transpose(1, 0, 2) for key in ("opt_bas", "nash_bas"))
    return Paper(world, held["lambda_pol"], *stored, tables)


def median_rate(t: ndarray, k: int) -> float:
    """The median over partners and sectors of k's rates, percent."""
    return 100 * float(np.median(np.delete(t[k], k, axis=0)))


def changes(eq: Equilibrium, politics: ndarray | None) -> ndarray:
    """[n, 4] in percent: government welfare, welfare, wage less the simple mean wage, profits over the own wage.

    Wages are counted in the world's wage bill, as in the paper's tables.
    """
    world = eq.world
    aim = read_objective("government", politics, world)
    government = levels(eq, aim) / levels(solve(world, model="krugman"), aim)
    profit = world.base.S / (1 + world.theta)
    profits = (profits_hat(eq) * profit).sum(axis=1) / profit.sum(axis=1)
    hats = (government, eq.welfare_hat, 1 + eq.w_hat - eq.w_hat.mean(), profits / eq.w_hat)
    return 100 * (np.stack(hats, axis=1) - 1)


def optimal_rows(paper: Paper, instrument: str, politics: ndarray | None) -> tuple[list[list[float]], list[Outcome]]:
    """Ossa's table 3: each region alone; own effect and the simple mean of the others'; and the replies themselves."""
    made = [respond(paper.world, code, instrument, **aims(politics), starts=STARTS) for code in paper.world.countries]
    rows = [own_and_others(m.equilibrium, m.tariffs, k, politics) for k, m in enumerate(made)]
    return rows, made


def own_and_others(eq: Equilibrium, t: ndarray, k: int, politics: ndarray | None) -> list[float]:
    """One row of table 3."""
    own = changes(eq, politics)
    others = np.delete(own, k, axis=0).mean(axis=0)
    return [*np.stack([own[k], others], axis=1).ravel().tolist(), median_rate(t, k)]


def aims(politics: ndarray | None) -> dict:
    """Keywords of `respond`, `nash` and `bargain` for governments with these weights."""
    objective = "welfare" if politics is None else "government"
    return {**HOW, "objective": objective, "political": politics}


def joint_rows(eq: Equilibrium, t: ndarray, politics: ndarray | None) -> list[list[float]]:
    """Ossa's table 4: one row a region."""
    made = changes(eq, politics)
    return [[*made[k].tolist(), median_rate(t, k)] for k in range(len(made))]


def table(heads: Sequence[str], names: Sequence[str], rows: list[list[float]]) -> str:
    """A Markdown table with the simple mean last."""
    rows = [*rows, np.mean(rows, axis=0).tolist()]
    lines = [f"| region | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    lines += [
        f"| {n} | {' | '.join(f'{v:z.1f}' for v in row)} |" for n, row in zip([*names, "Mean"], rows, strict=True)
    ]
    return "\n".join(lines) + "\n"


def hills(made: list[Outcome]) -> str:
    """Every local optimum that the searches settled on, where a region has more than one."""
    gain = max(m.max_deviation_gain or 0.0 for m in made)
    lines = [
        f"Starts: {', '.join(STARTS)}. The table shows each region's best. The largest gain by deviating is {gain:.0e} %."
    ]
    for m in made:
        if len(m.equilibria) > 1:
            paid = " and ".join(f"{stand.payoff_pct[m.players[0]]:.3f} %" for stand in m.equilibria)
            lines.append(f"{m.players[0]} has {len(m.equilibria)} local optima: ΔG {paid}.")
    if len(lines) == 1:
        lines.append("Every region has one optimum.")
    return " ".join(lines) + "\n"


def stands(war: Outcome) -> str:
    """Every stand that the search settled on: payoffs, and the largest gain that one player alone could make."""
    lines = []
    for stand in war.equilibria:
        paid = ", ".join(f"{p} {v:.2f}" for p, v in stand.payoff_pct.items())
        gain = stand.max_deviation_gain or 0.0
        verdict = (
            "an equilibrium as far as tried"
            if gain < 1e-6
            else "best responses only against small changes: no equilibrium"
        )
        lines.append(f"* ΔG {paid}. Largest gain by deviating {gain:.0e} %: {verdict}.")
    return "\n".join(lines) + "\n"


OPTIMAL = [f"{what} {who}" for what in ("ΔG", "ΔV", "Δwage", "Δprofit") for who in ("own", "others")] + [
    "median tariff"
]
JOINT = ["ΔG", "ΔV", "Δwage", "Δprofit", "median tariff"]


def sections(paper: Paper, politics: ndarray | None, label: str) -> tuple[str, dict[str, list[list[float]]]]:
    """The tables for one set of weights, as Markdown and as numbers."""
    text, numbers = "", {}
    names = paper.world.countries
    for instrument, words in (("full", "one rate per partner and sector"), ("mfn", "one rate per sector (MFN)")):
        rows, found = optimal_rows(paper, instrument, politics)
        numbers[f"optimal {instrument}"] = rows
        text += f"\n### Unilateral optimum {label}, {words}\n\n{table(OPTIMAL, names, rows)}"
        text += f"\n{hills(found)}"
        war = nash(paper.world, None, instrument, **aims(politics), starts=STARTS)
        rows = numbers[f"nash {instrument}"] = joint_rows(war.equilibrium, war.tariffs, politics)
        text += f"\n### Nash war {label}, {words}\n\n{table(JOINT, names, rows)}"
        text += f"\nCandidate equilibria found from {len(war.starts)} starts; the table shows the one that holds best:\n\n{stands(war)}"
    for threat, words in THREATS.items():
        deal = bargain(paper.world, None, "full", threat=threat, **aims(politics))
        numbers[f"cooperation {threat}"] = joint_rows(deal.equilibrium, deal.tariffs, politics)
        over = [[g] for g in deal.gain_pct.values()]
        rows = [a + b for a, b in zip(numbers[f"cooperation {threat}"], over, strict=True)]
        text += f"\n### Cooperation {label}, from {words}\n\n{table([*JOINT, 'gain over start'], names, rows)}"
        text += f"\n{deal.agreed.steps} steps; a random joint step helps all by at most {deal.joint_gain:.0e} %.\n"
    return text, numbers


def beside(paper: Paper, numbers: dict[str, list[list[float]]]) -> str:
    """Stored tariffs and printed tables against ours: what the reproduction is held to."""
    t, N = paper.world.t, len(paper.world.countries)
    alone = [np.where((np.arange(N) == k)[:, None, None], paper.optimal, t) for k in range(N)]
    there = [own_and_others(solve(paper.world, x, model="krugman"), x, k, None) for k, x in enumerate(alone)]
    war = joint_rows(solve(paper.world, paper.war, model="krugman"), paper.war, None)
    lines = ["| compared | largest gap |", "|---|---|"]
    for words, stored, key in (("optimal", there, "optimal full"), ("Nash", war, "nash full")):
        gap = np.abs(np.array(stored) - np.array(numbers[key]))[:, 0].max()
        lines.append(f"| welfare at our {words} tariffs against that at the stored ones | {gap:.0e} points |")
    for name, rows, at in (("3a", numbers["optimal full"], "our"), ("3a", there, "the stored"), ("4a", numbers["nash full"], "our"),
                           ("4a", war, "the stored")):  # fmt: skip
        printed = np.array([[float(v) for v in row[1:]] for row in paper.tables[name][1:-1]])
        gap, tariffs = np.abs(printed - np.array(rows)), f"table {name} as printed, at {at} tariffs"
        effects = gap[:, :-1].max()
        lines.append(f"| {tariffs}: welfare, wages, profits | {effects:.2f} |")
        lines.append(f"| {tariffs}: median tariffs | {gap[:, -1].max():.2f} |")
    return "\n".join(lines) + "\n"


def headline(numbers: dict[str, list[list[float]]]) -> str:
    """The paper's four headline figures and ours, simple means over regions, with lobbying."""
    mean = {key: np.mean(rows, axis=0) for key, rows in numbers.items()}
    rows = [
        ("mean optimal tariff", "62 %", f"{mean['optimal full'][-1]:.1f} %"),
        ("mean Nash tariff", "63 %", f"{mean['nash full'][-1]:.1f} %"),
        ("ΔG in the Nash war", "−2.9 %", f"{mean['nash full'][0]:.1f} %"),
        ("ΔG by cooperating from factual tariffs", "+0.5 %", f"{mean['cooperation factual'][0]:+.1f} %"),
    ]
    lines = ["| figure (mean over regions, with lobbying) | paper | parley |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


INTRO = """# Ossa (2014), computed again

Ossa (2014), "Trade Wars and Trade Talks with Data": 7 regions, 33 sectors, profits and political weights. This page is
written by `python benchmarks/replication_ossa.py --shared ../shared/data`; a test holds its numbers.

The model is `krugman` with exact first-order conditions. All columns are in percent, and means are simple.

* ΔG is the government's objective, and ΔV is welfare.
* Δwage is less the simple mean over regions; wages are counted in the world's wage bill.
* Δprofit is relative to the own wage.
* The median tariff is over partners and sectors, for the own tariffs.
* Cooperation means equal proportional gains in ΔG, without import subsidies.
"""


def write(path: Path, text: str) -> None:
    """The file, whole or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, "utf-8")
    os.replace(draft, path)


def page(paper: Paper, tell: Callable[[str], None] = lambda text: None) -> str:
    """The whole page."""
    plain, numbers = sections(paper, None, "without lobbying")
    tell("without lobbying")
    lobbied, with_weights = sections(paper, paper.politics, "with lobbying")
    tell("with lobbying")
    return (
        f"{INTRO}\n## Headline figures\n\n{headline(with_weights)}\n## How close\n\n{beside(paper, numbers)}"
        f"\nGaps of 0.05 are rounding to the printed digit. At the stored Nash tariffs single regions gain a little by"
        f" deviating.\nAt ours none gains more than the figure given."
        f" That moves medians by tenths, and no effect beyond its digit.\n"
        f"\n## Without lobbying\n{plain}\n## With lobbying\n{lobbied}"
    )


def main() -> None:
    """Writes the page and says how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=PAGE)
    asked = parser.parse_args()
    began = time.perf_counter()
    write(asked.out, page(read_paper(asked.shared), lambda text: print(f"{time.perf_counter() - began:6.1f} s {text}")))
    print(f"{asked.out}: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
