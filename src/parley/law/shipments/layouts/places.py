"""Countries as files write them: names in several languages and statistical spellings, and codes of several systems.

ISO 3166 alpha-2 and alpha-3 and customs' codes for provinces of Canada are read everywhere. Numbers have several meanings:
ISO 3166 (and UN M49), Comtrade's and BACI's own, and Schedule C of the Census Bureau; a column is of one system.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal

from parley.codes import countries
from parley.law.shipments.layouts.spelling import plain, rows_of

System = Literal["iso", "census", "comtrade"]
_ARTICLE = re.compile(r"(?i)\s*\(\s*(?:the|l['’a-z]{0,3}|la|le|les)\s*\)\s*$")
_PART = re.compile(r"\s+[-–—:|/]\s+|\s*[()（）\[\]]\s*")


class Aggregate(str):
    """What stands for all countries or a group of them."""


@cache
def _names() -> dict[str, str]:
    """Every name in plain form, with its ISO3 code; those of this package's own table stand first."""
    made: dict[str, str] = {}
    for c in countries().values():
        for text in (c.name, c.iso3, *c.aliases):
            made.setdefault(plain(text), c.iso3)
    for table in ("country-spellings.csv", "country-names.csv"):
        for row in rows_of(table):
            for text in row["names"].split(";"):
                for form in {plain(text), plain(_ARTICLE.sub("", text)), plain(text.removeprefix("the "))}:
                    made.setdefault(form, row["iso3"])
    return made


@cache
def _own_codes(system: str) -> dict[str, str]:
    return {row["code"]: row["iso3"] for row in rows_of("country-codes.csv") if row["system"] == system}


@cache
def _numbers(system: System) -> dict[str, str]:
    """The numbers of a system, with and without zeros in front."""
    if system == "census":
        made = {c.census: c.iso3 for c in countries().values() if c.census} | {"5083": "PSE"}
    else:
        made = {row["numeric"]: row["iso3"] for row in rows_of("country-names.csv")}
        made |= {c.zfill(3): iso for c, iso in _own_codes("comtrade").items()} if system == "comtrade" else {}
    return made | {n.lstrip("0"): iso for n, iso in made.items()}


@cache
def _aggregates() -> frozenset[str]:
    return frozenset(plain(row["name"]) for row in rows_of("aggregates.csv"))


def is_aggregate(text: str, system: System = "iso") -> bool:
    """Whether a name or code stands for all countries or a group: "World", Census's "-", "0003" and "1XXX", Comtrade's 0."""
    said = text.strip()
    if plain(said) in _aggregates():
        return True
    if system == "census":
        return said == "-" or bool(re.fullmatch(r"00\d\d|\dXXX", said))
    return system == "comtrade" and (
        said.upper() in ("0", "000", "W00", "WLD", "ALL") or said in ("97", "899", "837", "838", "839")
    )


@lru_cache(maxsize=1 << 17)
def place(text: str, system: System = "iso") -> str | None:
    """The ISO3 code of a country as a file writes it, an Aggregate, or nothing where no country is meant."""
    said = text.strip().strip("'\"")
    if not said:
        return None
    if is_aggregate(said, system):
        return Aggregate(said)
    number = re.fullmatch(r"(\d{1,4})(?:\.0+)?", said)
    if number:
        digits = number[1]
        found = _numbers(system).get(digits) or _numbers(system).get(digits.zfill(4 if system == "census" else 3))
        return found if system != "iso" or len(digits) <= 3 else _numbers("census").get(digits)
    return _own_codes("province").get(said.upper()) or _by_name(said)


def _by_name(said: str) -> str | None:
    names = _names()
    found = names.get(plain(said)) or names.get(plain(_ARTICLE.sub("", said)))
    if found:
        return found
    if "," in said:  # "Korea, South" is South Korea
        last, _, first = said.partition(",")
        found = names.get(plain(f"{first} {last}"))
    if found is None:  # "CN - China", "China (CN)"
        parts = {names.get(plain(p)) for p in _PART.split(said) if plain(p) and not p.strip().isdigit()}
        found = parts.pop() if len(parts) == 1 else None
    return found


def system_of(texts: Iterable[str]) -> System | None:
    """The one system in which all numbers of a column are countries; nothing where there is none, or several disagree."""
    numbers = {t.strip() for t in texts if re.fullmatch(r"\s*\d{1,4}(?:\.0+)?\s*", t)}
    if not numbers:
        return "iso"
    able: list[System] = [s for s in ("iso", "comtrade", "census") if all(place(n, s) for n in numbers)]
    if any(len(n.split(".")[0]) == 4 for n in numbers):
        able = [s for s in able if s != "comtrade"]
    else:
        able = [s for s in able if s != "census"] or able
    meanings = {tuple(place(n, s) for n in sorted(numbers)) for s in able}
    return able[0] if len(meanings) == 1 else None


__all__ = ["Aggregate", "System", "is_aggregate", "place", "system_of"]
