"""The compiled law of a destination: arrays that lead from a code, an origin and a day to a cell, and from a code to its base.

product × edition → class; class × origin → rule set; rule set × period → raw cell; raw cell × class of claims → cell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import countries, union_of
from parley.law.entry_claims import AGREEMENTS
from parley.law.explain import FIRST_DAY
from parley.law.measure import Measure
from parley.law.products import COLUMN_2, FIRST_EDITION, pays_column_2
from parley.law.shipments.compile.cells import Cell, Resolver, names_asked
from parley.law.shipments.compile.claim_classes import PREFERENCES, splits
from parley.law.shipments.compile.periods import Period
from parley.law.shipments.compile.rule_sets import RawCell, RuleSets
from parley.law.shipments.compile.schedule import Schedule
from parley.law.shipments.compile.terms import CellArrays, cell_arrays

EPOCH = date(1970, 1, 1).toordinal()
NEVER = 1 << 30  # a day that does not come
NO_PARTY = -1
NO_DAY, EARLY = 0, 1  # places of days: none, and before the first day covered


@dataclass(frozen=True)
class Origins:
    """Spellings in capitals, and by the place of each (the last one: no country): its class, its place among countries (−1:
    none), the first day of column 2, the partner in the schedule's shares, and the column of each preference (−1: no party).
    """

    spelled: dict[str, int]
    seller: Int[ndarray, " o"]
    place: Int[ndarray, " o"]
    is_self: Int[ndarray, " o"]
    column_2: Int[ndarray, " o"]
    partner: Int[ndarray, " o"]
    party: Int[ndarray, "n o"]


@dataclass(frozen=True)
class Days:
    """By the place of a day: 0 none, 1 before the first day covered, then each day to the last on which anything changes."""

    first: int
    edition: Int[ndarray, " d"]
    period: Int[ndarray, " d"]


@dataclass(frozen=True)
class RawCells:
    """Rows that stand together: rows[starts[r] : starts[r + 1]], and an origin, day and day of knowledge for which they do.

    asks: of each, the place in `names` of the claims that its rows ask about. Raw cell 0 is none.
    """

    rows: Int[ndarray, " m"]
    starts: Int[ndarray, " r"]
    origin: Int[ndarray, " r"]
    on: Int[ndarray, " r"]
    known: Int[ndarray, " r"]
    asks: Int[ndarray, " r"]
    names: tuple[frozenset[str], ...]

    def of(self, r: int) -> RawCell:
        """One of them as rule_sets.py gives it."""
        rows = tuple(self.rows[self.starts[r] : self.starts[r + 1]].tolist())
        days = (date.fromordinal(int(a[r])) for a in (self.on, self.known))
        return RawCell(rows, list(countries())[self.origin[r]], *days)


@dataclass(frozen=True)
class LawTables:
    """rule_set: by class of products · width + class of origins, in steps of the number of periods. raw, cell: by rule set and
    period, under no claims. kind: the class of each of the schedule's lines (−1, the last: none). until: the last day that has
    an answer, as a day since 1970; cells: all that were resolved, `plain` of each raw cell under no claims.
    """

    destination: str
    schedule: Schedule
    origins: Origins
    days: Days
    kind: Int[ndarray, " l"]
    rule_set: Int[ndarray, " u"]
    raw: Int[ndarray, " r"]
    raw_cells: RawCells
    plain: Int[ndarray, " r"]
    cells: tuple[Cell, ...]
    arrays: CellArrays

    @cached_property
    def cell(self) -> Int[ndarray, " r"]:
        """The cell of every rule set in every period under no claims."""
        return self.plain[self.raw].astype(np.int16 if len(self.cells) < 1 << 15 else np.int32)

    @cached_property
    def kinds(self) -> Int[ndarray, " k"]:
        """The class of every code in every edition."""
        return self.kind[self.schedule.line].ravel()

    @cached_property
    def codes(self) -> Any:
        """The schedule's codes as Arrow holds them."""
        import pyarrow as pa

        return pa.array(self.schedule.codes, pa.string())


def tables_of(destination: str, rows: Sequence[Measure], made: RuleSets, schedule: Schedule) -> LawTables:
    """The arrays of interned law; every raw cell is resolved under no claims, and under others when a file makes them."""
    resolver = Resolver(rows, splits(rows, ()))
    plain = np.array([-1, *(resolver.cell(raw, ()) for raw in made.cells)], dtype=np.int32) + 1
    width, periods = made.rule_set.shape[1] + 1, len(made.periods)
    pairs = np.full((made.rule_set.shape[0] + 1, width), len(made.cell_of), dtype=np.int32)
    pairs[:-1, :-1] = made.rule_set
    raw = np.zeros((len(made.cell_of) + 1, periods + 1), dtype=np.int32)
    raw[:-1, :-1] = made.cell_of + 1
    kinds = dict(zip(made.codes, made.product_class.tolist(), strict=True))
    kind = np.array([*(kinds[code] for code in schedule.lines), len(made.rule_set)], dtype=np.int32) * width
    cells = tuple(resolver.cells)
    return LawTables(
        destination, schedule, _origins(made, destination, schedule.partners), _days(made.periods, schedule.edges),
        kind, pairs.ravel() * (periods + 1), raw.ravel(), _raw_cells(made, rows), plain, cells, cell_arrays(cells),
    )  # fmt: skip


def _raw_cells(made: RuleSets, rows: Sequence[Measure]) -> RawCells:
    asked = [names_asked(m) for m in rows]
    place: dict[frozenset[str], int] = {}
    asks = [place.setdefault(frozenset().union(*(asked[m] for m in raw.rows)), len(place)) for raw in made.cells]
    where = {iso: j for j, iso in enumerate(countries())}
    lengths = [0, *(len(raw.rows) for raw in made.cells)]
    told = [
        (where[raw.origin], raw.on.toordinal(), raw.known.toordinal(), n)
        for raw, n in zip(made.cells, asks, strict=True)
    ]
    origin, on, known, asked_names = np.array([(0, 0, 0, 0), *told], dtype=np.int32).T.copy()
    flat = np.array([m for raw in made.cells for m in raw.rows], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return RawCells(flat, starts, origin, on, known, asked_names, tuple(place))


def _origins(made: RuleSets, destination: str, partners: Sequence[str]) -> Origins:
    spelled = country_spellings()
    names = list(countries())
    place = {iso: j for j, iso in enumerate(names)}
    seller = dict(zip(made.origins, made.origin_class.tolist(), strict=True))
    ours = destination == "USA"
    column_2 = [_column_2_from(iso) if ours and iso in seller else None for iso in names]
    found = [next((partners.index(o) for o in (iso, union_of(iso)) if o in partners), len(partners)) for iso in names]
    column = {(o, p.claim): 2 + j for j, p in reversed(list(enumerate(AGREEMENTS))) for o in p.origins}
    party = [
        [column.get((iso, n), NO_PARTY) if ours and iso in seller else NO_PARTY for iso in names] for n in PREFERENCES
    ]
    return Origins(
        {text: place[iso] for text, iso in spelled.items()},
        np.array([*(seller.get(iso, made.rule_set.shape[1]) for iso in names), made.rule_set.shape[1]], dtype=np.int32),
        np.array([*range(len(names)), -1], dtype=np.int16),
        np.array([*(iso == destination for iso in names), False]),
        np.array([*(NEVER if d is None else d.toordinal() - EPOCH for d in column_2), NEVER], dtype=np.int32),
        np.array([*found, len(partners)], dtype=np.int16),
        np.array([[*row, NO_PARTY] for row in party], dtype=np.int8),
    )


def country_spellings() -> dict[str, str]:
    """Every spelling of every country in capitals, and its ISO code."""
    spelled: dict[str, str] = {}
    for c in countries().values():
        for text in (c.iso3, c.name, *c.aliases, *([c.census] if c.census else [])):
            spelled.setdefault(text.upper(), c.iso3)
    return spelled


def _column_2_from(origin: str) -> date | None:
    """The first day from which an origin's goods pay column 2 without a break; None where they do not."""
    if origin not in COLUMN_2:
        return None
    first, last = FIRST_DAY.toordinal(), FIRST_EDITION.toordinal()
    return date.fromordinal(
        first + bisect_left(range(last - first), True, key=lambda n: pays_column_2(origin, date.fromordinal(first + n)))
    )


def _days(periods: Sequence[Period], edges: Sequence[int]) -> Days:
    """The edition and the period of every day, up to the last on which one of the two changes."""
    first = FIRST_DAY.toordinal()
    starts = [p.start.toordinal() for p in periods]
    every = np.arange(first, max(first, starts[-1], *edges) + 1)
    edition = np.searchsorted(edges, every, side="right")
    early = int(np.searchsorted(edges, first - 1, side="right"))
    period = np.searchsorted(starts, every, side="right") - 1
    none = (len(edges) + 1, len(periods))
    return Days(
        first - EPOCH,
        np.concatenate([[none[0], early], edition]).astype(np.int32),
        np.concatenate([[none[1], none[1]], period]).astype(np.int32),
    )


__all__ = ["EPOCH", "NEVER", "NO_DAY", "LawTables", "RawCells", "country_spellings", "tables_of"]
