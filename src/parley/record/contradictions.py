"""Pairs of entries that cannot both be read as they stand, found by rule. No truth label: both sources, side by side.

Rules: `negation` (the same predicate, yes and no), `exclusive role` (one episode has one initiator), `different value`
(one quantity, two values), `different base` (one rate, two ways of counting it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

from parley.codes import label
from parley.record.answers import Contradiction, ContradictionSide, Rule
from parley.record.entry import Entry, source_row
from parley.record.ledger import Ledger
from parley.record.predicates import (
    Bought,
    Concluded,
    ContactHeld,
    DeadlineFirm,
    DeadlineMoved,
    InitiatedContact,
    Lawful,
    MeasureStep,
    RateIs,
    TalksOngoing,
    Violated,
    WillBuy,
    WillNegotiate,
)

SAME_TIME = timedelta(
    days=7
)  # "under way" speaks of the days around it; a week is the finest unit of approximate entries
LEVEL = ("added", "programme")  # the bases on which the record notes what the acts of the day add up to


class Clash(NamedTuple):
    """What a rule finds between two predicates, and what would make both right."""

    rule: Rule
    about: str
    reconcile: tuple[str, ...]


Said = tuple[Entry, Any]


def contradictions(ledger: Ledger, on: date | None = None, known: date | None = None) -> list[Contradiction]:
    """Every pair of entries up to a day, as known on a day, that a rule finds; in the order of the later entry."""
    seen = ledger.known(known).until(on or known)
    found: dict[tuple[str, str, str], Contradiction] = {}
    for kinds, rule in (*RULES, ((RateIs,), partial(_rates, seen))):
        for first, second in combinations(_voices(seen, kinds), 2):
            clash = rule(first, second) if first[0].id != second[0].id else None
            if clash:
                found.setdefault((first[0].id, second[0].id, clash.rule), _pair(first[0], second[0], clash))
    return sorted(found.values(), key=lambda p: (p["second"], p["first"], p["rule"]))


def _voices(seen: Ledger, kinds: tuple[type, ...]) -> Iterator[Said]:
    """The statements that a rule compares. A rate said again on the same base is compared once, by its first entry."""
    heard = set()
    for entry, said in seen.saying(*kinds):
        same = (said.rate, said.origin, said.destination, said.base) if isinstance(said, RateIs) else None
        if same is None or (same not in heard and said.base):
            yield entry, said
        heard.add(same)


def _pair(first: Entry, second: Entry, clash: Clash) -> Contradiction:
    return {
        "first": first.id,
        "second": second.id,
        "rule": clash.rule,
        "about": clash.about,
        "both_sources": [_side(first), _side(second)],
        "reconcile": list(clash.reconcile),
    }


def _side(entry: Entry) -> ContradictionSide:
    return {
        "entry": entry.id,
        "actor": entry.actor,
        "on": entry.on.isoformat(),
        "precision": entry.precision,
        "known": entry.known.isoformat(),
        "text": entry.text,
        "quote": entry.quote or None,
        "source": source_row(entry.source),
        "also": [source_row(s) for s in entry.also],
    }


def _initiators(a: Said, b: Said) -> Clash | None:
    (first, x), (second, y) = a, b
    if x.episode != y.episode or {x.by, x.to} != {y.by, y.to} or x.by == y.by:
        return None
    hints = ["another episode: each may count a different first step"]
    if x.channel != y.channel or not (x.channel and y.channel):
        hints.append(f"another channel: {x.channel or 'not stated'} here, {y.channel or 'not stated'} there")
    hints += _loose_days(first, second)
    return Clash("exclusive role", f"who approached whom ({x.episode})", tuple(hints))


def _ongoing(a: Said, b: Said) -> Clash | None:
    (first, x), (second, y) = a, b
    if set(x.parties) != set(y.parties) or x.about != y.about or x.value == y.value:
        return None
    if abs(first.on - second.on) > SAME_TIME:
        return None
    hints = ("another level: contacts of officials may or may not be called talks", *_loose_days(first, second))
    return Clash("negation", f"whether talks on {x.about} were under way", hints)


def _held(a: Said, b: Said) -> Clash | None:
    (first, x), (second, y) = a, b
    if set(x.parties) != set(y.parties) or x.channel != y.channel or x.value == y.value:
        return None
    if x.end < y.start or y.end < x.start:
        return None
    hints = ("another episode: a contact before the period that the other speaks of", *_loose_days(first, second))
    return Clash("negation", f"whether there was a {x.channel} between {_span(x, y)}", hints)


def _span(x: ContactHeld, y: ContactHeld) -> str:
    return f"{max(x.start, y.start)} and {min(x.end, y.end)}"


def _violations(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if (x.agreement, x.by) != (y.agreement, y.by) or x.value == y.value:
        return None
    return Clash("negation", f"whether {x.by} broke the agreement of {x.agreement.title()}",
                 ("another reading of what was agreed: neither names the clause",))  # fmt: skip


def _purchases(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if (x.by, x.seller, x.good, x.start) != (y.by, y.seller, y.good, y.start):
        return None
    if (x.quantity, x.due) == (y.quantity, y.due):
        return None
    about = f"{x.good}: {x.quantity:g} {x.unit} by {x.due}, or {y.quantity:g} {y.unit} by {y.due}"
    return Clash("different value", about, ("the later statement moves the day", "another count: booked or shipped"))


def _deadlines(a: Said, b: Said) -> Clash | None:
    firm, moved = (a, b) if isinstance(a[1], DeadlineFirm) else (b, a)
    if not isinstance(firm[1], DeadlineFirm) or not isinstance(moved[1], DeadlineMoved):
        return None
    if firm[1].deadline != moved[1].deadline or firm[1].due == moved[1].due or moved[0].on < firm[0].on:
        return None
    about = f"the deadline {firm[1].deadline}: firm on {firm[1].due}, then {moved[1].due}"
    return Clash("different value", about, ("another event: the end of the pause, or the first day of the rates",))


def _readiness(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if (x.by, x.to, x.issue) != (y.by, y.to, y.issue) or x.value == y.value:
        return None
    hints = (f"another condition: {x.condition or 'none named'} here, {y.condition or 'none named'} there",
             *_loose_days(a[0], b[0]))  # fmt: skip
    return Clash("negation", f"whether {x.by} is ready to discuss {x.issue}", hints)


def _rulings(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if x.programme != y.programme or x.value == y.value:
        return None
    hints = ("another court: the later one may overrule the earlier", "another moment: a ruling that is not final")
    return Clash("negation", f"whether the law carries the duties of {x.programme}", hints)


def _steps(a: Said, b: Said) -> Clash | None:
    """Two rates for one measure from one day: a functional predicate with two values."""
    x, y = a[1], b[1]
    if (x.measure, x.start) != (y.measure, y.start) or None in (x.rate, y.rate, x.start) or x.rate == y.rate:
        return None
    about = f"the rate of {x.measure} from {x.start}: {100 * x.rate:g} or {100 * y.rate:g} %"
    hints = ("another moment: announced, or charged", "another scope: goods on which the rate differs")
    return Clash("different value", about, (*hints, *_loose_days(a[0], b[0])))


def _counted(a: Said, b: Said) -> Clash | None:
    """Two counts of one thing as of one day."""
    (first, x), (second, y) = a, b
    if type(x) is not type(y) or first.on != second.on or x.by != y.by:
        return None
    if isinstance(x, Bought):
        same, values = (x.good, x.start) == (y.good, y.start), (f"{x.quantity:g} {x.unit}", f"{y.quantity:g} {y.unit}")
        thing = f"{x.good} bought by {x.by}"
    else:
        same, values, thing = x.what == y.what, (f"{x.count}", f"{y.count}"), f"{x.what} concluded by {x.by}"
    if not same or values[0] == values[1]:
        return None
    hints = ("another count: booked or shipped, signed or announced", *_loose_days(first, second))
    return Clash("different value", f"{thing} by {first.on}: {values[0]} or {values[1]}", hints)


def _rates(seen: Ledger, a: Said, b: Said) -> Clash | None:
    """Two counts of one rate, while the record knows of no change of the duties between the two days."""
    (first, x), (second, y) = a, b
    if (x.origin, x.destination) != (y.origin, y.destination) or x.rate == y.rate:
        return None
    if _level(seen, x, x.on or first.on) != _level(seen, y, y.on or second.on):
        return None
    about = f"the duty on goods of {x.origin} in {x.destination}: {100 * x.rate:g} or {100 * y.rate:g} %"
    if x.base == y.base and x.on == y.on:
        return Clash("different value", about, ("another day, or other weights",))
    if x.base == y.base:
        return None  # the same count on two days is a change of law, not a contradiction
    return Clash("different base", about, (f"another base: {_words(x.base)} here, {_words(y.base)} there",))


def _level(seen: Ledger, said: RateIs, day: date) -> float | None:
    """The rate that the last act before a day left on the pair, as the record notes it; None before the first."""
    pair = (said.origin, said.destination)
    noted = [
        (s.on or e.on, s.rate)
        for e, s in seen.saying(RateIs)
        if (s.origin, s.destination) == pair and s.base in LEVEL and (s.on or e.on) <= day
    ]
    return max(noted)[1] if noted else None


def _words(base: str) -> str:
    return " ".join(label(word) for word in base.split("_"))


def _loose_days(first: Entry, second: Entry) -> list[str]:
    """What the precision of the days leaves open."""
    loose = [f"{e.id} is dated to the {e.precision} only" for e in (first, second) if e.precision == "week"]
    return loose + [f"the day of {e.id} is approximate" for e in (first, second) if e.precision == "approx"]


RULES: tuple[tuple[tuple[type, ...], Callable[[Said, Said], Clash | None]], ...] = (
    ((InitiatedContact,), _initiators),
    ((TalksOngoing,), _ongoing),
    ((ContactHeld,), _held),
    ((Violated,), _violations),
    ((WillBuy,), _purchases),
    ((DeadlineFirm, DeadlineMoved), _deadlines),
    ((WillNegotiate,), _readiness),
    ((Lawful,), _rulings),
    ((MeasureStep,), _steps),
    ((Bought, Concluded), _counted),
)
