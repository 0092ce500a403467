"""Duties on files of any size: piece after piece, each written, summed and remembered before the next begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parley.codes import country, day
from parley.errors import InputError
from parley.law.edition import read_schedule
from parley.law.readings import Reading
from parley.law.regime import Regime, read_regime
from parley.law.shipments import sources
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.destinations import destination_of, refused
from parley.law.shipments.duckdb import connect, load
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_run import can_gather
from parley.law.shipments.gathered import gathered
from parley.law.shipments.kept_law import kept_or_made, law_key
from parley.law.shipments.pieces import Malformed, load_csv, parquet_source, read_rows
from parley.law.shipments.sources import Piece, Source, spans_of
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
    harbour fee. before: another law to hold each line against. memory: what the engine may use. gather_from: rows of a Parquet file from
    which the fast way is taken (gather.py).
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
    law = regime or read_regime()
    with Work(paths, out, rejects, entries, asked, law) as work:
        run = _Run(law, asked, work)
        total = sum(Path(p).stat().st_size for p in paths if p != sources.STDIN)
        for piece in run.finished(paths):
            if progress:
                progress(work.rows, piece.ends_at, total)
        if not work.done:
            raise InputError(", ".join(paths)[:200], "no rows below the header", "a file with rows")
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
        self.number = 0
        self.gather_law: GatherLaw | None = None
        self._compilers: dict[tuple, tuple[Compiler | None, set[int], LawTables]] = {}

    def finished(self, paths: Sequence[str]) -> Iterator[Piece]:
        """The pieces that are not done yet, each once it is remembered."""
        number = 0
        for path in paths:
            gathered = self._gathered(path, number)
            if gathered is not None:
                yield from gathered
                number = self.number
                continue
            for piece, kinds in self._of_file(path):
                self._header(piece.source)
                if number >= self.work.done:
                    self.kinds = kinds
                    self.safely(number, piece)
                    yield piece
                number += 1

    def _gathered(self, path: str, number: int) -> Iterator[Piece] | None:
        """A Parquet file's pieces by gather, where the question allows it; self.number is then the next piece's."""
        work = self.work
        if not sources.is_parquet(path) or (work.kept and not work.as_parquet) or work.entries:
            return None
        source, kinds, groups = parquet_source(self.con, path)
        self._header(source)
        assert self.columns
        try:
            fits = can_gather(path, self.columns, self.asked, sum(groups))
        except (OSError, ValueError):
            return None
        if not fits:
            return None
        self.kinds = dict(kinds)
        spans = list(spans_of(groups, self.asked.piece_rows))
        pieces = [(number + j, Piece(source, span, ends_at=span[1])) for j, span in enumerate(spans)]
        self.number = number + len(pieces)
        return gathered(self, [(n, p) for n, p in pieces if n >= work.done], path)

    def _of_file(self, path: str) -> Iterator[tuple[Piece, dict[str, str]]]:
        if sources.is_parquet(path):
            source, kinds, groups = parquet_source(self.con, path)
            summed = self.work.out is None and not self.work.kept  # sums hold no rows: one piece will do
            for first, last in spans_of(groups, SUMMED_ROWS if summed else self.asked.piece_rows):
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
        if not self.work.kept and self.asked.before is None and not malformed:
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
            return [(self.query(country(self.asked.destination or "USA"), source, law), source)]
        u = f"u{self.columns.names.index(self.columns.of['destination'])}"
        found = self.con.execute(f"SELECT DISTINCT CAST({u} AS VARCHAR) FROM {source} r").fetchall()
        by_country: dict[str, list[str | None]] = {}
        for (text,) in found:
            by_country.setdefault(destination_of(text), []).append(text)
        if len(by_country) == 1 and "" not in by_country:
            return [(self.query(next(iter(by_country)), source, law), source)]
        parts = []
        for name, texts in sorted(by_country.items()):
            listed = ", ".join("'" + t.replace("'", "''") + "'" for t in texts if t is not None) or "''"
            null = f" OR {u} IS NULL" if None in texts else ""
            rows = f"(SELECT * FROM {source} r WHERE CAST({u} AS VARCHAR) IN ({listed}){null})"
            query = self.query(name or "USA", rows, law)
            parts.append((query if name else refused(query), rows))
        return parts

    def query(self, destination: str, rows: str, law: Regime | None) -> Query:
        """The query for a destination; compiles what its rows ask for."""
        side = "before_" if law else ""
        key, prefix = (destination, side), f"{side}{destination.lower()}_"
        held = self._compilers.get(key)
        part = held[0].only if held and held[0] else None  # the codes that were compiled; None: all
        if held is None or part is not None:
            only = self._few_codes(destination, rows)
            if held is None or part is None or only is None or not only <= part:
                held = self._compile(destination, law, only, prefix)
                self._compilers[key] = held
        made, codes, tables = held
        query = self._asked(tables, prefix)
        if made is None or not made.splits:
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
    ) -> tuple[Compiler | None, set[int], LawTables]:
        """The law's tables, loaded; those of a whole schedule without claims are kept in the user's cache."""
        assert self.columns
        known = day(self.asked.known) if self.asked.known else None
        given = (law or self.law, destination, known, self.asked.reading)
        claims = self.columns.claims

        def make() -> tuple[Compiler, LawTables]:
            made = compiler(*given, claims, only)
            tables = made.tables()
            load(self.con, tables, prefix)
            return made, tables

        if only is None and not claims:
            tables = kept_or_made(self.con, law_key(*given), prefix, destination, lambda: make()[1])
            return None, set(), tables
        made, tables = make()
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
        lines = read_schedule(destination).lines
        return frozenset(x.code for x in lines if x.code[:8] in near) or frozenset({lines[0].code})  # never no table

    def _before(self, source: str) -> list[tuple[Query, str]]:
        return self._questions(source, self.asked.before) if self.asked.before else []


__all__ = ["Options", "Report", "duties", "piece_columns"]
