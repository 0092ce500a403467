"""The payoff table of a scenario's options: every combination solved, with the equilibrium behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parley.errors import ScenarioError, unknown_name
from parley.scenario.baseline import Baseline, cells_of, solve_on
from parley.scenario.levy import Levy
from parley.scenario.options import commitments, controls_of, met, option_levy
from parley.scenario.scenario import Option
from parley.talks.games.grid import Grid, payoff_grid
from parley.talks.grid_answers import Purchase
from parley.trade.equilibrium import Equilibrium
from parley.world.grid import CellWedges, place_wedges

Levies = Mapping[tuple[str, str], Levy]  # by player and option
PAYOFF = "real income: labour income, duties and deficit over the price of the basket"


@dataclass(frozen=True, eq=False)
class SolvedGrid:
    """A payoff table with the equilibrium behind each choice, the wedges of each option, and what purchases took."""

    grid: Grid
    equilibria: Mapping[tuple[str, ...], Equilibrium]
    cells: Mapping[tuple[str, str], CellWedges]
    bought: tuple[Purchase, ...] = ()

    @property
    def residual(self) -> float:
        """The largest of all combinations."""
        return max(eq.residual for eq in self.equilibria.values())

    @staticmethod
    def unit(before: date) -> str:
        """What payoffs are in."""
        return f"percent change of welfare against the law of {before}"

    def at(self, choice: Mapping[str, str]) -> Equilibrium:
        """The equilibrium of one choice."""
        return self.equilibria[tuple(choice[p] for p in self.grid.players)]


def options_of(baseline: Baseline) -> dict[str, list[Option]]:
    """Options by player: at least two players, each of whom levies something."""
    options = baseline.scenario.options()
    if len(options) < 2:
        found = f"{len(options)} players with options"
        raise ScenarioError("[[option]]", found, "at least two players, each with named options")
    for player in options:
        if player not in baseline.before:
            raise unknown_name("[[option]]", "party that levies", player, baseline.before, ScenarioError)
    return options


def levies_of(baseline: Baseline) -> Levies:
    """What each option levies, line by line: the same under every elasticity."""
    return {(p, o.name): option_levy(baseline, o) for p, own in options_of(baseline).items() for o in own}


def solve_grid(baseline: Baseline, levies: Levies | None = None) -> SolvedGrid:
    """The payoff table of every combination of options, each solve started from its neighbour."""
    options = options_of(baseline)
    levies = levies or levies_of(baseline)
    cells = {(p, name): cells_of(baseline, baseline.before[p], levy) for (p, name), levy in levies.items()}
    by_name = {(p, o.name): o for p, own in options.items() for o in own}
    solved: dict[tuple[str, ...], Equilibrium] = {}
    bought: list[Purchase] = []

    def payoff(choice: dict[str, str]) -> Mapping[str, float]:
        chosen = [by_name[pair] for pair in choice.items()]
        wedges = place_wedges(baseline.world, [cells[pair] for pair in choice.items()])
        barred = controls_of(baseline.world, chosen)
        asked = [c for o in chosen for c in commitments(baseline.world, o)]
        last = next(reversed(solved.values()), None)
        eq, subsidies = met(wedges, asked, lambda w, start: solve_on(baseline, w, start, barred), last)
        solved[tuple(choice.values())] = eq
        bought.extend(
            {"choice": dict(choice), "player": c.player, "of": c.of, "value": c.value, "implied_subsidy": z}
            for c, z in zip(asked, subsidies, strict=True)
        )
        return {c: 100 * (float(hat) - 1) for c, hat in zip(eq.world.countries, eq.welfare_hat, strict=True)}

    grid = payoff_grid(tuple(options), {p: [o.name for o in own] for p, own in options.items()}, payoff)
    return SolvedGrid(grid, solved, cells, tuple(bought))
