"""Sums of judged lines: by origin and month, by legal authority, and how often each reason to refuse one occurs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.judge import Judged
from parley.law.shipments.rejects import REASONS
from parley.law.shipments.typed import NO_DAY

_REASONS = max(REASONS) + 1
FIRST_YEAR = 1970
LAST_DAY, MOST_DAYS = (1 << 31) - 1, 1 << 14  # the days of a batch within so many are counted through
MONTHS = 1 << 18  # of a group's key: (place of origin + 1) · MONTHS + year · 12 + month + 1, of which −1 is none


@dataclass(frozen=True, eq=False)
class Sums:
    """By group of origin and month, in order of key: rows, refused rows and cents of duty; dollars of value of the others.
    programmes: dollars before the rounding of lines. reasons: how many lines by number of the reason (rejects.REASONS)."""

    keys: Int[ndarray, " g"]
    counts: Int[ndarray, "three g"]
    value: Float[ndarray, " g"]
    programmes: Float[ndarray, " p"]
    reasons: Int[ndarray, " r"]

    @classmethod
    def none(cls) -> Sums:
        """Of no lines."""
        none, counts = np.zeros(0, np.int64), np.zeros((3, 0), np.int64)
        return cls(none, counts, np.zeros(0), np.zeros(len(PROGRAMMES)), np.zeros(_REASONS, np.int64))

    @classmethod
    def of(cls, judged: Judged) -> Sums:
        """The sums of a batch."""
        slot, months = _slots(judged.origin, judged.day)
        refused = np.flatnonzero(judged.reason)
        value = judged.value.copy()
        value[refused] = 0.0
        rows = np.bincount(slot)
        met = np.flatnonzero(rows)
        counts = (
            rows,
            np.bincount(slot[refused], minlength=len(rows)),
            np.bincount(slot, judged.cents).astype(np.int64),
        )
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


def _slots(origin: Int[ndarray, " n"], day: Int[ndarray, " n"]) -> tuple[Int[ndarray, " n"], Int[ndarray, " m"]]:
    """Of each line (origin + 1) · months + the place of its month, and the months: year · 12 + month, −1 for none."""
    low, high = int(day.min(where=day != NO_DAY, initial=LAST_DAY)), int(day.max(initial=NO_DAY))
    if 0 <= high - low < MOST_DAYS:
        days, place = np.arange(low - 1, high + 1), np.maximum(day, low - 1) - (low - 1)
        days[0] = NO_DAY
    else:
        days, place = np.unique(day, return_inverse=True)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + FIRST_YEAR * 12 + 1
    months, at = np.unique(np.where(days == NO_DAY, -1, month), return_inverse=True)
    return (origin.astype(np.int64) + 1) * len(months) + np.take(at, place), months
