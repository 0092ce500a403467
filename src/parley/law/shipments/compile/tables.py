"""The compiled law of a destination: arrays that lead from a code, an origin and a day to a cell, and from a code to its base.

product × edition → class; class × origin → rule set; rule set × period → raw cell; raw cell × class of claims → cell.

A pair of classes has in each period the sum of the random numbers of the rows that cover it (interning.RuleSets). Equal sums
are one raw cell, equal sequences of cells one rule set: rows that can ever apply, over all periods of unchanged law. Two sums
differ by chance with probability below n²/2^65: 1e-10 for the 1e4 cells of the packaged law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import EU, PROGRAMMES, countries, spellings, union_of
from parley.law import interning
from parley.law.base_columns import by_partner
from parley.law.edition import as_edition, covered, edition_days, read_schedule
from parley.law.entry_claims import AGREEMENTS
from parley.law.estimates import EVERYONE
from parley.law.explain import FIRST_DAY
from parley.law.interning import Seller, product_classes, seller_classes
from parley.law.measure import LATEST, Measure, listed
from parley.law.products import COLUMN_2, FIRST_EDITION, Duty, Line, base_line, column_2_from
from parley.law.readings import Reading, looked_at, own_days
from parley.law.regime import Regime
from parley.law.shipments.arrow import pa
from parley.law.shipments.compile.claim_classes import PREFERENCES, factorised, names_asked
from parley.law.shipments.rejects import Why
from parley.law.shipments.units import Duties, duties_of, units_of

EPOCH = date(1970, 1, 1).toordinal()
NEVER = 1 << 30  # a day that does not come
NO_PARTY = -1
NO_PLACE = 0  # of a day: none
COLUMNS = 2 + len(AGREEMENTS)  # general, column 2, one for each agreement
NO_DUTY = Duty("", np.nan)
Scope = tuple[Sequence[str], tuple[str, ...]]  # the codes that begin so, and those left out
SHORT = 8  # digits of a code that stands for the one line of ten under it


class Period(NamedTuple):
    """Days [start, end) on which the same rows are in force, as known on one day."""

    start: date
    end: date
    known: date


def rows_of(regime: Regime, destination: str) -> tuple[Measure, ...]:
    """Every row that a destination's authorities ever levied."""
    authorities = (destination, union_of(destination))
    return tuple(m for m in regime.measures if m.act.authority in authorities)


def periods(rows: Sequence[Measure], known: date, reading: Reading = "law") -> tuple[Period, ...]:
    """The periods of a destination's rows, in order, from the first day that the package covers.

    In the collected reading every day is seen with that day's own knowledge, never later than `known`.
    """
    collected = reading == "collected"
    days = looked_at(rows) if collected else {d for m in rows for d in own_days(m, known)}
    starts = [FIRST_DAY, *sorted(d for d in days if FIRST_DAY < d < LATEST)]
    ends = [*starts[1:], LATEST]
    return tuple(Period(a, b, min(a, known) if collected else known) for a, b in zip(starts, ends, strict=True))


class RawCell(NamedTuple):
    """Rows that stand together in a period: their places, and a moment and origin for which they do."""

    rows: tuple[int, ...]
    origin: str
    on: date
    known: date


class Bases(NamedTuple):
    """The base duty of every set of rate texts in every column (text · COLUMNS + column); the last one is no base.

    unknown: 0, or the reason why it has no rate (rejects.Why). programme: a place.
    """

    duties: Duties
    unknown: Int[ndarray, " b"]
    programme: Int[ndarray, " b"]


class Schedule(NamedTuple):
    """codes: sorted. edges: the days on which editions change. line, base, charged: [code + 1, edition + 1], the last of each
    for a code or day that has none. line: the place of the full code, −1 for none; charged: the row in `shares`.

    shares: of value, charged on past imports, by row (the last one: none) and partner; partners: the column of each.
    """

    codes: list[str]
    edges: list[int]
    line: Int[ndarray, "k e"]
    base: Int[ndarray, "k e"]
    bases: Bases
    charged: Int[ndarray, "k e"]
    partners: dict[str, int]
    shares: Float[ndarray, "r o"]


@lru_cache(4)
def schedule_of(destination: str, estimates: bool, law: str) -> Schedule:
    """The packaged schedule of a destination. law: in use."""
    held = read_schedule(destination)
    edition = as_edition(destination, held.lines)
    rows = [_base(line, destination, c) for line in edition.texts for c in range(COLUMNS)]
    duties, unknown, programme = zip(*rows, (NO_DUTY, 0, 0), strict=True)
    bases = Bases(duties_of(duties), np.array(unknown, dtype=np.int8), np.array(programme, dtype=np.int8))
    told, partners, shares = by_partner(edition)
    row = np.full(len(held.lines), len(shares), dtype=np.int32)
    row[told] = np.arange(len(shares)) if estimates else len(shares)
    shares = np.pad(shares, ((0, 1), (0, 0)), constant_values=np.nan)
    codes = sorted({*edition.codes, *(code[:SHORT] for code in edition.codes)})
    place = {code: j for j, code in enumerate(codes)}
    own = np.array([place[code] for code in edition.codes])
    edges = [d.toordinal() for d in edition_days(destination) if date.min < d < LATEST]
    shape, nones = (len(codes) + 1, len(edges) + 2), (-1, len(rows), len(shares) - 1)
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


def _base(line: Line, destination: str, column: int) -> tuple[Duty, int, int]:
    """The base duty of one line of the schedule in a column, the reason why it has no rate, and its programme."""
    if destination != "USA" and column:
        return NO_DUTY, 0, 0
    preference = AGREEMENTS[column - 2] if column >= 2 else None
    origin = COLUMN_2[0] if column == 1 else preference.origins[0] if preference else EU
    origin = "USA" if destination != "USA" else origin
    found = base_line(line, origin, destination, {preference.claim: True} if preference else {}, FIRST_EDITION)
    duty, programme = found.duty, PROGRAMMES.index(found.programme)
    if not duty.text or not duty.readable or len(units_of(duty)) > 1 or duty.extreme:
        return NO_DUTY, Why.BASE_NOT_COMPUTABLE if duty.text else Why.NO_BASE_RATE, programme
    return duty, 0, programme


class Origins(NamedTuple):
    """Spellings in small letters, and by the place of each (the last one: no country): its class, its place among countries (−1:
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
    set and period; 0 is none. kinds: the class of every code in every edition, in steps of the number of classes of origins.

    raw_cells: packed, as few runs ask for them. asked: of each split, whether it is in each set of claims; asks: of each raw cell,
    the set that its rows ask about.
    """

    schedule: Schedule
    origins: Origins
    days: Days
    kinds: Int[ndarray, " k"]
    rule_set: Int[ndarray, " u"]
    raw: Int[ndarray, " r"]
    raw_cells: bytes
    asks: Int[ndarray, " c"]
    asked: Bool[ndarray, "s a"]

    @cached_property
    def codes(self) -> Any:
        """The schedule's codes as Arrow holds them."""
        return pa.array(self.schedule.codes, pa.string())

    @cached_property
    def rows_together(self) -> list[RawCell]:
        """The raw cells from 1 on."""
        return msgspec.msgpack.decode(self.raw_cells, type=list[RawCell])


def tables_of(
    destination: str, rows: Sequence[Measure], spans: Sequence[Period], schedule: Schedule, claims: Sequence[str]
) -> LawTables:
    """Every product and origin of a destination sorted into rule sets, as arrays. claims: by which law is split."""
    every, scopes = as_edition(destination, read_schedule(destination).lines), dict[Scope, int]()
    in_force = [_in_force(rows, span, scopes) for span in spans]
    masks = [covered(every, inside) & ~covered(every, outside) for inside, outside in scopes]
    product_class, members = product_classes(np.array(masks, dtype=bool).reshape(len(masks), len(every.codes)))
    origins = [c for c in countries() if c != destination]
    origin_class, sellers = seller_classes(rows, origins, {p.claim: True for p in AGREEMENTS})
    numbers, cells = _raw_cells(rows, in_force, spans, members, sellers)
    (*shape, count), none = numbers.shape, ((0, 1), (0, 1))
    by_pair = np.ascontiguousarray(numbers.reshape(-1, count))
    whole = by_pair.view(np.dtype((np.void, count * by_pair.itemsize))).ravel()
    _, first, rule_set = np.unique(whole, return_index=True, return_inverse=True)
    pairs = np.pad(rule_set.reshape(shape), none, constant_values=len(first)).astype(np.int32) * (count + 1)
    raw = np.pad(by_pair[first] + 1, none).astype(np.min_scalar_type(-len(cells) - 1))
    by_code = dict(zip(every.codes, product_class.tolist(), strict=True))
    kind = np.array([*(by_code.get(code, len(members)) for code in schedule.codes), len(members)], dtype=np.int32)
    asked, place = [names_asked(m) for m in rows], {frozenset[str](): 0}
    asks = [place.setdefault(frozenset().union(*(asked[m] for m in cell.rows)), len(place)) for cell in cells]
    seller = dict(zip(origins, origin_class.tolist(), strict=True))
    return LawTables(
        schedule, _origins(seller, len(sellers), destination, schedule.partners), _days(spans, schedule.edges),
        kind[schedule.line].ravel() * (len(sellers) + 1), pairs.ravel(), raw.ravel(), msgspec.msgpack.encode(cells),
        np.array([0, *asks], dtype=np.int32), np.array([[name in names for names in place] for name in claims], dtype=bool),
    )  # fmt: skip


def _in_force(rows: Sequence[Measure], span: Period, scopes: dict[Scope, int]) -> tuple[list[int], Int[ndarray, " h"]]:
    """The rows in force in a period by place, and the scope of each by number; new ones join the scopes."""
    here = [m for m, row in enumerate(rows) if row.at(span.start, span.known)]
    found = (
        (row.products or listed(row.folder, row.product_list, span.start),
         (*row.products_except, *listed(row.folder, row.products_except_list, span.start)))
        for row in (rows[m] for m in here)
    )  # fmt: skip
    return here, np.array([scopes.setdefault(scope, len(scopes)) for scope in found], dtype=np.int64)


def _raw_cells(
    rows: Sequence[Measure],
    in_force: Sequence[tuple[list[int], Int[ndarray, " h"]]],
    spans: Sequence[Period],
    members: Bool[ndarray, "u s"],
    sellers: Sequence[Seller],
) -> tuple[Int[ndarray, "u v p"], list[RawCell]]:
    """The raw cell of every class of products from every class of origins in every period; the cells."""
    held, cells, place = interning.RuleSets(), list[RawCell](), dict[int, int]()
    made = np.zeros((len(members), len(sellers), len(spans)), dtype=np.int32)
    for p, (span, (here, of)) in enumerate(zip(spans, in_force, strict=True)):
        masks, scope_of = np.unique(of, return_inverse=True)
        (sums, _), covers = held.sums([rows[m] for m in here], scope_of, sellers, span.start, span.known)
        alike, within = product_classes(members[:, masks].T)  # few classes differ in any one period
        numbers = within.astype(np.uint64) @ sums
        distinct, inverse, first = factorised(numbers.ravel())
        for number, at in zip(distinct, first.tolist(), strict=True):
            if number not in place:
                place[number] = len(cells)
                u, v = divmod(at, len(sellers))
                chosen = np.flatnonzero(within[u, scope_of] & covers[:, v]).tolist()
                cells.append(RawCell(tuple(here[j] for j in chosen), sellers[v].origin, span.start, span.known))
        made[:, :, p] = np.array([place[n] for n in distinct])[inverse].reshape(numbers.shape)[alike]
    return made, cells


def _origins(seller: dict[str, int], none: int, destination: str, partners: Mapping[str, int]) -> Origins:
    """none: the class of what sells nothing."""
    names = list(countries())
    place = {iso: j for j, iso in enumerate(names)}
    ours = {iso for iso in names if destination == "USA" and iso in seller}
    column_2 = [column_2_from(iso) if iso in ours else None for iso in names]
    found = [next((partners[o] for o in (iso, union_of(iso), EVERYONE) if o in partners), 0) for iso in names]
    column = {(o, p.claim): 2 + j for j, p in reversed(list(enumerate(AGREEMENTS))) for o in p.origins}
    party = [[column.get((iso, n), NO_PARTY) if iso in ours else NO_PARTY for iso in names] for n in PREFERENCES]
    spelled = {c.census: c.iso3 for c in countries().values() if c.census} | spellings()
    return Origins(
        {text: place[iso] for text, iso in spelled.items()},
        np.array([*(seller.get(iso, none) for iso in names), none], dtype=np.int32),
        np.array([*range(len(names)), -1], dtype=np.int16),
        np.array([*(iso == destination for iso in names), False]),
        np.array([*(NEVER if d is None else d.toordinal() - EPOCH for d in column_2), NEVER], dtype=np.int32),
        np.array([*found, partners.get(EVERYONE, 0)], dtype=np.int16),
        np.array([[*row, NO_PARTY] for row in party], dtype=np.int8),
    )


def _days(periods: Sequence[Period], edges: Sequence[int]) -> Days:
    """The edition and the period of every day, up to the last on which one of the two changes."""
    first, starts = FIRST_DAY.toordinal(), [p.start.toordinal() for p in periods]
    every = np.arange(first - 1, max(first, starts[-1], *edges) + 1)  # the day before stands for all earlier ones
    edition = np.searchsorted(edges, every, side="right")
    period = np.searchsorted(starts, every, side="right") - 1
    period[0] = len(periods)
    found = ((len(edges) + 1, edition), (len(periods), period))
    return Days(first - EPOCH, *(np.array([none, *held], dtype=np.int32) for none, held in found))
