"""Who can hold out longer: flow costs from the model, prize and audience costs assumed, for two parties of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.errors import ScenarioError
from parley.scenario.baseline import Baseline, calibrate
from parley.scenario.payoffs import solve_grid
from parley.scenario.scenario import Scenario
from parley.talks.games.attrition import Side, attrition
from parley.talks.games.grid import Grid
from parley.talks.games.sustain import check_choice

MONTHS = 12  # a year


def attrition_of(
    scenario: Scenario,
    hold: Mapping[str, str] | None,
    deal: Mapping[str, str] | None,
    prize: Mapping[str, float],
    audience: Mapping[str, float],
    baseline: Baseline | None = None,
) -> dict[str, Any]:
    """The answer of `talks attrition`: a month of holding out costs a twelfth of W(deal) − W(hold), from the grid.

    hold, deal: choices of options; by default each side's first one, and the grid's pure equilibrium where it has just one.
    prize: percent of a year's welfare won if the other yields; audience: by how much yielding grows dearer a month.
    """
    solved = solve_grid(baseline or calibrate(scenario))
    grid = solved.grid
    if len(grid.players) != 2:
        raise ScenarioError("attrition", f"{len(grid.players)} players with options", "two")
    hold = hold or {p: own[0] for p, own in zip(grid.players, grid.options, strict=True)}
    deal = deal or _agreed(grid)
    for words, choice in (("hold", hold), ("deal", deal)):
        check_choice(grid, choice, f"attrition: {words}")
    ends = grid.payoff_of(hold), grid.payoff_of(deal)
    sides = [Side(p, (ends[1][p] - ends[0][p]) / MONTHS, prize.get(p, 0.0), audience.get(p, 0.0)) for p in grid.players]
    return attrition(sides[0], sides[1]).as_json() | {
        "hold": dict(hold), "deal": dict(deal),
        "welfare_pct": {"hold": {p: ends[0][p] for p in grid.players}, "deal": {p: ends[1][p] for p in grid.players}},
        "residual": max(eq.residual for eq in solved.equilibria.values()),
        "elasticities": (baseline.raw.elasticities if baseline else scenario.elasticities or "U4"),
    }  # fmt: skip


def _agreed(grid: Grid) -> dict[str, str]:
    """The grid's only pure equilibrium."""
    stable = grid.equilibria()
    if len(stable) != 1:
        found = f"{len(stable)} pure equilibria, so that no choice is plainly the deal"
        raise ScenarioError("attrition: deal", found, "a deal by name: PLAYER=OPTION; PLAYER=OPTION")
    return stable[0]
