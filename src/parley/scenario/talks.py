"""What each side can do next: the options of a scenario as a payoff table, and whether a demanded step would cost its maker anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parley.errors import ScenarioError, unknown_name
from parley.scenario.scenario import Option, Scenario
from parley.scenario.walk import Ground, cells_of, ground_of, levy_under, solve_on
from parley.talks.games.grid import Grid, payoff_grid
from parley.talks.games.signal import signal
from parley.world.grid import CellWedges, place_wedges

Told = Callable[[str], None]
WATCHED = 4  # onlookers whose payoffs are kept beside the players'


def grid_of(scenario: Scenario, ground: Ground | None = None) -> dict[str, Any]:
    """The answer of `talks grid` (design §7): payoffs in percent of welfare against the law of `before`."""
    ground = ground or ground_of(scenario)
    grid, certificate = solve_grid(ground)
    return grid.as_json() | {
        "unit": f"percent change of welfare against the law of {scenario.before}",
        "says": {p: {o.name: o.says for o in options} for p, options in scenario.options().items()},
        "elasticities": ground.raw.elasticities,
        "solves": certificate["solves"],
        "residual": certificate["residual"],
        "signal": signal_of(scenario, grid),
    }


def solve_grid(ground: Ground) -> tuple[Grid, dict[str, Any]]:
    """The payoff table of every combination of options, one solve each, started from its neighbour."""
    scenario = ground.scenario
    options = scenario.options()
    if len(options) < 2:
        raise ScenarioError(
            "[[option]]", f"{len(options)} players with options", "at least two players, each with named options"
        )
    for player in options:
        if player not in ground.before:
            raise unknown_name("[[option]]", "party that levies", player, ground.before, ScenarioError)
    cells = {(p, o.name): _cells(ground, o) for p, own in options.items() for o in own}
    eqs: list[Any] = []

    def payoff(choice: dict[str, str]) -> Mapping[str, float]:
        wedges = place_wedges(ground.world, [cells[p, name] for p, name in choice.items()])
        eq = solve_on(ground, wedges, start=eqs[-1] if eqs else None)
        eqs.append(eq)
        return {c: 100 * (float(hat) - 1) for c, hat in zip(eq.world.countries, eq.welfare_hat, strict=True)}

    grid = payoff_grid(tuple(options), {p: [o.name for o in own] for p, own in options.items()}, payoff)
    return grid, {"solves": len(eqs), "residual": max(eq.residual for eq in eqs)}


def _cells(ground: Ground, option: Option) -> CellWedges:
    """The wedges of one player's option, taken once for all combinations."""
    return cells_of(ground, ground.before[option.player], levy_under(ground, option))


def signal_of(scenario: Scenario, grid: Grid) -> dict[str, Any] | None:
    """Whether the demanded step is costly to its maker, others holding to what the scenario says. Method §6, sincerity."""
    asked = scenario.signal
    if asked is None:
        return None
    options = scenario.options()
    for player, name in {asked.maker: asked.step, **asked.others}.items():
        _check_option(options, player, name)
    others = {p: asked.others.get(p, own[0].name) for p, own in options.items() if p != asked.maker}
    paid = {name: grid.payoff_of({**others, asked.maker: name})[asked.maker] for name in (asked.status_quo, asked.step)}
    made = signal(asked.maker, asked.step, paid[asked.status_quo], paid[asked.step]).as_json()
    return made | {"others": others, "welfare_pct": paid}


def _check_option(options: Mapping[str, list[Option]], player: str, name: str) -> None:
    if player not in options:
        raise unknown_name("[signal]", "player with options", player, options, ScenarioError)
    names = [o.name for o in options[player]]
    if name not in names:
        raise unknown_name(f"[signal] option of {player}", "option", name, names, ScenarioError)
