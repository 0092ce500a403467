"""In-transit rules: acts that spare, or charge less on, goods that were loaded or exported before a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from parley.codes import countries
from parley.law.as_known import cited_as_known
from parley.law.entry_claims import CLAIMS, bound_of, claim_of
from parley.law.measure import LATEST, Measure, in_origins
from parley.law.regime import Regime
from parley.law.shipments.compile.tables import rows_of

WATER = tuple(n for n, c in CLAIMS.items() if c.in_transit)  # the claims on which such rules turn


@dataclass(frozen=True)
class TransitRule:
    """What one act says of goods loaded (or exported) before a day.

    origins: the days of entry [first, end) on which the rule speaks, by origin. sources: of the rows that hold it.
    """

    destination: str
    act: str
    title: str
    claim: str
    before: date
    origins: Mapping[str, tuple[date, date]]
    sources: tuple[str, ...]

    @property
    def start(self) -> date:
        """The first day of entry on which it speaks."""
        return min(first for first, _ in self.origins.values())

    @property
    def end(self) -> date:
        """The first day of entry on which it no longer does."""
        return max(last for _, last in self.origins.values())


def transit_rules(regime: Regime, destination: str, known: date | None = None) -> tuple[TransitRule, ...]:
    """The in-transit rules of a destination as known on a day, in the order of their days."""
    seen = known or LATEST
    held: dict[tuple[str, str, date], list[Measure]] = {}
    for m in rows_of(regime, destination):
        if m.is_known(seen):
            for claim, cut in sorted(_cuts(m)):
                held.setdefault((m.act.id, claim, cut), []).append(cited_as_known(m, seen))
    found = (_rule(destination, claim, cut, rows, seen) for (_, claim, cut), rows in held.items())
    return tuple(sorted((r for r in found if r.origins), key=lambda r: (r.before, r.start, r.act)))


def _cuts(m: Measure) -> set[tuple[str, date]]:
    """The claims and days on which a row's conditions turn: goods of the day before stand on the other side."""
    found = set()
    for name, wanted in (*m.when.items(), *m.unless.items()):
        sign, bound = bound_of(name, wanted)
        if claim_of(name) in WATER and sign and isinstance(bound, date):
            found.add((claim_of(name), bound + timedelta(sign in ("<=", ">"))))
    return found


def _rule(destination: str, claim: str, cut: date, rows: list[Measure], seen: date) -> TransitRule:
    spans: dict[str, tuple[date, date]] = {}
    scopes = dict.fromkeys((m.origins, m.origins_except, m.start, m.end_as_known(seen)) for m in rows)
    for inside, outside, first, last in scopes:
        for origin in countries() if first < last else ():
            if origin != destination and in_origins(inside, outside, origin):
                a, b = spans.get(origin, (first, last))
                spans[origin] = (min(a, first), max(b, last))
    sources = tuple(dict.fromkeys(m.source for m in rows))
    return TransitRule(destination, rows[0].act.id, rows[0].act.title, claim, cut, spans, sources)
