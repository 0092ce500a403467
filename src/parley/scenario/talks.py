"""What each side can do next: the options of a scenario as a payoff table, and whether a demanded step would cost its maker anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from parley.errors import ScenarioError, unknown_name
from parley.scenario.scenario import Option, Scenario
from parley.scenario.walk import Ground, cells_of, ground_of, levy_under, solve_on
from parley.talks.games.grid import Grid, payoff_grid
from parley.talks.games.signal import protected_income_pct, signal
from parley.trade.equilibrium import Equilibrium
from parley.world.grid import CellWedges, place_wedges

POINT = 0.01


@dataclass(frozen=True, eq=False)
class SolvedGrid:
    """A payoff table with the equilibrium behind each choice, and the wedges of each option."""

    grid: Grid
    equilibria: Mapping[tuple[str, ...], Equilibrium]
    cells: Mapping[tuple[str, str], CellWedges]

    def at(self, choice: Mapping[str, str]) -> Equilibrium:
        """The equilibrium of one choice."""
        return self.equilibria[tuple(choice[p] for p in self.grid.players)]


def grid_of(scenario: Scenario, ground: Ground | None = None) -> dict[str, Any]:
    """The answer of `talks grid` (design §7): payoffs in percent of welfare against the law of `before`."""
    ground = ground or ground_of(scenario)
    solved = solve_grid(ground)
    return solved.grid.as_json() | {
        "unit": f"percent change of welfare against the law of {scenario.before}",
        "says": {p: {o.name: o.says for o in options} for p, options in scenario.options().items()},
        "elasticities": ground.raw.elasticities,
        "solves": len(solved.equilibria),
        "residual": max(eq.residual for eq in solved.equilibria.values()),
        "signal": signal_of(scenario, solved),
    }


def solve_grid(ground: Ground) -> SolvedGrid:
    """The payoff table of every combination of options, one solve each, started from its neighbour."""
    options = _options(ground)
    cells = {(p, o.name): _cells(ground, o) for p, own in options.items() for o in own}
    solved: dict[tuple[str, ...], Equilibrium] = {}

    def payoff(choice: dict[str, str]) -> Mapping[str, float]:
        wedges = place_wedges(ground.world, [cells[p, name] for p, name in choice.items()])
        last = next(reversed(solved.values()), None)
        eq = solved[tuple(choice.values())] = solve_on(ground, wedges, start=last)
        return {c: 100 * (float(hat) - 1) for c, hat in zip(eq.world.countries, eq.welfare_hat, strict=True)}

    grid = payoff_grid(tuple(options), {p: [o.name for o in own] for p, own in options.items()}, payoff)
    return SolvedGrid(grid, solved, cells)


def _options(ground: Ground) -> dict[str, list[Option]]:
    """Options by player: at least two players, each of whom levies something."""
    options = ground.scenario.options()
    if len(options) < 2:
        found = f"{len(options)} players with options"
        raise ScenarioError("[[option]]", found, "at least two players, each with named options")
    for player in options:
        if player not in ground.before:
            raise unknown_name("[[option]]", "party that levies", player, ground.before, ScenarioError)
    return options


def _cells(ground: Ground, option: Option) -> CellWedges:
    """The wedges of one player's option, taken once for all combinations."""
    return cells_of(ground, ground.before[option.player], levy_under(ground, option))


def signal_of(scenario: Scenario, solved: SolvedGrid) -> dict[str, Any] | None:
    """Whether the demanded step is costly to its maker, others holding to what the scenario says. Method §6, sincerity."""
    asked = scenario.signal
    if asked is None:
        return None
    options = scenario.options()
    for player, name in [(asked.maker, asked.step), (asked.maker, asked.status_quo), *asked.others.items()]:
        _check_option(options, player, name)
    others = {p: asked.others.get(p, own[0].name) for p, own in options.items() if p != asked.maker}
    hold, step = ({**others, asked.maker: name} for name in (asked.status_quo, asked.step))
    paid = [solved.grid.payoff_of(choice)[asked.maker] for choice in (hold, step)]
    sectors = protected_sectors(solved, asked.maker, asked.status_quo, asked.step)
    income = [protected_income_pct(solved.at(choice), asked.maker, sectors) for choice in (hold, step)]
    made = signal(asked.maker, asked.step, *paid, protected_gain_pct=income[0] - income[1])
    welfare = {asked.status_quo: paid[0], asked.step: paid[1]}
    return made.as_json() | {"others": others, "welfare_pct": welfare, "protected_sectors": list(sectors)}


def protected_sectors(solved: SolvedGrid, maker: str, status_quo: str, step: str) -> tuple[str, ...]:
    """The sectors in which the step lowers the maker's levy on any origin by a point or more: those that it protects now."""
    now, then = solved.cells[maker, status_quo], solved.cells[maker, step]
    falls = np.nanmax(np.where(now.known, now.tau_hat - then.tau_hat, 0.0), axis=0) >= POINT
    return tuple(sector for sector, falling in zip(now.sectors, falls, strict=True) if falling)


def _check_option(options: Mapping[str, list[Option]], player: str, name: str) -> None:
    if player not in options:
        raise unknown_name("[signal]", "player with options", player, options, ScenarioError)
    names = [o.name for o in options[player]]
    if name not in names:
        raise unknown_name(f"[signal] option of {player}", "option", name, names, ScenarioError)
