"""A Parquet file that grows by row groups: another file's own column chunks as they are, and what pyarrow writes beside them.

A part is written by pyarrow into memory, whole row groups of it; its bytes go to the end of the file, with its places in
the footer moved. Where the footer stands behind all row groups, it is a file as any other.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from parley.law.shipments.parquet_footer import (
    BINARY,
    I16,
    I32,
    I64,
    LIST,
    MAGIC,
    STRUCT,
    Fields,
    footer_bytes,
    read_footer,
    struct_bytes,
)

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA, ROWS, GROUPS, _PAIRS, _ORDERS, _ENCRYPTION = 2, 3, 4, 5, 7, (8, 9)  # of FileMetaData
_COLUMNS, _BYTES, _GROUP_ROWS, _GROUP_OFFSET, _PACKED, _ORDINAL = 1, 2, 3, 5, 6, 7  # of RowGroup
_FILE, _CHUNK_OFFSET, _META, _INDEXES, _ENCRYPTED = 1, 2, 3, (4, 5, 6, 7), (8, 9)  # of ColumnChunk
_PATH, _CHUNK_BYTES, _DATA, _INDEX_PAGE, _DICTIONARY, _BLOOM = 3, 7, 9, 10, 11, (14, 15)  # of ColumnMetaData
_NAME, _CHILDREN = 4, 5  # of SchemaElement
_BY_TYPE = {1: (STRUCT, {})}  # of ColumnOrder


class Part(NamedTuple):
    """Row groups that pyarrow has written: the bytes of its file, the schema and row groups of its footer.

    numbers: the row groups of a source that these stand beside.
    """

    content: memoryview
    schema: list[Fields]
    groups: list[Fields]
    numbers: Sequence[int] = ()


def part_of(tables: Sequence[pa.Table], coded: Sequence[str], numbers: Sequence[int] = ()) -> Part:
    """Tables as the row groups of a part. coded: columns for which a dictionary pays."""
    import pyarrow.parquet as pq

    stream, few = BytesIO(), cast(bool, list(coded))  # pyarrow's stubs know of yes and no alone
    with pq.ParquetWriter(stream, tables[0].schema, compression="snappy", use_dictionary=few,
                          write_statistics=False, store_schema=False) as writer:  # fmt: skip
        for table in tables:
            writer.write_table(table, row_group_size=max(1, len(table)))
    footer = read_footer(stream)
    return Part(stream.getbuffer(), footer[SCHEMA][1][1], footer[GROUPS][1][1], numbers)


def schema_of(schema: pa.Schema) -> Fields:
    """The footer of a file of these columns and no rows."""
    import pyarrow.parquet as pq

    stream = BytesIO()
    pq.write_table(schema.empty_table(), stream, store_schema=False, write_statistics=False)
    return read_footer(stream)


@lru_cache(4)
def footer_of(path: str, *_: int) -> Fields:
    """A source's footer, read once."""
    with open(path, "rb") as stream:
        return read_footer(stream)


def own_schema(path: str) -> list[Fields] | None:
    """The schema of a file whose column chunks can be copied as they are: flat, in one file, not encrypted; else None."""
    try:
        footer = footer_of(path, *_version(path))
        schema, groups = footer[SCHEMA][1][1], footer[GROUPS][1][1]
    except (ValueError, IndexError, KeyError, OSError):
        return None
    chunks = [c for g in groups for c in _chunks(g)]
    clear = not any(n in footer for n in _ENCRYPTION) and not any(n in c for c in chunks for n in _ENCRYPTED)
    flat = schema[0].get(_CHILDREN, (I32, 0))[1] == len(schema) - 1 and not any(_CHILDREN in e for e in schema[1:])
    return schema if clear and flat and all(_META in c and _FILE not in c for c in chunks) else None


def _version(path: str) -> tuple[int, int]:
    told = os.stat(path)
    return told.st_size, told.st_mtime_ns


def _chunks(group: Fields) -> list[Fields]:
    return group[_COLUMNS][1][1]


class Growing:
    """A Parquet file that grows. names: of all its columns.

    size, groups: of what stands there already, if anything; whatever is behind it is cut away.
    """

    def __init__(self, path: Path, names: Sequence[str], size: int = 0, groups: Sequence[str] = ()) -> None:
        self.names, self.groups = names, [b64decode(g) for g in groups]
        self.stream = path.open("r+b" if size else "wb")
        if size:
            self.stream.truncate(size)
            self.stream.seek(size)
        else:
            self.stream.write(MAGIC)

    def add(self, part: Part, source: str = "") -> list[str]:
        """A part at the end; before its columns those of a source's row groups, if one is named.

        Gives back what the footer will say of each row group.
        """
        before = len(self.groups)
        own = footer_of(source, *_version(source))[GROUPS][1][1] if source else []
        with open(source or os.devnull, "rb") as held:
            for j, group in enumerate(part.groups):
                beside = own[part.numbers[j]] if source else None
                chunks = self._copied(_chunks(beside), held) if beside else []
                for chunk in _chunks(group):
                    start, size = _span(chunk)
                    chunks.append(_moved(chunk, self.stream.tell() - start))
                    self.stream.write(part.content[start : start + size])
                self._remember(beside or group, group if beside else {}, chunks)
        self.stream.flush()
        return [b64encode(g).decode() for g in self.groups[before:]]

    def _remember(self, group: Fields, beside: Fields, chunks: Sequence[Fields]) -> None:
        named = [_named(c, n) for c, n in zip(chunks, self.names, strict=True)] if beside else [*chunks]
        made = {n: v for n, v in group.items() if n not in (_GROUP_OFFSET, _ORDINAL)}
        made[_COLUMNS] = (LIST, (STRUCT, named))
        for n in (_BYTES, _PACKED):
            if n in made:
                made[n] = (I64, made[n][1] + (beside[n][1] if n in beside else 0))
        made[_ORDINAL] = (I16, min(len(self.groups), 2**15 - 1))
        self.groups.append(struct_bytes(made))

    def _copied(self, chunks: Sequence[Fields], source: BinaryIO) -> list[Fields]:
        """A source's chunks at the end of the file, neighbours at once."""
        made, spans = [], list[tuple[int, int]]()
        at = self.stream.tell()
        for chunk in chunks:
            start, size = _span(chunk)
            made.append(_moved(chunk, at - start))
            at += size
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], start + size)
            else:
                spans.append((start, start + size))
        for start, end in spans:
            _copy(source, self.stream, start, end - start)
        return made

    def finish(self, footer: Fields, rows: int, source: str = "") -> None:
        """The footer behind all row groups. footer: of the columns that are beside a source's, or of all."""
        own = footer_of(source, *_version(source)) if source else {}
        made = {n: v for n, v in (own | footer).items() if n != _PAIRS}  # they tell of the old schema
        if own:
            both = [*own[SCHEMA][1][1], *footer[SCHEMA][1][1][1:]]
            renamed = [{**e, _NAME: (BINARY, n.encode())} for e, n in zip(both[1:], self.names, strict=True)]
            made[SCHEMA] = (LIST, (STRUCT, [{**both[0], _CHILDREN: (I32, len(renamed))}, *renamed]))
            made.pop(_ORDERS, None)
        if _ORDERS in own:
            made[_ORDERS] = (LIST, (STRUCT, [*own[_ORDERS][1][1], *(_BY_TYPE for _ in footer[SCHEMA][1][1][1:])]))
        made |= {ROWS: (I64, rows), GROUPS: (LIST, (STRUCT, self.groups))}
        self.stream.write(footer_bytes(made))
        self.stream.close()


def _copy(source: BinaryIO, target: BinaryIO, start: int, count: int) -> None:
    """Bytes of a file at the end of another: by the system itself, where it can."""
    target.flush()
    done = 0
    try:
        while done < count and (
            size := os.copy_file_range(source.fileno(), target.fileno(), count - done, start + done)
        ):
            done += size
    except (AttributeError, OSError):  # another system, or files on different disks
        pass
    target.seek(0, os.SEEK_END)
    source.seek(start + done)
    while done < count:
        block = source.read(min(count - done, 1 << 22))
        if not block:
            raise EOFError("a Parquet file ends before its footer")
        target.write(block)
        done += len(block)


def _span(chunk: Fields) -> tuple[int, int]:
    """Where a column chunk begins, and its bytes."""
    meta = chunk[_META][1]
    pages = [meta[n][1] for n in (_DATA, _INDEX_PAGE, _DICTIONARY) if n in meta and meta[n][1] > 0]
    return min(pages), meta[_CHUNK_BYTES][1]


def _moved(chunk: Fields, by: int) -> Fields:
    """A column chunk at another place, without the indexes that stand outside it."""
    meta = {n: v for n, v in chunk[_META][1].items() if n not in _BLOOM}
    for n in (_DATA, _INDEX_PAGE, _DICTIONARY):
        if n in meta and meta[n][1] > 0:  # 0: the writer left it out
            meta[n] = (I64, meta[n][1] + by)
    made = {n: v for n, v in chunk.items() if n not in _INDEXES}
    offset = made[_CHUNK_OFFSET][1]
    return {**made, _CHUNK_OFFSET: (I64, offset + by if offset > 0 else offset), _META: (chunk[_META][0], meta)}


def _named(chunk: Fields, name: str) -> Fields:
    """A column chunk under another name."""
    kind, meta = chunk[_META]
    return {**chunk, _META: (kind, {**meta, _PATH: (LIST, (BINARY, [name.encode()]))})}


__all__ = ["SCHEMA", "Growing", "Part", "own_schema", "part_of", "schema_of"]
