"""Transfers of statistical numbers: which ten-digit number became which other one, on which day.

schedule/usa-transfers.csv has one row for each pair. Every transfer stays within the eight digits of its tariff line, so
shorter prefixes outlive them all. A number can be ended and given to other goods on one day: a number is therefore read
together with its epoch, the days between two transfers in which it stands for the same goods.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from parley.codes import dotted
from parley.law.law_package import law_path
from parley.law.measure import LATEST

FILES = {"USA": "usa-transfers.csv"}
FULL_CODE = 10  # digits of a statistical number
PACKAGED_FROM = date(2025, 1, 1)  # the first edition stands in for all days before it: earlier transfers show in none


Prefixes = Callable[[date], Sequence[str]]  # the prefixes that stand in a list on a day


class Transfer(NamedTuple):
    """One pair. kind: rename, split, merge, regrouped, or unpaired (the record does not say which became which).

    part: only a part of the old number's goods became the new one's.
    """

    on: date
    old: str
    new: str
    kind: str
    part: bool


class Step(NamedTuple):
    """All transfers of one day, both ways: old number → its new ones, new number → its old ones."""

    on: date
    news: Mapping[str, tuple[str, ...]]
    olds: Mapping[str, tuple[str, ...]]


@cache
def read_transfers(destination: str) -> tuple[Transfer, ...]:
    """The transfers of a destination by day; none where the package holds none."""
    if destination not in FILES:
        return ()
    text = law_path("schedule", FILES[destination]).read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Transfer(date.fromisoformat(r["on"]), r["old"], r["new"], r["kind"], r["part"] == "yes") for r in rows)


@cache
def steps(destination: str, after: date = date.min) -> tuple[Step, ...]:
    """The transfers of each day later than one, in order."""
    return tuple(_steps(t for t in read_transfers(destination) if t.on > after))


def _steps(rows: Iterable[Transfer]) -> Iterator[Step]:
    found: dict[date, tuple[dict[str, list[str]], dict[str, list[str]]]] = {}
    for t in rows:
        news, olds = found.setdefault(t.on, ({}, {}))
        news.setdefault(t.old, []).append(t.new)
        olds.setdefault(t.new, []).append(t.old)
    for on, (news, olds) in sorted(found.items()):
        yield Step(on, {k: tuple(v) for k, v in news.items()}, {k: tuple(v) for k, v in olds.items()})


class Epoch(NamedTuple):
    """The days [start, end) on which a number stands for the same goods."""

    start: date
    end: date


def epochs(code: str, destination: str = "USA") -> tuple[Epoch, ...]:
    """The epochs of a number, in order: one, and open on both sides, for a number of no transfer."""
    found, start = [], date.min
    for step in steps(destination, PACKAGED_FROM):
        if code in step.news:
            found.append(Epoch(start, step.on))
        if code in step.olds:
            start = step.on
    last = next((s.on for s in reversed(steps(destination, PACKAGED_FROM)) if code in s.news or code in s.olds), None)
    stands = last is None or any(s.on == last and code in s.olds for s in steps(destination, PACKAGED_FROM))
    return (*found, Epoch(start, LATEST)) if stands else tuple(found)


def heirs(code: str, before: date, on: date, destination: str = "USA") -> tuple[str, ...]:
    """The numbers of a day that hold the goods which a number held on an earlier one."""
    held = {code}
    for step in (s for s in steps(destination) if before < s.on <= on):
        held = {n for c in held for n in step.news.get(c, (c,))}
    return tuple(sorted(held))


def forebears(code: str, after: date, on: date, destination: str = "USA") -> tuple[str, ...]:
    """The numbers of a day that held goods which a number holds on a later one."""
    held = {code}
    for step in (s for s in reversed(steps(destination)) if on < s.on <= after):
        held = {o for c in held for o in step.olds.get(c, (c,))}
    return tuple(sorted(held))


@cache
def _by_number(destination: str) -> Mapping[str, Sequence[Transfer]]:
    """The transfers that name each number, in order."""
    found: dict[str, list[Transfer]] = {}
    for t in read_transfers(destination):
        for code in {t.old, t.new}:
            found.setdefault(code, []).append(t)
    return found


def ended(code: str, on: date, destination: str = "USA") -> Transfer | None:
    """The transfer by which a number that stands no more on a day ended, the latest where there were several."""
    rows = [t for t in _by_number(destination).get(code, ()) if t.on <= on]
    last = max((t.on for t in rows), default=None)
    found = [t for t in rows if t.on == last and t.old == code]
    return found[0] if found and not any(t.on == last and t.new == code for t in rows) else None


def begun(code: str, on: date, destination: str = "USA") -> Transfer | None:
    """The transfer by which a number that does not stand yet on a day will begin."""
    return next((t for t in _by_number(destination).get(code, ()) if t.on > on and t.new == code), None)


def kindred(code: str, destination: str = "USA") -> frozenset[str]:
    """All numbers that transfers tie to one, directly or over others, without itself."""
    found, new = {code}, {code}
    while new:
        pairs = [(t.old, t.new) for t in read_transfers(destination) if t.on > PACKAGED_FROM]
        new = {b for pair in pairs for a, b in (pair, pair[::-1]) if a in new} - found
        found |= new
    return frozenset(found - {code})


class Breach(NamedTuple):
    """A number that a list lacks on the day of a step or its eve, and the listed numbers that became it or that it became."""

    code: str
    day: date
    step: date
    because: tuple[str, ...]


def uncarried(prefixes: Prefixes, first: date, last: date, destination: str = "USA") -> Iterator[Breach]:
    """Numbers that a list in force on [first, last) leaves out although all of their goods are listed across a step."""
    yield from (b for b, whole in _left_out(prefixes, first, last, destination) if whole)


def partly_carried(prefixes: Prefixes, first: date, last: date, destination: str = "USA") -> Iterator[Breach]:
    """Numbers that a list leaves out of whose goods it names a part across a step."""
    yield from (b for b, whole in _left_out(prefixes, first, last, destination) if not whole)


def _left_out(prefixes: Prefixes, first: date, last: date, destination: str) -> Iterator[tuple[Breach, bool]]:
    """What a list lacks on either side of each step, and whether all on the other side is listed (else some of it)."""
    for step in steps(destination, PACKAGED_FROM):
        eve = step.on - timedelta(days=1)
        if not first <= eve < step.on < last:
            continue
        before, after = tuple(prefixes(eve)), tuple(prefixes(step.on))
        sides = ((step.on, step.olds, after, before), (eve, step.news, before, after))
        for day, others, here, there in sides:
            for code, kin in others.items():
                named = tuple(c for c in kin if c.startswith(there))
                if named and not code.startswith(here):
                    yield Breach(code, day, step.on, named), len(named) == len(kin)


def moved_in_words(code: str, destination: str) -> str:
    """What a code became by the last transfer that named it, or of what it was made; nothing where none names it."""
    gone = ended(code, LATEST, destination)
    if gone:
        return f"{dotted(code)} became {_codes_in_words(heirs(code, gone.on - timedelta(days=1), gone.on, destination))} on {gone.on}"
    coming = begun(code, date.min, destination)
    if coming is None:
        return ""
    part = "part of " if coming.part else ""
    before = forebears(code, coming.on, coming.on - timedelta(days=1), destination)
    return f"{dotted(code)} begins on {coming.on}, as {part}{_codes_in_words(before)}"


def in_words(
    gone: Transfer | None, coming: Transfer | None, then: tuple[str, ...], now: tuple[str, ...], on: date
) -> str:
    """What became of a code, or of what it will be made, for people."""
    if coming:
        part = "part of " if coming.part else ""
        return f"It begins on {coming.on}; on {on} its goods are {part}{_codes_in_words(now)}"
    assert gone is not None
    if gone.kind == "unpaired":
        words = f"It ended on {gone.on}. Its line was divided anew into {_codes_in_words(then)}"
    else:
        words = f"On {gone.on} it became {_codes_in_words(then)}"
    return words if then == now else f"{words}; on {on} these are {_codes_in_words(now)}"


def _codes_in_words(codes: tuple[str, ...]) -> str:
    shown = [dotted(c) for c in codes[:8]]
    if len(codes) > len(shown):
        return f"{', '.join(shown)} and {len(codes) - len(shown)} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
