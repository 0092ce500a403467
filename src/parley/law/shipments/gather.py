"""Rates by gather: a batch of lines judged by a few look-ups a line; lines that need more are left to the query.

Left to the query are lines without a day or a known origin, values beyond a billion dollars, and what outcomes leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.law.shipments.gather_law import GatherLaw, day_places
from parley.law.shipments.gather_outcomes import (
    BY_QUANTITY,
    BY_VALUE,
    FIRST,
    LAST,
    NO_QUANTITY,
    OTHER_UNIT,
    REFUSED,
    SPECIAL,
    UNASKED,
    empty_columns,
)
from parley.law.shipments.sql import HIGHEST

MOST = 1e9  # dollars of a line: a million lines of it still sum to whole cents in a double
MONTHS = (LAST - FIRST) // 28
ROLES = ("product", "origin", "entry_date", "value", "quantity", "unit")


@dataclass
class Judged:
    """A batch's lines: outcome (0: no duty found here), value, cents, and the place of origin · MONTHS + month.

    stated: the lines with a duty by quantity; base, added and totals are their rates. refused: lines that have no duty, for
    the reasons `why` (rejects.REASONS), with the outcomes `case` that they would have.
    """

    outcome: Int[ndarray, " n"]
    value: Float[ndarray, " n"]
    cents: Float[ndarray, " n"]
    key: Int[ndarray, " n"]
    stated: Int[ndarray, " s"]
    base: Float[ndarray, " s"]
    added: Float[ndarray, " s"]
    totals: Float[ndarray, "t s"]
    refused: Int[ndarray, " r"]
    why: Int[ndarray, " r"]
    case: Int[ndarray, " r"]


def judge(law: GatherLaw, batch: Any) -> Judged:
    """Judges a record batch's lines, whose columns are u0, u1, …"""
    q, held = law.q, law.outcomes
    columns = {r: batch.column(q.raw(r)) for r in ROLES if q.has(r)}
    day, origin = _days(law, columns.get("entry_date"), len(batch)), _places(law, "origin", columns["origin"])
    value, parts = numbers(columns["value"]), np.take(law.day_parts, day)
    place = np.take(law.origins[:, 1], origin)
    good = (value > 0) & (value < MOST) & (day > 0) & (place >= 0)
    at = _places(law, "product", columns["product"], law.editions) + (parts & 255)
    pair = np.take(law.classes, at) + np.take(law.origins[:, 0], origin)
    cell = np.take(law.rule_set, pair, mode="clip") + ((parts >> 8) & 4095)  # beyond the last: no line of the schedule
    pair = np.take(law.cell_at, cell) + _bases(law, at, origin, day)
    outcome = _outcomes(law, batch, pair, good).astype(np.intp)  # what a look-up would make of it each time
    special = np.flatnonzero(outcome >= SPECIAL)
    outcome[special] -= SPECIAL
    kinds, rate = held.kind[outcome[special]], np.take(held.rate, outcome)
    refused, stated = special[kinds == REFUSED], special[kinds == BY_QUANTITY]
    why = np.take(held.code, outcome[refused])
    base, added, totals = np.zeros(0), np.zeros(0), np.zeros((len(held.totals), 0))
    if len(stated):
        base, short = _base_rates(law, columns, outcome[stated], stated, value)
        refused, why = np.concatenate([refused, stated[short > 0]]), np.concatenate([why, short[short > 0]])
        outcome[stated[np.isinf(base)]] = 0
        known = np.isfinite(base)
        stated, base = stated[known], base[known]
        added, totals = _added(law, outcome[stated], base)
        rate[stated] = base + added
    case = outcome[refused]
    outcome[refused] = 0
    value = np.where(outcome > 0, value, 0.0)
    key = np.maximum(place, 0) * MONTHS + (parts >> 20)
    return Judged(outcome, value, cents_of(value, rate), key, stated, base, added, totals, refused, why, case)


def _bases(law: GatherLaw, at: Int[ndarray, " n"], origin: ndarray, day: ndarray) -> Int[ndarray, " n"]:
    """The kind of each line's base duty, in column 2 from its origin's first day there."""
    base = np.take(law.bases, at)
    if law.q.law.destination == "USA" and (law.origins[:, 2] < LAST).any():
        other = np.flatnonzero(day + (FIRST - 1) >= np.take(law.origins[:, 2], origin))
        base[other] = law.bases_2.ravel()[at[other]]
    return base


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
) -> tuple[Float[ndarray, " s"], Int[ndarray, " s"]]:
    """The base rates of lines whose base duty is levied by quantity: none (NaN) where a line states no quantity, or not in a
    unit of the duty, and the reason why (else 0); infinite where a line is left to the query."""
    import pyarrow as pa

    held, column = law.outcomes, columns["quantity"].take(pa.array(at))
    said, missing = numbers(column), column.is_null().to_numpy(zero_copy_only=False)
    positive = (said > 0) & (said < float(HIGHEST))
    units = np.where(positive, said, np.nan) / value[at]
    if "unit" in columns:
        stated = columns["unit"].take(pa.array(at))
        stated = stated.dictionary_encode() if pa.types.is_string(stated.type) else stated
        place = _places(law, "unit", stated)  # before the table, which it may make longer
        unit = np.take(law.units, place, axis=0)
        own = units * unit[:, 1] / held.size[outcome]
        same = unit[:, 0] == held.dimension_of[outcome]
        units = np.where(unit[:, 0] == -1, units, np.where(same, own, np.nan))
    told = positive | (
        missing & ~held.floored[held.cell[outcome]]
    )  # below a total the query may know the rate all the same
    base = np.where(told, held.advalorem[outcome] + held.specific[outcome] * units, np.inf)
    return base, np.where(np.isnan(base), np.where(missing, NO_QUANTITY, OTHER_UNIT), 0).astype(np.int8)


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


def _outcomes(law: GatherLaw, batch: Any, pair: Int[ndarray, " n"], good: Bool[ndarray, " n"]) -> Int[ndarray, " n"]:
    """The outcome of every line; pairs that were not met before are asked of the query."""
    found = np.take(law.outcomes.of, pair)
    found *= good
    new = np.flatnonzero(found == UNASKED)
    if len(new) and not law.outcomes.is_due(len(new)):
        found[new] = 0
    elif len(new):
        _ask(law, batch, pair, new)
        found = np.take(law.outcomes.of, pair)
        found *= good
    return found


def _ask(law: GatherLaw, batch: Any, pair: Int[ndarray, " n"], new: Int[ndarray, " k"]) -> None:
    """Asks about the new pairs by a line of each, unless another thread has asked in the meantime."""
    import pyarrow as pa

    with law.lock:
        new = new[law.outcomes.of.ravel()[pair[new]] == UNASKED]
        if not len(new):
            return
        pairs, first = np.unique(pair[new], return_index=True)
        names = {law.q.raw(r): law.q.types.get(r) == "text" for r in ROLES[:3] if law.q.has(r)}
        taken = [batch.column(n).take(pa.array(new[first])) for n in names]
        read = [c.cast(pa.string()) if text else c for c, text in zip(taken, names.values(), strict=True)]
        lines = pa.table(read, list(names))
        law.outcomes.ask(pairs, lines, empty_columns)


def _places(law: GatherLaw, role: str, column: Any, step: int = 1) -> Int[ndarray, " n"]:
    """The place of each line's text, in steps; 0 where it has none."""
    places = law.places(role, column.dictionary) * step
    index = column.indices
    if index.null_count or not len(places):
        places, index = np.append(places, 0), index.fill_null(len(places))
    return np.take(places, index.to_numpy(zero_copy_only=False), mode="clip")


def _days(law: GatherLaw, column: Any, count: int) -> Int[ndarray, " n"]:
    """The place of each line's day; 0 where it has none that is covered, or is later than the law was read."""
    if law.q.until:
        last = (np.datetime64(law.q.until, "D") - np.datetime64(0, "D")).astype(np.int64)
        days = _every_day(law, column, count)
        return np.where(days <= day_places(np.array([last]))[0], days, 0)  # later days are left to the query
    return _every_day(law, column, count)


def _every_day(law: GatherLaw, column: Any, count: int) -> Int[ndarray, " n"]:
    """The same, up to the last day of the calendar."""
    import pyarrow as pa

    if law.q.on:
        day = (np.datetime64(law.q.on, "D") - np.datetime64(0, "D")).astype(np.int64)
        return np.full(count, day_places(np.array([day]))[0])
    if pa.types.is_dictionary(column.type):
        place = _places(law, "entry_date", column)
        return law.days[place]
    days = column.cast(pa.int32()) if pa.types.is_date32(column.type) else _days_of_times(column)
    return day_places((days.fill_null(-(1 << 20)) if days.null_count else days).to_numpy(zero_copy_only=False))


def _days_of_times(column: Any) -> Any:
    """The day since 1970 of each time, which states no zone."""
    import pyarrow as pa

    day = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[column.type.unit]
    times = column.cast(pa.int64())
    days = times.fill_null(0).to_numpy(zero_copy_only=False) // day
    return pa.array(days, mask=times.is_null().to_numpy(zero_copy_only=False))


def numbers(column: Any) -> Float[ndarray, " n"]:
    """A column of numbers, or of texts that say numbers: 0 where there is none, NaN where a text is left to the query."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        column = _said(column)
    if pa.types.is_decimal128(column.type):
        return _decimals(column)
    column = column.cast(pa.float64(), safe=False)
    return (column.fill_null(0.0) if column.null_count else column).to_numpy(zero_copy_only=False)


def _decimals(column: Any) -> Float[ndarray, " n"]:
    """As the engine reads them: the digits over a power of ten; NaN, left to the query, where a double does not hold them."""
    words = np.frombuffer(column.buffers()[1], dtype=np.int64).reshape(-1, 2)[
        column.offset : column.offset + len(column)
    ]
    low, high = words[:, 0], words[:, 1]
    found = np.where((high == low >> 63) & (np.abs(low) < 1 << 53), low, np.nan) / 10.0**column.type.scale
    return np.where(column.is_null().to_numpy(zero_copy_only=False), 0.0, found) if column.null_count else found


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


__all__ = [
    "BY_QUANTITY",
    "BY_VALUE",
    "FIRST",
    "LAST",
    "MONTHS",
    "ROLES",
    "Judged",
    "cents_of",
    "judge",
    "numbers",
    "shown_rate",
]
