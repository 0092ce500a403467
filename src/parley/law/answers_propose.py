"""The answer to `parley law propose`: what an edition or a notice changes, draft acts with their guesses, the linters' word."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from parley.json_values import Json, plain

if TYPE_CHECKING:
    from parley.law.propose.changes import HeadingChange
    from parley.law.propose.outcome import Draft
    from parley.law.propose.proposal import DraftAct, Proposal


class EditionRef(TypedDict):
    """An edition: its name, its day, and how the day is known."""

    name: str
    day: date
    dated: str


class HeadingRow(TypedDict):
    """What happened to a heading of chapter 99; before and after are its words, with column 1 general.

    differs: what of its reading changed; "text" alone changes no duty that could be read.
    """

    heading: str
    what: Literal["new", "changed", "ended", "suspended", "resumed", "text"]
    general_before: str
    general_after: str
    before: str
    after: str
    differs: list[str]


class GuessRow(TypedDict):
    """How one value of a draft row is known: read in the print, guessed, or kept from the row before."""

    field: str
    mark: Literal["read", "guess", "kept"]
    why: str


class DraftRow(TypedDict):
    """One draft row: its heading, its fields as the act has them, and how each is known. left: why its goods are left to a reader."""

    heading: str
    fields: dict[str, Json]
    known: list[GuessRow]
    left: str


class DraftActRow(TypedDict):
    """One draft act: its id, the name of its file, its rows, and its TOML."""

    id: str
    file: str
    programme: str
    rows: list[DraftRow]
    toml: str


class EndRow(TypedDict):
    """A row of an encoded act that would end, and why."""

    measure: str
    act: str
    heading: str
    start: date
    end: date
    why: str


class ByHandRow(TypedDict):
    """A heading of which no row could be drafted, and why; an empty heading: a remark on the whole."""

    heading: str
    why: str


class EncodedRow(TypedDict):
    """A heading of which an encoded row says already what is printed."""

    heading: str
    measure: str
    act: str


class ListRow(TypedDict):
    """The lines that a heading gains and loses, and where that stands: in footnotes, or in the list of a note."""

    heading: str
    gained: list[str]
    lost: list[str]
    basis: str


class MovedRow(TypedDict):
    """A code that ended and one that took over goods of it ("": none is seen); sure: nothing else could pair them."""

    old: str
    new: str
    sure: bool


class InListRow(TypedDict):
    """A packaged list that has a code which ended, and the codes that took over."""

    list: str
    code: str
    news: list[str]


class ProposeFinding(TypedDict):
    """What a linter says of a draft row."""

    measure: str
    rule: str
    found: str


class ProposeAnswer(TypedDict):
    """`law propose`. start: the first day of what prints none; guesses: values marked as guesses over all draft rows."""

    edition: EditionRef
    against: EditionRef
    start: date
    start_why: str
    headings: list[HeadingRow]
    acts: list[DraftActRow]
    ends: list[EndRow]
    by_hand: list[ByHandRow]
    encoded: list[EncodedRow]
    lists: list[ListRow]
    moved: list[MovedRow]
    in_lists: list[InListRow]
    findings: list[ProposeFinding]
    guesses: int
    written: list[str]


def propose_answer(found: Proposal, written: list[str]) -> ProposeAnswer:
    """The answer to `law propose`. written: the files that were written."""
    return {
        "edition": {"name": found.new.name, "day": found.new.day, "dated": found.new.dated},
        "against": {"name": found.old.name, "day": found.old.day, "dated": found.old.dated},
        "start": found.start,
        "start_why": found.start_why,
        "headings": [_heading(c) for c in found.changes],
        "acts": [_act(a) for a in found.acts],
        "ends": [{"measure": e.measure.id, "act": e.measure.act.id, "heading": e.measure.heading, "start": e.measure.start,
                  "end": e.end, "why": e.why} for e in found.ends],
        "by_hand": [{"heading": b.heading, "why": b.why} for b in found.by_hand],
        "encoded": [{"heading": e.heading, "measure": e.measure.id, "act": e.measure.act.id} for e in found.encoded],
        "lists": [{"heading": x.heading, "gained": list(x.gained), "lost": list(x.lost), "basis": x.basis} for x in found.lists],
        "moved": [{"old": m.old, "new": m.new, "sure": m.sure} for m in found.moved],
        "in_lists": [{"list": x.name, "code": x.code, "news": list(x.news)} for x in found.in_lists],
        "findings": [{"measure": m, "rule": rule, "found": text} for m, rule, text in found.findings],
        "guesses": guesses(found),
        "written": written,
    }  # fmt: skip


def guesses(found: Proposal) -> int:
    """The values that are guessed, over all draft rows."""
    return sum(mark == "guess" for d in found.drafts for mark, _ in d.marks.values())


def _heading(c: HeadingChange) -> HeadingRow:
    return {
        "heading": c.heading, "what": c.what, "general_before": c.old.general if c.old else "",
        "general_after": c.new.general if c.new else "", "before": c.old.description if c.old else "",
        "after": c.new.description if c.new else "", "differs": list(c.differs)}  # fmt: skip


def _act(a: DraftAct) -> DraftActRow:
    return {
        "id": a.id,
        "file": f"{a.id}.toml",
        "programme": a.programme,
        "rows": [_row(d) for d in a.rows],
        "toml": a.text,
    }


def _row(d: Draft) -> DraftRow:
    return {
        "heading": d.heading,
        "fields": {n: plain(v) for n, v in d.fields.items()},
        "known": [{"field": n, "mark": mark, "why": why} for n, (mark, why) in d.marks.items()],
        "left": d.left,
    }
