"""A run's work folder: finished pieces, their sums, and a journal of them, so that a run cut off at any moment goes on.

A piece counts once its line stands in the journal; what was written behind the last such line is cut away. The output
appears under its own name in one step, when everything is done.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import __version__
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.entries import write_entries
from parley.law.shipments.kept_law import law_files
from parley.law.shipments.parquet_join import Beside, one_parquet, set_beside, with_own_columns
from parley.law.shipments.pieces import Malformed, name_sql, text_sql
from parley.law.shipments.reject_rows import HEADER, write_rejects
from parley.law.shipments.rejects import REASONS
from parley.law.shipments.shown import RESULT, kept_columns, result_columns, sums_sql
from parley.law.shipments.sql import Query
from parley.law.shipments.sql_duty import judged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.shipments.run import Options

BEFORE = ("duty_rate_before", "duty_before", "duty_change")


class Work:
    """The folder of one run beside its output; without an output, a temporary one."""

    def __init__(
        self, paths: Sequence[str], out: Any, rejects: Any, entries: Any, asked: Options, law: Regime | None
    ) -> None:
        self.out = Path(out) if out else None
        self.entries = Path(entries) if entries else None
        self.wanted = bool(rejects)
        self.rejects = Path(rejects) if rejects else self.out and self.out.with_name(self.out.name + ".rejects.csv")
        for path in (self.out, self.entries, Path(rejects) if rejects else None):
            if path is not None and not path.absolute().parent.is_dir():
                raise InputError(str(path), f"no folder {path.parent}", "a folder that exists")
            if path is not None and str(path) in paths:
                raise InputError(str(path), "it is also an input", "a name of its own for the output")
        self.journal: list[dict[str, Any]] = []
        self.print = _fingerprint(paths, asked, law, self.entries)
        self.home = self.out or Path(rejects or entries or "")
        self.kept = bool(out or rejects or entries)
        self.asked = asked

    def __enter__(self) -> Work:
        if not self.kept:
            self.folder = Path(tempfile.mkdtemp(prefix="parley-duties-"))
        else:
            self.folder = self.home.with_name(self.home.name + ".parley-work")
            self.folder.mkdir(exist_ok=True)
            self._take_up()
        self.resumed_rows = self.rows
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if not self.kept or kind is None or not self.journal:  # nothing is done that a later run could go on from
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def done(self) -> int:
        """How many pieces are finished."""
        return len(self.journal)

    @property
    def rows(self) -> int:
        """How many rows the finished pieces hold."""
        return sum(p["rows"] for p in self.journal)

    @property
    def as_parquet(self) -> bool:
        """Whether the output is Parquet, by its name."""
        return self.out is not None and self.out.suffix.lower() in (".parquet", ".pq")

    def rows_of(self, path: str) -> int:
        """The rows of a file that are done."""
        return sum(p["rows"] for p in self.journal if p["path"] == path)

    def _take_up(self) -> None:
        """Reads the journal of an earlier run on the same question; starts anew where there is none."""
        journal = self.folder / "journal"
        lines = journal.read_text("utf-8").split("\n")[:-1] if journal.exists() else []
        if not lines or json.loads(lines[0]) != self.print:
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            _append(journal, json.dumps(self.print) + "\n")
            return
        self.journal = [json.loads(line) for line in lines[1:]]
        os.truncate(journal, sum(len(line.encode()) + 1 for line in lines))
        for name in ("out", "rejects"):
            held = self.folder / name
            if held.exists():
                os.truncate(held, self.journal[-1][name] if self.journal else 0)

    def remember(
        self, number: int, path: str, sums: list, reasons: dict[str, int], malformed: int, beside: int | None = None
    ) -> None:
        """A piece is finished: its sums and the lengths of what was written, on disk before the next begins.

        beside: the piece's first row in its file, where its part holds the result's columns alone.
        """
        sizes = {n: _synced(self.folder / n) if self.kept else 0 for n in ("out", "rejects")}
        rows = sum(r[2] for r in sums) + malformed
        line = {
            "piece": number,
            "path": path,
            "rows": rows,
            "sums": sums,
            "reasons": reasons,
            "malformed": malformed,
            "beside": beside,
            **sizes,
        }
        self.journal.append(line)
        if self.kept:
            _append(self.folder / "journal", json.dumps(line) + "\n")

    def add(self, number: int, con: DuckDBPyConnection, parts: Sequence[tuple[Query, str]]) -> None:
        """A piece that is only summed."""
        sums = [row for q, rows in parts for row in piece_sums(con, q, f"{rows} j")]
        self.remember(number, "", sums, {}, 0)

    def finish(self, con: DuckDBPyConnection, names: Sequence[str]) -> None:
        """The outputs under their own names, the rows last: where they stand, the rest does too.

        What is missing here was put in its place by a run that was killed right behind that.
        """
        held = self.folder / "rejects"
        if self.rejects and held.exists() and (self.wanted or any(p["reasons"] for p in self.journal)):
            os.replace(held, self.rejects)
        if self.entries:
            write_entries(con, sorted(self.folder.glob("entries-*.parquet")), self.folder / "entries.csv")
            os.replace(self.folder / "entries.csv", self.entries)
        if self.out is not None and self.as_parquet:
            self._join(con, own_columns(names, RESULT))
            _synced(self.folder / "whole.parquet")
            os.replace(self.folder / "whole.parquet", self.out)
        elif self.out is not None and (self.folder / "out").exists():
            os.replace(self.folder / "out", self.out)

    def _join(self, con: DuckDBPyConnection, own: dict[str, str]) -> None:
        """The parts as one file: results beside the columns of the files that they are of, as far as there are such."""
        parts, whole = sorted(self.folder.glob("part-*.parquet")), self.folder / "whole.parquet"
        places = zip(parts, self.journal, strict=True)
        beside = [Beside(x, p["path"], p["beside"]) for x, p in places if p["beside"] is not None]
        names = [*own, *RESULT]
        if beside and len(beside) == len(parts) and set_beside(beside, names, whole):
            return
        for part in beside:
            with_own_columns(con, part, names)
        one_parquet(con, parts, whole)


def own_columns(names: Sequence[str], taken: Sequence[str]) -> dict[str, str]:
    """The file's own columns in the output, and inside the query; one of a result's name gives way."""
    return {(f"{n}_input" if n in taken else n): f"u{j}" for j, n in enumerate(names)}


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
    work.remember(number, path, sums, reasons, len(malformed))


def tell_piece(
    work: Work,
    con: DuckDBPyConnection,
    number: int,
    parts: Sequence[tuple[Query, str]],
    malformed: Sequence[Malformed],
    path: str,
    first: int | None = None,
    rejects: str = "rejects",
) -> tuple[list, dict[str, int]]:
    """The sums of a judged piece and how often each reason occurs; its rejects are written.

    first: rows of the file before the piece, where not all of them are remembered. rejects: the file in the work folder.
    """
    sums = [row for j, (q, _) in enumerate(parts) for row in piece_sums(con, q, f"piece_{j}")]
    reasons: dict[str, int] = {}
    for j, _ in enumerate(parts):
        for code, count in con.execute(
            f"SELECT z_reject, count(*) FROM piece_{j} WHERE z_reject <> 0 GROUP BY 1"
        ).fetchall():
            name = f"{REASONS[code].role}: {REASONS[code].sentence}"
            reasons[name] = reasons.get(name, 0) + count
    if malformed:
        reasons[f"row: {REASONS[16].sentence}"] = len(malformed)
    if work.rejects and (reasons or number == 0):
        tables = [(q, f"piece_{j}") for j, (q, _) in enumerate(parts)]
        before = work.rows_of(path) if first is None else first
        write_rejects(con, tables, malformed, path, before, work.folder / rejects, first is None)
    return sums, reasons


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
        con.execute(f"COPY ({query}) TO {text_sql(str(part) + '.new')} (FORMAT parquet)")
        _synced(Path(f"{part}.new"))
        os.replace(f"{part}.new", part)
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


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _synced(path: Path) -> int:
    """The size of a file that is safely on disk; 0 where there is none."""
    if not path.exists():
        return 0
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return path.stat().st_size


def _fingerprint(paths: Sequence[str], asked: Options, law: Regime | None, entries: Path | None) -> list[str]:
    """What a run is about: files with sizes and times, options, law, version."""
    import msgspec

    files = [f"{p} {os.stat(p).st_size} {os.stat(p).st_mtime_ns}" if p != "-" else p for p in paths]
    packaged = [] if law else law_files()
    acts = hashlib.sha256(
        msgspec.json.encode([law.measures if law else packaged, asked.before.measures if asked.before else ()])
    ).hexdigest()
    told = {k: v for k, v in vars(asked).items() if k not in ("before", "threads", "memory")}
    return [__version__, *files, repr(sorted(told.items())), acts, str(entries or "")]


__all__ = ["HEADER", "Work", "piece_columns", "write_piece"]
