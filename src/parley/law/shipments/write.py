"""A piece judged, and what comes of it put at the end of a run's outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.law.shipments.chunks import Piece, Source, decoding
from parley.law.shipments.columns import own_columns
from parley.law.shipments.compile.law import Law
from parley.law.shipments.csv_lines import Malformed
from parley.law.shipments.csv_out import CsvOutput
from parley.law.shipments.entries import entry_lines, write_entries, write_part
from parley.law.shipments.judge import Judged, judge
from parley.law.shipments.options import Options
from parley.law.shipments.read import ROLES, Reader
from parley.law.shipments.reject_rows import Refused, RejectRows, joined
from parley.law.shipments.results import refused_of, result_columns, result_names
from parley.law.shipments.sources import File
from parley.law.shipments.sums import Sums
from parley.law.shipments.work import Work

if TYPE_CHECKING:
    import pyarrow as pa

    from parley.law.shipments.parquet_out import ParquetOutput

BEFORE = ("duty_rate_before", "duty_before", "duty_change")


@dataclass
class Done:
    """What comes of a piece: its sums, also under the law before; the lines that are refused or no rows; its part of the
    output; its lines for sums by entry."""

    sums: Sums = field(default_factory=Sums.none)
    before: Sums | None = None
    malformed: Sequence[Malformed] = ()
    refused: list[tuple[int, Refused]] = field(default_factory=list)
    part: Any = None
    entries: list[pa.Table] = field(default_factory=list)


class Writer:
    """Judges pieces, in any order and thread, and adds what comes of them to the outputs, in theirs."""

    def __init__(
        self, work: Work, files: Sequence[File], first: Source, asked: Options, law: Law, before: Law | None
    ) -> None:
        self.work, self.asked, self.law, self.before = work, asked, law, before
        self.rejects = RejectRows(law.columns.of, asked.destination or "USA")
        result = [*result_names(law), *(BEFORE if before else ())]
        self.out = _output(work, files, first, [*own_columns(first.names, result), *result], result)
        roles = {*ROLES, "mode" if asked.fees else "", "entry" if work.entries else ""}
        roles |= set() if asked.destination else {"destination"}
        anew, splices = (self.out.anew, self.out.splices) if self.out else (False, False)
        self.reader = Reader(law.columns, tuple(roles), anew, splices, numeric=not work.kept)

    def judge(self, number: int, piece: Piece) -> Done:
        """A piece read, judged and made ready to be written."""
        results, at = list[list[Any]](), 0
        with decoding(piece.source.path):  # texts are decoded when they are first looked at
            rows = self.reader.read(piece)
            done = Done(malformed=rows.malformed)
            for batch in rows.batches:
                results.append(self._judged(done, batch, number, at))
                at += len(batch)
        if self.out is not None:
            done.part = self.out.made(piece, rows, results)
        return done

    def _judged(self, done: Done, batch: pa.RecordBatch, number: int, at: int) -> list[Any]:
        """The result of a batch, and what it adds to the rest. at: its first row in the piece."""
        judged = judge(self.law, batch)
        done.sums = done.sums.merge(Sums.of(judged))
        then = judge(self.before, batch) if self.before else None
        if then:
            done.before = (done.before or Sums.none()).merge(Sums.of(then))
        refused = refused_of(self.law, batch, judged) if self.work.kept else None
        if refused and self.work.rejects:
            done.refused.append((at, refused))
        if self.work.entries:
            names = batch.column("entry") if "entry" in batch.schema.names else None
            done.entries.append(entry_lines(judged, names, number, at))
        if self.out is None:
            return []
        return [*result_columns(self.law, batch, judged, refused).values(), *(_changes(judged, then) if then else [])]

    def add(self, piece: Piece, done: Done) -> None:
        """A piece at the end of the outputs; then it is remembered."""
        work, path, part = self.work, piece.source.path, ""
        groups = self.out.add(path, done.part) if self.out is not None else []
        refused = joined(done.refused)
        if work.rejects and (len(refused.places) or done.malformed):
            first = piece.first if piece.source.footer else work.rows_of.get(path, 0)
            with (work.folder / "rejects").open("ab") as stream:
                self.rejects.write(refused, done.malformed, path, first, stream)
        if done.entries:
            part = f"entries-{work.done:06}.parquet"
            write_part(done.entries, work.folder / part)
        work.remember(path, done.sums, done.before, len(done.malformed), groups, part)

    def finish(self) -> None:
        """The outputs are whole."""
        if self.out is not None:
            self.out.finish(self.work.sums.rows)
        if self.work.entries:
            parts = sorted(self.work.folder.glob("entries-*.parquet"))
            write_entries(parts, self.work.folder / "entries", self.asked.memory)

    def close(self) -> None:
        """Closes the files, whether they are finished or not."""
        if self.out is not None:
            self.out.close()


def _output(
    work: Work, files: Sequence[File], first: Source, names: Sequence[str], result: Sequence[str]
) -> CsvOutput | ParquetOutput | None:
    """How rows are written; None where they are only summed."""
    if work.out is None:
        return None
    if work.as_parquet:
        from parley.law.shipments.parquet_out import ParquetOutput

        return ParquetOutput(work.folder / "out", files, first, names, result, work.groups)
    splices = first.footer is None and first.delimiter == "," and len(files) == 1
    return CsvOutput(work.folder / "out", names, splices)


def _changes(now: Judged, then: Judged) -> list[Any]:
    """The rate and duty of lines under the law before, and the change of the duty, where they have one under both."""
    import pyarrow as pa

    good = then.reason == 0
    rate = np.where(good, np.floor(then.rate * 1e12 + 0.5) / 1e12, np.nan)
    duty = np.where(good, then.cents / 100.0, np.nan)
    change = np.where(good & (now.reason == 0), (now.cents - then.cents) / 100.0, np.nan)
    return [pa.array(x, from_pandas=True) for x in (rate, duty, change)]


__all__ = ["BEFORE", "Done", "Writer"]
