"""The file of rejects: file, row, column, what was found, what is allowed, the nearest name, the reason."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from parley.law.shipments.pieces import Malformed, text_sql
from parley.law.shipments.rejects import MALFORMED, NEAREST_AT_MOST, REASONS, cases_sql, near_origin, product_names
from parley.law.shipments.shown import found_sql
from parley.law.shipments.sql import Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HEADER = ("file", "row", "column", "found", "allowed", "nearest", "reason")
_FORMULA = "^[=+@\\t\\r-]"  # a spreadsheet would compute it


def write_rejects(
    con: DuckDBPyConnection,
    tables: Sequence[tuple[Query, str]],
    malformed: Sequence[Malformed],
    path: str,
    first: int,
    whole: Path,
    header: bool = True,
) -> None:
    """The rejected rows of a piece, in order, at the end of the file. first: rows of the file before this piece.

    header: an empty file gets one.
    """
    found = " UNION ALL ".join(
        f"SELECT k_row AS place, z_reject AS code, {found_sql(q)} AS found, {_column_sql(q)} AS col, "
        f"'{q.law.destination}' AS levies FROM {table} WHERE z_reject <> 0"
        for q, table in tables
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE refused AS SELECT * FROM ({found}) f ORDER BY place")
    _number_rows(con, malformed, first)
    _nearest(con)
    if header and (not whole.exists() or not whole.stat().st_size):  # an earlier run may have left it empty
        with whole.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerow(HEADER)
    shown = f"CASE WHEN regexp_matches(f.found, '{_FORMULA}') THEN concat('''', f.found) ELSE f.found END"
    query = f"""SELECT {text_sql(path)} AS file, n.row_number, f.col, {shown}, {cases_sql("f.code", "allowed")},
 COALESCE(h.hint, ''), concat({cases_sql("f.code", "role")}, ': ', {cases_sql("f.code", "sentence")})
 FROM refused f POSITIONAL JOIN numbers n LEFT JOIN hints h ON h.code = f.code AND h.found = f.found AND h.levies = f.levies"""
    if malformed:
        query = f"SELECT * FROM ({query}) UNION ALL SELECT {text_sql(path)}, * FROM bad_lines"
    part = whole.with_name(f"{whole.name}.piece")
    con.execute(f"COPY (SELECT * FROM ({query}) r ORDER BY 2) TO {text_sql(str(part))} (FORMAT csv, HEADER false)")
    with part.open("rb") as source, whole.open("ab") as stream:
        shutil.copyfileobj(source, stream, 1 << 22)
    part.unlink()


def _column_sql(q: Query) -> str:
    """The file's own name of the column at fault."""
    names = {k: q.columns.of.get(r.role, r.role) for k, r in REASONS.items()}
    return "CASE z_reject " + " ".join(f"WHEN {k} THEN {text_sql(n)}" for k, n in names.items()) + " END"


def _number_rows(con: DuckDBPyConnection, malformed: Sequence[Malformed], first: int) -> None:
    """The rows' numbers in the file, counted from 1 after the header, with the lines that are no rows among them."""
    places = con.execute("SELECT place FROM refused ORDER BY place").fetchnumpy()["place"].astype(np.int64)
    gaps = np.array([m.place - j for j, m in enumerate(malformed)], dtype=np.int64)
    rows = places + np.searchsorted(gaps, places, side="right") + first + 1
    con.register("found_rows", {"row_number": rows})
    con.execute("CREATE OR REPLACE TEMP TABLE numbers AS SELECT * FROM found_rows")
    con.unregister("found_rows")
    if malformed:
        reason = REASONS[MALFORMED]
        texts = {"found": [_safe(m.line) for m in malformed], "fault": [f"row: {m.fault.lower()}" for m in malformed]}
        con.register("lines", {"row_number": np.array([m.place + first + 1 for m in malformed]),
                               **{n: np.array(v, dtype=object) for n, v in texts.items()}})  # fmt: skip
        con.execute("CREATE OR REPLACE TEMP TABLE bad_lines AS SELECT row_number, 'row' AS col, found, "
                    f"{text_sql(reason.allowed)} AS allowed, '' AS hint, fault FROM lines")  # fmt: skip
        con.unregister("lines")


def _safe(text: str) -> str:
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _nearest(con: DuckDBPyConnection) -> None:
    """The nearest names of the distinct products and origins that were not found."""
    asked = con.execute(
        "SELECT DISTINCT levies, code, found FROM refused WHERE code IN (1, 2) AND found <> '' ORDER BY ALL"
    ).fetchall()
    origins = [x for x in asked if x[1] == 2]
    names = {levies: product_names(levies) for levies in {x[0] for x in asked if x[1] == 1}}
    hints = [(d, c, f, names[d].near(f)) for d, c, f in asked if c == 1]
    hints += [(d, c, f, near_origin(f)) for d, c, f in origins[:NEAREST_AT_MOST]]
    columns = {n: np.array([h[j] for h in hints], dtype=object) for j, n in ((0, "levies"), (2, "found"), (3, "hint"))}
    con.register("near", {**columns, "code": np.array([h[1] for h in hints], dtype=np.int64)})
    con.execute("CREATE OR REPLACE TEMP TABLE hints AS SELECT levies::VARCHAR AS levies, code::INTEGER AS code, "
                "found::VARCHAR AS found, hint::VARCHAR AS hint FROM near")  # fmt: skip
    con.unregister("near")
