"""A row of law as it could be read on a day: without the end, the edges, the amendments that came to be known later."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from itertools import takewhile
from typing import NamedTuple

import msgspec

from parley.law.law_package import law_path
from parley.law.measure import Act, Measure, Yields

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY = re.compile(
    rf"(?:(?P<d>\d{{1,2}}) )?(?:(?P<m>{'|'.join(MONTHS)}) )?(?<!\d)(?P<y>20\d\d)(?:-(?P<mm>\d\d)(?:-(?P<dd>\d\d))?)?(?!\d)"
)

CITED_DAYS = "cited-days.csv"
_INSTRUMENT = re.compile(
    r"(?P<kind>EO|Executive Orders?|Proclamations?|Public Law) (?P<numbers>[0-9]+(?:-[0-9]+)?(?:(?:, | and |, and )[0-9]{4,5})*)"
    r"|[0-9]{2,3} FR [0-9]+"
)
_NUMBER = re.compile(r"[0-9]+(?:-[0-9]+)?")
_SENTENCE = re.compile(r"(?<=[.;:]) ")
_CLAUSE = re.compile(r"(?<=[.;,']) ")


def row_as_known(m: Measure, day: date) -> Measure:
    """The row with nothing that was learnt after a day; itself where nothing was."""
    later = m.end is not None and (m.end_known or m.learnt) > day
    hidden = (
        {"end": None, "end_known": None, "end_hour": "", "terminated_by": "", "collected_end": None} if later else {}
    )
    if m.known_end is not None and m.known_end > day:
        hidden["known_end"] = None
    edges = tuple(_edge(e, day) for e in m.yields_to if e.known is None or e.known <= day)
    if edges != m.yields_to:
        hidden["yields_to"] = edges
    told = cited_as_known(m, day)
    return msgspec.structs.replace(told, **hidden) if hidden else told


def _edge(edge: Yields, day: date) -> Yields:
    """An edge that was known, without the day on which it ceased to be where that is later."""
    return msgspec.structs.replace(edge, known_end=None) if edge.known_end and edge.known_end > day else edge


def act_as_known(act: Act, day: date) -> Act:
    """The act without later amendments, and without what cites a later instrument or names, in our notes, a later day."""
    if day >= _last_named(act.citation, act.note, act.stacks) and not any(d > day for d in act.amended):
        return act
    kept = tuple(d for d in act.amended if d <= day)
    first, *more = act.citation.split("; ")
    orders = () if kept == act.amended else ("EO ", "Proclamation ")
    cited = "; ".join([first, *(x for x in more if not (orders and x.startswith(orders)) and not _cites_later(x, day))])
    note = " ".join(x for x in _SENTENCE.split(act.note) if not _names_later(x, day))
    stacks = _until_later(act.stacks, day)
    if (kept, note, cited, stacks) == (act.amended, act.note, act.citation, act.stacks):
        return act
    return msgspec.structs.replace(act, amended=kept, note=note, citation=cited, stacks=stacks)


def cited_as_known(m: Measure, day: date) -> Measure:
    """The row with nothing cited or told that was published after a day; itself where nothing was."""
    act = act_as_known(m.act, day)
    told: dict[str, Act | str] = {} if act is m.act else {"act": act}
    if day < _last_named(m.stacks):
        told["stacks"] = _until_later(m.stacks, day)
    if any(d > day for d in _days_cited(m.reason)):
        told["reason"] = _without_later(m.reason, day)
    return msgspec.structs.replace(m, **told) if told else m


class CitedDay(NamedTuple):
    """The day of an instrument: signed, or of a notice published; where that is from."""

    name: str
    day: date
    source: str


@cache
def read_cited_days() -> tuple[CitedDay, ...]:
    """The days of the instruments that our law names; a package of law without the file has those that ship."""
    path = law_path("measures", CITED_DAYS)
    held = path if path.is_file() else resources.files("parley.law") / "measures" / CITED_DAYS
    lines = [line for line in held.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(CitedDay(r["instrument"], date.fromisoformat(r["day"]), r["source"]) for r in csv.DictReader(lines))


@cache
def _day_of() -> dict[str, date]:
    return {c.name: c.day for c in read_cited_days()}


def instruments_in(text: str) -> tuple[str, ...]:
    """The orders, proclamations, statutes and pages of the Federal Register that words name, each once."""
    found: list[str] = []
    for m in _INSTRUMENT.finditer(text):
        kind = (
            "EO" if m["kind"] in ("EO", "Executive Order", "Executive Orders") else (m["kind"] or "").removesuffix("s")
        )
        numbers = _NUMBER.findall(m["numbers"] or "")
        found += [f"{kind} {n}" for n in numbers] or [m.group(0)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def _days_cited(text: str) -> tuple[date, ...]:
    """The days of the instruments that words name, where we have them."""
    held = _day_of()
    return tuple(held[name] for name in instruments_in(text) if name in held)


@lru_cache(maxsize=4096)
def _last_named(*texts: str) -> date:
    """The last day that words name, or of an instrument that they name."""
    named = (d for text in texts for d in (*_days_cited(text), *map(_first_of, _DAY.finditer(text))))
    return max(named, default=date.min)


def _cites_later(text: str, day: date) -> bool:
    return any(d > day for d in _days_cited(text))


def _until_later(text: str, day: date) -> str:
    """The words before the first sentence that names what came later: the rest explains it."""
    kept = list(takewhile(lambda part: not _names_later(part, day), _CLAUSE.split(text)))
    return " ".join(kept).rstrip(" ;:,")


def _without_later(text: str, day: date) -> str:
    """The words without the clauses that name a later instrument."""
    kept = [part for part in _CLAUSE.split(text) if not _cites_later(part, day)]
    told = " ".join(kept).rstrip(" ;:,")
    return told if not told or told.endswith(".") else f"{told}."


def _names_later(text: str, day: date) -> bool:
    """Whether words name a day, a month or a year that begins after a day, or an instrument that came after it."""
    return _cites_later(text, day) or any(_first_of(found) > day for found in _DAY.finditer(text))


def _first_of(found: re.Match[str]) -> date:
    """The first day of what was named; the first of its month where the calendar has no such day."""
    month = MONTHS.index(found["m"]) + 1 if found["m"] else int(found["mm"] or 1)
    try:
        return date(int(found["y"]), month, int((found["d"] if found["m"] else found["dd"]) or 1))
    except ValueError:
        return date(int(found["y"]), min(max(month, 1), 12), 1)
