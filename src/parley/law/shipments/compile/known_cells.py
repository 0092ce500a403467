"""The cells of a law that are known: of raw cells under no claims, and under the claims that lines made, as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.entry_claims import Value, holds
from parley.law.measure import Measure
from parley.law.shipments.compile.cells import Cell, cell_arrays, resolve
from parley.law.shipments.compile.claim_classes import (
    SHARE_CLAIMS,
    Places,
    Split,
    claims_as_stated,
    classes_of,
    factorised,
    with_metal,
)
from parley.law.shipments.compile.tables import LawTables
from parley.law.stacking import edge_holds

Rows = Callable[[], Sequence[Measure]]
SHIFT = 32  # bits of a pair's number below the class


class Kept(NamedTuple):
    """What is known, as the cache holds it. pairs: the cell by number of the class · 2^SHIFT + raw cell."""

    tables: LawTables
    splits: tuple[Split, ...]
    cells: list[Cell]
    classes: list[Places]
    pairs: dict[int, int]


class KnownCells:
    """A pair of a raw cell and a class of claims is resolved when the first line that makes it comes. Safe to share between
    threads: what is read without the lock is only ever added to, or replaced whole.

    kept: what the cache holds under a key. rows: reads the rows of the law. cells, classes: numbered; class 0 is that of no claims.
    """

    def __init__(self, kept: Kept, rows: Rows, key: str) -> None:
        self.kept, self.rows, self.key, self.tables = kept, rows, key, kept.tables
        self.cells = {cell: j for j, cell in enumerate(kept.cells)}
        self.classes = {places: j for j, places in enumerate(kept.classes)}
        self.arrays, self.pairs, self._lock = cell_arrays(kept.cells), dict[int, int](), Lock()
        self._plain = np.full(len(self.tables.asks), -1, dtype=np.int32)  # the cell of a raw cell under no claims
        self._alive, self._asked, self._every_row = dict[Places, frozenset[int]](), dict[tuple, Cell](), cache(rows)
        self._add(kept.pairs)

    def __reduce__(self) -> tuple:
        return KnownCells, (self.known, self.rows, self.key)

    @property
    def known(self) -> Kept:
        """All that is known now."""
        return self.kept._replace(cells=[*self.cells], classes=[*self.classes], pairs=dict(self.pairs))

    def _add(self, found: Mapping[int, int]) -> None:
        """Makes pairs known. The arrays of their cells stand before what leads to them."""
        if len(self.cells) >= len(self.arrays.added):
            self.arrays = cell_arrays([*self.cells])
        self.pairs.update(found)
        plain = [key for key in found if key < len(self._plain)]
        self._plain[plain] = [found[key] for key in plain]

    def cell_of(self, raw: Int[ndarray, " n"], claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under the class of its claims, as numbers by name."""
        if not claims:
            found = np.take(self._plain, raw)
            if found.min(initial=0) < 0:
                self._resolve(dict.fromkeys(np.unique(raw[found < 0]).tolist(), 0), {})
                found = np.take(self._plain, raw)
            return found
        keys, places = factorised((self._classes(raw, with_metal(claims)) << SHIFT) + raw)
        if not self.pairs.keys() >= {*keys}:
            first = np.zeros(len(keys), dtype=np.int64)
            first[places[::-1]] = np.arange(len(raw))[::-1]
            self._resolve(dict(zip(keys, first.tolist(), strict=True)), claims)
        return np.array([self.pairs[key] for key in keys], dtype=np.int32)[places]

    def _classes(self, raw: Int[ndarray, " n"], claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """The number of each line's class, of those claims alone that some row of its raw cell asks about; 0 is none."""
        classes, at = classes_of([s for s in self.kept.splits if s.name in claims], claims, len(raw))
        number, width, names = np.zeros(len(raw), dtype=np.int64), len(classes), self.tables.names
        rows = np.flatnonzero(np.array([bool(places) for places in classes])[at])
        met, place = factorised(np.take(self.tables.asks, raw[rows]).astype(np.int64) * width + at[rows])
        asked = [tuple(p for p in classes[k % width] if p[0] in names[k // width]) for k in met]
        with self._lock:
            numbers = [self.classes.setdefault(places, len(self.classes)) for places in asked]
        number[rows] = np.array(numbers, dtype=np.int64)[place]
        return number

    def _resolve(self, first: Mapping[int, int], claims: Mapping[str, Float[ndarray, " n"]]) -> None:
        """Resolves the pairs that are new, each at the line that has it first."""
        with self._lock:
            by_number, found = list(self.classes), dict[int, int]()
            for key in (k for k in first if k not in self.pairs):
                places, r = by_number[key >> SHIFT], key & ((1 << SHIFT) - 1)
                found[key] = self._number(r, places, claims_as_stated(places, claims, first[key]))
            self._add(found)

    def _number(self, r: int, places: Places, claims: Mapping[str, Value]) -> int:
        """The number of a raw cell's cell under claims of a class. Few of the raw cells differ in the rows whose conditions hold,
        the edges that stand and the claims on shares: each such question is asked once.
        """
        rows, raw = self._every_row(), self.tables.rows_together[r - 1]
        if places not in self._alive:
            alive = (m for m, row in enumerate(rows) if all(holds(n, w, claims) for n, w in row.when.items())
                     and not any(holds(n, w, claims) for n, w in row.unless.items()))  # fmt: skip
            self._alive[places] = frozenset(alive)
        chosen = [m for m in raw.rows if m in self._alive[places]]
        edges = tuple(edge_holds(e, raw.origin, raw.on, raw.known) for m in chosen for e in rows[m].yields_to)
        key = (tuple(chosen), edges, tuple(p for p in places if p[0] in SHARE_CLAIMS))
        if key not in self._asked:
            self._asked[key] = resolve([rows[m] for m in chosen], raw, claims)
        return self.cells.setdefault(self._asked[key], len(self.cells)) + 1
