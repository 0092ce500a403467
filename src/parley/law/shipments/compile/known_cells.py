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
    splits,
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

    rows: reads the rows of the law. plain: the cell of each raw cell under no claims (−1: not asked for yet). classes: numbered;
    pairs: the cell by number of the class · 2^SHIFT + raw cell. kept: how many cells and pairs the cache holds.
    """

    tables: LawTables
    rows: Rows
    splits: tuple[Split, ...]
    plain: Int[ndarray, " r"]
    cells: dict[Cell, int] = field(default_factory=dict)
    classes: dict[Places, int] = field(default_factory=lambda: {(): 0})
    pairs: dict[int, int] = field(default_factory=dict)
    kept: int = 0
    _arrays: CellArrays | None = None
    _cell: Int[ndarray, " r"] | None = None
    _alive: dict[Places, frozenset[int]] = field(default_factory=dict)
    _asked: dict[tuple, Cell] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    @classmethod
    def of(cls, tables: LawTables, rows: Rows) -> KnownCells:
        """Of a law of which nothing is known yet."""
        return cls(tables, rows, splits(rows()), np.array([0, *[-1] * (len(tables.asks) - 1)], dtype=np.int32))

    @property
    def known(self) -> int:
        """How many raw cells and pairs are resolved."""
        return int((self.plain >= 0).sum()) + len(self.pairs)

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

    def _of_plain(self) -> Int[ndarray, " r"]:
        """The cell of every rule set in every period under no claims."""
        return self.plain[self.tables.raw].astype(np.int16 if len(self.cells) < 1 << 15 else np.int32)

    def cell_at(self, place: Int[ndarray, " n"]) -> Int[ndarray, " n"]:
        """The cell of each line under no claims. place: its rule set in its period."""
        with self._lock:
            self._cell = self._of_plain() if self._cell is None else self._cell
        found = np.take(self._cell, place)
        if found.min(initial=0) < 0:
            self.resolve_plain(np.take(self.tables.raw, place[found < 0]))
            found = np.take(self._cell, place)
        return found

    def cell_of(self, raw: Int[ndarray, " n"], claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under the class of its claims, as numbers by name."""
        number = self._classes(raw, with_metal(claims))
        self.resolve_plain(raw[number == 0])
        found, rows = self.plain[raw], np.flatnonzero(number)
        keys, places = factorised((number[rows] << SHIFT) + raw[rows])
        if any(key not in self.pairs for key in keys):
            first = np.zeros(len(keys), dtype=np.int64)
            first[places[::-1]] = rows[::-1]
            with self._lock:
                self._resolve(
                    {key: int(n) for key, n in zip(keys, first, strict=True) if key not in self.pairs}, claims
                )
        if keys:
            found[rows] = np.array([self.pairs[key] for key in keys], dtype=np.int32)[places]
        return found

    def resolve_plain(self, raw: Int[ndarray, " n"]) -> None:
        """Resolves raw cells under no claims, where they are not yet."""
        if self.plain[raw].min(initial=0) >= 0:
            return
        with self._lock:
            plain, known = self.plain.copy(), len(self.cells)
            for r in np.unique(raw).tolist():
                plain[r] = self._number(r, (), {}) if plain[r] < 0 else plain[r]
            self._grow(known)
            self.plain = plain
            self._cell = self._of_plain()

    def _grow(self, known: int) -> None:
        """The arrays stand before what leads to them. known: cells before."""
        if len(self.cells) > known:
            self._arrays = cell_arrays(list(self.cells))

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
        """Resolves new pairs, each at the line that has it first."""
        by_number, known = list(self.classes), len(self.cells)
        found = {}
        for key, line in first.items():
            places = by_number[key >> SHIFT]
            found[key] = self._number(key & ((1 << SHIFT) - 1), places, claims_as_stated(places, claims, line))
        self._grow(known)
        self.pairs.update(found)

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
