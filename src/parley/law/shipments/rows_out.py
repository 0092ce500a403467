"""Rows with their results, written as CSV or as Parquet.

CSV holds every line as it stands in the file, byte for byte, or written from columns, and the result behind it. A record has
its line end before it, so that the end of the file is written last.

Parquet has a row group for each batch: the file's own columns, with statistics of numbers and days, and the result. A file that
is not finished cannot be read, so that this output grows by segments: whole files, of which one is closed whenever the run is to
be safe. Several are read and written again as one, group by group, to the bytes that one would have had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from parley.law.shipments.arrow import pa, pc, pq
from parley.law.shipments.chunks import Piece, Source
from parley.law.shipments.read import Rows, as_texts, is_text, repeated
from parley.law.shipments.sources import File, decoding, is_parquet, open_parquet

_SPECIAL = '^$|[,"\n\r#]'  # an empty text is no missing one

MOST_DOLLARS = 1e10  # that are written in cents
_PARTS = [*(repr(n / 100)[1:] for n in range(100)), ""]  # what stands behind the point
_VARIED = ("duty", "duty_before", "duty_change", "mpf", "hmf")  # for which no dictionary pays
SAMPLE = 1 << 10  # rows by which it is told whether a column's values repeat


class CsvOutput:
    """A file of CSV that grows. splices: the lines of the file that is read stand in it as they are; else they are written from columns."""

    def __init__(self, path: Path, names: Sequence[str], splices: bool = False) -> None:
        self.path, self.names, self.splices = path, names, splices

    def made(self, piece: Piece, rows: Rows, results: Sequence[Sequence[Any]]) -> list[memoryview]:
        """The records of a piece with the result behind them, batch by batch."""
        made, at = list[memoryview](), 0
        for j, (batch, result) in enumerate(zip(rows.batches, results, strict=True)):
            if rows.lines is not None:
                stated = [repeated(value, len(batch)) for _, value in piece.source.extra]
                made.append(records(stated, result, rows.lines.slice(at, len(batch))))
            else:
                made.append(records(rows.own[j].columns, result))
            at += len(batch)
        return made

    def add(self, blocks: Iterable[memoryview]) -> None:
        """Records at the end of the file, behind its header."""
        with self.path.open("ab") as stream:
            if not stream.tell():
                stream.write(records([pa.array([n]) for n in self.names], ())[1:])
            for block in blocks:
                stream.write(block)

    def close(self) -> None:
        """Nothing: the file is not open between two calls."""

    def finish(self) -> Path:
        """The whole file, if there is a record in it."""
        if self.path.exists():
            with self.path.open("ab") as stream:
                stream.write(b"\n")
        return self.path


def records(own: Sequence[Any], result: Sequence[Any], lines: Any = None) -> memoryview:
    """The bytes of records of a file's own columns with a result behind them; of lines that stand already, each with a line
    end before it, with such columns behind them."""
    texts, start = ([], "\n") if lines is None else ([lines], ",")
    for column in (*own, *result):
        texts += _cells(column, start)
        start = ","
    made = _joined(*texts)
    edges = np.frombuffer(made.buffers()[1], np.int64)[[made.offset, made.offset + len(made)]] if len(made) else (0, 0)
    return memoryview(made.buffers()[2] or b"")[edges[0] : edges[1]]


def _cells(column: Any, start: str) -> list[Any]:
    """A column's cells behind a text, to be joined; what is missing is an empty cell. Values that repeat are written once each."""
    if not _repeats(column):
        return [_one(start), *_written(column)]
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    words, none = coded.dictionary, pa.nulls(1, coded.dictionary.type)
    texts = _joined(_one(start), *_written(pa.concat_arrays([words, none])))
    return [texts.take(coded.indices.fill_null(len(words)))]


def _one(text: str) -> Any:
    """A text of all rows that are joined."""
    return pa.scalar(text, pa.large_string())


def _joined(*texts: Any) -> Any:
    held = [t if isinstance(t, pa.Scalar) else t.cast(pa.large_string()) for t in texts]
    return pc.binary_join_element_wise(*held, _one(""), null_handling="replace", null_replacement="")


def _repeats(column: Any) -> bool:
    """Whether few values are in many rows, by the first rows."""
    is_, kind = pa.types, column.type
    if is_.is_dictionary(kind):
        return True
    if not (is_.is_floating(kind) or is_.is_integer(kind) or is_.is_temporal(kind) or is_text(kind)):
        return False
    return 2 * len(column.slice(0, SAMPLE).dictionary_encode().dictionary) < min(SAMPLE, len(column))


def _written(values: Any) -> list[Any]:
    """Values as cells of CSV, to be joined: numbers with a point, texts in quotation marks where they need them."""
    if pa.types.is_floating(values.type):
        return _cents(values) or [_numbers(values)]
    texts = as_texts(values)
    if pa.types.is_integer(values.type) or pa.types.is_date(values.type):
        return [texts]
    special = pc.match_substring_regex(texts, _SPECIAL)
    if not pc.any(special).as_py():
        return [texts]
    quoted = _joined(_one('"'), pc.replace_substring(texts, '"', '""'), _one('"'))
    return [pc.if_else(special, quoted, texts.cast(quoted.type))]


def _cents(values: Any) -> list[Any]:
    """Sums of money as dollars and what stands behind the point, as `_numbers` writes them; none where they are no such sums."""
    held = values.to_numpy(zero_copy_only=False)
    missing = np.isnan(held) if values.null_count else None
    money = held if missing is None else np.where(missing, 0.0, held)
    if values.type != pa.float64() or np.signbit(money).any() or not money.max(initial=0.0) < MOST_DOLLARS:
        return []
    cents = np.rint(money * 100)
    if not np.array_equal(cents / 100, money):
        return []
    whole = cents.astype(np.int64)
    dollars = whole // 100
    part = whole - dollars * 100
    if missing is not None:
        part[missing] = 100
    return [
        pa.array(dollars, mask=missing).cast(pa.large_string()),
        pa.array(_PARTS, pa.large_string()).take(pa.array(part)),
    ]


def _numbers(values: Any) -> Any:
    """Numbers in as few digits as say them exactly, as Python writes them: with a point, or an exponent for small ones."""
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


class ParquetOutput:
    """An output of Parquet, `out` in a folder of the run. own: the file's own columns; result: the type of each of the others.

    coded: those of the first that hold texts that repeat, which are held as dictionaries.
    """

    splices = False

    def __init__(
        self, folder: Path, files: Sequence[File], first: Source, own: Sequence[str], result: dict[str, pa.DataType],
        coded: Sequence[str],
    ) -> None:  # fmt: skip
        kinds = dict(zip(own, common_types(files, first), strict=True)) | result
        texts, words = {n for n, k in kinds.items() if is_text(k)}, pa.dictionary(pa.int32(), pa.string())
        few = {n for n in texts if n in coded or kinds[n] == words}
        self.folder, self.schema = folder, pa.schema([(n, words if n in few else k) for n, k in kinds.items()])
        plain = {*_VARIED, *own} - _repeated(first, own, texts) - few
        self.repeated = [n for n in kinds if n not in plain]
        self.measured = [n for n in own if n not in few]  # of words the least and greatest cost more than they tell
        self.writer: pq.ParquetWriter | None = None

    def made(self, piece: Piece, rows: Rows, results: Sequence[Sequence[Any]]) -> list[pa.Table]:
        """The rows of a piece with their result, batch by batch."""
        return [self._table([*own.columns, *result]) for own, result in zip(rows.own, results, strict=True) if len(own)]

    def _table(self, columns: Sequence[Any]) -> pa.Table:
        """Columns in the types of the output, so that its bytes do not depend on how they came."""
        return pa.Table.from_arrays(
            [_cast(c, f.type) for c, f in zip(columns, self.schema, strict=True)], schema=self.schema
        )

    def add(self, tables: Sequence[pa.Table]) -> None:
        """A piece at the end of the open segment."""
        for table in tables:
            self.writer = self.writer or self._new(self.folder / f"rows-{len(self._segments()):06}")
            self.writer.write_table(table, len(table))

    def _segments(self) -> list[Path]:
        return sorted(self.folder.glob("rows-*"))

    def _new(self, path: Path) -> pq.ParquetWriter:
        return pq.ParquetWriter(path, self.schema, compression="snappy", store_schema=False,
                                use_dictionary=cast(bool, self.repeated), write_statistics=cast(bool, self.measured))  # fmt: skip

    def close(self) -> None:
        """Closes the segment, which is whole then."""
        writer, self.writer = self.writer, None
        if writer:
            writer.close()

    def finish(self) -> Path:
        """The one file of all rows."""
        self.close()
        segments, whole = self._segments(), self.folder / "out"
        if len(segments) == 1:
            return segments[0]
        words = [f.name for f in self.schema if pa.types.is_dictionary(f.type)]
        with self._new(whole) as writer:
            for segment in segments:
                held = pq.ParquetFile(segment, read_dictionary=words)
                for group in range(held.num_row_groups):
                    columns = held.read_row_group(group).combine_chunks().columns
                    writer.write_table(self._table([c.chunk(0) for c in columns]))
        return whole


def _repeated(first: Source, own: Sequence[str], texts: set[str]) -> set[str]:
    """The columns for which the writer of a Parquet file held dictionaries; of CSV the texts."""
    if not first.footer or not first.footer.num_row_groups:
        return texts
    group, shown = first.footer.row_group(0), dict(zip(first.own, own, strict=False))
    columns = map(group.column, range(group.num_columns))
    return {shown.get(c.path_in_schema, "") for c in columns if any("DICTIONARY" in e for e in c.encodings)}


def _cast(column: Any, kind: pa.DataType) -> Any:
    """A column in a type; a dictionary with the words that occur, each once, as they come."""
    if not is_text(kind):
        return column if column.type == kind else column.cast(kind)
    plain = column if column.type == kind else column.cast(pa.string()) if is_text(column.type) else as_texts(column)
    if not pa.types.is_dictionary(kind):
        return plain
    coded = plain if pa.types.is_dictionary(plain.type) else plain.dictionary_encode()
    met = coded.indices.dictionary_encode()
    words = coded.dictionary.take(met.dictionary).dictionary_encode()  # several places may hold one word
    places = met.indices if len(words.dictionary) == len(words) else words.indices.take(met.indices)
    return pa.DictionaryArray.from_arrays(places, words.dictionary)


def common_types(files: Sequence[File], first: Source) -> list[pa.DataType]:
    """The types that the columns of all files can be written in; texts where nothing else will do."""
    schemas = [_schema(file.path) for file in files]
    return [_common({s.field(n).type if n in s.names else pa.string() for s in schemas}) for n in first.names]


def _schema(path: str) -> pa.Schema:
    """The columns of a Parquet file, dictionaries by their values, and texts in one way; none of any other file."""
    if not is_parquet(path):
        return pa.schema([])
    with decoding(path), open_parquet(path) as file:
        kinds = [k.value_type if pa.types.is_dictionary(k) else k for k in file.schema_arrow.types]
        return pa.schema(zip(file.schema_arrow.names, [pa.string() if is_text(k) else k for k in kinds], strict=True))


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    if len(kinds) == 1:
        return next(iter(kinds))
    try:
        made = pa.unify_schemas([pa.schema([("x", k)]) for k in kinds], promote_options="permissive")
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.string()
    kind = made.field(0).type
    return pa.decimal128(38, kind.scale) if pa.types.is_decimal128(kind) else kind  # of all digits that there may be
