"""Countries as files write them: names in several languages and statistical spellings, and codes of several systems.

ISO 3166 alpha-2 and alpha-3 and customs' codes for provinces of Canada are read everywhere. Numbers have several meanings:
ISO 3166 (and UN M49), Comtrade's and BACI's own, Schedule C of the Census Bureau and China customs' own (gacc); a column is of
one system. The post's letters for provinces (ON) are read where they are no country; NL is the Netherlands, or Newfoundland and
Labrador: it is a province in a column of provinces, and two meanings in one that has provinces among countries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Literal

from parley.codes import NOT_STATED, countries
from parley.law.shipments.layouts.spelling import halfwidth, plain, rows_of

System = Literal["iso", "census", "comtrade", "gacc", "province"]
NAMES = ("country-spellings.csv", "country-names.csv", "country-names-cldr.csv")
_ARTICLE = re.compile(r"(?i) ?\( ?(?:the|l['’a-z]{0,3}|la|le|les) ?\)$")
_PART = re.compile(r" [-–—:|/] | ?[()（）\[\]] ?")
_CODED = (
    re.compile(r"(?P<code>[A-Za-z]{2,3}|\d{3,4})\s+(?P<name>.+)"),
    re.compile(r"(?P<name>.+) (?P<code>[A-Z]{2,3}|\d{3,4})"),
)
_SYSTEMS: tuple[System, ...] = ("iso", "census", "comtrade", "gacc")
_ANY_PART = re.compile(r" ?[-–—:|/,()（）\[\]] ?")
_MADE_IN = re.compile(r"(?i) ?(?:made|manufactured|produced|product|originated|origin)(?: (?:in|of)| ?:) ")
_FORM_OF_STATE = frozenset(
    "the of and rep republic peoples democratic dem soc socialist islamic isl kingdom state federation fed roc mainland pr pdr dr "
    "republica repubblica republique popular popolare populaire pop democratica democratique socialista socialiste federal federale "
    "reino regno royaume".split()
)
_LETTERS_APART = re.compile(
    r"[A-Za-z]\s*[^\w\s]\s*[A-Za-z]\W*|[A-Za-z]\s+[A-Za-z]\W*"
)  # "N/A" and "n.a." are no Namibia
_TWO_LETTERS = re.compile("[A-Z]{2}")
_SHORTENED = frozenset(("us", "uk", "eu"))
_BETWEEN = frozenset(
    "da de del della do di du la".split()
)  # which are codes of countries too, where no form of state stands


_NAMES_OF_TWO = frozenset(
    ("republicofchina", "chinarepublicof", "roc", "republicadechina", "republiquedechine", "republikchina")
)

_NAMES_LIKE_CODES = {"Nga": "Nigeria (NGA) or, in Vietnamese, Russia (RUS)"}


class Aggregate(str):
    """What stands for all countries or a group of them."""


@cache
def _names() -> dict[str, str]:
    """Every name in plain form, with its ISO3 code; those of this package's own table stand first."""
    made: dict[str, str] = {}
    for c in countries().values():
        for text in (c.name, c.iso3, *c.aliases):
            made.setdefault(plain(text), c.iso3)
    for table in NAMES:
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
    elif system == "gacc":
        made = _own_codes("gacc")
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
    said = " ".join(halfwidth(text).strip().strip("'\"").split())
    if not said or plain(said) in _NAMES_OF_TWO or (_LETTERS_APART.fullmatch(said) and plain(said) not in _SHORTENED):
        return None
    if is_aggregate(said, system):
        return Aggregate(said)
    number = re.fullmatch(r"(\d{1,4})(?:\.0+)?", said)
    if number:
        digits = number[1]
        found = _numbers(system).get(digits) or _numbers(system).get(digits.zfill(4 if system == "census" else 3))
        return found if system != "iso" or len(digits) <= 3 else _numbers("census").get(digits)
    if system == "province" and said.upper() in _own_codes("post"):
        return "CAN"
    own = _own_codes("province").get(said.upper()) or _own_codes(system).get(said.upper())
    return own or _by_name(_MADE_IN.sub("", said, 1))


def _is_short_with_accents(text: str) -> bool:
    """Whether a text without its accents would be as short as a code: Áo (Austria) is no AO (Angola)."""
    return not text.isascii() and len(plain(text)) <= 3 and plain(text).isascii()


@cache
def _short_names() -> dict[str, str]:
    """The names with accents that are as short as codes, as they are written."""
    held = (
        (unicodedata.normalize("NFC", t), row["iso3"])
        for n in NAMES
        for row in rows_of(n)
        for t in row["names"].split(";")
    )
    return {text.casefold(): iso3 for text, iso3 in held if _is_short_with_accents(text)}


def is_province(text: str) -> bool:
    """Whether a text is a Canadian province and no country: ON, XO, Ontario."""
    said = text.strip().upper()
    alone = said in _own_codes("post") and plain(said) not in _names()
    return alone or said in _own_codes("province") or plain(text) in _province_names()


def two_places(text: str, provinces: bool) -> str:
    """Both meanings of a name of two countries; of letters that are a country and a Canadian province, beside provinces; empty
    where there is one."""
    said, names = text.strip().upper(), _names()
    if plain(said) in _NAMES_OF_TWO:
        return "China (CHN) or Taiwan (TWN)"
    if text.strip() in _NAMES_LIKE_CODES:
        return _NAMES_LIKE_CODES[text.strip()]
    if not provinces or said not in _own_codes("post") or plain(said) not in names:
        return ""
    iso3 = names[plain(said)]
    return f"{countries()[iso3].name if iso3 in countries() else iso3} ({iso3}) or {_provinces()[said]} in Canada (CAN)"


def not_stated(texts: Iterable[str], others: Iterable[str] = ()) -> Mapping[str, str]:
    """The texts of a column that are codes of countries or say that nothing is stated, each with both meanings.

    NA and NO are Namibia and Norway among codes of two capital letters alone, if no other column (others) holds them too.
    """
    filled = {t.strip() for t in texts} - {""}
    found = {t for t in filled if plain(t) in NOT_STATED and t.isalpha()}
    rest = filled - found
    if found and rest and all(map(_TWO_LETTERS.fullmatch, rest)):
        found -= {t for t in found if t.isupper()} - {o.strip() for o in others}
    return {t: f"{_country_of(plain(t))} or {NOT_STATED[plain(t)]}" for t in found}


def _country_of(code: str) -> str:
    iso3 = _names()[code]
    return f"{countries()[iso3].name} ({iso3})"


@cache
def _provinces() -> dict[str, str]:
    return {row["code"]: row["what"] for row in rows_of("country-codes.csv") if row["system"] == "post"}


@cache
def _province_names() -> frozenset[str]:
    return frozenset(map(plain, _provinces().values()))


def _by_name(said: str) -> str | None:
    names = _names()
    if _is_short_with_accents(said):
        return _short_names().get(said.casefold())
    found = names.get(plain(said)) or names.get(plain(_ARTICLE.sub("", said)))
    if found:
        return found
    if "," in said:  # "Korea, South" is South Korea
        last, _, first = said.partition(",")
        found = names.get(plain(f"{first} {last}"))
    if found is None:  # "CN - China", "China (CN)"
        parts = {names.get(plain(p)) for p in _PART.split(said) if plain(p) and not p.strip().isdecimal()}
        found = parts.pop() if len(parts) == 1 else None
    return found or _by_parts(said) or _coded(said) or ("CAN" if is_province(said) else None) or _by_words(said)


def _coded(said: str) -> str | None:
    """A name with its own code before or behind it: "CN China", "5700 CHINA", "China CN"."""
    for pattern in _CODED:
        found = pattern.fullmatch(said)
        named = _names().get(plain(found["name"])) if found else None
        if found and named:
            code = found["code"]
            meant = {place(code, s) for s in _SYSTEMS} if code.isdecimal() else {_names().get(plain(code))}
            return named if named in meant else None
    return None


def _by_parts(said: str) -> str | None:
    """ "CN/China"; "CA-ON" and "Quebec, Canada": a country with a province of its own."""
    names = _names()
    parts = [p for p in _ANY_PART.split(said) if plain(p)]
    found = {names.get(plain(p)) for p in parts}
    if len(parts) == 2 and "CAN" in found and any(is_province(p) or p.upper() in _own_codes("post") for p in parts):
        return "CAN"
    return found.pop() if len(parts) > 1 and len(found) == 1 else None


def _by_words(said: str) -> str | None:
    """The one country whose name has these words, forms of state aside: "VIETNAM SOC REP"."""
    found = _names_by_words().get(_bare_words(said), frozenset())
    return next(iter(found)) if len(found) == 1 else None


@cache
def _names_by_words() -> dict[frozenset[str], frozenset[str]]:
    made: dict[frozenset[str], frozenset[str]] = {}
    texts = [(c.iso3, t) for c in countries().values() for t in (c.name, *c.aliases)]
    texts += [(row["iso3"], t) for n in NAMES for row in rows_of(n) for t in row["names"].split(";")]
    for iso3, text in texts:
        words = _bare_words(text)
        made[words] = made.get(words, frozenset()) | {iso3}
    return {k: v for k, v in made.items() if k}


def _bare_words(text: str) -> frozenset[str]:
    words = frozenset(plain(w) for w in re.findall(r"[^\W\d_]+", re.sub(r"['’.]", "", text)))
    return words - _FORM_OF_STATE - (_BETWEEN if words & _FORM_OF_STATE else frozenset())


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


__all__ = ["Aggregate", "System", "is_aggregate", "is_province", "not_stated", "place", "system_of", "two_places"]
