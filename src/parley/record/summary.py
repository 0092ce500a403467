"""The record's part of a briefing: where things stand, what each side claimed with its standing, and how positions changed."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from parley.arguments import checked
from parley.record.answers import (
    ClaimRow,
    ConstancyRow,
    Contradiction,
    DeedRow,
    LinkedIssue,
    PositionRow,
    Standing,
    StatedPosition,
    Status,
)
from parley.record.contradictions import contradictions
from parley.record.entry import Day, Entry, SaidRow, entry_row, said_row
from parley.record.ledger import Ledger, day_of
from parley.record.predicates import ConditionForTalks, OffersTalks, Position, RateIs, WillNegotiate
from parley.record.rate_pairs import Changed, base_differences
from parley.record.status import status
from parley.record.vocabulary import Base, Issue

WORDS = frozenset({"statement", "claim", "offer", "precondition", "commitment", "threat", "deadline"})
DENIALS = (
    "negation",
    "exclusive role",
    "different kinds",
)  # another value or base restates a claim; it does not deny it


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
    base_differences: list[Contradiction]
    offer: list[SaidRow]
    precondition: list[SaidRow]
    words_and_deeds: WordsAndDeeds
    linked_issues: list[LinkedIssue]
    resolve: list[StanceRow]
    consistency: Consistency
    stated_rates: list[StatedRateRow]


@checked
def record_section(
    ledger: Ledger,
    on: date | None = None,
    known: date | None = None,
    *,
    standing: Status | None = None,
    deeds: list[DeedRow] | None = None,
    changed: Changed | None = None,
) -> RecordSection:
    """Status first, then the statements by theme, up to a day and as known on a day. Plain data, nothing computed anew.

    standing, deeds: what `scenario/deeds.py` made with law (`law_status`, rows of `deeds`); without them the status
    is the record's own (preconditions untested) and deeds are empty, with the reason. changed: as `base_differences` has it.
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
        "base_differences": base_differences(ledger, day, known, changed),
        "offer": [said_row(e) for e, _ in seen.affirming(OffersTalks)],
        "precondition": [said_row(e) for e, _ in seen.affirming(ConditionForTalks)],
        "words_and_deeds": {
            "said": _on_issue(seen, "words-and-deeds"),
            "deeds": deeds or [],
            "reason": None if deeds is not None else "deeds were not tested: pass the rows of scenario.deeds",
        },
        "linked_issues": linked_issues(seen),
        "resolve": _on_issue(seen, "resolve"),
        "consistency": _consistency(ledger, seen, day, known),
        "stated_rates": [_stated_rate(e, s) for e, s in seen.affirming(RateIs)],
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
    return [{**said_row(e), "stance": s.stance} for e, s in seen.affirming(Position) if s.issue == issue]


def _consistency(ledger: Ledger, seen: Ledger, day: date, known: date | None) -> Consistency:
    """The claim never to have changed, beside every stance that its side has stated on each issue."""
    claimed = _on_issue(seen, "consistency")
    parties = {s.by for _, s in seen.affirming(Position) if s.issue == "consistency"}
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


def claims(
    ledger: Ledger, on: date | None = None, known: date | None = None, actor: str | None = None
) -> list[ClaimRow]:
    """Everything said (not done) up to a day, as known on a day, by one actor or side or by all, with its standing."""
    seen = ledger.known(known).until(on or known)
    pairs = [p for p in contradictions(ledger, on, known) if p["rule"] in DENIALS]
    disputed = {side for pair in pairs for side in (pair["first"], pair["second"])}
    return [
        {**entry_row(e), "standing": standing(e, seen, disputed), "sources": independent(e)}
        for e in seen.of(actor).entries
        if e.kind in WORDS
    ]


def standing(entry: Entry, seen: Ledger, disputed: set[str]) -> Standing:
    """asserted, corroborated, denied, retracted or measured. What is denied is not thereby false."""
    if seen.answers_to(entry.id, "retracts"):
        return "retracted"
    if entry.id in disputed or seen.answers_to(entry.id, "denies"):
        return "denied"
    if any(e.kind == "observation" for e in seen.answers_to(entry.id, "tests")):
        return "measured"
    return "corroborated" if independent(entry) > 1 else "asserted"


def independent(entry: Entry) -> int:
    """How many publishers carry it whose text was read; what is cited unread, or from memory, corroborates nothing."""
    return len({s.publisher for s in (entry.source, *entry.also) if s.read})


def positions(
    ledger: Ledger,
    actor: str | None = None,
    issue: str | None = None,
    known: date | None = None,
    on: date | None = None,
) -> list[PositionRow]:
    """Each stated position by side and issue up to a day. `changed` is null for the first, then whether the words moved.

    The record sees words alone: the same stance in other words is written with the same words in the ledger.
    """
    rows: list[PositionRow] = []
    last: dict[tuple[str, str], str] = {}
    for entry, said in ledger.known(known).until(on or known).of(actor).affirming(Position):
        if issue is not None and said.issue != issue:
            continue
        key = (said.by, said.issue)
        changed = None if key not in last else last[key] != said.stance
        rows.append(_position(entry, said, changed, last.get(key)))
        last[key] = said.stance
    return sorted(rows, key=lambda r: (r["party"], r["issue"], r["on"]))


def constancy(rows: list[PositionRow]) -> list[ConstancyRow]:
    """Whether each side's words on each issue stayed the same: null where it spoke once, so nothing can be compared."""
    found: dict[tuple[str, Issue], list[PositionRow]] = {}
    for row in rows:
        found.setdefault((row["party"], row["issue"]), []).append(row)
    return [
        {
            "party": party,
            "issue": issue,
            "statements": len(said),
            "same": None if len(said) == 1 else not any(r["changed"] for r in said),
            "changed_on": [r["on"] for r in said if r["changed"]],
        }
        for (party, issue), said in found.items()
    ]


def _position(entry: Entry, said: Position, changed: bool | None, before: str | None) -> PositionRow:
    row = entry_row(entry)
    return {
        "party": said.by,
        "issue": said.issue,
        "on": row["on"],
        "stance": said.stance,
        "changed": changed,
        "before": before if changed else None,
        "entry": entry.id,
        "actor": entry.actor,
        "known": row["known"],
        "quote": row["quote"],
        "source": row["source"],
    }


def linked_issues(seen: Ledger) -> list[LinkedIssue]:
    """The issues that someone says a party would discuss, with the condition."""
    return [
        {
            "issue": said.issue,
            "party": said.by,
            "ready": said.value,
            "condition": said.condition or None,
            "said_by": entry.actor,
            "entry": entry.id,
            "quote": entry.quote or None,
            "source": entry_row(entry)["source"],
        }
        for entry, said in seen.saying(WillNegotiate)
    ]
