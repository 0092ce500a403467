"""The compiled law of a destination: arrays that lead from a code, an origin and a day to a cell, and from a code to its base.

product × edition → class; class × origin → rule set; rule set × period → raw cell; raw cell × class of claims → cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.codes import countries, union_of
from parley.law.entry_claims import AGREEMENTS
from parley.law.explain import FIRST_DAY
from parley.law.measure import Measure
from parley.law.products import column_2_from
from parley.law.shipments.arrow import pa
from parley.law.shipments.compile.claim_classes import PREFERENCES, names_asked
from parley.law.shipments.compile.periods import EPOCH, Period
from parley.law.shipments.compile.rule_sets import RawCell, RuleSets
from parley.law.shipments.compile.schedule import Schedule

NEVER = 1 << 30  # a day that does not come
NO_PARTY = -1
NO_DAY = 0  # the place of no day


class Origins(NamedTuple):
    """Spellings in capitals, and by the place of each (the last one: no country): its class, its place among countries (−1:
    none), the first day of column 2, the partner in the schedule's shares, and the column of each preference (−1: no party).
    """

    spelled: dict[str, int]
    seller: Int[ndarray, " o"]
    place: Int[ndarray, " o"]
    is_self: Bool[ndarray, " o"]
    column_2: Int[ndarray, " o"]
    partner: Int[ndarray, " o"]
    party: Int[ndarray, "n o"]


class Days(NamedTuple):
    """By the place of a day: 0 none, 1 before the first day covered, then each day to the last on which anything changes."""

    first: int
    edition: Int[ndarray, " d"]
    period: Int[ndarray, " d"]


@dataclass(frozen=True)
class LawTables:
    """rule_set: by class of products · width + class of origins, in steps of the number of periods. raw: the raw cell by rule
    set and period; 0 is none. kind: the class of each of the schedule's codes (−1, the last: none).

    raw_cells: packed, as few runs ask for them. asks: of each the place in `names` of the claims that its rows ask about.
    """

    schedule: Schedule
    origins: Origins
    days: Days
    kind: Int[ndarray, " k"]
    rule_set: Int[ndarray, " u"]
    raw: Int[ndarray, " r"]
    raw_cells: bytes
    asks: Int[ndarray, " c"]
    names: list[frozenset[str]]

    @cached_property
    def kinds(self) -> Int[ndarray, " k"]:
        """The class of every code in every edition."""
        return self.kind[self.schedule.line].ravel()

    @cached_property
    def codes(self) -> Any:
        """The schedule's codes as Arrow holds them."""
        return pa.array(self.schedule.codes, pa.string())

    @cached_property
    def rows_together(self) -> list[RawCell]:
        """The raw cells from 1 on."""
        return msgspec.msgpack.decode(self.raw_cells, type=list[RawCell])


def tables_of(
    destination: str, rows: Sequence[Measure], made: RuleSets, spans: Sequence[Period], schedule: Schedule
) -> LawTables:
    """The arrays of interned law."""
    (classes, sellers), none = made.rule_set.shape, ((0, 1), (0, 1))
    pairs = np.pad(made.rule_set, none, constant_values=len(made.cell_of)).astype(np.int32) * (len(spans) + 1)
    raw = np.pad(made.cell_of + 1, none).astype(np.min_scalar_type(-len(made.cells) - 1))
    kind = np.array([*(made.product_class.get(code, classes) for code in schedule.codes), classes], dtype=np.int32)
    asked, place = [names_asked(m) for m in rows], {frozenset[str](): 0}
    asks = [place.setdefault(frozenset().union(*(asked[m] for m in cell.rows)), len(place)) for cell in made.cells]
    return LawTables(
        schedule, _origins(made.origin_class, sellers, destination, schedule.partners), _days(spans, schedule.edges),
        kind * (sellers + 1), pairs.ravel(), raw.ravel(), msgspec.msgpack.encode(made.cells),
        np.array([0, *asks], dtype=np.int32), list(place),
    )  # fmt: skip


def _origins(seller: dict[str, int], none: int, destination: str, partners: Sequence[str]) -> Origins:
    """none: the class of what sells nothing."""
    names = list(countries())
    place = {iso: j for j, iso in enumerate(names)}
    ours = {iso for iso in names if destination == "USA" and iso in seller}
    column_2 = [column_2_from(iso) if iso in ours else None for iso in names]
    found = [next((partners.index(o) for o in (iso, union_of(iso)) if o in partners), len(partners)) for iso in names]
    column = {(o, p.claim): 2 + j for j, p in reversed(list(enumerate(AGREEMENTS))) for o in p.origins}
    party = [[column.get((iso, n), NO_PARTY) if iso in ours else NO_PARTY for iso in names] for n in PREFERENCES]
    return Origins(
        {text: place[iso] for text, iso in country_spellings().items()},
        np.array([*(seller.get(iso, none) for iso in names), none], dtype=np.int32),
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


def _days(periods: Sequence[Period], edges: Sequence[int]) -> Days:
    """The edition and the period of every day, up to the last on which one of the two changes."""
    first, starts = FIRST_DAY.toordinal(), [p.start.toordinal() for p in periods]
    every = np.arange(first - 1, max(first, starts[-1], *edges) + 1)  # the day before stands for all earlier ones
    edition = np.searchsorted(edges, every, side="right")
    period = np.searchsorted(starts, every, side="right") - 1
    period[0] = len(periods)
    found = ((len(edges) + 1, edition), (len(periods), period))
    return Days(first - EPOCH, *(np.array([none, *held], dtype=np.int32) for none, held in found))
