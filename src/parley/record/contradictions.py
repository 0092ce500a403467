"""Pairs of entries that cannot both be read as they stand, found by rule. No truth label: both sources, side by side.

Rules: `negation` (the same predicate, yes and no), `exclusive role` (one episode has one initiator), `different kinds` (a meeting
held against no talks), `different value` (one quantity, two values). Rates counted in two ways are in `record/rate_pairs.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any, get_args

from parley.record.answers import Contradiction, ContradictionSide
from parley.record.clash_rules import RULES, SAME_TIME, Clash, loose_days
from parley.record.entry import Entry, source_row
from parley.record.in_words import asked
from parley.record.ledger import Ledger
from parley.record.predicates import ContactHeld, DeadlineFirm, Lawful, Says, TalksOngoing, Violated, WillNegotiate

CHANGES = ("withdraws", "retracts", "amends", "moves", "suspends", "replaces", "extends", "strikes_down", "implements")
LOOSE = ("otherwise", "condition", "channel", "where")  # words that may differ between a statement and its opposite
VALUES = ("rate", "rate_to", "quantity", "quantity_to", "count", "count_to")
OWN_RULE = (TalksOngoing, ContactHeld, WillNegotiate, Violated, Lawful)


SAYS: tuple[type[Any], ...] = get_args(Says)


def contradictions(ledger: Ledger, on: date | None = None, known: date | None = None) -> list[Contradiction]:
    """Every pair of entries up to a day, as known on a day, that a rule finds; in the order of the later entry."""
    seen = ledger.known(known).until(on or known)
    found: dict[tuple[str, str, str], Contradiction] = {}
    for kinds, rule in RULES:
        for first, second in combinations(seen.saying(*kinds), 2):
            clash = rule(first, second) if first[0].id != second[0].id else None
            if clash:
                found.setdefault((first[0].id, second[0].id, clash.about), pair_of(first[0], second[0], clash))
    for first, second, clash in _opposites(seen):
        found.setdefault((first.id, second.id, clash.about), pair_of(first, second, clash))
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
        if first.id == second.id or x.value == y.value or _what(x) != _what(y) or not _alike(x, y):
            continue
        changed = any(r.to == first.id and r.how in CHANGES for r in second.relates)
        gap = second.on - first.on
        another = _tag(x).startswith("will_") and gap > (SAME_TIME if first.behalf != second.behalf else timedelta(0))
        if not changed and not another:
            hints = ("another meaning of the words", *loose_days(first, second))
            yield first, second, Clash("negation", asked(x, _told(x)), hints)


def _what(said: Any) -> tuple[object, ...]:
    """What a statement is about, apart from yes or no: its kind and its names."""
    named = [getattr(said, f) for f in said.__struct_fields__ if f not in ("value", *LOOSE)]
    return (_tag(said), *(x for x in named if isinstance(x, (str, tuple))))


def _values(said: Any) -> tuple[object, ...]:
    """The rates, quantities and counts that a statement hangs on, and the day of a deadline that is firm."""
    return (*(getattr(said, f, None) for f in VALUES), said.due if isinstance(said, DeadlineFirm) else None)


def _told(said: Any) -> tuple[object, ...]:
    """The values as people read them: rates in percent, counts as they are, and a day."""
    rates, rest = _values(said)[:2], _values(said)[2:]
    return (
        *(f"{100 * r:g} %" for r in rates if isinstance(r, float) and r),
        *(f"{v:g}" if isinstance(v, float) else v for v in rest if v),
    )


def _alike(x: Any, y: Any) -> bool:
    """Whether no value of the one is another in the other; what one leaves unsaid may be the same."""
    return all(None in pair or pair[0] == pair[1] for pair in zip(_values(x), _values(y), strict=True))


def _tag(said: Any) -> str:
    return type(said).__struct_config__.tag
