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
from parley.law.shipments.read import REPEATED, ROLES, Reader
from parley.law.shipments.reject_rows import Refused, RejectRows, joined
from parley.law.shipments.results import rates_to_show, refused_of, result_columns, result_names
from parley.law.shipments.sources import File
from parley.law.shipments.sums import Sums
from parley.law.shipments.typed_columns import typed_columns, typed_kinds
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

    def __init__(self, work: Work, files: Sequence[File], first: Source, law: Law, before: Law | None) -> None:
        self.work, self.law, self.before, self.whole, asked = work, law, before, True, law.asked
        self.rejects = RejectRows(law.columns.of, asked.destination or "USA")
        self.out = _output(work, files, first, law, [*result_names(law), *(BEFORE if before else ())])
        roles = {*ROLES, "mode" if asked.fees else "", "entry" if work.entries else ""}
        roles |= set() if asked.destination else {"destination"}
        splices = self.out is not None and self.out.splices
        self.reader = Reader(law.columns, tuple(roles), self.out is not None and not splices, splices)

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
        made = [*result_columns(self.law, batch, judged, refused).values(), *(_changes(judged, then) if then else [])]
        return [*made, *typed_columns(self.law, batch)] if self.law.asked.typed else made

    def add(self, piece: Piece, done: Done) -> None:
        """A piece at the end of the outputs; then it counts."""
        work, path, self.whole = self.work, piece.source.path, False
        if self.out is not None:
            self.out.add(done.part)
        refused = joined(done.refused)
        if work.rejects and (len(refused.places) or done.malformed):
            first = piece.first if piece.source.footer else work.state.rows_of.get(path, 0)
            with (work.folder / "rejects").open("ab") as stream:
                self.rejects.write(refused, done.malformed, path, first, stream)
        if done.entries:
            write_part(done.entries, work.folder / f"entries-{work.state.pieces:06}.parquet")
        work.count(path, done.sums, done.before, len(done.malformed))
        self.whole = True
        if work.is_due:
            self.close()

    def close(self) -> None:
        """All that counts is on disk, unless a piece is there in part."""
        if self.out is not None:
            self.out.close()
        if self.whole:
            self.work.keep()

    def finish(self) -> None:
        """The outputs are whole."""
        if self.out is not None:
            self.out.finish(self.work.state.sums.rows)
        if self.work.entries:
            parts = sorted(self.work.folder.glob("entries-*.parquet"))
            write_entries(parts, self.work.folder / "entries", self.law.asked.memory)


def _output(
    work: Work, files: Sequence[File], first: Source, law: Law, result: Sequence[str]
) -> CsvOutput | ParquetOutput | None:
    """How rows are written; None where they are only summed."""
    typed = typed_kinds(law) if law.asked.typed else {}
    result = [*result, *typed]
    own = own_columns(first.names, result)
    if work.out is None:
        return None
    if work.out.suffix.lower() in (".parquet", ".pq"):
        from parley.law.shipments.parquet_out import ParquetOutput

        words = law.columns.held(REPEATED)
        coded = [shown for name, shown in zip(first.names, own, strict=True) if name in words]
        return ParquetOutput(work.folder, files, first, [*own, *result], result, coded, typed)
    splices = first.footer is None and first.delimiter == "," and len(files) == 1
    return CsvOutput(work.folder / "out", [*own, *result], splices)


def _changes(now: Judged, then: Judged) -> list[Any]:
    """The rate and duty of lines under the law before, and the change of the duty, where they have one under both."""
    import pyarrow as pa

    good = then.reason == 0
    duty = np.where(good, then.cents / 100.0, np.nan)
    change = np.where(good & (now.reason == 0), (now.cents - then.cents) / 100.0, np.nan)
    return [rates_to_show(then.rate, good), *(pa.array(x, from_pandas=True) for x in (duty, change))]


__all__ = ["BEFORE", "Done", "Writer"]
