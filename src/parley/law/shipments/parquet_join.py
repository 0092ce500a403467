"""Parquet files made one without decoding a value: row groups and column chunks copied, their offsets moved.

Two joins: parts of one schema, one behind the other; and results beside the columns of the files that they are of.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from parley.law.shipments.parquet_footer import (
    BINARY,
    I16,
    I32,
    I64,
    LIST,
    MAGIC,
    Fields,
    footer_bytes,
    read_footer,
)  # fmt: skip
from parley.law.shipments.pieces import name_sql, text_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SCHEMA, _ROWS, _GROUPS, _META_PAIRS, _ORDERS = 2, 3, 4, 5, 7  # of FileMetaData
_FILE_ENCRYPTION = (8, 9)
_NAME, _CHILDREN = 4, 5  # of SchemaElement
_COLUMNS, _BYTES, _GROUP_ROWS, _GROUP_OFFSET, _PACKED, _ORDINAL = 1, 2, 3, 5, 6, 7  # of RowGroup
_FILE, _CHUNK_OFFSET, _META, _INDEXES, _ENCRYPTED = 1, 2, 3, (4, 5, 6, 7), (8, 9)  # of ColumnChunk
_PATH, _CHUNK_BYTES, _DATA, _INDEX_PAGE, _DICTIONARY, _BLOOM = 3, 7, 9, 10, 11, (14, 15)  # of ColumnMetaData


class Beside(NamedTuple):
    """A part that holds results alone: its file, the file that it is of, and the first row there."""

    part: Path
    source: str
    first: int


def join_parquet(parts: Sequence[Path], whole: Path) -> bool:
    """The parts one behind another as one file; False, and nothing written, where their schemas differ."""
    footers = [read_footer(p)[0] for p in parts]
    joined = dict(footers[0])
    if any(f[_SCHEMA] != joined[_SCHEMA] for f in footers):
        return False
    with closing(_Whole(whole)) as made:
        for path, footer in zip(parts, footers, strict=True):
            for group in footer[_GROUPS][1][1]:
                made.add(group, [(path, c) for c in _chunks(group)])
        made.finish(joined)
    return True


def can_stand_beside(path: str) -> bool:
    """Whether a file's column chunks can be copied as they are: flat, in one file, not encrypted."""
    try:
        footer, _ = read_footer(Path(path))
        schema, groups = footer[_SCHEMA][1][1], footer[_GROUPS][1][1]
    except (ValueError, IndexError, KeyError, OSError):
        return False
    chunks = [c for g in groups for c in _chunks(g)]
    clear = not any(n in footer for n in _FILE_ENCRYPTION) and not any(n in c for c in chunks for n in _ENCRYPTED)
    flat = schema[0].get(_CHILDREN, (I32, 0))[1] == len(schema) - 1 and not any(_CHILDREN in e for e in schema[1:])
    return clear and flat and all(_META in c and _FILE not in c for c in chunks)


class Assembly:
    """One file of each source's own columns and the results beside them, which grows part by part.

    names: of all columns in the output. The row groups of a part are those of its source from its first row on.
    """

    def __init__(self, names: Sequence[str], whole: Path) -> None:
        self.names, self.parts, self.whole = names, 0, _Whole(whole)
        self.sources: dict[str, Fields] = {}
        self.joined: Fields = {}

    def add(self, part: Beside) -> bool:
        """A part at the end; False, and nothing written, where the columns of its source are not those of the first."""
        if part.source not in self.sources:
            self.sources[part.source] = read_footer(Path(part.source))[0]
        source, result = self.sources[part.source], read_footer(part.part)[0]
        if not self.parts:
            self.joined, self.schema = _beside(source, result, self.names), source[_SCHEMA]
        if source[_SCHEMA] != self.schema:
            return False
        ours = result[_GROUPS][1][1]
        theirs = list(islice(_groups_from(source[_GROUPS][1][1], part.first), len(ours)))
        if [g[_GROUP_ROWS] for g in ours] != [g[_GROUP_ROWS] for g in theirs]:
            raise ValueError(f"{part.part}: row groups other than those of {part.source}")
        for mine, group in zip(ours, theirs, strict=True):
            chunks = [(Path(part.source), c) for c in _chunks(group)] + [(part.part, c) for c in _chunks(mine)]
            self.whole.add(_wider(group, mine), chunks, self.names)
        self.parts += 1
        self.whole.to_disk()
        return True

    def finish(self) -> None:
        """The footer behind all parts."""
        self.whole.finish(self.joined)
        self.close()

    def close(self) -> None:
        """Closes the files, whether it is finished or not."""
        self.whole.close()


def _beside(source: Fields, result: Fields, names: Sequence[str]) -> Fields:
    """A footer of both: the schema of all columns under their new names, without key-value pairs on the old one."""
    kind, ours = source[_SCHEMA][1]
    columns = [*ours[1:], *result[_SCHEMA][1][1][1:]]
    renamed = [{**e, _NAME: (BINARY, n.encode())} for e, n in zip(columns, names, strict=True)]
    root = {**ours[0], _CHILDREN: (I32, len(renamed))}
    joined = {**source, _SCHEMA: (LIST, (kind, [root, *renamed]))}
    joined.pop(_META_PAIRS, None)
    orders = joined.pop(_ORDERS, None)
    if orders and _ORDERS in result:
        joined[_ORDERS] = (LIST, (orders[1][0], [*orders[1][1], *result[_ORDERS][1][1]]))
    return joined


def _groups_from(groups: Sequence[Fields], first: int) -> Iterator[Fields]:
    """The row groups from a row on."""
    at = 0
    for group in groups:
        if at >= first:
            yield group
        at += group[_GROUP_ROWS][1]


def _wider(group: Fields, more: Fields) -> Fields:
    """A row group with another's columns too."""
    made = {**group, _BYTES: (I64, group[_BYTES][1] + more[_BYTES][1])}
    if _PACKED in group and _PACKED in more:
        made[_PACKED] = (I64, group[_PACKED][1] + more[_PACKED][1])
    return made


def _chunks(group: Fields) -> list[Fields]:
    return group[_COLUMNS][1][1]


class _Whole:
    """A file that grows by row groups."""

    def __init__(self, path: Path) -> None:
        self.groups: list[Fields] = []
        self.pool, self.waiting = ThreadPoolExecutor(1), None
        self.open: dict[Path, BinaryIO] = {}
        self.stream = path.open("wb")
        self.stream.write(MAGIC)

    def to_disk(self) -> None:
        """Has what is written put on disk beside other work, unless that is going on already."""
        if self.waiting is None or self.waiting.done():
            self.stream.flush()
            self.waiting = self.pool.submit(os.fsync, self.stream.fileno())

    def close(self) -> None:
        self.pool.shutdown()
        for stream in (self.stream, *self.open.values()):
            stream.close()

    def add(self, group: Fields, chunks: Sequence[tuple[Path, Fields]], names: Sequence[str] | None = None) -> None:
        """A row group of the chunks of some files. Neighbours in one file are copied at once."""
        begun, moved = self.stream.tell(), []
        spans: list[list[Any]] = []  # path, start, end
        for j, (path, chunk) in enumerate(chunks):
            start, size = _span(chunk)
            if spans and spans[-1][0] == path and spans[-1][2] == start:
                spans[-1][2] += size
            else:
                spans.append([path, start, start + size])
            at = begun + sum(end - start for _, start, end in spans) - size
            moved.append(_moved(chunk, at - start, names[j] if names else None))
        for path, start, end in spans:
            self._copy(path, start, end - start)
        made = {**group, _COLUMNS: (LIST, (group[_COLUMNS][1][0], moved))}
        if _GROUP_OFFSET in made:
            made[_GROUP_OFFSET] = (I64, begun)
        if _ORDINAL in made:
            made[_ORDINAL] = (I16, min(len(self.groups), 2**15 - 1))
        self.groups.append(made)

    def finish(self, footer: Fields) -> None:
        """The footer behind all row groups."""
        rows = sum(g[_GROUP_ROWS][1] for g in self.groups)
        kind = footer[_GROUPS][1][0]
        self.stream.write(footer_bytes({**footer, _ROWS: (I64, rows), _GROUPS: (LIST, (kind, self.groups))}))

    def _copy(self, path: Path, start: int, count: int) -> None:
        if path not in self.open:
            if len(self.open) > 1:  # a part and its source
                for stream in self.open.values():
                    stream.close()
                self.open = {}
            self.open[path] = path.open("rb")
        source = self.open[path]
        self.stream.flush()
        done = _copied(source.fileno(), self.stream.fileno(), start, count)
        self.stream.seek(0, os.SEEK_END)
        source.seek(start + done)
        while done < count:
            block = source.read(min(count - done, 1 << 22))
            if not block:
                raise EOFError(f"{path} ends before its footer")
            self.stream.write(block)
            done += len(block)


def _copied(source: int, target: int, start: int, count: int) -> int:
    """How many bytes the system copied by itself, at the end of the target: all, or none where it does not do that."""
    done = 0
    try:
        while done < count and (size := os.copy_file_range(source, target, count - done, start + done)):
            done += size
    except (AttributeError, OSError):  # another system, or files on different disks
        pass
    return done


def _span(chunk: Fields) -> tuple[int, int]:
    """Where a column chunk begins, and its bytes."""
    meta = chunk[_META][1]
    pages = [meta[n][1] for n in (_DATA, _INDEX_PAGE, _DICTIONARY) if n in meta and meta[n][1] > 0]
    return min(pages), meta[_CHUNK_BYTES][1]


def _moved(chunk: Fields, by: int, name: str | None) -> Fields:
    """A column chunk at another place, without the indexes that stand outside it; under another name."""
    meta = {n: v for n, v in chunk[_META][1].items() if n not in _BLOOM}
    for n in (_DATA, _INDEX_PAGE, _DICTIONARY):
        if n in meta and meta[n][1] > 0:  # 0: the writer left it out
            meta[n] = (I64, meta[n][1] + by)
    if name is not None:
        meta[_PATH] = (LIST, (BINARY, [name.encode()]))
    made = {n: v for n, v in chunk.items() if n not in _INDEXES}
    offset = made[_CHUNK_OFFSET][1]
    return {**made, _CHUNK_OFFSET: (I64, offset + by if offset > 0 else offset), _META: (chunk[_META][0], meta)}


def one_parquet(con: DuckDBPyConnection, parts: Sequence[Path], whole: Path) -> None:
    """One file of all parts; parts of different schemas are read and written again."""
    if len(parts) == 1:
        shutil.copyfile(parts[0], whole)  # the part stays: a run killed behind this line joins again
        return
    if join_parquet(parts, whole):
        return
    listed = ", ".join(text_sql(str(p)) for p in parts)
    con.execute(f"COPY (SELECT * FROM read_parquet([{listed}])) TO {text_sql(str(whole))} (FORMAT parquet)")


def with_own_columns(con: DuckDBPyConnection, beside: Beside, names: Sequence[str]) -> None:
    """A part of results made one that holds its source's columns too, unless it is one already."""
    if len(read_footer(beside.part)[0][_SCHEMA][1][1]) - 1 == len(names):
        return
    (count,) = con.execute(f"SELECT count(*) FROM read_parquet({text_sql(str(beside.part))})").fetchall()[0]
    new = f"{beside.part}.own"
    own = (f"SELECT * EXCLUDE (file_row_number) FROM read_parquet({text_sql(beside.source)}, file_row_number = true) "
           f"WHERE file_row_number >= {beside.first} AND file_row_number < {beside.first + count} ORDER BY file_row_number")  # fmt: skip
    listed = ", ".join(name_sql(n) for n in names)
    rows = f"SELECT * FROM ({own}) s POSITIONAL JOIN read_parquet({text_sql(str(beside.part))}) r"
    con.execute(f"COPY (SELECT * FROM ({rows}) t({listed})) TO {text_sql(new)} (FORMAT parquet)")
    os.replace(new, beside.part)


__all__ = ["Assembly", "Beside", "can_stand_beside", "join_parquet", "one_parquet", "read_footer", "with_own_columns"]
