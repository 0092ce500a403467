"""Days that a claim hangs on (deadlines.csv), counted over arrays of days; and the age of an entry on a day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from parley.law.law_package import law_path
from parley.law.refunds.ruling import AGES, UNREAD

Days = np.ndarray  # of datetime64[D], NaT where not known


@dataclass(frozen=True)
class Deadline:
    """One row: counted from entry_date or liquidation_date; state: the age of an entry that lasts until then."""

    name: str
    counted_from: str
    count: int
    unit: str
    state: str
    known: date
    text: str
    quote: str
    source: str
    read: bool

    @property
    def told(self) -> str:
        """What it is and where it stands."""
        said = f"{self.text}: {self.source}"
        return said if self.read or "as reported" in self.source else f"{said} {UNREAD}"

    def of(self, days: Days) -> Days:
        """The deadline of each day. NaT stays."""
        if self.unit == "day":
            return days + np.timedelta64(self.count, "D")
        months = days.astype("datetime64[M]") + np.timedelta64(12 * self.count, "M")
        first, following = months.astype("datetime64[D]"), (months + np.timedelta64(1, "M")).astype("datetime64[D]")
        moved = first + (days - days.astype("datetime64[M]").astype("datetime64[D]"))
        return np.where(np.isnat(days), days, np.minimum(moved, following - np.timedelta64(1, "D")))


@cache
def deadlines() -> tuple[Deadline, ...]:
    """All rows of deadlines.csv, in its order."""
    text = law_path("refunds", "deadlines.csv").read_text("utf-8")
    rows = csv.DictReader(x for x in text.splitlines() if not x.startswith("#"))
    return tuple(
        Deadline(r["name"], r["counted_from"], int(r["count"]), r["unit"], r["state"], date.fromisoformat(r["known"]),
                 r["text"], r["quote"], r["source"], r["read"] == "true")
        for r in rows
    )  # fmt: skip


def deadline(name: str) -> Deadline:
    """A row by its name."""
    return next(d for d in deadlines() if d.name == name)


def expected(entered: Days, liquidated: Days) -> Days:
    """The day of liquidation where it is held, else the day that is assumed: customs' cycle counted from entry."""
    return np.where(np.isnat(liquidated), deadline("liquidation_expected").of(entered), liquidated)


def ages(on: date, liquidation: Days, unliquidated: np.ndarray, known: date) -> np.ndarray:
    """The place in AGES of each entry on a day. unliquidated: known to be so, whatever the day says."""
    today = np.datetime64(on, "D")
    made = np.full(len(liquidation), AGES.index("final"), np.int8)
    for row in sorted((d for d in deadlines() if d.state and d.known <= known), key=lambda d: -d.count):
        made[row.of(liquidation) >= today] = AGES.index(row.state)
    made[np.isnat(liquidation)] = AGES.index("unknown")
    made[(liquidation > today) | unliquidated] = AGES.index("unliquidated")
    return made
