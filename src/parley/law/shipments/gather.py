"""Rates by gather: a batch of lines judged by a few look-ups a line; lines that need more are left to the query.

Left to the query are lines with a fault, duties by quantity, and values beyond a billion dollars.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy import ndarray

from parley.codes import countries
from parley.law.measure import PROGRAMMES
from parley.law.shipments.gather_law import FIRST, LAST, UNASKED, GatherLaw
from parley.shapes import Bool, Float, Int

MOST = 1e9  # dollars of a line: a million lines of it still sum to whole cents in a double
FEW_NEW = 600  # lines of pairs not met before that are left to the query
ROLES = ("product", "origin", "entry_date", "value")


@dataclass
class Judged:
    """A batch's lines: the outcome of each (0: left to the query), its value and its cents."""

    outcome: Int[ndarray, " n"]
    value: Float[ndarray, " n"]
    cents: Float[ndarray, " n"]
    month: Int[ndarray, " n"]
    place: Int[ndarray, " n"]


@dataclass
class Sums:
    """Lines, value and cents by origin and month; value by outcome."""

    months: int = (LAST - FIRST) // 28
    lines: Any = field(init=False)
    value: Any = field(init=False)
    cents: Any = field(init=False)
    by_outcome: Any = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        size = len(countries()) * self.months
        self.lines, self.value, self.cents = np.zeros(size, np.int64), np.zeros(size), np.zeros(size, np.int64)

    def add(self, found: Judged, law: GatherLaw) -> None:
        """A batch more. Lines left to the query have no value here and are not counted."""
        key = found.place * self.months + (found.month - law.month_on[0])
        fine = found.outcome > 0
        key = np.where(fine, key, 0)
        size = len(self.lines)
        self.lines += np.bincount(key, fine, size).astype(np.int64)
        self.value += np.bincount(key, found.value, size)
        self.cents += np.bincount(key, found.cents, size).astype(np.int64)
        self.merge_outcomes(np.bincount(found.outcome, found.value))

    def merge(self, other: Sums) -> None:
        """Another's sums to these."""
        self.lines += other.lines
        self.value += other.value
        self.cents += other.cents
        self.merge_outcomes(other.by_outcome)

    def merge_outcomes(self, more: Float[ndarray, " o"]) -> None:
        """Values by outcome, of which there may be more than before."""
        held = np.zeros(max(len(self.by_outcome), len(more)))
        held[: len(self.by_outcome)] += self.by_outcome
        held[: len(more)] += more
        self.by_outcome = held

    def rows(self, law: GatherLaw) -> list[list[int | float]]:
        """As the query gives them: origin, month, lines, rejects, value, cents, programmes (these in the first row)."""
        shares = self.by_outcome @ law.programmes[: len(self.by_outcome)]
        made: list[list[int | float]] = []
        for at in np.flatnonzero(self.lines).tolist():
            place, month = divmod(at, self.months)
            of_all = shares.tolist() if not made else [0.0] * len(PROGRAMMES)
            numbers = [int(self.lines[at]), 0, float(self.value[at]), int(self.cents[at])]
            made.append([place, month + int(law.month_on[0]), *numbers, *of_all])
        return made


def judge(law: GatherLaw, batch: Any) -> Judged:
    """The outcome, value and cents of a record batch's lines, whose columns are u0, u1, …"""
    q = law.q
    columns = {r: batch.column(q.raw(r)) for r in ROLES if q.has(r)}
    product, day = _places(law, "product", columns["product"]), _days(law, columns.get("entry_date"), len(batch))
    origin = _places(law, "origin", columns["origin"])
    value = _values(columns["value"])
    good = (product >= 0) & (origin >= 0) & (day >= 0) & (day < LAST - FIRST) & (value > 0) & (value < MOST)
    day = np.where(good, day, 0)
    at = np.take(law.edition_on, day) + product * law.editions
    kind, text = np.take(law.classes, at, mode="clip"), np.take(law.base_texts, at, mode="clip")
    place = np.take(law.origins[:, 1], origin, mode="clip")
    seller = np.take(law.origins[:, 0], origin, mode="clip")
    good &= (kind >= 0) & (seller >= 0)
    rule_set = np.take(law.rule_set, kind + seller, mode="clip")
    cell = np.take(law.cell_at, rule_set * law.periods + np.take(law.period_on, day), mode="clip")
    if (law.origins[:, 2] < LAST).any() and q.law.destination == "USA":
        text = text + (day + FIRST >= np.take(law.origins[:, 2], origin, mode="clip"))
    base = np.take(law.kind_of_base, text, mode="clip")
    outcome = _outcomes(law, batch, cell, base, good)
    month = np.take(law.month_on, day)
    value = np.where(outcome > 0, value, 0.0)
    return Judged(outcome, value, cents_of(value, np.take(law.rates[:, 0], outcome)), month, place)


def cents_of(value: Float[ndarray, " n"], rate: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Value · rate, half up to the cent: the query's own steps in the same order (sql.GUARD)."""
    y = value * rate
    y *= 100.0
    guard = np.maximum(1e-6, y * 4e-15)
    y += 0.5
    y += guard
    return np.floor(y, out=y)


def _outcomes(
    law: GatherLaw, batch: Any, cell: ndarray, base: ndarray, good: Bool[ndarray, " n"]
) -> Int[ndarray, " n"]:
    """The outcome of every line; pairs that were not met before are asked of the query."""
    width = law.outcome.shape[1]
    pair = cell * width + base
    found = np.where(good, np.take(law.outcome, pair, mode="clip"), 0)
    new = np.flatnonzero(found == UNASKED)
    if 0 < len(new) < FEW_NEW:  # a question costs more than these lines in the query
        found[new] = 0
    elif len(new):
        import pyarrow as pa

        pairs, first = np.unique(pair[new], return_index=True)
        rows = new[first]
        names = [law.q.raw(r) for r in ROLES[:3] if law.q.has(r)]
        lines = pa.table([_plain(batch.column(n).take(pa.array(rows))) for n in names], names)
        law.ask(*np.divmod(pairs, width), lines.append_column("k_row", pa.array(np.arange(len(rows)))))
        found = np.where(good, np.take(law.outcome, pair, mode="clip"), 0)
    return found


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


def _values(column: Any) -> Float[ndarray, " n"]:
    import pyarrow as pa

    column = column.cast(pa.float64(), safe=False)
    return (column.fill_null(0.0) if column.null_count else column).to_numpy(zero_copy_only=False)
