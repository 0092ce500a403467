"""One piece judged and written: its rows, its rejects, its sums by entry, and what it comes to."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parley import outputs
from parley.law.shipments.pieces import Malformed, name_sql, text_sql
from parley.law.shipments.reject_rows import Refused, refused_of, write_rejects
from parley.law.shipments.rejects import MALFORMED, REASONS
from parley.law.shipments.shown import RESULT, kept_columns, own_columns, result_columns, sums_sql
from parley.law.shipments.sql import Query
from parley.law.shipments.sql_duty import judged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.shipments.run import Options
    from parley.law.shipments.work import Work

BEFORE = ("duty_rate_before", "duty_before", "duty_change")


def piece_columns(q: Query, asked: Options) -> dict[str, str]:
    """The columns that a piece shows: the file's own, then the result's. A file's column of a result's name gives way."""
    result = result_columns(q, asked.fees, asked.mode)
    return own_columns(q.columns.names, (*result, *(BEFORE if asked.before else ()))) | result


def write_piece(
    work: Work,
    con: DuckDBPyConnection,
    number: int,
    parts: Sequence[tuple[Query, str]],
    malformed: Sequence[Malformed],
    path: str,
    asked: Options,
    before: Sequence[tuple[Query, str]],
) -> None:
    """One piece judged, written and remembered."""
    for j, (q, rows) in enumerate(parts):
        judge_piece(con, f"piece_{j}", q, rows, asked)
    for j, (q, rows) in enumerate(before):
        judge_piece(con, f"before_{j}", q, rows, asked)
    if work.out is not None:
        _write_out(work, con, number, parts, before, asked)
    sums, reasons = tell_piece(work, con, number, parts, malformed, path)
    if work.entries:
        write_entry_piece(work, con, number, parts)
    other = [row for j, (q, _) in enumerate(before) for row in piece_sums(con, q, f"before_{j}")]
    work.remember(number, path, sums, reasons, len(malformed), before=other)


def tell_piece(
    work: Work,
    con: DuckDBPyConnection,
    number: int,
    parts: Sequence[tuple[Query, str]],
    malformed: Sequence[Malformed],
    path: str,
) -> tuple[list, dict[str, int]]:
    """The sums of a judged piece and how often each reason occurs; its rejects are written."""
    sums = [row for j, (q, _) in enumerate(parts) for row in piece_sums(con, q, f"piece_{j}")]
    refused = [(q, refused_of(con, q, f"piece_{j}")) for j, (q, _) in enumerate(parts)]
    reasons = all_reasons([r for _, r in refused])
    if malformed:
        reasons[f"row: {REASONS[MALFORMED].sentence}"] = len(malformed)
    if work.rejects:
        write_rejects(refused, malformed, path, work.rows_of(path), work.folder / "rejects")
    return sums, reasons


def all_reasons(refused: Sequence[Refused]) -> dict[str, int]:
    """How often each reason occurs among all of these."""
    made: dict[str, int] = {}
    for one in refused:
        for name, count in one.reasons.items():
            made[name] = made.get(name, 0) + count
    return made


def write_entry_piece(work: Work, con: DuckDBPyConnection, number: int, parts: Sequence[tuple[Query, str]]) -> None:
    """The sums by entry of a piece, for the table of entries."""
    from parley.law.shipments.entries import entry_sums

    rows = " UNION ALL ".join(entry_sums(q, f"piece_{j}", number) for j, (q, _) in enumerate(parts))
    con.execute(f"COPY ({rows}) TO {text_sql(str(work.folder / f'entries-{number:06}.parquet'))} (FORMAT parquet)")


def judge_piece(con: DuckDBPyConnection, table: str, q: Query, rows: str, asked: Options) -> None:
    """A table of judged rows, in order: the file's columns, the result's as s0, s1, …, and what sums need."""
    shown = result_columns(q, asked.fees, asked.mode)
    parts = [
        *(f"u{j}" for j in range(len(q.columns.names))),
        *(f"{sql} AS s{j}" for j, sql in enumerate(shown.values())),
    ]
    parts += [*kept_columns(q), "k_row"]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {', '.join(parts)} FROM ({judged(q, rows)}) j ORDER BY k_row"
    )


def _write_out(
    work: Work, con: DuckDBPyConnection, number: int, parts: Sequence, before: Sequence, asked: Options
) -> None:
    """The rows of a piece, in the file's order, to a part or to the end of the output."""
    q = parts[0][0]
    names = list(piece_columns(q, asked))
    width = len(q.columns.names)
    inner = [*(f"u{j}" for j in range(width)), *(f"s{j}" for j in range(len(names) - width))]
    columns = ", ".join(f"{c} AS {name_sql(n)}" for c, n in zip(inner, names, strict=True))
    rows = " UNION ALL ".join(
        f"SELECT * EXCLUDE ({', '.join(kept_columns(p))}) FROM piece_{j}" for j, (p, _) in enumerate(parts)
    )
    if before:
        rate, duty = RESULT.index("duty_rate"), RESULT.index("duty")
        other = " UNION ALL ".join(
            f"SELECT k_row, s{rate} AS r_b, s{duty} AS d_b FROM before_{j}" for j in range(len(before))
        )
        rows = f"SELECT a.*, r_b, d_b FROM ({rows}) a JOIN ({other}) b ON a.k_row = b.k_row"
        change = f"floor((s{duty} - d_b) * 100 + 0.5) / 100.0"
        columns += ", " + ", ".join(f"{c} AS {n}" for c, n in zip(("r_b", "d_b", change), BEFORE, strict=True))
        names += BEFORE
    order = " ORDER BY k_row" if len(parts) > 1 or before else ""
    query = f"SELECT {columns} FROM ({rows}) p{order}"
    if work.as_parquet:
        part = work.folder / f"part-{number:06}.parquet"
        new = part.with_name(f"{part.name}.new")
        con.execute(f"COPY ({query}) TO {text_sql(str(new))} (FORMAT parquet)")
        outputs.put(new, part)
        return
    held = work.folder / "out"
    if number == 0:
        with held.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerow(names)
    copy_csv(con, query, work.folder / "piece-out.csv", held)


def copy_csv(con: DuckDBPyConnection, query: str, part: Path, whole: Path) -> None:
    """The rows of a query at the end of a CSV file."""
    con.execute(f"COPY ({query}) TO {text_sql(str(part))} (FORMAT csv, HEADER false)")
    with part.open("rb") as source, whole.open("ab") as stream:
        shutil.copyfileobj(source, stream, 1 << 22)
    part.unlink()


def piece_sums(con: DuckDBPyConnection, q: Query, rows: str) -> list[list[int | float]]:
    """The sums of a piece in JSON's own types: origin, month, rows, rejects, value, cents, programmes."""
    found = con.execute(sums_sql(q, rows, f"{q.prefix}cells")).fetchall()
    return [[*map(int, r[:4]), float(r[4]), int(r[5]), *map(float, r[6:])] for r in found]


__all__ = ["piece_columns", "write_piece"]
