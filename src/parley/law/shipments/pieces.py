"""One piece of a file in the engine: its raw rows as a table, the rows that are none, and the typed question on it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parley.errors import InputError
from parley.law.shipments.duckdb import kind_of
from parley.law.shipments.sources import Piece, Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


SHOWN = 200  # characters of a faulty line that are shown
LONGEST_LINE = 1 << 20  # bytes of a record
MOST_LINES = 50  # lines of one record, where a cell holds line ends


class Malformed(NamedTuple):
    """A line of CSV that is no row: its place among the rows of the piece, the line, and what is wrong."""

    place: int
    line: str
    fault: str


def name_sql(name: str) -> str:
    """A column's name in quotation marks."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """A text in quotation marks."""
    return "'" + text.replace("'", "''") + "'"


def parquet_source(con: DuckDBPyConnection, path: str) -> tuple[Source, Mapping[str, str], list[int]]:
    """A Parquet file: its source, the kind of each column, and the rows of each row group. Raises InputError."""
    import duckdb

    try:
        found = con.execute(f"DESCRIBE SELECT * FROM read_parquet({text_sql(path)})").fetchall()
        groups = con.execute(
            f"SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata({text_sql(path)}) ORDER BY 1"
        ).fetchall()
    except duckdb.Error as error:
        raise InputError(
            path, f"not readable as Parquet: {str(error).splitlines()[0][:200]}", "a Parquet file"
        ) from None
    names = tuple(name for name, *_ in found)
    kinds = {name: kind_of(kind) for name, kind, *_ in found}
    return Source(path, True, Path(path).stat().st_size, names), kinds, [rows for _, rows in groups]


@contextmanager
def decoding(path: str) -> Iterator[None]:
    """Bytes of Parquet that cannot be decoded are a fault of the file: InputError in the place of an engine's error."""
    import duckdb

    try:
        yield
    except Exception as error:
        ours = isinstance(error, (InputError, duckdb.BinderException, duckdb.ParserException)) or getattr(
            error, "errno", 0
        )
        of_bytes = isinstance(error, (OSError, UnicodeDecodeError, duckdb.Error)) or "pyarrow" in type(error).__module__
        if ours or not of_bytes:
            raise
        found = f"cannot be decoded: {(str(error).splitlines() or ['?'])[0][:160]}"
        raise InputError(path, found, "a whole Parquet file") from None


def read_rows(piece: Piece) -> str:
    """The rows of a Parquet piece as a query: columns u0, u1, … and k_row, the place in the piece."""
    named = ", ".join(f"{name_sql(n)} AS u{j}" for j, n in enumerate(piece.source.names))
    first, last = piece.rows
    if first == 0 and piece.whole:
        return f"(SELECT {named}, file_row_number AS k_row FROM read_parquet({text_sql(piece.source.path)}, file_row_number = true))"
    return (f"(SELECT {named}, file_row_number - {first} AS k_row FROM read_parquet({text_sql(piece.source.path)}, file_row_number = true) "
            f"WHERE file_row_number >= {first} AND file_row_number < {last})")  # fmt: skip


def load_csv(con: DuckDBPyConnection, piece: Piece, folder: Path) -> tuple[int, list[Malformed]]:
    """The rows of a CSV piece as the table `raw`, columns u0, u1, …: how many, and the lines that are no rows."""
    import duckdb

    try:
        faults = _read_csv(con, piece, piece.content, folder)
    except duckdb.Error:
        faults = [(0, "", "UNQUOTED VALUE")]
    if any(fault not in _WHOLE_LINES for *_, fault in faults):  # such a fault can swallow the good lines behind it
        clean, malformed = line_by_line(piece)
        _read_csv(con, piece, clean, folder)
    else:
        malformed = _placed(piece.content, faults)
    count = con.execute("SELECT count(*) FROM raw").fetchall()
    return count[0][0], malformed


_WHOLE_LINES = ("MISSING COLUMNS", "TOO MANY COLUMNS", "INVALID ENCODING", "LINE SIZE OVER MAXIMUM")


def _read_csv(con: DuckDBPyConnection, piece: Piece, content: bytes, folder: Path) -> list[tuple[int, str, str]]:
    """Loads bytes of CSV; the place, text and kind of each line that is no row."""
    path = folder / "piece.csv"
    path.write_bytes(content)
    columns = ", ".join(f"u{j}: 'VARCHAR'" for j in range(len(piece.source.names)))
    con.execute("DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    con.execute(
        f"CREATE TEMP TABLE raw AS SELECT * FROM read_csv({text_sql(str(path))}, columns = {{{columns}}}, "
        f"auto_detect = false, header = false, delim = {text_sql(piece.source.delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = '', store_rejects = true, rejects_limit = 0, max_line_size = {LONGEST_LINE})"
    )
    path.unlink()
    return con.execute(
        f"SELECT line_byte_position, any_value(csv_line)[:{SHOWN}], any_value(error_type::VARCHAR) FROM reject_errors "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()


def line_by_line(piece: Piece) -> tuple[bytes, list[Malformed]]:
    """A piece read a line at a time, so that one open quotation mark costs one line: clean CSV, and what is no row."""
    lines = [x for x in re.split(rb"\r\n|\n|\r", piece.content) if x]
    width, made, malformed = len(piece.source.names), io.StringIO(), []
    writer = csv.writer(made, delimiter=piece.source.delimiter, lineterminator="\n")
    at = place = 0
    while at < len(lines):
        row, taken = _record(lines, at, piece.source.delimiter)
        if row is not None and len(row) == width:
            writer.writerow(row)
        else:
            fault = "not CSV in UTF-8" if row is None else f"{len(row)} cells"
            malformed.append(Malformed(place, lines[at][:SHOWN].decode("utf-8", "replace"), fault))
        at, place = at + taken, place + 1
    return made.getvalue().encode(), malformed


def _record(lines: list[bytes], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at a line, and how many lines it takes; no cells where it is none."""
    for taken in range(1, min(MOST_LINES, len(lines) - at) + 1):
        text = b"\n".join(lines[at : at + taken])
        if text.count(b'"') % 2 == 0 and len(text) <= LONGEST_LINE:
            try:
                rows = list(csv.reader(io.StringIO(text.decode("utf-8"), newline=""), delimiter=delimiter, strict=True))
            except (csv.Error, UnicodeDecodeError):
                continue
            if len(rows) == 1:
                return rows[0], taken
    return None, 1


def _placed(content: bytes, faults: list[tuple[int, str, str]]) -> list[Malformed]:
    """Lines that are no rows, with their place among the records of the piece."""
    if not faults:
        return []
    data = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    outside = np.cumsum(data == ord('"'))[ends] % 2 == 0
    starts = np.concatenate([[0], ends[outside] + 1])
    filled = ~np.isin(data[np.minimum(starts, len(data) - 1)], (ord("\n"), ord("\r"))) & (starts < len(data))
    starts = starts[filled]
    places = np.searchsorted(starts, [at for at, *_ in faults], side="right") - 1
    return [Malformed(int(p), line or "", fault) for p, (_, line, fault) in zip(places, faults, strict=True)]
