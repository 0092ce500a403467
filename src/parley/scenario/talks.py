"""What each side can do next: the options of a scenario as a payoff table, and whether a demanded step would cost its maker anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from parley.errors import ScenarioError, unknown_name
from parley.scenario.baseline import Baseline, calibrate
from parley.scenario.payoffs import SolvedGrid, levies_of, solve_grid
from parley.scenario.scenario import Option, Scenario, Signal
from parley.scenario.switch_points import elasticity_flips, grid_ranges, weight_flips
from parley.talks.games.signal import protected_income_pct, signal
from parley.world.grid import CellWedges

POINT = 0.01


def grid_of(
    scenario: Scenario, baseline: Baseline | None = None, *, ranges: bool = False, flips: bool = False
) -> dict[str, Any]:
    """The answer of `talks grid` (design §7): payoffs in percent of welfare against the law of `before`.

    ranges: also under every published elasticity set. flips: also where the equilibria change as elasticities scale, and
    as a player minds its protected industries more (scenario/switch_points.py).
    """
    baseline = baseline or calibrate(scenario)
    levies = levies_of(baseline)
    solved = solve_grid(baseline, levies)
    found = solved.grid.as_json() | {
        "unit": f"percent change of welfare against the tariffs of {scenario.before}",
        "payoff": "real income: labour income, duties and deficit over the price of the basket",
        "says": {p: {o.name: o.says for o in options} for p, options in scenario.options().items()},
        "elasticities": baseline.raw.elasticities,
        "model": baseline.scenario.model,
        "solves": len(solved.equilibria),
        "residual": max(eq.residual for eq in solved.equilibria.values()),
        "purchases": list(solved.bought),
        "signal": signal_of(scenario, solved),
    }
    if ranges:
        found["range"] = grid_ranges(baseline, levies)
    if flips:
        found["flips"] = {"elasticity": elasticity_flips(baseline, levies), "weight": weight_flips(solved)}
    return found


def signal_of(scenario: Scenario, solved: SolvedGrid) -> dict[str, Any] | None:
    """Whether the demanded step is costly to its maker, others holding to what the scenario says. Method §6, sincerity."""
    asked = scenario.signal
    if asked is None:
        return None
    options = scenario.options()
    check_signal(options, asked)
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
    return protected_between(solved.cells[maker, status_quo], solved.cells[maker, step])


def protected_between(now: CellWedges, then: CellWedges) -> tuple[str, ...]:
    """The sectors in which a levy is lower by a point or more, on any origin, in the second state."""
    falls = np.where(now.known, now.tau_hat - then.tau_hat, 0.0).max(axis=0) >= POINT
    return tuple(sector for sector, falling in zip(now.sectors, falls, strict=True) if falling)


def check_signal(options: Mapping[str, list[Option]], asked: Signal) -> None:
    """Refuses a demanded step that no player's options hold."""
    for player, name in [(asked.maker, asked.step), (asked.maker, asked.status_quo), *asked.others.items()]:
        _check_option(options, player, name)


def _check_option(options: Mapping[str, list[Option]], player: str, name: str) -> None:
    if player not in options:
        raise unknown_name("[signal]", "player with options", player, options, ScenarioError)
    names = [o.name for o in options[player]]
    if name not in names:
        raise unknown_name(f"[signal] option of {player}", "option", name, names, ScenarioError)
