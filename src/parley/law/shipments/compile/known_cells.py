"""The cells of a law that are known: of raw cells under no claims, and under the claims that lines made, as they are asked for.

A raw cell under claims is a question with a number: that of the raw cell, and for each claim that some of its rows ask about, the
random number of the place of the claim among the law's bounds. Lines of one number have one cell. Of a million questions two share
a number by chance with probability below 1e-7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.entry_claims import is_open
from parley.law.measure import Measure
from parley.law.shipments.compile.cells import Cell, cell_arrays, resolve
from parley.law.shipments.compile.claim_classes import SHARE_CLAIMS, Split, claims_as_stated, factorised, with_metal
from parley.law.shipments.compile.tables import LawTables
from parley.law.stacking import edge_holds

Rows = Callable[[], Sequence[Measure]]
Columns = Mapping[str, Float[ndarray, " n"]]  # claims of lines, by name
SEED = 20260220  # any: the cache keeps questions by their numbers, which reach no result
WORD = 1 << 63


class Kept(NamedTuple):
    """What is known, as the cache holds it. cell_of: by number of the question."""

    tables: LawTables
    splits: tuple[Split, ...]
    cells: list[Cell]
    cell_of: dict[int, int]


class KnownCells:
    """A question is resolved when the first line that asks it comes. Safe to share between threads: what is read without the
    lock is only ever added to, or replaced whole.

    kept: what the cache holds at a place. rows: reads the rows of the law. cells: numbered.
    """

    def __init__(self, kept: Kept, rows: Rows, place: Path) -> None:
        self.kept, self.rows, self.place, self.tables = kept, rows, place, kept.tables
        self.cells = {cell: j for j, cell in enumerate(kept.cells)}
        self.arrays, self.answered, self._lock = cell_arrays(kept.cells), dict[int, int](), Lock()
        self._plain = np.full(len(self.tables.asks), -1, dtype=np.int32)  # the cell of a raw cell under no claims
        self._alive, self._resolved, self._every_row = dict[tuple, frozenset[int]](), dict[tuple, Cell](), cache(rows)
        random = np.random.default_rng(SEED)
        self._numbers = [np.append(0, random.integers(-WORD, WORD, 1 + 2 * len(split.bounds))) for split in kept.splits]
        self._add(kept.cell_of)

    def __reduce__(self) -> tuple:
        return KnownCells, (self.known, self.rows, self.place)

    @property
    def known(self) -> Kept:
        """All that is known now."""
        return self.kept._replace(cells=[*self.cells], cell_of=dict(self.answered))

    def _add(self, found: Mapping[int, int]) -> None:
        """Makes answers known. The arrays of their cells stand before what leads to them."""
        if len(self.cells) >= len(self.arrays.added):
            self.arrays = cell_arrays([*self.cells])
        self.answered.update(found)
        plain = [key for key in found if 0 <= key < len(self._plain)]
        self._plain[plain] = [found[key] for key in plain]

    def cell_of(self, raw: Int[ndarray, " n"], claims: Columns) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under its claims, as numbers by name."""
        if not claims and np.take(self._plain, raw).min(initial=0) >= 0:
            return np.take(self._plain, raw)
        turns = self._turns(raw, with_metal(claims))
        keys, places, first = factorised(sum(turns.values(), start=raw.astype(np.int64)))
        new = [(key, line) for key, line in zip(keys, first.tolist(), strict=True) if key not in self.answered]
        if new:
            with self._lock:
                self._add({key: self._resolve(int(raw[line]), claims, turns, line) for key, line in new})
        return np.array([self.answered[key] for key in keys], dtype=np.int32)[places]

    def _turns(self, raw: Int[ndarray, " n"], claims: Columns) -> dict[str, Int[ndarray, " n"]]:
        """What each claim adds to the number of each line's question: nothing where no row of its raw cell asks about it."""
        asks, made = np.take(self.tables.asks, raw), dict[str, Int[ndarray, " n"]]()
        for split, numbers, asked in zip(self.kept.splits, self._numbers, self.tables.asked, strict=True):
            if split.name in claims and (places := split.places(claims)).any():
                made[split.name] = np.take(numbers, places) * np.take(asked, asks)
        return made

    def _resolve(self, r: int, claims: Columns, turns: Mapping[str, Int[ndarray, " n"]], line: int) -> int:
        """The number of a raw cell's cell under the claims of a line. Few of the raw cells differ in the rows whose conditions
        hold, the edges that stand and where claims on shares lie: each such question is asked once.
        """
        rows, raw = self._every_row(), self.tables.rows_together[r - 1]
        made = {name: int(number[line]) for name, number in turns.items() if number[line]}
        stated, alike = claims_as_stated([*made], claims, line), tuple(made.items())
        if alike not in self._alive:
            self._alive[alike] = frozenset(m for m, row in enumerate(rows) if is_open(row, stated))
        chosen = tuple(m for m in raw.rows if m in self._alive[alike])
        edges = tuple(edge_holds(e, raw.origin, raw.on, raw.known) for m in chosen for e in rows[m].yields_to)
        key = (chosen, edges, tuple(n for name, n in made.items() if name in SHARE_CLAIMS))
        if key not in self._resolved:
            self._resolved[key] = resolve([rows[m] for m in chosen], raw, stated)
        return self.cells.setdefault(self._resolved[key], len(self.cells)) + 1
