"""Pairs of entries that cannot both be read as they stand, found by rule. No truth label: both sources, side by side.

Rules: `negation` (the same predicate, yes and no), `exclusive role` (one episode has one initiator), `different kinds` (a meeting
held against no talks), `different value` (one quantity, two values). Rates counted in two ways are in `record/rate_pairs.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any, NamedTuple, get_args

from parley.record.answers import Contradiction, ContradictionSide, Rule
from parley.record.entry import Entry, source_row
from parley.record.ledger import Ledger
from parley.record.outcomes import counted
from parley.record.predicates import (
    Bought,
    Concluded,
    ContactHeld,
    DeadlineFirm,
    DeadlineMoved,
    InitiatedContact,
    Lawful,
    MeasureStep,
    Says,
    TalksOngoing,
    Violated,
    WillBuy,
    WillNegotiate,
)

SAME_TIME = timedelta(
    days=7
)  # "under way" speaks of the days around it; a week is the finest unit of approximate entries
NEAR = timedelta(days=14)  # counts that end so close together are of one time
CHANGES = ("withdraws", "retracts", "amends", "moves", "suspends", "replaces", "extends", "strikes_down", "implements")
LOOSE = ("otherwise", "condition", "channel", "where")  # words that may differ between a statement and its opposite
OWN_RULE = (TalksOngoing, ContactHeld, WillNegotiate, Violated, Lawful)


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
    for kinds, rule in RULES:
        for first, second in combinations(seen.saying(*kinds), 2):
            clash = rule(first, second) if first[0].id != second[0].id else None
            if clash:
                found.setdefault((first[0].id, second[0].id, clash.rule), pair_of(first[0], second[0], clash))
    for first, second, clash in _opposites(seen):
        found.setdefault((first.id, second.id, clash.rule), pair_of(first, second, clash))
    return sorted(found.values(), key=lambda p: (p["second"], p["first"], p["rule"]))


def pair_of(first: Entry, second: Entry, clash: Clash) -> Contradiction:
    """Two entries side by side with their sources and what would make both right."""
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


def _opposites(seen: Ledger) -> Iterator[tuple[Entry, Entry, Clash]]:
    """What one entry says and another denies (value = false), for every predicate that has no rule of its own.

    No pair where the later entry changes the earlier, or where another thing is promised later on.
    """
    denied = {_what(s) for _, s in seen.saying(*SAYS) if not s.value and not isinstance(s, OWN_RULE)}
    told = [(e, s) for e, s in seen.saying(*SAYS) if denied and _what(s) in denied]
    for (first, x), (second, y) in combinations(told, 2):
        if first.id == second.id or x.value == y.value or _what(x) != _what(y):
            continue
        changed = any(r.to == first.id and r.how in CHANGES for r in second.relates)
        gap = second.on - first.on
        another = _tag(x).startswith("will_") and gap > (SAME_TIME if first.behalf != second.behalf else timedelta(0))
        if not changed and not another:
            words = " ".join(str(part) for part in _what(x)[1:] if part)
            hints = ("another meaning of the words", *_loose_days(first, second))
            yield first, second, Clash("negation", f"whether {words} ({_tag(x).replace('_', ' ')})", hints)


def _what(said: Any) -> tuple[object, ...]:
    """What a statement is about, apart from yes or no: its kind and its names, with the rate or day that it hangs on."""
    named = [getattr(said, f) for f in said.__struct_fields__ if f not in ("value", *LOOSE)]
    ends = [getattr(said, f, None) for f in ("rate", "rate_to")]
    due = said.due if isinstance(said, DeadlineFirm) else None
    return (_tag(said), *(x for x in named if isinstance(x, (str, tuple))), *ends, due)


def _tag(said: Any) -> str:
    return type(said).__struct_config__.tag


def _kinds(a: Said, b: Said) -> Clash | None:
    """No talks of late, and yet a meeting in those days: different kinds of statement about one thing."""
    (first, x), (second, y) = (a, b) if isinstance(a[1], TalksOngoing) else (b, a)
    if not isinstance(x, TalksOngoing) or not isinstance(y, ContactHeld) or x.value or not y.value:
        return None
    definite = y.channel in ("meeting", "officials") and y.end - y.start <= SAME_TIME
    if set(x.parties) != set(y.parties) or not definite or not first.on - SAME_TIME <= y.end or y.start > first.on:
        return None
    hints = ("another level: contacts of officials may or may not be called talks", *_loose_days(first, second))
    held = f"a {y.channel}" if y.channel == "meeting" else "contact of officials"
    return Clash("different kinds", f"no talks on {x.about}, and {held} by {y.end}", hints)


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
    if (x.by, x.seller, x.good, x.unit) != (y.by, y.seller, y.good, y.unit) or not _one_period(x, y):
        return None
    if (x.quantity, x.due) == (y.quantity, y.due):
        return None
    about = f"{x.good}: {x.quantity:g} {x.unit} by {x.due}, or {y.quantity:g} {y.unit} by {y.due}"
    return Clash("different value", about, ("the later statement moves the day", "another count: booked or shipped"))


def _one_period(x: WillBuy, y: WillBuy) -> bool:
    """Whether two periods overlap by at least half of the shorter."""
    common = (min(x.due, y.due) - max(x.start, y.start)).days + 1
    return 2 * common >= min((x.due - x.start).days, (y.due - y.start).days) + 1


def _deadlines(a: Said, b: Said) -> Clash | None:
    firm, moved = (a, b) if isinstance(a[1], DeadlineFirm) else (b, a)
    if not isinstance(firm[1], DeadlineFirm) or not isinstance(moved[1], DeadlineMoved) or not firm[1].value:
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
    if not (x.value and y.value):
        return None
    if (x.measure, x.start) != (y.measure, y.start) or None in (x.rate, y.rate, x.start) or x.rate == y.rate:
        return None
    about = f"the rate of {x.measure} from {x.start}: {100 * x.rate:g} or {100 * y.rate:g} %"
    hints = ("another moment: announced, or charged", "another scope: goods on which the rate differs")
    return Clash("different value", about, (*hints, *_loose_days(a[0], b[0])))


def _counted(a: Said, b: Said) -> Clash | None:
    """Two counts of one thing as of one time: of purchases within two weeks of each other, or fewer after more."""
    (first, x), (second, y) = a, b
    if type(x) is not type(y) or x.by != y.by:
        return None
    if isinstance(x, Bought):
        same = (x.good, x.unit) == (y.good, y.unit) and _one_time(counted(first, x), counted(second, y), x, y)
        values = (f"{x.quantity:g} {x.unit}", f"{y.quantity:g} {y.unit}")
        thing = f"{x.good} bought by {x.by}"
    elif first.on != second.on:
        return None
    else:
        same, values, thing = x.what == y.what, (f"{x.count}", f"{y.count}"), f"{x.what} concluded by {x.by}"
    if not same or values[0] == values[1]:
        return None
    hints = ("another count: booked or shipped, signed or announced", *_loose_days(first, second))
    if isinstance(x, Bought) and counted(first, x) != counted(second, y):
        hints = (f"another day: {counted(first, x)} here, {counted(second, y)} there", *hints)
    return Clash("different value", f"{thing} by {second.on}: {values[0]} or {values[1]}", hints)


def _one_time(first: date, second: date, x: Bought, y: Bought) -> bool:
    """Whether two counts cannot both be right as they stand: of one period and day; or a longer period with less."""
    if abs(x.start - y.start) > NEAR:
        return False
    if first == second or ((x.until or y.until) and abs(first - second) <= NEAR):
        return True
    return (first < second and x.quantity > y.quantity) or (second < first and y.quantity > x.quantity)


def _loose_days(first: Entry, second: Entry) -> list[str]:
    """What the precision of the days leaves open."""
    loose = [f"{e.id} is dated to the {e.precision} only" for e in (first, second) if e.precision == "week"]
    return loose + [f"the day of {e.id} is approximate" for e in (first, second) if e.precision == "approx"]


SAYS: tuple[type[Any], ...] = get_args(Says)
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
    ((TalksOngoing, ContactHeld), _kinds),
)
