"""The file of rejects: file, row, column, what was found, what is allowed, the nearest name, the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley import outputs
from parley.array_types import Int
from parley.law.shipments.arrow import pa
from parley.law.shipments.csv_lines import Malformed
from parley.law.shipments.csv_out import CsvOutput, records
from parley.law.shipments.read import repeated
from parley.law.shipments.rejects import MALFORMED, NEAREST_AT_MOST, REASONS, near_origin, near_product

HEADER = ("file", "row", "column", "found", "allowed", "nearest", "reason")
AT_ONCE = 1 << 16  # lines


class Refused(NamedTuple):
    """Refused lines in order: their places, and of each its number in `told`: a reason, what was found, and in whose schedule,
    where the file says it."""

    places: Int[ndarray, " r"]
    which: Int[ndarray, " r"]
    told: dict[tuple[int, str, str], int]


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
    """The refused lines of several batches that share `told`, each with the place of its first line."""
    places = [np.zeros(0, np.int64), *(first + part.places for first, part in parts)]
    which = [np.zeros(0, np.int64), *(part.which for _, part in parts)]
    return Refused(np.concatenate(places), np.concatenate(which), parts[0][1].told if parts else {})


class RejectRows:
    """Writes the rejected rows of a run. columns: the name of the one that holds a role; levies: the destination."""

    def __init__(self, place: Path, columns: Mapping[str, str], levies: str) -> None:
        self.out, self.columns, self.levies, self.sought = CsvOutput(place, HEADER), columns, levies, 0
        self.cells, self.finish = lru_cache(AT_ONCE)(self._cells), self.out.finish

    def add(self, refused: Refused, malformed: Sequence[Malformed], path: str, first: int) -> None:
        """The rejected rows of a piece, in order. first: rows of the file before this piece.

        Rows count from 1 after the header, the lines that are no rows among them.
        """
        if len(refused.places) or malformed:
            self.out.add(self._blocks(refused, malformed, path, first))

    def _blocks(self, refused: Refused, malformed: Sequence[Malformed], path: str, first: int) -> Iterator[memoryview]:
        gaps = np.array([m.place - j for j, m in enumerate(malformed)], dtype=np.int64)
        rows = refused.places + np.searchsorted(gaps, refused.places, side="right")
        row = np.concatenate([rows, np.array([m.place for m in malformed], dtype=np.int64)])
        place = np.concatenate([refused.which, np.arange(len(malformed)) + len(refused.told)])
        told, order = [*refused.told, *malformed], np.argsort(row, kind="stable")
        for at in range(0, len(order), AT_ONCE):
            now = order[at : at + AT_ONCE]
            met, places = np.unique(place[now], return_inverse=True)
            cells = [_of_no_row(t) if isinstance(t := told[k], Malformed) else self.cells(*t) for k in met.tolist()]
            ends = [
                pa.DictionaryArray.from_arrays(places.ravel(), pa.array(w, pa.string()))
                for w in zip(*cells, strict=True)
            ]
            yield records([repeated(path, len(now)), pa.array(row[now] + first + 1), *ends], ())

    def _cells(self, code: int, found: str, levies: str) -> tuple[str | None, ...]:
        """The column at fault, what was found and is allowed, the nearest name, the reason."""
        role, sentence, allowed = REASONS[code]
        column, near = self.columns.get(role, role), self._near(code, found, levies)
        return column, _safe(found) or None, allowed, near or None, f"{role}: {sentence}"

    def _near(self, code: int, found: str, levies: str) -> str:
        if code == 1 and found:
            return near_product(found, levies or self.levies)
        self.sought += code == 2
        return near_origin(found) if code == 2 and found and self.sought <= NEAREST_AT_MOST else ""


def _of_no_row(line: Malformed) -> tuple[str | None, ...]:
    return "row", _safe(line.line), REASONS[MALFORMED].allowed, None, f"row: {line.fault.lower()}"


def _safe(text: str) -> str:
    """A spreadsheet would compute what begins like this."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


__all__ = ["HEADER", "Refused", "RejectRows", "drop_older", "joined"]
