"""Compiled rates kept on disk: what a levy takes most of its time for, whatever question asks for it.

What is kept is of the rows in force with all that they read: the law's own files, ours, the day, the day of knowledge, the
lines and the origins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
from numpy import ndarray

from parley.array_types import Float
from parley.law.kept_arrays import kept_arrays
from parley.law.law_package import law_in_use
from parley.law.measure import LATEST, Measure
from parley.law.regime import Regime

MOST_KEPT = 24  # tables, of up to some megabytes each: the eldest give way
APART = frozenset({"measures", "schedules", "reached", "version"})  # of a regime: named otherwise, or of no bearing
LEAST_CELLS = 2_000  # a smaller table is made sooner than its name


class Table(NamedTuple):
    """Base and additions [k, i], fractions."""

    base: Float[ndarray, "k i"]
    added: Float[ndarray, "k i"]


def kept_rates(
    regime: Regime,
    asked: tuple[str, Sequence[str], date, date | None],
    products: Sequence[str],
    how: str,
    make: Callable[[], Table],
) -> Table:
    """The table of a destination, its origins, a day and a day of knowledge; made where none is kept.

    how: what else bears on it, in words. A regime with schedules of the user's own is never kept.
    """
    destination, origins, on, known = asked
    if regime.schedules or len(products) * len(origins) < LEAST_CELLS:
        return make()
    rows = regime.at(on, known or LATEST, destination)
    named = (destination, tuple(origins), on, known, how, read_as(regime))
    meant = msgspec.msgpack.encode((*named, lists_beside(rows))), msgspec.msgpack.encode(rows), joined(products)
    return Table(*kept_arrays("rates", meant, make, MOST_KEPT))


def read_as(regime: Regime) -> list[tuple[str, object]]:
    """How a regime's rows are read: every field but the rows themselves and what does not bear on a rate."""
    names = [field.name for field in fields(regime)]
    return [(name, getattr(regime, name)) for name in names if name not in APART]


def joined(codes: Sequence[str]) -> bytes:
    """Codes as one text."""
    return " ".join(codes).encode()


def lists_beside(rows: Sequence[Measure]) -> list[tuple[str, int, int]]:
    """The lists of rows that are not of the law in use, with their sizes and times."""
    own = str(law_in_use().folder / "measures")
    names = {(m.folder, n) for m in rows if m.folder != own for n in (m.product_list, m.products_except_list) if n}
    stats = [(str(Path(*name)), Path(*name).stat()) for name in sorted(names)]
    return [(path, held.st_size, held.st_mtime_ns) for path, held in stats]
