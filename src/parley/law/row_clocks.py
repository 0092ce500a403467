"""Rows with other clocks: as customs applied them, until another was announced in their place, ended on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from parley.law.measure import LATEST, Measure


def as_applied(m: Measure, late: Iterable[Measure]) -> Measure:
    """The row with the clocks of customs."""
    until = (x.collected_start for x in late if (m.key, m.origins, m.known_end) == (x.key, x.origins, x.learnt))
    known_end = next(until, m.known_end)
    if (m.collected_start, m.collected_end, known_end) == (None, None, m.known_end):
        return m
    return msgspec.structs.replace(
        m, end=m.collected_end or m.end, known=m.collected_start or m.known, known_end=known_end
    )


def until_announced(m: Measure, new: Iterable[Measure]) -> Measure:
    """A step that is still to come on the day on which another of its id was announced in its place, known until then."""
    later = [x.learnt for x in new if (x.id, x.origins, x.rank) == (m.id, m.origins, m.rank)
             and m.learnt < x.learnt < min(m.start, m.known_end or LATEST)]  # fmt: skip
    return msgspec.structs.replace(m, known_end=min(later)) if later else m


def ended(m: Measure, cut: date) -> Measure | None:
    """The row ended on a day; None if it had not begun by then."""
    if m.start >= cut:
        return None
    if m.end is not None and m.end <= cut and (m.end_known or m.learnt) <= m.learnt:
        return m
    return msgspec.structs.replace(m, end=min(cut, m.end or LATEST), end_known=None)
