"""Parts of an output from lines judged by gather: the result's columns alone, or behind the file's own.

Where the input is Parquet and the output too, a part holds the result's columns alone: the file's own column chunks are
copied as they are when the parts are joined (parquet_join.py), so that no value of them is decoded or written again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.law.shipments.gather import shown_rate
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_run import Found, plain_table
from parley.law.shipments.pieces import name_sql, text_sql
from parley.law.shipments.rejects import reason_text
from parley.law.shipments.shown import RESULT

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS = 1 << 20  # of a row group that is written anew


@dataclass
class Writer:
    """Writes the parts of one file's pieces.

    shown: every column's name in the output. groups: rows of each row group by first row, where only the result is
    written; None to write the file's own columns too (`anew`).
    """

    con: DuckDBPyConnection
    law: GatherLaw
    folder: Path
    shown: Sequence[str]
    parquet: bool
    groups: dict[int, list[int]] | None = None

    @property
    def anew(self) -> bool:
        """Whether the file's own columns are written again."""
        return self.groups is None

    def write(self, number: int, found: Found, told: Any) -> None:
        """A piece's part of Parquet, whole or not at all; of CSV, to be put at the end of the output.

        told: the query's columns s0 … s5 of the lines left to it.
        """
        count = len(found.outcome)
        spans = list(_spans(self.groups[found.first], count)) if self.groups else [(0, count)]
        tables = (self._result(found, told, a, b) for a, b in spans)
        if self.parquet:
            part = self.folder / f"part-{number:06}.parquet"
            self._write_parquet(Path(f"{part}.new"), found, tables)
        else:
            self._write_csv(self.folder / f"piece-{number:06}.csv", self._with_own(found, next(tables)))
            return
        with open(f"{part}.new", "rb") as stream:
            os.fsync(stream.fileno())
        os.replace(f"{part}.new", part)

    def _write_parquet(self, new: Path, found: Found, tables: Iterator[Any]) -> None:
        import pyarrow.parquet as pq

        first = self._with_own(found, next(tables)) if self.anew else next(tables)
        coded: Any = True if self.anew else [*RESULT[:3], *RESULT[4:]]
        with pq.ParquetWriter(new, first.schema, compression="snappy", use_dictionary=coded, store_schema=False,
                              write_statistics=False) as writer:  # fmt: skip
            for table in chain([first], tables):
                writer.write_table(table, row_group_size=ROWS if self.anew else max(1, len(table)))

    def _with_own(self, found: Found, result: Any) -> Any:
        """The file's own columns and the result's."""
        table = found.table
        for name, column in zip(RESULT, result.columns, strict=True):
            table = table.append_column(name, column)
        return plain_table(table).rename_columns(list(self.shown))

    def _write_csv(self, new: Path, table: Any) -> None:
        con = self.con.cursor()
        con.register("rows_out", table)
        columns = ", ".join(name_sql(n) for n in self.shown)
        con.execute(f"COPY (SELECT {columns} FROM rows_out) TO {text_sql(str(new))} (FORMAT csv, HEADER false)")
        con.close()

    def _result(self, found: Found, told: Any, first: int, last: int) -> Any:
        """The six columns of the result for a run of a piece's lines."""
        import pyarrow as pa

        held, outcome = self.law.outcomes, found.outcome[first:last]
        numbers = [np.take(held.shown[:, j], outcome) for j in range(3)] + [found.cents[first:last] / 100.0]
        a, b = np.searchsorted(found.stated, (first, last))
        stated, base, added = found.stated[a:b] - first, found.base[a:b], found.added[a:b]
        for column, rate in zip(numbers, (base + added, base, added), strict=False):
            column[stated] = shown_rate(rate)
        none = outcome == 0
        masks, coded, texts = [none] * 4, outcome, held.measures
        rows, reasons, words = self._refused(found, first, last)
        if len(rows[0]):
            masks[1:3] = none.copy(), none.copy()
            for j, rates in zip((1, 2), rows[1].T, strict=True):
                numbers[j][rows[0]], masks[j][rows[0]] = rates, np.isnan(rates)
        if told is not None:
            masks, coded = [m.copy() for m in masks], outcome.copy()
            at = found.left["k_row"].to_numpy()
            a, b = np.searchsorted(at, (first, last))
            at, told = at[a:b] - first, told.slice(a, b - a).combine_chunks()
            for j in range(4):
                column = told.column(j).combine_chunks()
                numbers[j][at] = column.fill_null(0.0).to_numpy(zero_copy_only=False)
                masks[j][at] = column.is_null().to_numpy(zero_copy_only=False)
            more, index = _words(told.column(4))
            coded[at] = np.where(index < 0, 0, index + len(texts))
            texts = [*texts, *more]
            more, index = _words(told.column(5))
            reasons[at] = np.where(index < 0, -1, index + len(words))
            words = [*words, *more]
        arrays = [pa.array(n, mask=m) for n, m in zip(numbers, masks, strict=True)]
        return pa.table([*arrays, _coded(coded, texts), _coded(reasons + 1, ["", *words])], list(RESULT))

    def _refused(self, found: Found, first: int, last: int) -> tuple[Any, Any, list[str]]:
        """Of a run of a piece's lines: those refused by gather and their rates; each line's reason (−1: none); the reasons."""
        assert found.refused
        a, b = np.searchsorted(found.refused.places, (first, last))
        rows = found.refused.places[a:b] - first
        used, at = np.unique(found.refused.which[a:b], return_inverse=True)
        reasons = np.full(last - first, -1, dtype=np.int32)
        reasons[rows] = at
        return (rows, found.rates[a:b]), reasons, [reason_text(*found.refused.told[k]) for k in used.tolist()]


def _spans(sizes: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """The runs of lines that are the row groups."""
    at = 0
    for size in sizes:
        yield at, at + size
        at += size
    assert at == count


def _words(column: Any) -> tuple[list[str], Any]:
    """The distinct texts of a column and the place of each row's; −1 for none."""
    coded = column.combine_chunks().dictionary_encode()
    index = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return coded.dictionary.to_pylist(), index


def _coded(coded: Any, texts: Sequence[str]) -> Any:
    """Texts by number (0: none) as a column whose dictionary holds what occurs, in order: the same bytes each time."""
    import pyarrow as pa

    used = np.flatnonzero(np.bincount(coded, minlength=1)).tolist()
    held = sorted({texts[k] for k in used if k})
    place, again = {t: j for j, t in enumerate(held)}, np.full(len(texts), -1, dtype=np.int32)
    for k in used:
        again[k] = place[texts[k]] if k else -1
    index = np.take(again, coded)
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=index < 0), pa.array(held, pa.string()))


__all__ = ["Writer"]
