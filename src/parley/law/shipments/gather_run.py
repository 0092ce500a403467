"""Pieces by gather: some threads read, judge and write them, which are remembered in the files' order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.law.shipments.gather import judge
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_refused import Refusals
from parley.law.shipments.gather_splice import own_lines
from parley.law.shipments.gather_sums import Sums
from parley.law.shipments.sources import Piece

if TYPE_CHECKING:
    from parley.law.shipments.gather_read import Reader
    from parley.law.shipments.gather_write import Writer
    from parley.law.shipments.reject_rows import Refused


@dataclass
class Found:
    """A piece judged: its sums, the lines left to the query (with k_row), and what its part of the output needs.

    first: its first row in its file. outcome, cents: by line. stated, base, added: the lines with a duty by quantity and
    their rates. refused, rates: the lines refused here, and their rates as shown. table: the file's own columns, where they
    are written anew.
    """

    rows: int = 0
    first: int = 0
    sums: Sums = field(default_factory=Sums)
    left: Any = None
    outcome: Any = None
    cents: Any = None
    stated: Any = None
    base: Any = None
    added: Any = None
    refused: Refused | None = None
    rates: Any = None
    table: Any = None
    lines: Any = None


@dataclass
class Gather:
    """How the pieces of one file go through a law: a reader, and a writer where rows are written."""

    law: GatherLaw
    reader: Reader
    writer: Writer | None

    def pieces(
        self, pieces: Iterator[tuple[int, Piece]], threads: int, middle: Callable, slowly: Callable[[int, Piece], None]
    ) -> Iterator[tuple[int, Piece, Any]]:
        """Each piece judged, given to `middle` for the lines left to the query, written, and given back in order, with its
        sums, what `middle` told and what the writer gave back.

        Pieces that are written go through all of it in one thread; else `middle` is asked in order. A piece of CSV that is
        not plain is given to `slowly`, in its turn; None is given back in the place of its sums.
        """
        waiting: deque[tuple[int, Piece, Future]] = deque()

        with ThreadPoolExecutor(threads) as pool:

            def more() -> None:
                for number, piece in pieces:
                    waiting.append((number, piece, pool.submit(self._first, number, piece, middle)))
                    return

            for _ in range(threads + 1):
                more()
            while waiting:
                number, piece, future = waiting.popleft()
                found = future.result()
                more()
                if found is None:
                    slowly(number, piece)
                    yield number, piece, None
                elif isinstance(found, Found):
                    yield number, piece, (found.sums, self._rest(number, piece, found, middle))
                else:
                    yield number, piece, found
                del found, future

    def _first(self, number: int, piece: Piece, middle: Callable) -> Any:
        """A piece read; and all the rest of it, where it is written: its sums and what `middle` told."""
        found = self.read(piece)
        if found is None or self.writer is None:
            return found
        return found.sums, self._rest(number, piece, found, middle)

    def _rest(self, number: int, piece: Piece, found: Found, middle: Callable) -> Any:
        said = middle(number, piece, found)
        return (*said[1:], self.writer.write(number, found, said[0]) if self.writer else None)

    def read(self, piece: Piece) -> Found | None:
        """A piece's lines judged; None where its CSV is not plain."""
        import pyarrow as pa

        try:
            found = self._judged(self.reader.batches(piece))
        except pa.ArrowInvalid:
            if piece.source.parquet:
                raise
            return None
        found.first = piece.rows[0]
        if self.writer and self.writer.splices:
            found.lines = own_lines(piece.content)
            if found.lines is None or len(found.lines) != found.rows:
                return None
        return found

    def _judged(self, batches: Iterator[Any]) -> Found:
        import pyarrow as pa

        found, judged, left, tables, at = Found(), [], [], [], 0
        refusals = Refusals()
        for batch in batches:
            lines = judge(self.law, batch)
            found.sums.add(lines, self.law)
            rest = lines.outcome == 0
            rest[lines.refused] = False
            rows = np.flatnonzero(rest)
            if len(rows):
                taken = batch.take(pa.array(rows)).append_column("k_row", pa.array(rows + at))
                left.append(pa.Table.from_batches([taken]))
            if self.writer:
                refusals.add(self.law, batch, lines, at)
                judged.append((lines.outcome, lines.cents, lines.stated + at, lines.base, lines.added))
                if self.writer.anew:
                    tables.append(batch)
            at += len(batch)
        found.rows = at
        if judged:
            found.outcome, found.cents, found.stated, found.base, found.added = map(
                np.concatenate, zip(*judged, strict=True)
            )
        if self.writer:
            found.refused, found.rates = refusals.all()
        found.left = concatenated(left) if left else None
        found.table = pa.concat_tables([pa.Table.from_batches([b]) for b in tables]) if tables else None
        return found


def concatenated(tables: list[Any]) -> Any:
    """Tables of lines with their dictionaries undone."""
    import pyarrow as pa

    return pa.concat_tables([plain_table(t) for t in tables])


def plain_table(table: Any) -> Any:
    """A table without dictionaries."""
    import pyarrow as pa

    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


__all__ = ["Found", "Gather", "concatenated", "plain_table"]
