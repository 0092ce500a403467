"""The duties of a batch of lines: one function over arrays, held to `explain` (law/explain.py) by tests.

A line's code, origin and day lead to a cell (what measures add) and to a base duty; the rate is base + added, the duty
value · rate, rounded half up to the cent. The first reason that a line has for having none is its reason.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.arrow import pa
from parley.law.shipments.compile.law import Law
from parley.law.shipments.compile.tables import EPOCH
from parley.law.shipments.contributions import Base, Part, Placed, added_to, bases_of, below_totals, placed
from parley.law.shipments.fees import fees_of
from parley.law.shipments.rejects import Why
from parley.law.shipments.typed import HIGHEST, NO_DAY, by_destination, read_lines, typed_columns

CENT_GUARD = 1e-6, 4e-15  # half a cent lost in binary is given back; cents are exact below 1e9 cents


@dataclass(frozen=True)
class Judged:
    """What was found of each line; NaN where a number is not known.

    reason: 0, or why it has no duty (rejects.Why). rate = base + added, fractions of value. cents: 0 where refused.
    value: dollars, as judged. day: since 1970 (typed.NO_DAY: none). origin: its place among countries (−1: none).
    measure: the place in `measures` of what applies. programmes: dollars of all good lines by legal authority, before the
    rounding of lines; programme_rates: of each line, where asked for. mpf, hmf: fees in dollars, where asked for.
    typed: what each line was read as, where asked for (typed.typed_columns).
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
    typed: dict[str, pa.Array]


@np.errstate(all="ignore")  # what is not known, or beyond all bounds, is refused
def judge(law: Law, batch: pa.RecordBatch) -> Judged:
    """Every line of a batch, whose columns are named by role (columns.NAMES, entry_claims.CLAIMS); others are ignored."""
    if law.asked.destination:
        return _judge(law, law.asked.destination, batch)
    found = by_destination(batch)
    parts = [(rows, _judge(law, name or "USA", batch.take(pa.array(rows)), refused=not name)) for rows, name in found]
    return parts[0][1] if len(parts) == 1 else _together(parts)


def _judge(law: Law, destination: str, batch: pa.RecordBatch, refused: bool = False) -> Judged:
    """The lines of one destination; refused: there is no schedule of theirs, so that no rate is known."""
    tables = law.cells[destination].tables
    lines = read_lines(law, tables, batch)
    found = placed(law.cells[destination], lines)
    base = below_totals(found, bases_of(found))
    added, parts = added_to(found, base.rate)
    reason = _reasons(found, base, added, law.until[destination])
    if refused:
        reason[:], base.rate[:], added[:] = Why.NO_SCHEDULE, np.nan, np.nan
    parts.append(Part(slice(None), base.programme, base.rate))
    rate, good, origin = base.rate + added, reason == 0, tables.origins.place[lines.origin]
    fees = fees_of(lines, origin, law.asked.mode) if law.asked.fees else ()
    mpf, hmf = (np.where(good, fee, np.nan) for fee in fees) if fees else (None, None)
    return Judged(
        reason, rate, base.rate, added, cents_of(lines.value, rate, good), lines.value, lines.day, origin,
        found.cell, found.cells.measures, _programmes(found, parts, good),
        _programme_rates(found, parts) if law.asked.programmes else None, mpf, hmf,
        typed_columns(law, tables, None if refused else destination, lines, batch) if law.asked.typed else {},
    )  # fmt: skip


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


def _reasons(found: Placed, base: Base, added: Float[ndarray, " n"], last: date | None) -> Int[ndarray, " n"]:
    """The first reason to refuse each line; most have none. last: the last day answered."""
    tables, lines, cells = found.tables, found.lines, found.cells
    until = (last.toordinal() - EPOCH) if last else np.iinfo(np.int32).max
    fine = (lines.value > 0) & (lines.value < HIGHEST) & ~np.isnan(base.rate + added) & (lines.day <= until)
    fine &= lines.bad == 0
    if cells.banned.any():
        fine &= ~np.take(cells.banned, found.cell)
    reason = np.zeros(len(fine), dtype=np.int8)
    r = np.flatnonzero(~fine)
    if not len(r):
        return reason
    value, day, origin, bad, cell = lines.value[r], lines.day[r], lines.origin[r], lines.bad[r], found.cell[r]
    given = ~np.isnan(lines.amounts("quantity", r)) | ~np.isnan(lines.amounts("unit_value", r))
    unknown, of_cell, short = base.unknown[r], cells.unknown[cell], np.isnan(base.rate[r])
    asked = (
        (day == NO_DAY, Why.NO_DAY),
        (day < tables.days.first, Why.TOO_EARLY),
        (day > until, Why.UNREAD_LAW),
        (tables.origins.place[origin] < 0, Why.NO_COUNTRY),
        (tables.origins.is_self[origin], Why.OWN_GOODS),
        (tables.schedule.line.ravel()[found.at[r]] < 0, Why.NO_LINE),
        (~((value > 0) & (value < HIGHEST)), Why.NO_VALUE),
        (bad != 0, bad),
        (cells.banned[cell], Why.PROHIBITED),
        (unknown != 0, unknown),
        (short & given, Why.OTHER_UNIT),
        (short & lines.states(r), Why.UNREAD_QUANTITY),
        (short, Why.NO_QUANTITY),
        (of_cell != 0, of_cell),
    )
    hold, whys = zip(*((holds, np.broadcast_to(why, len(r))) for holds, why in asked), strict=True)
    reason[r] = np.select(hold, whys, Why.ADDED_NOT_KNOWN)
    return reason


def _programmes(found: Placed, parts: list[Part], good: Bool[ndarray, " n"]) -> Float[ndarray, " p"]:
    """Σ value · rate by legal authority, over the good lines."""
    held = np.where(good, found.lines.value, 0.0)
    of_cell = np.bincount(found.cell, held, len(found.cells.added))
    made = np.sum(of_cell[:, None] * found.cells.by_programme, axis=0)  # a product of matrices leaves threads spinning
    for part in parts:
        made += np.bincount(part.programme, np.nan_to_num(held[part.rows] * part.rate), len(PROGRAMMES))
    return made


def _programme_rates(found: Placed, parts: list[Part]) -> Float[ndarray, "p n"]:
    """What each legal authority adds to the rate of each line; the base counts for its own."""
    made, every = np.ascontiguousarray(found.cells.by_programme[found.cell].T), np.arange(len(found.cell))
    for part in parts:
        made[part.programme, every[part.rows]] += part.rate
    return made


def _together(parts: list[tuple[Int[ndarray, " k"], Judged]]) -> Judged:
    """The parts of a batch in the order of its lines."""
    order, judged = np.argsort(np.concatenate([rows for rows, _ in parts])), [j for _, j in parts]
    columns: dict[str, list[Any]] = {f.name: [getattr(j, f.name) for j in judged] for f in fields(Judged)}
    measures, programmes, typed = (columns.pop(name) for name in ("measures", "programmes", "typed"))
    starts = np.cumsum([0, *map(len, measures)])
    columns["measure"] = [held + start for held, start in zip(columns["measure"], starts, strict=False)]
    made: dict[str, Any] = {
        n: None if c[0] is None else np.concatenate(c, axis=-1)[..., order] for n, c in columns.items()
    }
    shown = {n: pa.concat_arrays([held[n] for held in typed]).take(pa.array(order)) for n in typed[0]}
    return Judged(**made, measures=list(itertools.chain(*measures)), programmes=np.sum(programmes, axis=0), typed=shown)
