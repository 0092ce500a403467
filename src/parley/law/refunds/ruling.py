"""Rulings on duties, a file each (rulings/*.toml): what each struck down, the orders after it, and which way a refund goes on a day.

Two clocks: what holds on a day (`start`, `end`), and what was known by a day (`known`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from parley.errors import InputError, unknown_name
from parley.law.law_package import law_path
from parley.law.measure import Measure
from parley.law.regime import Regime
from parley.text_files import FileKind, converted, read_toml

RULING = FileKind("a TOML file as those of law/refunds/rulings", ending=".toml")
Way = Literal["file_now", "protest", "contested", "by_hand"]
Standing = Literal["struck down", "contested", "pending"]
FLAGS = ("", "type_excluded", "reconciliation_filed", "drawback", "protest_open", "protest_allowed", "protest_denied",
         "reconciliation_excluded", "reconciliation", "pending_liquidation")  # fmt: skip
AGES = ("unknown", "unliquidated", "liquidated_80", "liquidated_180", "final")
UNREAD = "(cited, text not read)"
DEFAULT = "us-ruling-2026-02-20"
_HEADING = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})(?:\s+to\s+(\d{4})\.?(\d{2})\.?(\d{2}))?")


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every dated row says of itself: known from a day, where it was read, whether in the text, and then its words."""

    known: date
    source: str
    read: bool = False
    quote: str = ""

    @property
    def cited(self) -> str:
        """The source, with a word where we did not read the text."""
        return self.source if self.read or "as reported" in self.source else f"{self.source} {UNREAD}"


class Event(_Row, frozen=True):
    """An order or a phase: its day and what happened."""

    day: date
    what: str


class Route(_Row, frozen=True):
    """The way of a refund for entries of a flag and an age ("*": any) from a day on, and why. sued: for importers that sued alone."""

    flag: str
    age: str
    way: Way
    start: date
    why: str
    end: date | None = None
    phase: str = ""
    sued: bool = False


class EntryTypes(_Row, frozen=True):
    """Entry types that raise a flag from a day on."""

    codes: tuple[str, ...]
    flag: str
    start: date
    why: str


class Declaration(_Row, frozen=True):
    """The official declaration of a refund: its one column, how many entries a file holds, from which day, by whom."""

    name: str
    heading: str
    most: int
    start: date
    by: str


class Ruling(_Row, frozen=True, rename={"events": "event", "routes": "route", "types": "type"}):
    """A ruling. programmes, acts: what it struck, where the acts themselves do not name it as what ended them.

    headings: headings of chapter 99 by programme, beside those that the acts name; spans are "9903.01.01 to 9903.01.05".
    """

    id: str
    title: str
    court: str
    citation: str
    standing: Standing
    relief: str
    statute: str
    ruled: date | None = None
    programmes: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    headings: dict[str, tuple[str, ...]] = {}
    declaration: Declaration | None = None
    types: tuple[EntryTypes, ...] = ()
    events: tuple[Event, ...] = ()
    routes: tuple[Route, ...] = ()

    def route(self, flag: str, age: str, on: date, known: date, sued: bool = False) -> Route | None:
        """The row for entries of a flag and an age: the most particular one in force and known, the latest of those.

        sued: the importer has an action of its own at the Court of International Trade.
        """
        found = [
            r
            for r in self.routes
            if r.flag in ("*", flag)
            and r.age in ("*", age)
            and r.known <= known
            and r.start <= on < (r.end or date.max)
            and (sued or not r.sued)
        ]
        return max(found, key=lambda r: (r.sued, r.flag != "*", r.age != "*", r.start), default=None)

    def flag_of_types(self, on: date, known: date) -> dict[str, str]:
        """The flag that each entry type raises on a day, as far as was known."""
        return {c: t.flag for t in self.types if t.known <= known and t.start <= on for c in t.codes}


def rulings() -> tuple[str, ...]:
    """The ids of the rulings that ship."""
    return tuple(sorted(_packaged()))


@cache
def _packaged() -> dict[str, Ruling]:
    home = law_path("refunds", "rulings")
    return {r.id: r for r in (_read(path) for path in sorted(home.glob("*.toml")))}


def find_ruling(name: str, regime: Regime) -> Ruling:
    """A ruling by its id or as a file of the user's own (.toml); one that only the acts name has no routes. Raises InputError."""
    if name.endswith(".toml"):
        return _read(Path(name))
    if name in _packaged():
        return _packaged()[name]
    acts = {m.terminated_by: m for m in regime.measures if m.terminated_by}
    if name not in acts:
        raise unknown_name("--ruling", "act that ended measures", name, {*acts, *_packaged()})
    on = acts[name].end or date.min
    return Ruling(id=name, title=name, court="", citation="", standing="struck down", relief="", statute="the law of that act",
                  ruled=on, known=on, source=name)  # fmt: skip


def _read(path: Path) -> Ruling:
    made = converted({"source": path.name} | read_toml(path, RULING), Ruling, RULING, str(path))
    for route in made.routes:
        if route.flag not in ("*", *FLAGS) or route.age not in ("*", *AGES):
            raise InputError(str(path), f"route of flag {route.flag!r}, age {route.age!r}",
                             f"flags {', '.join(FLAGS[1:])}; ages {', '.join(AGES)}; or *")  # fmt: skip
    return made


def measures_of(ruling: Ruling, regime: Regime) -> tuple[Measure, ...]:
    """The measures that a ruling struck: of its acts, of its programmes, or of those whose rows name it as what ended them."""
    if ruling.acts:
        return tuple(m for m in regime.measures if m.act.id in ruling.acts)
    return tuple(m for m in regime.measures if m.programme in struck_by(ruling, regime))


def struck_by(ruling: Ruling, regime: Regime) -> tuple[str, ...]:
    """The programmes that a ruling struck, or whose measures it struck in part. Raises where it struck none."""
    rows = [m for m in regime.measures if m.act.id in ruling.acts or m.terminated_by == ruling.id]
    found = ruling.programmes or tuple(dict.fromkeys(m.programme for m in rows))
    if not found:
        raise unknown_name("--ruling", "act that ended measures", ruling.id, rulings())
    return found


def without(ruling: Ruling, regime: Regime) -> Regime:
    """The regime in which what a ruling struck never was."""
    names = {m.id for m in measures_of(ruling, regime)} if ruling.acts else struck_by(ruling, regime)
    for name in names:
        regime = regime.without(name)
    return regime


def heading_programmes(ruling: Ruling, regime: Regime) -> dict[str, str]:
    """Chapter 99 headings, eight digits each, with the programme under which they were struck."""
    found: dict[str, str] = {}
    for programme, spans in ruling.headings.items():
        found |= dict.fromkeys(_expanded(spans), programme)
    for m in measures_of(ruling, regime):
        found |= dict.fromkeys(_expanded([m.heading]), m.programme)
    return found


def _expanded(spans: Sequence[str]) -> list[str]:
    """The headings of texts such as "9903.01.01 to 9903.01.05, 9903.01.10", as eight digits."""
    made: list[str] = []
    for a, b, c, *last in (found.groups() for text in spans for found in _HEADING.finditer(text)):
        first = int(f"{a}{b}{c}")
        made += [str(n) for n in range(first, int("".join(last)) + 1)] if last[0] else [str(first)]
    return made
