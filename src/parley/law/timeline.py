"""The steps of a conflict in order: what started and ended on an origin's goods, by which acts, in three readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from parley.codes import country, day
from parley.errors import DateError
from parley.law.as_known import cited_as_known
from parley.law.entry_claims import CLAIMS, claim_of
from parley.law.measure import LATEST, Measure
from parley.law.readings import Reading, rows_on
from parley.law.regime import Regime, knowledge


@dataclass(frozen=True)
class Step:
    """What one measure did on one day: started at a rate, moved from one to another, or ended.

    In the announced reading: announced (due is its first day), or replaced before that day. before and after are
    fractions of customs value.
    """

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
    due: date | None = None


def timeline(
    regime: Regime,
    origin: str,
    destination: str,
    since: date | str | int,
    until: date | str | int,
    known: date | str | int | None = None,
    reading: Reading = "law",
) -> list[Step]:
    """The steps of a period in order of day, as known on a day: rows of one id are one history."""
    origin, destination = country(origin, "origin"), country(destination, "destination")
    first, last = day(since, "since"), day(until, "until")
    if last < first:
        raise DateError("until", f"{last} is before {first}", "a day on or after --since")
    seen = knowledge(known)
    if reading == "announced":
        rows = rows_on(regime.as_announced(), origin, destination)
        steps = [s for m in rows if m.learnt <= seen for s in _announced(cited_as_known(m, seen), seen)]
    else:
        applied = regime.as_collected() if reading == "collected" else regime
        rows = rows_on(applied, origin, destination)
        held = _as_charged(rows, seen) if reading == "collected" else [m for m in rows if m.is_known(seen)]
        steps = _moves([cited_as_known(m, seen) for m in held], seen)
    return sorted((s for s in steps if first <= s.on <= last), key=lambda s: (s.on, s.programme, s.measure, s.scope))


def _moves(held: Sequence[Measure], seen: date) -> list[Step]:
    groups: dict[tuple, list[Measure]] = {}
    for m in held:
        groups.setdefault(_identity(m), []).append(m)
    return [s for history in groups.values() for s in _steps(history, seen)]


def _as_charged(rows: Sequence[Measure], seen: date) -> list[Measure]:
    """The rows on the days on which they were both in force and known."""
    made = []
    for m in (m for m in rows if m.learnt <= seen):
        ended = max(m.end, m.end_known or m.end) if m.end_as_known(seen) < LATEST and m.end else LATEST
        end = min(ended, m.known_end or LATEST)
        if max(m.start, m.learnt) < end:
            clocks = {"start": max(m.start, m.learnt), "end": None if end == LATEST else end}
            made.append(msgspec.structs.replace(m, **clocks, end_known=None, known_end=None))
    return made


def _announced(m: Measure, seen: date) -> Iterator[Step]:
    """The day on which a step was announced; and the day on which it was replaced, where it never came."""
    yield _step(m.learnt, m, None, m.rate, "announced", m.start)
    if m.known_end and m.known_end <= min(m.start, seen):
        yield _step(m.known_end, m, m.rate, None, "replaced", m.start)


def _identity(m: Measure) -> tuple:
    """Rows of one id on the same goods are one history, whatever claims a step asks for (in-transit cut-offs move)."""
    return m.id, m.products, m.product_list, m.combine, tuple(sorted(m.when))


def carries_on(rows: Sequence[Measure], seen: date) -> set[int]:
    """The places of rows that only carry a rate on, on the same goods, when an in-transit rule of their own act has run out."""
    ends = {(_terms(m), m.end_as_known(seen)) for m in rows if any(CLAIMS[claim_of(c)].in_transit for c in m.unless)}
    return {k for k, m in enumerate(rows) if (_terms(m), m.start) in ends}


def _terms(m: Measure) -> tuple:
    """What a row levies and on what, but for its days and for goods on the way."""
    kept = tuple(sorted((c, str(v)) for c, v in m.unless.items() if not CLAIMS[claim_of(c)].in_transit))
    return _identity(m), m.act.id, m.rate, m.expression, m.origins, m.origins_except, m.products_except, m.share, kept


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


def _step(on: date, m: Measure, before: float | None, after: float | None, what: str, due: date | None = None) -> Step:
    scope = m.product_list or ("all goods" if "*" in m.products else f"{len(m.products)} prefixes")
    act = m.terminated_by if what == "ended" and m.terminated_by else m.act.id
    return Step(on, m.id, m.programme, before, after, m.combine, what, scope, act, m.source, due)
