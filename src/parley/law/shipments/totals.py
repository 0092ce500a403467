"""What lines and a run come to: rows, rejects, duty to the cent; by origin, programme and month; the change from another law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import PROGRAMMES, countries
from parley.fixed import fixed_fields
from parley.law.shipments.arrow import pa
from parley.law.shipments.columns import Options
from parley.law.shipments.fees import sources
from parley.law.shipments.judge import Judged
from parley.law.shipments.rejects import Why
from parley.law.shipments.typed import NO_DAY

UNKNOWN = "unknown"  # origin or month
_REASONS = max(Why) + 1
FIRST_YEAR = 1970
MONTHS = 1 << 18  # of a group's key: (place of origin + 1) · MONTHS + year · 12 + month + 1, of which −1 is none


@dataclass(frozen=True, eq=False)
class Sums:
    """By group of origin and month, in order of key: rows, refused rows and cents of duty; dollars of value of the others.
    programmes: dollars before the rounding of lines. reasons: how many lines by number of the reason (rejects.Why)."""

    keys: Int[ndarray, " g"]
    counts: Int[ndarray, "three g"]
    value: Float[ndarray, " g"]
    programmes: Float[ndarray, " p"]
    reasons: Int[ndarray, " r"]

    @classmethod
    def none(cls, malformed: int = 0) -> Sums:
        """Of lines that are no rows, which are in no group."""
        none, reasons = np.zeros(0, np.int64), np.bincount([Why.MALFORMED] * malformed, minlength=_REASONS)
        return cls(none, np.zeros((3, 0), np.int64), np.zeros(0), np.zeros(len(PROGRAMMES)), reasons)

    @classmethod
    def of(cls, judged: Judged) -> Sums:
        """The sums of a batch."""
        coded: Any = pa.array(judged.day).dictionary_encode()
        days = coded.dictionary.to_numpy()
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + FIRST_YEAR * 12 + 1
        months, at = np.unique(np.where(days == NO_DAY, -1, month), return_inverse=True)
        slot = (judged.origin.astype(np.int64) + 1) * len(months) + np.take(at, coded.indices.to_numpy())
        refused = np.flatnonzero(judged.reason)
        value = judged.value.copy()
        value[refused] = 0.0
        rows = np.bincount(slot)
        met = np.flatnonzero(rows)
        cents = np.bincount(slot, judged.cents).astype(np.int64)
        counts = (rows, np.bincount(slot[refused], minlength=len(rows)), cents)
        keys = met // len(months) * MONTHS + months[met % len(months)] + 1
        reasons = np.bincount(judged.reason, minlength=_REASONS)
        return cls(keys, np.array([c[met] for c in counts]), np.bincount(slot, value)[met], judged.programmes, reasons)

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return int(self.reasons.sum())

    def merge(self, other: Sums) -> Sums:
        """These and others together."""
        keys, at = np.unique(np.concatenate([self.keys, other.keys]), return_inverse=True)
        counts, value = np.zeros((3, len(keys)), np.int64), np.zeros(len(keys))
        for part, places in ((self, at[: len(self.keys)]), (other, at[len(self.keys) :])):
            counts[:, places] += part.counts
            value[places] += part.value
        return Sums(keys, counts, value, self.programmes + other.programmes, self.reasons + other.reasons)

    @property
    def groups(self) -> list[tuple[int, int, int, int, float, int]]:
        """Place of origin, year · 12 + month (−1: none), rows, refused rows, dollars of value, cents of duty."""
        rows, refused, cents = self.counts.tolist()
        origins, months = (self.keys // MONTHS - 1).tolist(), (self.keys % MONTHS - 1).tolist()
        return [*zip(origins, months, rows, refused, self.value.tolist(), cents, strict=True)]


@dataclass(frozen=True)
class Sum:
    """One group: rows, rejects, customs value and duty in dollars; duty is a sum of cents."""

    name: str
    rows: int
    rejected: int
    value: float
    duty: float


@dataclass(frozen=True)
class Change:
    """A group's rows without a duty and its duty in dollars, sums of cents, under the law before and the law asked about."""

    name: str
    rejected_before: int
    rejected: int
    duty_before: float
    duty: float
    duty_change: float


@dataclass(frozen=True)
@fixed_fields
class Difference:
    """The totals under the law that each line is held against (Options.before), and the change from them; dollars.

    duty_before, duty_change: sums of cents. by_programme_before: before the rounding of lines.
    """

    rejected_before: int
    duty_before: float
    duty_change: float
    by_origin: tuple[Change, ...]
    by_month: tuple[Change, ...]
    by_programme_before: dict[str, float]

    @property
    def one_sided(self) -> bool:
        """Whether some rows are known to have a duty under one of the two laws alone."""
        return any(c.rejected != c.rejected_before for c in (*self.by_origin, *self.by_month))


@dataclass(frozen=True)
@fixed_fields
class Report:
    """The totals of a run and where its files are. by_programme: dollars before the rounding of lines.

    difference: the change from another law (Options.before), where lines are held against one.
    """

    rows: int
    rejected: int
    value_total: float
    duty_total: float
    seconds: float
    by_origin: tuple[Sum, ...]
    by_month: tuple[Sum, ...]
    by_programme: dict[str, float]
    by_reason: dict[str, int] = field(default_factory=dict)
    out: str = ""
    rejects: str = ""
    resumed_rows: int = 0
    notes: tuple[str, ...] = ()
    difference: Difference | None = None

    @property
    def rows_per_second(self) -> float:
        """Rows of this run a second; those of an earlier, cut-off run are not counted."""
        return (self.rows - self.resumed_rows) / max(self.seconds, 1e-9)


def report_of(sums: Sums, asked: Options, seconds: float) -> Report:
    """The totals of some sums."""
    places, rows = list(countries()), sums.groups
    origins = [places[r[0]] if r[0] >= 0 else UNKNOWN for r in rows]
    months = [f"{(r[1] - 1) // 12}-{(r[1] - 1) % 12 + 1:02d}" if r[1] >= 0 else UNKNOWN for r in rows]
    # to the cent half up, with room for the order in which lines were added: half a cent is a common sum of decimal rates
    programmes = (np.floor(sums.programmes * 100 + 0.5 + 3.3e-4) / 100).tolist()
    counts = {why: n for why in Why if (n := int(sums.reasons[why]))}
    return Report(
        rows=sums.rows,
        rejected=sum(counts.values()),
        value_total=round(sum(r[4] for r in rows), 2),
        duty_total=sum(r[5] for r in rows) / 100,
        seconds=seconds,
        by_origin=_sums(rows, origins),
        by_month=_sums(rows, months),
        by_programme={n: v for n, v in zip(PROGRAMMES, programmes, strict=True) if v},
        by_reason={why.words: n for why, n in counts.items()},
        notes=_notes(asked),
    )


def difference_of(now: Report, before: Report) -> Difference:
    """The change from the totals of the same rows under another law: their groups are the same."""
    groups = (zip(now.by_origin, before.by_origin, strict=True), zip(now.by_month, before.by_month, strict=True))
    by_origin, by_month = (
        tuple(Change(a.name, b.rejected, a.rejected, b.duty, a.duty, round(a.duty - b.duty, 2)) for a, b in pairs)
        for pairs in groups
    )
    change = round(now.duty_total - before.duty_total, 2)
    return Difference(before.rejected, before.duty_total, change, by_origin, by_month, before.by_programme)


def _sums(rows: Sequence[Any], names: Sequence[str]) -> tuple[Sum, ...]:
    made: dict[str, tuple[Any, ...]] = {}
    for name, (_, _, *more) in zip(names, rows, strict=True):
        made[name] = tuple(map(add, made.get(name, (0, 0, 0.0, 0)), more))
    return tuple(
        Sum(n, count, refused, round(value, 2), cents / 100)
        for n, (count, refused, value, cents) in sorted(made.items())
    )


def _notes(asked: Options) -> tuple[str, ...]:
    made = ["duty of a line: value · rate, rounded half up to the cent; totals are sums of cents",
            "no anti-dumping or countervailing duty; claims not made have the defaults of parley law rate"]  # fmt: skip
    if asked.whole_dollars:
        made.append("customs values are rounded to whole dollars first, as on an entry summary")
    if asked.fees:
        made += [f"fees by {source}" for source in sources()]
    return tuple(made)
