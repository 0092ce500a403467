"""Which political weights would make the law of a day a party's best reply, and what each favour costs the nation."""

from __future__ import annotations

from typing import Any

from parley.codes import members
from parley.errors import ScenarioError, unknown_name
from parley.scenario.baseline import Baseline, calibrate, schedule_on, solve_on, wedges_of
from parley.scenario.scenario import Scenario
from parley.talks.games.weights import revealed_weights
from parley.world.read import sector_names


def revealed_weights_of(
    scenario: Scenario,
    player: str,
    instrument: str = "mfn",
    *,
    revenue: bool = True,
    at: str = "on",
    baseline: Baseline | None = None,
) -> dict[str, Any]:
    """The answer of `talks weights`: weights under which the player's rates of the day answer all others', or why none do.

    at: "on" or "before". revenue: duties may have a weight beside the sectors' incomes.
    """
    if at not in ("on", "before"):
        raise unknown_name("weights: at", "state", at, ("on", "before"))
    baseline = baseline or calibrate(scenario)
    world = baseline.world
    if not any(c in world.countries for c in members(player)):
        raise unknown_name("weights", "economy of this world", player, world.countries, ScenarioError)
    schedule = schedule_on(baseline, scenario.on) if at == "on" else baseline.before
    eq = solve_on(baseline, wedges_of(baseline, baseline.before, schedule))
    found = revealed_weights(eq, player, instrument, revenue=revenue)
    names = sector_names(world.name)
    answer = found.as_json()
    return answer | {
        "instrument": instrument, "at": at, "model": eq.model, "elasticities": baseline.raw.elasticities,
        "residual": eq.residual,
        "payoff": "weighted real incomes of sectors (mean weight 1) and of duties; the first-order conditions are linear in the weights",
        "sectors": [row | {"name": names.get(row["id"], row["id"])} for row in answer["sectors"]],
    }  # fmt: skip
