"""Lines with the law that they are under: the place of each in the schedule, and the cell of measures over it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.shipments.compile.cells import CellArrays
from parley.law.shipments.compile.known_cells import KnownCells
from parley.law.shipments.compile.tables import NO_DAY as NONE
from parley.law.shipments.compile.tables import LawTables
from parley.law.shipments.typed import NO_DAY, Lines


class Placed(NamedTuple):
    """at: of each line, its code and edition, a place in the schedule's grids. cell: its number among the cells."""

    tables: LawTables
    lines: Lines
    at: Int[ndarray, " n"]
    cell: Int[ndarray, " n"]
    cells: CellArrays


def placed(known: KnownCells, lines: Lines) -> Placed:
    """Some lines in the law of one destination."""
    tables = known.tables
    days = tables.days
    day = np.minimum(np.maximum(lines.day, days.first - 1) - (days.first - 2), len(days.edition) - 1)
    if lines.day.min(initial=0) == NO_DAY:
        day[lines.day == NO_DAY] = NONE
    at = lines.product.astype(np.intp) * tables.schedule.line.shape[1] + np.take(days.edition, day)
    pair = np.take(tables.kinds, at) + np.take(tables.origins.seller, lines.origin)
    place = np.take(tables.rule_set, pair) + np.take(days.period, day)
    cell = known.cell_of(np.take(tables.raw, place), lines.claims) if lines.claims else known.cell_at(place)
    return Placed(tables, lines, at, cell.astype(np.intp), known.arrays)  # places as NumPy takes them without a copy


__all__ = ["Placed", "placed"]
