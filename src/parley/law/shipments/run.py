"""Duties on files of any size: piece after piece, each written, summed and remembered before the next begins."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from parley.codes import country, day
from parley.errors import InputError
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments import sources
from parley.law.shipments.columns import read_columns
from parley.law.shipments.duckdb import connect
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_read import CSV_ROW, can_gather, has_pyarrow, warm
from parley.law.shipments.gathered import gathered
from parley.law.shipments.parquet_beside import can_stand_beside
from parley.law.shipments.pieces import Malformed, decoding, load_csv, parquet_source, read_rows
from parley.law.shipments.questions import Questions
from parley.law.shipments.sources import Piece, Source, groups_by_span, spans_of
from parley.law.shipments.sql import DATES, Query
from parley.law.shipments.sql_duty import judged
from parley.law.shipments.totals import Report, report
from parley.law.shipments.work import Work
from parley.law.shipments.writing import piece_columns, write_piece

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MUCH = 1 << 22  # bytes of input beside which loading pyarrow early is nothing
FEW_BYTES = 1 << 20  # of a CSV up to which only its own codes are compiled
SUMMED_BYTES = 16 << 20  # of CSV that is only summed or goes by gather: they fit the processor's cache better
SUMMED_ROWS = 1 << 30  # rows of a piece that is only summed
RAW = "(SELECT *, rowid AS k_row FROM raw)"  # the rows of a piece that is held as a table

Progress = Callable[[int, int, int], None]

MANY_BYTES = 64 << 20  # of input: every outcome that the law allows is asked for once and kept


@dataclass(frozen=True)
class Options:
    """How a run reads its files and what it adds.

    columns: role → column name. destination: who levies, where the file does not say. on: one entry date for all.
    dates: iso, us (MM/DD/YYYY) or eu (DD/MM/YYYY). programmes, fees: more columns. mode: how all goods came, for the
    harbour fee. before: another law to hold each line against. as_scheduled: rows after the last day to which the law was
    read too, by what was scheduled then; otherwise they are refused. memory: what the engine may use. gather_from: rows of
    a Parquet file from which the fast way is taken (gather.py).
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
    as_scheduled: bool = False
    threads: int = 0
    memory: str = "1GB"
    piece_bytes: int = sources.PIECE_BYTES
    piece_rows: int = sources.PIECE_ROWS
    gather_from: int = 50_000


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
    asked = replace(asked, fees=True) if entries else asked
    _check(asked)
    paths = sources.find_sources([str(x) for x in inputs])
    if sum(Path(p).stat().st_size for p in paths if p != sources.STDIN) > MUCH and has_pyarrow():
        Thread(target=warm, daemon=True).start()
    with Work(paths, out, rejects, entries, asked, regime) as work:
        total = sum(Path(p).stat().st_size for p in paths if p != sources.STDIN)
        run = _Run(regime, asked, work, total >= MANY_BYTES)
        for piece in run.finished(paths):
            if progress:
                progress(work.rows + run.summed, piece.ends_at, total)
        if not work.done:
            raise InputError(", ".join(paths)[:200], "no rows below the header", "a file with rows")
        work.finish(run.con)
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

    def __init__(self, law: Regime | None, asked: Options, work: Work, much: bool = False) -> None:
        self.asked, self.work, self.much = asked, work, much
        self.con: DuckDBPyConnection = connect(asked.threads, asked.memory, str(work.folder / "spill"))
        self.ask = Questions(self.con, law, asked)
        self.gather_law: GatherLaw | None = None
        self.splices = False  # whether lines of this file can stand in the output as they are
        self.summed = 0  # rows that are summed and not remembered yet

    def finished(self, paths: Sequence[str]) -> Iterator[Piece]:
        """The pieces that are not done yet, each once it is remembered."""
        count = itertools.count()
        for path in paths:
            pieces, query, groups = self._parquet(path) if sources.is_parquet(path) else self._csv(path)
            left = ((n, p) for p in pieces if (n := next(count)) >= self.work.done)
            if query:
                yield from gathered(self, path, query, left, groups, self.splices)
            else:
                for number, piece in left:
                    self.safely(number, piece)
                    yield piece

    def _parquet(self, path: str) -> tuple[Iterator[Piece], Query | None, dict[int, list[int]] | None]:
        """A file's pieces; its query where a gather will do; the row groups of each piece by its first row."""
        source, kinds, groups = parquet_source(self.con, path)
        self._header(source)
        self.ask.kinds = dict(kinds)
        stands = self.work.as_parquet and can_stand_beside(path)
        fits = self._fits(sum(groups), path, whole=self.work.out is not None and not stands)
        beside = bool(fits and groups) and stands
        spans = list(spans_of(groups, self._piece_rows(fits, beside)))
        pieces = [Piece(source, (a, b), ends_at=b, whole=b - a == sum(groups)) for a, b in spans]
        if not fits or not pieces:
            return iter(pieces), None, None
        whole = Piece(source, (0, sum(groups)), whole=True)  # one law for the whole file
        with decoding(path):
            query = self._query(read_rows(whole))
        return iter(pieces), query, groups_by_span(groups, spans) if beside else None

    def _piece_rows(self, fits: bool, beside: bool) -> int:
        """How many rows of Parquet a piece holds: more where less is held of each."""
        if self.work.out is None and not self.work.kept and not fits:  # the query's sums hold no rows
            return SUMMED_ROWS
        return self.asked.piece_rows // 2 if beside else self.asked.piece_rows  # its results are held until their turn

    def _csv(self, path: str) -> tuple[Iterator[Piece], Query | None, None]:
        """A file's pieces, and its query where a gather will do."""
        pieces = self._csv_pieces(path)
        first = next(pieces, None)
        if first is None:
            return iter(()), None, None
        every = itertools.chain([first], pieces)
        if not self._fits(len(first.content) // CSV_ROW):
            return every, None, None
        if len(first.content) > min(FEW_BYTES, self.asked.piece_bytes // 2):
            return every, self._query(""), None
        load_csv(self.con, first, self.work.folder)
        return every, self._query(RAW), None

    def _csv_pieces(self, path: str) -> Iterator[Piece]:
        with sources.open_bytes(path) as stream:
            head = sources.read_bytes(stream, sources.HEADER_BYTES)
            source = sources.read_header(head, path)
            self._header(source)
            self.ask.kinds = dict.fromkeys(source.names, "text")
            small = not self.work.kept or self._can_gather()
            most = min(self.asked.piece_bytes, SUMMED_BYTES if small else self.asked.piece_bytes)
            yield from sources.csv_pieces(source, stream, head, 0, most)

    def _fits(self, rows: int, parquet: str = "", whole: bool = True) -> bool:
        """Whether a gather will do for a file of about so many rows."""
        return rows >= self.asked.gather_from and self._can_gather(parquet, whole)

    def _can_gather(self, parquet: str = "", whole: bool = True) -> bool:
        work, columns = self.work, self.ask.columns
        if work.entries or (work.kept and work.out is None) or not has_pyarrow():
            return False
        assert columns
        return can_gather(columns, self.asked, parquet, whole)

    def _query(self, rows: str) -> Query:
        return self.ask.query(country(self.asked.destination or "USA"), rows)

    def _header(self, source: Source) -> None:
        to_csv = self.work.out is not None and not self.work.as_parquet
        self.splices = to_csv and not source.parquet and source.delimiter == ","
        if self.ask.columns is None:
            optional = ("entry_date",) if self.asked.on else ()
            self.work.names = source.names
            self.ask.columns = read_columns(source.names, self.asked.columns, source.path, optional)
        elif source.names != self.work.names:
            raise InputError(source.path, f"columns {', '.join(source.names)[:200]}",
                             f"those of the first file: {', '.join(self.work.names)[:200]}", "Run it apart")  # fmt: skip

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
        parts = self.ask.of(source)
        if not self.work.kept and self.asked.before is None and not malformed:
            self.work.add(number, self.con, [(q, f"({judged(q, where)})") for q, where in parts])
            return
        write_piece(self.work, self.con, number, parts, malformed, piece.source.path, self.asked, self._before(source))

    def _asks_rows(self) -> bool:
        """Whether a piece is read more than once: for claims, several destinations, a law to compare with."""
        columns = self.ask.columns
        assert columns
        several = "destination" in columns.of and not self.asked.destination
        return bool(columns.claims) or several or self.asked.before is not None

    def _before(self, source: str) -> list[tuple[Query, str]]:
        return self.ask.of(source, self.asked.before) if self.asked.before else []


__all__ = ["Options", "Report", "duties", "piece_columns"]
