"""The questions that an assistant may ask: each a question type of a room, what answers it, and what its answer rests on.

Names, meanings and bounds of the arguments are those of the question's fields, as the HTTP API has them. A day is always needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, replace
from typing import Any

import msgspec

from parley.errors import InputError
from parley.json_values import JsonObject, plain
from parley.law import questions as of_law
from parley.question import Part, offered, said
from parley.record import questions as of_record
from parley.scenario import questions as of_scenario
from parley.scenario.games import deadline
from parley.web import reading
from parley.web.packaged import regime
from parley.web.questions import struct_of
from parley.web.verbs import verb_of

Answer = Mapping[str, Any]
DAY = "2025-05-02"  # of the example in a refusal


def sources_within(asked: Any, found: Answer) -> list[str]:
    """The sources that an answer itself names, each once, in its order."""
    del asked
    return list(dict.fromkeys(_sources(found)))


def _sources(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        at = value.get("source")
        if isinstance(at, str) and at:
            yield at
        elif isinstance(at, Mapping):
            yield " ".join(str(at[key]) for key in ("publisher", "address") if at.get(key))
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _sources(inner)


@dataclass(frozen=True)
class Tool:
    """One tool. command: its words on the command line. days: the fields without which it is refused.

    without: fields of the question that it does not offer.
    first: the parts of the answer that are wanted most, where not all of it has room.
    """

    name: str
    command: str
    question: type
    answer: Callable[[Any], Answer]
    sources: Callable[[Any, Answer], list[str]] = sources_within
    days: tuple[str, ...] = ("on",)
    without: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What the question says of itself."""
        return " ".join(said(self.question).split())

    def schema(self) -> dict[str, Any]:
        """The JSON schema of its arguments: as over HTTP within the same bounds, but with the words and defaults of the command."""
        _, parts = msgspec.json.schema_components([struct_of(self.question)])
        made = parts[self.question.__name__]["properties"]
        fields = {
            p.called: self._field(p, made[p.called]) for p in offered(self.question) if p.called not in self.without
        }
        return {"type": "object", "properties": fields, "required": list(self.needed), "additionalProperties": False}

    def _field(self, part: Part, made: dict[str, Any]) -> dict[str, Any]:
        """One argument: what may be left out is not null but absent."""
        shown = {key: value for key, value in _alone(made).items() if key != "default"} | {
            "description": part.says.text
        }
        told = part.called not in self.needed and part.default not in (None, "", ())
        return shown | {"default": part.default} if told else shown

    @property
    def needed(self) -> tuple[str, ...]:
        """What the command line insists on, then the days: no country is taken for one that was not named."""
        own = [p.called for p in offered(self.question) if p.default in (MISSING, "")]
        return tuple(dict.fromkeys([*own, *self.days]))

    def read(self, given: Mapping[str, Any], strict: bool = True) -> object:
        """The question of the arguments; strict: numbers are not read from texts. Raises InputError: an unknown one, no day …"""
        for name in given:
            if name in self.without:
                raise InputError(self.name, f"the argument {name}", ", ".join(self.schema()["properties"]))
        for name in self.days:
            if not given.get(name):
                raise InputError(f"{self.name}, {name}", "no day", f"a day, such as {DAY}: every answer is about one")
        held = {name: value for name, value in given.items() if value is not None}
        asked = reading.read_object(self.question, held, self.name, strict=strict)
        for name in self.needed:
            if name not in held:
                raise InputError(f"{self.name}, {name}", "nothing", reading.hint_of(self.question, name))
        unsaid = {p.name: p.default for p in offered(self.question) if p.called not in held}
        return replace(asked, **unsaid)

    def answered(self, asked: Any) -> JsonObject:
        """The whole answer, as JSON has it."""
        return plain(self.answer(asked))


def _alone(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be null, without null."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else schema


def _verb(path: str) -> Callable[[Any], Answer]:
    """What answers a verb of the API."""
    return lambda asked: verb_of(path).answered(asked)


def _diff(asked: of_law.Diff) -> Answer:
    from parley.law.answering import changed, difference
    from parley.law.answers_changes import diff_answer

    law = changed(asked, regime())
    return diff_answer(law, difference(asked, law))


def _acts(asked: of_law.Average | of_law.Rate, found: Answer) -> list[str]:
    """The acts in force on the origin's goods."""
    from parley.codes import country, day
    from parley.law.readings import rows_on
    from parley.law.regime import knowledge

    levies = country(asked.destination, "destination")
    on_them = {m.id for m in rows_on(regime(), country(asked.origin, "origin"), levies)}
    rows = regime().at(day(asked.on or found["on"], "on"), knowledge(found["known"]), levies)
    return list(dict.fromkeys(m.act.citation for m in rows if m.id in on_them))


def _of_rate(asked: of_law.Rate, found: Answer) -> list[str]:
    """Those of the lines of a rate; of a range over several tariff lines, the acts in force."""
    return sources_within(asked, found) or _acts(asked, found)


def _schedule(asked: of_law.Find, found: Answer) -> list[str]:
    from parley.codes import country, name_in_text

    levier = name_in_text(country(asked.destination, "destination"))
    return [f"tariff schedule of {levier}, edition of {asked.on}, law {found['law_version']}"]


def _scenario(asked: of_scenario.WhatIf) -> Any:
    from parley.web.scenarios import scenario_of

    return scenario_of(asked)


def _what_if(asked: of_scenario.Solve) -> Answer:
    """The answer of `trade solve`: its parties and the countries most affected come first."""
    from parley.web.solver import scenario_bytes, trade

    found: Any = trade(scenario_bytes(_scenario(asked)), lambda _: None, asked.ranges)
    if "countries" not in found:
        return found
    most = found["most_affected"]
    order = dict.fromkeys([*found["parties"], *most["lose"], *most["gain"], *found["countries"]])
    return {**found, "countries": {c: found["countries"][c] for c in order if c in found["countries"]}}


def _asked_deadline(asked: deadline.Question) -> Any:
    """The scenario of the question, of names in the package alone."""
    from parley.scenario.asked_scenario import scenario_of_game
    from parley.web.scenarios import checked

    return checked(scenario_of_game(asked))


def _deadline(asked: deadline.Question) -> Answer:
    from parley.scenario.chosen import talks_clocks
    from parley.web.solver import baseline_and_law

    scenario = _asked_deadline(asked)
    deadline.check(asked, scenario)
    return {**talks_clocks(scenario), **deadline.answer(asked, baseline_and_law(scenario)[0])}


def _of_scenario(asked: Any, found: Answer) -> list[str]:
    """The acts in force of the parties, the newest first, then the data."""
    from parley.scenario.levy import regime_of
    from parley.scenario.method import sources_of

    del found
    scenario = _asked_deadline(asked) if isinstance(asked, deadline.Question) else _scenario(asked)
    found_in = sources_of(scenario, regime_of(scenario))
    acts = [s.get("citation", "") for s in found_in if s["kind"] == "act"]
    return [*reversed(acts), *(s.get("source", "") for s in found_in if s["kind"] != "act")]


def _cite(asked: of_scenario.Cite) -> Answer:
    from parley.scenario.method import cite

    return cite(asked)


def _cited(asked: of_scenario.Cite, found: Answer) -> list[str]:
    del asked
    return list(found["legal"])


def _refund(asked: of_law.RefundStatus) -> Answer:
    from parley.law.refunds.status import refund_status

    return refund_status(asked, regime())


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("find_product", "law find", of_law.Find, _verb("/law/find"), _schedule),
        Tool("explain_rate", "law rate", of_law.Rate, _verb("/law/rate"), _of_rate, first=("lines", "prohibited", "branches", "notes")),
        Tool("average_rate", "law average", of_law.Average, _verb("/law/average"), _acts, without=("since", "until", "daily")),
        Tool("law_diff", "law diff", of_law.Diff, _diff, days=("from", "to"), without=("feed",)),
        Tool("what_if", "trade solve", of_scenario.Solve, _what_if, _of_scenario,
             without=("draws", "seed", "spread", "common", "import_growth", "sector"),
             first=("parties", "countries", "bilateral", "most_affected", "range", "notes", "assumes")),
        Tool("deadline", "talks deadline", deadline.Question, _deadline, _of_scenario,
             first=("players", "terms", "enforcement", "joint", "hub")),
        Tool("record_status", "record status", of_record.Status, _verb("/record/status")),
        Tool("contradictions", "record contradictions", of_record.Contradictions, _verb("/record/contradictions")),
        Tool("cite", "cite", of_scenario.Cite, _cite, _cited, first=("legal",)),
        Tool("refund_status", "law refund-status", of_law.RefundStatus, _refund, first=("ruling", "states", "struck", "notes")),
    )
}  # fmt: skip
