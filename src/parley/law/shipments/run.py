"""Duties on files of any size: piece after piece, each judged, written, summed and remembered before the next begins."""

from __future__ import annotations

import itertools
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from parley.arguments import FileName, checked
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.chunks import Piece, pieces_of
from parley.law.shipments.columns import read_columns
from parley.law.shipments.compile.law import compile_law
from parley.law.shipments.options import Options
from parley.law.shipments.sources import File, find_files
from parley.law.shipments.totals import Report, report
from parley.law.shipments.work import Work
from parley.law.shipments.write import Done, Writer

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
    pieces: Iterable[tuple[int, Piece]], judge: Callable[[int, Piece], Done], threads: int
) -> Iterator[tuple[Piece, Done]]:
    """Each piece with what was made of it, in order; some threads work ahead."""
    waiting: deque[tuple[Piece, Future[Done]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for number, piece in pieces:
            waiting.append((piece, pool.submit(judge, number, piece)))
            if len(waiting) > threads:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)


def _next(waiting: deque[tuple[Piece, Future[Done]]]) -> tuple[Piece, Done]:
    piece, future = waiting.popleft()
    return piece, future.result()


__all__ = ["Options", "Progress", "Report", "duties"]
