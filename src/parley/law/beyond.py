"""How far the law was read, and what an answer past that day can say.

Each levying authority has a last day to which its law was read (measures/read-to.csv). A question about a later day is
answered by what was scheduled by then, and says so. Where an act let something lapse or return "unless extended", nobody
here knows which came: the rate is unknown, and both branches are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from parley.codes import PROGRAMMES, day
from parley.errors import InputError
from parley.law.measure import LATEST, Measure
from parley.law.stacking import RateLine

if TYPE_CHECKING:
    from parley.law.explain import Explanation
    from parley.law.regime import Regime


@dataclass(frozen=True)
class Branch:
    """One of the two ways in which a contingent change may have gone, with the rates of that way (fractions)."""

    what: str
    rate: float | None
    base_rate: float | None
    added_rate: float | None
    added_2025: float | None


AS_SCHEDULED, AS_EXTENDED = "as scheduled", "if extended"


def note(law_known_to: date, on: date, authority: str = "") -> str:
    """What every answer past the last day read says first."""
    whose = f"the law of {authority}" if authority else "this law"
    return f"{on} is after {law_known_to}, the last day to which {whose} was read: later acts are not in this answer"


def contingent(rows: Iterable[Measure], law_known_to: date, on: date) -> tuple[Measure, ...]:
    """The rows whose start or end, between the last day read and the day asked, came only unless an act extended what stood."""
    return tuple(m for m in rows if m.contingent and law_known_to < _edge(m) <= on)


def _edge(m: Measure) -> date:
    return m.start if m.contingent == "start" else m.end or LATEST


def extended(regime: Regime, rows: Iterable[Measure]) -> Regime:
    """The regime in which what stood before the contingent changes was extended: no such row starts or ends."""
    pivots = set(map(id, rows))
    kept = (_as_extended(m) if id(m) in pivots else m for m in regime.measures)
    return replace(regime, measures=tuple(m for m in kept if m is not None))


def _as_extended(m: Measure) -> Measure | None:
    return None if m.contingent == "start" else msgspec.structs.replace(m, end=None, end_known=None, contingent="")


def words(m: Measure, law_known_to: date) -> str:
    """Why a contingent change is not stated as law."""
    what = "to begin" if m.contingent == "start" else "to lapse"
    return f"{m.id} was scheduled {what} on {_edge(m)} unless extended; the law was read to {law_known_to}"


def last_day_read(regime: Regime, destination: str, known: date | str | int | None = None) -> date:
    """The day that a question without one means: the last to which the law was read, or the day of knowledge if earlier."""
    read_to = regime.law_known_to(destination)
    if read_to is None:
        raise InputError("--on", "no day, and these acts do not say how far they were read", "YYYY-MM-DD")
    return read_to if known is None else min(read_to, day(known, "known"))


def branched(found: Explanation, other: Explanation, open_rows: Sequence[Measure]) -> Explanation:
    """The explanation as scheduled, with what differs from the one as extended unknown; itself where nothing does."""
    one, two = _by_place(found), _by_place(other)
    moved = {n for n in (*one, *two) if _adds(one.get(n)) != _adds(two.get(n))}
    if not moved:
        return found
    why = "; ".join(dict.fromkeys(words(m, found.law_known_to) for m in open_rows if found.law_known_to))
    shown = [replace(x, rate=None, contribution=None, reason=f"unknown: {why}") if n in moved else x
             for n, x in {**two, **one}.items()]  # fmt: skip
    ways = ((AS_SCHEDULED, found), (AS_EXTENDED, other))
    made = (Branch(what, x.rate, x.base_rate, x.added_rate, x.added_2025) for what, x in ways)
    return replace(
        found,
        lines=(shown[0], *sorted(shown[1:], key=lambda x: (PROGRAMMES.index(x.programme), x.measure))),
        branches=tuple(made),
    )


def _by_place(found: Explanation) -> dict[str, RateLine]:
    """The lines by measure; the base, whatever stands in its place, first and under no name."""
    return {"": found.lines[0], **{x.measure: x for x in found.lines[1:]}}


def _adds(line: RateLine | None) -> float | str | None:
    return "nothing" if line is None else line.contribution
