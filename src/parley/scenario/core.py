"""The core of a scenario's answer: the law of the day by sector, and one solve. What takes longer is asked apart."""

from __future__ import annotations

import math

from parley.codes import union_of
from parley.scenario.answers import CoreAnswer, SectorRate
from parley.scenario.baseline import Baseline, cells_of, equilibrium_under
from parley.scenario.clocks import scenario_clocks
from parley.scenario.levy import Levy, Schedule
from parley.scenario.sector_imports import imports_by_sector
from parley.scenario.trade import bilateral, named_effects, solved
from parley.world.read import sector_names, worlds


def core(baseline: Baseline, after: Schedule) -> CoreAnswer:
    """What the parties levy and what it does, by one equilibrium: the figures of `trade solve` without ranges."""
    scenario, eq = baseline.scenario, equilibrium_under(baseline, after)
    return {
        **scenario_clocks(scenario),
        **solved(baseline.raw, eq),
        "parties": list(scenario.parties),
        "against": f"the law of {scenario.before}",
        "rates": [row for party, levy in after.items() for row in sector_rates(baseline, party, levy)],
        "countries": named_effects(eq),
        "bilateral": bilateral(eq, scenario.parties),
        "sectors": imports_by_sector(eq, scenario.parties),
    }


def sector_rates(baseline: Baseline, party: str, levy: Levy) -> list[SectorRate]:
    """The mean rates of one party on the goods of every other, by sector, of the lines whose rates are known on both days."""
    cells, world = cells_of(baseline, baseline.before[party], levy), baseline.world.name
    names = sector_names(world) if world in worlds() else {}
    others = {union_of(p) for p in baseline.scenario.parties if p != party}
    sellers = [i for i, origin in enumerate(cells.origins) if origin in others]
    return [
        {
            "buyer": party,
            "seller": cells.origins[i],
            "sector": code,
            "name": names.get(code, code),
            "before": _known(cells.mean_base[i, s]),
            "on": _known(cells.mean_new[i, s]),
        }
        for i in sellers
        for s, code in enumerate(cells.sectors)
        if cells.known[i, s]
    ]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
