"""Rates that were announced and are not law on the day: for a later day, or for that day and replaced before it came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from parley.law.explain import OF_THE_CONFLICT, Explanation
from parley.law.measure import covers_origin
from parley.law.readings import change_days, seen_on
from parley.law.regime import Regime
from parley.scenario.commitments import PROBES

AHEAD = timedelta(days=400)  # announcements reach a year ahead at most: the truce of November 2025 ran for one
A_DAY = timedelta(days=1)
SAME = 1e-9


@dataclass(frozen=True)
class Candidate:
    """One base and what it gives: rate as a fraction (None where it cannot be computed), and its lines."""

    base: str
    words: str
    rate: float | None
    lines: tuple[tuple[str, float | None], ...]
    reason: str = ""


def announced(regime: Regime, origin: str, destination: str, on: date, known: date | None) -> Iterator[Candidate]:
    """What a typical line was to pay by acts signed by the day: on later days, and on the day itself as it once stood."""
    probe = PROBES.get(destination)
    if probe is None:
        return
    seen = seen_on(on, known)
    now = _parts(regime.explain(probe, origin, destination, on, known))
    told: set[float] = {sum(now.values()), *now.values()}
    for day in sorted(change_days(regime, origin, destination, seen)):
        if on < day <= on + AHEAD:
            then = _parts(regime.explain(probe, origin, destination, day, seen))
            yield from _candidates(then, f"as announced for {day}", told)
    for before in _told_before(regime, origin, destination, on, seen):
        eve, then = (_parts(regime.explain(probe, origin, destination, d, before)) for d in (on - A_DAY, on))
        if eve != then:
            yield from _candidates(then, f"as announced by {before} for this day, and replaced before it came", told)


def _parts(explained: Explanation) -> dict[str, float]:
    """What acts of 2025 and later add, by programme; nothing where a part is unknown."""
    found: dict[str, float] = {}
    for line in explained.lines:
        if line.signed and line.signed >= OF_THE_CONFLICT:
            if line.contribution is None:
                return {}
            found[line.programme] = found.get(line.programme, 0.0) + line.contribution
    return {p: r for p, r in found.items() if abs(r) > SAME}


def _candidates(parts: dict[str, float], when: str, told: set[float]) -> Iterator[Candidate]:
    """The additions together, then each programme alone, where no earlier candidate had the same rate."""
    total = sum(parts.values())
    rows = [("duties added since 2025 alone", total, tuple(parts.items()))]
    rows += [(f"{p} alone", r, ((p, r),)) for p, r in parts.items() if len(parts) > 1]
    for words, rate, lines in rows:
        if rate > SAME and all(abs(rate - other) > SAME for other in told):
            told.add(rate)
            yield Candidate("announced", f"{words}, {when}, on a toy", rate, lines)


def _told_before(regime: Regime, origin: str, destination: str, on: date, seen: date) -> list[date]:
    """The days before one on which a change for that very day became known, the latest first."""
    steps = [m for m in regime.measures if m.act.authority == destination and on in (m.start, m.end)]
    told = {m.known or m.act.signed for m in steps if covers_origin(m, origin)}
    return sorted((d for d in told if OF_THE_CONFLICT <= d < seen), reverse=True)
