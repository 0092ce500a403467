"""Duties and fees by entry: sums of rounded lines, and the merchandise processing fee within its yearly bounds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parley.law.shipments.fees import bounded_sql, rate_of
from parley.law.shipments.pieces import text_sql
from parley.law.shipments.shown import result_columns
from parley.law.shipments.sql import Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def entry_sums(q: Query, table: str, number: int) -> str:
    """The sums by entry of a table of judged rows; where the file names no entry, each line is one."""
    entry = (
        f"CAST({q.raw('entry')} AS VARCHAR)"
        if q.has("entry")
        else f"'line ' || (rowid + 1) || ' of piece {number + 1}'"
    )
    names = list(result_columns(q, True))
    mpf, hmf = (f"s{names.index(n)}" for n in ("mpf", "hmf"))
    fine = "CASE WHEN z_reject = 0 THEN {} END"
    return (f"SELECT {entry} AS entry, min(k_day) AS day, count(*) AS lines, sum(CASE WHEN z_reject <> 0 THEN 1 ELSE 0 END) AS "
            f"rejected, sum({fine.format('k_value')}) AS value, sum(z_cents) AS cents, sum({mpf}) AS mpf, "
            f"sum(CASE WHEN {mpf} > 0 THEN k_value ELSE 0 END) AS mpf_value, sum({hmf}) AS hmf FROM {table} GROUP BY 1")  # fmt: skip


def write_entries(con: DuckDBPyConnection, parts: Sequence[Path], whole: Path) -> None:
    """The table of entries: lines, rejected lines, value, duty, fees, and what is due in all."""
    listed = ", ".join(text_sql(str(p)) for p in parts)
    sums = f"""SELECT entry, min(day) AS entry_date, CAST(sum(lines) AS BIGINT) AS lines, CAST(sum(rejected) AS BIGINT) AS rejected,
 sum(value) AS value,
 sum(cents) / 100.0 AS duty, floor(sum(mpf_value) * {100 * rate_of("mpf")!r} + 0.5 + 1e-6) / 100.0 AS fee, sum(hmf) AS hmf
 FROM read_parquet([{listed}]) GROUP BY entry"""
    rows = f"""SELECT entry, entry_date, lines, rejected, round(value, 2) AS value, duty,
 {bounded_sql("fee", "entry_date")} AS mpf, round(hmf, 2) AS hmf FROM ({sums}) s ORDER BY entry"""
    con.execute(f"COPY ({rows}) TO {text_sql(str(whole))} (FORMAT csv, HEADER true)")
