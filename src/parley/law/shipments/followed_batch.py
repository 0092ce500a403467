"""The rows of one batch whose codes are no line of their day, judged as ranges as those of a file are: what Spark puts in place."""

from __future__ import annotations

import tempfile
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import PROGRAMMES, countries
from parley.law.shipments.compile.law import Law
from parley.law.shipments.compile.periods import EPOCH
from parley.law.shipments.followed import Part, as_engine_reads, leading
from parley.law.shipments.followed_out import EXTRA, with_cells
from parley.law.shipments.judge import Judged
from parley.law.shipments.layouts.days import order_of, read_day
from parley.law.shipments.layouts.translate import Translated
from parley.law.shipments.parted import Asked, Places, parted_duties
from parley.law.shipments.ranges import RangeTotals
from parley.law.shipments.rejects import reason_of

if TYPE_CHECKING:
    import pyarrow as pa

    from parley.law.regime import Regime

NO_RANGES = RangeTotals(0, 0.0, 0.0, 0.0, 0.0)


def led_rows(law: Law, batch: pa.RecordBatch) -> Int[ndarray, " r"]:
    """The places of the rows of a batch, named by role, that are to be followed."""
    return np.flatnonzero(leading(batch, law.asked))


def rated_rows(
    law: Law, regime: Regime | None, batch: pa.RecordBatch, rows: Int[ndarray, " r"]
) -> tuple[pa.Table, RangeTotals]:
    """Some rows of a batch with their results and the columns of ranges, and what hangs on these."""
    import pyarrow.parquet as pq

    plain = replace(law.asked, columns={}, dates="iso", on=None, programmes=True, threads=1)
    with tempfile.TemporaryDirectory(prefix="parley-files-") as name:
        apart, out = Path(name) / "to-follow.parquet", Path(name) / "followed.parquet"
        pq.write_table(as_engine_reads(Part("", batch, np.arange(len(batch)), 0, 0), rows, law.asked, False), apart)
        read = Translated((str(apart),), True, short=True)
        _, ranges = parted_duties(read, Places(out, None, None), Asked(regime, plain), Path(name))
        return pq.read_table(out), ranges or NO_RANGES


def added(one: RangeTotals, other: RangeTotals) -> RangeTotals:
    """What hangs on both."""
    return RangeTotals(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))


def put_judged(judged: Judged, rows: Int[ndarray, " r"], rated: pa.Table) -> Judged:
    """What was found of a batch, with that of rated rows in their places; their rates and measures are in the result alone."""

    def put(old: Any, new: Any) -> Any:
        if old is None:
            return None
        made = old.copy()
        made[rows] = new
        return made

    def figures(name: str) -> Any:
        return rated.column(name).to_numpy() if name in rated.column_names else None

    why, duty, value = rated.column("reject_reason").to_pylist(), figures("duty"), judged.value[rows]
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


def put_columns(
    columns: dict[str, Any], rows: Int[ndarray, " r"], rated: pa.Table | None, count: int
) -> dict[str, Any]:
    """The columns of a result with rated rows in their places, and those of ranges behind them."""
    import pyarrow as pa

    made = columns | {n: pa.nulls(count, pa.string() if n == "range" else pa.float64()) for n in EXTRA}
    if rated is None:
        return made
    held = {n: rated.column(n).combine_chunks() for n in made if n in rated.column_names}
    return made | {n: with_cells(made[n], rows, new.cast(made[n].type)) for n, new in held.items()}


__all__ = ["NO_RANGES", "added", "led_rows", "put_columns", "put_judged", "rated_rows"]
