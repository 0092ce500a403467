"""Duties on files of any size: piece after piece, each judged, written, summed and remembered before the next begins.

A run's work folder holds what its finished pieces wrote, and one file of their sums, so that a run cut off at any moment goes on.
The file `state` is replaced whole once all that it tells of is on disk: every other minute, and where a run ends in an orderly
way. It holds the size and a checksum of each file then; what was written later is cut away, and where one is not what it was the
run begins anew. An output appears under its own name in one step.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from parley import __version__, outputs
from parley.arguments import FileName, checked
from parley.drafts import Written, checksum, kept_work_folder
from parley.errors import InputError
from parley.law.kept_arrays import of_files
from parley.law.regime import Regime
from parley.law.shipments import results
from parley.law.shipments.arrow import pa, pq
from parley.law.shipments.chunks import Piece, Source, pieces_of
from parley.law.shipments.columns import Options, own_columns, read_columns
from parley.law.shipments.compile.law import Law, compile_law, packed, unpacked
from parley.law.shipments.judge import judge
from parley.law.shipments.read import REPEATED, ROLES, Reader
from parley.law.shipments.results import Places
from parley.law.shipments.rows_out import CsvOutput, ParquetOutput
from parley.law.shipments.sources import STDIN, File, decoding, find_files, is_remote
from parley.law.shipments.totals import Report, Sums, difference_of, report_of
from parley.locks import locked_folder

SAFE_EVERY = 120.0  # seconds of work that a kill may cost
STATE = "state"
CHANGED = "{} is not what the run that was cut off had written: all rows were computed anew"
NO_PLACE = "rows without a duty are listed nowhere: beside a device or a pipe is no place; name one with --rejects"
ONE_SIDED = (
    "rows without a duty: {} before, {} now; a row that has a duty under one of the two laws alone is in one total alone, "
    "and so in the change"
)
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
    amend: Callable[[Report, Places], tuple[Report, Places]] | None = None,
) -> Report:
    """The duties on every line of some files: written to `out` where given, summed in any case.

    A run that was cut off goes on where its last finished piece ended, if nothing about it has changed.
    amend: what becomes of the totals and of the outputs, files of the run's folder, before these are put in their places.
    """
    start, asked = time.perf_counter(), options or Options()
    asked = replace(asked, fees=True) if entries else asked
    files = find_files([str(x) for x in inputs])
    with Work(files, out, rejects, entries, asked, regime) as work:
        made = _run(files, work, asked, regime, progress or (lambda *_: None))
        report = _report(work, asked, time.perf_counter() - start)
        report, made = amend(report, made) if amend else (report, made)
        work.finish(made)
        return report


def _report(work: Work, asked: Options, seconds: float) -> Report:
    """The totals of all pieces."""
    rejects = str(work.rejects) if work.rejects and work.state.refused else ""
    told, *then = (report_of(sums, asked, seconds) for sums in work.state.sums)
    difference = difference_of(told, then[0]) if then else None
    notes = [f"sums by entry: {work.entries}"] if work.entries else []
    if difference and difference.one_sided:
        notes.append(ONE_SIDED.format(f"{difference.rejected_before:,}", f"{told.rejected:,}"))
    if told.rejected and work.out and not work.rejects:
        notes.append(NO_PLACE)
    return replace(told, notes=(*work.notes, *notes, *told.notes), difference=difference, out=str(work.out or ""), rejects=rejects,
                   resumed_rows=work.resumed_rows)  # fmt: skip


def _run(files: Sequence[File], work: Work, asked: Options, regime: Regime | None, progress: Progress) -> Places:
    """Every piece that is not done yet; the outputs, whole, in the folder of the run."""
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
        made = work.made(writer.finish())
    except BaseException:
        with suppress(OSError):  # of which the first error tells
            writer.close()
        raise
    for law in laws:
        law.keep()
    return made


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
        law, at, refused, entries, shown = self.laws[0], 0, [], [], []
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
        """The rows, once all outputs are whole. Where that fails, what was kept last stands: pieces that can be ended anew.

        It is kept once more before sums by entry, which may take their time.
        """
        if self.work.entries:
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


@dataclass
class State:
    """question: what the run is about. Of its finished pieces: how many, rows by file, sums under each law. files: those that
    hold what they wrote."""

    question: list[str]
    pieces: int = 0
    rows_of: dict[str, int] = field(default_factory=dict)
    sums: list[Sums] = field(default_factory=list)
    files: dict[str, Written] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows the finished pieces hold."""
        return sum(self.rows_of.values())

    @property
    def refused(self) -> bool:
        """Whether some row has no duty."""
        return bool(self.sums[0].reasons[1:].any())


class Work:
    """The folder of one run beside its output; without an output, a temporary one."""

    def __init__(
        self, files: Sequence[File], out: Any, rejects: Any, entries: Any, asked: Options, law: Regime | None
    ) -> None:
        self.out, self.entries = Path(out) if out else None, Path(entries) if entries else None
        file = self.out if self.out and not outputs.is_stream(self.out) else None
        self.rejects = Path(rejects) if rejects else file and file.with_name(f"{file.name}.rejects.csv")
        outputs.check_all((self.out, self.entries, self.rejects), [f.path for f in files if not is_remote(f.path)])
        named = [p for p in (self.out, self.rejects, self.entries) if p and not outputs.is_stream(p)]
        self.home = outputs.real(named[0]) if named else None  # of what a run cut off leaves to the next one
        question = _question(files, asked, law, self.entries) if named else []
        self.state = State(question, sums=[Sums.none()] * (2 if asked.before else 1))
        self.safe_at, self.resumed_rows, self.notes, self.held = time.monotonic(), 0, list[str](), ExitStack()

    def __enter__(self) -> Work:
        if self.home is None:
            self.folder = kept_work_folder("duties")
        else:
            self.folder = self.home.with_name(self.home.name + ".parley-work")
            with outputs.told(self.home):
                if not self.held.enter_context(locked_folder(self.folder)):
                    raise InputError(str(self.home), "another run is writing it", "one run at a time for each output")
            self._take_up()
        self.resumed_rows = self.state.rows
        return self

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        if self.home is None or kind is None or not (self.folder / STATE).exists():
            (self.folder / STATE).unlink(missing_ok=True)  # first: it may not tell of what is gone
            shutil.rmtree(self.folder, ignore_errors=True)
        self.held.close()
        said = error and outputs.met(error, self.home or self.folder)
        if said:
            raise said from None

    def _take_up(self) -> None:
        """Goes on from what an earlier run on the same question left, if all of it is there."""
        with suppress(OSError, ValueError):  # also where a file is gone: it was put in its place before the run ended
            held = unpacked((self.folder / STATE).read_bytes(), State)
            if held.question == self.state.question:
                changed = [self.folder / n for n, w in held.files.items() if checksum(self.folder / n, w[0]) != w[1]]
                self.notes = [CHANGED.format(path) for path in changed[:1]]
                self.state = self.state if changed else held
        for path in [p for p in self.folder.iterdir() if p.name != STATE or not self.state.pieces]:
            if path.name in self.state.files:
                os.truncate(path, self.state.files[path.name][0])
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    @property
    def is_due(self) -> bool:
        """Whether the run has gone on long enough since its state was last kept."""
        return self.home is not None and time.monotonic() - self.safe_at > SAFE_EVERY

    def keep(self) -> None:
        """The state of the run and all that it tells of, on disk. Files of the folder are closed."""
        if self.home is None or not self.state.pieces:
            return
        files = [p for p in self.folder.iterdir() if p.is_file() and p.name != STATE]
        with outputs.told(self.home):
            for path in files:  # they only grow, so that what was written before is not read again
                size, before = _on_disk(path), self.state.files.get(path.name, (0, 0))
                self.state.files[path.name] = size, checksum(path, size, before)
            outputs.replace(self.folder / STATE, packed(self.state))
        self.safe_at = time.monotonic()

    def count(self, path: str, sums: Sequence[Sums]) -> None:
        """A piece is finished: its sums to those of the others."""
        state = self.state
        state.pieces += 1
        state.rows_of[path] = state.rows_of.get(path, 0) + sums[0].rows
        state.sums = [a.merge(b) for a, b in zip(state.sums, sums, strict=True)]

    def made(self, rows: Path | None) -> Places:
        """The outputs that are asked for, in the folder; None where there is no such file."""
        named = ((rows, self.out), (self.folder / "rejects", self.rejects), (self.folder / "entries", self.entries))
        return Places(*(path if path and place and path.exists() else None for path, place in named))

    def finish(self, made: Places) -> None:
        """The outputs under their own names, the rows last: where they stand, the rest does too."""
        places = ((made.rejects, self.rejects), (made.entries, self.entries), (made.out, self.out))
        found = [(path, place) for path, place in places if path and place]
        with outputs.told(self.home or self.folder):
            for path, _ in found:
                _on_disk(path)
        if self.rejects and not made.rejects:
            results.drop_older(self.rejects)
        for path, place in found:
            outputs.put(path, place)


def _on_disk(path: Path) -> int:
    """The size of a file that is safely on disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
    return path.stat().st_size


def _question(files: Sequence[File], asked: Options, law: Regime | None, entries: Path | None) -> list[str]:
    """What a run is about: files with sizes and times, options, law, version."""
    named = [f"{f.path} {f.size} {f.changed} {f.extra}" if f.path != STDIN else f.path for f in files]
    acts = [law.measures if law else of_files(), asked.before.measures if asked.before else ()]
    told = {k: v for k, v in vars(asked).items() if k not in ("before", "threads", "memory")}
    return [__version__, *named, repr(sorted(told.items())), hashlib.sha256(msgspec.json.encode(acts)).hexdigest(),
            str(entries or "")]  # fmt: skip
