"""A notice or presidential document in the XML of the Federal Register: headings, rates, days and lists that it changes.

The words of amendments are those of the annexes: "the following new headings are inserted in numerical sequence", "by deleting
“25%” … and inserting “50%”", "are terminated", "subdivision (m) of note 16 … inserting the following provisions".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from parley.codes import LEGAL_AUTHORITIES
from parley.inputs import as_file
from parley.law.propose.fr_document import Table, blocks, document, parsed, part, text_of
from parley.law.propose.heading_text import Heading, dates_in, headings_of, notes_of

_CODE = re.compile(r"(?<![\d.])\d{4}\.\d\d(?:\.\d\d(?:\.?\d\d(?:\d\d)?)?)?(?!\d)")
_SWAP = re.compile(
    r'(?:deleting|striking)(?: the words?)? "([^"]*)"[^"]{0,120}?inserting(?: in lieu thereof)?(?: the words?)? "([^"]*)"',
    re.I,
)
_AFTER = re.compile(r'inserting(?: the words?)? "([^"]*)"\s*(?:immediately )?after "([^"]*)"', re.I)
_WHOLE = re.compile(r'(?:deleting|delete) the article description and (?:by )?(?:inserting|insert) "([^"]*)"', re.I)
_GONE = re.compile(
    r"\bheadings?\b[^;:]*?\b(?:is|are)\b (?:hereby )?(?:terminated|deleted|suspended|removed)\b[^;.]*(?:[^;]*?99\d\d\.\d\d\.\d\d)?",
    re.I,
)
_PROVIDED = re.compile(r"\bAs provided (?:for )?in headings? ((?:99\d\d\.\d\d\.\d\d|and|or|through|[\s,–-])+)")
_ACTS = re.compile(
    r"\b(?:modified|amended|amending|modifying|inserted|deleted|terminated|deleting|inserting|adding)\b", re.I
)


class NoteList(NamedTuple):
    """Codes that a notice puts into the list of a note, or takes out; note "" where the text names none.

    headings: those for which the note says that it lists them ("As provided in heading 9903.02.84 …").
    """

    note: str
    codes: tuple[str, ...]
    gained: bool
    day: date | None
    headings: tuple[str, ...] = ()


@dataclass
class Notice:
    """What was read of a document. headings: new or changed ones; gone: those ended; days: heading → its first day.

    unread: remarks on what could not be read. proposed: it asks for comments and is no law yet.
    """

    number: str
    title: str
    signed: date | None
    authority: str
    proposed: bool
    headings: dict[str, Heading] = field(default_factory=dict)
    gone: dict[str, date | None] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    lists: list[NoteList] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def numbered(self) -> bool:
        """Whether its number in the Federal Register was found."""
        return bool(re.fullmatch(r"[\dA-Z]+-\d+", self.number))

    @property
    def day(self) -> date | None:
        """The first day of most of its changes."""
        said = Counter(
            [*self.days.values(), *(d for d in self.gone.values() if d), *(x.day for x in self.lists if x.day)]
        )
        return max(said, key=lambda d: (said[d], d)) if said else None

    def noted(self, note: str) -> tuple[str, ...]:
        """The codes that it puts into a note's list."""
        return tuple(dict.fromkeys(c for x in self.lists if x.gained and x.note == note for c in x.codes))

    def named(self) -> dict[str, tuple[str, ...]]:
        """Heading → the codes that a note lists for it."""
        found: dict[str, dict[str, None]] = {}
        for x in self.lists:
            for heading in x.headings if x.gained else ():
                found.setdefault(heading, {}).update(dict.fromkeys(x.codes))
        return {heading: tuple(codes) for heading, codes in found.items()}


def read_notice(path: Path, before: Mapping[str, Heading]) -> Notice:
    """What a document changes. before: the headings that it amends. Raises InputError naming the file and what was found."""
    path = as_file(path, ".xml")
    root = document(parsed(path), path.name)
    printed = list(blocks(root))
    texts = [b for b in printed if isinstance(b, str)]
    whole = " ".join(texts)
    notice = Notice(_number(root, path.name), _title(root, texts), _signed(root, texts), _authority(root, whole),
                    bool(re.search(r"request for comments|proposed", part(root, "ACT"), re.I)))  # fmt: skip
    _read_blocks(printed, dict(before), notice)
    images = sum(1 for _ in root.iter("GPH"))
    if images:
        notice.unread.append(f"{images} images of printed pages, whose tables are no text")
    return notice


def _number(root: ElementTree.Element, name: str) -> str:
    found = re.search(r"FR Doc\.?\s*([\dA-Z]+[-–]\d+)", part(root, "FRDOC"))
    return found[1].replace("–", "-") if found else name.split(".")[0]


def _title(root: ElementTree.Element, texts: Sequence[str]) -> str:
    heads = (t for t in (text_of(x) for x in root.iter("HD")) if t and not t.endswith(":"))
    return part(root, "SUBJECT") or next(heads, "") or next(iter(texts), "a document of the Federal Register")


def _signed(root: ElementTree.Element, texts: Sequence[str]) -> date | None:
    """The day of a proclamation or order as its head prints it."""
    for text in (part(root, "PROC"), part(root, "EXECORDR"), *texts[:4]):
        days = dates_in(text)
        if days and re.search(r"proclamation|executive order|memorandum", text, re.I):
            return days[0]
    return None


def _authority(root: ElementTree.Element, whole: str) -> str:
    """The legal authority that the title, else the summary, else the text names first in our order; "" for none."""
    for text in (part(root, "SUBJECT"), part(root, "SUM"), whole[:20_000]):
        for authority in LEGAL_AUTHORITIES:
            if authority.printed and re.search(authority.printed, text, re.I):
                return authority.id
    return ""


class _At(NamedTuple):
    """Where the reading stands: the day of amendments, the note whose list is read, whether codes enter it, and for which headings."""

    day: date | None = None
    note: str = ""
    gained: bool = True
    headings: tuple[str, ...] = ()


def _read_blocks(printed: Sequence[str | Table], headings: dict[str, Heading], notice: Notice) -> None:
    """Reads amendments one after another. headings: as they stand so far."""
    at = _At()
    for block in printed:
        if isinstance(block, Table):
            found = tuple(_headings_in(block))
            for h in found:
                _put(h, at.day, headings, notice)
            if not found:
                _put_codes(_codes_of(block), at, notice)
            continue
        at = at._replace(day=_effective(block) or at.day)
        if _ACTS.search(block):
            _amend(block, at.day, headings, notice)
            at = _target(block, at)
        said = _PROVIDED.search(block)
        at = at._replace(headings=headings_of(said[1])) if said else at
        codes = _CODE.findall(re.sub(r"99\d\d\.\d\d\.\d\d", " ", block))
        if codes and (at.note or at.headings or len(codes) > 3):
            _put_codes(codes, at, notice)


def _codes_of(table: Table) -> list[str]:
    """The codes of a table: of all its cells where it holds nothing else, of each row's first cell where words follow."""
    cells = [[text for c in row if (text := c.strip(' ";,.'))] for row in table.rows]
    plain = all(_CODE.fullmatch(c) for row in cells for c in row)
    return [code for row in cells for c in (row if plain else row[:1]) for code in _CODE.findall(c)]


def _effective(text: str) -> date | None:
    """The day from which a paragraph's amendments hold."""
    if not re.search(r"entered for consumption|effective", text, re.I) or not _ACTS.search(text):
        return None
    found = re.search(r"on or after (.{0,80})", text)
    return next(iter(dates_in(found[1])), None) if found else None


def _headings_in(table: Table) -> Iterator[Heading]:
    """The headings of a printed table: number, description and the last three cells as rates; words without number go before."""
    above = ""
    for row in table.rows:
        cells = [c.strip('". ') for c in row]
        code = re.match(r"99\d\d\.\d\d\.\d\d", cells[0]) if cells else None
        if code is None:
            words = max(cells, key=len, default="")
            above = words if words.endswith(":") else above
            continue
        rest = cells[1:]
        words = max(rest[:-3] or rest[:1], key=len, default="")
        general, special, other = (_rate(c) for c in (*rest[-3:], "", "", "")[:3]) if len(rest) > 3 else (
            _rate(c) for c in (*rest[1:], "", "", "")[:3])  # fmt: skip
        yield Heading(
            code[0], general, special, other, f"{above.rstrip(':')}: {_leaders(words)}" if above else _leaders(words)
        )


def _leaders(text: str) -> str:
    """Words without the dots that lead to the next column."""
    body = re.sub(r"(?<![\s.])[\s.]+$", "", text)
    return (body if ".." in text[len(body) :] else re.sub(r"(?<!\s\.)(?:\s\.)++\s*$", "", text)).strip()


def _rate(text: str) -> str:
    return _leaders(text).rstrip(".")


def _put(heading: Heading, day: date | None, headings: dict[str, Heading], notice: Notice) -> None:
    headings[heading.code] = notice.headings[heading.code] = heading
    if day:
        notice.days[heading.code] = day


def _amend(text: str, day: date | None, headings: dict[str, Heading], notice: Notice) -> None:
    """The headings whose texts a paragraph amends or ends."""
    for gone in _GONE.finditer(text):
        for code in headings_of(gone[0]):
            notice.gone[code] = day
    head = re.split(r"\b(?:deleting|inserting|striking|delete)\b", text, maxsplit=1)[0]
    codes = [c for c in headings_of(head) if c not in notice.gone]
    if not codes or re.search(r"\bsubdivisions?\b|\bnote \d|\binserted\b", head, re.I):
        return
    for code in codes:
        old = headings.get(code)
        made = _swapped(old, text) if old else None
        if old is None or made == old:
            if re.search(r"deleting|striking", text) or '"' in text:
                notice.unread.append(f"the amendment of {code}: {text[:160]}")
        elif made is not None:
            _put(made, day, headings, notice)


def _swapped(heading: Heading, text: str) -> Heading:
    """A heading with the words of an amendment exchanged in its columns."""
    whole = _WHOLE.search(text)
    if whole:
        return heading._replace(description=whole[1])
    pairs = [(a, b) for a, b in _SWAP.findall(text) if a] + [(a, f"{a} {b}") for b, a in _AFTER.findall(text) if a]
    columns = [" ".join(c.split()) for c in heading[1:]]
    for a, b in pairs:
        columns = [re.sub(rf"(?<!\d){re.escape(a)}", lambda m, b=b: b, c) for c in columns]
    made = Heading(heading.code, *columns)
    return made if made != Heading(heading.code, *(" ".join(c.split()) for c in heading[1:])) else heading


def _target(text: str, at: _At) -> _At:
    """The note whose list a paragraph changes, and whether codes enter it."""
    notes = [n for n in notes_of(text.split(":")[0]) if "(" in n] or [n for n in notes_of(text) if "(" in n]
    said = re.search(r"\b(inserting|inserted|adding|added|deleting|deleted)\b(?! \")", text, re.I)
    gained = at.gained if not said else not said[1].lower().startswith("delet")
    return at._replace(note=notes[0] if notes else "", gained=gained, headings=())


def _put_codes(codes: Sequence[str], at: _At, notice: Notice) -> None:
    goods = tuple(dict.fromkeys(c.replace(".", "") for c in codes if c[:2] not in ("98", "99")))
    if not goods:
        return
    last = notice.lists[-1] if notice.lists else None
    if last is not None and (last.note, last.gained, last.day, last.headings) == (
        at.note,
        at.gained,
        at.day,
        at.headings,
    ):
        notice.lists[-1] = last._replace(codes=tuple(dict.fromkeys([*last.codes, *goods])))
    else:
        notice.lists.append(NoteList(at.note, goods, at.gained, at.day, at.headings))
