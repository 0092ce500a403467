"""The record's part of a briefing: where things stand, then what each side said; plain data, quotes and sources."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from parley.record.answers import Contradiction, DeedRow, LinkedIssue, PositionRow, StatedPosition, Status
from parley.record.assertions import linked_issues, positions
from parley.record.contradictions import contradictions
from parley.record.entry import Day, Entry, SaidRow, said_row
from parley.record.ledger import Ledger, day_of
from parley.record.predicates import Base, ConditionForTalks, OffersTalks, Position, RateIs
from parley.record.status import status


class StanceRow(SaidRow):
    """An entry with the stance it states."""

    stance: str


class StatedRateRow(SaidRow):
    """An entry that states a rate on goods of an origin in a destination."""

    rate: float
    origin: str
    destination: str
    base: Base | None


class WordsAndDeeds(TypedDict):
    """What was said of words and deeds, and what became of words."""

    said: list[StanceRow]
    deeds: list[DeedRow]
    reason: str | None  # why there are none


class Consistency(TypedDict):
    """The claim never to have changed, beside every stance of its side."""

    claimed: list[StanceRow]
    positions: list[StatedPosition]
    changes: int


class RecordSection(TypedDict):
    """The record's part of a briefing."""

    on: Day
    known: Day | None
    status: Status
    who_approached_whom: list[Contradiction]
    contradictions: list[Contradiction]
    offer: list[SaidRow]
    precondition: list[SaidRow]
    words_and_deeds: WordsAndDeeds
    linked_issues: list[LinkedIssue]
    resolve: list[StanceRow]
    consistency: Consistency
    stated_rates: list[StatedRateRow]


def record_section(
    ledger: Ledger,
    on: date | None = None,
    known: date | None = None,
    *,
    standing: Status | None = None,
    deeds: list[DeedRow] | None = None,
) -> RecordSection:
    """Status first, then the statements by theme, up to a day and as known on a day. Plain data, nothing computed anew.

    standing, deeds: what `scenario/deeds.py` made with law (`law_status`, rows of `deeds`); without them the status
    is the record's own (preconditions untested) and deeds are empty, with the reason.
    """
    day = day_of(ledger.known(known), on, known)
    seen = ledger.known(known).until(day)
    pairs = contradictions(ledger, day, known)
    who, others = _parted(pairs)
    return {
        "on": day.isoformat(),
        "known": known.isoformat() if known else None,
        "status": standing or status(ledger, day, known),
        "who_approached_whom": who,
        "contradictions": others,
        "offer": [said_row(e) for e, _ in seen.saying(OffersTalks)],
        "precondition": [said_row(e) for e, _ in seen.saying(ConditionForTalks)],
        "words_and_deeds": {
            "said": _on_issue(seen, "words-and-deeds"),
            "deeds": deeds or [],
            "reason": None if deeds is not None else "deeds were not tested: pass the rows of scenario.deeds",
        },
        "linked_issues": linked_issues(seen),
        "resolve": _on_issue(seen, "resolve"),
        "consistency": _consistency(ledger, seen, day, known),
        "stated_rates": [_stated_rate(e, s) for e, s in seen.saying(RateIs)],
    }


def _stated_rate(entry: Entry, said: RateIs) -> StatedRateRow:
    return {
        **said_row(entry),
        "rate": said.rate,
        "origin": said.origin,
        "destination": said.destination,
        "base": said.base or None,
    }


def _parted(pairs: list[Contradiction]) -> tuple[list[Contradiction], list[Contradiction]]:
    """The pairs on who approached whom, and the other ones."""
    who = [p for p in pairs if p["rule"] == "exclusive role"]
    return who, [p for p in pairs if p["rule"] != "exclusive role"]


def _on_issue(seen: Ledger, issue: str) -> list[StanceRow]:
    return [{**said_row(e), "stance": s.stance} for e, s in seen.saying(Position) if s.issue == issue]


def _consistency(ledger: Ledger, seen: Ledger, day: date, known: date | None) -> Consistency:
    """The claim never to have changed, beside every stance that its side has stated on each issue."""
    claimed = _on_issue(seen, "consistency")
    parties = {s.by for _, s in seen.saying(Position) if s.issue == "consistency"}
    rows = [
        _over_time(r)
        for r in positions(ledger, None, None, known)
        if r["party"] in parties and r["issue"] != "consistency" and r["on"] <= day.isoformat()
    ]
    return {"claimed": claimed, "positions": rows, "changes": sum(bool(r["changed"]) for r in rows)}


def _over_time(row: PositionRow) -> StatedPosition:
    return {
        "party": row["party"],
        "issue": row["issue"],
        "on": row["on"],
        "stance": row["stance"],
        "changed": row["changed"],
        "before": row["before"],
        "entry": row["entry"],
        "quote": row["quote"],
    }
