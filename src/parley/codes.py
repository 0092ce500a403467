"""Country, product and date codes as users write them, made canonical, and the legal authorities under which duties are levied.

Codes are ISO 3166-1 alpha-3, HTS digits and calendar days. The table of countries is `countries.csv` beside this file: iso3,
name, census (Schedule C), aliases (";" between them), eu (1 for the 27 members of 2025). Unions have codes of their own: EUU
is the European Union.
"""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import NamedTuple

from parley.errors import CodeError, DateError, did_you_mean, nearest, nearest_codes

EU = "EUU"
MAX_CODE_LENGTH = 24  # longer input is refused before any pattern is tried
PRODUCT_DIGITS = (2, 4, 6, 8, 10)
NOT_STATED = {"na": "not available", "no": "none"}  # codes of countries that are also words for what is not stated


class Country(NamedTuple):
    """One row of countries.csv."""

    iso3: str
    name: str
    census: str
    aliases: tuple[str, ...]
    eu: bool


@cache
def countries() -> dict[str, Country]:
    """All countries and customs territories by ISO3 code, in the order of the table."""
    text = resources.files("parley").joinpath("countries.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    made = (
        Country(r["iso3"], r["name"], r["census"], tuple(a for a in r["aliases"].split(";") if a), r["eu"] == "1")
        for r in rows
    )
    return {c.iso3: c for c in made}


@cache
def spellings() -> dict[str, str]:
    """Every accepted spelling, case-folded, with its ISO3 code."""
    found: dict[str, str] = {}
    for c in countries().values():
        for spelling in (c.iso3, c.name, *c.aliases):
            found[spelling.casefold()] = c.iso3
    return found


@cache
def _names_elsewhere() -> dict[str, str]:
    """Names in the languages of the United Nations and of customs, which files of goods are read by, case-folded."""
    tables, found = resources.files("parley").joinpath("law/shipments/layouts/tables"), dict[str, str]()
    for table in ("country-spellings.csv", "country-names.csv", "country-names-cldr.csv"):
        text = tables.joinpath(table).read_text("utf-8")
        for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
            for name in row["names"].split(";"):
                found.setdefault(name.casefold(), row["iso3"])
    return found


@cache
def country_spellings() -> dict[str, str]:
    """Every spelling of a country that is read, in any language, case-folded, with its ISO3 code."""
    return {**_names_elsewhere(), **spellings()}


def country(text: str, where: str = "country") -> str:
    """The ISO3 code for a code or a name ("CHN", "China", "us", "中国"). Raises CodeError with the nearest name."""
    said = text.strip().casefold()[:80]
    found = spellings().get(said) or country_spellings().get(said)  # tables of other languages only where needed
    if found:
        return found
    codes = nearest_codes(text.strip(), countries())
    near = codes if codes and codes[0] in countries() else nearest(text[:80], spellings())
    named = [spellings()[spelling.casefold()] for spelling in near]
    hint = did_you_mean([f"{countries()[code].name} ({code})" for code in named])
    raise CodeError(
        where, f"no country {text[:80]!r}", "an ISO 3166 alpha-3 code such as CHN, or a country's name", hint
    )


def country_name(iso3: str) -> str:
    """The English short name of an ISO3 code."""
    return countries()[iso3].name if iso3 in countries() else iso3


_WITH_ARTICLE = frozenset("USA GBR EUU NLD PHL ARE DOM BHS GMB MDV MHL SLB SYC COM CAF COD FLK CYM".split())


def name_in_text(iso3: str) -> str:
    """A country's name as it reads inside a sentence: "the United States", "China"."""
    return f"the {country_name(iso3)}" if iso3 in _WITH_ARTICLE else country_name(iso3)


@cache
def members(code: str) -> tuple[str, ...]:
    """The customs territories that a code stands for: the 27 for EUU, the code itself otherwise."""
    return tuple(c.iso3 for c in countries().values() if c.eu) if code == EU else (code,)


def union_of(iso3: str) -> str:
    """EUU for a member of the European Union, the code itself otherwise."""
    return EU if iso3 in members(EU) else iso3


def product(text: str, where: str = "product") -> str:
    """The digits of a tariff code ("8517.13.00.00" → "8517130000"): 2, 4, 6, 8 or 10 of them. Raises CodeError."""
    if len(text) > MAX_CODE_LENGTH:
        raise CodeError(where, f"a code of {len(text)} characters", f"at most {MAX_CODE_LENGTH}")
    digits = bare(text)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in PRODUCT_DIGITS:
        raise CodeError(
            where,
            f"{text!r} is not a tariff code",
            "2, 4, 6, 8 or 10 digits, with or without points",
            "To start from words, use: parley law find WORDS",
        )
    return digits


def digits_of(text: str, where: str = "product") -> str:
    """The digits of a code; the text itself where it has another number of them, so that a schedule can name the nearest line."""
    digits = re.sub(r"[.\s]", "", text[:MAX_CODE_LENGTH])
    is_odd = (
        len(text) <= MAX_CODE_LENGTH and digits.isascii() and digits.isdecimal() and len(digits) not in PRODUCT_DIGITS
    )
    return text if is_odd else product(text, where)


def bare(text: str) -> str:
    """A code without points and spaces."""
    return re.sub(r"[.\s]", "", text)


def dotted(digits: str) -> str:
    """A tariff code as the schedule prints it: 8517130000 → 8517.13.00.00."""
    parts = [digits[:4], *(digits[i : i + 2] for i in range(4, len(digits), 2))]
    return ".".join(p for p in parts if p)


def counted(n: int, one: str, more: str = "") -> str:
    """A number with its noun: "1 line", "2,000 lines"."""
    return f"{n:,} {one if n == 1 else more or one + 's'}"


def days_left(days: int) -> str:
    """How far off a deadline is: "68 days left", "1 day left", "today"."""
    return f"{counted(days, 'day')} left" if days else "today"


def today() -> date:
    """The day by universal time: the same for every asker, wherever their clock stands."""
    return datetime.now(UTC).date()


LAST_DAY = date(2199, 12, 31)  # that may be written


def day(text: str | int | date, where: str = "date") -> date:
    """The calendar day of YYYY-MM-DD, of a number such as 20250502, or of a date. Raises DateError."""
    if type(text) is date:
        return text
    try:
        if isinstance(text, date):
            found = text.date() if isinstance(text, datetime) else text
            if type(found) is not date:  # no moment at all: NaT
                raise ValueError
            return found
        if type(text).__name__ == "datetime64":
            text = str(text)[:10]
        if isinstance(text, bool) or not isinstance(text, (str, int)):
            raise ValueError
        said = f"{text:08d}" if isinstance(text, int) else text
        said = f"{said[:4]}-{said[4:6]}-{said[6:]}" if len(said) == 8 and said.isdecimal() else said
        if len(said) != len("2025-05-02"):
            raise ValueError
        found = date.fromisoformat(said)
        if found > LAST_DAY:  # beyond it stand no acts, and days are counted on from days
            raise ValueError
        return found
    except ValueError:
        allowed = f"YYYY-MM-DD, such as 2025-05-02, to {LAST_DAY}"
        known = isinstance(text, (str, int, float, date)) or text is None
        shown = repr(str(text)[:40]) if known else f"a {type(text).__name__}"
        raise DateError(where, f"{shown} is not a day", allowed) from None


class LegalAuthority(NamedTuple):
    """A legal authority: its id in acts and answers, its label for people, and its colour on a light and on a dark page.

    duty: the duty in a sentence ("pay no …"). by_list: whether its duties fall on product lists that a government drew up
    against one partner (leverage compares such lists). printed: how notices name it, a pattern (law/propose).
    """

    id: str
    label: str
    light: str
    dark: str
    duty: str
    by_list: bool = False
    printed: str = ""


# Their order is that in which the lines of a rate are shown. Everything that names one (law, briefing, charts, pages, files)
# reads this table: a new authority is one new row, and the acts that rest on it.
LEGAL_AUTHORITIES = (
    LegalAuthority("mfn", "MFN", "#8d9299", "#9aa0a8", "MFN duty"),
    LegalAuthority("preference", "preference", "#b9bdc3", "#cdd1d6", "preferential duty"),
    LegalAuthority("column2", "column 2", "#5e636a", "#7b8189", "column 2 duty"),
    LegalAuthority("s201", "Section 201", "#a1894f", "#cbb37a", "Section 201 duty", printed=r"\bsection 20[13]\b"),
    LegalAuthority("s232", "Section 232", "#3f8586", "#6fb5b5", "Section 232 duty", printed=r"\bsection 232\b"),
    LegalAuthority(
        "s301", "Section 301", "#cf8f1f", "#e5b155", "Section 301 duty", by_list=True, printed=r"\bsection 301\b"
    ),
    LegalAuthority(
        "ieepa_fentanyl",
        "fentanyl (IEEPA)",
        "#7d5fab",
        "#ad94d6",
        "fentanyl duty",
        printed=r"illicit drugs|opioid|southern border",
    ),
    LegalAuthority(
        "ieepa_reciprocal", "reciprocal (IEEPA)", "#1f5fa8", "#6ea8e8", "reciprocal duty", printed=r"\breciprocal\b"
    ),
    LegalAuthority(
        "ieepa_country",
        "country (IEEPA)",
        "#45a0d4",
        "#9ad0f0",
        "country duty under IEEPA",
        printed=r"International Emergency Economic Powers",
    ),
    LegalAuthority("s122", "Section 122", "#9c4f80", "#cf8ab5", "Section 122 surcharge", printed=r"\bsection 122\b"),
    LegalAuthority("s338", "Section 338", "#6a4a36", "#b08f79", "Section 338 duty", printed=r"\bsection 338\b"),
    LegalAuthority("retaliation", "retaliation", "#b23a30", "#ec8279", "retaliatory duty", by_list=True),
)
PROGRAMMES = tuple(a.id for a in LEGAL_AUTHORITIES)
_BY_ID = {a.id: a for a in LEGAL_AUTHORITIES}


def label(name: str) -> str:
    """An authority as people call it; a name that is none stays as it is."""
    return _BY_ID[name].label if name in _BY_ID else name


def duty_in_words(name: str) -> str:
    """The authority's duty in a sentence."""
    return _BY_ID[name].duty if name in _BY_ID else name


def place(name: str) -> int:
    """The place of an authority in the table; that of the last row for a name that is none."""
    return PROGRAMMES.index(name) if name in _BY_ID else len(PROGRAMMES) - 1


def colour_variables(dark: bool = False) -> str:
    """The colours as style-sheet variables --p0, --p1 …, in the table's order."""
    return " ".join(f"--p{k}: {a.dark if dark else a.light};" for k, a in enumerate(LEGAL_AUTHORITIES))
