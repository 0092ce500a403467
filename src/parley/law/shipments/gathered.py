"""The pieces of a run that go by gather: what is left to the query is asked, and each piece is remembered in order."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_read import Reader
from parley.law.shipments.gather_run import Found, Gather
from parley.law.shipments.gather_sums import Sums
from parley.law.shipments.gather_write import Writer
from parley.law.shipments.pieces import decoding
from parley.law.shipments.reject_rows import Refused, refused_of, write_rejects
from parley.law.shipments.sources import Piece
from parley.law.shipments.sql import Query
from parley.law.shipments.sql_duty import judged
from parley.law.shipments.writing import all_reasons, judge_piece, piece_columns, piece_sums

if TYPE_CHECKING:
    from parley.law.shipments.run import _Run

Spans = dict[int, list[int]] | None
LEFT_ROWS = 1 << 19  # rows left to the query that are held until they are asked about together


def gathered(
    run: _Run, path: str, query: Query, pieces: Iterator[tuple[int, Piece]], groups: Spans, splices: bool
) -> Iterator[Piece]:
    """The pieces of a file, each once it is remembered. Raises InputError where the file cannot be decoded.

    groups: the rows of each piece's row groups, where the result can stand beside the file's own columns. splices: whether
    it can stand behind its own lines, from CSV to CSV.
    """
    with decoding(path):
        yield from _gathered(run, path, query, pieces, groups, splices)


def _gathered(
    run: _Run, path: str, query: Query, pieces: Iterator[tuple[int, Piece]], groups: Spans, splices: bool
) -> Iterator[Piece]:
    if run.gather_law is None or run.gather_law.q.law is not query.law:
        run.gather_law = GatherLaw(run.con, query, run.much)
    law, work = run.gather_law, run.work
    law.q = law.outcomes.q = replace(query, programmes=True)
    writer = None
    if work.out is not None:
        shown = list(piece_columns(query, run.asked))
        writer = Writer(run.con, law, work.folder, shown, work.as_parquet, groups, splices)
    reader = Reader(query.columns, bool(writer and writer.anew), writer is None, query.dates == "iso")
    middle, last = _Left(run, path, query, reader), -1
    ours = Gather(law, reader, writer)
    for number, piece, both in ours.pieces(pieces, run.asked.threads or os.cpu_count() or 2, middle, run.safely):
        if both is not None:  # else remembered by the slow way
            middle.keep(number, piece, *both)
        last = number
        yield piece
    if work.out is None and last >= 0:
        run.summed = 0
        work.remember(last, path, middle.total.rows(law) + middle.asked(), {}, 0)


class _Left:
    """The lines that are left to the query: asked piece by piece where they are written, else many at once."""

    def __init__(self, run: _Run, path: str, query: Query, reader: Reader) -> None:
        self.run, self.path, self.query = run, path, query
        self.total, self.held, self.sums = Sums(), [], []
        read = {reader.inner(n) for n in reader.names}
        own = [f"u{j}" for j in range(len(query.columns.names))]
        self.rows = "(SELECT *" + "".join(f", NULL AS {u}" for u in own if u not in read) + " FROM left_rows)"

    def __call__(self, number: int, piece: Piece, found: Found) -> tuple[Any, list, list[Refused], int]:
        """The query's columns and sums of the lines left of a piece; of all of it, the refused lines and how many rows."""
        run = self.run
        if run.work.out is None:
            self.held += [] if found.left is None else [found.left]
            if sum(len(t) for t in self.held) >= LEFT_ROWS:
                self.sums = self.asked()
            return None, [], [], found.rows
        told, sums, left = None, [], None
        if found.left is not None:
            columns = ", ".join(f"s{j}" for j in range(6))
            with run.con.cursor() as con:
                con.register("left_rows", self._as_read(found.left))
                judge_piece(con, "piece_0", self.query, self.rows, run.asked)
                sums, left = piece_sums(con, self.query, "piece_0"), refused_of(con, self.query, "piece_0")
                told = con.sql(f"SELECT {columns} FROM piece_0 ORDER BY k_row").to_arrow_table()
        return told, sums, [r for r in (found.refused, left) if r is not None], found.rows

    def asked(self) -> list:
        """The sums of the lines held, asked of the query, and those asked before."""
        import pyarrow as pa

        found, self.sums = self.sums, []
        if self.held:
            run = self.run
            run.con.register("left_rows", self._as_read(pa.concat_tables(self.held, promote_options="default")))
            found += piece_sums(run.con, self.query, f"({judged(self.query, self.rows)}) j")
            run.con.unregister("left_rows")
            self.held = []
        return found

    def _as_read(self, left: Any) -> Any:
        """The lines as the query reads them: numbers and days of a text file are texts."""
        import pyarrow as pa

        read = [r for r in ("value", "quantity", "entry_date") if self.query.has(r)]
        texts = {self.query.raw(r) for r in read if self.query.types.get(r) == "text"}
        fields = [f.with_type(pa.string()) if f.name in texts else f for f in left.schema]
        return left.cast(pa.schema(fields))

    def keep(
        self,
        number: int,
        piece: Piece,
        sums: Sums,
        told: tuple[list, list[Refused], int, Any],
    ) -> None:
        """A piece is done: its sums to the others, or its rows and rejects at the end of those before, and remembered."""
        run, (left_sums, refused, rows, written), beside = self.run, told, None
        work = run.work
        if work.out is None:
            self.total.merge(sums)
            run.summed += rows
            return
        first = piece.rows[0] if piece.source.parquet else work.rows_of(self.path)
        if not work.as_parquet:
            self._to_csv(number, written)
        elif written is not None:
            beside = work.grow(number, self.path, first, written)
        write_rejects([(self.query, r) for r in refused], (), self.path, first, work.folder / "rejects")
        assert run.gather_law
        work.remember(number, self.path, sums.rows(run.gather_law) + left_sums, all_reasons(refused), 0, beside)

    def _to_csv(self, number: int, lines: Any) -> None:
        """The lines of a piece, given or written to a part, at the end of the output; before the first, its header."""
        folder = self.run.work.folder
        if number == 0:
            with (folder / "out").open("w", newline="", encoding="utf-8") as stream:
                csv.writer(stream, lineterminator="\n").writerow(piece_columns(self.query, self.run.asked))
        if lines is None:
            _append(folder / f"piece-{number:06}.csv", folder / "out")
            return
        with (folder / "out").open("ab") as stream:
            stream.write(lines)
            stream.write(b"\n")


def _append(part: Path, whole: Path) -> None:
    if not part.exists():
        return
    with part.open("rb") as source, whole.open("ab") as stream:
        shutil.copyfileobj(source, stream, 1 << 22)
    part.unlink()
