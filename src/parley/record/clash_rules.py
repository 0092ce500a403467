"""What each rule finds between two statements: roles, kinds, values that cannot both stand, and what would make both right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from parley.codes import duty_in_words
from parley.record.answers import Rule
from parley.record.entry import Entry
from parley.record.in_words import party, plain
from parley.record.outcomes import counted
from parley.record.predicates import (
    Agreed,
    Bought,
    Concluded,
    ConsidersOffer,
    ContactHeld,
    DeadlineFirm,
    DeadlineMoved,
    InitiatedContact,
    Lawful,
    MeasureStep,
    OffersTalks,
    TalksOngoing,
    Violated,
    WillBuy,
    WillNegotiate,
)

SAME_TIME = timedelta(
    days=7
)  # "under way" speaks of the days around it; a week is the finest unit of approximate entries
NEAR = timedelta(days=14)  # counts that begin or end so close together are of one time


class Clash(NamedTuple):
    """What a rule finds between two predicates, and what would make both right."""

    rule: Rule
    about: str
    reconcile: tuple[str, ...]


Said = tuple[Entry, Any]


def _kinds(a: Said, b: Said) -> Clash | None:
    """No talks of late, and yet a meeting in those days: different kinds of statement about one thing."""
    (first, x), (second, y) = (a, b) if isinstance(a[1], TalksOngoing) else (b, a)
    if not isinstance(x, TalksOngoing) or not isinstance(y, ContactHeld) or x.value or not y.value:
        return None
    definite = y.channel in ("meeting", "officials") and y.end - y.start <= SAME_TIME
    if set(x.parties) != set(y.parties) or not definite or not first.on - SAME_TIME <= y.end or y.start > first.on:
        return None
    hints = ("another level: contacts of officials may or may not be called talks", *loose_days(first, second))
    held = f"a {y.channel}" if y.channel == "meeting" else "contact of officials"
    return Clash("different kinds", f"no talks on {x.about}, and {held} by {y.end}", hints)


def _initiators(a: Said, b: Said) -> Clash | None:
    (first, x), (second, y) = a, b
    if x.episode != y.episode or {x.by, x.to} != {y.by, y.to} or x.by == y.by or not (x.value and y.value):
        return None
    hints = ["another episode: each may count a different first step"]
    if x.channel != y.channel or not (x.channel and y.channel):
        hints.append(f"another channel: {x.channel or 'not stated'} here, {y.channel or 'not stated'} there")
    hints += loose_days(first, second)
    return Clash("exclusive role", f"who approached whom ({x.episode})", tuple(hints))


def _ongoing(a: Said, b: Said) -> Clash | None:
    (first, x), (second, y) = a, b
    if set(x.parties) != set(y.parties) or x.about != y.about or x.value == y.value:
        return None
    if abs(first.on - second.on) > SAME_TIME:
        return None
    hints = ("another level: contacts of officials may or may not be called talks", *loose_days(first, second))
    return Clash("negation", f"whether talks on {x.about} were under way", hints)


def _held(a: Said, b: Said) -> Clash | None:
    (first, x), (second, y) = a, b
    if set(x.parties) != set(y.parties) or x.channel != y.channel or x.value == y.value:
        return None
    if x.end < y.start or y.end < x.start:
        return None
    hints = ("another episode: a contact before the period that the other speaks of", *loose_days(first, second))
    return Clash("negation", f"whether there was a {x.channel} between {_span(x, y)}", hints)


def _span(x: ContactHeld, y: ContactHeld) -> str:
    return f"{max(x.start, y.start)} and {min(x.end, y.end)}"


def _violations(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if (x.agreement, x.by) != (y.agreement, y.by) or x.value == y.value:
        return None
    return Clash("negation", f"whether {party(x.by)} broke the agreement of {_named(x.agreement)}",
                 ("another reading of what was agreed: neither names the clause",))  # fmt: skip


def _named(agreement: str) -> str:
    """An agreement's place or name, as a name is written: "geneva" → "Geneva"."""
    return plain(agreement).title()


def _purchases(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if (x.by, x.seller, x.good, x.unit) != (y.by, y.seller, y.good, y.unit) or not (x.value and y.value):
        return None
    if not _one_period(x, y):
        return None
    if (x.quantity, x.quantity_to, x.due) == (y.quantity, y.quantity_to, y.due):
        return None
    about = f"{plain(x.good)}: {x.quantity:g} {x.unit} by {x.due}, or {y.quantity:g} {y.unit} by {y.due}"
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
    about = f"the deadline {plain(firm[1].deadline)}: firm on {firm[1].due}, then {moved[1].due}"
    return Clash("different value", about, ("another event: the end of the pause, or the first day of the rates",))


def _readiness(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if (x.by, x.to, x.issue) != (y.by, y.to, y.issue) or x.value == y.value:
        return None
    hints = (f"another condition: {x.condition or 'none named'} here, {y.condition or 'none named'} there",
             *loose_days(a[0], b[0]))  # fmt: skip
    return Clash("negation", f"whether {party(x.by)} is ready to discuss {plain(x.issue)}", hints)


def _rulings(a: Said, b: Said) -> Clash | None:
    x, y = a[1], b[1]
    if x.programme != y.programme or x.value == y.value:
        return None
    hints = ("another court: the later one may overrule the earlier", "another moment: a ruling that is not final")
    return Clash("negation", f"whether the law carries the {duty_in_words(x.programme)}", hints)


def _steps(a: Said, b: Said) -> Clash | None:
    """Two rates for one measure from one day: a functional predicate with two values."""
    x, y = a[1], b[1]
    if not (x.value and y.value):
        return None
    if (x.measure, x.start) != (y.measure, y.start) or None in (x.rate, y.rate, x.start) or x.rate == y.rate:
        return None
    about = f"the rate of the measure {x.measure} from {x.start}: {100 * x.rate:g} or {100 * y.rate:g} %"
    hints = ("another moment: announced, or charged", "another scope: goods on which the rate differs")
    return Clash("different value", about, (*hints, *loose_days(a[0], b[0])))


def _counted(a: Said, b: Said) -> Clash | None:
    """Two counts of one thing that cannot both be right: of one period, or fewer in a period that holds the other's; fewer after more."""
    (first, x), (second, y) = a, b
    if type(x) is not type(y) or x.by != y.by or not (x.value and y.value):
        return None
    if isinstance(x, Bought):
        same = (x.good, x.unit) == (y.good, y.unit) and _clash_of_counts(first, x, second, y)
        values = (f"{x.quantity:g} {x.unit}", f"{y.quantity:g} {y.unit}")
        thing = f"{plain(x.good)} bought by {party(x.by)}"
    else:
        fewer = x.count > y.count if first.on < second.on else y.count > x.count if second.on < first.on else True
        same, values, thing = (
            x.what == y.what and fewer,
            (f"{x.count}", f"{y.count}"),
            f"{x.what} concluded by {party(x.by)}",
        )
    if not same or values[0] == values[1]:
        return None
    hints = ("another count: booked or shipped, signed or announced", *loose_days(first, second))
    if isinstance(x, Bought) and counted(first, x) != counted(second, y):
        hints = (f"another day: {counted(first, x)} here, {counted(second, y)} there", *hints)
    return Clash("different value", f"{thing} by {second.on}: {values[0]} or {values[1]}", hints)


def _clash_of_counts(first: Entry, x: Bought, second: Entry, y: Bought) -> bool:
    """Whether two quantities cannot both be right as they stand: of one period; or less in a period that holds the other's."""
    ends = counted(first, x), counted(second, y)
    if abs(x.start - y.start) <= NEAR:
        if ends[0] == ends[1] or ((x.until or y.until) and abs(ends[0] - ends[1]) <= NEAR):
            return True
        return x.quantity > y.quantity if ends[0] < ends[1] else y.quantity > x.quantity
    if y.start <= x.start and ends[0] <= ends[1]:
        return x.quantity > y.quantity
    return x.start <= y.start and ends[1] <= ends[0] and y.quantity > x.quantity


def _implied(a: Said, b: Said) -> Clash | None:
    """An offer that is being considered and was not made; an agreement that was broken and is none."""
    for (first, x), (second, y) in ((a, b), (b, a)):
        if not x.value or y.value:
            continue
        hints = ("another meaning of the words", *loose_days(first, second))
        offer = isinstance(x, ConsidersOffer) and isinstance(y, OffersTalks) and (x.of, x.by) == (y.by, y.to)
        if offer and abs(first.on - second.on) <= SAME_TIME:
            return Clash(
                "different kinds", f"{party(x.by)} considers an offer of {party(x.of)}, and no such offer", hints
            )
        if isinstance(x, Violated) and isinstance(y, Agreed) and x.agreement == y.agreement:
            return Clash(
                "different kinds",
                f"{party(x.by)} broke the agreement of {_named(x.agreement)}, and no such agreement",
                hints,
            )
    return None


def loose_days(first: Entry, second: Entry) -> list[str]:
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
    ((TalksOngoing, ContactHeld), _kinds),
    ((ConsidersOffer, OffersTalks, Violated, Agreed), _implied),
)
