"""The file of rejects: file, row, column, what was found, what is allowed, the nearest name, the reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley import outputs
from parley.array_types import Int
from parley.law.shipments.csv_lines import Malformed
from parley.law.shipments.csv_out import bytes_of, one_text
from parley.law.shipments.rejects import MALFORMED, NEAREST_AT_MOST, REASONS, near_origin, near_product

HEADER = ("file", "row", "column", "found", "allowed", "nearest", "reason")
AT_ONCE = 1 << 16  # lines


class Refused(NamedTuple):
    """Refused lines in order: their places, and of each its place in `told`: a reason, what was found, and in whose schedule,
    where the file says it."""

    places: Int[ndarray, " r"]
    which: Int[ndarray, " r"]
    told: Sequence[tuple[int, str, str]]


def drop_older(rejects: Path) -> None:
    """Takes away the rejects of an earlier run, which would stand beside rows that are none of theirs; other files stay."""
    if outputs.is_stream(rejects) or not rejects.is_file():
        return
    with outputs.told(rejects):
        with rejects.open("rb") as stream:
            ours = stream.readline().rstrip(b"\r\n") == ",".join(HEADER).encode()
        if ours:
            outputs.real(rejects).unlink()


def joined(parts: Sequence[tuple[int, Refused]]) -> Refused:
    """The refused lines of several batches, each with the place of its first line."""
    told: dict[tuple[int, str, str], int] = {}
    places, which = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first, part in parts:
        at = np.array([told.setdefault(t, len(told)) for t in part.told], dtype=np.int64)
        places.append(part.places + first)
        which.append(at[part.which] if len(at) else part.which)
    return Refused(np.concatenate(places), np.concatenate(which), list(told))


class RejectRows:
    """Writes the rejected rows of a run. columns: the name of the one that holds a role; levies: the destination."""

    def __init__(self, columns: Mapping[str, str], levies: str) -> None:
        self.columns, self.levies, self.sought = columns, levies, 0
        self.tail = lru_cache(AT_ONCE)(self._tail)

    def write(self, refused: Refused, malformed: Sequence[Malformed], path: str, first: int, stream: Any) -> None:
        """The rejected rows of a piece, in order; a header before the first. first: rows of the file before this piece.

        Rows count from 1 after the header, the lines that are no rows among them.
        """
        import pyarrow as pa

        if not stream.tell():
            stream.write(_line(HEADER).encode())
        gaps = np.array([m.place - j for j, m in enumerate(malformed)], dtype=np.int64)
        rows = refused.places + np.searchsorted(gaps, refused.places, side="right")
        row = np.concatenate([rows, np.array([m.place for m in malformed], dtype=np.int64)])
        place = np.concatenate([refused.which, np.arange(len(malformed)) + len(refused.told)])
        tails: list[Callable[[], str]] = [partial(self.tail, *told) for told in refused.told]  # behind a line's number
        tails += [partial(_bad_line, m) for m in malformed]
        order, start = np.argsort(row, kind="stable"), one_text(_line([path, ""])[:-1])
        for at in range(0, len(order), AT_ONCE):
            now = order[at : at + AT_ONCE]
            met, places = np.unique(place[now], return_inverse=True)
            ends = pa.array([f",{tails[k]()}" for k in met.tolist()], pa.large_string())
            stream.write(bytes_of(start, pa.array(row[now] + first + 1), ends.take(pa.array(places.ravel()))))

    def _tail(self, code: int, found: str, levies: str) -> str:
        """The column at fault, what was found and is allowed, the nearest name, the reason."""
        reason = REASONS[code]
        cells = (
            self.columns.get(reason.role, reason.role),
            _safe(found),
            reason.allowed,
            self._near(code, found, levies),
        )
        return _line([*cells, f"{reason.role}: {reason.sentence}"])

    def _near(self, code: int, found: str, levies: str) -> str:
        if code == 1 and found:
            return near_product(found, levies or self.levies)
        self.sought += code == 2
        return near_origin(found) if code == 2 and found and self.sought <= NEAREST_AT_MOST else ""


def _bad_line(line: Malformed) -> str:
    return _line(["row", _safe(line.line), REASONS[MALFORMED].allowed, "", f"row: {line.fault.lower()}"])


def _line(cells: Iterable[str]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerow(cells)
    return made.getvalue()


def _safe(text: str) -> str:
    """A spreadsheet would compute what begins like this."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


__all__ = ["HEADER", "Refused", "RejectRows", "drop_older", "joined"]
