"""What is still open between the lists of the acts, the footnotes of the schedule and the headings and notes of chapter 99.

Every American list is held against what the editions say of its headings: the lines whose footnotes name them, the codes
that their own texts name, and the notes to which they defer. A difference is listed: declared with its reason, or
unexplained. The editions hold no notes: a list that rests on one is listed as not held against it, but where the manifest
names the subdivisions that print it (law/check_printed.py).
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from parley.codes import dotted
from parley.law.check_lists import Difference, expanded, footnote_codes, read_differences
from parley.law.check_printed import manifest_of, printed_in
from parley.law.check_transfers import partly_listed
from parley.law.law_package import law_path
from parley.law.measure import Measure, read_list

UNREAD_NOTE = "the editions hold headings, not notes: the list is not held against this note's text"
UNNAMED = "no heading of chapter 99 is given for it: there is nothing in the editions to hold it against"
RATE_ALONE = "revision 15 of 2026 has this heading; its rate was read, not its text"
NO_HEADING = "no edition of 2025 or 2026 has this heading"
_HEADING = re.compile(r"9903\.\d\d\.\d\d")
_SPAN = re.compile(r"(9903\.\d\d\.\d\d) to (9903\.\d\d\.\d\d)")


class OpenItem(NamedTuple):
    """One difference, or one comparison that could not be made.

    against: footnotes of the lines, the heading's text, a note, or a transfer of numbers. side: what alone has the prefix
    (empty where nothing was compared). place: the headings, or the note, or the day of the transfer.
    """

    list: str
    against: Literal["footnotes", "heading text", "note", "transfer"]
    status: Literal["declared", "unexplained", "not read"]
    place: str
    side: str
    prefix: str
    reason: str


class HeadingText(NamedTuple):
    """What the text of a heading cites and names, over all editions; read: whether more than its rate was read."""

    notes: tuple[str, ...]
    codes: tuple[str, ...]
    read: bool


def open_items(measures: Sequence[Measure]) -> tuple[OpenItem, ...]:
    """Everything open between the American lists and the editions, in order of list."""
    made: list[OpenItem] = []
    for (folder, name), headings in sorted(_lists(measures).items()):
        ours = expanded(x.product for x in read_list(folder, name))
        prints = manifest_of(folder).get(name, {}).get("prints", ())
        made += _against_footnotes(name, headings, ours, expanded(printed_in(prints)))
        made += _against_texts(name, headings, ours)
        made += (i for i in _not_read(name, headings) if not (prints and i.against == "note"))
    return (*made, *_in_part(measures))


def _in_part(measures: Sequence[Measure]) -> Iterator[OpenItem]:
    """The numbers of whose goods a list names a part across a transfer, so that no number says which; each once."""
    found = {(place, x): None for _, place, x in partly_listed(measures) if place.endswith(".csv")}
    for place, x in found:
        kin = " and ".join(dotted(c) for c in x.because)
        how = f"part of it was {kin} until {x.step}" if x.day == x.step else f"part of it became {kin} on {x.step}"
        reason = f"{how}, which is listed; the rest is not, so that no number says which goods are meant"
        yield OpenItem(place, "transfer", "declared", str(x.day), "neither", x.code, reason)


def counted(items: Iterable[OpenItem]) -> str:
    """How many are declared, unexplained and not read, in words."""
    held = [i.status for i in items]
    words = {
        "declared": "declared",
        "unexplained": "unexplained",
        "not read": "not compared, the note or heading unread",
    }
    return ", ".join(f"{held.count(status)} {text}" for status, text in words.items())


def _lists(measures: Sequence[Measure]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each American list with the headings of all the measures that use it, exceptions included."""
    found: dict[tuple[str, str], set[str]] = {}
    for m in (m for m in measures if m.act.authority == "USA"):
        for name in (n for n in (m.product_list, m.products_except_list) if n):
            found.setdefault((m.folder, name), set()).update(headings_in(m.heading))
    return {key: tuple(sorted(headings)) for key, headings in found.items()}


def headings_in(text: str) -> set[str]:
    """The headings that a measure names; of "A to B", those that the editions have."""
    spans = _SPAN.findall(text)
    within = {h for h in chapter_99() for first, last in spans if first <= h <= last}
    return within | set(_HEADING.findall(text))


def _against_footnotes(name: str, headings: Sequence[str], ours: set[str], in_note: set[str]) -> Iterator[OpenItem]:
    """The differences from the lines whose footnotes name one of the headings; only what is declared where none does.

    in_note: what the list's own note prints, which needs no footnote.
    """
    named = tuple(h for h in headings if h in footnote_codes())
    theirs = expanded(code for h in named for code in footnote_codes()[h])
    place = ", ".join(named or headings)
    for side, alone in (("list", ours - theirs - in_note), ("footnotes", theirs - ours)):
        said = [d for d in read_differences() if (d.list, d.side) == (name, side)]
        yield from (OpenItem(name, "footnotes", "declared", place, side, d.prefix, d.reason) for d in said)
        for prefix in _unsaid(alone, said) if theirs else ():
            yield OpenItem(name, "footnotes", "unexplained", place, side, prefix, f"in the {side} alone")


def _unsaid(alone: Iterable[str], said: Sequence[Difference]) -> list[str]:
    """The lines (eight digits) of the codes of which no declared difference speaks."""
    prefixes = tuple(d.prefix for d in said)
    return sorted({code[:8] for code in alone if not code.startswith(prefixes)})


def _against_texts(name: str, headings: Sequence[str], ours: set[str]) -> Iterator[OpenItem]:
    """The codes that the texts of the headings name and the list lacks."""
    for heading in headings:
        text = chapter_99().get(heading)
        lacking = expanded(text.codes) - ours if text else set()
        for prefix in sorted({code[:8] for code in lacking}):
            reason = "the heading's text names it, the list does not"
            yield OpenItem(name, "heading text", "unexplained", heading, "heading text", prefix, reason)


def _not_read(name: str, headings: Sequence[str]) -> Iterator[OpenItem]:
    """The notes on which the list rests, and the headings that no edition has."""
    if not headings:
        yield OpenItem(name, "heading text", "not read", "", "", "", UNNAMED)
    known = chapter_99()
    for heading in (h for h in headings if h not in known):
        yield OpenItem(name, "heading text", "not read", heading, "", "", NO_HEADING)
    for heading in (h for h in headings if h in known and not known[h].read):
        yield OpenItem(name, "heading text", "not read", heading, "", "", RATE_ALONE)
    for note in sorted({n for h in headings if h in known for n in known[h].notes}):
        yield OpenItem(name, "note", "not read", f"note {note}", "", "", UNREAD_NOTE)


@cache
def chapter_99() -> dict[str, HeadingText]:
    """Heading of subchapter III → the notes and codes of its text: schedule/usa-chapter-99.csv.gz."""
    packed = law_path("schedule", "usa-chapter-99.csv.gz").read_bytes()
    rows = csv.DictReader(gzip.decompress(packed).decode().splitlines())
    return {r["heading"]: HeadingText(_parts(r["notes"]), _parts(r["codes"]), r["read"] == "yes") for r in rows}


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()
