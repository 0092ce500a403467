"""Pages of Parquet of the result's columns: whole bytes that point into a dictionary, and plain numbers (format 2.10).

A general writer looks every number up to build its dictionary. Here the dictionary is known before, so that a column is
written as fast as memory is copied; each column of a row group is one page of a dictionary and one of data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.law.shipments.parquet_footer import BINARY, I32, I64, LIST, MAGIC, STRUCT, Fields, struct_bytes

_DOUBLE, _BYTE_ARRAY = 5, 6  # physical types
_PLAIN, _RLE, _RLE_DICTIONARY = 0, 3, 8  # encodings
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_OPTIONAL, _UTF8 = 1, 0


class Coded(NamedTuple):
    """A column of few distinct values: numbers or texts, the place of each row that has one, and which rows these are."""

    values: Any
    places: Int[ndarray, " v"]
    valid: Bool[ndarray, " n"]


class Plain(NamedTuple):
    """A column of numbers: those of the rows that have one, and which rows these are."""

    values: Float[ndarray, " v"]
    valid: Bool[ndarray, " n"]


def width_of(count: int) -> Any:
    """The numbers that are places in a dictionary of so many values: of 8, 16 or 32 bits."""
    return np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.uint32


class Pages(NamedTuple):
    """A row group's columns: their rows, bytes, and what a footer says of them where they stand behind its file's magic number."""

    rows: int
    parts: list[Any]
    chunks: list[Fields]
    size: int


def pages_of(names: Sequence[str], columns: Sequence[Coded | Plain]) -> Pages:
    """A row group of these columns, each a page of a dictionary, where it has one, and one of data."""
    parts: list[Any] = []
    chunks, at = [], len(MAGIC)
    for name, column in zip(names, columns, strict=True):
        chunks.append(_chunk(parts, name, column, at))
        at += chunks[-1][3][1][7][1]
    return Pages(len(columns[0].valid), parts, chunks, at - len(MAGIC))


def elements_of(chunks: Sequence[Fields]) -> list[Fields]:
    """The columns of some chunks as a schema says them."""
    return [_element(meta[3][1][1][0], meta[1][1]) for meta in (chunk[3][1] for chunk in chunks)]


def _kind(column: Coded | Plain) -> int:
    return _DOUBLE if isinstance(column.values, ndarray) else _BYTE_ARRAY


def _element(name: bytes, kind: int) -> Fields:
    made: Fields = {1: (I32, kind), 3: (I32, _OPTIONAL), 4: (BINARY, name)}
    return made if kind == _DOUBLE else {**made, 6: (I32, _UTF8), 10: (STRUCT, {1: (STRUCT, {})})}


def _chunk(parts: list[Any], name: str, column: Coded | Plain, begun: int) -> Fields:
    """Puts a column's pages behind the parts, and tells what the footer says of it."""
    rows, first = len(column.valid), len(parts)
    encoding, pages, at = _PLAIN, {}, begun
    if isinstance(column, Coded):
        encoding, pages = _RLE_DICTIONARY, {11: (I64, begun)}
        held = _dictionary(column.values)
        count = max(len(column.values), 1)
        parts += [_header(_DICTIONARY_PAGE, len(held), {7: (STRUCT, {1: (I32, count), 2: (I32, _PLAIN)})}), held]
        at = begun + _size(parts[first:])
        body = _places(column.places, count)
    else:
        body = [column.values.astype("<f8", copy=False).data]
    levels = _levels(column)
    body = [len(levels).to_bytes(4, "little"), levels, *body]
    told = {1: (I32, rows), 2: (I32, encoding), 3: (I32, _RLE), 4: (I32, _RLE)}
    parts += [_header(_DATA_PAGE, _size(body), {5: (STRUCT, told)}), *body]
    length = _size(parts[first:])
    meta: Fields = {1: (I32, _kind(column)), 2: (LIST, (I32, sorted({_PLAIN, _RLE, encoding}))),
                    3: (LIST, (BINARY, [name.encode()])), 4: (I32, 0), 5: (I64, rows), 6: (I64, length), 7: (I64, length),
                    9: (I64, at), **pages}  # fmt: skip
    return {2: (I64, begun), 3: (STRUCT, meta)}


def _size(parts: Sequence[Any]) -> int:
    return sum(memoryview(p).nbytes for p in parts)


def _header(kind: int, size: int, more: Fields) -> bytes:
    return struct_bytes({1: (I32, kind), 2: (I32, size), 3: (I32, size), **more})


def _dictionary(values: Any) -> bytes:
    """Numbers or texts, plain; one that nothing points to where there are none."""
    if isinstance(values, ndarray):
        return (values if len(values) else np.zeros(1)).astype("<f8", copy=False).tobytes()
    coded = [v.encode() for v in values or [""]]
    return b"".join(len(v).to_bytes(4, "little") + v for v in coded)


def _places(index: Int[ndarray, " v"], count: int) -> list[Any]:
    """Places in a dictionary as one run of 8, 16 or 32 bits each, a multiple of eight of them."""
    kind = np.dtype(width_of(count)).newbyteorder("<")
    width = kind.itemsize
    if not len(index):
        return [bytes([8 * width])]
    padding = bytes(-len(index) % 8 * width)
    return [bytes([8 * width]), _varint(-(-len(index) // 8) << 1 | 1), index.astype(kind, copy=False).data, padding]


def _levels(column: Coded | Plain) -> bytes:
    """Which rows have a value: one run of ones, or a bit each."""
    valid = column.valid
    if len(column.places if isinstance(column, Coded) else column.values) == len(valid):
        return _varint(len(valid) << 1) + b"\1"
    return _varint(-(-len(valid) // 8) << 1 | 1) + np.packbits(valid, bitorder="little").tobytes()


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


__all__ = ["Coded", "Pages", "Plain", "elements_of", "pages_of", "width_of"]
