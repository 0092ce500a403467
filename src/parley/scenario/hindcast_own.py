"""The outcomes of a scenario file, held against the game of its own options, as known before anybody had chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from parley.errors import NoAnswerError, ScenarioError, unknown_name
from parley.scenario.answers_hindcast import OwnPart
from parley.scenario.hindcast import Choice, Unscored, choices_on, unscored
from parley.scenario.outcome_checks import WORDS
from parley.scenario.outcomes import Decision, Kind
from parley.scenario.scenario import Outcome, Scenario
from parley.scenario.situation import found


def eve_of_outcomes(scenario: Scenario) -> Scenario:
    """The scenario as known before the first of its outcomes: by its own day of knowledge where that is earlier. Raises ScenarioError."""
    if not scenario.outcome:
        hint = 'Write [[outcome]]: party = "USA", day = 2025-05-12, option = "hold", source = "…"'
        raise ScenarioError(scenario.file or "scenario", "no outcome", "[[outcome]] for one party or more", hint)
    eve = min(o.day for o in scenario.outcome) - timedelta(days=1)
    said = scenario.known or scenario.on
    seen = scenario.replaced(known=min(said, eve))
    return found(seen) if seen.found or not seen.option else seen


def decisions_of(scenario: Scenario) -> list[Decision]:
    """The outcomes as decisions. Raises ScenarioError where one names no option that there is, and no word of the coding."""
    return [_decision(scenario, o) for o in scenario.outcome]


def _decision(scenario: Scenario, chosen: Outcome) -> Decision:
    own = scenario.options().get(chosen.party, [])
    named = next((o for o in own if o.name == chosen.option), None)
    word = _word(chosen.option)
    if not named and (word is None or word == "hold"):
        where = f"{scenario.file or 'scenario'}, outcome of {chosen.party}, option"
        names = [*(o.name for o in own), *(w for w in WORDS if w != "hold")]
        raise unknown_name(where, "option or word of the coding", chosen.option, names, ScenarioError)
    kind: Kind = word if word and not named else "option"
    others = [p for p in scenario.parties if p != chosen.party]
    return Decision(
        point_of(scenario), chosen.day, chosen.party, others[0], scenario.title, tuple(o.name for o in own),
        chosen.note or chosen.option, kind, chosen.law_of, chosen.law_on or (chosen.law_of if kind == "come" else None),
        chosen.law_known or chosen.public, "as chosen", chosen.note, chosen.source or chosen.address,
        tuple(chosen.address.split()), chosen.option if named else "",
    )  # fmt: skip


def _word(text: str) -> Kind | None:
    return next((w for w in WORDS if w == text), None)


def point_of(scenario: Scenario) -> str:
    """The name of a scenario's own point: that of its file."""
    return Path(scenario.file).stem or scenario.title or "scenario"


def own_choices(scenario: Scenario, *, sets: bool = True) -> tuple[OwnPart, list[Choice | Unscored]]:
    """(where the grid is from, each outcome on it). Raises ScenarioError for a scenario without outcomes."""
    eve = eve_of_outcomes(scenario)
    decisions = decisions_of(eve)
    made: list[Choice | Unscored] = [Unscored(d, why) for d in decisions if (why := unscored(d))]
    asked = [d for d in decisions if not unscored(d)]
    if asked:
        made += _solved(eve, asked, sets)
    return _part(eve, decisions), made


def _solved(eve: Scenario, asked: Sequence[Decision], sets: bool) -> list[Choice | Unscored]:
    try:
        return [*choices_on(eve, asked, sets=sets)]
    except NoAnswerError as error:
        return [Unscored(d, f"not solved: {error}") for d in asked]


def _part(eve: Scenario, decisions: Sequence[Decision]) -> OwnPart:
    return {
        "file": eve.file, "point": point_of(eve), "title": eve.title, "on": eve.on.isoformat(),
        "known": _iso(eve.known), "since": [d.date.isoformat() for d in decisions],
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
