"""The days on which the law on some destination's imports changes, and what is known on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from parley.codes import union_of
from parley.law.explain import FIRST_DAY
from parley.law.measure import LATEST, Measure
from parley.law.readings import Reading, looked_at, own_days
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
    days = looked_at(rows) if collected else {d for m in rows for d in own_days(m, known)}
    starts = [FIRST_DAY, *sorted(d for d in days if FIRST_DAY < d < LATEST)]
    ends = [*starts[1:], LATEST]
    return tuple(Period(a, b, min(a, known) if collected else known) for a, b in zip(starts, ends, strict=True))
