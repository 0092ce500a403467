"""Rows as CSV: every line as it stands in the file, byte for byte, or written from columns; and the result behind it.

A record has its line end before it, so that the end of the file is written last.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parley.law.shipments.chunks import Piece
from parley.law.shipments.read import Rows, as_texts, is_text, repeated

_SPECIAL = '^$|[,"\n\r#]'  # an empty text is no missing one

MOST_DOLLARS = 1e10  # that are written in cents
SAMPLE = 1 << 10  # rows by which it is told whether a column's values repeat


class CsvOutput:
    """An output of CSV. splices: the file's own lines stand in it as they are; else it is `anew` from columns."""

    def __init__(self, path: Path, names: Sequence[str], splices: bool) -> None:
        self.path, self.names, self.splices, self.anew = path, names, splices, not splices

    def made(self, piece: Piece, rows: Rows, results: Sequence[Sequence[Any]]) -> list[memoryview]:
        """The records of a piece with the result behind them, batch by batch."""
        made, at = list[memoryview](), 0
        for j, (batch, result) in enumerate(zip(rows.batches, results, strict=True)):
            if rows.lines is not None:
                stated = [repeated(value, len(batch)) for _, value in piece.source.extra]
                made.append(records([*stated, *result], rows.lines.slice(at, len(batch))))
            else:
                made.append(records([*rows.own[j].columns, *result]))
            at += len(batch)
        return made

    def add(self, path: str, blocks: Sequence[memoryview]) -> list[str]:
        """Records at the end of the output, behind its header; nothing more is to be remembered of them."""
        with self.path.open("ab") as stream:
            if not stream.tell():
                header = io.StringIO()
                csv.writer(header, lineterminator="").writerow(self.names)
                stream.write(header.getvalue().encode())
            for block in blocks:
                stream.write(block)
        return []

    def finish(self, rows: int) -> None:
        """The end of the last record."""
        with self.path.open("ab") as stream:
            stream.write(b"\n")

    def close(self) -> None:
        """Nothing: no file is open between two pieces."""


def records(columns: Sequence[Any], lines: Any = None) -> memoryview:
    """The bytes of records of some columns; of lines that stand already, each with a line end before it, with columns behind them."""
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    first = [lines] if lines is not None else _cells(columns[0], "\n")
    cells = [c for column in columns[lines is None :] for c in _cells(column, ",")]
    joined = pc.binary_join_element_wise(*first, *cells, pa.scalar("", pa.large_string()))
    edges = np.frombuffer(joined.buffers()[1], np.int64)[[joined.offset, joined.offset + len(joined)]]
    return memoryview(joined.buffers()[2])[edges[0] : edges[1]] if len(joined) else memoryview(b"")


def _cells(column: Any, before: str) -> list[Any]:
    """A column's cells as texts that are to be joined, behind a text; what is missing is an empty cell."""
    import pyarrow as pa

    text = pa.large_string()
    if not pa.types.is_dictionary(column.type):
        if not _repeats(column):
            return [pa.scalar(before, text), *(c.cast(text).fill_null("") for c in _written(column))]
        column = column.dictionary_encode()
    words = _joined(pa.scalar(before, text), *(c.cast(text).fill_null("") for c in _written(column.dictionary)))
    words = pa.concat_arrays([words, pa.array([before], text)])
    index = column.indices
    return [words.take(index.fill_null(len(words) - 1) if index.null_count else index)]


def _joined(*texts: Any) -> Any:
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _repeats(column: Any) -> bool:
    """Whether few values are in many rows, by the first rows."""
    import pyarrow as pa

    is_, kind = pa.types, column.type
    if not (is_.is_floating(kind) or is_.is_integer(kind) or is_.is_temporal(kind) or is_text(kind)):
        return False
    return 2 * len(column.slice(0, SAMPLE).dictionary_encode().dictionary) < min(SAMPLE, len(column))


def _written(values: Any) -> list[Any]:
    """Values as cells of CSV, to be joined: numbers with a point, texts in quotation marks where they need them."""
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    if pa.types.is_floating(values.type):
        return _cents(values) or [_numbers(values)]
    texts = as_texts(values)
    if pa.types.is_integer(values.type) or pa.types.is_date(values.type):
        return [texts]
    special = pc.match_substring_regex(texts, _SPECIAL)
    if not pc.any(special).as_py():
        return [texts]
    mark, doubled = pa.scalar('"', texts.type), pc.replace_substring(texts, '"', '""')
    quoted = pc.binary_join_element_wise(mark, doubled, mark, pa.scalar("", texts.type))
    return [pc.if_else(special, quoted, texts)]


def _cents(values: Any) -> list[Any]:
    """Sums of money as dollars and what stands behind the point, as `_numbers` writes them; none where they are no such sums."""
    import pyarrow as pa

    held = values.to_numpy(zero_copy_only=False)
    missing = np.isnan(held)
    money = np.where(missing, 0.0, held)
    if values.type != pa.float64() or np.signbit(money).any() or not (money < MOST_DOLLARS).all():
        return []
    cents = np.rint(money * 100)
    if not (cents / 100 == money).all():
        return []
    dollars, part = np.divmod(cents.astype(np.int64), 100)
    ends = pa.array([*(repr(n / 100)[1:] for n in range(100)), ""], pa.large_string())
    return [pa.array(dollars, mask=missing).cast(pa.string()), ends.take(pa.array(np.where(missing, 100, part)))]


def _numbers(values: Any) -> Any:
    """Numbers in as few digits as say them exactly, as Python writes them: with a point, or an exponent for small ones."""
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    held = values.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    size, texts = np.abs(held), values.cast(pa.string())
    whole = (np.rint(held) == held) & (size < 1e15) & ~np.signbit(held)
    odd = (size < 1e-4) & (size > 0) | np.signbit(held) | (size >= 1e10) & ~whole
    if whole.any():
        digits = pa.array(held[whole].astype(np.int64)).cast(pa.string())
        texts = pc.replace_with_mask(texts, pa.array(whole), pc.binary_join_element_wise(digits, "0", "."))
    if not odd.any():
        return texts
    return pc.replace_with_mask(texts, pa.array(odd), pa.array([repr(x) for x in held[odd].tolist()], pa.string()))


__all__ = ["CsvOutput", "records"]
