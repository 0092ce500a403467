"""Rates that are counted in two ways, or on a base that nobody named: no contradictions, and a list of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import combinations

from parley.codes import label
from parley.record.answers import Contradiction
from parley.record.clash_rules import Clash
from parley.record.contradictions import pair_of
from parley.record.entry import Entry
from parley.record.in_words import party
from parley.record.ledger import Ledger
from parley.record.predicates import MeasureStep, RateIs

LEVEL = ("added", "programme")  # the bases on which the record notes what the acts of the day add up to
CHANGED = ("in_force", "raised", "lowered", "suspended", "struck_down", "ended")
Stated = tuple[Entry, RateIs]
Level = tuple[float | None, date | None]
Changed = Callable[[str, str, date, date], bool | None]  # origin, destination, two days; None where law cannot tell


def base_differences(
    ledger: Ledger, on: date | None = None, known: date | None = None, changed: Changed | None = None
) -> list[Contradiction]:
    """Pairs of rates on one side's goods that differ while the duties did not change between their days.

    Rules: `different base` (two bases), `different value` (one base, one day, two values), `no base` (a rate whose base nobody
    named, beside the last one with a base before it, else the first after it). changed: whether law changed the duties of an
    origin in a destination between two days, where law is at hand; else the record's own notes of acts and levels are asked.
    """
    seen = ledger.known(known).until(on or known)
    stated = _voices(seen)
    found: dict[tuple[str, str, str], Contradiction] = {}
    for first, second in combinations([s for s in stated if s[1].base], 2):
        clash = _counted_otherwise(first, second)
        if clash and first[0].id != second[0].id and _same_duties(seen, changed, first, second):
            found.setdefault((first[0].id, second[0].id, clash.rule), pair_of(first[0], second[0], clash))
    for unnamed in stated:
        beside = _beside(seen, unnamed, stated, changed)
        if beside:
            clash = Clash(
                "no base", _about(unnamed[1], beside[1]), (f"a base for {_percent(unnamed[1].rate)} %: none is named",)
            )
            first, second = sorted((unnamed[0], beside[0]), key=lambda e: (e.on, e.id))
            found.setdefault((first.id, second.id, clash.rule), pair_of(first, second, clash))
    return sorted(found.values(), key=lambda p: (p["second"], p["first"], p["rule"]))


def _voices(seen: Ledger) -> list[Stated]:
    """The rates stated, each once on its base, by its first entry."""
    first: dict[tuple[float, str, str, str], Stated] = {}
    for entry, said in seen.affirming(RateIs):
        first.setdefault((said.rate, said.origin, said.destination, said.base), (entry, said))
    return list(first.values())


def _counted_otherwise(a: Stated, b: Stated) -> Clash | None:
    x, y = a[1], b[1]
    if (x.origin, x.destination) != (y.origin, y.destination) or x.rate == y.rate:
        return None
    if x.base == y.base and x.on == y.on:
        return Clash("different value", _about(x, y), ("another day, or other weights",))
    if x.base == y.base:
        return None  # the same count on two days is a change of law, not a contradiction
    return Clash("different base", _about(x, y), (f"another base: {_words(x.base)} here, {_words(y.base)} there",))


def _same_duties(seen: Ledger, changed: Changed | None, one: Stated, other: Stated) -> bool:
    """Whether two rates are of the same duties: by law where it can tell, else by what the record notes of acts and levels."""
    (first, x), (second, y) = one, other
    days = (x.on or first.on, y.on or second.on)
    moved = changed(x.origin, x.destination, *sorted(days)) if changed else None
    return _level(seen, x, days[0]) == _level(seen, y, days[1]) if moved is None else not moved


def _beside(seen: Ledger, unnamed: Stated, stated: list[Stated], changed: Changed | None) -> Stated | None:
    """The rate with a base that stands nearest to one without, under the same duties; None where one has the same rate."""
    entry, said = unnamed
    if said.base:
        return None
    pair = (said.origin, said.destination)
    named = [
        (e, s)
        for e, s in stated
        if s.base and (s.origin, s.destination) == pair and e.id != entry.id
        and _same_duties(seen, changed, unnamed, (e, s))
    ]  # fmt: skip
    before = [x for x in named if (x[0].on, x[0].id) < (entry.on, entry.id)]
    held = before or named
    if not held or any(s.rate == said.rate for _, s in held):
        return None
    return before[-1] if before else named[0]


def _level(seen: Ledger, said: RateIs, day: date) -> Level:
    """What the last act before a day left on the pair, as the record notes it, and the last day on which one changed it."""
    pair = (said.origin, said.destination)
    noted = [
        (s.on or e.on, s.rate)
        for e, s in seen.affirming(RateIs)
        if (s.origin, s.destination) == pair and s.base in LEVEL and (s.on or e.on) <= day
    ]
    steps = [
        s.start
        for e, s in seen.affirming(MeasureStep)
        if s.step in CHANGED and s.start and s.start <= day and _touches(e, s, pair)
    ]
    return (max(noted)[1] if noted else None), max(steps, default=None)


def _touches(entry: Entry, step: MeasureStep, pair: tuple[str, str]) -> bool:
    """Whether a step is of the destination's law and on the origin's goods."""
    origin, destination = pair
    levier = {"us": "USA", "cn": "CHN"}.get(step.measure.partition("-")[0], entry.behalf)
    return levier == destination and entry.target in (origin, levier, entry.behalf)


def _about(x: RateIs, y: RateIs) -> str:
    return (
        f"the duty on goods of {party(x.origin)} in {party(x.destination)}: {_percent(x.rate)} or {_percent(y.rate)} %"
    )


def _percent(rate: float) -> str:
    return f"{100 * rate:g}"


def _words(base: str) -> str:
    return " ".join(label(word) for word in base.split("_"))
