"""The pieces of the files asked about: row groups of Parquet, spans of CSV cut at the ends of records.

A piece is what is computed, written and remembered at once; memory holds one piece, however large the files are.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from parley.errors import InputError, nearest
from parley.inputs import as_file, is_pipe

PIECE_BYTES = 64 << 20  # of CSV: about a million rows
PIECE_ROWS = 1 << 20  # of Parquet, in whole row groups
READ_BYTES = 4 << 20
HEADER_BYTES = 1 << 20
STDIN = "-"


@dataclass(frozen=True)
class Source:
    """One file: its name, whether it is Parquet, its size; for CSV the delimiter and the length of the header."""

    path: str
    parquet: bool
    size: int
    names: tuple[str, ...] = ()
    delimiter: str = ","
    header: int = 0


@dataclass(frozen=True)
class Piece:
    """Some rows of a source: for CSV their bytes, for Parquet the first row and the row after the last.

    whole: it is all rows of its file.
    """

    source: Source
    rows: tuple[int, int] = (0, 0)
    content: bytes = b""
    ends_at: int = 0
    whole: bool = False


def find_sources(inputs: Sequence[str]) -> tuple[str, ...]:
    """The files that paths, folders and globs name, in order of name; "-" is standard input."""
    found: list[str] = []
    for text in inputs:
        path = Path(text)
        if text == STDIN:
            found.append(text)
        elif path.is_dir():
            inside = sorted(str(p) for p in path.rglob("*") if p.is_file() and _is_table(p.name))
            if not inside:
                raise InputError(
                    text, "a folder without CSV or Parquet files", "files that end in .csv, .csv.gz, .tsv or .parquet"
                )
            found += inside
        elif has_magic(text) and not path.exists():
            inside = sorted(glob(text, recursive=True))
            if not inside:
                raise InputError(text, "no file fits", "a pattern such as 'entries/*.parquet'")
            found += inside
        elif path.is_file():
            found.append(text)
        elif is_pipe(path):
            found.append(str(as_file(path)))
        else:
            beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            near = nearest(path.name, beside)
            raise InputError(text, "no such file", "a CSV or Parquet file, a folder, a glob, or - for standard input",
                             f"Did you mean {path.parent / near[0]}?" if near else "")  # fmt: skip
    return tuple(dict.fromkeys(found))


def _is_table(name: str) -> bool:
    return name.lower().endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".parquet", ".pq"))


def open_bytes(path: str) -> BinaryIO:
    """A file or standard input as bytes; gzip is undone as it is read."""
    if path == STDIN:
        return sys.stdin.buffer
    stream = open(path, "rb")  # noqa: SIM115 - the caller closes it
    if stream.read(2) == b"\x1f\x8b":
        stream.close()
        return gzip.open(path, "rb")  # type: ignore[return-value]
    stream.seek(0)
    return stream


def is_parquet(path: str) -> bool:
    """Whether a file begins as Parquet does."""
    if path == STDIN:
        return False
    with open(path, "rb") as stream:
        return stream.read(4) == b"PAR1"


def read_header(first: bytes, path: str) -> Source:
    """A CSV source from its first bytes: delimiter, names, length of the header. Raises InputError."""
    text, _, _ = _first_record(first)
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
    return Source(path, False, 0, tuple(names), delimiter, len(text))


def _first_record(first: bytes) -> tuple[bytes, int, int]:
    """The first record with its end of line."""
    at = -1
    while (at := first.find(b"\n", at + 1)) >= 0:
        if first.count(b'"', 0, at) % 2 == 0:
            return first[: at + 1], at, at
    return first, len(first), len(first)


def csv_pieces(
    source: Source, stream: BinaryIO, head: bytes, start: int = 0, size: int = PIECE_BYTES
) -> Iterator[Piece]:
    """The rows of a CSV in pieces that end where a record ends.

    head: the first bytes, read already; start: bytes after the header that are done already.
    """
    _skip(stream, source.header + start - len(head))
    rest, position = head[source.header + start :], start
    while True:
        block = read_bytes(stream, max(READ_BYTES, size - len(rest)))
        if not block and not rest:
            return
        done = len(rest) + len(block) < size
        cut = len(block) if done else _last_end(rest, block)
        if cut == 0 and rest and not done:  # with the bytes before it, the end of a record may be found
            rest, block = b"", rest + block
            cut = _last_end(rest, block)
        if cut == 0 and not done:  # an open quotation mark or an endless line: the line's end will have to do
            cut = block.rfind(b"\n") + 1 or len(block)
        seen = memoryview(block)
        content = b"".join([rest, seen[:cut]])
        position += len(content)
        yield Piece(source, content=content, ends_at=position)
        rest = bytes(seen[cut:])
        if done:
            return


def _skip(stream: BinaryIO, count: int) -> None:
    while count > 0:
        got = len(read_bytes(stream, min(count, READ_BYTES)))
        if not got:
            return
        count -= got


def read_bytes(stream: BinaryIO, count: int) -> bytes:
    """So many bytes, or all that are left. Raises InputError where a gzipped file is broken."""
    parts: list[bytes] = []
    try:
        while count > 0 and (got := stream.read(count)):
            parts.append(got)
            count -= len(got)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        where = str(getattr(stream, "name", STDIN))
        raise InputError(
            where, f"not readable as gzip: {error}", "a whole .gz file", "Unpack it to see where it ends"
        ) from None
    return b"".join(parts)


def _last_end(rest: bytes, block: bytes) -> int:
    """The place after the last line end in a block that stands outside quotation marks; 0 where there is none near the end.

    rest: the bytes before the block, from the beginning of a record.
    """
    at, total = len(block), block.count(b'"') if b'"' in block else 0
    total += rest.count(b'"')
    for _ in range(10_000):
        at = block.rfind(b"\n", 0, at)
        if at < 0:
            return 0
        if (total - block.count(b'"', at)) % 2 == 0:
            return at + 1
    return 0


def spans_of(groups: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Runs of whole row groups of about so many rows."""
    first = at = 0
    for rows in groups:
        if at > first and at + rows - first > size:
            yield first, at
            first = at
        at += rows
    if at > first:
        yield first, at


def groups_by_span(groups: Sequence[int], spans: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """The rows of the row groups of each run, by its first row."""
    starts = [0, *accumulate(groups)]
    return {a: [n for at, n in zip(starts, groups, strict=False) if a <= at < b and n] for a, b in spans}
