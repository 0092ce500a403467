"""Batches of a piece for a gather: row groups of Parquet, or plain CSV; texts that repeat as dictionaries.

CSV that is not plain in every byte (a quotation mark inside a cell, an empty line, a row of another width, bytes that
are not UTF-8) is left to the reader of pieces.py, which names what is wrong with each line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.law.shipments.gather import ROLES
from parley.law.shipments.pieces import LONGEST_LINE
from parley.law.shipments.sources import Piece

if TYPE_CHECKING:
    from parley.law.shipments.columns import Columns
    from parley.law.shipments.run import Options

CHUNK = 1 << 17  # rows judged at a time
BLOCK = 8 << 20  # bytes of CSV read at a time
CSV_ROW = 40  # bytes of a short row of CSV
ENCODINGS = frozenset(
    {"PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"}
)  # of dictionaries, and levels
CODED = ("product", "origin", "entry_date", "unit")


@dataclass(frozen=True)
class Reader:
    """How a file's pieces are read: their columns as u0, u1, …, all of them or only those that roles need.

    numeric: numbers and days of CSV as such, where that can be; else as they stand. iso: days are YYYY-MM-DD.
    """

    columns: Columns
    whole: bool
    numeric: bool = True
    iso: bool = True

    @property
    def names(self) -> list[str]:
        """The columns that are read, under the file's names."""
        needed = {n for r, n in self.columns.of.items() if r in ROLES}
        return [n for n in self.columns.names if self.whole or n in needed]

    @property
    def coded(self) -> list[str]:
        """The columns of texts that are looked up."""
        return [self.columns.of[r] for r in CODED if r in self.columns.of]

    def inner(self, name: str) -> str:
        """The name inside the query."""
        return f"u{self.columns.names.index(name)}"

    def batches(self, piece: Piece) -> Iterator[Any]:
        """The record batches of a piece. Raises pyarrow's ArrowInvalid where CSV is not plain."""
        return self._parquet(piece) if piece.source.parquet else self._csv(piece)

    def _parquet(self, piece: Piece) -> Iterator[Any]:
        import pyarrow.parquet as pq

        schema = pq.read_schema(piece.source.path)
        coded = [n for n in self.names if n in self.coded and is_text(schema.field(n).type)]
        metadata = pq.read_metadata(piece.source.path)
        groups = list(groups_of(metadata, piece.rows))
        held = _held_as_dictionaries(metadata, groups, coded)
        with pq.ParquetFile(piece.source.path, metadata=metadata, read_dictionary=held, pre_buffer=False) as file:
            for group in groups:
                table = file.read_row_group(group, columns=self.names, use_threads=False)
                for name in (n for n in coded if n not in held):
                    at = table.column_names.index(name)
                    table = table.set_column(at, name, table.column(at).dictionary_encode())
                table = table.rename_columns([self.inner(n) for n in table.column_names])
                yield from table.to_batches(CHUNK)

    def _csv(self, piece: Piece) -> Iterator[Any]:
        """Null for an empty cell."""
        import pyarrow as pa

        try:
            yield from list(self._csv_as(piece, self.numeric))
        except pa.ArrowInvalid:
            if not self.numeric:
                raise
            yield from self._csv_as(piece, numeric=False)

    def _csv_as(self, piece: Piece, numeric: bool) -> Iterator[Any]:
        import pyarrow as pa
        from pyarrow import csv

        content, source = piece.content, piece.source
        if not is_plain(content, source.delimiter):
            raise pa.ArrowInvalid("not plain CSV")
        coded, text = pa.dictionary(pa.int32(), pa.string()), pa.string()
        kinds = {self.inner(n): coded if n in self.coded else text for n in self.names}
        if numeric:  # quantities and units stay texts: few lines need them
            kinds[self.inner(self.columns.of["value"])] = pa.float64()
            kinds |= {self.inner(self.columns.of["unit"]): text} if "unit" in self.columns.of else {}
        if numeric and self.iso and "entry_date" in self.columns.of:
            kinds[self.inner(self.columns.of["entry_date"])] = pa.date32()
        every = [f"u{j}" for j in range(len(source.names))]
        batches = csv.open_csv(
            pa.py_buffer(content),
            read_options=csv.ReadOptions(column_names=every, use_threads=False, block_size=BLOCK),
            parse_options=csv.ParseOptions(
                delimiter=source.delimiter, newlines_in_values=b'"' in content, ignore_empty_lines=False
            ),
            convert_options=csv.ConvertOptions(
                column_types=kinds, include_columns=list(kinds), null_values=[""], strings_can_be_null=True
            ),
        )
        product, looked = self.inner(self.columns.of["product"]), False
        for batch in batches:
            if not looked and batch.column(product).null_count:  # an empty line is a row of nothing to this reader
                if _has_empty_line(content):
                    raise pa.ArrowInvalid("an empty line")
                looked = True
            yield batch


def _held_as_dictionaries(metadata: Any, groups: list[int], names: list[str]) -> list[str]:
    """Which columns of texts pyarrow can read as dictionaries: those of the plain encodings."""
    others = set()
    for group in map(metadata.row_group, groups):
        for column in map(group.column, range(group.num_columns)):
            if not ENCODINGS.issuperset(column.encodings):
                others.add(column.path_in_schema)
    return [n for n in names if n not in others]


def groups_of(metadata: Any, rows: tuple[int, int]) -> Iterator[int]:
    """The row groups between two rows of a file."""
    at = 0
    for j in range(metadata.num_row_groups):
        if rows[0] <= at < rows[1]:
            yield j
        at += metadata.row_group(j).num_rows


def is_plain(content: bytes, delimiter: str) -> bool:
    """Whether every reader of CSV reads these bytes alike: UTF-8, whole cells in quotation marks, ends of one kind.

    Empty lines and rows of another width are found when the bytes are parsed.
    """
    if b"\0" in content or content[:1] in (b"\n", b"\r") or not _has_short_lines(content) or not _is_utf8(content):
        return False
    if b"\r" in content and content.count(b"\r") != content.count(b"\r\n"):
        return False
    return b'"' not in content or _quotes_whole_cells(content, delimiter)


def _has_empty_line(content: bytes) -> bool:
    """Whether a line outside of quotation marks is empty."""
    held = np.frombuffer(content.replace(b"\r\n", b"\n"), dtype=np.uint8)
    ends = np.flatnonzero((held[:-1] == 10) & (held[1:] == 10))
    return bool((np.searchsorted(np.flatnonzero(held == ord('"')), ends) % 2 == 0).any())


def _is_utf8(content: bytes) -> bool:
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(content)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(content)]).validate(full=True)
    except ValueError:
        return False
    return True


def _has_short_lines(content: bytes) -> bool:
    step = LONGEST_LINE // 2
    return all(content.find(b"\n", at, at + step) >= 0 for at in range(0, len(content) - step, step))


def _quotes_whole_cells(content: bytes, delimiter: str) -> bool:
    """Whether quotation marks come in pairs around whole cells, none within a cell."""
    held = np.frombuffer(content, dtype=np.uint8)
    at = np.flatnonzero(held == ord('"'))
    if len(at) % 2:
        return False
    edges = np.array([ord(delimiter), 10, 13], dtype=np.uint8)
    before = np.where(at[0::2] > 0, held[at[0::2] - 1], 10)
    after = np.where(at[1::2] + 1 < len(held), held[np.minimum(at[1::2] + 1, len(held) - 1)], 10)
    return bool(np.isin(before, edges).all() and np.isin(after, edges).all())


def can_gather(columns: Columns, asked: Options, parquet: str = "", whole: bool = True) -> bool:
    """Whether a file and the question allow it: no claims, plain types, nothing but the six columns of the result.

    parquet: the file, where it is such; else it is CSV. whole: whether all its columns are decoded, not only those of roles.
    """
    plain = not (asked.before or asked.fees or asked.programmes or asked.whole_dollars)
    several = "destination" in columns.of and not asked.destination
    if not plain or several or columns.claims or "unit_value" in columns.of:
        return False
    if not parquet:
        return True
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(parquet)
    except (OSError, ValueError):  # the query says what is wrong with it
        return False
    return _are_roles_fit(schema, columns, asked) and (not whole or _is_plain_schema(schema))


def _are_roles_fit(schema: Any, columns: Columns, asked: Options) -> bool:
    """Whether the types of the columns that roles need are those that a gather reads as the query does."""
    import pyarrow as pa

    of, is_ = {r: schema.field(n).type for r, n in columns.of.items() if r in ROLES}, pa.types
    on: Any = of.get("entry_date")
    dated = asked.on is not None or is_.is_date32(on) or is_text(on) or (is_.is_timestamp(on) and on.tz is None)
    sizes = [of[r] for r in ("value", "quantity") if r in of]
    number = all(is_.is_integer(t) or is_.is_float64(t) or is_.is_float32(t) or is_.is_decimal128(t) for t in sizes)
    return dated and number and all(is_text(of[r]) for r in ("product", "origin", "unit") if r in of)


def _is_plain_schema(schema: Any) -> bool:
    """Whether all columns are of types that are written as they were read."""
    import pyarrow as pa

    fine = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_date32)
    return all(any(is_(f.type) for is_ in fine) for f in schema)


def is_text(kind: Any) -> bool:
    """Whether a column is of texts, in whichever of Arrow's ways."""
    import pyarrow as pa

    kind, is_ = kind.value_type if pa.types.is_dictionary(kind) else kind, pa.types
    return is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind)


def has_pyarrow() -> bool:
    """Whether the extra is installed; the query does everything without it."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def warm() -> None:
    """Loads pyarrow's functions beside other work: their first call takes a fifth of a second."""
    import pyarrow as pa
    import pyarrow.parquet
    from pyarrow import compute

    made: Any = compute
    made.index_in(pa.array(["a"]), value_set=pa.array(["a"]))


__all__ = ["CSV_ROW", "Reader", "can_gather", "groups_of", "has_pyarrow", "is_plain", "warm"]
