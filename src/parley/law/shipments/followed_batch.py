"""The rows of one batch whose codes are no line of their day, judged as ranges as those of a file are: what Spark puts in place."""

from __future__ import annotations

from dataclasses import astuple, replace
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import PROGRAMMES, countries
from parley.drafts import work_folder
from parley.law.shipments.compile.law import Law
from parley.law.shipments.compile.tables import EPOCH
from parley.law.shipments.followed import Part, as_engine_reads, leading
from parley.law.shipments.followed_out import EXTRA, with_cells
from parley.law.shipments.judge import Judged, judge
from parley.law.shipments.layouts.days import order_of, read_day
from parley.law.shipments.layouts.translate import Translated
from parley.law.shipments.parted import Asked, parted_duties
from parley.law.shipments.ranges import RangeTotals
from parley.law.shipments.rejects import reason_of
from parley.law.shipments.results import Places, result_columns
from parley.law.shipments.totals import Sums

if TYPE_CHECKING:
    import pyarrow as pa

    from parley.law.regime import Regime

_NO_RANGES = RangeTotals(0, 0.0, 0.0, 0.0, 0.0)


class Told(NamedTuple):
    """What tasks tell: sums, how many rows have codes that lead to other lines, and what hangs on ranges."""

    sums: Sums
    led: int
    ranges: RangeTotals

    def and_also(self, other: Told) -> Told:
        """What both tell."""
        return Told(
            self.sums.merge(other.sums),
            self.led + other.led,
            RangeTotals(*map(add, astuple(self.ranges), astuple(other.ranges))),
        )


NOTHING = Told(Sums.none(), 0, _NO_RANGES)


class Found(NamedTuple):
    """What was found of a batch by role: at first, and with the rows that are followed; these, rated; what it tells."""

    law: Law
    batch: pa.RecordBatch
    first: Judged
    judged: Judged
    rows: Int[ndarray, " r"]
    rated: pa.Table | None
    told: Told

    def columns(self, follows: bool) -> list[Any]:
        """The columns of the result; follows: those of ranges behind them."""
        made = result_columns(self.law, self.batch, self.first)
        return list((_put_columns(made, self.rows, self.rated, len(self.batch)) if follows else made).values())


def found_of(law: Law, regime: Regime | None, batch: pa.RecordBatch, follows: bool) -> Found:
    """A batch by role, judged. follows: whether codes that are no line of their day are followed; else such rows are counted."""
    first, rows = judge(law, batch), np.flatnonzero(leading(batch, law.asked))
    if not (follows and len(rows)):
        return Found(law, batch, first, first, rows, None, Told(Sums.of(first), len(rows), _NO_RANGES))
    rated, ranges = _rated_rows(law, regime, batch, rows)
    judged = _put_judged(first, rows, rated)
    return Found(law, batch, first, judged, rows, rated, Told(Sums.of(judged), len(rows), ranges))


def _rated_rows(
    law: Law, regime: Regime | None, batch: pa.RecordBatch, rows: Int[ndarray, " r"]
) -> tuple[pa.Table, RangeTotals]:
    """Some rows of a batch with their results and the columns of ranges, and what hangs on these."""
    import pyarrow.parquet as pq

    plain = replace(law.asked, columns={}, dates="iso", on=None, programmes=True, threads=1)
    with work_folder("files") as name:
        apart, out = Path(name) / "to-follow.parquet", Path(name) / "followed.parquet"
        pq.write_table(as_engine_reads(Part("", batch, np.arange(len(batch)), 0, 0), rows, law.asked, False), apart)
        read = Translated((str(apart),), True, short=True)
        _, ranges = parted_duties(read, Places(out, None, None), Asked(regime, plain), Path(name))
        return pq.read_table(out), ranges or _NO_RANGES


def _put_judged(judged: Judged, rows: Int[ndarray, " r"], rated: pa.Table) -> Judged:
    """What was found of a batch, with that of rated rows in their places; their rates and measures are in the result alone."""

    def put(old: Any, new: Any) -> Any:
        if old is None:
            return None
        made = old.copy()
        made[rows] = new
        return made

    def figures(name: str) -> np.ndarray | None:
        return rated.column(name).to_numpy() if name in rated.column_names else None

    why, duty, value = rated.column("reject_reason").to_pylist(), rated.column("duty").to_numpy(), judged.value[rows]
    good, order, place = np.array([w is None for w in why]), order_of("iso"), list(countries())
    rates = np.array([figures(f"rate_{p}") for p in PROGRAMMES], dtype=float)
    days = [read_day(str(d), order).day for d in rated.column("entry_date").to_pylist()]
    origins = rated.column("origin").to_pylist() if "origin" in rated.column_names else [None] * len(rows)
    return replace(
        judged,
        reason=put(judged.reason, [reason_of(w) if w else 0 for w in why]),
        cents=put(judged.cents, np.where(good, np.round(np.nan_to_num(duty) * 100), 0)),
        day=put(judged.day, [d.toordinal() - EPOCH if d else old for d, old in zip(days, judged.day[rows], strict=True)]),
        origin=put(judged.origin, [place.index(o) if o in place else -1 for o in origins]),
        programmes=judged.programmes + np.nansum(np.where(good, rates * value, 0.0), axis=1),
        mpf=put(judged.mpf, figures("mpf")),
        hmf=put(judged.hmf, figures("hmf")),
    )  # fmt: skip


def _put_columns(
    columns: dict[str, Any], rows: Int[ndarray, " r"], rated: pa.Table | None, count: int
) -> dict[str, Any]:
    """The columns of a result with rated rows in their places, and those of ranges behind them."""
    import pyarrow as pa

    plain = {n: c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for n, c in columns.items()}
    made = plain | {n: pa.nulls(count, pa.string() if n == "range" else pa.float64()) for n in EXTRA}
    if rated is None:
        return made
    held = {n: rated.column(n).combine_chunks() for n in made if n in rated.column_names}
    return made | {n: with_cells(made[n], rows, new.cast(made[n].type)) for n, new in held.items()}


__all__ = ["NOTHING", "Found", "Told", "found_of"]
