"""The outcomes of a scenario file, checked: who, when, and an option or a word of the coding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

import msgspec

from parley.codes import country
from parley.errors import ScenarioError, unknown_name
from parley.scenario.outcomes import NEEDS_DAY, NEEDS_LAW, Kind
from parley.scenario.scenario_parts import Outcome

WORDS: tuple[Kind, ...] = tuple(word for word in get_args(Kind) if word != "option")


def checked_outcomes(
    outcomes: Sequence[Outcome], parties: Sequence[str], options: Mapping[str, Sequence[str]], on: date, where: str
) -> tuple[Outcome, ...]:
    """The outcomes with their parties as codes. options: names by party; a party without any takes every name. Raises ScenarioError."""
    made: dict[str, Outcome] = {}
    for asked in outcomes:
        place = f"{where}, outcome of {asked.party!r}"
        party = country(asked.party, place)
        if party not in (*parties, *options):
            raise unknown_name(place, "party", party, (*parties, *options), ScenarioError)
        if party in made:
            raise ScenarioError(
                place, "two outcomes of one party", "what it chose first; a later choice has its own scenario"
            )
        if asked.day < on:
            raise ScenarioError(place, f"day {asked.day} is before on {on}", "a day on or after the scenario's")
        _check_choice(asked, options.get(party, ()), place)
        made[party] = msgspec.structs.replace(asked, party=party)
    return tuple(made.values())


def _check_choice(asked: Outcome, names: Sequence[str], place: str) -> None:
    """Nothing, if the choice is an option, or a word of the coding with the days that it needs."""
    said = asked.option
    if said in names:
        return
    if said not in WORDS or (said == "hold" and names):
        if names:
            raise unknown_name(
                f"{place}, option", "option or word of the coding", said, (*names, *WORDS), ScenarioError
            )
        return  # the options of a day that is found are not known yet
    if said in NEEDS_DAY and not asked.law_of:
        raise ScenarioError(place, f"{said!r} without law_of", "the day that comes, or to which the law goes back")
    if said in NEEDS_LAW and not asked.law_on:
        raise ScenarioError(place, f"{said!r} without law_on", "the day whose law the choice became")
