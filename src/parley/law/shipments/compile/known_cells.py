"""The cells of a law that are known: of raw cells under no claims, and under the claims that lines made, as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.entry_claims import Value, holds
from parley.law.measure import Measure
from parley.law.shipments.compile.cells import Cell, CellArrays, cell_arrays, resolve
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


@dataclass
class KnownCells:
    """A pair of a raw cell and a class of claims is resolved when the first line that makes it comes. Safe to share between
    threads: what is read without the lock is only ever added to, or replaced whole.

    rows: reads the rows of the law. classes: numbered, 0 the one of no claims; pairs: the cell by number of the class · 2^SHIFT +
    raw cell. kept: how many pairs the cache holds.
    """

    tables: LawTables
    rows: Rows
    splits: tuple[Split, ...]
    cells: dict[Cell, int] = field(default_factory=dict)
    classes: dict[Places, int] = field(default_factory=lambda: {(): 0})
    pairs: dict[int, int] = field(default_factory=lambda: {0: 0})
    kept: int = 1
    _arrays: CellArrays | None = None
    _cell: Int[ndarray, " r"] | None = None
    _alive: dict[Places, frozenset[int]] = field(default_factory=dict)
    _asked: dict[tuple, Cell] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_lock": None, "_asked": {}, "_cell": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"_lock": Lock()})

    @property
    def arrays(self) -> CellArrays:
        """The cells as arrays."""
        if self._arrays is None:
            self._arrays = cell_arrays(list(self.cells))
        return self._arrays

    def cell_at(self, place: Int[ndarray, " n"]) -> Int[ndarray, " n"]:
        """The cell of each line under no claims. place: its rule set in its period."""
        found = np.take(self._of_plain, place)
        if found.min(initial=0) < 0:
            self._resolve(dict.fromkeys(np.unique(np.take(self.tables.raw, place[found < 0])).tolist(), 0), {})
            found = np.take(self._of_plain, place)
        return found

    @property
    def _of_plain(self) -> Int[ndarray, " r"]:
        """The cell of every rule set in every period under no claims; −1: not asked for yet."""
        with self._lock:
            if self._cell is None:
                plain = np.full(len(self.tables.asks), -1, dtype=np.int16 if len(self.cells) < 1 << 15 else np.int32)
                keys, cells = np.array([*self.pairs.items()], dtype=np.int64).T
                plain[keys[keys < 1 << SHIFT]] = cells[keys < 1 << SHIFT]
                self._cell = plain[self.tables.raw]
            return self._cell

    def cell_of(self, raw: Int[ndarray, " n"], claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under the class of its claims, as numbers by name."""
        keys, places = factorised((self._classes(raw, with_metal(claims)) << SHIFT) + raw)
        if not self.pairs.keys() >= {*keys}:
            first = np.zeros(len(keys), dtype=np.int64)
            first[places[::-1]] = np.arange(len(raw))[::-1]
            self._resolve(dict(zip(keys, first.tolist(), strict=True)), claims)
        return np.array([self.pairs[key] for key in keys], dtype=np.int32)[places]

    def _classes(self, raw: Int[ndarray, " n"], claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """The number of each line's class, of those claims alone that some row of its raw cell asks about; 0 is none."""
        classes, at = classes_of([s for s in self.splits if s.name in claims], claims, len(raw))
        number, width, names = np.zeros(len(raw), dtype=np.int64), len(classes), self.tables.names
        rows = np.flatnonzero(np.array([bool(places) for places in classes])[at])
        met, place = factorised(np.take(self.tables.asks, raw[rows]).astype(np.int64) * width + at[rows])
        asked = [tuple(p for p in classes[k % width] if p[0] in names[k // width]) for k in met]
        with self._lock:
            numbers = [self.classes.setdefault(places, len(self.classes)) for places in asked]
        number[rows] = np.array(numbers, dtype=np.int64)[place]
        return number

    def _resolve(self, first: Mapping[int, int], claims: Mapping[str, Float[ndarray, " n"]]) -> None:
        """Resolves the pairs that are new, each at the line that has it first. The arrays stand before what leads to them."""
        with self._lock:
            by_number, found, known = list(self.classes), dict[int, int](), len(self.cells)
            for key in (k for k in first if k not in self.pairs):
                places = by_number[key >> SHIFT]
                found[key] = self._number(
                    key & ((1 << SHIFT) - 1), places, claims_as_stated(places, claims, first[key])
                )
            if len(self.cells) > known:
                self._arrays = cell_arrays(list(self.cells))
            self.pairs.update(found)
            self._cell = None

    def _number(self, r: int, places: Places, claims: Mapping[str, Value]) -> int:
        """The number of a raw cell's cell under claims of a class. Few of the raw cells differ in the rows whose conditions hold,
        the edges that stand and the claims on shares: each such question is asked once.
        """
        rows, raw = self._every_row, self.tables.rows_together[r - 1]
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

    @cached_property
    def _every_row(self) -> Sequence[Measure]:
        return self.rows()


__all__ = ["KnownCells", "Rows"]
