"""The file of rejects: file, row, column, what was found, what is allowed, the nearest name, the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.shipments.gather_read import has_pyarrow
from parley.law.shipments.pieces import Malformed
from parley.law.shipments.rejects import MALFORMED, NEAREST_AT_MOST, REASONS, near_origin, product_names
from parley.law.shipments.shown import found_sql
from parley.law.shipments.sql import Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HEADER = ("file", "row", "column", "found", "allowed", "nearest", "reason")
AT_ONCE = 1 << 16  # lines


class Refused(NamedTuple):
    """The refused lines of a piece in order: their places, and of each its place in `told`: a reason and what was found."""

    places: Int[ndarray, " r"]
    which: Int[ndarray, " r"]
    told: Sequence[tuple[int, str]]

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason occurs."""
        codes = np.array([code for code, _ in self.told], dtype=np.int64)
        counts = np.bincount(codes[self.which]) if len(codes) else np.zeros(0, dtype=np.int64)
        return {f"{REASONS[k].role}: {REASONS[k].sentence}": int(counts[k]) for k in np.flatnonzero(counts).tolist()}


def refused_of(con: DuckDBPyConnection, q: Query, table: str) -> Refused:
    """The refused lines of a table of judged rows."""
    found = con.execute(
        f"SELECT k_row, z_reject, {found_sql(q)} FROM {table} WHERE z_reject <> 0 ORDER BY k_row"
    ).fetchnumpy()
    places, codes, texts = (np.asarray(column) for column in found.values())
    told: dict[tuple[int, str], int] = {}
    which = [told.setdefault(key, len(told)) for key in zip(codes.tolist(), texts.tolist(), strict=True)]
    return Refused(places.astype(np.int64), np.array(which, dtype=np.int64), list(told))


def write_rejects(
    parts: Sequence[tuple[Query, Refused]], malformed: Sequence[Malformed], path: str, first: int, whole: Path
) -> None:
    """The rejected rows of a piece, in order, at the end of the file, which begins with a header. first: rows of the file
    before this piece. Rows count from 1 after the header, the lines that are no rows among them.
    """
    gaps = np.array([m.place - j for j, m in enumerate(malformed)], dtype=np.int64)
    rows = [r.places + np.searchsorted(gaps, r.places, side="right") for _, r in parts]
    row = np.concatenate([*rows, np.array([m.place for m in malformed], dtype=np.int64)])
    tails: list[Callable[[], str]] = []  # of a line, behind its number
    which = []
    for q, refused in parts:
        which.append(refused.which + len(tails))
        tail = _Tails(q)
        tails += [partial(tail.of, *told) for told in refused.told]
    which.append(np.arange(len(malformed)) + len(tails))
    tails += [partial(_bad_line, m) for m in malformed]
    made = [tail() for tail in tails] if len(tails) <= AT_ONCE else None
    order, file = np.argsort(row, kind="stable"), _cell(path)
    place = np.concatenate(which)
    with whole.open("ab") as stream:
        if not stream.tell():
            stream.write(_line(HEADER).encode())
        for at in range(0, len(order), AT_ONCE):
            now = order[at : at + AT_ONCE]
            numbers, places = row[now] + first + 1, place[now]
            ends, places = (made, places) if made else ([tails[k]() for k in places.tolist()], np.arange(len(places)))
            stream.write(_joined(f"{file},", numbers, ends, places))


def _joined(start: str, numbers: Int[ndarray, " n"], ends: Sequence[str], places: Int[ndarray, " n"]) -> Any:
    """The bytes of lines: the start, a number, and one of the ends. A fifth of the time where pyarrow is installed."""
    if not has_pyarrow():
        told = zip(numbers.tolist(), places.tolist(), strict=True)
        return "".join([f"{start}{n},{ends[k]}" for n, k in told]).encode()
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    text, end = pa.large_string(), pa.array([f",{end}" for end in ends], pa.large_string())
    lines = pc.binary_join_element_wise(
        pa.scalar(start, text), pa.array(numbers).cast(text), end.take(pa.array(places)), pa.scalar("", text)
    )
    first, last = np.frombuffer(lines.buffers()[1], np.int64)[[lines.offset, lines.offset + len(lines)]]
    return memoryview(lines.buffers()[2])[first:last]


class _Tails:
    """The rest of a line behind the row's number, by reason and what was found."""

    def __init__(self, q: Query) -> None:
        self.columns, self.levies, self.sought = q.columns.of, q.law.destination, 0
        self.near = lru_cache(AT_ONCE)(self._near)

    def of(self, code: int, found: str) -> str:
        """The column at fault, what was found and is allowed, the nearest name, the reason."""
        reason = REASONS[code]
        cells = (self.columns.get(reason.role, reason.role), _safe(found), reason.allowed, self.near(code, found))
        return _line([*cells, f"{reason.role}: {reason.sentence}"])

    def _near(self, code: int, found: str) -> str:
        if code == 1 and found:
            return product_names(self.levies).near(found)
        self.sought += code == 2
        return near_origin(found) if code == 2 and found and self.sought <= NEAREST_AT_MOST else ""


def _bad_line(line: Malformed) -> str:
    return _line(["row", _safe(line.line), REASONS[MALFORMED].allowed, "", f"row: {line.fault.lower()}"])


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    """A cell of CSV."""
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text


def _safe(text: str) -> str:
    """A spreadsheet would compute what begins like this."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


__all__ = ["HEADER", "Refused", "refused_of", "write_rejects"]
