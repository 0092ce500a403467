"""Rates by gather: a batch of lines judged by a few look-ups a line; lines that need more are left to the query.

Left to the query are lines without a day or a known origin, values beyond a billion dollars, and what outcomes leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import ndarray

from parley.law.shipments.gather_law import FIRST, LAST, GatherLaw, empty_columns
from parley.law.shipments.gather_outcomes import BY_QUANTITY, BY_VALUE, REFUSED, UNASKED
from parley.law.shipments.sql import HIGHEST
from parley.shapes import Bool, Float, Int

MOST = 1e9  # dollars of a line: a million lines of it still sum to whole cents in a double
ROLES = ("product", "origin", "entry_date", "value", "quantity", "unit")


@dataclass
class Judged:
    """A batch's lines: outcome (0: no duty found here), value, duty rate, cents, month and the origin's place.

    stated: the lines with a duty by quantity; base, added and totals are their rates. refused: lines that have no duty.
    """

    outcome: Int[ndarray, " n"]
    value: Float[ndarray, " n"]
    cents: Float[ndarray, " n"]
    month: Int[ndarray, " n"]
    place: Int[ndarray, " n"]
    stated: Int[ndarray, " s"]
    base: Float[ndarray, " s"]
    added: Float[ndarray, " s"]
    totals: Float[ndarray, "t s"]
    refused: Int[ndarray, " r"]


def judge(law: GatherLaw, batch: Any) -> Judged:
    """Judges a record batch's lines, whose columns are u0, u1, …"""
    q, held = law.q, law.outcomes
    columns = {r: batch.column(q.raw(r)) for r in ROLES if q.has(r)}
    product, day = _places(law, "product", columns["product"]), _days(law, columns.get("entry_date"), len(batch))
    origin = _places(law, "origin", columns["origin"])
    value = numbers(columns["value"])
    seller, place, column_2 = (np.take(law.origins[:, j], origin, mode="clip") for j in range(3))
    placed = (origin >= 0) & (place >= 0) & (day >= 0) & (day < LAST - FIRST)
    day = np.where(placed, day, 0)
    at = np.take(law.edition_on, day) + product * law.editions
    kind, text = np.take(law.classes, at, mode="clip"), np.take(law.base_texts, at, mode="clip")
    covered = (kind >= 0) & (seller >= 0) & (product >= 0)
    good = placed & covered & (value > 0) & (value < MOST)
    rule_set = np.take(law.rule_set, kind + seller, mode="clip")
    cell = np.take(law.cell_at, rule_set * law.periods + np.take(law.period_on, day), mode="clip")
    if (law.origins[:, 2] < LAST).any() and q.law.destination == "USA":
        text = text + (day + FIRST >= column_2)
    base = np.take(law.kind_of_base, text, mode="clip")
    outcome = _outcomes(law, batch, cell, base, good)
    kinds = np.take(held.kind, outcome)
    refused = np.flatnonzero((placed & ~covered) | (kinds == REFUSED))
    rate = np.take(held.rates[:, 0], outcome)
    stated = np.flatnonzero(kinds == BY_QUANTITY)
    base_rate, totals = np.zeros(0), np.zeros((len(held.totals), 0))
    added = base_rate
    if len(stated):
        base_rate = _base_rates(law, columns, outcome[stated], stated, value)
        refused = np.concatenate([refused, stated[np.isnan(base_rate)]])
        outcome[stated[np.isinf(base_rate)]] = 0
        known = np.isfinite(base_rate)
        stated, base_rate = stated[known], base_rate[known]
        added, totals = _added(law, outcome[stated], base_rate)
        rate[stated] = base_rate + added
    outcome[refused] = 0
    value = np.where(outcome > 0, value, 0.0)
    month, cents = np.take(law.month_on, day), cents_of(value, rate)
    return Judged(outcome, value, cents, month, place, stated, base_rate, added, totals, refused)


def cents_of(value: Float[ndarray, " n"], rate: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Value · rate, half up to the cent: the query's own steps in the same order (sql.GUARD)."""
    y = value * rate
    y *= 100.0
    guard = np.maximum(1e-6, y * 4e-15)
    y += 0.5
    y += guard
    return np.floor(y, out=y)


def shown_rate(rate: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """A rate to twelve digits, as the query shows it (shown.rounded)."""
    return np.floor(rate * 1e12 + 0.5) / 1e12


def _base_rates(
    law: GatherLaw, columns: dict[str, Any], outcome: ndarray, at: Int[ndarray, " s"], value: ndarray
) -> Float[ndarray, " s"]:
    """The base rates of lines whose base duty is levied by quantity; none (NaN) where the quantity does not tell it,
    infinite where that is left to the query."""
    held = law.outcomes
    said = numbers(columns["quantity"])[at]
    units = np.where((said > 0) & (said < float(HIGHEST)), said, np.nan) / value[at]
    if "unit" in columns:
        place = _places(law, "unit", columns["unit"])[at]
        unit = np.take(np.vstack([law.units, (-1.0, 1.0)]), place, axis=0)  # the last row: none is stated
        own = units * unit[:, 1] / held.size[outcome]
        same = unit[:, 0] == held.dimension_of[outcome]
        units = np.where(unit[:, 0] == -1, units, np.where(same, own, np.nan))
    return np.where(np.isnan(said), np.inf, held.advalorem[outcome] + held.specific[outcome] * units)


def _added(
    law: GatherLaw, outcome: Int[ndarray, " s"], base: Float[ndarray, " s"]
) -> tuple[Float[ndarray, " s"], Float[ndarray, "t s"]]:
    """What is added to base rates, and of it what each total adds: its rate less the base, where that is positive."""
    held = law.outcomes
    rates = np.take(held.totals, held.cell[outcome], axis=1)
    room = rates[:, :, 0] - base
    totals = np.where((rates[:, :, 1] > 0) & (room > 0), room * rates[:, :, 1], 0.0)
    added = held.added[outcome]
    for total in totals:
        added = added + total
    return added, totals


def _outcomes(
    law: GatherLaw, batch: Any, cell: ndarray, base: ndarray, good: Bool[ndarray, " n"]
) -> Int[ndarray, " n"]:
    """The outcome of every line; pairs that were not met before are asked of the query."""
    width = law.outcomes.of.shape[1]
    pair = cell * width + base
    found = np.where(good, np.take(law.outcomes.of, pair, mode="clip"), 0)
    new = np.flatnonzero(found == UNASKED)
    if len(new) and not law.outcomes.is_due(len(new)):
        found[new] = 0
    elif len(new):
        _ask(law, batch, pair, new)
        found = np.where(good, np.take(law.outcomes.of, pair, mode="clip"), 0)
    return found


def _ask(law: GatherLaw, batch: Any, pair: Int[ndarray, " n"], new: Int[ndarray, " k"]) -> None:
    """Asks about the new pairs by a line of each, unless another thread has asked in the meantime."""
    import pyarrow as pa

    with law.lock:
        new = new[law.outcomes.of.ravel()[pair[new]] == UNASKED]
        if not len(new):
            return
        pairs, first = np.unique(pair[new], return_index=True)
        names = [law.q.raw(r) for r in ROLES[:3] if law.q.has(r)]
        lines = pa.table([_plain(batch.column(n).take(pa.array(new[first]))) for n in names], names)
        law.outcomes.ask(pairs, lines, empty_columns)


def _plain(column: Any) -> Any:
    return column.dictionary_decode() if hasattr(column, "dictionary_decode") else column


def _places(law: GatherLaw, role: str, column: Any) -> Int[ndarray, " n"]:
    """The place of each line's text; −1 where it has none."""
    places = law.places(role, column.dictionary)
    if not len(places):
        return np.full(len(column), -1, dtype=np.int32)
    index = column.indices
    if index.null_count:
        return np.append(places, np.int32(-1))[index.fill_null(len(places)).to_numpy(zero_copy_only=False)]
    return np.take(places, index.to_numpy(), mode="clip")


def _days(law: GatherLaw, column: Any, count: int) -> Int[ndarray, " n"]:
    """Days since the first that the package covers; −1 where there is none."""
    import pyarrow as pa

    if law.q.on:
        day = int((np.datetime64(law.q.on, "D") - np.datetime64(0, "D")).astype(np.int64))
        return np.full(count, max(-1, min(day - FIRST, LAST - FIRST)), dtype=np.int32)
    if pa.types.is_dictionary(column.type):
        places = _places(law, "entry_date", column)
        return np.append(law.days, np.int32(-1))[places]
    days = column.cast(pa.int32())
    days = (days.fill_null(-(1 << 20)) if days.null_count else days).to_numpy(zero_copy_only=False)
    return np.clip(days, FIRST - 1, LAST) - np.int32(FIRST)


def numbers(column: Any) -> Float[ndarray, " n"]:
    """A column of numbers, or of texts that say numbers: 0 where there is none, NaN where a text is left to the query."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        column = _said(column)
    column = column.cast(pa.float64(), safe=False)
    return (column.fill_null(0.0) if column.null_count else column).to_numpy(zero_copy_only=False)


def _said(texts: Any) -> Any:
    """The numbers of texts; where some are no plain number, NaN for those that are not plain digits."""
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    try:
        return texts.cast(pa.float64())
    except pa.ArrowInvalid:
        plain = pc.match_substring_regex(texts, r"^[0-9]+(\.[0-9]+)?$")
        return pc.if_else(plain, texts, pa.scalar("nan", pa.string())).cast(pa.float64())


__all__ = ["BY_QUANTITY", "BY_VALUE", "FIRST", "LAST", "ROLES", "Judged", "cents_of", "judge", "numbers", "shown_rate"]
