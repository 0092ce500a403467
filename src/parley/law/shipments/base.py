"""The base duty of each line: of its column or preference, by value or by quantity, or the rate that a measure puts in its place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.law.shipments.compile.cells import CAP, NONE, TOTAL
from parley.law.shipments.compile.claim_classes import PREFERENCES
from parley.law.shipments.compile.schedule import NOT_COMPUTABLE
from parley.law.shipments.compile.tables import NEVER, LawTables
from parley.law.shipments.contributions import Placed, rates_and_shares, units_a_dollar
from parley.law.shipments.typed import Lines
from parley.law.stacking import WHOLE

ORDINARY = 0  # the place of "mfn" among legal authorities


class Base(NamedTuple):
    """rate: NaN where unknown. programme: a place. unknown: 0, or the reason why. by_quantity: whether a quantity decides it."""

    rate: Float[ndarray, " n"]
    programme: Int[ndarray, " n"]
    unknown: Int[ndarray, " n"]
    by_quantity: Bool[ndarray, " n"]


def bases_of(found: Placed) -> Base:
    """The base duty of each line."""
    tables, lines = found.tables, found.lines
    held = tables.schedule.bases
    key = np.take(tables.schedule.base, found.at)
    last, column = len(held.plain) - 1, _columns(tables, lines)
    if column is not None:
        rows, columns = column
        key[rows] = np.where(key[rows] == last, last, key[rows] + columns)
    rate = np.take(held.plain, key)
    open_ = np.flatnonzero(np.isnan(rate))
    by_quantity = np.zeros(len(rate), dtype=bool)
    rows = open_[held.specific[key[open_]] != 0]
    by_quantity[rows] = True
    if len(rows):
        k = key[rows]
        rate[rows] = held.rate[k] + held.specific[k] * units_a_dollar(lines, rows, held.dimension[k], held.size[k])
    made = Base(rate, np.take(held.programme, key), np.take(held.unknown, key), by_quantity)
    return made if np.isnan(found.cells.lieu).all() else _in_lieu(made, found)


def _in_lieu(base: Base, found: Placed) -> Base:
    """The same with the rates that measures put in place of the schedule's."""
    lieu = np.take(found.cells.lieu, found.cell)
    rows = np.flatnonzero(~np.isnan(lieu))
    base.rate[rows], base.programme[rows] = lieu[rows], found.cells.lieu_programme[found.cell[rows]]
    base.unknown[rows], base.by_quantity[rows] = 0, False
    return base


def _columns(tables: LawTables, lines: Lines) -> tuple[Int[ndarray, " r"], Int[ndarray, " r"]] | None:
    """The lines that pay column 2 or claim a preference, and their columns; none where all pay column 1."""
    made = np.zeros(len(lines.origin), dtype=np.int32)
    for j, name in reversed(list(enumerate(PREFERENCES))):
        if name in lines.claims:
            rows = np.flatnonzero(lines.claims[name] == 1)
            made[rows] = tables.origins.party[j][lines.origin[rows]]
    second = tables.origins.column_2
    if (second < NEVER).any():
        made[lines.day >= np.take(second, lines.origin)] = 1
    rows = np.flatnonzero(made)
    return (rows, made[rows]) if len(rows) else None


def below_totals(found: Placed, base: Base) -> Base:
    """The same; an unknown base of no stated quantity at what was charged on past imports, where no rate hangs on it: totals
    stand over the whole value, each at least as high, and no cap applies (stacking.floor_of).
    """
    tables, lines, terms = found.tables, found.lines, found.cells.terms
    if len(tables.schedule.shares) < 2 or not (terms.combine == TOTAL).any():
        return base
    open_ = np.isnan(base.rate) & (base.programme == ORDINARY)
    if lines.stated is not None:
        open_ &= (base.unknown == NOT_COMPUTABLE) | ~lines.stated
    rows = np.flatnonzero(open_)
    rows = rows[terms.combine[:: terms.width][found.cell[rows]] != NONE]
    if not len(rows):
        return base
    row = np.take(tables.schedule.charged, found.at[rows])
    charged = tables.schedule.shares[row, tables.origins.partner[lines.origin[rows]]]
    whole, holds = np.zeros(len(rows)), ~np.isnan(charged)
    for some, term, rate, share in rates_and_shares(found, rows):
        kind = terms.combine[term]
        taken = np.where((kind == TOTAL) & (rate != 0), share, 0.0)
        whole[some] += taken
        holds[some] &= (kind != TOTAL) | (taken == 0) | (rate >= charged[some])
        holds[some] &= (kind != CAP) | (share == 0)
    holds &= np.abs(whole - 1.0) <= 1 - WHOLE
    rate = base.rate.copy()
    rate[rows[holds]] = charged[holds]
    return base._replace(rate=rate)


__all__ = ["Base", "bases_of", "below_totals"]
