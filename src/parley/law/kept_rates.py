"""Compiled rates kept on disk: what a levy takes most of its time for, whatever question asks for it.

What is kept is of the rows in force with all that they read: the law's own files, ours, the first of the days alike, the day of
knowledge and the origins. It holds every line of the edition, so that one file serves every day of a stretch of law.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.frozen import frozen
from parley.law.edition import edition_of, places_of
from parley.law.kept_arrays import kept_arrays
from parley.law.law_package import law_in_use
from parley.law.measure import LATEST, Measure
from parley.law.regime import Regime
from parley.law.same_days import first_alike, known_alike

MOST_KEPT = 256  # tables, of up to a megabyte each: the eldest give way
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
    make: Callable[[date, Sequence[str] | None], Table],
) -> Table:
    """The table of a destination, its origins, a day and a day of knowledge; made where none is kept.

    What is kept is of the first of the days alike in law, and of its whole edition. how: what else bears on it, in words.
    make: the table of a day, of some products or of all. A regime with schedules of the user's own is never kept.
    """
    destination, origins, on, known = asked
    at = lines_kept(regime, asked, products)
    if at is None:
        return make(on, products)
    first = first_alike(regime, destination, on, known)
    seen = known_alike(regime, destination, first, known)
    rows = regime.at(first, seen or LATEST, destination)
    named = destination, tuple(origins), first, seen, how, read_as(regime), lists_beside(rows)
    meant = msgspec.msgpack.encode(named), msgspec.msgpack.encode(rows)
    return Table(*(chosen(held, at) for held in kept_arrays("rates", meant, lambda: make(first, None), MOST_KEPT)))


def lines_kept(
    regime: Regime, asked: tuple[str, Sequence[str], date, date | None], products: Sequence[str]
) -> Int[ndarray, " k"] | None:
    """Where products stand in the edition of which a table is kept; None where none is."""
    destination, origins, on, known = asked
    if regime.schedules or len(products) * len(origins) < LEAST_CELLS:
        return None
    whole = edition_of(destination, first_alike(regime, destination, on, known)).codes
    try:
        return places_of(whole, products)
    except KeyError:
        return None


def chosen(table: ndarray, at: Int[ndarray, " k"]) -> ndarray:
    """Some lines of a table; itself, where they are all of them in order."""
    whole = len(at) == len(table) and bool((np.diff(at) == 1).all())
    return table if whole else frozen(np.take(table, at, axis=0))


def put_columns(
    table: Float[ndarray, "k i"], columns: Sequence[int], part: Float[ndarray, "k c"]
) -> Float[ndarray, "k i"]:
    """A table with others' values in some columns, in the order of the columns: neighbours are put in at once."""
    made, at = table.copy(), np.array(columns)
    for run in np.split(np.arange(len(at)), np.flatnonzero(np.diff(at) != 1) + 1):
        if len(run):
            made[:, at[run[0]] : at[run[-1]] + 1] = part[:, run[0] : run[-1] + 1]
    return frozen(made)


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
