"""The schedule as arrays: each code's base duty and line in every edition, and what customs charged on past imports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import EU, PROGRAMMES
from parley.law.edition import as_edition, edition_days, read_schedule
from parley.law.entry_claims import AGREEMENTS
from parley.law.estimates import EVERYONE, charged_on, read_charged
from parley.law.measure import LATEST
from parley.law.products import COLUMN_2, FIRST_EDITION, Line, base_line
from parley.law.shipments.compile.cells import units_of
from parley.law.shipments.units import dimension_of

COLUMNS = 2 + len(AGREEMENTS)  # general, column 2, one for each agreement
SHORT = 8  # digits of a code that stands for the one line of ten under it
NO_RATE, NOT_COMPUTABLE = 17, 10  # of rejects.REASONS


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
    """codes: sorted. edges: the days on which editions change. line, base, charged: [code + 1, edition + 1], the last of each
    for a code or day that has none. line: the place of the full code, −1 for none; charged: the row in `shares`.

    shares: [row, partner + 1], the share of value charged on past imports from each of `partners`, the last one on all.
    """

    codes: list[str]
    edges: list[int]
    line: Int[ndarray, "k e"]
    base: Int[ndarray, "k e"]
    bases: Bases
    charged: Int[ndarray, "k e"]
    partners: list[str]
    shares: Float[ndarray, "r o"]


@lru_cache(4)
def schedule_of(destination: str, estimates: bool, law: str) -> Schedule:
    """The packaged schedule of a destination. law: in use."""
    held = read_schedule(destination)
    edition = as_edition(destination, held.lines)
    bases = _bases([_numbers(line, destination, c) for line in edition.texts for c in range(COLUMNS)])
    partners, row_of, shares = _charged(destination)
    found = [charged_on(destination, x.code, x.general) if estimates else None for x in held.lines]
    row = np.array([row_of[id(c)] if c else len(shares) - 1 for c in found])
    codes = sorted({*edition.codes, *(code[:SHORT] for code in edition.codes)})
    place = {code: j for j, code in enumerate(codes)}
    own = np.array([place[code] for code in edition.codes])
    edges = [d.toordinal() for d in edition_days(destination) if date.min < d < LATEST]
    shape, nones = (len(codes) + 1, len(edges) + 2), (-1, len(bases.plain) - 1, len(shares) - 1)
    line, base, charged = (np.full(shape, none, dtype=np.int32) for none in nones)
    for e, day in enumerate([date.min.toordinal(), *edges]):
        here = np.flatnonzero((held.start <= day) & (day < held.end))
        at = own[here]
        line[at, e], base[at, e], charged[at, e] = at, edition.text_of[here] * COLUMNS, row[here]
    _add_short_codes(codes, line, base, charged)
    return Schedule(codes, edges, line, base, bases, charged, partners, shares)


def _add_short_codes(
    codes: Sequence[str], line: Int[ndarray, "k e"], base: Int[ndarray, "k e"], charged: Int[ndarray, "k e"]
) -> None:
    """A code of eight digits, which its longer ones follow, is their line while there is but one, as `explain` accepts it."""
    first = np.flatnonzero([len(code) <= SHORT for code in codes])
    count = np.add.reduceat((line[:-1] >= 0).astype(int), first, axis=0)
    line[first] = np.where(count == 1, np.maximum.reduceat(line[:-1], first, axis=0), line[first])
    for grid in (base, charged):
        grid[first] = grid[line[first], np.arange(line.shape[1])]


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
