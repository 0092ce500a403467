"""From a question about rates that players set to the world on which they set them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parley.scenario.asked_scenario import scenario_of_game
from parley.scenario.scenario import Scenario

if TYPE_CHECKING:
    from parley.scenario.war_questions import OfRates
    from parley.world.world import World

BALANCED = "balanced"


def baseline_of(asked: OfRates) -> tuple[Scenario, World, tuple[str, ...] | None]:
    """(the scenario, the world, its default players): a named world as it is, or the scenario's moved to its baseline day.

    With links where the model uses them: a packaged world is given them (its notes say whose shares they are).
    """
    from parley.scenario.baseline import calibrate
    from parley.trade.models import read_model

    deficits = None if asked.deficits == BALANCED else asked.deficits  # as by default: balanced once moved
    asked = replace(asked, deficits=deficits)
    if asked.world is None:
        scenario = scenario_of_game(asked, asked.scenario)
        return scenario, calibrate(scenario).world, scenario.parties
    from parley.errors import InputError
    from parley.world.read import read_world, worlds

    if asked.scenario:
        raise InputError("parley talks", "both a scenario and --world", "one of them")
    scenario = scenario_of_game(asked)
    links = True if read_model(scenario.model).LINKS and asked.world in worlds() else None
    chosen = scenario.elasticities if asked.elasticities or asked.horizon else None
    return scenario, read_world(asked.world, chosen or None, links=links), None
