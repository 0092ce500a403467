"""The pieces of a file, row groups of Parquet and spans of CSV cut at the ends of records; and the lines of CSV as they stand.

A piece is what is computed, written and remembered at once; memory holds a few pieces, however large the files are.
"""

from __future__ import annotations

import csv
import io
import itertools
import mmap
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.csv_tables import LONGEST_CELL
from parley.errors import InputError
from parley.law.shipments.arrow import pa, pq
from parley.law.shipments.sources import Extra, File, decoding, is_parquet, open_bytes, open_parquet

READ_BYTES = 4 << 20
HEADER_BYTES = 1 << 20
MOST_ENDS = 10_000  # of lines, among which the end of a record is sought
SHOWN = 200  # characters of a faulty line that are shown
LONGEST_LINE = LONGEST_CELL  # bytes of a record
MOST_LINES = 50  # lines of one record, where a cell holds line ends
_RECORD = re.compile(rb'(?:[^"\n]++|"[^"]*+"?)*+\n')  # with its end of line

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
    """The pieces of a file; of CSV they end where a record ends. Raises InputError."""
    if is_parquet(file.path):
        yield from _parquet_pieces(file, piece_rows)
        return
    with decoding(file.path, "a whole .gz file: gzip -t tells where it ends"), open_bytes(file.path) as stream:
        head = stream.read(HEADER_BYTES)
        source = read_header(head, file.path, file.extra)
        rest, position, more = head[source.header :], 0, True
        while more:
            count = max(READ_BYTES, piece_bytes - len(rest))
            content = read_bytes(stream, count, b"\n" + rest)
            more = len(content) > count + len(rest)
            # where there is an open quotation mark or an endless line, the line's end will have to do
            cut = (_last_end(content) or len(content)) if more else len(content)
            rest, content = bytes(content[cut:]), content[:cut]
            position += len(content) - 1
            if len(content) > 1:
                yield Piece(source, content=content, ends_at=position)


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
    record = _RECORD.match(first)
    text = record[0] if record else first
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


class Malformed(NamedTuple):
    """A line of CSV that is no row: its place among the lines of the piece, the line, and what is wrong."""

    place: int
    line: str
    fault: str


def is_plain(content: Content, delimiter: str) -> bool:
    """Whether every reader of CSV reads these bytes alike: UTF-8, whole cells in quotation marks, ends of one kind.

    Lines of another width are found when the bytes are parsed.
    """
    step = LONGEST_LINE // 2
    short = (found_in(content).find(b"\n", at, at + step) >= 0 for at in range(0, len(content) - step, step))
    if not all(short) or not _is_utf8(content):
        return False
    if holds(content, b"\r") and (held := bytes(content)).count(b"\r") != held.count(b"\r\n"):
        return False
    return not holds(content, b'"') or _quotes_whole_cells(bytes(content).replace(b'""', b""), delimiter)


def _is_utf8(content: Content) -> bool:
    ends = pa.py_buffer(np.array([0, len(content)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(content)]).validate(full=True)
    except ValueError:
        return False
    return True


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


def own_lines(content: Content, without: Sequence[int] = ()) -> pa.LargeStringArray:
    """The records of plain CSV behind a first line end, each with a line end before it and none behind: as they lie in memory.

    without: places of lines that are no records. Line ends are "\\n" in all of them, also within a cell.
    """
    if holds(content, b"\r"):
        content = bytes(content).replace(b"\r\n", b"\n")
    edges = _record_ends(content)
    if edges[-1] != len(content) - 1:
        edges = np.append(edges, len(content))
    kept = np.diff(edges) > 1  # empty lines are no rows
    kept[np.flatnonzero(kept)[list(without)]] = False
    lines = pa.Array.from_buffers(pa.large_string(), len(kept), [None, pa.py_buffer(edges), pa.py_buffer(content)])
    return lines if kept.all() else lines.filter(pa.array(kept))


def _record_ends(content: Content) -> Int[ndarray, " n"]:
    """The places of line ends that lie in no cell."""
    held = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(held == ord("\n"))
    if not holds(content, b'"'):
        return ends
    return ends[np.searchsorted(np.flatnonzero(held == ord('"')), ends) % 2 == 0]


def line_by_line(content: Content, width: int, delimiter: str) -> tuple[bytes, list[Malformed], pa.LargeStringArray]:
    """A piece read a line at a time, so that one open quotation mark costs one line: clean CSV, what is no row, own lines."""
    lines = bytes(content).splitlines(keepends=True)
    made, malformed, own = io.StringIO(), list[Malformed](), list[str]()
    writer = csv.writer(made, delimiter=delimiter)
    at = place = 0
    while at < len(lines):
        if first := lines[at].rstrip(b"\r\n"):
            row, text, taken = _record(lines, at, delimiter)
            if row is not None and len(row) == width:
                writer.writerow(row)
                own.append("\n" + text)
            else:
                fault = "not CSV in UTF-8" if row is None else f"{len(row)} cells"
                malformed.append(Malformed(place, first[:SHOWN].decode("utf-8", "replace"), fault))
            at, place = at + taken - 1, place + 1
        at += 1
    return made.getvalue().encode(), malformed, pa.array(own, pa.large_string())


def _record(lines: list[bytes], at: int, delimiter: str) -> tuple[list[str] | None, str, int]:
    """The cells of the record that begins at a line, it as it stands, and how many lines it takes; no cells where it is none."""
    for taken in range(1, min(MOST_LINES, len(lines) - at) + 1):
        held = b"".join(lines[at : at + taken]).replace(b"\r\n", b"\n")
        if held.count(b'"') % 2 == 0 and len(held) <= LONGEST_LINE:
            try:
                text = held.decode().removesuffix("\n").removesuffix("\r")
                rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
            except (csv.Error, UnicodeDecodeError):
                continue
            if len(rows) == 1:
                return rows[0], text, taken
    return None, "", 1
