"""Where things stand on a day, as known on a day: offers open, preconditions, deadlines and the days left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from parley.record.answers import DeadlineRow, DeadlineStep, OfferRow, PreconditionRow, RequirementRow, State, Status
from parley.record.entry import Entry, actor, source_row
from parley.record.ledger import Ledger, day_of
from parley.record.predicates import (
    AcceptsTalks,
    Agreed,
    ConditionForTalks,
    ConsidersOffer,
    ContactHeld,
    DeadlineKept,
    DeadlineMoved,
    DeadlineSet,
    OffersTalks,
    Requirement,
)

NO_CLAIM = ("event", "agreement", "ruling", "observation")


def status(ledger: Ledger, on: date | None = None, known: date | None = None) -> Status:
    """Open offers, preconditions, running deadlines, and those passed of which no outcome is known, as plain data.

    Whether a precondition is met is asked of law in `scenario/deeds.py`: here `met` is null, with the reason.
    """
    day = day_of(ledger.known(known), on, known)
    seen = ledger.known(known).until(day)
    falling = deadlines(seen, day)
    return {
        "on": day.isoformat(),
        "known": known.isoformat() if known else None,
        "offers": [offer for entry, said in seen.affirming(OffersTalks) if (offer := _offer(seen, entry, said))],
        "accepted": [
            {**_offer_row(seen, entry, said), "accepted_in": taken.id, "accepted_on": taken.on.isoformat()}
            for entry, said in seen.affirming(OffersTalks)
            if (taken := _acceptance(seen, entry, said))
        ],
        "preconditions": [
            _precondition(seen, entry, said)
            for entry, said in seen.affirming(ConditionForTalks)
            if own_word(entry, said.by)
        ],
        "deadlines": [row for row in falling if row["days_left"] >= 0],
        "passed": [{**row, "outcome": "open"} for row in falling if row["days_left"] < 0 and not row["kept"]],
    }


def _offer(seen: Ledger, entry: Entry, said: OffersTalks) -> OfferRow | None:
    """One offer, or None where a later entry accepted, rejected or withdrew it, or the two have met since."""
    if seen.answers_to(entry.id, "withdraws", "rejects", "retracts") or _acceptance(seen, entry, said):
        return None
    return _offer_row(seen, entry, said)


def _acceptance(seen: Ledger, entry: Entry, said: OffersTalks) -> Entry | None:
    """The first entry that accepts an offer: by its own words, by an acceptance of the other side, or by talks."""
    agreed = (
        e
        for e, s in seen.affirming(AcceptsTalks)
        if (s.by, s.of) == (said.to, said.by) and e.on >= entry.on and own_word(e, s.by)
    )
    accepts = (e for e in seen.answers_to(entry.id, "accepts") if own_word(e, said.to))
    found = [*accepts, *agreed, *talks_between(seen, (said.by, said.to), entry.on)]
    return min(found, key=lambda e: (e.on, e.id), default=None)


def _offer_row(seen: Ledger, entry: Entry, said: OffersTalks) -> OfferRow:
    considered = [
        e.id for e, s in seen.affirming(ConsidersOffer) if (s.by, s.of) == (said.to, said.by) and own_word(e, s.by)
    ]
    return {
        "id": entry.id,
        "by": said.by,
        "to": said.to,
        "about": said.about,
        "said_by": entry.actor,
        "considered_in": considered,
        "quote": entry.quote or None,
        "text": entry.text,
        "source": source_row(entry.source),
    }


def _precondition(seen: Ledger, entry: Entry, said: ConditionForTalks) -> PreconditionRow:
    talks = next(talks_between(seen, (said.by, said.of), entry.on), None)
    ready = next(
        (e for e, s in seen.affirming(AcceptsTalks) if _are(s, said) and e.on > entry.on and own_word(e, s.by)), None
    )
    state: State = "overtaken by talks" if talks else "talks agreed" if ready else "standing"
    first = talks or ready
    return {
        "id": entry.id,
        "by": said.by,
        "of": said.of,
        "requires": [_requirement(r) for r in said.requires],
        "met": None,
        "tested_by": None,
        "reason": "the record does not test duties: scenario.deeds asks the law",
        "state": state,
        "talks": first.id if first else None,
        "quote": entry.quote or None,
        "text": entry.text,
        "source": source_row(entry.source),
    }


def _are(said: AcceptsTalks, asked: ConditionForTalks) -> bool:
    """Whether it is the side that set the condition which now agrees to talks with the other."""
    return (said.by, said.of) == (asked.by, asked.of)


def own_word(entry: Entry, party: str) -> bool:
    """Whether a party itself spoke, or what is told is no one side's claim: what one side says of the other binds nobody."""
    return entry.kind in NO_CLAIM or party in (entry.behalf, actor(entry.actor).side)


def _requirement(asked: Requirement) -> RequirementRow:
    return {
        "words": asked.words,
        "test": asked.test,
        "destination": asked.destination,
        "origin": asked.origin,
        "since": asked.since.isoformat() if asked.since else None,
        "reading": asked.reading or None,
    }


def talks_between(seen: Ledger, parties: tuple[str, str], after: date) -> Iterator[Entry]:
    """The entries after a day in which the two met or agreed; what one side alone claims is none of them."""
    for entry, said in seen.affirming(ContactHeld, Agreed):
        held = not isinstance(said, ContactHeld) or said.channel == "meeting"
        if entry.kind != "claim" and entry.on > after and held and set(said.parties) == set(parties):
            yield entry


def deadlines(seen: Ledger, day: date) -> list[DeadlineRow]:
    """Every deadline that nobody has taken back, with the day on which it now falls, its history, and the days left on a day."""
    return [deadline_row(seen, entry, said, day) for entry, said in seen.affirming(DeadlineSet)
            if not seen.answers_to(entry.id, "withdraws", "retracts")]  # fmt: skip


def deadline_row(seen: Ledger, entry: Entry, said: DeadlineSet, day: date) -> DeadlineRow:
    """One deadline: `on` is the day on which it falls as last moved; days_left is negative once it has passed."""
    history = deadline_history(seen, entry, said)
    due = date.fromisoformat(history[-1]["due"])
    kept = [e.id for e, s in seen.affirming(DeadlineKept) if s.deadline == said.deadline]
    return {
        "id": said.deadline,
        "entry": entry.id,
        "by": said.by,
        "to": said.to,
        "on": due.isoformat(),
        "days_left": (due - day).days,
        "otherwise": next((s.otherwise for _, s in reversed(_moves(seen, entry, said)) if s.otherwise), said.otherwise),
        "history": history,
        "kept": kept,
        "source": source_row(entry.source),
    }


def deadline_history(seen: Ledger, entry: Entry, said: DeadlineSet) -> list[DeadlineStep]:
    """The days on which a deadline was set to fall, in the order in which they were named."""
    named = [(entry, said), *_moves(seen, entry, said)]
    return [{"named": e.on.isoformat(), "entry": e.id, "due": s.due.isoformat()} for e, s in named]


def _moves(seen: Ledger, entry: Entry, said: DeadlineSet) -> list[tuple[Entry, DeadlineMoved]]:
    """The moves of a deadline since it was set, in order."""
    moves = [(e, s) for e, s in seen.affirming(DeadlineMoved) if s.deadline == said.deadline and e.on >= entry.on]
    return sorted(moves, key=lambda move: (move[0].on, move[0].id, move[1].due))
