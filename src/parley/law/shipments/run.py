"""Duties on files of any size: piece after piece, each judged, written, summed and remembered before the next begins."""

from __future__ import annotations

import itertools
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley.arguments import FileName, checked
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments import results
from parley.law.shipments.arrow import pa, pq
from parley.law.shipments.chunks import Piece, Source, pieces_of
from parley.law.shipments.columns import own_columns, read_columns
from parley.law.shipments.compile.law import Law, compile_law
from parley.law.shipments.judge import judge
from parley.law.shipments.options import Options
from parley.law.shipments.read import REPEATED, ROLES, Reader
from parley.law.shipments.rows_out import CsvOutput, ParquetOutput
from parley.law.shipments.sources import File, decoding, find_files
from parley.law.shipments.totals import Report, Sums, report
from parley.law.shipments.work import Work

Progress = Callable[[int, int, int], None]


@checked
def duties(
    inputs: Sequence[FileName],
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
    asked.check()
    files = find_files([str(x) for x in inputs])
    with Work(files, out, rejects, entries, asked, regime) as work:
        _run(files, work, asked, regime, progress or (lambda *_: None))
        return report(work, asked, time.perf_counter() - start)


def _run(files: Sequence[File], work: Work, asked: Options, regime: Regime | None, progress: Progress) -> None:
    """Every piece that is not done yet; then the outputs in their places."""
    pieces = _pieces(files, asked)
    first = next(pieces, None)
    if first is None:
        raise InputError(", ".join(f.path for f in files)[:200], "no rows below the header", "a file with rows")
    columns = read_columns(first.source.names, asked.columns, first.source.path, ("entry_date",) if asked.on else ())
    laws = [compile_law(columns, asked, law) for law in (regime, *filter(None, [asked.before]))]
    writer, total = Writer(work, files, first.source, laws), sum(f.size for f in files)
    left = itertools.islice(enumerate(itertools.chain([first], pieces)), work.state.pieces, None)
    try:
        for piece, done in in_order(left, writer.judge, asked.threads or os.cpu_count() or 2):
            writer.add(piece, done)
            progress(work.state.rows, piece.ends_at, total)
        work.finish(writer.finish())
    except BaseException:
        with suppress(OSError):  # of which the first error tells
            writer.close()
        raise
    for law in laws:
        law.keep()


def _pieces(files: Sequence[File], asked: Options) -> Iterator[Piece]:
    """The pieces of all files, which must have the columns of the first."""
    names: tuple[str, ...] = ()
    for file in files:
        for piece in pieces_of(file, asked.piece_bytes, asked.piece_rows):
            names = names or piece.source.names
            if piece.source.names != names:
                raise InputError(file.path, f"columns {', '.join(piece.source.names)[:200]}",
                                 f"those of the first file: {', '.join(names)[:200]}", "Run it apart")  # fmt: skip
            yield piece


def in_order(
    pieces: Iterator[tuple[int, Piece]], judge: Callable[[int, Piece], Done], threads: int
) -> Iterator[tuple[Piece, Done]]:
    """Each piece with what was made of it, in order; some threads work ahead."""
    with ThreadPoolExecutor(threads) as pool:
        begun = ((piece, pool.submit(judge, number, piece)) for number, piece in pieces)
        waiting = deque(itertools.islice(begun, threads))
        while waiting:
            waiting.extend(itertools.islice(begun, 1))
            piece, made = waiting.popleft()
            yield piece, made.result()


@dataclass
class Done:
    """What comes of a piece: its sums under each law, lines that are no rows among them; the lines that are refused; its part of
    the output; its lines for sums by entry."""

    sums: list[Sums]
    refused: pa.Table
    part: Any
    entries: list[pa.Table]


class Writer:
    """Judges pieces, in any order and thread, and adds what comes of them to the outputs, in theirs.

    laws: the one asked about, and the one that lines are held against, if any.
    """

    def __init__(self, work: Work, files: Sequence[File], first: Source, laws: Sequence[Law]) -> None:
        self.work, self.laws, self.whole, law, asked = work, laws, True, laws[0], laws[0].asked
        self.rejects = results.RejectRows(work.folder / "rejects", law.columns.of)
        self.out = _output(work, files, first, laws)
        roles = {*ROLES, "mode" if asked.fees else "", "entry" if work.entries else ""}
        roles |= set() if asked.destination else {"destination"}
        splices = self.out is not None and self.out.splices
        self.reader = Reader(law.columns, tuple(roles), self.out is not None and not splices, splices)

    def judge(self, number: int, piece: Piece) -> Done:
        """A piece read, judged and made ready to be written."""
        law, at = self.laws[0], 0
        refused, entries, shown = [], [], []
        with decoding(piece.source.path):  # texts are decoded when they are first looked at
            rows = self.reader.read(piece)
            sums = [Sums.none(len(rows.malformed))] * len(self.laws)
            for batch in rows.batches:
                judged = [judge(law, batch) for law in self.laws]
                sums = [a.merge(Sums.of(b)) for a, b in zip(sums, judged, strict=True)]
                if self.out or self.work.rejects:
                    refused.append((at, results.refused_of(law, batch, judged[0])))
                if self.out:
                    shown.append([*results.result_columns(law, batch, *judged, refused=refused[-1][1]).values()])
                if self.work.entries:
                    names = batch.column("entry") if "entry" in batch.schema.names else None
                    entries.append(results.entry_lines(judged[0], names, number, at))
                at += len(batch)
        part = self.out.made(piece, rows, shown) if self.out else None
        return Done(sums, results.refused_lines(refused, rows), part, entries)

    def add(self, piece: Piece, done: Done) -> None:
        """A piece at the end of the outputs; then it counts."""
        work, path, self.whole = self.work, piece.source.path, False
        if self.out is not None:
            self.out.add(done.part)
        if work.rejects:
            self.rejects.add(done.refused, path, work.state.rows_of.get(path, 0))
        if done.entries:
            pq.write_table(results.summed(done.entries), work.folder / f"entries-{work.state.pieces:06}.parquet")
        work.count(path, done.sums)
        self.whole = True
        if work.is_due:
            self.close()

    def close(self) -> None:
        """All that counts is on disk, unless a piece is there in part."""
        if self.out is not None:
            self.out.close()
        if self.whole:
            self.work.keep()

    def finish(self) -> Path | None:
        """The rows, once all outputs are whole. Where that fails, what was kept before it stands: pieces that can be ended anew."""
        self.close()
        self.whole = False
        if self.work.entries:
            parts = sorted(self.work.folder.glob("entries-*.parquet"))
            results.write_entries(parts, self.work.folder / "entries", self.laws[0].asked.memory)
        self.rejects.finish()
        return self.out.finish() if self.out is not None else None


def _output(work: Work, files: Sequence[File], first: Source, laws: Sequence[Law]) -> CsvOutput | ParquetOutput | None:
    """How rows are written; None where they are only summed."""
    if work.out is None:
        return None
    result = results.result_kinds(*laws)
    own = own_columns(first.names, [*result])
    if work.out.suffix.lower() in (".parquet", ".pq"):
        words = laws[0].columns.held(REPEATED)
        coded = [shown for name, shown in zip(first.names, own, strict=True) if name in words]
        return ParquetOutput(work.folder, files, first, own, result, coded)
    splices = first.footer is None and first.delimiter == "," and len(files) == 1
    return CsvOutput(work.folder / "out", [*own, *result], splices)
