"""Product lists beside the acts: prefixes with the days on which they stand in a list, read once and searched by prefix."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from parley.csv_tables import records_of, table_of
from parley.errors import DateError, MeasureError
from parley.text_files import FileKind, read_text

LIST = FileKind("product[,start,end] in UTF-8", MeasureError)
LATEST = date.max  # the knowledge day of "fullest knowledge", and the end of what has no end
_PRODUCT = re.compile("[0-9]{2,10}")


class Listed(NamedTuple):
    """One row of a product list: a prefix, and the days [start, end) on which it stands in the list."""

    product: str
    start: date
    end: date


@cache
def _read_list(path: Path, stamp: int) -> tuple[Listed, ...]:
    """The rows of a product list (CSV: product[,start,end]; other columns are notes). The stamp renews the cache."""
    columns, *rows = _cells(path, stamp)
    places = _places(columns, path.name)
    return tuple(_listed(row, places, path.name, number) for number, row in enumerate(rows, 1))


@cache
def _cells(path: Path, stamp: int) -> list[list[str]]:
    """The rows of a list as cells, without its comments; the first row names the columns."""
    del stamp
    text = read_text(path, LIST, path.name)
    try:
        rows = [row for row in csv.reader((x for x in text.splitlines() if not x.startswith("#")), strict=True) if row]
    except csv.Error:
        rows = []
    if not rows or len(set(rows[0])) < len(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        list(
            table_of(records_of(text, LIST, path.name), LIST, ("product",), path.name).rows()
        )  # raises, naming the row
    return rows


def _places(columns: Sequence[str], where: str) -> tuple[int, int, int]:
    """The places of product, start and end; -1 for a day that the list does not have."""
    if "product" not in columns:
        raise MeasureError(where, f"columns {list(columns)}", "product[,start,end]")
    start, end = (columns.index(n) if n in columns else -1 for n in ("start", "end"))
    return columns.index("product"), start, end


def _listed(row: Sequence[str], places: tuple[int, int, int], where: str, number: int) -> Listed:
    product, first, last = (row[p].strip() if 0 <= p < len(row) else "" for p in places)
    where = f"{where} row {number}"
    if not _PRODUCT.fullmatch(product):
        raise MeasureError(f"{where} product", f"{product!r}", "2 to 10 digits without points")
    try:
        start = _day(first) if first else date.min
        end = _day(last) if last else LATEST
    except ValueError:
        raise DateError(where, f"{first!r} to {last!r}", "YYYY-MM-DD or empty") from None
    if end <= start:
        raise MeasureError(where, f"{start} to {end}", "an end after its start")
    return Listed(product, start, end)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def read_list(folder: str, name: str) -> tuple[Listed, ...]:
    """The dated prefixes of a list beside the acts."""
    return _read_list(*_stamped(folder, name))


def list_days(folder: str, name: str) -> frozenset[date]:
    """The days on which a row of a list starts or ends."""
    return _list_days(*_stamped(folder, name))


@cache
def _list_days(path: Path, stamp: int) -> frozenset[date]:
    if _undated(path, stamp):
        return frozenset((date.min, LATEST))
    return frozenset(d for row in _read_list(path, stamp) for d in (row.start, row.end))


def listed(folder: str, name: str, on: date) -> tuple[str, ...]:
    """The prefixes that stand in a list on a day; none where there is no list."""
    if not name:
        return ()
    path, stamp = _stamped(folder, name)
    undated = _undated(path, stamp)
    if undated is not None:
        return undated
    return tuple(row.product for row in _read_list(path, stamp) if row.start <= on < row.end)


@cache
def _undated(path: Path, stamp: int) -> tuple[str, ...] | None:
    """The prefixes of a list without dates; None where some row is dated."""
    columns, *rows = _cells(path, stamp)
    place, *days = _places(columns, path.name)
    found = tuple(row[place].strip() if place < len(row) else "" for row in rows)
    if any(row[d].strip() for d in days if d >= 0 for row in rows if d < len(row)):
        return None
    if not all(map(_PRODUCT.fullmatch, found)):
        _read_list(path, stamp)  # raises, naming the row
    return found


@cache
def _list_index(path: Path, stamp: int) -> dict[str, list[tuple[int, list[str]]]]:
    """The unread rows of a list by prefix, with their numbers: one product asks ten questions, not ten thousand."""
    columns, *rows = _cells(path, stamp)
    place = _places(columns, path.name)[0]
    found: dict[str, list[tuple[int, list[str]]]] = {"": [(0, columns)]}
    for number, row in enumerate(rows, 1):
        found.setdefault(row[place].strip() if place < len(row) else "", []).append((number, row))
    return found


@cache
def _rows_of(path: Path, stamp: int, prefix: str) -> tuple[Listed, ...]:
    """The rows of one prefix in a list."""
    held = _list_index(path, stamp)
    places = _places(held[""][0][1], path.name)
    return tuple(_listed(row, places, path.name, number) for number, row in held[prefix])


def _stamped(folder: str, name: str) -> tuple[Path, int]:
    """A list's path, and the time of its last change, which renews what is remembered of it."""
    path = _path(folder, name)
    try:
        return path, os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        raise MeasureError(str(path)[:200], "no such product list", "a CSV beside the acts") from None


@cache
def _path(folder: str, name: str) -> Path:
    return Path(folder, name)


def in_list(folder: str, name: str, product: str, on: date) -> bool:
    """Whether a product, or a prefix of it, stands in the list on a day."""
    return any(first <= on < last for first, last in _spans(*_stamped(folder, name), product))


@lru_cache(maxsize=1 << 14)
def _spans(path: Path, stamp: int, product: str) -> tuple[tuple[date, date], ...]:
    """The days on which a product, or a prefix of it, stands in a list: first, and first no more."""
    held = _list_index(path, stamp)
    prefixes = (p for n in range(2, len(product) + 1) if (p := product[:n]) in held)
    return tuple((row.start, row.end) for p in prefixes for row in _rows_of(path, stamp, p))
