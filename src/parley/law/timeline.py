"""The steps of a conflict in order: what started and ended on an origin's goods, by which acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parley.codes import country, day, union_of
from parley.errors import DateError
from parley.law.measure import LATEST, Measure
from parley.law.regime import Regime, knowledge
from parley.law.scope import covers_origin


@dataclass(frozen=True)
class Step:
    """What one measure did on one day: started at a rate, moved from one to another, or ended."""

    on: date
    measure: str
    programme: str
    before: float | None
    after: float | None
    combine: str
    what: str
    scope: str
    act: str
    source: str


def timeline(
    regime: Regime,
    origin: str,
    destination: str,
    since: date | str,
    until: date | str,
    known: date | str | None = None,
) -> list[Step]:
    """The steps of a period in order of day, as known on a day: rows of one id are one history."""
    origin, destination = country(origin, "origin"), country(destination, "destination")
    first, last = day(since, "since"), day(until, "until")
    if last < first:
        raise DateError("until", f"{last} is before {first}", "a day on or after --since")
    seen = knowledge(known)
    rows = [m for m in regime.measures if m.act.authority in (destination, union_of(destination))]
    held = [m for m in rows if covers_origin(m, origin) and m.is_known(seen)]
    groups: dict[tuple, list[Measure]] = {}
    for m in held:
        groups.setdefault(_identity(m), []).append(m)
    steps = [s for history in groups.values() for s in _steps(history, seen)]
    return sorted((s for s in steps if first <= s.on <= last), key=lambda s: (s.on, s.programme, s.measure, s.scope))


def _identity(m: Measure) -> tuple:
    """Rows of one id on the same goods are one history, whatever claims a step asks for (in-transit cut-offs move)."""
    return m.id, m.products, m.product_list, m.combine, tuple(sorted(m.when))


def _steps(history: Sequence[Measure], known: date) -> list[Step]:
    """Starts, moves and ends of one history; an end on the day of the next start is a move."""
    rows = sorted(history, key=lambda m: m.start)
    made = []
    for k, m in enumerate(rows):
        before = rows[k - 1] if k and rows[k - 1].end_as_known(known) == m.start else None
        made.append(_step(m.start, m, before.rate if before else None, m.rate, "changed" if before else "started"))
        end = m.end_as_known(known)
        if end < LATEST and not (k + 1 < len(rows) and rows[k + 1].start == end):
            made.append(_step(end, m, m.rate, None, "ended"))
    return made


def _step(on: date, m: Measure, before: float | None, after: float | None, what: str) -> Step:
    scope = m.product_list or ("all goods" if "*" in m.products else f"{len(m.products)} prefixes")
    act = m.terminated_by if what == "ended" and m.terminated_by else m.act.id
    return Step(on, m.id, m.programme, before, after, m.combine, what, scope, act, m.source)
