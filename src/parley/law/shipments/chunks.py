"""The pieces of a file: row groups of Parquet, spans of CSV cut at the ends of records.

A piece is what is computed, written and remembered at once; memory holds a few pieces, however large the files are.
"""

from __future__ import annotations

import csv
import gzip
import io
import mmap
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from parley.errors import InputError
from parley.law.shipments.lake import Extra
from parley.law.shipments.sources import STDIN, File, is_parquet, is_remote, open_bytes, opened

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

PIECE_BYTES = 16 << 20  # of CSV: about a quarter of a million rows
PIECE_ROWS = 1 << 19  # of Parquet, in whole row groups
READ_BYTES = 4 << 20
HEADER_BYTES = 1 << 20

Content = memoryview | bytes


@dataclass(frozen=True)
class Source:
    """One file: its own columns, those that its place states, and for Parquet its footer, for CSV delimiter and header length."""

    path: str
    own: tuple[str, ...] = ()
    extra: Extra = ()
    footer: FileMetaData | None = None
    delimiter: str = ","
    header: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """All its columns."""
        return (*self.own, *(name for name, _ in self.extra))


@dataclass(frozen=True)
class Piece:
    """Some rows of a source: for CSV their bytes, for Parquet the row groups from the one to the one after the last.

    content: begins with the end of the line before the first record. first: the rows of a Parquet file before it.
    ends_at: how far into the file it reaches, in bytes or rows.
    """

    source: Source
    groups: tuple[int, int] = (0, 0)
    first: int = 0
    content: Content = b""
    ends_at: int = 0


def pieces_of(file: File, piece_bytes: int, piece_rows: int) -> Iterator[Piece]:
    """The pieces of a file. Raises InputError."""
    if is_parquet(file.path):
        yield from _parquet_pieces(file, piece_rows)
        return
    with open_bytes(file.path) as stream:
        head = bytes(read_bytes(stream, HEADER_BYTES))
        source = read_header(head, file.path, file.extra)
        yield from csv_pieces(source, stream, head, piece_bytes)


@contextmanager
def decoding(path: str) -> Iterator[None]:
    """Bytes of a file that cannot be decoded are a fault of the file: InputError in the place of the reader's error."""
    try:
        yield
    except Exception as error:
        of_bytes = isinstance(error, (OSError, UnicodeDecodeError)) or "pyarrow" in type(error).__module__
        if isinstance(error, InputError) or getattr(error, "errno", 0) or not of_bytes:
            raise
        found = f"cannot be decoded: {(str(error).splitlines() or ['?'])[0][:160]}"
        raise InputError(path, found, "a whole Parquet file") from None


def _parquet_pieces(file: File, size: int) -> Iterator[Piece]:
    import pyarrow.parquet as pq

    with decoding(file.path), opened_parquet(file.path) as place:
        footer = pq.read_metadata(place)
        own = tuple(footer.schema.to_arrow_schema().names)
        rows = [footer.row_group(j).num_rows for j in range(footer.num_row_groups)]
    source = Source(file.path, own, tuple(e for e in file.extra if e[0] not in own), footer)
    at = 0
    for a, b in _spans(rows, size):
        yield Piece(source, (a, b), at, ends_at=at + sum(rows[a:b]))
        at += sum(rows[a:b])


@contextmanager
def opened_parquet(path: str) -> Iterator[str | BinaryIO]:
    """What pyarrow reads a Parquet file from: its path, or a stream where it is elsewhere."""
    if not is_remote(path):
        yield path
        return
    with opened(path) as stream:
        yield stream


def _spans(rows: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Runs of row groups of about so many rows."""
    first = held = 0
    for j, count in enumerate(rows):
        if held and held + count > size:
            yield first, j
            first, held = j, 0
        held += count
    if held:
        yield first, len(rows)


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
        start = b"\n" + rest
        content = read_bytes(stream, max(READ_BYTES, size - len(rest)), start)
        more = len(content) >= len(start) + max(READ_BYTES, size - len(rest))
        # where there is an open quotation mark or an endless line, the line's end will have to do
        cut = (_last_end(content) or len(content)) if more else len(content)
        rest, content = bytes(content[cut:]), content[:cut]
        position += len(content) - 1
        if len(content) > 1:
            yield Piece(source, content=content, ends_at=position)


def read_bytes(stream: BinaryIO, count: int, start: bytes = b"") -> memoryview:
    """So many bytes, or all that are left, behind some others. Raises InputError where a gzipped file is broken."""
    made, at = _memory(len(start) + count), len(start)
    made[:at] = start
    free = memoryview(made)
    try:
        while at < len(made) and (got := stream.readinto(free[at:])):  # pyright: ignore[reportAttributeAccessIssue]
            at += got
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        where = str(getattr(stream, "name", STDIN))
        raise InputError(
            where, f"not readable as gzip: {error}", "a whole .gz file", "Unpack it to see where it ends"
        ) from None
    return free[:at]


def _memory(size: int) -> mmap.mmap:
    """Memory in large pages where the system has them: small ones take as long as the reading."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return mmap.mmap(-1, size)
    made = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    made.madvise(mmap.MADV_HUGEPAGE)
    return made


def holds(content: Content, byte: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether a byte is among others, from a place to another; those of a piece are searched where they lie."""
    return _whole(content).find(byte, start, len(content) if end is None else end) >= 0


def _whole(content: Content) -> Any:
    """What can be searched: a piece begins where its memory does."""
    return content.obj if isinstance(content, memoryview) else content


def last_line_end(content: Content, before: int) -> int:
    """The place after the last line end that stands before another place, but for the first byte; 0 where none does."""
    return _whole(content).rfind(b"\n", 1, before) + 1


def _last_end(content: memoryview) -> int:
    """The place after the last line end outside quotation marks, or the last at all where none is near the end; 0 for none."""
    last = at = last_line_end(content, len(content))
    held = bytes(content) if holds(content, b'"') else b""
    total = held.count(b'"')
    for _ in range(10_000):
        if not at or (total - held.count(b'"', at)) % 2 == 0:
            return at or last
        at = last_line_end(content, at - 1)
    return last
