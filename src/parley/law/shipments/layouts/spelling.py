"""Spellings made comparable: headings and names without case, accents, spaces and signs; the currency that a heading names."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

LONGEST = 160  # characters of a heading or name that are compared
_BOX = re.compile(r"^\s*\d{1,2}\s*\.\s*(?:[A-Za-z]\s*\.\s*)?(?=[A-Za-z])")  # "29. A. HTSUS No.": the boxes of a form
_CODES = "USD|EUR|GBP|CNY|RMB|JPY|CHF|CAD|AUD|MXN|INR|KRW"
_CODED = rf"(?=[€$£¥]|(?:{_CODES})\b)"  # behind the letter of a scale: kEUR, TEUR, M$
_BEHIND = rf"(?:(?<=[€$£¥])|(?<=[€$£¥] )|(?<={_CODES})|(?<=(?:{_CODES}) ))"  # before it: $m, EUR m
_SCALES = (
    (1e9, re.compile(r"(?i)\b(?:billions?|bn|milliards?|milliarden|mrd)\b|十亿|십억")),
    (1e8, re.compile("亿|億|억")),
    (1e7, re.compile(r"(?i)\bcrores?\b")),
    (1e5, re.compile(r"(?i)\b(?:lakhs?|lacs?)\b")),
    (1e6, re.compile(r"(?i)\b(?:millions?|millionen|millones|milhões|milioni|mio|mn|mln|mm|1[,.]?000[,.]?000)\b|百万|백만"
                     r"|\bm ?" + _CODED + f"|{_BEHIND}m\\b")),
    (1e4, re.compile(r"万|萬|만|\b10[,.]000\b")),
    (1e-2, re.compile(r"(?i)\bcents?\b|¢")),
    (1e3, re.compile(r"(?i)\b(?:thousands?|thsd|tsd|tausend|milliers?|miles|milhares|migliaia|duizend(?:en)?|1[,.]?000|'?000s?|k)\b"
                     r"|\b[kt]" + _CODED + f"|{_BEHIND}k\\b|千(?!克)|천")),
)  # fmt: skip
_IN_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,40})[)\]）】]")
_TABLES = resources.files("parley.law.shipments.layouts").joinpath("tables")


@cache
def plain(text: str) -> str:
    """Letters and digits of any script, in small letters, without accents."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST]).casefold().replace("ß", "ss").replace("&", "and")
    return "".join(c for c in folded if c.isalnum())


_UNSEEN = dict.fromkeys((0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF), "")  # marks without width
_HALF = _UNSEEN | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥", 0xFFE1: "£",
         0x66B: ".", 0x66C: ","}  # fmt: skip


def halfwidth(text: str) -> str:
    """A text with digits and signs of other scripts as Latin ones: １，０００．５０ and ١٬٠٠٠٫٥٠ are 1,000.50."""
    if text.isascii():
        return text
    said = text.translate(_HALF)
    return said if said.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in said)


class Heading(NamedTuple):
    """A heading as it is compared: its plain form; that without currency and form box; its currency; what a unit stands for."""

    text: str
    whole: str
    bare: str
    currency: str = ""
    multiplier: float = 1.0


@cache
def heading(text: str) -> Heading:
    """A heading read: "Value (EUR)" is value in EUR, "29. A. HTSUS No." is HTSUS No, "Value (1000 USD)" is in thousands."""
    said = " ".join(halfwidth(text).split())[:LONGEST]
    rest, currency, multiplier = _BOX.sub("", said), "", 1.0
    for inner in _IN_BRACKETS.findall(rest):
        found, times = money_in(inner)
        if found or times != 1:
            currency, multiplier = found or currency, times
            rest = re.sub(r"[(\[（【]" + re.escape(inner) + r"[)\]）】]", " ", rest)
    if not currency:
        rest, currency, multiplier = _trailing(rest, multiplier)
    return Heading(text, plain(said), plain(rest), currency, multiplier)


def _trailing(text: str, multiplier: float) -> tuple[str, str, float]:
    """A currency or a scale at either end of a heading: "Value EUR", "Value in 1000 USD", "EUR Value", "Value_USD", "Value 000s"."""
    words = re.split(r"[\s_]+", text.strip())
    if len(words) < 2:
        return text, "", multiplier
    for take in (5, 4, 3, 2, 1):
        if len(words) > take:
            found, times = money_in(" ".join(words[-take:]))
            if found or (times != 1 and multiplier == 1):
                return " ".join(words[:-take]), found, times if times != 1 else multiplier
    found, times = money_in(words[0])
    return (" ".join(words[1:]), found, times if times != 1 else multiplier) if found else (text, "", multiplier)


def money_in(text: str) -> tuple[str, float]:
    """The currency that a few words name, and 1000 where they say thousands; ("", 1) where they are neither."""
    said = re.sub(r"(?<=000)(?=[^\W\d]{3})", " ", text)  # 1000EURO
    said = re.sub(r"(?i)\b(?:in|of|de|di|en|von)\b|\bd['’]", " ", said).strip(" .,:'’")
    times, rest = next(((t, r) for t, p in _SCALES if (r := p.sub(" ", said).strip(" .,:'’")) != said), (1.0, said))
    found = currency_of(re.sub("(?<=元) 元$", "", rest)) if rest else ""  # 美元千元
    return (found, times) if found or not rest else ("", 1.0)


def scale_of(text: str) -> float | None:
    """What one unit of a value stands for, where a cell says it in words: 1,000 of "thousands"; nothing where it says nothing known."""
    if plain(text) in ("", "units", "unit", "ones", "dollars", "1"):
        return 1.0
    return next((times for times, pattern in _SCALES if pattern.fullmatch(text.strip())), None)


@cache
def currencies() -> dict[str, str]:
    """Every code, sign and name of a currency in small letters, with its ISO 4217 code."""
    made: dict[str, str] = {}
    for row in rows_of("currencies.csv"):
        for sign in (row["currency"], *row["signs"].split(";")):
            if sign:
                made[sign.casefold()] = row["currency"]
    return made


def currency_of(text: str) -> str:
    """The ISO 4217 code of a currency's code, sign or name; empty where it is none that is known."""
    return currencies().get(" ".join(halfwidth(text).split()).casefold(), "")


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of spellings; lines that begin with # are notes."""
    text = _TABLES.joinpath(name).read_text("utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


@cache
def unit_spellings() -> dict[str, str]:
    """Units of other languages and codes, in plain form, with the unit as the schedules write it."""
    return {plain(s): row["unit"] for row in rows_of("units.csv") for s in row["spellings"].split(";")}


def unmarked(text: str) -> str:
    """A cell without the mark by which a spreadsheet keeps it a text: '0101210010 and ="0101210010"."""
    said = text.strip()
    if said.startswith('="') and said.endswith('"') and len(said) > 2:
        return said[2:-1]
    return said[1:] if said.startswith("'") and not said.endswith("'") else text


def unit_of(text: str) -> str:
    """A unit as the schedules write it; what is not in the table stays as it is."""
    return unit_spellings().get(plain(text), text.strip())


__all__ = [
    "Heading",
    "currency_of",
    "halfwidth",
    "heading",
    "money_in",
    "plain",
    "rows_of",
    "scale_of",
    "unit_of",
    "unmarked",
]
