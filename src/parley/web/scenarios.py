"""A question as a scenario, safe to run on behalf of others: packaged names alone, no file is read, sizes are bounded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from parley.errors import MeasureError, ScenarioError, unknown_name
from parley.scenario import asked_scenario
from parley.scenario.asked_scenario import LATEST
from parley.scenario.questions import Brief, WhatIf
from parley.scenario.scenario import Change, Scenario, parse_scenario, read_scenario
from parley.scenario.situation import found
from parley.scenario.toml import toml_of
from parley.web.questions import OwnScenario

MOST = {"parties": 4, "product": 40, "change": 60, "option": 16}
MOST_CELLS = 49  # combinations of options: one solve each
LAST_DAY = date(2100, 1, 1)
UNWRITTEN: dict[str, Any] = {
    "title": "",
    "product": (),
    "option": (),
    "deadline": None,
    "signal": None,
    "until": None,
}  # parts that a situation fills in


def scenario_of(asked: WhatIf) -> Scenario:
    """The shipped scenario as it was asked for. Raises InputError."""
    return checked(asked_scenario.scenario_of(replace(asked, known=known_of(asked))))


def situated(asked: WhatIf) -> Scenario:
    """The same with the options, step and deadline of its day where that is not the shipped scenario's. Raises InputError."""
    scenario = scenario_of(asked)
    if not asked_scenario.is_found(asked.on):
        return scenario
    return checked(found(scenario.replaced(**UNWRITTEN)))


def rehearse() -> None:
    """Finds the situation of the shipped scenario's day: the record and what was traded are read then for other days."""
    found(read_scenario().replaced(**UNWRITTEN))


def brief_of(asked: Brief) -> Scenario:
    """The scenario of a briefing. Raises InputError."""
    return checked(asked_scenario.scenario_of_brief(replace(asked, known=known_of(asked))))


def known_of(asked: Any) -> str:
    """The knowledge day of a question: as asked; else that of the shipped scenario on its own day, the latest on others."""
    shipped = read_scenario()
    own = shipped.known.isoformat() if shipped.known else LATEST
    return asked.known or (own if asked.on == shipped.on.isoformat() else LATEST)


def on_of(asked: WhatIf) -> date:
    """The day of a question: the shipped scenario's where none is asked."""
    from parley.codes import day

    return day(asked.on, "on") if asked.on else read_scenario().on


def own_scenario(asked: OwnScenario) -> Scenario:
    """The scenario of a TOML text or of an object with the same keys. Raises ScenarioError."""
    if bool(asked.toml) == bool(asked.scenario):
        raise ScenarioError("scenario", "neither or both of toml and scenario", "one of them")
    return own_text(asked.toml or toml_of(asked.scenario))


def own_text(text: str) -> Scenario:
    """The scenario of a TOML text that a user sent. Files beside it do not exist for a server. Raises ScenarioError."""
    return checked(parse_scenario(text, "scenario"))


def checked(scenario: Scenario) -> Scenario:
    """The scenario, if all it names is in the package and it is small enough to solve here. Raises InputError."""
    from parley.trade.closure import capital_names, deficit_names, revenue_names
    from parley.trade.models import models

    changes = (*scenario.change, *(c for option in scenario.option for c in option.changes))
    if any(c.add for c in changes):
        raise ScenarioError(
            "scenario, change", "`add` names a file", "drop and set; to add an act use the command line"
        )
    if scenario.rates:
        raise ScenarioError("scenario, rates", "`rates` names a file", "nothing here; on the command line it is read")
    for name, most in MOST.items():
        if len(getattr(scenario, name)) > most:
            raise ScenarioError(f"scenario, {name}", f"{len(getattr(scenario, name))} of them", f"at most {most}")
    cells = 1
    for own in scenario.options().values():
        cells *= len(own)
    if cells > MOST_CELLS:
        raise ScenarioError("scenario, option", f"{cells} combinations", f"at most {MOST_CELLS}")
    packaged_world(scenario.world)
    one_of("model", scenario.model, models())
    one_of("deficits", scenario.deficits, deficit_names())
    one_of("revenue", scenario.revenue, revenue_names())
    one_of("capital", scenario.capital, capital_names())
    if scenario.elasticities:
        from parley.world.elasticity import every_set

        one_of("elasticities", scenario.elasticities, every_set())
    _check_measures(scenario, changes)
    return scenario


def _check_measures(scenario: Scenario, changes: tuple[Change, ...]) -> None:
    from parley.web.packaged import regime

    days = [d for d in (scenario.on, scenario.known, scenario.until) if d] + [c.start for c in changes if c.start]
    if max(days) > LAST_DAY:
        raise ScenarioError("scenario", f"a day after {LAST_DAY}", f"a day before {LAST_DAY}")
    names = {n for m in regime().measures for n in (m.id, m.programme)}
    for change in changes:
        where, name = ("drop", change.drop) if change.drop else ("set", change.set)
        if name not in names:
            raise unknown_name(where, "measure or legal authority", name, names, MeasureError)


def sets() -> list[str]:
    """The names of the packaged elasticity sets."""
    from parley.world.elasticity import elasticity_sets

    return elasticity_sets()


def packaged_world(name: str) -> str:
    """The name, if it is a packaged world. Raises InputError."""
    from parley.world.read import worlds

    return one_of("world", name, worlds())


def check_packaged(world: str | None, elasticities: str | None) -> None:
    """Raises InputError where a dataset or a set that is named is not in the package."""
    if world:
        packaged_world(world)
    if elasticities:
        one_of("elasticities", elasticities, sets())


def one_of(where: str, name: str, names: Any) -> str:
    """The name, if it is one of the names. Raises InputError with the nearest."""
    if name not in names:
        raise unknown_name(where, where, name[:60], names)
    return name
