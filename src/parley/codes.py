"""Country, product and date codes as users write them, made canonical: ISO 3166-1 alpha-3, HTS digits, calendar days.

The table of countries is `countries.csv` beside this file: iso3, name, census (Schedule C), aliases (";" between
them), eu (1 for the 27 members of 2025). Unions have codes of their own: EUU is the European Union.
"""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import NamedTuple

from parley.errors import CodeError, DateError, nearest

EU = "EUU"
MAX_CODE_LENGTH = 24  # longer input is refused before any pattern is tried
PRODUCT_DIGITS = (2, 4, 6, 8, 10)


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
def _names() -> dict[str, str]:
    """Every accepted spelling, case-folded, with its ISO3 code."""
    found: dict[str, str] = {}
    for c in countries().values():
        for spelling in (c.iso3, c.name, *c.aliases):
            found[spelling.casefold()] = c.iso3
    return found


def country(text: str, where: str = "country") -> str:
    """The ISO3 code for a code or a name ("CHN", "China", "us"). Raises CodeError with the nearest name."""
    found = _names().get(text.strip().casefold()[:80])
    if found:
        return found
    near = nearest(text[:80], _names(), 1)
    hint = (
        f"Did you mean {countries()[_names()[near[0].casefold()]].name} ({_names()[near[0].casefold()]})?"
        if near
        else ""
    )
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
    digits = re.sub(r"[.\s]", "", text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in PRODUCT_DIGITS:
        raise CodeError(
            where,
            f"{text!r} is not a tariff code",
            "2, 4, 6, 8 or 10 digits, with or without points",
            "To start from words, use: parley law find WORDS",
        )
    return digits


def dotted(digits: str) -> str:
    """A tariff code as the schedule prints it: 8517130000 → 8517.13.00.00."""
    parts = [digits[:4], *(digits[i : i + 2] for i in range(4, len(digits), 2))]
    return ".".join(p for p in parts if p)


def day(text: str | int | date, where: str = "date") -> date:
    """The calendar day of YYYY-MM-DD, of a number such as 20250502, or of a date. Raises DateError."""
    if isinstance(text, date):
        return text.date() if isinstance(text, datetime) else text
    try:
        if isinstance(text, bool) or not isinstance(text, (str, int)):
            raise ValueError
        said = f"{text:08d}" if isinstance(text, int) else text
        said = f"{said[:4]}-{said[4:6]}-{said[6:]}" if len(said) == 8 and said.isdigit() else said
        if len(said) != len("2025-05-02"):
            raise ValueError
        return date.fromisoformat(said)
    except ValueError:
        allowed = "YYYY-MM-DD, such as 2025-05-02"
        raise DateError(where, f"{str(text)[:40]!r} is not a day", allowed) from None
