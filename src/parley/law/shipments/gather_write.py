"""Parts of an output from lines judged by gather: the result's columns alone, or behind the file's own.

Where the input is Parquet and the output too, the result's columns are made alone: the file's own column chunks are
copied as they are (parquet_beside.py), so that no value of them is decoded or written again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley import outputs
from parley.array_types import Bool, Float, Int
from parley.law.shipments.gather import shown_rate
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.gather_outcomes import BY_VALUE, Ranked
from parley.law.shipments.gather_run import Found, plain_table
from parley.law.shipments.gather_splice import spliced
from parley.law.shipments.parquet_pages import Coded, Plain, pages_of, width_of
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
    written; None to write the file's own columns too (`anew`). splices: from CSV to CSV, lines stay as they stand.
    """

    con: DuckDBPyConnection
    law: GatherLaw
    folder: Path
    shown: Sequence[str]
    parquet: bool
    groups: dict[int, list[int]] | None = None
    splices: bool = False

    @property
    def anew(self) -> bool:
        """Whether the file's own columns are written again."""
        return self.groups is None and not self.splices

    def write(self, number: int, found: Found, told: Any) -> Any:
        """A piece's results as pages, to stand beside its own columns, or the bytes of its lines with the results behind
        them; else none, but its part of Parquet, whole or not at all, or of CSV, to be put at the end of the output.

        told: the query's columns s0 … s5 of the lines left to it.
        """
        sentences = [reason_text(*t) for t in found.refused.told] if found.refused else []
        if self.groups:
            spans = _spans(self.groups[found.first], len(found.outcome))
            return [pages_of(RESULT, self._result(found, told, sentences, a, b)) for a, b in spans]
        result = self._result(found, told, sentences, 0, len(found.outcome))
        if self.splices:
            return spliced(found.lines, result)
        table = self._with_own(found, result)
        if self.parquet:
            _write_parquet(self.folder / f"part-{number:06}.parquet", table)
        else:
            self._write_csv(self.folder / f"piece-{number:06}.csv", table)
        return None

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

    def _result(self, found: Found, told: Any, sentences: Sequence[str], first: int, last: int) -> list[Coded | Plain]:
        """The six columns of the result for a run of a piece's lines. sentences: what found.refused.told says."""
        held, outcome = self.law.outcomes, found.outcome[first:last]
        rates_of, measures = held.ranked()
        used = np.flatnonzero(np.bincount(outcome)[1:]) + 1
        known = _Known(outcome, outcome > 0)
        a, b = np.searchsorted(found.stated, (first, last))
        base, added = found.base[a:b], found.added[a:b]
        stated = _Rows(found.stated[a:b] - first, shown_rate(np.stack([base + added, base, added], axis=1)))
        refused, reasons = self._refused(found, sentences, first, last)
        others, duty, due, said = [stated, refused], found.cents[first:last] / 100.0, known, _Words()
        if told is not None:
            at = found.left["k_row"].to_numpy()
            a, b = np.searchsorted(at, (first, last))
            at, told = at[a:b] - first, told.slice(a, b - a).combine_chunks()
            numbers = [told.column(j).cast("double").to_numpy() for j in range(4)]  # NaN for none
            others.append(_Rows(at, np.stack(numbers[:3], axis=1)))
            duty[at] = numbers[3]
            said, reasons = _Words(at, *_coded(told.column(4))), reasons.and_of(_Words(at, *_coded(told.column(5))))
            due = known.and_of(at[~np.isnan(numbers[3])])
        row, rate = (np.concatenate(x) for x in zip(*others, strict=True))
        by_value = used[held.kind[used] == BY_VALUE]
        columns = [_numbers(rates_of[j], by_value, known, row, rate[:, j]) for j in range(3)]
        return [
            *columns,
            Plain(due.of(duty), due.valid),
            _texts(measures, used, known, said),
            _words(reasons, len(outcome)),
        ]

    def _refused(self, found: Found, sentences: Sequence[str], first: int, last: int) -> tuple[_Rows, _Words]:
        """Of a run of a piece's lines: those refused by gather with their rates as shown, and their reasons."""
        assert found.refused
        a, b = np.searchsorted(found.refused.places, (first, last))
        rows = found.refused.places[a:b] - first
        return _Rows(rows, np.insert(found.rates[a:b], 0, np.nan, axis=1)), _Words(
            rows, found.refused.which[a:b], sentences
        )


def _write_parquet(part: Path, table: Any) -> None:
    import pyarrow.parquet as pq

    new = part.with_name(f"{part.name}.new")
    pq.write_table(table, new, row_group_size=ROWS, compression="snappy", store_schema=False, write_statistics=False)
    outputs.put(new, part)


class _Known:
    """The rows of a run of lines that show a value in a column, and the outcomes of these."""

    def __init__(self, every: Int[ndarray, " n"], valid: Bool[ndarray, " n"]) -> None:
        self.every, self.valid = every, valid
        self.outcome = self.of(every)

    def of(self, column: ndarray) -> ndarray:
        """A column's entries in these rows."""
        return column if self.whole else column[self.valid]

    @cached_property
    def whole(self) -> bool:
        """Whether these are all rows."""
        return bool(self.valid.all())

    def places(self, rows: Int[ndarray, " k"]) -> Int[ndarray, " k"]:
        """The places of some of these rows among them."""
        return rows if self.whole else self._count[rows] - 1

    @cached_property
    def _count(self) -> Int[ndarray, " n"]:
        return np.cumsum(self.valid)

    def and_of(self, rows: Int[ndarray, " k"]) -> _Known:
        """These rows and others."""
        if self.valid[rows].all():
            return self
        valid = self.valid.copy()
        valid[rows] = True
        return _Known(self.every, valid)


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


def _numbers(of: Ranked, used: ndarray, known: _Known, rows: ndarray, rates: ndarray) -> Coded | Plain:
    """A rate of each line: that of its outcome, one of `used`, but for some rows whose rates are given, NaN for none.

    The dictionary holds each rate once, in order, so that it does not matter by which way a rate was found. Plain where a
    dictionary would take more room.
    """
    given = ~np.isnan(rates)
    rows, rates = rows[given], rates[given]
    known = known.and_of(rows)
    chosen, at = _chosen(of, used)
    values, place = np.unique(np.append(of.values[chosen], rates), return_inverse=True)
    place = place.astype(width_of(len(values)))
    places = np.take(place[at] if len(chosen) else place[:1], known.outcome, mode="clip")
    places[known.places(rows)] = place[len(chosen) :]
    if values.nbytes + places.nbytes > 8 * len(places):
        return Plain(np.take(values, places) if len(values) else np.zeros(0), known.valid)
    return Coded(values, places, known.valid)


def _texts(of: Ranked, used: ndarray, known: _Known, others: _Words) -> Coded:
    """A text of each line: that of its outcome, one of `used`, but for some rows; each once and in order."""
    given = others.which >= 0
    rows, which = others.rows[given], others.which[given]
    known = known.and_of(rows)
    chosen, at = _chosen(of, used)
    told: list[str] = [of.values[k] for k in chosen.tolist()]
    used_too: list[int] = np.unique(which).tolist()
    values = sorted({*told, *(others.words[k] for k in used_too)})
    where = {w: j for j, w in enumerate(values)}
    place = np.array([where[w] for w in told] or [0], dtype=width_of(len(values)))
    places = np.take(place[at], known.outcome, mode="clip")
    places[known.places(rows)] = np.array([where.get(w, 0) for w in others.words] or [0], dtype=place.dtype)[which]
    return Coded(values, places, known.valid)


def _words(of: _Words, count: int) -> Coded:
    """A text of some of so many lines; each once and in order."""
    given = of.which >= 0
    rows, which = of.rows[given], of.which[given]
    used: list[int] = np.flatnonzero(np.bincount(which)).tolist()
    told: list[str] = [of.words[k] for k in used]
    values = sorted({*told})
    where = {w: j for j, w in enumerate(values)}
    place = np.zeros(len(of.words) + 1, dtype=width_of(len(values)))
    place[used] = [where[w] for w in told]
    valid = np.zeros(count, dtype=bool)
    valid[rows] = True
    return Coded(values, place[which[np.argsort(rows, kind="stable")]], valid)


def _chosen(of: Ranked, used: ndarray) -> tuple[ndarray, ndarray]:
    """Which values some outcomes have, in order; the place of each outcome's among them."""
    is_in = np.zeros(len(of.values), dtype=bool)
    is_in[of.rank[used]] = True
    place = np.zeros(used[-1] + 1 if len(used) else 1, dtype=np.int64)
    place[used] = (np.cumsum(is_in) - 1)[of.rank[used]]
    return np.flatnonzero(is_in), place


def _arrow(column: Coded | Plain) -> Any:
    """A column for pyarrow."""
    import pyarrow as pa

    short = column.places if isinstance(column, Coded) else column.values
    full = np.zeros(len(column.valid), dtype=short.dtype)
    full[column.valid] = short
    if isinstance(column, Plain):
        return pa.array(full, mask=~column.valid)
    kind = pa.float64() if isinstance(column.values, ndarray) else pa.string()
    return pa.DictionaryArray.from_arrays(
        pa.array(full.astype(np.int32), mask=~column.valid), pa.array(column.values, kind)
    )


__all__ = ["Writer"]
