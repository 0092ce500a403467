"""Cells under claims: a pair of a raw cell and a class of claims is resolved when the first line that makes it comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.entry_claims import CLAIMS
from parley.law.measure import Measure
from parley.law.shipments.compile.cells import Cell, Resolver
from parley.law.shipments.compile.claim_classes import METAL_CLAIMS, Places, Split, splits
from parley.law.shipments.compile.tables import LawTables
from parley.law.shipments.compile.terms import CellArrays, cell_arrays

Rows = Callable[[], Sequence[Measure]]
SHIFT = 32  # bits of a pair's number below the class


@dataclass
class Claimed:
    """The cells of pairs met so far: number of the class · 2^SHIFT + raw cell. Safe to share between threads: what is read
    without the lock is only ever added to, or replaced whole.

    splits: how claims are split; those of a file's claims are a part of them. rows: reads the rows of the law.
    """

    tables: LawTables
    rows: Rows
    splits: tuple[Split, ...]
    classes: dict[Places, int] = field(default_factory=lambda: {(): 0})
    pairs: dict[int, int] = field(default_factory=dict)
    cells: dict[Cell, int] = field(default_factory=dict)
    arrays: CellArrays | None = None
    known: int = 0  # pairs that the cache holds
    _resolver: Resolver | None = None
    _reduced: dict[Places, list[int]] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    @classmethod
    def of(cls, tables: LawTables, rows: Rows, held: Sequence[Split] | None = None) -> Claimed:
        """Nothing but what the tables hold."""
        made = tuple(held) if held is not None else splits(rows(), tuple(CLAIMS))
        return cls(tables, rows, made, cells={c: j for j, c in enumerate(tables.cells)}, arrays=tables.arrays)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_lock": None, "_resolver": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"_lock": Lock()})

    def present(self, claims: Collection[str]) -> tuple[Split, ...]:
        """The splits of the claims that a file makes."""
        metals = not set(METAL_CLAIMS).isdisjoint(claims)
        return tuple(s for s in self.splits if s.name in claims or (s.kind == "sum" and metals))

    def cell_of(self, raw: Int[ndarray, " n"], classes: Sequence[Places], at: Int[ndarray, " n"]) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under the class of claims classes[at]."""
        found, width = self.tables.plain[raw], len(classes)
        rows = np.flatnonzero(np.array([bool(c) for c in classes])[at] & (raw > 0))
        met, places = factorised(self.tables.raw_cells.asks[raw[rows]].astype(np.int64) * width + at[rows])
        number = np.array([self._class(classes[k % width], k // width) for k in met], dtype=np.int64)[places]
        rows, number = rows[number > 0], number[number > 0]
        keys, places = factorised((number << SHIFT) + raw[rows])
        if len(keys):
            found[rows] = self._cells(keys)[places]
        return found

    def _class(self, places: Places, mask: int) -> int:
        """The number of the class of those claims that some rows ask about."""
        names = self.tables.raw_cells.names[mask]
        asked = tuple(p for p in places if p[0] in names)
        if asked not in self.classes:
            with self._lock:
                self.classes.setdefault(asked, len(self.classes))
        return self.classes[asked]

    def _cells(self, keys: list[int]) -> Int[ndarray, " k"]:
        new = [key for key in keys if key not in self.pairs]
        if new:
            with self._lock:
                self._resolve([key for key in new if key not in self.pairs])
        return np.array([self.pairs[key] for key in keys], dtype=np.int32)

    def _resolve(self, keys: Sequence[int]) -> None:
        """Resolves new pairs; the arrays stand before the pairs that lead to them."""
        if self._resolver is None:
            self._resolver = Resolver(self.rows(), self.splits)
        resolver, by_number = self._resolver, {n: places for places, n in self.classes.items()}
        found = {}
        for key in keys:
            raw = self.tables.raw_cells.of(key & ((1 << SHIFT) - 1))
            cell = resolver.resolved(raw, by_number[key >> SHIFT])
            found[key] = self.cells.setdefault(cell, len(self.cells)) + 1
        if self.arrays is None or len(self.arrays.added) != len(self.cells) + 1:
            self.arrays = cell_arrays(list(self.cells))
        self.pairs.update(found)


def factorised(keys: Int[ndarray, " n"]) -> tuple[list[int], Int[ndarray, " n"]]:
    """Distinct numbers and the place of each among them."""
    import pyarrow as pa

    coded: Any = pa.array(keys).dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False)


__all__ = ["Claimed", "factorised"]
