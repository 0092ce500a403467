"""Duties on files of any size: piece after piece, each judged, written, summed and remembered before the next begins."""

from __future__ import annotations

import itertools
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.chunks import Piece, decoding, pieces_of
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.compile.law import FEW, compile_law
from parley.law.shipments.options import Options
from parley.law.shipments.read import Reader, product_texts
from parley.law.shipments.sources import STDIN, File, find_files
from parley.law.shipments.totals import Report, report
from parley.law.shipments.work import Work
from parley.law.shipments.write import Done, Writer

SMALL_BYTES, SMALL_FILES = 1 << 20, 100  # of inputs whose own codes alone may be compiled

Progress = Callable[[int, int, int], None]


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
    asked.check()
    files = find_files([str(x) for x in inputs])
    with Work(files, out, rejects, entries, asked, regime) as work:
        if not work.finished:
            total = sum(f.size for f in files)
            for piece in _finished(files, work, asked, regime):
                if progress:
                    progress(work.rows, piece.ends_at, total)
        if not work.done:
            raise InputError(", ".join(f.path for f in files)[:200], "no rows below the header", "a file with rows")
        work.finish()
        return report(work, asked, time.perf_counter() - start)


def _finished(files: Sequence[File], work: Work, asked: Options, regime: Regime | None) -> Iterator[Piece]:
    """The pieces that are not done yet, each once it is remembered; then the outputs are whole."""
    pieces = _pieces(files, asked)
    first = next(pieces, None)
    if first is None:
        return
    columns = read_columns(first.source.names, asked.columns, first.source.path, ("entry_date",) if asked.on else ())
    seen, products = _small(first, pieces, files, columns)
    law = compile_law(columns, asked, regime, products)
    before = compile_law(columns, asked, asked.before, products) if asked.before else None
    writer = Writer(work, files, first.source, asked, law, before)
    writer.reader.look(first)
    left = itertools.islice(enumerate(itertools.chain(seen, pieces)), work.done, None)
    try:
        for piece, done in in_order(left, writer.judge, asked.threads or os.cpu_count() or 2):
            writer.add(piece, done)
            yield piece
        if work.done:
            writer.finish()
    finally:
        writer.close()
    for compiled in (law, before):
        if compiled:
            compiled.keep()


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


def _small(
    first: Piece, pieces: Iterator[Piece], files: Sequence[File], columns: Columns
) -> tuple[list[Piece], list[str | None] | None]:
    """The pieces that were looked at, and the product texts of small inputs, looked at whole; else None."""
    if sum(f.size for f in files) > SMALL_BYTES:
        return [first], None
    most = 1 if any(f.path == STDIN for f in files) else SMALL_FILES
    seen = [first, *itertools.islice(pieces, most)]
    if len(seen) > most:
        return seen, None
    with decoding(first.source.path):
        return seen, product_texts(seen, Reader(columns, ("product",)), FEW)


def in_order(
    pieces: Iterable[tuple[int, Piece]], judge: Callable[[int, Piece], Done], threads: int
) -> Iterator[tuple[Piece, Done]]:
    """Each piece with what was made of it, in order; some threads work ahead."""
    waiting: deque[tuple[Piece, Future[Done]]] = deque()
    left = iter(pieces)
    with ThreadPoolExecutor(threads) as pool:
        for number, piece in itertools.islice(left, threads + 1):
            waiting.append((piece, pool.submit(judge, number, piece)))
        while waiting:
            piece, future = waiting.popleft()
            done = future.result()
            for number, more in itertools.islice(left, 1):
                waiting.append((more, pool.submit(judge, number, more)))
            yield piece, done
            del done, future


__all__ = ["Options", "Progress", "Report", "duties"]
