"""The law room's answers on tariff lines, measures, acts and their linters, each with its type and its one builder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict, cast

import msgspec

from parley.codes import PROGRAMMES, day
from parley.errors import MeasureError, unknown_name
from parley.law.answers import Clocks, claimed, held_clocks
from parley.law.as_known import row_as_known
from parley.law.law_package import law_in_use
from parley.law.measure import Measure
from parley.law.regime import Regime, knowledge

if TYPE_CHECKING:
    from parley.law.check import Finding
    from parley.law.check_open import OpenItem
    from parley.law.facts import Fact


class MatchRow(TypedDict):
    """A tariff line that fits the words; base: the text of its ordinary rate; rate_unit: what that is a rate of, or why none is known."""

    product: str
    description: str
    rate_unit: str
    base: str
    unit: str


class FindAnswer(Clocks):
    """`law find`: the lines that fit, best first; hint: words that no line has, with those that were looked for instead."""

    matches: list[MatchRow]
    hint: str | None


class ActRow(TypedDict):
    """The legal act that a measure rests on; read: its text was read by us, at `address`."""

    id: str
    title: str
    citation: str
    authority: str
    signed: date
    address: str
    read: bool
    note: str
    amended: list[date]
    stacks: str


class YieldsRow(TypedDict):
    """One edge: the measure gives way to `to` (a programme, layer or id) between two dates, for some origins."""

    to: str
    start: date | None
    end: date | None
    known: date | None
    known_end: date | None
    origins: list[str]
    origins_except: list[str]
    wholly: bool


class ActMeasureRow(TypedDict):
    """One dated row of an act, as its file has it (law/measure.py says what each field is), and its source in words."""

    id: str
    programme: str
    start: date
    rate: float | None  # a fraction of customs value
    expression: str | None  # or the text of a specific or compound duty
    combine: Literal["add", "total", "replace", "zero", "cap", "ban"]
    layer: str
    rank: int
    origins: list[str]
    origins_except: list[str]
    products: list[str]
    product_list: str
    products_except: list[str]
    products_except_list: str
    end: date | None
    known: date | None
    known_end: date | None
    end_known: date | None
    collected_start: date | None
    collected_end: date | None
    hour: str
    end_hour: str
    announced: bool
    terminated_by: str
    contingent: Literal["", "start", "end"]
    share: Literal["full", "steel", "aluminium", "copper", "non_us_content"]
    share_least: float
    covers: bool
    yields_to: list[YieldsRow]
    spares: list[str]
    stacks: str
    when: dict[str, bool | float | str]
    unless: dict[str, bool | float | str]
    heading: str
    reason: str
    source: str


class MeasureRow(ActMeasureRow):
    """The same with its act."""

    act: ActRow


class MeasuresAnswer(Clocks):
    """`law measures list`: the rows of all acts, or those of a programme, in force on a day, known on another."""

    measures: list[MeasureRow]


class MeasureAnswer(Clocks):
    """`law measures show`: one measure by its steps, those that others replaced among them; with `known`, those of that day."""

    id: str
    steps: list[MeasureRow]


class ActAnswer(TypedDict):
    """One act with the rows that rest on it."""

    act: ActRow
    measures: list[ActMeasureRow]
    law_version: str | None


class FactRow(TypedDict):
    """What an act says that is no duty; start, end: first day in force, first day out of force, null where not known."""

    id: str
    kind: str
    known: date
    start: date | None
    end: date | None
    text: str
    source: str
    authority: str
    act: str


class FactsAnswer(TypedDict):
    """`law measures facts`."""

    facts: list[FactRow]
    law_version: str


class FindingRow(TypedDict):
    """One breach of a rule by a measure."""

    measure: str
    rule: str
    found: str


class DeclaredRow(TypedDict):
    """A declared difference between a list and the footnotes of the schedule; side: what alone has the prefix."""

    list: str
    prefix: str
    side: str
    reason: str


class OpenRow(TypedDict):
    """What is open between a list and the schedule: a difference, or a note or heading that was not read."""

    list: str
    against: Literal["footnotes", "heading text", "note", "transfer"]
    status: Literal["declared", "unexplained", "not read"]
    place: str
    side: str
    prefix: str
    reason: str


class CheckAnswer(TypedDict):
    """`law measures check`: how many acts and rows were held to the rules, what breaks them, and what is open."""

    acts: int
    rows: int
    findings: list[FindingRow]
    rules: list[str]
    declared: list[DeclaredRow]
    open: list[OpenRow]
    law_version: str | None  # null for a folder of the user's own


def find_answer(words: str, destination: str, on: date | None, limit: int) -> FindAnswer:
    """The answer to `law find`: at most `limit` lines of the edition of a day, or of the last. Raises NoAnswerError."""
    from parley.law.find import find, hint_of

    found = find(words, destination, on, limit)
    rows: list[MatchRow] = [
        {"product": m.product, "description": m.description, "rate_unit": m.rate_unit, "base": m.base, "unit": m.unit}
        for m in found
    ]
    return {**held_clocks(destination, on), "matches": rows, "hint": hint_of(words, destination, on)}


def measures_on(
    regime: Regime, programme: str | None, on: str | None, known: str | None, where: str = "programme"
) -> list[Measure]:
    """The rows of a programme (None: all), in force on a day as known on another. Raises MeasureError where no programme is so called."""
    if programme and programme not in PROGRAMMES:
        raise unknown_name(where, "programme", programme, PROGRAMMES, MeasureError)
    rows = [m for m in regime.measures if programme in (None, m.programme)]
    if not (on or known):
        return rows
    seen, when = knowledge(known), day(on, "on") if on else None
    return [row_as_known(m, seen) for m in rows if m.is_known(seen) and (when is None or m.at(when, seen))]


def measures_answer(rows: Sequence[Measure], on: str | None, known: str | None) -> MeasuresAnswer:
    """The answer to `law measures list`."""
    return {**held_clocks(None, on, known), "measures": [measure_row(m) for m in rows]}


def steps_of(regime: Regime, name: str, known: str | None = None) -> list[Measure]:
    """The rows of a measure: all of them, or those known as law on a day. Raises MeasureError, for a name with the nearest."""
    rows = [m for m in regime.measures if m.id == name]
    if not rows:
        raise unknown_name("id", "measure", name, {m.id for m in regime.measures}, MeasureError)
    if known is None:
        return rows
    held = [row_as_known(m, knowledge(known)) for m in rows if m.is_known(knowledge(known))]
    if not held:
        raise MeasureError("known", f"nothing of {name} was known on {known}", "a later day")
    return held


def measure_answer(rows: Sequence[Measure], known: str | None = None) -> MeasureAnswer:
    """The answer to `law measures show`: rows of one measure, as known on a day."""
    told = held_clocks(rows[0].act.authority, None, known)
    return {**told, "id": rows[0].id, "steps": [measure_row(m) for m in rows]}


def act_answer(regime: Regime, name: str) -> ActAnswer:
    """One act with its rows. Raises MeasureError with the nearest name."""
    rows = [m for m in regime.measures if m.act.id == name]
    if not rows:
        raise unknown_name("act", "act", name, {m.act.id for m in regime.measures}, MeasureError)
    made = [measure_row(m) for m in rows]
    under = [cast("ActMeasureRow", {n: v for n, v in m.items() if n != "act"}) for m in made]
    return {"act": made[0]["act"], "measures": under, "law_version": regime.version}


def measure_row(m: Measure) -> MeasureRow:
    """One row of an act as its file has it, with its act and its source in words."""
    made = msgspec.to_builtins(m, builtin_types=(date,))
    conditions = {n: {k: claimed(v) for k, v in made[n].items()} for n in ("when", "unless")}
    return cast("MeasureRow", {n: v for n, v in made.items() if n != "folder"} | conditions | {"source": m.source})


def facts_answer(found: Sequence[Fact]) -> FactsAnswer:
    """The answer to `law measures facts`."""
    return {"facts": [_fact(f) for f in found], "law_version": law_in_use().version}


def _fact(f: Fact) -> FactRow:
    return {"id": f.id, "kind": f.kind, "known": f.known, "start": f.start, "end": f.end, "text": f.text, "source": f.source,
            "authority": f.act.authority, "act": f.act.id}  # fmt: skip


def check_answer(regime: Regime, found: Sequence[Finding], unsettled: Sequence[OpenItem]) -> CheckAnswer:
    """The answer to `law measures check`: findings of the linters, and what is open between lists and the schedule."""
    from parley.law.check import RULES, message
    from parley.law.check_lists import read_differences

    return {
        "acts": len({m.act.id for m in regime.measures}),
        "rows": len(regime.measures),
        "findings": [{"measure": f.measure, "rule": f.rule, "found": f.found} for f in found],
        "rules": [message(r) for r in RULES],
        "declared": [
            {"list": d.list, "prefix": d.prefix, "side": d.side, "reason": d.reason} for d in read_differences()
        ],
        "open": [_open(i) for i in unsettled],
        "law_version": regime.version,
    }


def _open(i: OpenItem) -> OpenRow:
    return {"list": i.list, "against": i.against, "status": i.status, "place": i.place, "side": i.side, "prefix": i.prefix,
            "reason": i.reason}  # fmt: skip
