"""What drafting gives and what it rests on: draft rows with how each value is known, ends, remarks, and the context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from parley.law.entry_claims import Value
from parley.law.measure import Measure
from parley.law.propose.heading_text import Reading
from parley.law.propose.kin import Law

Field = str | int | float | bool | date | tuple[str, ...] | dict[str, Value]
Mark = Literal["read", "guess", "kept"]


class Draft(NamedTuple):
    """One draft row. fields: as an act has them; marks: field → whether it was read, guessed or kept, and from what.

    goods: the prefixes of its list, where it needs one of its own. like: the encoded row that it would replace or follow.
    left: why its goods are left to a reader; such a row is written as comments.
    """

    heading: str
    fields: Mapping[str, Field]
    marks: Mapping[str, tuple[Mark, str]]
    goods: tuple[str, ...] = ()
    like: Measure | None = None
    left: str = ""


class Ends(NamedTuple):
    """An encoded row that would end."""

    measure: Measure
    end: date
    why: str


class Encoded(NamedTuple):
    """A heading of which an encoded row says already what is printed."""

    heading: str
    measure: Measure


class ByHand(NamedTuple):
    """A heading of which no row could be drafted, and why."""

    heading: str
    why: str


class Context(NamedTuple):
    """What drafting rests on. start: the day for what prints none, and what that is; pairs: the other heading of a floor.

    readings: of all headings of the new edition. starts: heading → its first day, where a notice states one. authority: the
    one that a notice names. worldwide: new notes under which a duty falls on all goods of any country. named: heading → the
    lines that a notice's note lists for it. footnoted: heading → lines; noted: the goods that a note lists, where known.
    """

    law: Law
    edition: str
    start: date
    start_why: str
    pairs: Mapping[str, str]
    readings: Mapping[str, Reading]
    footnoted: Mapping[str, frozenset[str]]
    noted: Callable[[str], tuple[str, ...]]
    starts: Mapping[str, date] = {}
    authority: str = ""
    worldwide: frozenset[str] = frozenset()
    named: Mapping[str, tuple[str, ...]] = {}


class Outcome(NamedTuple):
    """What a change gives: draft rows, ends of encoded ones, remarks for a reader, and rows that stand already."""

    drafts: tuple[Draft, ...] = ()
    ends: tuple[Ends, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    encoded: tuple[Encoded, ...] = ()
