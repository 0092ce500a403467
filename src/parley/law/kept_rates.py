"""Compiled rates kept on disk: what a levy takes most of its time for, whatever question asks for it.

The name of what is kept is a checksum of the rows in force with all that they read: the law's own files, ours, the day, the
day of knowledge, the lines and the origins. Origins whose columns are equal share one.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.cache_folder import cache_folder, kept_or_made
from parley.frozen import frozen
from parley.law.law_package import law_in_use
from parley.law.measure import LATEST, Measure
from parley.law.regime import Regime

MOST_KEPT = 40  # tables, of up to some megabytes each: the eldest give way
LEAST_CELLS = 2_000  # a smaller table is made sooner than its name
ROOMS = ("law", "world")  # whose files a rate may rest on


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
    meant = (destination, tuple(origins), on, known, how, regime.content, regime.use, regime.estimates)
    key = hashlib.sha256(_of_files())
    for part in (
        msgspec.msgpack.encode((*meant, _lists_beside(rows))),
        msgspec.msgpack.encode(rows),
        _joined(products),
    ):
        key.update(part)
    place = cache_folder() / "rates" / f"{key.hexdigest()[:32]}.npz"
    return kept_or_made(place, _unpacked, make, _packed, MOST_KEPT)


def _joined(products: Sequence[str]) -> bytes:
    return " ".join(products).encode()


@cache
def _of_files() -> bytes:
    """A checksum of the law in use, and of the names, sizes and times of our own files."""
    home = Path(str(resources.files("parley")))
    found = [
        (str(path), held.st_size, held.st_mtime_ns)
        for room in ROOMS
        for folder, _, names in os.walk(home / room)
        for path in (Path(folder, name) for name in sorted(names) if not name.endswith(".pyc"))
        for held in (path.stat(),)
    ]
    return hashlib.sha256(msgspec.json.encode((law_in_use().hash, np.__version__, found))).digest()


def _lists_beside(rows: Sequence[Measure]) -> list[tuple[str, int, int]]:
    """The lists of rows that are not of the law in use, with their sizes and times."""
    own = str(law_in_use().folder / "measures")
    names = {(m.folder, n) for m in rows if m.folder != own for n in (m.product_list, m.products_except_list) if n}
    stats = [(str(Path(*name)), Path(*name).stat()) for name in sorted(names)]
    return [(path, held.st_size, held.st_mtime_ns) for path, held in stats]


def _packed(table: Table) -> bytes:
    """A table as bytes: its distinct columns, and which of them each origin has."""
    stream = io.BytesIO()
    for array in table:
        place: dict[bytes, int] = {}
        columns: list[ndarray] = []
        of: list[int] = []
        for column in np.ascontiguousarray(array.T):
            found = place.setdefault(column.tobytes(), len(columns))
            columns += [column] if found == len(columns) else []
            of.append(found)
        np.save(stream, np.array(columns))
        np.save(stream, np.array(of, dtype=np.int64))
    return stream.getvalue()


def _unpacked(held: bytes) -> Table | None:
    """The table of packed bytes; None where they are none."""
    stream, found = io.BytesIO(held), []
    try:
        for _ in Table._fields:
            columns, of = np.load(stream), np.load(stream)
            found.append(frozen(np.take(columns, of, axis=0).T.copy()))
    except (ValueError, EOFError, OSError, IndexError):
        return None
    return Table(*found)
