"""Where the answer of a grid flips: under other published elasticities, as all of them scale, and as politics weighs more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from parley.errors import NotSolvedError
from parley.scenario.baseline import Baseline, recalibrated
from parley.scenario.options import Levies, SolvedGrid, solve_grid
from parley.talks.games.grid import Grid, flips, weight_steps
from parley.talks.games.signal import protected_income_pct
from parley.talks.grid_answers import ElasticityFlips, Flip, GridRange, PaidRange, PlayerWeights, WeightFlips
from parley.talks.ranges import spread
from parley.world.elasticity import ranged, set_in_words, spans_of
from parley.world.grid import CellWedges
from parley.world.world import World

SCALES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)  # of every elasticity: from about 1 to 12 for the default set
FINE = 0.01  # the factor at which an answer flips is found to one percent
HEAVIEST = 5.0  # extra weight on protected industries: they then count six times
POINT = 0.01


def grid_ranges(baseline: Baseline, levies: Levies) -> GridRange:
    """The same grid under every published set and the world's own: payoffs as ranges, and under which sets each equilibrium holds."""
    grids, failed = {}, {}
    for name, theta in ranged(baseline.raw).items():
        try:
            grids[name] = _grid_at(baseline, levies, baseline.raw.with_theta(theta, name))
        except NotSolvedError as error:
            failed[name] = str(error)
    if not grids:
        return {
            "over": [],
            "spans": spans_of([]),
            "not_solved": failed,
            "reason": "no published set covers the sectors of this world",
        }
    first = next(iter(grids.values()))
    rows: list[PaidRange] = []
    for index in np.ndindex(first.payoffs.shape[:-1]):
        paid = {p: {n: float(g.payoffs[index][j]) for n, g in grids.items()} for j, p in enumerate(first.players)}
        rows.append({"choice": first.named(index), "welfare_pct": {p: spread(by_set) for p, by_set in paid.items()}})
    return {
        "over": list(grids),
        "spans": spans_of(grids),
        "payoffs": rows,
        "equilibria": flips(grids),
        "not_solved": failed,
    }


def _grid_at(baseline: Baseline, levies: Levies, raw: World) -> Grid:
    return solve_grid(recalibrated(baseline, raw), levies).grid


def elasticity_flips(baseline: Baseline, levies: Levies) -> ElasticityFlips:
    """The factors on every elasticity at which the set of pure equilibria changes, by bisection between seven factors."""
    seen: dict[float, tuple] = {}

    def stable(scale: float) -> tuple:
        if scale not in seen:
            raw = baseline.raw.with_theta(scale * baseline.raw.theta, f"{baseline.raw.elasticities} x {scale:g}")
            seen[scale] = _grid_at(baseline, levies, raw).equilibria()
        return seen[scale]

    found: list[Flip] = []
    for start, end in pairwise(SCALES):
        while stable(start) != stable(end):
            low, high = _last_same(stable, start, end)
            found.append({"scale": [low, high], "below": list(stable(low)), "above": list(stable(high))})
            start = high
    mean = float(baseline.raw.theta.mean())
    return {
        "over": [SCALES[0], SCALES[-1]],
        "mean_theta": [SCALES[0] * mean, SCALES[-1] * mean],
        "unit": f"factor on every elasticity of {set_in_words(baseline.raw.elasticities)}",
        "flips": found,
        "reason": None if found else "the pure equilibria are the same over the whole range, at the factors tried",
        "tried": sorted(seen),
    }


def _last_same(stable: Callable[[float], tuple], start: float, end: float) -> tuple[float, float]:
    """(low, high), one percent apart: the answer at low is that at the start, the answer at high is not."""
    low, high = start, end
    while high / low > 1 + FINE:
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if stable(middle) == stable(start) else (low, middle)
    return low, high


def weight_flips(solved: SolvedGrid) -> WeightFlips:
    """For each player, the extra weights on its protected industries at which the set of pure equilibria changes.

    A player then minds W + b Y, Y the real income of those industries in percent of the nation's (as in `signal`): linear
    in b, so the steps are exact. The weights are assumptions: no data identify them.
    """
    return {
        "unit": "extra weight b on the protected industries' income: a dollar of it counts 1 + b times",
        "assumption": "political weights are assumptions of the user; no data identify them",
        "over": [0.0, HEAVIEST],
        "players": {p: _weights_of(solved, p) for p in solved.grid.players},
    }


def _weights_of(solved: SolvedGrid, player: str) -> PlayerWeights:
    sectors = levied_sectors({name: cells for (p, name), cells in solved.cells.items() if p == player})
    if not sectors:
        return {"protected_sectors": [], "steps": [], "reason": "its options levy the same everywhere"}
    grid = solved.grid
    income = np.empty(grid.payoffs.shape[:-1])
    for index in np.ndindex(income.shape):
        income[index] = protected_income_pct(solved.at(grid.named(index)), player, sectors)
    steps = weight_steps(grid, player, income, HEAVIEST)
    reason = None if len(steps) > 1 else f"the equilibria are the same for every weight up to {HEAVIEST:g}"
    return {"protected_sectors": list(sectors), "steps": steps, "reason": reason}


def levied_sectors(options: Mapping[str, CellWedges]) -> tuple[str, ...]:
    """The sectors in which a player's options differ by a point of duty or more on some origin."""
    cells = list(options.values())
    levels = np.stack([np.where(c.known, c.tau_hat, 1.0) for c in cells])
    apart = (levels.max(axis=0) - levels.min(axis=0)).max(axis=0) >= POINT
    return tuple(sector for sector, differs in zip(cells[0].sectors, apart, strict=True) if differs)
