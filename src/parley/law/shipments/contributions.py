"""What measures add to the base of each line: sums that a cell holds, and terms that the line's own figures decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.products import Duty
from parley.law.shipments.compile.shares import Share
from parley.law.shipments.compile.terms import ADD, CAP, NONE, CellArrays
from parley.law.shipments.typed import HIGHEST, NO_UNIT, Lines
from parley.law.stacking import METALS, WHOLE


class Part(NamedTuple):
    """What one term adds to the rate of each of some lines, and the place of the legal authority of each."""

    rows: Int[ndarray, " r"]
    programme: Int[ndarray, " r"]
    rate: Float[ndarray, " r"]


class Added(NamedTuple):
    """What is added to the base of each line (NaN: unknown), and of it what terms add beside the cells' own sums."""

    rate: Float[ndarray, " n"]
    parts: tuple[Part, ...]


def added_to(lines: Lines, cell: Int[ndarray, " n"], arrays: CellArrays, base: Float[ndarray, " n"]) -> Added:
    """add: rate · share. total: max(0, rate − base) · share. cap: min(0, rate − base − what its authority adds) · share."""
    rate = np.take(arrays.added, cell)
    if not arrays.terms.shape[1]:
        return Added(rate, ())
    rows, parts = np.flatnonzero(np.take(arrays.terms[:, 0], cell) >= 0), []
    capped = (arrays.held.combine == CAP).any()
    peers = arrays.by_programme[cell[rows]] if capped else None  # by legal authority, without caps
    for at, term, own, share in rates_and_shares(lines, rows, cell, arrays):
        kind, programme, r = arrays.held.combine[term], arrays.held.programme[term], rows[at]
        room = own - base[r]
        amount = np.where(kind == ADD, own, np.maximum(room, 0.0)) * share
        amount[(kind == ADD) & (arrays.held.coefficient[term] == 0)] = 0.0  # no part of the value, whatever the rate
        if peers is not None:
            cap = kind == CAP
            amount[cap] = np.minimum(room[cap] - peers[at[cap], programme[cap]], 0.0) * share[cap]
            peers[at[~cap], programme[~cap]] += amount[~cap]
        rate[r] += amount
        parts.append(Part(r, programme, amount))
    return Added(rate, tuple(parts))


def rates_and_shares(
    lines: Lines, rows: Int[ndarray, " r"], cell: Int[ndarray, " n"], arrays: CellArrays
) -> Iterator[tuple[Int[ndarray, " k"], Int[ndarray, " k"], Float[ndarray, " k"], Float[ndarray, " k"]]]:
    """The terms of some lines, one of each line at a time: places among `rows`, terms, rates and shares of value."""
    held = arrays.held
    for slot in range(arrays.terms.shape[1]):
        term = arrays.terms[cell[rows], slot]
        at = np.flatnonzero(term != NONE)
        if not len(at):
            return
        term, r = term[at], rows[at]
        yield at, term, _rates(lines, r, cell, term, arrays), held.coefficient[term] * _shares(lines, r, term, arrays)


def _rates(
    lines: Lines, rows: Int[ndarray, " k"], cell: Int[ndarray, " n"], term: Int[ndarray, " k"], arrays: CellArrays
) -> Float[ndarray, " k"]:
    held = arrays.held
    rate, specific = held.rate[term], held.specific[term]
    by_unit = np.flatnonzero((specific != 0) | (held.duty[term] >= 0))
    if not len(by_unit):
        return rate
    c = cell[rows[by_unit]]
    units = units_a_dollar(lines, rows[by_unit], arrays.dimension[c], arrays.size[c])
    more = specific[by_unit] != 0
    rate[by_unit[more]] += specific[by_unit[more]] * units[more]
    which = held.duty[term[by_unit]]
    for j in np.unique(which[which >= 0]).tolist():
        mine = which == j
        rate[by_unit[mine]] = duty_rates(held.duties[j], units[mine])
    return rate


def units_a_dollar(
    lines: Lines, rows: Int[ndarray, " r"], dimension: Int[ndarray, " r"], size: Float[ndarray, " r"]
) -> Float[ndarray, " r"]:
    """Units of a duty per dollar of value: by the stated unit value, else quantity over value in the duty's own unit."""
    made = np.full(len(rows), np.nan)
    if lines.quantity is not None:
        value = lines.value[rows]
        made = np.divide(lines.quantity[rows], value, out=made, where=value > 0)
        if lines.dimension is not None and lines.size is not None:
            stated = lines.dimension[rows]
            own = np.where(stated == dimension, made * lines.size[rows] / size, np.nan)
            made = np.where(stated == NO_UNIT, made, own)
    if lines.unit_value is not None:
        stated = lines.unit_value[rows]
        made = np.where(np.isnan(stated), made, np.where(lines.value[rows] / stated >= HIGHEST, np.nan, 1.0 / stated))
    return made


def duty_rates(duty: Duty, units: Float[ndarray, " k"]) -> Float[ndarray, " k"]:
    """A duty at units per dollar; NaN where it needs them and they are unknown."""
    if duty.extreme:
        pick = np.maximum if duty.extreme == "max" else np.minimum
        return pick.reduce([duty_rates(p, units) for p in duty.parts])
    per_unit = sum(amount for amount, _ in duty.specific)
    return duty.ad_valorem + per_unit * units if duty.specific else np.full(len(units), duty.ad_valorem)


def _shares(
    lines: Lines, rows: Int[ndarray, " k"], term: Int[ndarray, " k"], arrays: CellArrays
) -> Float[ndarray, " k"]:
    """The share function of each term at its line's claims."""
    made, which = np.ones(len(rows)), arrays.held.share[term]
    for j in np.unique(which[which >= 0]).tolist():
        mine = which == j
        made[mine] = share_values(arrays.held.shares[j], lines, rows[mine])
    return made


def share_values(s: Share, lines: Lines, rows: Int[ndarray, " k"]) -> Float[ndarray, " k"]:
    """own · (1 − max(min(1, metals), content)), as shares.Share.value."""
    zero = np.zeros(len(rows))

    def claimed(name: str) -> Float[ndarray, " k"]:
        return np.nan_to_num(lines.claims[name][rows]) if name in lines.claims else zero

    def outside(least: float) -> Float[ndarray, " k"]:
        content = claimed("us_content")
        return 1.0 - np.where(content >= least, content, 0.0)

    given = {m: claimed(f"{m}_share") for m in METALS}
    left = 1.0 - sum(given.values(), start=zero)
    rest = np.where(left > 1 - WHOLE, left, 0.0)
    own = {"full": zero + 1.0, "rest": rest, **given}.get(s.own)
    own = outside(s.least) if own is None else own
    covered = sum((given[m] for m in s.metals), start=zero) + s.rest * rest
    covered = np.where(covered > WHOLE, 1.0, covered)
    if s.content is not None:
        covered = np.maximum(covered, outside(s.content))
    return own * (1.0 - covered)


__all__ = ["Added", "Part", "added_to", "duty_rates", "rates_and_shares", "share_values", "units_a_dollar"]
