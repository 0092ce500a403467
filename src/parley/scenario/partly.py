"""How much of a promised change of a duty came: the part beyond what had been in force or scheduled when it was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from parley.errors import ParleyError
from parley.record.outcomes import due_of
from parley.record.predicates import WillImpose, WillLower, WillRemove

A_DAY = timedelta(days=1)
LEAST = 5e-7  # of a rate
Charged = Callable[[date, date | None], float]  # a day, and the day as known on which


class Part(NamedTuple):
    """most: the largest part of the change that was seen, from 0 to 1, and the first day of it; by_due: the part on the day named."""

    most: float = 0.0
    on: date | None = None
    by_due: float | None = None


def part_done(
    said: WillImpose | WillLower | WillRemove,
    told: date,
    days: Iterable[date],
    until: date,
    known: date | None,
    charged: Charged,
) -> Part:
    """The part of the way from where the rate would have been to where it was to be.

    told: the day of the words; days: those on which the law changes, the first of the promise before them; until: the day of
    asking. Where the rate would have been: the further along of the eve, and of what was scheduled on the eve of the words.
    """
    first, *_ = days = [*days]
    due = due_of(said)
    try:
        eve = charged(first - A_DAY, known)
        aim, base = _aim(said, eve), _base(said, eve, charged(due or first, told - A_DAY))
        rates = {d: charged(d, known) for d in {*days, min(due or until, until)}}
    except (LookupError, ParleyError):  # law does not say where it would have been: no part can be named
        return Part()
    if aim is None or (aim - base) * (1 if isinstance(said, WillImpose) else -1) <= LEAST:
        return Part()
    parts = {d: min(1.0, max(0.0, (rate - base) / (aim - base))) for d, rate in rates.items()}
    most = max(parts.values())
    return Part(most, min(d for d, part in parts.items() if part == most), parts[min(due or until, until)])


def _aim(said: WillImpose | WillLower | WillRemove, eve: float) -> float | None:
    if isinstance(said, WillRemove):
        return 0.0
    if isinstance(said, WillLower) or said.bound is None:
        return said.bound
    return said.bound + (eve if said.added else 0.0)


def _base(said: WillImpose | WillLower | WillRemove, eve: float, scheduled: float) -> float:
    return max(eve, scheduled) if isinstance(said, WillImpose) else min(eve, scheduled)


def beyond_range(said: WillImpose | WillLower | WillRemove, rate: float) -> str:
    """Of a range: whether the rate stayed within it; nothing where none was named."""
    if isinstance(said, WillRemove) or said.rate_to is None or (isinstance(said, WillImpose) and said.added):
        return ""
    other = said.rate_to
    low, high = sorted((said.rate or 0.0, other))
    span = f"the range that was named, {100 * low:g} to {100 * high:g} %"
    return f"{100 * rate:g} % is {'within' if low - LEAST <= rate <= high + LEAST else 'beyond'} {span}"
