"""Rows as Parquet, a row group for each batch: the file's own columns, with statistics of numbers and days, and the result.

A file that is not finished cannot be read, so that the output grows by segments: whole files, of which one is closed whenever
the run is to be safe. Several are read and written again as one, group by group, to the bytes that one would have had.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from parley.law.shipments.arrow import pa, pq
from parley.law.shipments.chunks import Piece, Source
from parley.law.shipments.places import decoding, is_parquet, open_parquet
from parley.law.shipments.read import Rows, as_texts, is_text
from parley.law.shipments.sources import File

_VARIED = ("duty", "duty_before", "duty_change", "mpf", "hmf")  # for which no dictionary pays


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
