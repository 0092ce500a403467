"""The pieces of a run that go by gather: what is left to the query is asked, and each piece is remembered in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parley.codes import country
from parley.errors import InputError
from parley.law.shipments.gather import Sums
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_run import LEFT_ROWS, Gather
from parley.law.shipments.pieces import read_rows
from parley.law.shipments.sources import Piece
from parley.law.shipments.sql import Query
from parley.law.shipments.sql_duty import judged
from parley.law.shipments.writing import judge_piece, piece_columns, piece_sums, tell_piece

if TYPE_CHECKING:
    from parley.law.shipments.run import _Run


def gathered(run: _Run, pieces: Sequence[tuple[int, Piece]], path: str) -> Iterator[Piece]:
    """The pieces of a file, each once it is remembered. Raises InputError where the file cannot be decoded."""
    import duckdb
    import pyarrow as pa

    if not pieces:
        return
    try:
        yield from _gathered(run, pieces, path)
    except (pa.ArrowException, OSError, UnicodeDecodeError, duckdb.Error) as error:
        if isinstance(error, (duckdb.BinderException, duckdb.ParserException)) or getattr(error, "errno", None):
            raise  # our fault or the machine's, not the file's
        raise InputError(
            path, f"cannot be decoded: {str(error).splitlines()[0][:160]}", "a whole Parquet file"
        ) from None


def _gathered(run: _Run, pieces: Sequence[tuple[int, Piece]], path: str) -> Iterator[Piece]:
    source, last = pieces[0][1].source, pieces[-1][1].rows[1]
    whole = Piece(source, (0, last), ends_at=last, whole=True)  # one law for the whole file
    query = run.query(country(run.asked.destination or "USA"), read_rows(whole), None)
    if run.gather_law is None or run.gather_law.q.law is not query.law:
        run.gather_law = GatherLaw(run.con, query)
    law, names = run.gather_law, run.names
    law.q = replace(query, programmes=True)
    shown = list(piece_columns(query, run.asked))
    gather = Gather(law, path, names, shown, run.work.folder if run.work.out else None)
    threads = run.asked.threads or 2
    middle = _Left(run, path, query)
    for number, piece, (sums, told) in gather.pieces(pieces, threads, middle):
        _, left_sums, reasons = told
        if run.work.out is not None:
            run.work.remember(number, path, sums.rows(law) + left_sums, reasons, 0)
        else:
            middle.total.merge(sums)
        yield piece
    if run.work.out is None:
        run.work.remember(pieces[-1][0], path, middle.total.rows(law) + middle.asked(), {}, 0)


class _Left:
    """The lines that are left to the query: asked piece by piece where they are written, else many at once."""

    def __init__(self, run: _Run, path: str, query: Query) -> None:
        self.run, self.path, self.query = run, path, query
        self.total, self.held, self.sums = Sums(), [], []

    def __call__(self, number: int, piece: Piece, left: Any) -> tuple[Any, list, dict[str, int]]:
        """The query's columns, sums and reasons of the lines left of a piece."""
        run = self.run
        if run.work.out is None:
            self.held += [] if left is None else [left]
            if sum(len(t) for t in self.held) >= LEFT_ROWS:
                self.sums = self.asked()
            return None, [], {}
        if left is None:
            return None, [], {}
        run.con.register("left_rows", left)
        judge_piece(run.con, "piece_0", self.query, "left_rows", run.asked)
        run.con.unregister("left_rows")
        sums, reasons = tell_piece(run.work, run.con, number, [(self.query, "left_rows")], (), self.path)
        columns = ", ".join(f"s{j}" for j in range(6))
        told = run.con.sql(f"SELECT {columns} FROM piece_0 ORDER BY k_row").to_arrow_table()
        return told, sums, reasons

    def asked(self) -> list:
        """The sums of the lines held, asked of the query, and those asked before."""
        import pyarrow as pa

        found, self.sums = self.sums, []
        if self.held:
            run = self.run
            run.con.register("left_rows", pa.concat_tables(self.held, promote_options="default"))
            found += piece_sums(run.con, self.query, f"({judged(self.query, 'left_rows')}) j")
            run.con.unregister("left_rows")
            self.held = []
        return found
