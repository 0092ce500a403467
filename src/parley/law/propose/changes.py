"""What differs between two editions: headings of chapter 99, the lines that their footnotes name, and codes that moved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from parley.law.products import Line
from parley.law.propose.editions import Edition
from parley.law.propose.heading_text import Heading, Reading, dates_in, read_heading

What = Literal["new", "changed", "ended", "suspended", "resumed", "text"]
_COUNTED = (
    "effect",
    "rate",
    "share",
    "origins",
    "origins_except",
    "start",
    "end",
    "loaded_before",
    "codes",
    "when",
    "floor",
)


class HeadingChange(NamedTuple):
    """What happened to a heading. differs: what of its reading changed; "text" alone changes no duty that could be read."""

    heading: str
    what: What
    old: Heading | None
    new: Heading | None
    reading: Reading | None
    differs: tuple[str, ...]


class ListChange(NamedTuple):
    """The lines that a heading gains and loses, and where that stands: in footnotes, or in the list of a note."""

    heading: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    basis: str = "footnotes"


class Moved(NamedTuple):
    """A code that ended and the one that took over goods of it; "" where none is seen. sure: nothing else could pair them."""

    old: str
    new: str
    sure: bool


def heading_changes(old: Edition, new: Edition) -> tuple[HeadingChange, ...]:
    """What happened to the headings of subchapter III, in order."""
    codes = sorted(old.headings.keys() | new.headings.keys())
    made = (_change(code, old.headings.get(code), new.headings.get(code)) for code in codes)
    return tuple(c for c in made if c is not None)


def _change(code: str, old: Heading | None, new: Heading | None) -> HeadingChange | None:
    if new is None:
        return HeadingChange(code, "ended", old, None, None, ())
    reading = read_heading(new)
    if old is None:
        return HeadingChange(code, "suspended" if reading.suspended else "new", None, new, reading, ())
    if _plain(old) == _plain(new):
        return None
    before = read_heading(old)
    differs = tuple(n for n in _COUNTED if getattr(before, n) != getattr(reading, n))
    if before.suspended != reading.suspended:
        return HeadingChange(code, "suspended" if reading.suspended else "resumed", old, new, reading, differs)
    return HeadingChange(
        code, "changed" if differs and not reading.suspended else "text", old, new, reading, differs or ("text",)
    )


def _plain(heading: Heading) -> tuple[str, ...]:
    """A heading's texts without what is no change: dashes, quotes, doubled spaces, full stops at the end."""
    return tuple(
        re.sub(r"[\s.,]+", " ", re.sub(r"[–—]", "-", re.sub("[‘’“”\"']", "'", t))).strip().casefold()
        for t in heading[1:]
    )


def list_changes(old: Edition, new: Edition) -> tuple[ListChange, ...]:
    """The lines whose footnotes name a heading of chapter 99 anew, or no more; none where a side does not date its footnotes."""
    if old.footnotes is None or new.footnotes is None:
        return ()
    made = []
    for heading in sorted(old.footnotes.keys() | new.footnotes.keys()):
        a, b = (e.footnotes.get(heading, frozenset()) if e.footnotes else frozenset() for e in (old, new))
        gained, lost = tuple(sorted(b - a)), tuple(sorted(a - b))
        if gained or lost:
            made.append(ListChange(heading, gained, lost))
    return tuple(made)


def printed_day(changes: Iterable[HeadingChange], old: Edition, new: Edition) -> date | None:
    """The day between two editions that most of the new words print; none where they print none."""
    first, last = old.day - timedelta(days=3), new.day + timedelta(days=3)
    said: Counter[date] = Counter()
    for c in changes:
        if c.new is not None:
            before = set(dates_in(c.old.description)) if c.old else set()
            said.update(d for d in set(dates_in(c.new.description)) - before if first <= d <= last)
    return max(said, key=lambda d: (said[d], d)) if said else None


def moved_codes(old: Mapping[str, Line], new: Mapping[str, Line]) -> tuple[Moved, ...]:
    """The codes that ended, each with those that took over: within eight digits, else six; by their words where several could."""
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    made: list[Moved] = []
    for digits in (8, 6):
        for stem in sorted({c[:digits] for c in gone}):
            olds, news = ([c for c in codes if c.startswith(stem)] for codes in (gone, come))
            if olds and news:
                made += _paired(olds, news, old, new)
                gone, come = ([c for c in codes if not c.startswith(stem)] for codes in (gone, come))
    return tuple(sorted([*made, *(Moved(c, "", False) for c in gone)]))


def _paired(
    olds: Sequence[str], news: Sequence[str], before: Mapping[str, Line], after: Mapping[str, Line]
) -> list[Moved]:
    """Pairs of codes of one stem: all of them where one side is single, else each with the one whose words are nearest."""
    if len(olds) == 1 or len(news) == 1:
        return [Moved(o, n, True) for o in olds for n in news]
    pairs = {(max(olds, key=lambda o: (*_nearness(before[o], after[n]), o)), n) for n in news}
    for o in olds:
        if all(o != first for first, _ in pairs):
            pairs.add((o, max(news, key=lambda n: (*_nearness(before[o], after[n]), n))))
    return [Moved(o, n, False) for o, n in sorted(pairs)]


def _nearness(old: Line, new: Line) -> tuple[bool, int, float]:
    """How near two descriptions are: the same last step; the length of the old one where the new one adds steps; common words."""
    within = f"{new.description}: ".startswith(f"{old.description}: ")
    last = old.description.rpartition(": ")[2]
    same = last == new.description.rpartition(": ")[2] and last != "Other"
    return same, len(old.description) if within else 0, _alike(_words(old), _words(new))


def _words(line: Line) -> frozenset[str]:
    """The words of a line's own steps of description."""
    return frozenset(re.findall(r"[a-z0-9]+", " ".join(line.description.split(": ")[-2:]).casefold()))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0
