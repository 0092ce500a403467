"""The duties of a batch of lines: one function over arrays, held to `explain` (law/explain.py) by tests.

A line's code, origin and day lead to a cell (what measures add) and to a base duty; the rate is base + added, the duty
value · rate, rounded half up to the cent. The first reason that a line has for having none is its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.base import Base, bases_of, below_totals
from parley.law.shipments.claims import claim_classes
from parley.law.shipments.compile.law import Law
from parley.law.shipments.compile.tables import EPOCH, LawTables
from parley.law.shipments.compile.tables import NO_DAY as NONE
from parley.law.shipments.compile.terms import CellArrays
from parley.law.shipments.contributions import Added, added_to
from parley.law.shipments.destinations import by_destination
from parley.law.shipments.fees import harbour, processing
from parley.law.shipments.rejects import PROHIBITED, UNREAD
from parley.law.shipments.typed import HIGHEST, NO_DAY, Lines, read_lines

if TYPE_CHECKING:
    from pyarrow import RecordBatch

NO_SCHEDULE = 15  # of rejects.REASONS
CENT_GUARD = 1e-6, 4e-15  # half a cent lost in binary is given back; cents are exact below 1e9 cents


@dataclass(frozen=True)
class Judged:
    """What was found of each line; NaN where a number is not known.

    reason: 0, or why it has no duty (rejects.REASONS). rate = base + added, fractions of value. cents: 0 where refused.
    value: dollars, as judged. day: since 1970 (typed.NO_DAY: none). origin: its place among countries (−1: none).
    measure: the place in `measures` of what applies. programmes: dollars of all good lines by legal authority, before the
    rounding of lines; programme_rates: of each line, where asked for. mpf, hmf: fees in dollars, where asked for.
    """

    reason: Int[ndarray, " n"]
    rate: Float[ndarray, " n"]
    base: Float[ndarray, " n"]
    added: Float[ndarray, " n"]
    cents: Int[ndarray, " n"]
    value: Float[ndarray, " n"]
    day: Int[ndarray, " n"]
    origin: Int[ndarray, " n"]
    measure: Int[ndarray, " n"]
    measures: list[str]
    programmes: Float[ndarray, " p"]
    programme_rates: Float[ndarray, "p n"] | None
    mpf: Float[ndarray, " n"] | None
    hmf: Float[ndarray, " n"] | None


@np.errstate(all="ignore")  # what is not known, or beyond all bounds, is refused
def judge(law: Law, batch: RecordBatch) -> Judged:
    """Every line of a batch, whose columns are named by role (columns.NAMES, entry_claims.CLAIMS); others are ignored."""
    if law.asked.destination:
        return _judge(law, law.asked.destination, batch)
    import pyarrow as pa

    found = by_destination(batch)
    parts = [(rows, _judge(law, name or "USA", batch.take(pa.array(rows)), refused=not name)) for rows, name in found]
    return parts[0][1] if len(parts) == 1 else _together(parts, batch.num_rows)


def _judge(law: Law, destination: str, batch: RecordBatch, refused: bool = False) -> Judged:
    tables = law.tables[destination]
    lines = read_lines(law, tables, batch)
    at, cell, arrays = _cells(law, destination, lines)
    base = bases_of(tables, lines, at, cell, arrays)
    base = below_totals(tables, lines, at, cell, arrays, base)
    added = added_to(lines, cell, arrays, base.rate)
    reason = _reasons(law, destination, lines, at, cell, arrays, base, added.rate)
    if refused:
        reason = np.full(len(reason), NO_SCHEDULE, dtype=np.int8)
        base, added = (
            base._replace(rate=np.full(len(reason), np.nan)),
            added._replace(rate=np.full(len(reason), np.nan)),
        )
    rate, good = base.rate + added.rate, reason == 0
    mpf, hmf = _fees(law, tables, lines, batch, good) if law.asked.fees else (None, None)
    return Judged(
        reason,
        rate,
        base.rate,
        added.rate,
        cents_of(lines.value, rate, good),
        lines.value,
        lines.day,
        tables.origins.place[lines.origin],
        cell,
        arrays.measures,
        _programmes(lines.value, cell, arrays, base, added, good),
        _programme_rates(cell, arrays, base, added) if law.asked.programmes else None,
        mpf,
        hmf,
    )


def _cells(law: Law, destination: str, lines: Lines) -> tuple[Int[ndarray, " n"], Int[ndarray, " n"], CellArrays]:
    """Of each line: its code and edition (a place in the schedule's grids), its cell, and what the cells are."""
    tables, claimed = law.tables[destination], law.claimed[destination]
    days, edition_count = tables.days, tables.schedule.line.shape[1]
    day = np.minimum(np.maximum(lines.day, days.first - 1) - (days.first - 2), len(days.edition) - 1)
    if lines.day.min(initial=0) == NO_DAY:
        day[lines.day == NO_DAY] = NONE
    at = lines.product * np.int32(edition_count) + np.take(days.edition, day)
    pair = np.take(tables.kinds, at) + np.take(tables.origins.seller, lines.origin)
    place = np.take(tables.rule_set, pair) + np.take(days.period, day)
    splits = claimed.present(lines.claims)
    classes = claim_classes(tables, lines, splits) if splits else None
    if classes is None:
        return at, np.take(tables.cell, place), tables.arrays
    cell = claimed.cell_of(np.take(tables.raw, place), *classes)
    assert claimed.arrays
    return at, cell, claimed.arrays


def cents_of(value: Float[ndarray, " n"], rate: Float[ndarray, " n"], good: Bool[ndarray, " n"]) -> Int[ndarray, " n"]:
    """Value · rate, half up to the cent; 0 for lines that have none."""
    y = value * rate
    y *= 100.0
    least, part = CENT_GUARD
    guard = np.maximum(least, y * part)
    y += 0.5
    y += guard
    if not good.all():
        y[~good] = 0.0
    return np.floor(y, out=y).astype(np.int64)


def _reasons(
    law: Law, destination: str, lines: Lines, at: Int[ndarray, " n"], cell: Int[ndarray, " n"], arrays: CellArrays,
    base: Base, added: Float[ndarray, " n"],
) -> Int[ndarray, " n"]:  # fmt: skip
    """The first reason to refuse each line; most have none."""
    last = law.until[destination]
    until = (last.toordinal() - EPOCH) if last else np.iinfo(np.int32).max
    fine = (lines.value > 0) & (lines.value < HIGHEST) & ~np.isnan(base.rate + added) & (lines.day <= until)
    if arrays.banned.any():
        fine &= ~np.take(arrays.banned, cell)
    if lines.bad is not None:
        fine &= lines.bad == 0
    reason = np.zeros(len(fine), dtype=np.int8)
    r = np.flatnonzero(~fine)
    if not len(r):
        return reason
    tables, value, day = law.tables[destination], lines.value[r], lines.day[r]
    zero, no = np.zeros(len(r), dtype=np.int8), np.zeros(len(r), dtype=bool)
    bad = zero if lines.bad is None else lines.bad[r]
    unknown, short = base.unknown[r], base.by_quantity[r] & np.isnan(base.rate[r])
    given = [~np.isnan(x[r]) for x in (lines.quantity, lines.unit_value) if x is not None]
    given, stated = np.logical_or.reduce(given) if given else no, no if lines.stated is None else lines.stated[r]
    of_cell = arrays.unknown[cell[r]]
    asked = (
        (day == NO_DAY, 4),
        (day < tables.days.first, 5),
        (day > until, UNREAD),
        (tables.origins.place[lines.origin[r]] < 0, 2),
        (tables.origins.is_self[lines.origin[r]], 3),
        (tables.schedule.line.ravel()[at[r]] < 0, 1),
        (~((value > 0) & (value < HIGHEST)), 6),
        (bad != 0, bad),
        (arrays.banned[cell[r]], PROHIBITED),
        (unknown != 0, unknown),
        (short & given, 12),
        (short & stated, 7),
        (short, 11),
        (of_cell != 0, of_cell),
    )
    reason[r] = np.select([holds for holds, _ in asked], [np.broadcast_to(why, len(r)) for _, why in asked], 13)
    return reason


def _programmes(
    value: Float[ndarray, " n"],
    cell: Int[ndarray, " n"],
    arrays: CellArrays,
    base: Base,
    added: Added,
    good: Bool[ndarray, " n"],
) -> Float[ndarray, " p"]:
    """Σ value · rate by legal authority, over the good lines."""
    held = value if good.all() else np.where(good, value, 0.0)
    count = len(PROGRAMMES)
    of_cell = np.bincount(cell, held, len(arrays.added))
    made = (of_cell[:, None] * arrays.by_programme).sum(axis=0)  # no product of matrices: BLAS threads would spin on
    made += np.bincount(base.programme, np.nan_to_num(held * base.rate), count)
    for part in added.parts:
        made += np.bincount(part.programme, np.nan_to_num(held[part.rows] * part.rate), count)
    return made


def _programme_rates(cell: Int[ndarray, " n"], arrays: CellArrays, base: Base, added: Added) -> Float[ndarray, "p n"]:
    """What each legal authority adds to the rate of each line; the base counts for its own."""
    made = np.ascontiguousarray(arrays.by_programme[cell].T)
    for part in added.parts:
        made[part.programme, part.rows] += part.rate
    made[base.programme, np.arange(len(cell))] += base.rate
    return made


def _fees(
    law: Law, tables: LawTables, lines: Lines, batch: RecordBatch, good: Bool[ndarray, " n"]
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    mode = batch.column("mode") if "mode" in law.columns.of else None
    own, port = processing(lines, tables.origins.place[lines.origin]), harbour(lines.value, law.asked.mode, mode)
    return np.where(good, own, np.nan), np.where(good, port, np.nan)


def _together(parts: list[tuple[Int[ndarray, " k"], Judged]], count: int) -> Judged:
    """The parts of a batch in the order of its lines."""
    made = {}
    first, rows = parts[0][1], np.concatenate([r for r, _ in parts])
    for f in fields(Judged):
        held = [getattr(j, f.name) for _, j in parts]
        if f.name == "measures":
            made[f.name] = [w for h in held for w in h]
        elif f.name == "programmes":
            made[f.name] = sum(held)
        elif getattr(first, f.name) is None:
            made[f.name] = None
        else:
            if f.name == "measure":
                starts = np.cumsum([0, *(len(j.measures) for _, j in parts[:-1])])
                held = [h + s for h, s in zip(held, starts, strict=True)]
            whole = np.concatenate(held, axis=-1)
            made[f.name] = np.empty_like(whole)
            made[f.name][..., rows] = whole
    return Judged(**made)


__all__ = ["Judged", "cents_of", "judge"]
