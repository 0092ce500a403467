"""Who said what up to a day: claims by side with their standing, and positions over time with their changes marked."""

from __future__ import annotations

from datetime import date

from parley.record.answers import ClaimRow, ConstancyRow, LinkedIssue, PositionRow, Standing
from parley.record.contradictions import contradictions
from parley.record.entry import Entry, entry_row
from parley.record.ledger import Ledger
from parley.record.predicates import Issue, Position, WillNegotiate

WORDS = frozenset({"statement", "claim", "offer", "precondition", "commitment", "threat", "deadline"})
DENIALS = ("negation", "exclusive role")  # another value or base restates a claim; it does not deny it


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
    for entry, said in ledger.known(known).until(on or known).of(actor).saying(Position):
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
