"""Sums of judged lines: by origin and month, by legal authority, and how often each reason to refuse one occurs."""

from __future__ import annotations

from dataclasses import dataclass
from operator import add
from typing import TypedDict

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import PROGRAMMES
from parley.law.shipments.judge import Judged
from parley.law.shipments.rejects import REASONS
from parley.law.shipments.typed import NO_DAY

Groups = dict[tuple[int, int], list[int | float]]  # by place of origin and year · 12 + month (−1: none)
FIRST_YEAR = 1970
LAST_DAY, MOST_DAYS = (1 << 31) - 1, 1 << 14  # the days of a batch within so many are counted through


class SumsRow(TypedDict):
    """Sums as a line of the journal holds them. groups: origin, month, rows, refused rows, dollars of value, cents of duty."""

    groups: list[list[int | float]]
    programmes: list[float]
    reasons: list[int]


@dataclass(frozen=True)
class Sums:
    """groups: rows, refused rows, value in dollars and duty in cents of the others. programmes: dollars before the rounding of
    lines. reasons: how many lines by number of the reason (rejects.REASONS)."""

    groups: Groups
    programmes: list[float]
    reasons: list[int]

    @classmethod
    def none(cls) -> Sums:
        """Of no lines."""
        return cls({}, [0.0] * len(PROGRAMMES), [0] * (max(REASONS) + 1))

    @classmethod
    def of(cls, judged: Judged) -> Sums:
        """The sums of a batch."""
        slot, months = _slots(judged.origin, judged.day)
        refused = np.flatnonzero(judged.reason)
        value = judged.value.copy()
        value[refused] = 0.0
        rows = np.bincount(slot)
        met = np.flatnonzero(rows)
        sums = (rows, np.bincount(slot[refused], minlength=len(rows)), np.bincount(slot, value),
                np.bincount(slot, judged.cents).astype(np.int64))  # fmt: skip
        told = zip(*(column[met].tolist() for column in sums), strict=True)
        keys = ((k // len(months) - 1, months[k % len(months)]) for k in met.tolist())
        groups = {key: list(numbers) for key, numbers in zip(keys, told, strict=True)}
        reasons = np.bincount(judged.reason, minlength=max(REASONS) + 1)
        return cls(groups, judged.programmes.tolist(), reasons.tolist())

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return sum(self.reasons)

    def merge(self, other: Sums) -> Sums:
        """These and others together."""
        made = {k: [*v] for k, v in self.groups.items()}
        for key, numbers in other.groups.items():
            made[key] = list(map(add, made[key], numbers)) if key in made else [*numbers]
        return Sums(
            made, list(map(add, self.programmes, other.programmes)), list(map(add, self.reasons, other.reasons))
        )

    def as_json(self) -> SumsRow:
        """As a line of the journal."""
        return {
            "groups": [[*k, *v] for k, v in self.groups.items()],
            "programmes": self.programmes,
            "reasons": self.reasons,
        }

    @classmethod
    def from_json(cls, row: SumsRow) -> Sums:
        """What `as_json` gave."""
        return cls({(int(g[0]), int(g[1])): g[2:] for g in row["groups"]}, row["programmes"], row["reasons"])


def _slots(origin: Int[ndarray, " n"], day: Int[ndarray, " n"]) -> tuple[Int[ndarray, " n"], list[int]]:
    """Of each line (origin + 1) · months + the place of its month, and the months: year · 12 + month, −1 for none."""
    low, high = int(day.min(where=day != NO_DAY, initial=LAST_DAY)), int(day.max(initial=NO_DAY))
    if 0 <= high - low < MOST_DAYS:
        days, place = np.arange(low - 1, high + 1), np.maximum(day, low - 1) - (low - 1)
        days[0] = NO_DAY
    else:
        days, place = np.unique(day, return_inverse=True)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + FIRST_YEAR * 12 + 1
    months, at = np.unique(np.where(days == NO_DAY, -1, month), return_inverse=True)
    return (origin.astype(np.int64) + 1) * len(months) + np.take(at, place), months.tolist()


__all__ = ["Groups", "Sums", "SumsRow"]
