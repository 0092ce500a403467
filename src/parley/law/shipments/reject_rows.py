"""The file of rejects: file, row, column, what was found, what is allowed, the nearest name, the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy import ndarray

from parley.law.shipments.pieces import Malformed
from parley.law.shipments.rejects import MALFORMED, NEAREST_AT_MOST, REASONS, near_origin, product_names
from parley.law.shipments.shown import found_sql
from parley.law.shipments.sql import Query
from parley.shapes import Int

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


def write_header(whole: Path) -> None:
    """A file of rejects that holds its header alone."""
    with whole.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerow(HEADER)


def write_rejects(
    parts: Sequence[tuple[Query, Refused]], malformed: Sequence[Malformed], path: str, first: int, whole: Path
) -> None:
    """The rejected rows of a piece, in order, at the end of the file. first: rows of the file before this piece.

    Rows count from 1 after the header, the lines that are no rows among them.
    """
    gaps = np.array([m.place - j for j, m in enumerate(malformed)], dtype=np.int64)
    tails = [_Tails(q, refused.told) for q, refused in parts]
    rows = [r.places + np.searchsorted(gaps, r.places, side="right") for _, r in parts]
    rows.append(np.array([m.place for m in malformed], dtype=np.int64))
    row = np.concatenate(rows)
    part = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    which = np.concatenate([*(r.which for _, r in parts), np.arange(len(malformed))])
    order = np.argsort(row, kind="stable")
    file, lines = _cell(path), [_bad_line(m) for m in malformed]
    with whole.open("a", newline="", encoding="utf-8") as stream:
        for at in range(0, len(order), AT_ONCE):
            now = order[at : at + AT_ONCE]
            told = zip((row[now] + first + 1).tolist(), part[now].tolist(), which[now].tolist(), strict=True)
            stream.write("".join(f"{file},{n},{tails[j].of(k) if j < len(tails) else lines[k]}" for n, j, k in told))


class _Tails:
    """The rest of a line behind the row's number, by reason and what was found."""

    def __init__(self, q: Query, told: Sequence[tuple[int, str]]) -> None:
        self.columns, self.levies, self.told, self.sought = q.columns.of, q.law.destination, told, 0
        self.of = lru_cache(AT_ONCE)(self._of)

    def _of(self, k: int) -> str:
        code, found = self.told[k]
        reason = REASONS[code]
        cells = (self.columns.get(reason.role, reason.role), _safe(found), reason.allowed, self._nearest(code, found))
        return _line([*cells, f"{reason.role}: {reason.sentence}"])

    def _nearest(self, code: int, found: str) -> str:
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


__all__ = ["HEADER", "Refused", "refused_of", "write_header", "write_rejects"]
