"""Lines under the law: the cell of measures over each, the base duty, and what measures add to it.

The base is that of the line's column or preference, by value or by quantity, or a rate that a measure puts in its place.
Measures add the sums that the cell holds, and terms that a line's own figures decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.products import Duty
from parley.law.shipments.compile.cells import ADD, CAP, FIXED, NONE, TOTAL, CellArrays, KnownCells
from parley.law.shipments.compile.claim_classes import PREFERENCES, SHARE_CLAIMS
from parley.law.shipments.compile.tables import NO_PLACE, LawTables
from parley.law.shipments.rejects import Why
from parley.law.shipments.typed import HIGHEST, NO_DAY, NO_UNIT, Lines
from parley.law.shipments.units import Duties
from parley.law.value_shares import METALS, STATED, WHOLE, Form, parts_of_value, shares_of

ORDINARY = 0  # the place of "mfn" among legal authorities


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
    day[lines.day == NO_DAY] = NO_PLACE
    at = lines.product.astype(np.intp) * tables.schedule.line.shape[1] + np.take(days.edition, day)
    pair = np.take(tables.kinds, at) + np.take(tables.origins.seller, lines.origin)
    place = np.take(tables.rule_set, pair) + np.take(days.period, day)
    cell = known.cell_of(np.take(tables.raw, place), lines.claims)
    return Placed(tables, lines, at, cell.astype(np.intp), known.arrays)  # places as NumPy takes them without a copy


class Part(NamedTuple):
    """What one term, or the base, adds to the rate of each of some lines, and the place of the legal authority of each."""

    rows: Int[ndarray, " r"] | slice
    programme: Int[ndarray, " r"]
    rate: Float[ndarray, " r"]


def added_to(found: Placed, base: Float[ndarray, " n"]) -> tuple[Float[ndarray, " n"], list[Part]]:
    """What is added to the base of each line (NaN: unknown), and of it what terms add beside the cells' own sums.

    add: rate · share. total: max(0, rate − base) · share. cap: min(0, rate − base − what its authority adds) · share.
    """
    cells, terms, parts = found.cells, found.cells.terms, list[Part]()
    rate = np.take(cells.added, found.cell)
    if not terms.width:
        return rate, parts
    rows = np.flatnonzero(np.take(terms.combine[:: terms.width] != NONE, found.cell))
    capped = (terms.combine == CAP).any()
    peers = cells.by_programme[found.cell[rows]] if capped else None  # by legal authority, without caps
    for at, term, own, share in rates_and_shares(found, rows):
        kind, programme, r = np.take(terms.combine, term), np.take(terms.programme, term), rows[at]
        room = own - base[r]
        amount = np.where(kind == ADD, own, np.maximum(room, 0.0)) * share
        amount[(kind == ADD) & (share == 0)] = 0.0  # no part of the value, whatever the rate
        if peers is not None:
            cap = kind == CAP
            amount[cap] = np.minimum(room[cap] - peers[at[cap], programme[cap]], 0.0) * share[cap]
            peers[at[~cap], programme[~cap]] += amount[~cap]
        rate[r] += amount
        parts.append(Part(r, programme, amount))
    return rate, parts


def rates_and_shares(
    found: Placed, rows: Int[ndarray, " r"]
) -> Iterator[tuple[Int[ndarray, " k"], Int[ndarray, " k"], Float[ndarray, " k"], Float[ndarray, " k"]]]:
    """The terms of some lines, one of each line at a time: places among `rows`, places in Terms, rates and shares of value."""
    cells, terms, own = found.cells, found.cells.terms, found.cell[rows].astype(np.int32)
    net = _net_shares(found.lines, rows, cells.form[own], cells.forms) if cells.forms else None
    for slot in range(terms.width):
        term = own * terms.width + slot
        at = np.flatnonzero(np.take(terms.combine, term) != NONE)
        if not len(at):
            return
        term = term[at]
        share = np.take(terms.share, term)
        if net is not None:
            winner = np.take(terms.winner, term)
            share = np.where(winner == FIXED, share, net[winner, at])
        yield at, term, rates(found.lines, rows[at], cells.duties, np.take(terms.duty, term)), share


def rates(lines: Lines, rows: Int[ndarray, " r"], duties: Duties, which: Int[ndarray, " r"]) -> Float[ndarray, " r"]:
    """The rate of each line under a duty of its own, by place; NaN where it has none, or needs a quantity that is not known."""
    rate = np.take(duties.plain, which)
    some = np.flatnonzero(np.isnan(rate))
    some = some[duties.specific[which[some]] != 0]
    if len(some):
        which = which[some]
        units = units_a_dollar(lines, rows[some], duties.dimension[which], duties.size[which])
        rate[some] = duties.ad_valorem[which] + duties.specific[which] * units
        for j, duty in duties.extremes.items():
            rate[some[which == j]] = duty_rates(duty, units[which == j])
    return rate


def units_a_dollar(
    lines: Lines, rows: Int[ndarray, " r"], dimension: Int[ndarray, " r"], size: Float[ndarray, " r"]
) -> Float[ndarray, " r"]:
    """Units of a duty per dollar of value: by the stated unit value, else quantity over value in the duty's own unit."""
    value = np.where(lines.value[rows] > 0, lines.value[rows], np.nan)
    made, unit_value = lines.amounts("quantity", rows) / value, lines.amounts("unit_value", rows)
    if "unit" in lines.columns:
        stated, sizes = lines.units(rows)
        own = np.where(stated == dimension, made * sizes / size, np.nan)
        made = np.where(stated == NO_UNIT, made, own)
    worth = np.where(lines.value[rows] / unit_value >= HIGHEST, np.nan, 1.0 / unit_value)
    return np.where(np.isnan(unit_value), made, worth)


def duty_rates(duty: Duty, units: Float[ndarray, " k"]) -> Float[ndarray, " k"]:
    """A duty at units per dollar; NaN where it needs them and they are unknown."""
    if duty.extreme:
        pick = np.maximum if duty.extreme == "max" else np.minimum
        return pick.reduce([duty_rates(p, units) for p in duty.parts])
    per_unit = sum(amount for amount, _ in duty.specific)
    return duty.ad_valorem + per_unit * units if duty.specific else np.full(len(units), duty.ad_valorem)


def _net_shares(
    lines: Lines, rows: Int[ndarray, " r"], form: Int[ndarray, " r"], forms: tuple[Form, ...]
) -> Float[ndarray, "w r"]:
    """The net share of each winner of each line's form."""
    made = np.zeros((max(len(f.shares) for f in forms), len(rows)))
    for j in set(form.tolist()) - {NONE}:
        mine = np.flatnonzero(form == j)
        claims = {n: lines.claims[n][rows[mine]] for n in SHARE_CLAIMS if n in lines.claims}
        made[: len(forms[j].shares), mine] = net_shares(forms[j], claims, len(mine))
    return made


def net_shares(form: Form, claims: Mapping[str, Float[ndarray, " n"]], count: int) -> Float[ndarray, "w n"]:
    """The net share of each winner of a form on many lines at once."""
    shares = [claims.get(name, np.full(count, np.nan)) for name in STATED]
    given = {m: (np.nan_to_num(share), ~np.isnan(share)) for m, share in zip(map(str, METALS), shares, strict=False)}
    parts = parts_of_value([kind for kind, _ in form.shares], given, np.maximum)
    net = shares_of(form, parts, np.nan_to_num(shares[-1]), np.maximum)[1]
    return np.array([np.broadcast_to(net[i], count) for i in range(len(net))])


class Base(NamedTuple):
    """rate: NaN where unknown. programme: a place. unknown: the reason why; 0 where it is known, or a quantity is missing."""

    rate: Float[ndarray, " n"]
    programme: Int[ndarray, " n"]
    unknown: Int[ndarray, " n"]


def bases_of(found: Placed) -> Base:
    """The base duty of each line."""
    tables, lines = found.tables, found.lines
    held = tables.schedule.bases
    key = np.take(tables.schedule.base, found.at)
    key += np.where(key == len(held.unknown) - 1, 0, _columns(tables, lines))
    rate = rates(lines, np.arange(len(key)), held.duties, key)
    programme, unknown = np.take(held.programme, key), np.take(held.unknown, key)
    lieu = np.take(found.cells.lieu, found.cell)  # what a measure puts in place of the schedule's
    rows = np.flatnonzero(~np.isnan(lieu))
    rate[rows], programme[rows], unknown[rows] = lieu[rows], found.cells.lieu_programme[found.cell[rows]], 0
    return Base(rate, programme, unknown)


def _columns(tables: LawTables, lines: Lines) -> Int[ndarray, " n"]:
    """The column that each line pays: that of its preference or column 2; 0 is column 1."""
    made = np.zeros(len(lines.origin), dtype=np.int32)
    for j, name in reversed(list(enumerate(PREFERENCES))):
        if name in lines.claims:
            rows = np.flatnonzero(lines.claims[name] == 1)
            made[rows] = tables.origins.party[j][lines.origin[rows]]
    made[lines.day >= np.take(tables.origins.column_2, lines.origin)] = 1
    return made


def below_totals(found: Placed, base: Base) -> Base:
    """The same; an unknown base of no stated quantity at what was charged on past imports, where no rate hangs on it: totals
    stand over the whole value, each at least as high, and no cap applies (stacking.floor_of).
    """
    tables, lines, terms = found.tables, found.lines, found.cells.terms
    if len(tables.schedule.shares) < 2 or not (terms.combine == TOTAL).any():
        return base
    rows = np.flatnonzero(np.isnan(base.rate) & (base.programme == ORDINARY))
    rows = rows[(base.unknown[rows] == Why.BASE_NOT_COMPUTABLE) | ~lines.states(rows)]
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
