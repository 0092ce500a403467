"""The totals of a run of claims, added batch by batch: by programme, state and way; and the entries, whose lines are joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from parley.law.refunds.arrow import floats, valid
from parley.law.refunds.claims import Claims, Question
from parley.law.refunds.paid import CHECKS, UNREAD
from parley.law.refunds.result import WAYS
from parley.law.refunds.ruling import AGES, FLAGS

if TYPE_CHECKING:
    import pyarrow as pa

STATES = len(FLAGS) * len(AGES)
JOINED = 64  # batches whose entries are joined at a time


def _sums(keys: np.ndarray, cents: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(keys, weights=cents, minlength=size)[:size]


@dataclass
class Tally:
    """Sums of cents and counts of lines. by_state [states]; checks [len(CHECKS)]; programmes [P], dollars before rounding.

    entries: tables of number, cents, interest, state_min, state_max, lines, refused, act_by.
    """

    programmes: np.ndarray
    refundable: int = 0
    cents: int = 0
    interest: int = 0
    sure: int = 0
    without_interest: int = 0
    assumed: int = 0
    before_entry: int = 0  # lines with a refund that are said to be liquidated before they were entered
    unanswered_paid: float = 0.0
    unnumbered: int = 0
    ranged: int = 0  # lines with a refund whose code is followed, and cents of their refunds
    ranged_cents: int = 0
    since: date | None = None
    lines: np.ndarray = field(default_factory=lambda: np.zeros(STATES))
    by_state: np.ndarray = field(default_factory=lambda: np.zeros(STATES))
    interest_by_state: np.ndarray = field(default_factory=lambda: np.zeros(STATES))
    checks: np.ndarray = field(default_factory=lambda: np.zeros(len(CHECKS)))
    act_by: dict[int, date] = field(default_factory=dict)  # by place in WAYS
    short: float = 0.0
    over: float = 0.0
    entries: list[pa.Table] = field(default_factory=list)

    def add(self, batch: pa.RecordBatch, c: Claims, q: Question) -> None:
        """Adds a batch."""
        due = c.refund > 0
        cents = np.where(due, np.round(np.nan_to_num(c.refund) * 100), 0)
        earned = np.round(np.nan_to_num(c.interest) * 100)
        self.programmes = self.programmes + np.nansum(c.by_programme, axis=1)
        self.refundable += int(due.sum())
        self.cents += int(cents.sum())
        self.interest += int(earned.sum())
        self.sure += int(np.round(np.nan_to_num(c.sure) * 100).sum())
        self.without_interest += int((due & np.isnan(c.interest)).sum())
        self.assumed += int((due & c.assumed).sum())
        self.before_entry += int((due & (c.days["liquidation_date"] < c.days["entry_date"])).sum())
        first = np.fmin.reduce(c.since, initial=np.datetime64("NaT")).item()
        self.since = first if self.since is None else min(self.since, first or self.since)
        self.lines += _sums(c.state[due], np.ones(int(due.sum())), STATES)
        self.by_state += _sums(c.state, cents, STATES)
        self.interest_by_state += _sums(c.state, earned, STATES)
        self.checks += _sums(c.check, np.ones(len(c.check)), len(CHECKS))
        self.unnumbered += int((due & ~valid(c.numbers)).sum())
        for place in range(len(WAYS)):
            days = c.act_by[(c.way == place) & ~np.isnat(c.act_by)]
            if len(days):
                self.act_by[place] = min(days.min().item(), self.act_by.get(place, date.max))
        self._compare(batch, c)
        if q.ranged:
            followed = due & valid(batch.column(q.ranged))
            self.ranged, self.ranged_cents = (
                self.ranged + int(followed.sum()),
                self.ranged_cents + int(cents[followed].sum()),
            )
        self.entries.append(_entries(batch, c, cents, earned))
        if len(self.entries) >= JOINED:
            self.entries = [joined(self.entries)]

    def whole(self) -> pa.Table | None:
        """The entries of the run in the order of their numbers; none where no line has a number."""
        self.entries = [joined(self.entries)] if len(self.entries) > 1 else self.entries
        return self.entries[0].sort_by("number") if self.entries and self.entries[0].num_rows else None

    def entries_by_way(self, q: Question) -> np.ndarray:
        """How many entries with a refund go each of the WAYS."""
        found = self.whole()
        ways = np.array([], int) if found is None else way_of_entries(found, q)
        return np.bincount(ways[ways >= 0], minlength=len(WAYS))

    @property
    def disagreeing(self) -> int:
        """Entries with a refund whose lines differ in state."""
        found = self.whole()
        if found is None:
            return 0
        low, high, cents = (np.asarray(found[n]) for n in ("state_min", "state_max", "cents"))
        return int(((low != high) & (cents > 0)).sum())

    def _compare(self, batch: pa.RecordBatch, c: Claims) -> None:
        """Dollars paid under the programmes below and above the law's, and those paid on lines without an answer."""
        change = np.maximum(floats(batch.column("duty_change")), 0)
        self.short += float(np.nansum(np.where(c.check == CHECKS.index("less than the law"), change - c.paid, 0)))
        self.over += float(np.nansum(np.where(c.check == CHECKS.index("more than the law"), c.paid - change, 0)))
        self.unanswered_paid += float(np.nansum(np.where(c.check == 0, c.paid, 0)))


def _entries(batch: pa.RecordBatch, c: Claims, cents: np.ndarray, earned: np.ndarray) -> pa.Table:
    import pyarrow as pa

    refused = valid(batch.column("reject_reason")) | (c.check == UNREAD)
    table = pa.table({
        "number": c.numbers, "cents": cents.astype(np.int64), "interest": earned.astype(np.int64), "state_min": c.state,
        "state_max": c.state, "lines": np.ones(len(cents), np.int64), "refused": refused.astype(np.int64),
        "act_by": pa.array(c.act_by.astype("datetime64[D]"), pa.date32(), from_pandas=True),
    })  # fmt: skip
    return joined([table.filter(table["number"].is_valid())])


_JOINS = {
    "cents": "sum",
    "interest": "sum",
    "state_min": "min",
    "state_max": "max",
    "lines": "sum",
    "refused": "sum",
    "act_by": "min",
}


def joined(tables: list[pa.Table]) -> pa.Table:
    """The entries of some tables, a row each, by number."""
    import pyarrow as pa

    made = pa.concat_tables(tables).group_by("number").aggregate(list(_JOINS.items()))
    return made.select(["number", *(f"{n}_{how}" for n, how in _JOINS.items())]).rename_columns(["number", *_JOINS])


def way_of_entries(entries: pa.Table, q: Question) -> np.ndarray:
    """The place in WAYS of each entry with a refund: by hand where its lines disagree; −1 without a refund."""
    low, high = (np.asarray(entries[n]) for n in ("state_min", "state_max"))
    way = np.where(low != high, WAYS.index("by_hand"), q.ways[high])
    return np.where(np.asarray(entries["cents"]) > 0, way, -1)
