"""Answers of the record have exactly their types, and the command line and the API give the same ones."""

from __future__ import annotations

import json
import shlex
from datetime import date

import msgspec
import pytest

from answer_types import assert_is
from drawn import thinned
from parley.cli.main import main
from parley.law.regime import read_regime
from parley.question import offered
from parley.record.answers import AddedEntries, Status
from parley.record.export import ClaimsGraph, claims_jsonld
from parley.record.ledger import ledger_of, read_ledger
from parley.record.status import status
from parley.record.summary import RecordSection, record_section
from parley.scenario import record_answers as made
from parley.scenario.base import BaseAnswer, BaseCheck, base_answer, check_base
from parley.scenario.clocks import NO_CLOCKS, ScenarioClocks, scenario_clocks
from parley.scenario.deeds import deeds, law_status
from parley.scenario.scenario import read_scenario
from parley.web.answer_types import given_back, names_read
from parley.web.verbs import VERBS, Verb, command_of

LEDGER, REGIME = read_ledger(), read_regime()
MAY, WINTER = date(2025, 5, 2), date(2025, 12, 31)
RECORD_VERBS = [verb for verb in VERBS if verb.path.startswith("/record/")]
ANSWERS = {
    "status": lambda: made.status_answer(LEDGER, REGIME, MAY, MAY),
    "list": lambda: made.entries_answer(LEDGER),
    "claims": lambda: made.claims_answer(LEDGER, None, WINTER, "CHN"),
    "contradictions": lambda: made.contradictions_answer(LEDGER),
    "deeds": lambda: made.deeds_answer(LEDGER, REGIME, None, WINTER),
    "positions": lambda: made.positions_answer(LEDGER),
    "timeline": lambda: made.timeline_answer(LEDGER, None, MAY),
    "base": lambda: base_answer(LEDGER, "145", "CHN", "USA", MAY, None, REGIME),
}
TYPES = {
    "status": made.StatusAnswer,
    "list": made.EntriesAnswer,
    "claims": made.ClaimsAnswer,
    "contradictions": made.ContradictionsAnswer,
    "deeds": made.DeedsAnswer,
    "positions": made.PositionsAnswer,
    "timeline": made.TimelineAnswer,
    "base": BaseAnswer,
}


@pytest.mark.parametrize("name", thinned(ANSWERS, 3))
def test_an_answer_has_its_type(name: str) -> None:
    answer = ANSWERS[name]()
    assert_is(answer, TYPES[name])
    assert any(len(value) for value in answer.values() if isinstance(value, list)), (
        "rows are tested only where there are rows"
    )


def test_the_section_of_the_briefing_has_its_type_with_law_and_without() -> None:
    kept = [deed.row() for deed in deeds(LEDGER, REGIME, MAY, MAY)]
    assert_is(
        record_section(LEDGER, MAY, MAY, standing=law_status(LEDGER, REGIME, MAY, MAY), deeds=kept), RecordSection
    )
    assert_is(record_section(LEDGER), RecordSection)


def test_parts_that_are_asked_in_python_have_their_types() -> None:
    assert_is(status(LEDGER, date(2025, 7, 10)), Status)
    assert_is(check_base("145", "CHN", "USA", MAY, None, REGIME, LEDGER), BaseCheck)
    assert_is(claims_jsonld(LEDGER), ClaimsGraph)
    assert_is(scenario_clocks(read_scenario()), ScenarioClocks)
    assert_is(NO_CLOCKS, ScenarioClocks)
    assert_is(made.entries_answer(ledger_of([]), MAY), made.EntriesAnswer)


def test_what_is_added_has_its_type(capsys, tmp_path) -> None:
    words = ["--kind", "claim", "--actor", "cn-mofcom", "--on", "2025-05-02", "--text", "T.", "--publisher", "A"]
    said = '{ is = "talks_ongoing", parties = ["CHN", "USA"], value = false }'
    answer = printed(capsys, "record", "add", "--ledger", str(tmp_path / "mine"), *words, "--says", said)
    assert_is(answer, AddedEntries)


def printed(capsys, *argv: str) -> dict:
    """The JSON that a command prints."""
    with pytest.raises(SystemExit) as end:
        main([*argv, "--json"])
    assert end.value.code == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("verb", RECORD_VERBS, ids=lambda verb: verb.path)
def test_command_line_and_api_give_the_same_answer(capsys, verb: Verb) -> None:
    asked = _asked(verb)
    assert printed(capsys, *shlex.split(command_of(verb, asked))[1:]) == msgspec.json.decode(
        msgspec.json.encode(verb.answered(asked))
    )


def _asked(verb: Verb) -> object:
    """A question as of 2 May 2025, of one side where the verb knows sides."""
    names = {part.name for part in offered(verb.question)}
    return verb.question(known="2025-05-02", **({"actor": "CHN"} if "actor" in names else {}))


@pytest.mark.parametrize("verb", RECORD_VERBS, ids=lambda verb: verb.path)
def test_the_schema_of_an_answer_names_every_key(verb: Verb) -> None:
    hint = given_back(verb.answer)
    with names_read([hint]):
        whole = msgspec.json.schema(hint)
    properties = whole["$defs"][hint.__name__]["properties"]
    assert {"on", "known", "law_known_to"} < set(properties) == set(hint.__annotations__)
    assert properties["on"]["format"] == "date"
