"""The cells of a law that are known: of every raw cell under no claims, and of raw cells under the claims that lines made."""

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

    rows: reads the rows of the law. plain: the cell of each raw cell under no claims. classes: numbered; pairs: the cell by
    number of the class · 2^SHIFT + raw cell. kept: how many pairs the cache holds.
    """

    tables: LawTables
    rows: Rows
    splits: tuple[Split, ...] = ()
    plain: Int[ndarray, " r"] = field(default_factory=lambda: np.zeros(1, dtype=np.int32))
    cells: dict[Cell, int] = field(default_factory=dict)
    classes: dict[Places, int] = field(default_factory=lambda: {(): 0})
    pairs: dict[int, int] = field(default_factory=dict)
    kept: int = 0
    _arrays: CellArrays | None = None
    _alive: dict[Places, frozenset[int]] = field(default_factory=dict)
    _asked: dict[tuple, Cell] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    @classmethod
    def of(cls, tables: LawTables, rows: Rows) -> KnownCells:
        """Every raw cell under no claims."""
        made = cls(tables, rows, splits(rows()))
        made.plain = np.array([0, *(made._number(r, (), {}) for r in range(1, len(tables.asks)))], dtype=np.int32)
        return made

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_lock": None, "_asked": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"_lock": Lock()})

    @property
    def arrays(self) -> CellArrays:
        """The cells as arrays."""
        if self._arrays is None:
            self._arrays = cell_arrays(list(self.cells))
        return self._arrays

    @cached_property
    def cell(self) -> Int[ndarray, " r"]:
        """The cell of every rule set in every period under no claims."""
        return self.plain[self.tables.raw].astype(np.int16 if len(self.cells) < 1 << 15 else np.int32)

    def cell_of(self, raw: Int[ndarray, " n"], claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under the class of its claims, as numbers by name."""
        found, number = self.plain[raw], self._classes(raw, with_metal(claims))
        rows = np.flatnonzero(number)
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
        """Resolves new pairs, each at the line that has it first; the arrays stand before the pairs that lead to them."""
        by_number, known = list(self.classes), len(self.cells)
        found = {}
        for key, line in first.items():
            places = by_number[key >> SHIFT]
            found[key] = self._number(key & ((1 << SHIFT) - 1), places, claims_as_stated(places, claims, line))
        if len(self.cells) > known:
            self._arrays = cell_arrays(list(self.cells))
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
