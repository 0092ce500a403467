"""Days on which nothing differs for some goods: what is asked once holds for all of them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache

from parley.law.content_counted import by_shares
from parley.law.edition import edition_days
from parley.law.explain import FIRST_DAY
from parley.law.measure import LATEST
from parley.law.metal_content import END, FIRST, SIGNED
from parley.law.products import column_2_days
from parley.law.readings import Reading, change_days, looked_at, looked_at_days, regime_as, seen_on
from parley.law.regime import Regime, knowledge
from parley.law.usmca_claims import change_days as use_days
from parley.law.value_shares import edge_stands


def first_alike(regime: Regime, destination: str, on: date, known: date | None) -> date:
    """The first of the days on which whole tables are those of a day, of any origins, by the law and as collected.

    Of goods on the water nothing is said: their share of a day's entries is its own.
    """
    if regime.carried:  # what a series carries to a line has days of its own
        return on
    days = turns(regime, destination, known)
    place = bisect_right(days, on)
    return max(days[place - 1], FIRST_DAY) if place and on >= FIRST_DAY else on


def turns(regime: Regime, destination: str, known: date | None) -> tuple[date, ...]:
    """The days on which a row, a list, an edge, an edition, a claim or what is known of them may change."""
    return regime.once("turns", (destination, known), lambda: _turns(regime, destination, known))


def _turns(regime: Regime, destination: str, known: date | None) -> tuple[date, ...]:
    rows = {id(m): m for r in (regime, regime.as_collected()) for m in r.of(destination)}.values()
    ends = {d for m in rows if date.min < (d := m.end_as_known(knowledge(known))) < LATEST}
    fixed = {FIRST, END, *SIGNED, *column_2_days(), *use_days(), *edition_days(destination)}
    return tuple(sorted(ends | looked_at(tuple(rows)) | fixed))


def known_alike(regime: Regime, destination: str, on: date, known: date | None) -> date | None:
    """None, the fullest knowledge, where all that bears on a day's law was known on a day; else that day."""
    if known is None:
        return None

    def told(seen: date | None) -> tuple[object, ...]:
        rows = regime.at(on, knowledge(seen), destination)
        edges = [edge_stands(e, on, knowledge(seen)) for m in rows for e in m.yields_to]
        return [*map(id, rows)], edges, by_shares(regime.content, on, seen)

    return None if told(known) == told(None) else known


class SameDays:
    """The law on an origin's goods entering the United States in a reading, and the first of the days on which it is the same.

    Lives as long as a run.
    """

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


__all__ = ["SameDays", "first_alike", "known_alike", "turns"]
