"""Days on which nothing differs for an origin's goods entering the United States: what is asked once holds for all of them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache

from parley.law.edition import edition_days
from parley.law.explain import FIRST_DAY
from parley.law.readings import Reading, change_days, looked_at_days, regime_as, seen_on
from parley.law.regime import Regime


class SameDays:
    """The law in a reading, and the first of the days on which it is the same. Lives as long as a run."""

    def __init__(self, regime: Regime, reading: Reading, known: date | None) -> None:
        self.regime, self.reading, self.known = regime_as(regime, reading), reading, known
        self._starts = cache(self._found)

    def _found(self, origin: str) -> tuple[date, ...]:
        moves = change_days(self.regime, origin, "USA", self.known) | looked_at_days(self.regime, origin, "USA")
        return tuple(sorted(moves | set(edition_days("USA"))))

    def first(self, origin: str, on: date) -> date:
        """The first day of those on which nothing differs from a day."""
        days = self._starts(origin)
        place = bisect_right(days, on)
        return max(days[place - 1], FIRST_DAY) if place and on >= FIRST_DAY else on

    def seen(self, on: date) -> date | None:
        """The day of knowledge with which a day is looked at."""
        return self.known if self.reading == "law" else seen_on(on, self.known)


__all__ = ["SameDays"]
