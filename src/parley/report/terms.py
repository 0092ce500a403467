"""The report's own terms: sectors, outcomes and decisions, as people say them. Words are explained in glossary.py."""

from __future__ import annotations

import re

from parley.codes import PROGRAMMES, country_name, dotted
from parley.report.words import DASH, day, programme

_ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")  # not the number of an entry, such as 2025-05-02-01
_ISO3 = re.compile(r"\b[A-Z]{3}\b")
_PROGRAMME = re.compile(r"\b(?:" + "|".join(p for p in PROGRAMMES if "_" in p or p[1:].isdigit()) + r")\b")
_LINE = re.compile(r"\b(?:\d{8}|\d{10})\b")

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
    return _LINE.sub(lambda m: dotted(m[0]), text)


def words(name: str) -> str:
    """An identifier as words: trade-imbalance → trade imbalance; us_content → US content."""
    return " ".join(CAPITALS.get(word, word) for word in name.replace("-", " ").replace("_", " ").split(" "))
