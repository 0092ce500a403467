"""What another law comes to on the same rows, and the change from it: in all, by origin, by month, by programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.law.shipments.totals import Report, Sum

ONE_SIDED = (
    "rows without a duty: {} before, {} now; a row that has a duty under one of the two laws alone is in one total alone, "
    "and so in the change"
)


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


def difference_of(now: Report, before: Report) -> Difference:
    """The change from the totals of the same rows under another law."""
    return Difference(
        before.rejected,
        before.duty_total,
        round(now.duty_total - before.duty_total, 2),
        _changes(now.by_origin, before.by_origin),
        _changes(now.by_month, before.by_month),
        before.by_programme,
    )


def _changes(now: Sequence[Sum], before: Sequence[Sum]) -> tuple[Change, ...]:
    """Group by group: both laws sum the same rows, so that the groups are the same."""
    pairs = zip(now, before, strict=True)
    return tuple(Change(a.name, b.rejected, a.rejected, b.duty, a.duty, round(a.duty - b.duty, 2)) for a, b in pairs)
