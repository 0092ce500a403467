"""A piece judged, and what comes of it put at the end of a run's outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from parley.law.shipments.arrow import pa
from parley.law.shipments.chunks import Piece, Source
from parley.law.shipments.columns import own_columns
from parley.law.shipments.compile.law import Law
from parley.law.shipments.csv_lines import Malformed
from parley.law.shipments.csv_out import CsvOutput
from parley.law.shipments.entries import entry_lines, write_entries, write_part
from parley.law.shipments.judge import Judged, judge
from parley.law.shipments.parquet_out import ParquetOutput
from parley.law.shipments.places import decoding
from parley.law.shipments.read import REPEATED, ROLES, Reader
from parley.law.shipments.reject_rows import Refused, RejectRows, joined
from parley.law.shipments.results import rates_to_show, refused_of, result_columns, result_names
from parley.law.shipments.sources import File
from parley.law.shipments.sums import Sums
from parley.law.shipments.typed_columns import typed_columns, typed_kinds
from parley.law.shipments.work import Work

BEFORE = ("duty_rate_before", "duty_before", "duty_change")


@dataclass
class Done:
    """What comes of a piece: its sums under each law; the lines that are refused, with what is told of them, or no rows; its part
    of the output; its lines for sums by entry."""

    sums: list[Sums]
    malformed: Sequence[Malformed] = ()
    told: dict[tuple[int, str, str], int] = field(default_factory=dict)
    refused: list[tuple[int, Refused]] = field(default_factory=list)
    part: Any = None
    entries: list[pa.Table] = field(default_factory=list)


class Writer:
    """Judges pieces, in any order and thread, and adds what comes of them to the outputs, in theirs.

    laws: the one asked about, and the one that lines are held against, if any.
    """

    def __init__(self, work: Work, files: Sequence[File], first: Source, laws: Sequence[Law]) -> None:
        self.work, self.laws, self.whole, (law, *before) = work, laws, True, laws
        asked = law.asked
        self.rejects = RejectRows(work.folder / "rejects", law.columns.of, asked.destination or "USA")
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
            done = Done([Sums.none()] * len(self.laws), rows.malformed)
            for batch in rows.batches:
                results.append(self._judged(done, batch, number, at))
                at += len(batch)
        if self.out is not None:
            done.part = self.out.made(piece, rows, results)
        return done

    def _judged(self, done: Done, batch: pa.RecordBatch, number: int, at: int) -> list[Any]:
        """The result of a batch, and what it adds to the rest. at: its first row in the piece."""
        law, (judged, *then) = self.laws[0], [judge(law, batch) for law in self.laws]
        done.sums = [a.merge(Sums.of(b)) for a, b in zip(done.sums, (judged, *then), strict=True)]
        refused = refused_of(law, batch, judged, done.told) if self.out or self.work.rejects else None
        if refused:
            done.refused.append((at, refused))
        if self.work.entries:
            names = batch.column("entry") if "entry" in batch.schema.names else None
            done.entries.append(entry_lines(judged, names, number, at))
        if self.out is None:
            return []
        made = [*result_columns(law, batch, judged, refused).values(), *(c for t in then for c in _changes(judged, t))]
        return [*made, *typed_columns(law, batch)] if law.asked.typed else made

    def add(self, piece: Piece, done: Done) -> None:
        """A piece at the end of the outputs; then it counts."""
        work, path, self.whole = self.work, piece.source.path, False
        if self.out is not None:
            self.out.add(done.part)
        if work.rejects:
            self.rejects.add(joined(done.refused), done.malformed, path, work.state.rows_of.get(path, 0))
        if done.entries:
            write_part(done.entries, work.folder / f"entries-{work.state.pieces:06}.parquet")
        work.count(path, done.sums, len(done.malformed))
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
            write_entries(parts, self.work.folder / "entries", self.laws[0].asked.memory)
        self.rejects.finish()
        return self.out.finish() if self.out is not None else None


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
        words = law.columns.held(REPEATED)
        coded = [shown for name, shown in zip(first.names, own, strict=True) if name in words]
        return ParquetOutput(work.folder, files, first, [*own, *result], result, coded, typed)
    splices = first.footer is None and first.delimiter == "," and len(files) == 1
    return CsvOutput(work.folder / "out", [*own, *result], splices)


def _changes(now: Judged, then: Judged) -> list[Any]:
    """The rate and duty of lines under the law before, and the change of the duty, where they have one under both."""
    good = then.reason == 0
    duty = np.where(good, then.cents / 100.0, np.nan)
    change = np.where(good & (now.reason == 0), (now.cents - then.cents) / 100.0, np.nan)
    return [rates_to_show(then.rate, good), *(pa.array(x, from_pandas=True) for x in (duty, change))]


__all__ = ["BEFORE", "Done", "Writer"]
