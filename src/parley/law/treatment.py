"""Chapter 98, drawback, foreign-trade zones and entry types: what applies under each legal authority, and on which value.

The tables are treatment/*.csv, built from official texts with the clause of each row (builders/us_treatment.py). They are of
the United States. Which duties are in force on a good or an origin is asked of the law; here is said how each is treated.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, cast

from parley.codes import bare, dotted
from parley.errors import InputError, nearest
from parley.law.law_package import law_path

Topic = Literal["chapter 98", "9802.00.40", "9802.00.50", "9802.00.60", "9802.00.80", "drawback", "zone"]
State = Literal["read", "secondary", "silent", "not read", "cited"]
ON_VALUE: tuple[Topic, ...] = ("chapter 98", "9802.00.40", "9802.00.50", "9802.00.60", "9802.00.80")
WHOLE: Topic = "chapter 98"
IN_PART: tuple[Topic, ...] = ("9802.00.40", "9802.00.50", "9802.00.60", "9802.00.80")
RULES = {
    "free": "not due on goods properly entered under chapter 98",
    "work abroad": "due on the value of the repairs, alterations or processing abroad",
    "value less United States parts": "due on the value of the article less its United States parts",
    "full value": "due on the full value of the article",
    "own terms": "due as the provision's own terms say",
    "none": "no drawback",
    "available": "drawback available",
    "manufacturing only": "manufacturing drawback only, 19 U.S.C. 1313(a) and (b)",
    "not excluded": "drawback not excluded by the text",
    "privileged foreign status": "privileged foreign status required unless domestic: classified and rated as on the day of admission",
    "either status": "privileged or non-privileged foreign status, as the importer chooses: rated as on the day of admission or of entry",
    "unknown": "the texts in the package do not say",
}
STATES: dict[State, str] = {
    "read": "read in the text quoted",
    "secondary": "not read in the text itself",
    "silent": "the text that was read says nothing",
    "not read": "the text was not had",
    "cited": "cited, text not read",
}


class Clause(NamedTuple):
    """A clause of an official text. address: where it was read at its official address, else empty."""

    source: str
    address: str
    quote: str


class Rule(NamedTuple):
    """What applies on a topic: one of RULES, the clause behind it, how it is known, and a remark."""

    rule: str
    clause: Clause | None
    state: State
    remark: str

    @property
    def words(self) -> str:
        """The rule in words."""
        return RULES[self.rule] + (f" ({self.remark})" if self.remark else "")


class Group(NamedTuple):
    """Headings of one legal authority with one treatment, topic by topic."""

    name: str
    programme: str
    headings: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]
    rules: Mapping[Topic, Rule]

    def holds(self, programme: str, heading: str, measure: str) -> bool:
        """Whether a measure is of the group, by its heading or its id."""
        if programme != self.programme:
            return False
        if heading.startswith("99"):
            first = heading[: len("9903.01.24")]
            return any(low <= first <= high for low, high in self.headings)
        return any(measure.startswith(begin) for begin in self.measures)


class EntryType(NamedTuple):
    """One of customs' entry types: what is due and when."""

    code: str
    name: str
    rule: str
    clause: Clause | None
    state: State
    source: str


class Provision(NamedTuple):
    """A provision of chapter 98 with its column 1 rate, in words where it is no rate."""

    code: str
    general: str
    description: str


@dataclass(frozen=True)
class Subject:
    """What is asked about: a provision of chapter 98, drawback, a zone, or an entry type. topic: None for an entry type alone."""

    kind: Literal["provision", "drawback", "zone", "entry"]
    name: str
    topic: Topic | None
    provision: Provision | None = None
    entry: EntryType | None = None


def _rows(name: str) -> list[dict[str, str]]:
    raw = law_path("treatment", name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def _clauses() -> dict[str, Clause]:
    return {r["clause"]: Clause(r["source"], r["address"], r["quote"]) for r in _rows("clauses.csv")}


@cache
def groups() -> tuple[Group, ...]:
    """The groups of headings, each with its rules."""
    found: dict[str, tuple[dict[str, str], dict[Topic, Rule]]] = {}
    for r in _rows("groups.csv"):
        _, rules = found.setdefault(r["group"], (r, {}))
        rules[cast("Topic", r["topic"])] = Rule(
            r["rule"], _clauses().get(r["clause"]), cast("State", r["state"]), r["remark"]
        )
    return tuple(
        Group(name, r["programme"], tuple(_span(x) for x in r["headings"].split()), tuple(r["measures"].split()), rules)
        for name, (r, rules) in found.items()
    )


def _span(text: str) -> tuple[str, str]:
    low, _, high = text.partition("-")
    return low, high or low


@cache
def entry_types() -> dict[str, EntryType]:
    """Customs' entry types by code."""
    return {
        r["code"]: EntryType(
            r["code"], r["name"], r["rule"], _clauses().get(r["clause"]), cast("State", r["state"]), r["source"]
        )
        for r in _rows("entries.csv")
    }


@cache
def provisions() -> dict[str, Provision]:
    """The provisions of chapter 98 by their digits."""
    return {r["code"]: Provision(r["code"], r["general"], r["description"]) for r in _rows("provisions.csv.gz")}


def group_of(programme: str, heading: str, measure: str) -> Group | None:
    """The group of a measure; None where the tables have none."""
    return next((g for g in groups() if g.holds(programme, heading, measure)), None)


WORDS: dict[str, tuple[Literal["drawback", "zone"], Topic]] = {
    "drawback": ("drawback", "drawback"),
    "zone": ("zone", "zone"),
    "ftz": ("zone", "zone"),
    "foreign-trade zone": ("zone", "zone"),
}


def subject_of(text: str) -> Subject:
    """What is asked about. Raises InputError with what there is."""
    said = " ".join(text.split()).casefold()
    if said in WORDS:
        kind, topic = WORDS[said]
        return Subject(kind, topic, topic)
    digits = bare(said)
    if digits.startswith("98") and digits.isdecimal() and len(digits) >= 4:
        return _provision(digits)
    if digits in entry_types():
        entry = entry_types()[digits]
        return Subject("entry", f"entry type {digits}, {entry.name}", "zone" if digits == "06" else None, entry=entry)
    near = nearest(said, WORDS, 1)
    hint = f"Did you mean {near[0]}?" if near else ""
    codes = ", ".join(entry_types())
    allowed = f"a heading of chapter 98 (9802.00.50), drawback, zone, or an entry type: {codes}"
    raise InputError("law treatment, what", repr(text[:40]), allowed, hint)


@cache
def provision_of(code: str) -> Subject | None:
    """The provision of chapter 98 that a heading on an entry is; None where it is none."""
    if not code.startswith("98"):
        return None
    try:
        return _provision(code)
    except InputError:
        return None


def _provision(digits: str) -> Subject:
    """A provision of chapter 98; its rate is that of its eight digits where ten have none. One of a preference has no column 1."""
    held = [p for c in (digits, digits[:8], f"{digits[:8]}00") if (p := provisions().get(c))]
    found = next((p for p in held if p.general), next(iter(held), None))
    if found is None:
        known = sorted({dotted(c[:8]) for c in provisions() if c.startswith(digits[:4])})
        near = ", ".join(known[:8]) or ", ".join(sorted({dotted(c[:4]) for c in provisions()})[:12])
        raise InputError("law treatment, what", f"no provision {dotted(digits)}", near)
    name = dotted(digits[:8])
    topic: Topic = dict(zip((str(t) for t in IN_PART), IN_PART, strict=True)).get(name, WHOLE)
    return Subject("provision", name, topic, found)


def paying(
    rule: str, topic: Topic, free: bool, value: float | None, work: float | None, us_parts: float | None
) -> float | None:
    """The dollars of value on which a duty is due; None where the rule does not say, or what it needs is not given.

    rule "own terms": the work abroad under 9802.00.40 to .60, value less United States parts under .80, nothing where the
    provision is free.
    """
    if rule == "own terms":
        rule = {"9802.00.80": "value less United States parts", "chapter 98": "free" if free else "unknown"}.get(
            topic, "work abroad"
        )
    if rule == "free":
        return 0.0
    if rule == "full value":
        return value
    if rule == "work abroad":
        return work
    if rule == "value less United States parts" and value is not None and us_parts is not None:
        return max(0.0, value - us_parts)
    return None
