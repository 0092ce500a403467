"""Duties and fees by entry: sums of rounded lines, and the merchandise processing fee within its yearly bounds.

Sums of each piece are kept in a part; in the end DuckDB, which may use the disk, adds the parts up.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parley.law.shipments.arrow import pa, pq
from parley.law.shipments.duckdb import connect
from parley.law.shipments.fees import bounded, rate_of
from parley.law.shipments.judge import Judged
from parley.law.shipments.read import as_texts
from parley.law.shipments.rows_out import CsvOutput, records
from parley.law.shipments.typed import NO_DAY

HEADER = ("entry", "entry_date", "lines", "rejected", "value", "duty", "mpf", "hmf")
SUMS = ("lines", "rejected", "value", "cents", "mpf_value", "mpf", "hmf")
COUNTED = ("lines", "rejected", "cents")  # whole numbers
AT_ONCE = 1 << 16  # entries


def entry_lines(judged: Judged, entry: Any, number: int, first: int) -> pa.Table:
    """The figures of a batch's lines for their entry. entry: the file's column, if it has one; else each line is one."""
    good, count = judged.reason == 0, len(judged.reason)
    own = [f"line {first + j + 1} of piece {number + 1}" for j in range(0 if entry is not None else count)]
    names = pa.array(own) if entry is None else as_texts(entry)
    if judged.mpf is None or judged.hmf is None:
        raise ValueError("sums by entry need fees")
    days = pa.array(judged.day, pa.int32(), mask=judged.day == NO_DAY).cast(pa.date32())
    figures = (
        np.ones(count, np.int64), (~good).astype(np.int64), np.where(good, judged.value, np.nan), np.where(good, judged.cents, 0),
        np.where(judged.mpf > 0, judged.value, 0.0), judged.mpf, judged.hmf,
    )  # fmt: skip
    return pa.table([names, days, *(pa.array(f, from_pandas=True) for f in figures)], ["entry", "day", *SUMS])


def write_part(lines: Sequence[pa.Table], path: Path) -> None:
    """The sums by entry of a piece."""
    pq.write_table(summed(lines), path)


def summed(lines: Sequence[pa.Table]) -> pa.Table:
    """The figures of lines by entry: the first day, and sums."""
    found = pa.concat_tables(lines).group_by("entry").aggregate([("day", "min"), *((n, "sum") for n in SUMS)])
    return found.rename_columns(["entry", "day", *SUMS])


def write_entries(parts: Sequence[Path], whole: Path, memory: str) -> None:
    """The table of entries: lines, rejected lines, value, duty, fees, and what is due in all."""
    sums = ", ".join(f"sum({n})::{'BIGINT' if n in COUNTED else 'DOUBLE'} AS {n}" for n in SUMS)
    out = CsvOutput(whole, HEADER)
    with connect(memory=memory, folder=str(whole.parent / "spill")) as con:
        found: Any = ()
        if parts:  # none where no line is a row
            lines = con.read_parquet([str(p) for p in parts])
            found = lines.aggregate(f"entry, min(day) AS day, {sums}", "entry").order("entry").to_arrow_reader(AT_ONCE)
        out.add(records(shown_columns(pa.Table.from_batches([batch])), ()) for batch in found)
    out.finish()


def shown_columns(found: pa.Table) -> list[pa.Array]:
    """The columns of HEADER from sums by entry: fees within their bounds, dollars to the cent."""
    made = {n: found[n].combine_chunks() for n in found.column_names}
    value, cents, base, hmf = (made[n].to_numpy(zero_copy_only=False) for n in ("value", "cents", "mpf_value", "hmf"))
    missing = np.isnan(value.astype(float))
    days = np.where(made["day"].is_null(), NO_DAY, made["day"].cast(pa.int32()).fill_null(0)).astype(np.int64)
    fee = np.floor(base * (100 * rate_of("mpf")) + 0.5 + 1e-6) / 100.0
    mpf = np.where(missing, np.nan, bounded(fee, days))
    shown = (np.round(value, 2), np.where(missing, np.nan, cents / 100.0), mpf, np.round(hmf, 2))
    told = [made[n] for n in ("entry", "day", "lines", "rejected")]
    return [*told, *(pa.array(x.astype(float), pa.float64(), from_pandas=True) for x in shown)]
