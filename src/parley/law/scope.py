"""Which goods and origins a measure covers: prefixes, dated lists beside the acts, unions of countries."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from parley.codes import EU, union_of
from parley.errors import DateError, MeasureError
from parley.law.measure import LATEST, Measure, Yields


class Listed(NamedTuple):
    """One row of a product list: a prefix, and the days [start, end) on which it stands in the list."""

    product: str
    start: date
    end: date


@cache
def _read_list(path: Path, stamp: int) -> tuple[Listed, ...]:
    """The rows of a product list (CSV: product[,start,end]; other columns are notes). The stamp renews the cache."""
    del stamp
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        if "product" not in (rows.fieldnames or ()):
            raise MeasureError(path.name, f"columns {rows.fieldnames}", "product[,start,end]")
        return tuple(_listed(row, f"{path.name} row {number}") for number, row in enumerate(rows, 1))


def _listed(row: dict[str, str], where: str) -> Listed:
    product = (row["product"] or "").strip()
    if not (product.isascii() and product.isdigit() and 2 <= len(product) <= 10):
        raise MeasureError(f"{where} product", f"{product!r}", "2 to 10 digits without points")
    try:
        start = date.fromisoformat(row["start"]) if row.get("start") else date.min
        end = date.fromisoformat(row["end"]) if row.get("end") else LATEST
    except ValueError:
        raise DateError(where, f"{row.get('start')!r} to {row.get('end')!r}", "YYYY-MM-DD or empty") from None
    if end <= start:
        raise MeasureError(where, f"{start} to {end}", "an end after its start")
    return Listed(product, start, end)


def read_list(folder: str, name: str) -> tuple[Listed, ...]:
    """The dated prefixes of a list beside the acts."""
    path = Path(folder, name)
    try:
        return _read_list(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise MeasureError(str(path), "no such product list", "a CSV beside the acts") from None


def listed(folder: str, name: str, on: date) -> tuple[str, ...]:
    """The prefixes that stand in a list on a day; none where there is no list."""
    if not name:
        return ()
    path = Path(folder, name)
    rows = read_list(folder, name)
    undated = _undated(path, path.stat().st_mtime_ns)
    return undated if undated is not None else tuple(row.product for row in rows if row.start <= on < row.end)


@cache
def _undated(path: Path, stamp: int) -> tuple[str, ...] | None:
    """The prefixes of a list without dates; None where some row is dated."""
    rows = _read_list(path, stamp)
    plain = all(row.start == date.min and row.end == LATEST for row in rows)
    return tuple(row.product for row in rows) if plain else None


@cache
def _list_index(path: Path, stamp: int) -> dict[str, tuple[Listed, ...]]:
    """A list by prefix, so that one product asks ten questions and not ten thousand."""
    found: dict[str, tuple[Listed, ...]] = {}
    for row in _read_list(path, stamp):
        found[row.product] = (*found.get(row.product, ()), row)
    return found


def in_list(folder: str, name: str, product: str, on: date) -> bool:
    """Whether a product, or a prefix of it, stands in the list on a day."""
    path = Path(folder, name)
    try:
        rows = _list_index(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise MeasureError(str(path), "no such product list", "a CSV beside the acts") from None
    return any(row.start <= on < row.end for n in range(2, len(product) + 1) for row in rows.get(product[:n], ()))


def covers_product(m: Measure, product: str, on: date) -> bool:
    """Whether a measure covers a product on a day: in its prefixes or list, and not in its exceptions."""
    inside = _in_prefixes(m.products, product) if m.products else in_list(m.folder, m.product_list, product, on)
    if not inside or _in_prefixes(m.products_except, product):
        return False
    return not (m.products_except_list and in_list(m.folder, m.products_except_list, product, on))


def _in_prefixes(prefixes: Iterable[str], product: str) -> bool:
    return any(p == "*" or product.startswith(p) for p in prefixes)


def covers_origin(scope: Measure | Yields, origin: str) -> bool:
    """Whether a measure or an edge covers an origin. EUU stands for its members; a member may be excepted by name."""
    names = _origin_names(origin)
    return not names.isdisjoint(scope.origins) and names.isdisjoint(n for n in scope.origins_except if n != "*")


@cache
def _origin_names(origin: str) -> frozenset[str]:
    return frozenset({origin, union_of(origin), "*"}) if origin != EU else frozenset({EU, "*"})
