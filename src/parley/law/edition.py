"""The lines of a schedule in force on a day, with what every compilation asks of them, read once for each edition.

An Edition compares by identity, so that masks and base columns can be remembered for it without comparing 20,000 codes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.frozen import frozen, read_only
from parley.law.products import Line, read_products

WIDTH = 10  # digits of the longest code: codes are compared as integers padded to it
FEW = 200  # up to some hundreds of products, reading single rows beats reading the table


class Schedule(NamedTuple):
    """A destination's lines with their codes as padded integers and their editions as day numbers."""

    lines: tuple[Line, ...]
    code: Int[ndarray, " k"]
    start: Int[ndarray, " k"]
    end: Int[ndarray, " k"]


@dataclass(frozen=True, eq=False)
@read_only
class Edition:
    """Lines of one day, in order. number: their codes padded; texts: one line for each distinct set of rate texts;
    text_of: which of them each line has; order: the lines sorted by code."""

    destination: str
    lines: tuple[Line, ...]
    codes: tuple[str, ...]
    number: Int[ndarray, " k"]
    order: Int[ndarray, " k"]
    texts: tuple[Line, ...]
    text_of: Int[ndarray, " k"]


def padded(code: str) -> int:
    """A code as an integer of ten digits, so that codes sort and prefixes are intervals."""
    return int(code.ljust(WIDTH, "0"))


def all_padded(codes: Sequence[str]) -> Int[ndarray, " k"]:
    """Codes as integers of ten digits, of all at once."""
    short = WIDTH - np.fromiter(map(len, codes), np.int64, len(codes))
    return np.fromiter(map(int, codes), np.int64, len(codes)) * 10**short


@cache
def read_schedule(destination: str) -> Schedule:
    """All lines of all editions, sorted by code; chapters 98 and 99, which classify no goods, are left out."""
    lines = tuple(line for line in read_products(destination).lines() if line.code[:2] not in ("98", "99"))
    code = all_padded([line.code for line in lines])
    start, end = (_ordinals([line.start for line in lines]), _ordinals([line.end for line in lines]))
    return Schedule(lines, frozen(code), frozen(start), frozen(end))


def _ordinals(days: list[date]) -> Int[ndarray, " k"]:
    """Days as ordinals; there are few distinct ones."""
    known = {d: d.toordinal() for d in set(days)}
    return np.fromiter(map(known.__getitem__, days), np.int64, len(days))


@cache
def edition_days(destination: str) -> tuple[date, ...]:
    """The days on which a line of the schedule starts or ends, in order."""
    held = read_schedule(destination)
    return tuple(date.fromordinal(d) for d in sorted({*held.start.tolist(), *held.end.tolist()}))


def edition_of(destination: str, on: date, products: Sequence[str] | None = None) -> Edition:
    """The edition in force on a day, whole or for the products asked for, in their order."""
    table = read_products(destination)
    if products is not None and len(products) < FEW:
        return as_edition(destination, tuple(table.line(p, on) for p in products))
    days = edition_days(destination)
    whole = _whole(destination, days[bisect_right(days, on) - 1])
    if products is None or tuple(products) == whole.codes:
        return whole
    wanted = tuple(products)
    return _part(whole, wanted) or _mixed(whole, wanted, on)


@cache
def _whole(destination: str, start: date) -> Edition:
    held, number = read_schedule(destination), start.toordinal()
    return as_edition(
        destination, tuple(held.lines[k] for k in np.flatnonzero((held.start <= number) & (number < held.end)))
    )


@lru_cache(maxsize=16)
def _part(whole: Edition, products: tuple[str, ...]) -> Edition | None:
    """Some lines of an edition, whatever the day in it; None where it lacks one."""
    try:
        at = places_of(whole.codes, products)
    except KeyError:
        return None
    _, first, text_of = np.unique(whole.text_of[at], return_index=True, return_inverse=True)
    order = np.argsort(first)  # numbered as they appear
    number = whole.number[at]
    lines = tuple(whole.lines[k] for k in at.tolist())
    texts = tuple(lines[k] for k in first[order].tolist())
    return Edition(whole.destination, lines, products, number, np.argsort(number, kind="stable"), texts,
                   np.argsort(order)[text_of.ravel()])  # fmt: skip


@lru_cache(maxsize=16)
def _mixed(whole: Edition, products: tuple[str, ...], on: date) -> Edition:
    """Lines of an edition, and those of a day that it lacks."""
    place = {line.code: line for line in whole.lines}
    table = read_products(whole.destination)
    return as_edition(whole.destination, tuple(place[p] if p in place else table.line(p, on) for p in products))


def places_of(codes: tuple[str, ...], some: Sequence[str]) -> Int[ndarray, " r"]:
    """Where some codes stand among others. Raises KeyError where one does not."""
    place = _place_of(codes)
    return np.fromiter(map(place.__getitem__, some), np.int64, len(some))


@lru_cache(maxsize=16)
def _place_of(codes: tuple[str, ...]) -> dict[str, int]:
    return dict(zip(codes, range(len(codes)), strict=True))


def as_edition(destination: str, lines: tuple[Line, ...]) -> Edition:
    """Lines with their codes as numbers and their rate texts interned."""
    place: dict[tuple[str, str, str], int] = {}
    texts: list[Line] = []
    text_of: list[int] = []
    for line in lines:
        key = (line.general, line.special, line.other)
        if (found := place.get(key)) is None:
            found = place[key] = len(texts)
            texts.append(line)
        text_of.append(found)
    codes = tuple(line.code for line in lines)
    number = all_padded(codes)
    order = np.argsort(number, kind="stable")
    return Edition(destination, lines, codes, number, order, tuple(texts), np.array(text_of, dtype=np.int64))


@lru_cache(maxsize=1024)  # 20 kB each
def covered(edition: Edition, prefixes: tuple[str, ...]) -> Bool[ndarray, " k"]:
    """The lines that start with one of the prefixes: intervals of padded integers, counted by their ends."""
    if "*" in prefixes or not prefixes:
        return _frozen(np.full(len(edition.codes), bool(prefixes)))
    codes = edition.number[edition.order]
    first = all_padded(prefixes)
    last = first + 10 ** (WIDTH - np.fromiter(map(len, prefixes), np.int64, len(prefixes)))
    steps = np.bincount(np.searchsorted(codes, first), minlength=len(codes) + 1)
    steps -= np.bincount(np.searchsorted(codes, last), minlength=len(codes) + 1)
    mask = np.zeros(len(codes), dtype=bool)
    mask[edition.order] = np.cumsum(steps)[:-1] > 0
    return _frozen(mask)


def _frozen(array: ndarray) -> ndarray:
    """The array, no longer writable: remembered values are shared."""
    array.setflags(write=False)
    return array
