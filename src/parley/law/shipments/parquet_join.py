"""Parquet files of one schema made one file without decoding a value: row groups copied, their offsets moved.

A footer is a structure in Thrift's compact protocol (Parquet format 2, parquet.thrift). It is read into plain fields, the
offsets of every column chunk are moved by what stands in front of it, and it is written again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from parley.law.shipments.pieces import text_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAGIC = b"PAR1"
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4  # of FileMetaData
_COLUMNS, _GROUP_OFFSET, _ORDINAL = 1, 5, 7  # of RowGroup
_CHUNK_OFFSETS, _META = (2, 4, 6), 3  # of ColumnChunk: file, offset index, column index; its ColumnMetaData
_PAGE_OFFSETS = (9, 10, 11, 14)  # of ColumnMetaData: data, index, dictionary pages, bloom filter

Fields = dict[int, tuple[int, Any]]  # number → (kind, value)


def join_parquet(parts: Sequence[Path], whole: Path) -> bool:
    """The parts one behind another as one file; False, and nothing written, where their schemas differ."""
    footers = [read_footer(p) for p in parts]
    first = footers[0][0]
    if any(f[_SCHEMA] != first[_SCHEMA] for f, _ in footers):
        return False
    joined = dict(first)
    groups: list[Any] = []
    with whole.open("wb") as stream:
        stream.write(MAGIC)
        for path, (footer, size) in zip(parts, footers, strict=True):
            moved = stream.tell() - len(MAGIC)
            with path.open("rb") as source:
                source.seek(len(MAGIC))
                _copy(source, stream, size - len(MAGIC))
            for group in footer[_GROUPS][1][1]:
                _move(group, moved, len(groups))
                groups.append(group)
        joined[_ROWS] = (_I64, sum(f[_ROWS][1] for f, _ in footers))
        joined[_GROUPS] = (_LIST, (first[_GROUPS][1][0], groups))
        made = _Writer()
        made.struct(joined)
        stream.write(bytes(made.out))
        stream.write(len(made.out).to_bytes(4, "little") + MAGIC)
    return True


def read_footer(path: Path) -> tuple[Fields, int]:
    """The fields of a file's footer, and where the footer begins."""
    with path.open("rb") as stream:
        end = stream.seek(-8, 2)
        size = int.from_bytes(stream.read(4), "little")
        stream.seek(end - size)
        return _Reader(stream.read(size)).struct(), end - size


def _copy(source: BinaryIO, target: BinaryIO, count: int) -> None:
    while count > 0:
        block = source.read(min(count, 1 << 22))
        if not block:
            raise EOFError("a part ends before its footer")
        target.write(block)
        count -= len(block)


def _move(group: Fields, by: int, ordinal: int) -> None:
    """Every offset of a row group moved; its place among the row groups."""
    _shift(group, (_GROUP_OFFSET,), by)
    if _ORDINAL in group:
        group[_ORDINAL] = (_I16, min(ordinal, 2**15 - 1))
    for chunk in group[_COLUMNS][1][1]:
        _shift(chunk, _CHUNK_OFFSETS, by)
        if _META in chunk:
            _shift(chunk[_META][1], _PAGE_OFFSETS, by)


def _shift(fields: Fields, numbers: Sequence[int], by: int) -> None:
    for n in numbers:
        if n in fields and fields[n][1] > 0:  # 0: the writer left it out
            fields[n] = (fields[n][0], fields[n][1] + by)


def one_parquet(con: DuckDBPyConnection, parts: Sequence[Path], whole: Path) -> None:
    """One file of all parts; parts of different schemas are read and written again."""
    if len(parts) == 1:
        os.replace(parts[0], whole)
        return
    if join_parquet(parts, whole):
        return
    listed = ", ".join(text_sql(str(p)) for p in parts)
    con.execute(f"COPY (SELECT * FROM read_parquet([{listed}])) TO {text_sql(str(whole))} (FORMAT parquet)")


class _Reader:
    """Reads the compact protocol."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def varint(self) -> int:
        found = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7

    def whole(self) -> int:
        n = self.varint()
        return (n >> 1) ^ -(n & 1)

    def taken(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def struct(self) -> Fields:
        found: Fields = {}
        number = 0
        while (head := self.taken(1)[0]) != 0:
            number = number + (head >> 4) if head >> 4 else self.whole()
            found[number] = (head & 15, self.value(head & 15))
        return found

    def value(self, kind: int, inside: bool = False) -> Any:
        if kind in (_TRUE, _FALSE):
            return self.taken(1)[0] if inside else kind == _TRUE
        if kind == _BYTE:
            return self.taken(1)[0]
        if kind in (_I16, _I32, _I64):
            return self.whole()
        if kind == _DOUBLE:
            return self.taken(8)
        if kind == _BINARY:
            return self.taken(self.varint())
        if kind in (_LIST, _SET):
            head = self.taken(1)[0]
            count = head >> 4 if head >> 4 < 15 else self.varint()
            return head & 15, [self.value(head & 15, True) for _ in range(count)]
        if kind == _STRUCT:
            return self.struct()
        raise ValueError(f"a footer with a field of kind {kind}")  # maps do not occur in Parquet's footer


class _Writer:
    """Writes the compact protocol."""

    def __init__(self) -> None:
        self.out = bytearray()

    def varint(self, n: int) -> None:
        while n > 127:
            self.out.append(n & 127 | 128)
            n >>= 7
        self.out.append(n)

    def whole(self, n: int) -> None:
        self.varint(2 * n if n >= 0 else -2 * n - 1)

    def struct(self, fields: Fields) -> None:
        last = 0
        for number in sorted(fields):
            kind, value = fields[number]
            if kind in (_TRUE, _FALSE):
                kind = _TRUE if value else _FALSE
            if 0 < number - last < 16:
                self.out.append((number - last) << 4 | kind)
            else:
                self.out.append(kind)
                self.whole(number)
            last = number
            if kind not in (_TRUE, _FALSE):
                self.value(kind, value)
        self.out.append(0)

    def value(self, kind: int, value: Any) -> None:
        if kind in (_TRUE, _FALSE, _BYTE):
            self.out.append(value)
        elif kind in (_I16, _I32, _I64):
            self.whole(value)
        elif kind == _DOUBLE:
            self.out += value
        elif kind == _BINARY:
            self.varint(len(value))
            self.out += value
        elif kind in (_LIST, _SET):
            inner, items = value
            if len(items) < 15:
                self.out.append(len(items) << 4 | inner)
            else:
                self.out.append(15 << 4 | inner)
                self.varint(len(items))
            for item in items:
                self.value(inner, item)
        else:
            self.struct(value)
