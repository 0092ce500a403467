"""What a heading is likely to belong to: the encoded row that is nearest to it, by its number and by the notes that it cites."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from parley.codes import LEGAL_AUTHORITIES
from parley.law.headings import codes_of, dotted
from parley.law.measure import Measure
from parley.law.propose.heading_text import Heading, Reading, notes_of

_MANY_SUBJECTS = ("2",)  # note 2 holds emergency duties of all kinds: only its subdivisions speak


class Kin(NamedTuple):
    """The nearest encoded row, and why it is taken for one. weak: by its place alone, not by its number or a note."""

    row: Measure
    why: str
    weak: bool = False


class Law(NamedTuple):
    """The rows against which a draft is made. named: heading → its rows; cited: note → the rows of the headings that cite it."""

    named: Mapping[str, tuple[Measure, ...]]
    cited: Mapping[str, tuple[Measure, ...]]


def law_of(rows: Iterable[Measure], headings: Mapping[str, Heading], known: date | None) -> Law:
    """The United States' rows by heading and note, as known on a day (None: fullest knowledge).

    headings: the texts of the earlier edition, which say what notes the encoded headings cite.
    """
    named: dict[str, list[Measure]] = {}
    for m in rows:
        if m.act.authority == "USA" and not m.announced and (known is None or m.is_known(known)):
            for code in codes_of(m.heading):
                named.setdefault(dotted(code), []).append(_as_known(m, known))
    cited: dict[str, list[Measure]] = {}
    for code, found in named.items():
        if code in headings:
            for note in notes_of(headings[code].description):
                for key in note_keys(note):
                    cited.setdefault(key, []).extend(found)
    return Law({h: tuple(r) for h, r in named.items()}, {n: tuple(r) for n, r in cited.items()})


def _as_known(m: Measure, known: date | None) -> Measure:
    """A row as it was known on a day: without an end that was made known later."""
    if known is None or m.end is None or m.end_as_known(known) == m.end:
        return m
    return msgspec.structs.replace(m, end=None, end_known=None, collected_end=None)


def note_keys(note: str) -> tuple[str, ...]:
    """A note and what it stands in: 2(v)(iii) → 2(v)(iii), 2(v). The number alone too, where the note has one subject."""
    number, parts = re.match(r"\d*", note), re.findall(r"\([A-Za-z]+\)", note)
    stem = number[0] if number else ""
    keys = [stem + "".join(parts[:k]) for k in range(len(parts), 0, -1)]
    return tuple(keys if stem in _MANY_SUBJECTS else [*keys, stem])


def kin_of(heading: str, reading: Reading, law: Law) -> Kin | None:
    """The nearest encoded row: of the heading itself, of its notes, of the headings that it excepts, of its series."""
    if heading in law.named:
        return Kin(law.named[heading][-1], f"rows of {heading} are encoded")
    for note in reading.notes:
        for key in note_keys(note):
            if key in law.cited:
                return Kin(_usual(law.cited[key]), f"encoded headings cite note {key} too")
    excepted = [m for h in reading.excepted if h[:7] == heading[:7] for m in law.named.get(h, ())]
    if excepted:
        return Kin(_usual(excepted), "its text excepts encoded headings of the same series", True)
    series = [(abs(int(h[8:]) - int(heading[8:])), h) for h in law.named if h[:7] == heading[:7]]
    if series:
        near = min(series)[1]
        return Kin(_usual(law.named[near]), f"the nearest encoded heading of its series is {near}", True)
    return None


def worldwide_notes(readings: Iterable[Reading], law: Law) -> frozenset[str]:
    """The notes that no encoded heading cites and under which a duty falls on all goods of any country."""
    return frozenset(n for r in readings if r.effect in ("adds", "total") and r.whole and r.origins == ("*",)
                     for n in r.notes if not any(k in law.cited for k in note_keys(n)))  # fmt: skip


def _usual(rows: Sequence[Measure]) -> Measure:
    """A row of the most frequent authority and layer among some."""
    place = Counter((m.programme, m.key) for m in rows).most_common(1)[0][0]
    return next(m for m in reversed(rows) if (m.programme, m.key) == place)


def usual_authority(law: Law, whole: bool) -> str:
    """The legal authority of most encoded rows on all goods, or on named ones: the guess where no row is near.

    Without any row it is the first of the table that acts are printed under.
    """
    rows = [m for found in law.named.values() for m in found]
    alike = Counter(m.programme for m in rows if (m.products == ("*",)) == whole) or Counter(m.programme for m in rows)
    return alike.most_common(1)[0][0] if alike else next(a.id for a in LEGAL_AUTHORITIES if a.printed)


def in_force(rows: Iterable[Measure], on: date) -> tuple[Measure, ...]:
    """The rows that stand on a day, each scope once: the last that was known."""
    found: dict[tuple, Measure] = {}
    for m in rows:
        if m.start <= on and (m.end is None or on < m.end) and (m.known_end is None or m.known_end > on):
            key = (m.id, m.origins, m.products, m.product_list, tuple(map(str, m.when.items())), m.combine, m.rank)
            if key not in found or found[key].learnt <= m.learnt:
                found[key] = m
    return tuple(found.values())
