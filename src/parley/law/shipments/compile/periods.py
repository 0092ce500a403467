"""The days on which the law on some destination's imports changes, and what is known on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from parley.codes import union_of
from parley.law.explain import FIRST_DAY
from parley.law.measure import LATEST, Measure, list_days
from parley.law.readings import Reading
from parley.law.regime import Regime

EPOCH = date(1970, 1, 1).toordinal()


class Period(NamedTuple):
    """Days [start, end) on which the same rows are in force, as known on one day."""

    start: date
    end: date
    known: date


def rows_of(regime: Regime, destination: str) -> tuple[Measure, ...]:
    """Every row that a destination's authorities ever levied."""
    authorities = (destination, union_of(destination))
    return tuple(m for m in regime.measures if m.act.authority in authorities)


def periods(rows: Sequence[Measure], known: date, reading: Reading = "law") -> tuple[Period, ...]:
    """The periods of a destination's rows, in order, from the first day that the package covers.

    In the collected reading every day is seen with that day's own knowledge, never later than `known`.
    """
    collected = reading == "collected"
    days = {d for m in rows for d in _days(m, known, collected)}
    starts = [FIRST_DAY, *sorted(d for d in days if FIRST_DAY < d < LATEST)]
    ends = [*starts[1:], LATEST]
    return tuple(Period(a, b, min(a, known) if collected else known) for a, b in zip(starts, ends, strict=True))


def _days(m: Measure, known: date, collected: bool) -> set[date]:
    """The days on which a row, its lists or its edges start or end; with `collected`, also those of its knowledge."""
    lists = (list_days(m.folder, name) for name in (m.product_list, m.products_except_list) if name)
    found = {d for days in lists for d in days} | {d for e in m.yields_to for d in (e.start, e.end) if d}
    if not collected:
        return found | {m.start, m.end_as_known(known)}
    edges = {d for e in m.yields_to for d in (e.known, e.known_end) if d}
    return found | edges | {d for d in (m.start, m.end, m.learnt, m.known_end, m.end_known) if d}
