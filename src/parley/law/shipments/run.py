"""Duties on files of any size: piece after piece, each written, summed and remembered before the next begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from parley.codes import country, day
from parley.errors import CodeError, InputError
from parley.law.edition import read_schedule
from parley.law.products import SCHEDULES
from parley.law.readings import Reading
from parley.law.regime import Regime, read_regime
from parley.law.shipments import sources
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.duckdb import connect, load
from parley.law.shipments.pieces import Malformed, load_csv, parquet_source, read_rows
from parley.law.shipments.sources import Piece, Source
from parley.law.shipments.sql import DATES, Query, typed
from parley.law.shipments.sql_duty import claim_code, judged
from parley.law.shipments.tables import Compiler, LawTables, compiler
from parley.law.shipments.totals import Report, report
from parley.law.shipments.writing import Work, piece_columns, write_piece

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW = 2000  # rows up to which only their own codes are compiled
SUMMED_ROWS = 1 << 30  # rows of a piece that is only summed
RAW = "(SELECT *, rowid AS k_row FROM raw)"  # the rows of a piece that is held as a table

Progress = Callable[[int, int, int], None]


@dataclass(frozen=True)
class Options:
    """How a run reads its files and what it adds.

    columns: role → column name. destination: who levies, where the file does not say. on: one entry date for all.
    dates: iso, us (MM/DD/YYYY) or eu (DD/MM/YYYY). programmes, fees: more columns. mode: how all goods came, for the
    harbour fee. before: another law to hold each line against. memory: what the engine may use.
    """

    columns: dict[str, str] = field(default_factory=dict)
    destination: str | None = None
    known: str | None = None
    reading: Reading = "law"
    on: str | None = None
    dates: str = "iso"
    whole_dollars: bool = False
    programmes: bool = False
    fees: bool = False
    mode: str | None = None
    before: Regime | None = None
    threads: int = 0
    memory: str = "1GB"
    piece_bytes: int = sources.PIECE_BYTES
    piece_rows: int = sources.PIECE_ROWS


def duties(
    inputs: Sequence[str],
    out: str | Path | None = None,
    *,
    rejects: str | Path | None = None,
    entries: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Report:
    """The duties on every line of some files: written to `out` where given, summed in any case.

    A run that was cut off goes on where its last finished piece ended, if nothing about it has changed.
    """
    start, asked = time.perf_counter(), options or Options()
    _check(asked)
    paths = sources.find_sources([str(x) for x in inputs])
    law = regime or read_regime()
    with Work(paths, out, rejects, entries, asked, law) as work:
        run = _Run(law, asked, work)
        total = sum(Path(p).stat().st_size for p in paths if p != sources.STDIN)
        for number, piece in run.pieces(paths):
            run.safely(number, piece)
            if progress:
                progress(work.rows, piece.ends_at, total)
        work.finish(run.con, run.names)
        return report(work, asked, time.perf_counter() - start)


def _check(asked: Options) -> None:
    if asked.dates not in DATES:
        raise InputError("--dates", f"{asked.dates!r}", ", ".join(DATES))
    if asked.on:
        day(asked.on, "--on")
    if asked.known:
        day(asked.known, "--known")
    if asked.destination:
        country(asked.destination, "destination")


class _Run:
    """The engine and the compiled law of a run, which grow as pieces ask for more. Lives as long as the run."""

    def __init__(self, law: Regime, asked: Options, work: Work) -> None:
        self.law, self.asked, self.work = law, asked, work
        self.con: DuckDBPyConnection = connect(asked.threads, asked.memory, str(work.folder / "spill"))
        self.names: tuple[str, ...] = ()
        self.columns: Columns | None = None
        self.kinds: dict[str, str] = {}
        self._compilers: dict[tuple, tuple[Compiler, set[int], LawTables]] = {}

    def pieces(self, paths: Sequence[str]) -> Iterator[tuple[int, Piece]]:
        """The pieces that are not done yet, numbered over all files."""
        number, done = 0, self.work.done
        for path in paths:
            for piece, kinds in self._of_file(path):
                self._header(piece.source)
                if number >= done:
                    self.kinds = kinds
                    yield number, piece
                number += 1

    def _of_file(self, path: str) -> Iterator[tuple[Piece, dict[str, str]]]:
        if sources.is_parquet(path):
            source, kinds, groups = parquet_source(self.con, path)
            summed = self.work.out is None and not self.work.kept  # sums hold no rows: one piece will do
            for first, last in _spans(groups, SUMMED_ROWS if summed else self.asked.piece_rows):
                yield Piece(source, (first, last), ends_at=last, whole=last - first == sum(groups)), dict(kinds)
            return
        with sources.open_bytes(path) as stream:
            head = sources.read_bytes(stream, sources.HEADER_BYTES)
            source = sources.read_header(head, path)
            self._header(source)
            for piece in sources.csv_pieces(source, stream, head, 0, self.asked.piece_bytes):
                yield piece, dict.fromkeys(source.names, "text")

    def _header(self, source: Source) -> None:
        if self.columns is None:
            optional = ("entry_date",) if self.asked.on else ()
            self.names = source.names
            self.columns = read_columns(source.names, self.asked.columns, source.path, optional)
        elif source.names != self.names:
            raise InputError(source.path, f"columns {', '.join(source.names)[:200]}",
                             f"those of the first file: {', '.join(self.names)[:200]}", "Run it apart")  # fmt: skip

    def safely(self, number: int, piece: Piece) -> None:
        """One piece; bytes of Parquet that cannot be decoded are a fault of the file, not ours."""
        import duckdb

        try:
            self.one(number, piece)
        except (duckdb.Error, UnicodeDecodeError) as error:
            if not piece.source.parquet or isinstance(error, (duckdb.BinderException, duckdb.ParserException)):
                raise
            first, last = piece.rows
            found = f"rows {first + 1} to {last} cannot be decoded: {(str(error).splitlines() or ['?'])[0][:160]}"
            raise InputError(piece.source.path, found, "a whole Parquet file") from None

    def one(self, number: int, piece: Piece) -> None:
        """One piece: judged, written, summed, remembered."""
        malformed: list[Malformed] = []
        if piece.source.parquet:
            source = read_rows(piece)
            if self._asks_rows():
                self.con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT * EXCLUDE (k_row) FROM {source} r")
                source = RAW
        else:
            _, malformed = load_csv(self.con, piece, self.work.folder)
            source = RAW
        parts = self._questions(source)
        if self.work.out is None and self.asked.before is None and not malformed:
            self.work.add(number, self.con, [(q, f"({judged(q, where)})") for q, where in parts])
            return
        write_piece(self.work, self.con, number, parts, malformed, piece.source.path, self.asked, self._before(source))

    def _asks_rows(self) -> bool:
        """Whether a piece is read more than once: for claims, several destinations, a law to compare with."""
        assert self.columns
        several = "destination" in self.columns.of and not self.asked.destination
        return bool(self.columns.claims) or several or self.asked.before is not None

    def _questions(self, source: str, law: Regime | None = None) -> list[tuple[Query, str]]:
        """The query of each destination in a piece, with the rows that it is asked about."""
        assert self.columns
        if self.asked.destination or "destination" not in self.columns.of:
            return [(self._query(country(self.asked.destination or "USA"), source, law), source)]
        u = f"u{self.columns.names.index(self.columns.of['destination'])}"
        found = self.con.execute(f"SELECT DISTINCT CAST({u} AS VARCHAR) FROM {source} r").fetchall()
        by_country: dict[str, list[str | None]] = {}
        for (text,) in found:
            by_country.setdefault(_destination(text), []).append(text)
        if len(by_country) == 1 and "" not in by_country:
            return [(self._query(next(iter(by_country)), source, law), source)]
        parts = []
        for name, texts in sorted(by_country.items()):
            listed = ", ".join("'" + t.replace("'", "''") + "'" for t in texts if t is not None) or "''"
            null = f" OR {u} IS NULL" if None in texts else ""
            rows = f"(SELECT * FROM {source} r WHERE CAST({u} AS VARCHAR) IN ({listed}){null})"
            query = self._query(name or "USA", rows, law)
            parts.append((query if name else _refused(query), rows))
        return parts

    def _query(self, destination: str, rows: str, law: Regime | None) -> Query:
        """The query for a destination; compiles what its rows ask for."""
        side = "before_" if law else ""
        key, prefix = (destination, side), f"{side}{destination.lower()}_"
        held = self._compilers.get(key)
        if held is None or held[0].only is not None:
            only = self._few_codes(destination, rows)
            if held is None or not (only is not None and held[0].only is not None and only <= held[0].only):
                held = self._compile(destination, law, only, prefix)
                self._compilers[key] = held
        made, codes, tables = held
        query = self._asked(tables, prefix)
        if not made.splits:
            return query
        code = claim_code(query, made.splits, "")
        asked = {c for (c,) in self.con.execute(f"SELECT DISTINCT {code} FROM ({typed(query, rows)}) t").fetchall()}
        if not asked <= codes:
            codes |= asked
            tables = made.tables(sorted(codes))
            load(self.con, tables, prefix)
            self._compilers[key] = (made, codes, tables)
        return self._asked(tables, prefix)

    def _compile(
        self, destination: str, law: Regime | None, only: frozenset[str] | None, prefix: str
    ) -> tuple[Compiler, set[int], LawTables]:
        assert self.columns
        known = day(self.asked.known) if self.asked.known else None
        made = compiler(law or self.law, destination, known, self.asked.reading, self.columns.claims, only)
        tables = made.tables()
        load(self.con, tables, prefix)
        return made, set(), tables

    def _asked(self, tables: LawTables, prefix: str) -> Query:
        assert self.columns
        types = {role: self.kinds[name] for role, name in self.columns.of.items()}
        return Query(self.columns, types, tables, on=self.asked.on, whole_dollars=self.asked.whole_dollars,
                     dates=self.asked.dates, prefix=prefix, programmes=self.asked.programmes)  # fmt: skip

    def _few_codes(self, destination: str, rows: str) -> frozenset[str] | None:
        """The schedule's codes that a small piece can mean: compiling those takes a moment. None for a large piece."""
        assert self.columns
        u = f"u{self.columns.names.index(self.columns.of['product'])}"
        texts = self.con.execute(f"SELECT CAST({u} AS VARCHAR) FROM {rows} r LIMIT {FEW + 1}").fetchall()
        if len(texts) > FEW:
            return None
        digits = {"".join(c for c in (text or "")[:30] if c.isdigit()) for (text,) in texts}
        near = {d[:8] for d in digits} | {f"0{d}"[:8] for d in digits}
        return frozenset(x.code for x in read_schedule(destination).lines if x.code[:8] in near)

    def _before(self, source: str) -> list[tuple[Query, str]]:
        return self._questions(source, self.asked.before) if self.asked.before else []


def _refused(query: Query) -> Query:
    """A query whose rows all have a destination that the package holds no schedule of."""
    from dataclasses import replace

    return replace(query, refused=True)


def _destination(text: str | None) -> str:
    """The destination that a text names; nothing where the package holds no schedule of it."""
    try:
        name = country(text or "", "destination")
    except CodeError:
        return ""
    return name if name in SCHEDULES else ""


def _spans(groups: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Runs of whole row groups of about so many rows."""
    first = at = 0
    for rows in groups:
        if at > first and at + rows - first > size:
            yield first, at
            first = at
        at += rows
    if at > first:
        yield first, at


__all__ = ["Options", "Report", "duties", "piece_columns"]
