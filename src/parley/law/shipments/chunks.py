"""The pieces of a file: row groups of Parquet, spans of CSV cut at the ends of records.

A piece is what is computed, written and remembered at once; memory holds a few pieces, however large the files are.
"""

from __future__ import annotations

import csv
import io
import itertools
import mmap
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from parley.errors import InputError
from parley.law.shipments.arrow import pq
from parley.law.shipments.lake import Extra
from parley.law.shipments.places import decoding, is_parquet, open_bytes, open_parquet
from parley.law.shipments.sources import File

PIECE_BYTES = 16 << 20  # of CSV: about a quarter of a million rows
PIECE_ROWS = 1 << 19  # of Parquet, in whole row groups
READ_BYTES = 4 << 20
HEADER_BYTES = 1 << 20
MOST_ENDS = 10_000  # of lines, among which the end of a record is sought

Content = memoryview | bytes


@dataclass(frozen=True)
class Source:
    """One file: its own columns, those that its place states, and for Parquet its footer, for CSV delimiter and header length."""

    path: str
    own: tuple[str, ...] = ()
    extra: Extra = ()
    footer: pq.FileMetaData | None = None
    delimiter: str = ","
    header: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """All its columns."""
        return (*self.own, *(name for name, _ in self.extra))


@dataclass(frozen=True)
class Piece:
    """Some rows of a source: for CSV their bytes, for Parquet the row groups from the one to the one after the last.

    content: begins with the end of the line before the first record.
    ends_at: how far into the file it reaches, in bytes or rows.
    """

    source: Source
    groups: tuple[int, int] = (0, 0)
    content: Content = b""
    ends_at: int = 0


def pieces_of(file: File, piece_bytes: int, piece_rows: int) -> Iterator[Piece]:
    """The pieces of a file. Raises InputError."""
    if is_parquet(file.path):
        yield from _parquet_pieces(file, piece_rows)
        return
    with decoding(file.path, "a whole .gz file: gzip -t tells where it ends"), open_bytes(file.path) as stream:
        head = stream.read(HEADER_BYTES)
        source = read_header(head, file.path, file.extra)
        yield from csv_pieces(source, stream, head, piece_bytes)


def _parquet_pieces(file: File, size: int) -> Iterator[Piece]:
    """Runs of row groups of about so many rows."""
    with decoding(file.path), open_parquet(file.path) as held:
        footer, own = held.metadata, tuple(held.schema_arrow.names)
    source = Source(file.path, own, tuple(e for e in file.extra if e[0] not in own), footer)
    rows = [footer.row_group(j).num_rows for j in range(footer.num_row_groups)]
    ends = list(itertools.accumulate(rows, initial=0))
    for _, run in itertools.groupby(range(len(rows)), lambda j: (ends[j + 1] - 1) // size):
        groups = list(run)
        a, b = groups[0], groups[-1] + 1
        if ends[b] > ends[a]:
            yield Piece(source, (a, b), ends_at=ends[b])


def read_header(first: bytes, path: str, extra: Extra = ()) -> Source:
    """A CSV source from its first bytes: delimiter, names, length of the header. Raises InputError."""
    text = _first_record(first)
    if not text.strip():
        raise InputError(path, "the file is empty", "a header line and rows")
    if len(text) >= HEADER_BYTES:
        raise InputError(path, "no line ends in the first megabyte", "a CSV file with a header line")
    try:
        line = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(path, "the header is not UTF-8", "a CSV file in UTF-8, or Parquet") from None
    delimiter = max(",;\t|", key=line.count)
    try:
        names = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise InputError(path, f"the header is not CSV: {error}", "column names between delimiters") from None
    names = [n or f"column_{j}" for j, n in enumerate(names, 1)]  # a comma at the end of each line
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise InputError(path, f"two columns are called {twice!r}", "a name of its own for each column")
    return Source(path, tuple(names), tuple(e for e in extra if e[0] not in names), None, delimiter, len(text))


def _first_record(first: bytes) -> bytes:
    """The first record with its end of line."""
    at = -1
    while (at := first.find(b"\n", at + 1)) >= 0:
        if first.count(b'"', 0, at) % 2 == 0:
            return first[: at + 1]
    return first


def csv_pieces(source: Source, stream: BinaryIO, head: bytes, size: int = PIECE_BYTES) -> Iterator[Piece]:
    """The rows of a CSV in pieces that end where a record ends. head: the first bytes, read already."""
    rest, position, more = head[source.header :], 0, True
    while more:
        count = max(READ_BYTES, size - len(rest))
        content = read_bytes(stream, count, b"\n" + rest)
        more = len(content) > count + len(rest)
        # where there is an open quotation mark or an endless line, the line's end will have to do
        cut = (_last_end(content) or len(content)) if more else len(content)
        rest, content = bytes(content[cut:]), content[:cut]
        position += len(content) - 1
        if len(content) > 1:
            yield Piece(source, content=content, ends_at=position)


def read_bytes(stream: BinaryIO, count: int, start: bytes) -> memoryview:
    """So many bytes, or all that are left, behind some others: in large pages, as small ones take as long as the reading."""
    flags = {} if sys.platform == "win32" else {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS}
    made, at = mmap.mmap(-1, len(start) + count, **flags), len(start)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        made.madvise(mmap.MADV_HUGEPAGE)
    made[:at] = start
    free = memoryview(made)
    while at < len(made) and (got := stream.readinto(free[at:])):  # pyright: ignore[reportAttributeAccessIssue]
        at += got
    return free[:at]


def found_in(content: Content) -> Any:
    """What searches some bytes where they lie: a piece begins where its memory does."""
    return content.obj if isinstance(content, memoryview) else content


def holds(content: Content, byte: bytes) -> bool:
    """Whether a byte is among others."""
    return found_in(content).find(byte, 0, len(content)) >= 0


def _last_end(content: memoryview) -> int:
    """The place after the last line end outside quotation marks, or the last at all where none is near the end; 0 for none.

    The first byte is the end of the line before.
    """
    held = bytes(content) if holds(content, b'"') else b""
    total, ends = held.count(b'"'), [len(content) + 1]
    while len(ends) < MOST_ENDS and (at := found_in(content).rfind(b"\n", 1, ends[-1] - 1) + 1):
        if (total - held.count(b'"', at)) % 2 == 0:
            return at
        ends.append(at)
    return ends[1] if len(ends) > 1 else 0
