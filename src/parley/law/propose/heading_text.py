"""What a heading of chapter 99 says, as far as its print can be read: effect, rate, origins, days, goods, conditions, notes.

Patterns were written from the editions of 2025 up to revision 16; the words of a floor alone are later (docs/law-propose.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Literal, NamedTuple

from parley.codes import EU, countries
from parley.law.entry_claims import CLAIMS, Value

Effect = Literal["adds", "total", "none", "free", "not read"]
Share = Literal["full", "steel", "aluminium", "copper", "non_us_content"]
GENERAL_NOTE_3B = ("BLR", "CUB", "PRK", "RUS")  # the countries of column 2

_DAY = r"((?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4})"
_APPLICABLE = re.compile(r"^the duty provided (?:for )?in\s*the applicable (?:sub)?heading\.?$", re.I)
_ADDED = re.compile(
    r"^the duty provided (?:for )?in\s*the applicable (?:sub)?heading\s*(?:\+|plus)\s*(?:a duty of )?(\d+(?:\.\d+)?)\s?(?:%|percent)"
    r"(?:\s*(?:up)?on the value of the ([\w.-]+) content)?\.?$", re.I)  # fmt: skip
_PERCENT = re.compile(r"^(\d+(?:\.\d+)?)\s?(?:%|percent)\.?$")
_CONTENT: dict[str, Share] = {
    "steel": "steel",
    "aluminum": "aluminium",
    "copper": "copper",
    "non-u.s.": "non_us_content",
}
_HEADING = re.compile(r"99\d\d\.\d\d\.\d\d")
_SPAN = re.compile(r"(99\d\d\.\d\d)\.(\d\d)\s*(?:-|–|to|through)\s*99\d\d\.\d\d\.(\d\d)")
_CODE = re.compile(r"(?<![\d.])(?!9[89])\d{4}\.\d\d(?:\.\d\d(?:\.?\d\d(?:\d\d)?)?)?(?!\d)")
_NOTE = re.compile(r"(?<!general )(?:U\.\s?S\.\s+)?\bnotes?\s+(\d+)((?:\s?\([a-zA-Z]{1,6}\))*)", re.I)
_OF_A_NOTE = re.compile(
    r"subdivisions?\s+((?:\([a-zA-Z]{1,6}\)|subdivisions?\b|and\b|or\b|through\b|to\b|[\s,–-])+?)"
    r"\s+(?:of|to)\s+(?:U\.\s?S\.\s+)?note\s+(\d+)"
)
_PRODUCT_OF = re.compile(r"\b(?:the )?products? of (?:the )?", re.I)
_OF = re.compile(r"\bof (?:the )?(?=[A-Z])")
_BETWEEN = re.compile(r"(?:,|;|\band\b|\bor\b|\bincluding\b|\bthe\b|\bof\b|\s)+", re.I)
_MEMBER = re.compile(r"(?:(?:a |any )?members? (?:nation|state|country)s? of the )?European Union", re.I)
_EXCEPTED_GOODS = re.compile(
    r"(?:,\s*|(?<!\s)\s+)?(?:and )?except for (?:articles|products|goods) (?:that are )?(?:the )?products? of .*?"
    r"(?=, as provided for in subdivision|[;:]|$)",
    re.I,
)
_EXCEPTED_HEADINGS = re.compile(
    r"(?:,\s*|(?<!\s)\s+)?(?:and )?\bexcept (?:for|as)\b[^;:]*?99\d\d\.\d\d\.\d\d"
    r"(?:99\d\d\.\d\d\.\d\d|\band\b|\bor\b|\bthrough\b|\bto\b|\bheadings?\b"
    r"|U\.\s?S\.|\bnote \d+(?:\([a-z]+\))*|\bthis subchapter\b|[\s,–-])*",
    re.I,
)
_BAGGAGE = re.compile(
    r"(?:,\s*|(?<!\s)\s+)?(?:and )?other than products for personal use included in accompanied baggage[^,;:]*", re.I
)
_LOADED = re.compile(
    rf"(except for goods )?\bloaded onto a vessel.{{0,140}}?before 12:01 a\.m\.[^,;]{{0,40}}? on {_DAY}", re.I | re.S
)
_FROM = re.compile(rf"(?:on or )?after (?:12:01 a\.m\. [a-z ]+ (?:time )?on )?{_DAY}", re.I)
_BEFORE = re.compile(rf"(?:and|consumption,?) (?:before|prior to) (?:12:01 a\.m\. [a-z ]+ (?:time )?on )?{_DAY}", re.I)
_THROUGH = re.compile(rf"(?:and )?through {_DAY}", re.I)
_SUSPENDED = re.compile(r"\[compiler[’']s note:[^\]]*(?:suspended|terminated|expired)[^\]]*\]", re.I)
_US_CONTENT = re.compile(r"\bthe U\.S\. content of articles\b.*?at least (\d+(?:\.\d+)?) percent", re.I)
_COMPILER = re.compile(r"\[compiler[^\]]*\]", re.I)
_ZONE = re.compile(r"foreign.trade zone", re.I)
_WHOLE = re.compile(r"^\W*(?:articles|products|goods)(?: that are)? (?:the )?products? of ", re.I)
_LISTED = re.compile(
    r"enumerated|classified in|provided for in the (?:tariff )?(?:sub)?headings?|each covered by|described in subdivision",
    re.I,
)
_FLOOR = re.compile(
    r"rate of duty under column 1(?:-General)?(?: or column 1-Special)?\W+"
    r"(less than|equal to or greater than|of less than) (\d+(?:\.\d+)?)",
    re.I,
)
CONDITIONS = tuple((claim.printed, name, True) for name, claim in CLAIMS.items() if claim.printed)


class Heading(NamedTuple):
    """A heading as an edition or a notice prints it; description is the path of its words."""

    code: str  # with points
    general: str
    special: str
    other: str
    description: str


class Reading(NamedTuple):
    """What was read of a heading. rate: a fraction; start, end: [first day, first day out); origins: () where none is named.

    whole: all goods of the origins. floor: the base rate below which, or from which, the heading applies ("" for none).
    us_content: the least share of United States content that it frees; none where it frees no such share.
    """

    effect: Effect
    rate: float | None = None
    share: Share = "full"
    origins: tuple[str, ...] = ()
    origins_except: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    loaded_before: date | None = None
    from_cut_off: bool = False
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    whole: bool = False
    when: tuple[tuple[str, Value], ...] = ()
    floor: Literal["", "below", "from"] = ""
    us_content: float | None = None
    suspended: bool = False
    zone: bool = False


@cache
def read_heading(heading: Heading) -> Reading:
    """All that can be read of a heading."""
    text = " ".join(heading.description.split())
    effect, rate, share = effect_of(heading.general if heading.general.strip() else heading.other)
    content = _US_CONTENT.search(text)
    start, end, loaded, from_cut_off, rest = days_of(text)
    kept = _BAGGAGE.sub(" ", _EXCEPTED_GOODS.sub(" ", rest))
    main = _COMPILER.sub(" ", _EXCEPTED_HEADINGS.sub(" ", kept)).strip(" ,.")
    origins = origins_of(main)
    excepted = {o for m in _EXCEPTED_GOODS.finditer(rest) for o in origins_of(m[0])} - {*origins}
    floor = _FLOOR.search(text)
    codes = tuple(dict.fromkeys(re.sub(r"\D", "", c) for c in _CODE.findall(main)))
    return Reading(
        effect=effect, rate=rate, share=share, origins=origins, origins_except=tuple(sorted(excepted)), start=start, end=end,
        loaded_before=loaded, from_cut_off=from_cut_off, codes=codes, notes=notes_of(main),
        excepted=tuple(h for h in headings_of(text) if h != heading.code),
        whole=bool(_WHOLE.search(main)) and not _LISTED.search(main) and not codes,
        when=tuple((name, value) for pattern, name, value in CONDITIONS if re.search(pattern, main, re.I)),
        floor="" if floor is None else "from" if floor[1].lower().startswith("equal") else "below",
        us_content=float(content[1]) / 100 if content and effect == "none" else None,
        suspended=bool(_SUSPENDED.search(text)), zone=bool(_ZONE.search(main)),
    )  # fmt: skip


def effect_of(general: str) -> tuple[Effect, float | None, Share]:
    """What the column-1 text does to the duty: adds a rate, sets the total, adds nothing, frees; "not read" for others."""
    text = " ".join(general.split())
    if _APPLICABLE.match(text) or text.casefold() in ("no change", "no change."):
        return "none", None, "full"
    added = _ADDED.match(text)
    if added:
        content = (added[2] or "").lower()
        if content and content not in _CONTENT:
            return "not read", None, "full"
        return "adds", round(float(added[1]) / 100, 6), _CONTENT.get(content, "full")
    percent = _PERCENT.match(text)
    if percent:
        return "total", round(float(percent[1]) / 100, 6), "full"
    return ("free", 0.0, "full") if text.casefold() in ("free", "free.") else ("not read", None, "full")


def origins_of(text: str) -> tuple[str, ...]:
    """The origins whose goods a text names; "*" alone for any country; none where it names none."""
    for pattern in (_PRODUCT_OF, _OF):
        named = tuple(dict.fromkeys(o for m in pattern.finditer(text) for o in _named_at(text, m.end())))
        if named:
            return ("*",) if "*" in named else named
    return ()


def _named_at(text: str, place: int) -> Iterator[str]:
    """The countries named one after another from a place in a text."""
    tail = text[place : place + 1200]
    if re.match(r"any country identified in general note 3\(b\)", tail, re.I):
        yield from GENERAL_NOTE_3B
        return
    if re.match(r"any country\b", tail, re.I):
        yield "*"
        return
    at = 0
    while True:
        skipped = _BETWEEN.match(tail, at)
        at = skipped.end() if skipped else at
        member = _MEMBER.match(tail, at)
        found = (EU, member.end()) if member else _country_at(tail, at)
        if found is None:
            return
        yield found[0]
        at = found[1]


def _country_at(text: str, place: int) -> tuple[str, int] | None:
    """The country whose name, the longest that fits, begins at a place in a text, and where it ends."""
    part = text[place : place + 60].replace("’", "'").casefold()
    for name, iso3 in _spellings():
        if part.startswith(name) and not part[len(name) : len(name) + 1].isalpha():
            return iso3, place + len(name)
    return None


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    """Names of countries as texts print them, longest first."""
    others = (c for c in countries().values() if c.iso3 != "USA")
    made = {n.casefold(): c.iso3 for c in others for n in (c.name, *c.aliases) if len(n) > 3 and n[0].isalpha()}
    return tuple(sorted(made.items(), key=lambda x: (-len(x[0]), x[0])))


def days_of(text: str) -> tuple[date | None, date | None, date | None, bool, str]:
    """First day, first day out, day before which goods were loaded, whether the first is but a cut-off of loading; the rest."""
    loaded = _LOADED.search(text)
    rest = text.replace(loaded[0], " ") if loaded else text
    plain = _EXCEPTED_GOODS.sub(" ", rest)
    begun, ended, through = (p.search(plain) for p in (_FROM, _BEFORE, _THROUGH))
    start = _day(begun[1]) if begun else None
    end = _day(ended[1]) if ended else _after(_day(through[1])) if through else None
    if loaded is None:
        return start, end, None, False, rest
    cut_off = _day(loaded[2])
    before = None if loaded[1] else cut_off
    return (start or cut_off), end, before, start is None, rest


def dates_in(text: str) -> tuple[date, ...]:
    """The days that a text prints, in order."""
    return tuple(day for found in re.findall(_DAY, text) if (day := _day(found)))


def _day(text: str) -> date | None:
    """A printed day; none where there is no such day (June 31)."""
    try:
        return datetime.strptime(text, "%B %d, %Y").date()
    except ValueError:
        return None


def _after(day: date | None) -> date | None:
    return date.fromordinal(day.toordinal() + 1) if day else None


def headings_of(text: str) -> tuple[str, ...]:
    """The headings of chapter 99 that a text names, spans written out."""
    made = _HEADING.findall(text)
    for stem, first, last in _SPAN.findall(text):
        made += [f"{stem}.{n:02}" for n in range(int(first), int(last) + 1)]
    return tuple(sorted(set(made)))


def notes_of(text: str) -> tuple[str, ...]:
    """The notes that a text cites, each with its subdivision: 2(v), 16(j), 33(g)."""
    found = [number + letters for said, number in _OF_A_NOTE.findall(text) for letters in _divisions(said)]
    rest = _OF_A_NOTE.sub(" ", text)
    found += [number + letters.replace(" ", "") for number, letters in _NOTE.findall(rest)]
    return tuple(dict.fromkeys(found))


def _divisions(said: str) -> Iterator[str]:
    """The subdivisions named together: "(m), (n) or (t)" → (m), (n), (t)."""
    for part in re.split(r",|\band\b|\bor\b|\bthrough\b|\bto\b|–|subdivisions?", said):
        if letters := re.sub(r"[\s-]", "", part):
            yield letters
