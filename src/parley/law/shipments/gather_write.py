"""Parts of an output from lines judged by gather: the result's columns alone, or behind the file's own.

Where the input is Parquet and the output too, a part holds the result's columns alone: the file's own column chunks are
copied as they are when the parts are joined (parquet_join.py), so that no value of them is decoded or written again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley.law.shipments.gather import shown_rate
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_outcomes import Ranked
from parley.law.shipments.gather_run import Found, plain_table
from parley.law.shipments.parquet_pages import Coded, Plain, write_groups
from parley.law.shipments.pieces import name_sql, text_sql
from parley.law.shipments.rejects import reason_text
from parley.law.shipments.shown import RESULT
from parley.shapes import Float, Int

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
        os.replace(f"{part}.new", part)

    def _write_parquet(self, new: Path, found: Found, results: Iterator[Sequence[Coded | Plain]]) -> None:
        if not self.anew:
            write_groups(new, RESULT, results)
            return
        import pyarrow.parquet as pq

        table = self._with_own(found, next(results))
        pq.write_table(
            table, new, row_group_size=ROWS, compression="snappy", store_schema=False, write_statistics=False
        )

    def _with_own(self, found: Found, result: Sequence[Coded | Plain]) -> Any:
        """The file's own columns and the result's."""
        table = found.table
        for name, column in zip(RESULT, result, strict=True):
            table = table.append_column(name, _arrow(column))
        return plain_table(table).rename_columns(list(self.shown))

    def _write_csv(self, new: Path, table: Any) -> None:
        con = self.con.cursor()
        con.register("rows_out", table)
        columns = ", ".join(name_sql(n) for n in self.shown)
        con.execute(f"COPY (SELECT {columns} FROM rows_out) TO {text_sql(str(new))} (FORMAT csv, HEADER false)")
        con.close()

    def _result(self, found: Found, told: Any, first: int, last: int) -> list[Coded | Plain]:
        """The six columns of the result for a run of a piece's lines."""
        held, outcome = self.law.outcomes, found.outcome[first:last]
        rates_of, measures = held.ranked()
        used = np.union1d(0, np.flatnonzero(np.bincount(outcome)))  # 0 stands first: lines that others tell of
        place = np.zeros(int(used[-1]) + 1, dtype=np.int32)
        place[used] = np.arange(len(used))
        case = np.take(place, outcome).astype(np.intp)
        cents, valid = found.cents[first:last] / 100.0, outcome > 0
        a, b = np.searchsorted(found.stated, (first, last))
        stated, base, added = found.stated[a:b] - first, found.base[a:b], found.added[a:b]
        refused, rates, why = self._refused(found, first, last)
        others = [_Rows(stated, shown_rate(np.stack([base + added, base, added], axis=1))), _Rows(refused, rates)]
        said, reasons = _Words(), _Words(refused, *why)
        if told is not None:
            at = found.left["k_row"].to_numpy()
            a, b = np.searchsorted(at, (first, last))
            at, told = at[a:b] - first, told.slice(a, b - a).combine_chunks()
            numbers = [told.column(j).cast("double").to_numpy() for j in range(4)]  # NaN for none
            others.append(_Rows(at, np.stack(numbers[:3], axis=1)))
            cents[at], valid[at] = np.nan_to_num(numbers[3]), ~np.isnan(numbers[3])
            said, reasons = _Words(at, *_coded(told.column(4))), reasons.and_of(_Words(at, *_coded(told.column(5))))
        row, rate = (np.concatenate(x) for x in zip(*others, strict=True))
        columns = [_numbers(rates_of[j], used[1:], case, row, rate[:, j]) for j in range(3)]
        said_of, why_of = (
            _texts(measures, used[1:], case, said),
            _texts(measures, used[:0], np.zeros_like(case), reasons),
        )
        return [*columns, Plain(cents, valid), said_of, why_of]

    def _refused(self, found: Found, first: int, last: int) -> tuple[ndarray, ndarray, tuple[ndarray, list[str]]]:
        """Of a run of a piece's lines: those refused by gather, their rates as shown, and their reasons."""
        assert found.refused
        a, b = np.searchsorted(found.refused.places, (first, last))
        used, which = np.unique(found.refused.which[a:b], return_inverse=True)
        words = [reason_text(*found.refused.told[k]) for k in used.tolist()]
        return found.refused.places[a:b] - first, np.insert(found.rates[a:b], 0, np.nan, axis=1), (which, words)


class _Rows(NamedTuple):
    """Lines whose rates are not told by their outcomes: duty, base and added as shown; NaN for none."""

    rows: Int[ndarray, " k"]
    rates: Float[ndarray, "k 3"]


class _Words(NamedTuple):
    """Lines whose text is not told by their outcomes: the place of each text among `words`; −1 for none."""

    rows: Any = np.zeros(0, dtype=np.int64)
    which: Any = np.zeros(0, dtype=np.int64)
    words: Sequence[str] = ()

    def and_of(self, other: _Words) -> _Words:
        """These lines and others."""
        which = np.where(other.which < 0, -1, other.which + len(self.words))
        return _Words(np.append(self.rows, other.rows), np.append(self.which, which), [*self.words, *other.words])


def _spans(sizes: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """The runs of lines that are the row groups."""
    at = 0
    for size in sizes:
        yield at, at + size
        at += size
    assert at == count


def _coded(column: Any) -> tuple[ndarray, list[str]]:
    """The place of each row's text, −1 for none; the distinct texts."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()


def _numbers(of: Ranked, used: ndarray, case: ndarray, rows: ndarray, rates: ndarray) -> Coded:
    """A rate of each line by its case (0: none, k: that of outcome used[k − 1]), but for some rows whose rates are given.

    NaN stands for none. First the rates of cases, then others, both in order.
    """
    chosen, place = _chosen(of, used)
    values, known = of.values[chosen], np.flatnonzero(~np.isnan(rates))
    index = np.take(place, case, mode="clip")
    index[rows] = -1
    rates = rates[known]
    at = np.searchsorted(values, rates)
    new = np.append(values, np.nan)[at] != rates
    more, rank = np.unique(rates[new], return_inverse=True)
    at[new] = len(values) + rank
    index[rows[known]] = at
    return Coded(np.append(values, more), index)


def _texts(of: Ranked, used: ndarray, case: ndarray, others: _Words) -> Coded:
    """A text of each line by its case (0: none, k: that of outcome used[k − 1]), but for some rows: in order, then others."""
    chosen, place = _chosen(of, used)
    values = [of.values[k] for k in chosen.tolist()]
    at = {w: j for j, w in enumerate(values)}
    more = sorted({*others.words} - at.keys())
    at |= {w: len(values) + j for j, w in enumerate(more)}
    index = np.take(place, case, mode="clip")
    index[others.rows] = np.array([*(at[w] for w in others.words), -1], dtype=np.int32)[others.which]
    return Coded([*values, *more], index)


def _chosen(of: Ranked, used: ndarray) -> tuple[ndarray, ndarray]:
    """Which values some outcomes have, in order; the place of each case's among them (−1 for case 0)."""
    is_in = np.zeros(len(of.values), dtype=bool)
    is_in[of.rank[used]] = True
    place = np.cumsum(is_in, dtype=np.int32) - 1
    return np.flatnonzero(is_in), np.append(np.int32(-1), place[of.rank[used]])


def _arrow(column: Coded | Plain) -> Any:
    """A column for pyarrow."""
    import pyarrow as pa

    if isinstance(column, Plain):
        return pa.array(column.values, mask=~column.valid)
    kind = pa.float64() if isinstance(column.values, ndarray) else pa.string()
    index = pa.array(column.places, mask=column.places < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(column.values, kind))


__all__ = ["Writer"]
