"""A notice as an edition to be: the headings of the edition before it with what it changes, and what else it states."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from datetime import date
from functools import cache

from parley.codes import today
from parley.law.law_package import law_path
from parley.law.propose.changes import ListChange
from parley.law.propose.editions import Edition
from parley.law.propose.heading_text import Heading, read_heading
from parley.law.propose.notice import Notice
from parley.law.propose.proposal import Source, Stated


def edition_of_notice(notice: Notice, old: Edition, day: date | None = None) -> Edition:
    """The earlier edition as the notice makes it; its day is the given one, else the first day that the notice states."""
    headings = {c: h for c, h in {**old.headings, **notice.headings}.items() if c not in notice.gone}
    first, dated = (day, "as given") if day else (notice.day, "stated in the notice") if notice.day else (
        today(), "not stated: the day of this run")  # fmt: skip
    return Edition(f"fr-{notice.number}", first, dated, headings, old.lines, None)


def stated_in(notice: Notice, headings: Mapping[str, Heading]) -> Stated:
    """What a notice states beside the headings. headings: those that stand after it, which cite its notes."""
    first = notice.day or today()
    signed = (notice.signed, ("read", "the head of the document")) if notice.signed else (
        min(first, today()), ("guess", "the day of signature was not found"))  # fmt: skip
    citation = (
        f"FR Doc. {notice.number}"
        if notice.numbered
        else f"{notice.number}, its number in the Federal Register not found"
    )
    source = Source(notice.title, citation, signed[0], (("read" if notice.signed else "guess"), signed[1][1]),
                    f"https://www.federalregister.gov/d/{notice.number}" if notice.numbered else "")  # fmt: skip
    starts = {**notice.days, **{h: d for h, d in notice.gone.items() if d}}
    return Stated(
        source=source,
        start=notice.day,
        starts=starts,
        authority=notice.authority,
        lists=_lists(notice, headings),
        noted=lambda note: notice.noted(note) or _of_heading(notice, note),
        named=notice.named(),
        proposed=notice.proposed,
        unread=_unread(notice),
    )


def _of_heading(notice: Notice, note: str) -> tuple[str, ...]:
    """The lines listed for a heading of the notice that cites a note: others that cite it have the same."""
    named = notice.named()
    return next((named[h] for h, x in notice.headings.items() if h in named and note in read_heading(x).notes), ())


def _lists(notice: Notice, headings: Mapping[str, Heading]) -> tuple[ListChange, ...]:
    """The lines that standing headings gain or lose in the lists of the notes that they cite."""
    made = []
    for code, heading in sorted(headings.items()):
        if code not in notice.headings:
            for note in read_heading(heading).notes:
                gained, lost = (
                    tuple(c for x in notice.lists if x.note == note and x.gained == side for c in x.codes)
                    for side in (True, False)
                )
                if gained or lost:
                    made.append(ListChange(code, gained, lost, f"note {note}"))
    return tuple(made)


def _unread(notice: Notice) -> tuple[str, ...]:
    """Remarks for a reader: what was not read, lists that no note names, and that a proposal is no law."""
    loose = sum(len(x.codes) for x in notice.lists if not x.note and not x.headings)
    said = [f"a list of {loose} lines stands in it without the note that it fills"] if loose else []
    if not (notice.headings or notice.gone or notice.lists):
        said.append("no heading of chapter 99 and no list of lines was found in it")
    if notice.proposed:
        said.append("it asks for comments: what it proposes is no law yet")
    return (*notice.unread, *said)


@cache
def packaged_notes() -> Mapping[str, tuple[str, ...]]:
    """Note of subchapter III → the codes that it lists, as the package has them (2026 revision 6)."""
    packed = law_path("schedule", "usa-note-entries.csv.gz").read_bytes()
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(gzip.decompress(packed).decode().splitlines()):
        found.setdefault(row["note"], []).append(row["code"])
    return {note: tuple(codes) for note, codes in found.items()}


def packaged_note(note: str) -> tuple[str, ...]:
    """The codes of one note as packaged; none where it is not there."""
    return packaged_notes().get(note, ())
