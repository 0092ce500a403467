"""Sums of judged lines: by origin and month, by legal authority, and how often each reason to refuse one occurs."""

from __future__ import annotations

from dataclasses import dataclass
from operator import add
from typing import TypedDict

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import PROGRAMMES
from parley.law.shipments.compile.claim_classes import factorised
from parley.law.shipments.judge import Judged
from parley.law.shipments.rejects import REASONS
from parley.law.shipments.typed import NO_DAY

Groups = dict[tuple[int, int], list[int | float]]  # by place of origin and year · 12 + month (−1: none)
FIRST_YEAR = 1970
MOST_MONTHS = 400  # of a batch, for which every month has a slot


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
        slot, keys = _slots(judged.origin, _months(judged.day))
        good = judged.reason == 0
        held = judged.value if good.all() else np.where(good, judged.value, 0.0)
        rows = np.bincount(slot, minlength=len(keys))
        sums = [rows, rows - np.bincount(slot, good, len(rows)).astype(np.int64), np.bincount(slot, held, len(rows)),
                np.bincount(slot, judged.cents, len(rows)).astype(np.int64)]  # fmt: skip
        told = zip(*(column.tolist() for column in sums), strict=True)
        groups = {key: list(numbers) for key, numbers in zip(keys, told, strict=True) if numbers[0]}
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


def _slots(origin: Int[ndarray, " n"], month: Int[ndarray, " n"]) -> tuple[Int[ndarray, " n"], list[tuple[int, int]]]:
    """A number for each line's origin and month, and what the numbers stand for."""
    if not len(month):
        return np.zeros(0, dtype=np.int64), []
    first, width = int(month.min()), int(np.ptp(month)) + 1
    key = (origin.astype(np.int64) + 1) * width + (month - first)
    keys, slot = (list(range(int(key.max()) + 1)), key) if width < MOST_MONTHS else factorised(key)
    return slot, [(k // width - 1, k % width + first) for k in keys]


def _months(day: Int[ndarray, " n"]) -> Int[ndarray, " n"]:
    """year · 12 + month of each day since 1970; −1 for none."""
    none = day == NO_DAY
    known = day[~none] if none.any() else day
    low, high = (int(known.min()), int(known.max())) if len(known) else (0, 0)
    if high - low < MOST_MONTHS * 31:
        table = np.arange(low, high + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        found = np.take(table, known - low)
    else:
        found = known.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found += FIRST_YEAR * 12 + 1
    if len(known) == len(day):
        return found
    made = np.full(len(day), -1, dtype=np.int64)
    made[~none] = found
    return made


__all__ = ["Groups", "Sums", "SumsRow"]
