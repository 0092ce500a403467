"""The schedule as arrays: each code's base duty and line in every edition, and what customs charged on past imports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import EU, PROGRAMMES
from parley.law.edition import as_edition, read_schedule
from parley.law.entry_claims import AGREEMENTS
from parley.law.estimates import EVERYONE, charged_on, read_charged
from parley.law.measure import LATEST
from parley.law.products import COLUMN_2, FIRST_EDITION, Line, base_line
from parley.law.shipments.compile.cells import units_of
from parley.law.shipments.units import dimension_of

COLUMNS = 2 + len(AGREEMENTS)  # general, column 2, one for each agreement
SHORT = 8  # digits of a code that stands for the one line of ten under it
NO_RATE, NOT_COMPUTABLE = 17, 10  # of rejects.REASONS


class Spell(NamedTuple):
    """A code on the days [start, end): the place of its rate texts, and the full code of its line."""

    code: str
    start: int
    end: int
    text: int
    line: str


class Bases(NamedTuple):
    """The base duty of every set of rate texts in every column (text · COLUMNS + column); the last one is no base.

    plain: the rate where it needs no quantity (NaN: none). rate + specific · units a dollar: one that does, in a dimension of
    units, in steps of `size`. unknown: 0, or the reason why it has no rate (rejects.REASONS). programme: a place.
    """

    plain: Float[ndarray, " b"]
    rate: Float[ndarray, " b"]
    specific: Float[ndarray, " b"]
    dimension: Int[ndarray, " b"]
    size: Float[ndarray, " b"]
    unknown: Int[ndarray, " b"]
    programme: Int[ndarray, " b"]


class Schedule(NamedTuple):
    """codes: sorted. edges: the days on which editions change. base, line, charged: [code + 1, edition + 1], the last of each
    for a code or day that has none. line: the place in `lines`, −1 for none; charged: the row in `shares`.

    shares: [row, partner + 1], the share of value charged on past imports from each of `partners`, the last one on all.
    """

    codes: list[str]
    edges: list[int]
    lines: list[str]
    line: Int[ndarray, "k e"]
    base: Int[ndarray, "k e"]
    bases: Bases
    charged: Int[ndarray, "k e"]
    partners: list[str]
    shares: Float[ndarray, "r o"]


@lru_cache(4)
def schedule_of(destination: str, estimates: bool, law: str) -> Schedule:
    """The packaged schedule of a destination. law: in use."""
    lines = read_schedule(destination).lines
    edition = as_edition(destination, tuple(lines))
    texts = [int(t) for t in edition.text_of]
    spells = [
        Spell(x.code, x.start.toordinal(), x.end.toordinal(), t, x.code) for x, t in zip(lines, texts, strict=True)
    ]
    spells += _short_codes(spells)
    bases = _bases([_numbers(line, destination, c) for line in edition.texts for c in range(COLUMNS)])
    partners, place, shares = _charged(destination)
    charged = [charged_on(destination, s.line, edition.texts[s.text].general) if estimates else None for s in spells]
    at = [place[id(found)] if found else len(shares) - 1 for found in charged]
    codes, names = sorted({s.code for s in spells}), list(dict.fromkeys(s.line for s in spells))
    edges = sorted({d for s in spells for d in (s.start, s.end)} - {date.min.toordinal(), LATEST.toordinal()})
    of_line = {code: j for j, code in enumerate(names)}
    columns = ([of_line[s.line] for s in spells], [s.text * COLUMNS for s in spells], at)
    fills = (-1, len(bases.plain) - 1, len(shares) - 1)
    grids = [_grid(spells, codes, edges, values, none) for values, none in zip(columns, fills, strict=True)]
    return Schedule(codes, edges, names, grids[0], grids[1], bases, grids[2], partners, shares)


def _grid(
    spells: Sequence[Spell], codes: Sequence[str], edges: Sequence[int], values: Sequence[int], none: int
) -> Int[ndarray, "k e"]:
    """A value of each spell by code and edition."""
    made = np.full((len(codes) + 1, len(edges) + 2), none, dtype=np.int32)
    place = {code: j for j, code in enumerate(codes)}
    firsts = np.searchsorted(edges, [s.start for s in spells], side="right")
    lasts = np.searchsorted(edges, [s.end for s in spells], side="left")
    for s, a, b, value in zip(spells, firsts.tolist(), lasts.tolist(), values, strict=True):
        made[place[s.code], a : b + 1] = value
    made[:, -1] = none
    return made


def _short_codes(spells: Sequence[Spell]) -> list[Spell]:
    """Codes of eight digits on the days on which they have one line of ten, as `explain` accepts them."""
    groups: dict[str, list[Spell]] = {}
    for s in spells:
        if len(s.code) > SHORT:
            groups.setdefault(s.code[:SHORT], []).append(s)
    made = []
    for short, held in groups.items():
        for a, b in pairwise(sorted({d for s in held for d in (s.start, s.end)})):
            here = [s for s in held if s.start <= a < s.end]
            if len(here) == 1:
                made.append(here[0]._replace(code=short, start=a, end=b))
    return made


def _numbers(line: Line, destination: str, column: int) -> tuple:
    """The columns of Bases for one line of the schedule in a column."""
    if destination != "USA" and column:
        return _NO_BASE
    preference = AGREEMENTS[column - 2] if column >= 2 else None
    origin = COLUMN_2[0] if column == 1 else preference.origins[0] if preference else EU
    origin = "USA" if destination != "USA" else origin
    found = base_line(line, origin, destination, {preference.claim: True} if preference else {}, FIRST_EDITION)
    duty, programme = found.duty, PROGRAMMES.index(found.programme)
    units = units_of(duty)
    if not duty.text or not duty.readable or len(units) > 1 or duty.extreme:
        return *_NO_BASE[:5], NOT_COMPUTABLE if duty.text else NO_RATE, programme
    specific = sum((amount for amount, _ in duty.specific), 0.0)
    plain = np.nan if specific else duty.ad_valorem
    return plain, duty.ad_valorem, specific, *dimension_of(next(iter(units), "")), 0, programme


_NO_BASE = (np.nan, np.nan, 0.0, *dimension_of(""), 0, 0)


def _bases(rows: list[tuple]) -> Bases:
    columns = zip(*rows, _NO_BASE, strict=True)
    kinds = (float, float, float, np.int16, float, np.int8, np.int8)
    return Bases(*(np.array(c, dtype=k) for c, k in zip(columns, kinds, strict=True)))


def _charged(destination: str) -> tuple[list[str], dict[int, int], Float[ndarray, "r o"]]:
    """The partners of which something is known alone; the row of each entry of the table; the shares, the last row of none."""
    held = list(read_charged(destination).values())
    partners = sorted({who for found in held for who in found.shares} - {EVERYONE})
    shares = np.full((len(held) + 1, len(partners) + 1), np.nan)
    for j, found in enumerate(held):
        shares[j] = [found.shares.get(who, found.shares[EVERYONE]) for who in (*partners, EVERYONE)]
    return partners, {id(found): j for j, found in enumerate(held)}, shares


__all__ = ["COLUMNS", "Bases", "Schedule", "schedule_of"]
