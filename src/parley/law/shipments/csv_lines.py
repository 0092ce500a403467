"""Lines of CSV as they stand: which bytes every reader reads alike, each record's own text, and the lines that are none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.law.shipments.arrow import pa
from parley.law.shipments.chunks import Content, found_in, holds

SHOWN = 200  # characters of a faulty line that are shown
LONGEST_LINE = 1 << 20  # bytes of a record
MOST_LINES = 50  # lines of one record, where a cell holds line ends


class Malformed(NamedTuple):
    """A line of CSV that is no row: its place among the lines of the piece, the line, and what is wrong."""

    place: int
    line: str
    fault: str


def is_plain(content: Content, delimiter: str) -> bool:
    """Whether every reader of CSV reads these bytes alike: UTF-8, whole cells in quotation marks, ends of one kind.

    Lines of another width are found when the bytes are parsed.
    """
    if holds(content, b"\0") or not _has_short_lines(content) or not _is_utf8(content):
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


def _has_short_lines(content: Content) -> bool:
    step = LONGEST_LINE // 2
    return all(found_in(content).find(b"\n", at, at + step) >= 0 for at in range(0, len(content) - step, step))


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


def own_lines(content: Content, without: Sequence[int] = ()) -> pa.LargeStringArray | None:
    """The records of plain CSV behind a first line end, each with a line end before it and none behind: as they lie in memory.

    without: places of lines that are no records. None where a cell holds a line end unlike those of the output.
    """
    ends, inside = _line_ends(content)
    if holds(content, b"\r"):
        if inside is not None and inside.any():
            return None
        content = bytes(content).replace(b"\r\n", b"\n")
        ends, inside = _line_ends(content)
    edges = ends if inside is None else ends[~inside]
    if edges[-1] != len(content) - 1:
        edges = np.append(edges, len(content))
    kept = np.diff(edges) > 1  # empty lines are no rows
    kept[np.flatnonzero(kept)[list(without)]] = False
    lines = pa.Array.from_buffers(pa.large_string(), len(kept), [None, pa.py_buffer(edges), pa.py_buffer(content)])
    return lines if kept.all() else lines.filter(pa.array(kept))


def _line_ends(content: Content) -> tuple[Int[ndarray, " n"], Bool[ndarray, " n"] | None]:
    """The places of line ends, and which of them lie within a cell; None where no cell is in quotation marks."""
    held = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(held == ord("\n"))
    if not holds(content, b'"'):
        return ends, None
    return ends, np.searchsorted(np.flatnonzero(held == ord('"')), ends) % 2 == 1


def line_by_line(content: Content, width: int, delimiter: str) -> tuple[bytes, list[Malformed], pa.LargeStringArray]:
    """A piece read a line at a time, so that one open quotation mark costs one line: clean CSV, what is no row, own lines."""
    lines = [x for x in re.split(rb"\r\n|\n|\r", bytes(content)) if x]
    made, malformed, own = io.StringIO(), list[Malformed](), list[str]()
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\n")
    at = place = 0
    while at < len(lines):
        row, taken = _record(lines, at, delimiter)
        if row is not None and len(row) == width:
            writer.writerow(row)
            own.append("\n" + b"\n".join(lines[at : at + taken]).decode())
        else:
            fault = "not CSV in UTF-8" if row is None else f"{len(row)} cells"
            malformed.append(Malformed(place, lines[at][:SHOWN].decode("utf-8", "replace"), fault))
        at, place = at + taken, place + 1
    return made.getvalue().encode(), malformed, pa.array(own, pa.large_string())


def _record(lines: list[bytes], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at a line, and how many lines it takes; no cells where it is none."""
    for taken in range(1, min(MOST_LINES, len(lines) - at) + 1):
        text = b"\n".join(lines[at : at + taken])
        if text.count(b'"') % 2 == 0 and len(text) <= LONGEST_LINE:
            try:
                rows = list(csv.reader(io.StringIO(text.decode("utf-8"), newline=""), delimiter=delimiter, strict=True))
            except (csv.Error, UnicodeDecodeError):
                continue
            if len(rows) == 1:
                return rows[0], taken
    return None, 1
