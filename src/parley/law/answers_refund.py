"""The answer to `law refund`, with its type and its one builder. Dollars, unless a field says otherwise."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from parley.law.answers import FileClocks, file_clocks

if TYPE_CHECKING:
    from parley.law.refunds.declaration import Declared
    from parley.law.refunds.result import Refunds
    from parley.law.refunds.ruling import Ruling


class EventRow(TypedDict):
    """An order or a phase after a ruling, as far as it was known; quote: words of the text, where it was read."""

    day: date
    known: date  # the first day on which it was known
    what: str
    quote: str
    source: str
    read: bool  # whether we read the text itself


class RulingRow(TypedDict):
    """The ruling on which the refunds rest: what it struck, for whom, and what followed."""

    id: str
    title: str
    court: str
    citation: str
    standing: Literal["struck down", "contested", "pending"]
    ruled: date | None
    relief: str
    statute: str
    events: list[EventRow]


class RouteRow(TypedDict):
    """What can be filed now, what needs a protest, what is contested, what goes by hand: lines, entries, refund, interest."""

    route: Literal["file_now", "protest", "contested", "by_hand"]
    lines: int
    entries: int  # numbers of entries with a refund; by hand where lines of one entry disagree
    refund: float
    interest: float | None  # null where none was asked for
    act_by: date | None  # the earliest last day among its lines; null where none has one


class StateRow(TypedDict):
    """The entries of one state on the day, the route that they go, and the rule behind it."""

    state: str
    route: Literal["file_now", "protest", "contested", "by_hand"]
    lines: int
    refund: float
    reason: str
    source: str


class PaidRow(TypedDict):
    """What was paid under the struck programmes against the law: counts of lines, and dollars."""

    not_stated: int
    as_law: int
    less: int
    more: int
    short: float  # dollars by which lines paid less than the law
    over: float  # dollars by which lines paid more
    unanswered: float  # dollars paid on lines without an answer
    not_read: int  # lines that state an amount paid which cannot be read: without a refund


class QuarterRow(TypedDict):
    """A quarter's rate of interest, a fraction a year: published, given by the user, or assumed, and then why."""

    quarter: str
    rate: float
    basis: Literal["published", "given", "assumed"]
    why: str


class DeclarationRow(TypedDict):
    """The declaration that was written: its files, the entries and dollars in them, and what was left out."""

    folder: str
    files: list[str]
    entries: int
    refund: float
    left_file: str  # entries that cannot be declared, each with why
    left: int
    left_refund: float


class RefundAnswer(FileClocks):
    """`law refund`: lines, those with a refund and those without an answer, refunds before interest, and interest where asked for."""

    rows: int
    rejected: int
    refundable: int
    refund_total: float
    by_programme: dict[str, float]
    missing: list[str]  # columns of evidence that the file does not have
    deadlines: dict[str, str]  # with their source
    out: str
    notes: list[str]
    as_of: str  # the day to which interest runs; empty without
    interest_total: float | None
    without_interest: int  # lines with a refund whose day of deposit is not known
    ruling: RulingRow
    status_on: date  # the day of the entries' states and routes
    by_route: list[RouteRow]
    by_state: list[StateRow]
    paid: PaidRow
    liquidation_assumed: int  # lines with a refund whose day of liquidation is assumed
    entries_disagreeing: int  # entries whose lines differ in state
    interest_assumed: float | None  # the part of interest_total at rates that are assumed
    interest_rates: list[QuarterRow]
    declaration: DeclarationRow | None


class StatusRow(TypedDict):
    """Where entries of one state stand on the day: flag: what sets them apart, empty where nothing does; age: by their
    liquidation, any where it does not matter; the route of their refund, and the rule behind it."""

    flag: str
    age: str
    route: Literal["file_now", "protest", "contested", "by_hand"]
    reason: str
    source: str
    act_by: date | None  # the last day of one entry; null where none is asked about, or it has none


class RefundStatusAnswer(FileClocks):
    """`law refund-status`: the ruling with what followed, and the route of every state of an entry, or of the one asked about."""

    ruling: RulingRow
    struck: list[str]  # the legal authorities that it struck
    entered: date | None
    liquidated: date | None  # as stated, or assumed by customs' cycle
    liquidation_assumed: bool
    states: list[StatusRow]
    deadlines: dict[str, str]  # with their source
    notes: list[str]


def refund_answer(found: Refunds) -> RefundAnswer:
    """The answer to `law refund`; only the United States' duties are refunded."""
    return {
        **file_clocks("USA", None, found.known),
        "rows": found.rows,
        "rejected": found.rejected,
        "refundable": found.refundable,
        "refund_total": found.refund_total,
        "by_programme": found.by_programme,
        "missing": list(found.missing),
        "deadlines": found.deadlines,
        "out": found.out,
        "notes": list(found.notes),
        "as_of": found.as_of,
        "interest_total": found.interest_total,
        "without_interest": found.without_interest,
        "ruling": ruling_row(found.ruling, found.known),
        "status_on": found.on,
        "by_route": [
            {
                "route": w.route,
                "lines": w.lines,
                "entries": w.entries,
                "refund": w.refund,
                "interest": w.interest,
                "act_by": w.act_by,
            }
            for w in found.ways
        ],
        "by_state": [
            {
                "state": s.state,
                "route": s.route,
                "lines": s.lines,
                "refund": s.refund,
                "reason": s.reason,
                "source": s.source,
            }
            for s in found.states
        ],
        "paid": {
            "not_stated": found.paid.not_stated,
            "as_law": found.paid.as_law,
            "less": found.paid.less,
            "more": found.paid.more,
            "short": found.paid.short,
            "over": found.paid.over,
            "unanswered": found.paid.unanswered,
            "not_read": found.paid.not_read,
        },
        "liquidation_assumed": found.assumed,
        "entries_disagreeing": found.disagreeing,
        "interest_assumed": found.interest_assumed,
        "interest_rates": [{"quarter": q, "rate": r, "basis": b, "why": why} for q, r, b, why in found.quarters],
        "declaration": None if found.declared is None else _declaration(found.declared),
    }


def ruling_row(r: Ruling, known: date) -> RulingRow:
    """A ruling and the events that were known by a day."""
    return {
        "id": r.id,
        "title": r.title,
        "court": r.court,
        "citation": r.citation,
        "standing": r.standing,
        "ruled": r.ruled,
        "relief": r.relief,
        "statute": r.statute,
        "events": [
            {"day": e.day, "known": e.known, "what": e.what, "quote": e.quote, "source": e.source, "read": e.read}
            for e in r.events
            if e.known <= known
        ],
    }


def _declaration(d: Declared) -> DeclarationRow:
    return {"folder": d.folder, "files": list(d.files), "entries": d.entries, "refund": d.refund, "left_file": d.left_file,
            "left": d.left, "left_refund": d.left_refund}  # fmt: skip
