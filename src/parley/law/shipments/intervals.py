"""When rule sets change: runs of days for the range join, and the same by period for joins by equality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.measure import LATEST
from parley.law.shipments.cell_columns import Table
from parley.law.shipments.periods import Period
from parley.law.shipments.rule_sets import RuleSets


def intervals(made: RuleSets, plain: Int[ndarray, " c"]) -> Table:
    """The runs of equal raw cells of every rule set, [start, end)."""
    same = np.zeros(made.cell_of.shape, dtype=bool)
    same[:, 1:] = made.cell_of[:, 1:] == made.cell_of[:, :-1]
    where, period = np.nonzero(~same)
    last = np.append(where[1:] != where[:-1], True)
    following = np.where(last, len(made.periods) - 1, np.append(period[1:], 0) - 1)
    starts, ends = [p.start for p in made.periods], [p.end for p in made.periods]
    raw = made.cell_of[where, period]
    return {
        "rule_set": where.tolist(),
        "start": [starts[p] for p in period.tolist()],
        "end": [ends[p] for p in following.tolist()],
        "raw": raw.tolist(),
        "cell": plain[raw].tolist(),
    }


def moments(made: RuleSets, plain: Int[ndarray, " c"]) -> Table:
    """The raw cell and the cell of every rule set in every period: key = rule set · number of periods + period."""
    raw = made.cell_of.ravel()
    return {"key": list(range(len(raw))), "raw": raw.tolist(), "cell": plain[raw].tolist()}


def calendar(periods: Sequence[Period]) -> Table:
    """The period of every day up to the last on which the law changes."""
    spans = [(p.start, min(p.end, last_day(periods) + timedelta(1))) for p in periods]
    days = [(a + timedelta(n), k) for k, (a, b) in enumerate(spans) for n in range((b - a).days)]
    return {"day": [d for d, _ in days], "period": [k for _, k in days]}


def last_day(periods: Sequence[Period]) -> date:
    """The first day of the last period: later days are read as this one."""
    assert periods[-1].end == LATEST
    return periods[-1].start
