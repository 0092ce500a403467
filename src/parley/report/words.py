"""Numbers, days, names and terms as people read them: percent with a true minus sign, a dash for what is missing, short days,
sectors and outcomes by name; and the glossary, read from glossary.toml.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from parley.codes import PROGRAMMES, country_name, dotted, label

DASH = "–"


def number(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    """A number with a true minus; a dash where it is missing. Never a negative zero."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = f"{0:.{digits}f}"
    return text.replace("-", "−")


def signed(value: float | None) -> str:
    """A change with its sign, to two digits."""
    return number(value, 2, sign=True)


def signed_finely(value: float | None) -> str:
    """A small change with its sign, to three digits."""
    return number(value, 3, sign=True)


def rate(fraction: float | None, digits: int = 1) -> str:
    """A fraction in percent, without needless digits: 1.45 → 145; 0.025 → 2.5; a dash where it is missing."""
    if fraction is None or not math.isfinite(fraction):
        return DASH
    text = f"{100 * fraction:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def rate_finely(fraction: float | None) -> str:
    """A fraction in percent, to two digits."""
    return rate(fraction, 2)


def spread(r: Mapping[str, Any] | None, digits: int = 2) -> str:
    """A range as "median (low … high)", with a word where the sign differs."""
    if not r:
        return DASH
    mark = " sign differs" if r.get("sign_differs") else ""
    low, middle, high = (number(r[name], digits, sign=True) for name in ("low", "median", "high"))
    return f"{middle} ({low} … {high}){mark}"


def day(on: date | str | None) -> str:
    """2025-05-02 → 2 May 2025; a dash where it is missing."""
    if not on:
        return DASH
    on = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{on.day} {on:%b %Y}"


def times(count: int) -> str:
    """How often: "never", "once", "3 times"."""
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def is_day(text: str) -> bool:
    """Whether a text is a day, YYYY-MM-DD."""
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def in_force(on: str, known: str) -> str:
    """A day and its information cut-off in words; a cut-off that is no day is the latest."""
    seen = f"as known on {day(known)}" if is_day(known) else "everything in the package known"
    return f"tariffs in force on {day(on)}, {seen}"


def flow(text: str) -> str:
    """ "CHN->USA" → "United States on China": who levies, on whose goods."""
    origin, _, levier = text.partition("->")
    return f"{country_name(levier)} on {country_name(origin)}"


def programme(name: str) -> str:
    """A programme as people call it."""
    return label(name)


_PERCENT = re.compile(r" (?<=\d )%")  # the space first: a page is searched for it ten times as fast as for a digit
_DAY = re.compile(r" (?<=\d )(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)")
_ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")  # not the number of an entry, such as 2025-05-02-01
_ISO3 = re.compile(r"\b[A-Z]{3}\b")
_PROGRAMME = re.compile(r"\b(?:" + "|".join(p for p in PROGRAMMES if "_" in p or p[1:].isdecimal()) + r")\b")
_LINE = re.compile(r"\bCSMS\b[^;()\[\]]*|\b(?:\d{8}|\d{10})\b")  # customs' messages have eight digits too

SECTORS = {  # ISIC Rev. 4 divisions as the OECD inter-country tables group them
    "A01": "Crops and animals",
    "A02": "Forestry",
    "A03": "Fishing",
    "B05": "Coal",
    "B06": "Oil and gas",
    "B07": "Metal ores",
    "B08": "Other minerals",
    "B09": "Mining support",
    "C10T12": "Food, drink, tobacco",
    "C13T15": "Textiles, clothes, leather",
    "C16": "Wood",
    "C17_18": "Paper and printing",
    "C19": "Refined petroleum",
    "C20": "Chemicals",
    "C21": "Pharmaceuticals",
    "C22": "Rubber and plastics",
    "C23": "Glass, ceramics, cement",
    "C24A": "Iron and steel",
    "C24B": "Non-ferrous metals",
    "C25": "Metal products",
    "C26": "Computers, electronics",
    "C27": "Electrical equipment",
    "C28": "Machinery",
    "C29": "Motor vehicles",
    "C301": "Ships and boats",
    "C302T309": "Aircraft, rail, cycles",
    "C31T33": "Furniture, toys, other",
    "SERVICES": "Services",
}

OUTCOMES = {
    "on_time": "kept on its day",
    "late": "kept late",
    "partly": "kept in part",
    "moved": "moved to another day",
    "withdrawn": "withdrawn",
    "broken": "broken",
    "not_due": "not due yet",
    "untestable": "cannot be tested",
}

CAPITALS = {word: word.upper() for word in ("us", "usmca", "korus", "eu", "mfn", "gdp", "trq")}  # in identifiers

DECISIONS = {
    "signs": "signs at any p",
    "folds": "signs above p*",
    "waits": "never signs",
    "unknown": "rate only",
}


def sector(code: str) -> str:
    """A sector's name; the code itself where the world has sectors of its own."""
    return SECTORS.get(code, code)


def outcome(name: str) -> str:
    """An outcome in words: on_time → kept on its day."""
    return OUTCOMES.get(name, name.replace("_", " "))


def decision(name: str) -> str:
    """What a partner does under the terms assumed, in words."""
    return DECISIONS.get(name, name)


def capital(text: str) -> str:
    """A sentence's first letter as a capital; the rest as it is."""
    return text[:1].upper() + text[1:]


def prose(text: str | None) -> str:
    """A sentence with days, countries, programmes and tariff lines as people write them: … 2025-01-01 … CHN → … 1 Jan 2025 … China."""
    text = _ISO_DAY.sub(lambda m: day(m[0]), text or DASH)
    text = _ISO3.sub(lambda m: country_name(m[0]), text)
    text = _PROGRAMME.sub(lambda m: programme(m[0]), text)
    return _LINE.sub(lambda m: m[0] if m[0].startswith("CSMS") else dotted(m[0]), text)


def unbroken(text: str) -> str:
    """A text with no line break between a number and its percent sign, nor between a day and its month."""
    return _DAY.sub("\u00a0", _PERCENT.sub("\u00a0%", text))


def words(name: str) -> str:
    """An identifier as words: trade-imbalance → trade imbalance; us_content → US content."""
    return " ".join(CAPITALS.get(word, word) for word in name.replace("-", " ").replace("_", " ").split(" "))


Words = tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def _glossary() -> list[dict[str, Any]]:
    return tomllib.loads(resources.files("parley.report").joinpath("glossary.toml").read_text("utf-8"))["word"]


def glossary() -> dict[str, Words]:
    """Every word with its sentence, by room."""
    rooms = dict.fromkeys(row["room"] for row in _glossary())
    return {room: tuple((r["word"], r["says"]) for r in _glossary() if r["room"] == room) for room in rooms}


def glossary_of_a_briefing() -> Words:
    """The few that a briefing explains."""
    return tuple((r["word"], r["says"]) for r in _glossary() if r.get("brief"))
