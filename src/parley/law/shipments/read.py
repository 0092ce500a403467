"""The rows of a piece as record batches for `judge`: columns named by role, texts that repeat as dictionaries.

CSV that is not plain in every byte (a quotation mark inside a cell, lone carriage returns, bytes that are not UTF-8) is
first read line by line (chunks.line_by_line), which names what is wrong with each line.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.arrow import pa, pa_csv
from parley.law.shipments.chunks import Content, Malformed, Piece, Source, holds, is_plain, line_by_line, own_lines
from parley.law.shipments.columns import Columns
from parley.law.shipments.sources import open_parquet

CHUNK = 1 << 17  # rows judged at a time
BLOCK = 6 << 20  # bytes of CSV parsed at a time
ROLES = ("product", "origin", "entry_date", "value", "quantity", "unit_value", "unit", "spi", *CLAIMS)
_CLAIMED = tuple(n for n, c in CLAIMS.items() if c.kind != "money")  # amounts are no words
# words, of which all are looked at
CODED = ("product", "origin", "destination", "entry_date", "spi", "mode", *_CLAIMED)
REPEATED = (*CODED, "unit")
_JUDGED = ("integer", "floating", "boolean", "date32", "timestamp", "decimal128", "null")  # types, beside texts


@dataclass
class Rows:
    """The rows of a piece: batches by role; the lines that are no rows; the file's own columns or lines where asked for."""

    batches: list[pa.RecordBatch] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
    own: list[pa.RecordBatch] = field(default_factory=list)
    lines: pa.LargeStringArray | None = None

    @property
    def count(self) -> int:
        """How many rows there are, but for those that are none."""
        return sum(len(b) for b in self.batches)

    @property
    def places(self) -> Int[ndarray, " n"]:
        """The place of each row among all lines of the piece."""
        return np.delete(np.arange(self.count + len(self.malformed)), [m.place for m in self.malformed])


@dataclass
class Reader:
    """How pieces are read. roles: what is judged. own: the file's own columns too; lines: its own lines, of CSV."""

    columns: Columns
    roles: Sequence[str]
    own: bool = False
    lines: bool = False

    def read(self, piece: Piece) -> Rows:
        """The rows of a piece."""
        if piece.source.footer is None:
            return self._csv(piece.source, piece.content)
        try:
            return self._parquet(piece, self.columns.held(REPEATED))
        except OSError:  # held in a way in which pyarrow reads no dictionary
            return self._parquet(piece, ())

    def _names(self, source: Source) -> list[str]:
        return [n for n in source.own if self.own or n in self.columns.held(self.roles)]

    def _add(self, rows: Rows, source: Source, table: pa.Table) -> None:
        """Rows of the file's columns, to which those are added that its place states."""
        for batch in table.to_batches(CHUNK):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            columns |= {name: repeated(value, len(batch)) for name, value in source.extra}
            held = {r: columns[n] for r, n in self.columns.of.items() if r in self.roles and n in columns}
            rows.batches.append(pa.record_batch({r: as_judged(c, r in CODED) for r, c in held.items()}))
            if self.own:
                rows.own.append(pa.record_batch(columns))

    def _parquet(self, piece: Piece, coded: Container[str]) -> Rows:
        source, rows, names = piece.source, Rows(), self._names(piece.source)
        schema = source.footer.schema.to_arrow_schema() if source.footer else pa.schema([])
        words = [n for n in names if n in coded and is_text(schema.field(n).type)]
        with open_parquet(source.path, metadata=source.footer, read_dictionary=words, pre_buffer=False) as file:
            for group in range(*piece.groups):
                self._add(rows, source, file.read_row_group(group, columns=names, use_threads=False))
        return rows

    def _csv(self, source: Source, content: Content) -> Rows:
        """Null for an empty cell."""
        if is_plain(content, source.delimiter):
            with suppress(pa.ArrowInvalid):
                rows = self._parsed(source, content)
                rows.lines = own_lines(content, [m.place for m in rows.malformed]) if self.lines else None
                if rows.lines is None or len(rows.lines) == rows.count:
                    return rows
        clean, malformed, lines = line_by_line(content, len(source.own), source.delimiter)
        rows = self._parsed(source, clean) if clean else Rows()
        return replace(rows, malformed=malformed, lines=lines if self.lines else None)

    def _parsed(self, source: Source, content: Content) -> Rows:
        rows, names, coded = Rows(), self._names(source), self.columns.held(CODED)
        kinds = {n: pa.dictionary(pa.int32(), pa.string()) if n in coded else pa.string() for n in names}

        def skip(row: Any) -> str:
            rows.malformed.append(Malformed(row.number - 1, row.text[:200], f"{row.actual_columns} cells"))
            return "skip"

        parsed = pa_csv.open_csv(
            pa.py_buffer(content),
            read_options=pa_csv.ReadOptions(column_names=list(source.own), use_threads=False, block_size=BLOCK),
            parse_options=pa_csv.ParseOptions(delimiter=source.delimiter, newlines_in_values=holds(content, b'"'),
                                           ignore_empty_lines=True, invalid_row_handler=skip),
            convert_options=pa_csv.ConvertOptions(column_types=kinds, include_columns=names, null_values=[""],
                                               strings_can_be_null=True, check_utf8=False),
        )  # fmt: skip
        for batch in parsed:
            self._add(rows, source, pa.Table.from_batches([batch]))
        return rows


def repeated(value: str | None, count: int) -> pa.DictionaryArray:
    """A column of one text in all rows."""
    places = pa.array(np.zeros(count, np.int32), mask=np.full(count, value is None))
    return pa.DictionaryArray.from_arrays(places, pa.array([value or ""]))


def as_judged(column: pa.Array, coded: bool) -> pa.Array:
    """A column of a type that `judge` takes; any other is read as it prints."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        if is_text(kind):
            return column.cast(pa.dictionary(pa.int32(), pa.string()))
        return as_judged(column.dictionary_decode(), coded)
    if is_text(kind):
        texts = column.cast(pa.string())
        return texts.dictionary_encode() if coded else texts
    for unlike, like in ((pa.date64(), pa.date32()), (pa.float16(), pa.float32())):
        if kind == unlike:
            return column.cast(like)
    return column if any(getattr(pa.types, f"is_{n}")(kind) for n in _JUDGED) else as_texts(column)


def as_texts(column: pa.Array) -> pa.Array:
    """A column of any type as it prints."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        said = (v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in column.to_pylist())
        return pa.array([None if v is None else str(v) for v in said], pa.string())


def is_text(kind: Any) -> bool:
    """Whether a column is of texts, in whichever of Arrow's ways."""
    kind, is_ = kind.value_type if pa.types.is_dictionary(kind) else kind, pa.types
    return is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind)
