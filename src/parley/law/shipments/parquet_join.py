"""Parquet files of one schema made one without decoding a value: row groups copied, their offsets moved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from parley.law.shipments.parquet_footer import (
    BINARY,
    I16,
    I64,
    LIST,
    MAGIC,
    Fields,
    footer_bytes,
    read_footer,
    struct_bytes,
)
from parley.law.shipments.parquet_pages import Pages
from parley.law.shipments.pieces import text_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA, ROWS, GROUPS = 2, 3, 4  # of FileMetaData
COLUMNS, BYTES, GROUP_ROWS, GROUP_OFFSET, PACKED, ORDINAL = 1, 2, 3, 5, 6, 7  # of RowGroup
META = 3  # of ColumnChunk
_CHUNK_OFFSET, _INDEXES = 2, (4, 5, 6, 7)
_PATH, _CHUNK_BYTES, _DATA, _INDEX_PAGE, _DICTIONARY, _BLOOM = 3, 7, 9, 10, 11, (14, 15)  # of ColumnMetaData


def join_parquet(parts: Sequence[Path], whole: Path) -> bool:
    """The parts one behind another as one file; False, and nothing written, where their schemas differ."""
    footers = [read_footer(p)[0] for p in parts]
    joined = dict(footers[0])
    if any(f[SCHEMA] != joined[SCHEMA] for f in footers):
        return False
    with closing(Growing(whole)) as made:
        for path, footer in zip(parts, footers, strict=True):
            for group in footer[GROUPS][1][1]:
                made.add(group, path, chunks_of(group))
        made.finish(joined)
    return True


def chunks_of(group: Fields) -> list[Fields]:
    """The column chunks of a row group."""
    return group[COLUMNS][1][1]


class Growing:
    """A file that grows by row groups. groups: what its footer will say of each, as bytes; rows: of all of them.

    size, groups, rows: of what stands there already, if anything: whatever is behind it is cut away.
    """

    def __init__(self, path: Path, size: int = 0, groups: Sequence[bytes] = (), rows: int = 0) -> None:
        self.path, self.groups, self.rows = path, [*groups], rows
        self.pool, self.waiting = ThreadPoolExecutor(1), None
        self.open: dict[Path, BinaryIO] = {}
        self.stream = path.open("r+b" if size else "wb")
        if size:
            self.stream.truncate(size)
            self.stream.seek(size)
        else:
            self.stream.write(MAGIC)

    def to_disk(self) -> int:
        """The file's size; has what is written put on disk beside other work, unless that is going on already."""
        self.stream.flush()
        if self.waiting is None or self.waiting.done():
            if self.waiting:
                self.waiting.result()  # a full or broken disk is told, not passed over
            self.waiting = self.pool.submit(os.fsync, self.stream.fileno())
        return self.stream.tell()

    def close(self) -> None:
        """Closes all files, whether it is finished or not."""
        self.pool.shutdown()
        for stream in (self.stream, *self.open.values()):
            stream.close()

    def add(
        self, group: Fields, path: Path, chunks: Sequence[Fields], names: Sequence[str] = (), more: Pages | None = None
    ) -> None:
        """A row group of some chunks of a file, neighbours there copied at once, and of further columns behind them.

        names: under which the columns stand here, where they are others.
        """
        begun, moved = self.stream.tell(), []
        spans: list[tuple[int, int]] = []  # start, end
        for chunk in chunks:
            start, size = _span(chunk)
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], start + size)
            else:
                spans.append((start, start + size))
            at = begun + sum(b - a for a, b in spans) - size
            moved.append(_moved(chunk, at - start))
        for start, end in spans:
            self._copy(path, start, end - start)
        made = {**group}
        if more is not None:
            by = self.stream.tell() - len(MAGIC)
            moved += [_moved(chunk, by) for chunk in more.chunks]
            for part in more.parts:
                self.stream.write(part)
            made[BYTES] = (I64, made[BYTES][1] + more.size)
            if PACKED in made:
                made[PACKED] = (I64, made[PACKED][1] + more.size)
        if names:
            moved = [_named(chunk, n) for chunk, n in zip(moved, names, strict=True)]
        made[COLUMNS] = (LIST, (made[COLUMNS][1][0], moved))
        if GROUP_OFFSET in made:
            made[GROUP_OFFSET] = (I64, begun)
        if ORDINAL in made:
            made[ORDINAL] = (I16, min(len(self.groups), 2**15 - 1))
        self.groups.append(struct_bytes(made))
        self.rows += made[GROUP_ROWS][1]

    def finish(self, footer: Fields) -> None:
        """The footer behind all row groups."""
        if self.waiting:
            self.waiting.result()
        kind = footer[GROUPS][1][0]
        self.stream.write(footer_bytes({**footer, ROWS: (I64, self.rows), GROUPS: (LIST, (kind, self.groups))}))

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
    meta = chunk[META][1]
    pages = [meta[n][1] for n in (_DATA, _INDEX_PAGE, _DICTIONARY) if n in meta and meta[n][1] > 0]
    return min(pages), meta[_CHUNK_BYTES][1]


def _moved(chunk: Fields, by: int) -> Fields:
    """A column chunk at another place, without the indexes that stand outside it."""
    meta = {n: v for n, v in chunk[META][1].items() if n not in _BLOOM}
    for n in (_DATA, _INDEX_PAGE, _DICTIONARY):
        if n in meta and meta[n][1] > 0:  # 0: the writer left it out
            meta[n] = (I64, meta[n][1] + by)
    made = {n: v for n, v in chunk.items() if n not in _INDEXES}
    offset = made[_CHUNK_OFFSET][1]
    return {**made, _CHUNK_OFFSET: (I64, offset + by if offset > 0 else offset), META: (chunk[META][0], meta)}


def _named(chunk: Fields, name: str) -> Fields:
    """A column chunk under another name."""
    kind, meta = chunk[META]
    return {**chunk, META: (kind, {**meta, _PATH: (LIST, (BINARY, [name.encode()]))})}


def one_parquet(con: DuckDBPyConnection, parts: Sequence[Path], whole: Path) -> None:
    """One file of all parts; parts of different schemas are read and written again."""
    if join_parquet(parts, whole):
        return
    rows = " UNION ALL ".join(f"SELECT * FROM read_parquet({text_sql(str(p))})" for p in parts)  # of a common type
    con.execute(f"COPY ({rows}) TO {text_sql(str(whole))} (FORMAT parquet)")


__all__ = ["Growing", "chunks_of", "join_parquet", "one_parquet"]
