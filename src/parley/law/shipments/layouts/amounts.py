"""Numbers as files write them: thousands' signs, decimal commas, currency signs, brackets for what is negative.

1,000 and 1.000 have two meanings each; they are read where the column, the layout or the user says which sign is the decimal one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from parley.law.shipments.layouts.spelling import currencies, currency_of, halfwidth

Decimal = Literal[".", ","]
_SPACES = re.compile(r"[\s\u00a0\u202f'’`]+")
_PLAIN = re.compile(r"\d++\.?|\d*+\.\d++(?:[eE][+-]?\d+)?|\d++\.?[eE][+-]?\d+")
_COMMA_GROUPS = re.compile(
    r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?"
)  # the second: 1,00,000
_POINT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_DECIMAL_COMMA = re.compile(r"\d*,\d+")
_UNDECIDED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


WITH_POINTS = frozenset(("zh", "zh-Hant", "ja", "ko"))  # languages in which a decimal sign is a point
YEN = "¥"  # the sign of two currencies
TWO_CURRENCIES = "CNY or JPY"
TWO_MEANINGS = "two meanings"
NO_TRADE = frozenset(("", "0", "-", "--", ":", "..", "..."))  # of a month or a country: nothing, or no figure


class Numeral(str):
    """The text of a cell that is a number in its file (a workbook, JSON, Parquet): its point says nothing of how texts are written."""

    __slots__ = ()


def numeral(text: str) -> Numeral:
    """A number as its file holds it, written with a point: 1.125 as 1.1250, which is no thousand."""
    return Numeral(f"{text}0" if _UNDECIDED.fullmatch(text.lstrip("-")) else text)


class Amount(NamedTuple):
    """A number read, the currency whose sign stood beside it, or why it is none."""

    number: float | None
    currency: str = ""
    fault: str = ""


@cache
def _signs() -> re.Pattern[str]:
    spelled = sorted((s for s in currencies() if not s.isdecimal()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, spelled)), re.IGNORECASE)


def bare(text: str) -> tuple[str, str, bool]:
    """The digits and signs of a number, the currency beside it, and whether it is negative."""
    said = halfwidth(text).strip().replace("−", "-")
    currency = ""
    if not re.fullmatch(r"[\d.,]*", said):
        found = _signs().match(said.lstrip("(-+ ")) or re.search(
            rf"(?:{_signs().pattern})(?=[\s)\-]*$)", said, re.IGNORECASE
        )
        if found is None and YEN in said:
            currency, said = TWO_CURRENCIES, said.replace(YEN, " ", 1)
        elif found:
            currency = currency_of(found.group())
            said = said.replace(found.group(), " ", 1)
    said = said.strip()
    negative = (said.startswith("(") and said.endswith(")")) or said.startswith("-") or said.endswith("-")
    return _SPACES.sub("", said.strip("()-+ ")), currency, negative


def own_decimal(digits: str) -> Decimal | None:
    """The decimal sign that a number itself decides; nothing for 1000, 1,000 and 1.000."""
    if _UNDECIDED.fullmatch(digits) or not re.search(r"[.,]", digits):
        return None
    if _PLAIN.fullmatch(digits) or _COMMA_GROUPS.fullmatch(digits):
        return "."
    return "," if _POINT_GROUPS.fullmatch(digits) or _DECIMAL_COMMA.fullmatch(digits) else None


@lru_cache(maxsize=1 << 16)
def read_amount(text: str, decimal: Decimal | None = None) -> Amount:
    """A number as it is written; decimal: the sign that the column, the layout or the user says."""
    digits, currency, negative = bare(text)
    if not digits:
        return Amount(None, currency, "no number")
    sign = decimal or own_decimal(digits)
    if sign is None and _UNDECIDED.fullmatch(digits):
        return Amount(None, currency, TWO_MEANINGS)
    number = _value(digits, sign or ".")
    return (
        Amount(None, currency, "not a number") if number is None else Amount(-number if negative else number, currency)
    )


def _value(digits: str, decimal: Decimal) -> float | None:
    other = "," if decimal == "." else "."
    groups = _COMMA_GROUPS if decimal == "." else _POINT_GROUPS
    said = digits.replace(other, "") if groups.fullmatch(digits) else digits
    said = said.replace(",", ".") if decimal == "," and said.count(",") == 1 and "." not in said else said
    if not _PLAIN.fullmatch(said) or (decimal == "," and "." in digits and not groups.fullmatch(digits)):
        return None
    number = float(said)
    return number if math.isfinite(number) else None  # of hundreds of digits


def decimal_in(texts: Iterable[str]) -> Decimal | None:
    """The decimal sign that a column's own texts decide; nothing where none does, or they disagree."""
    found: set[Decimal] = {sign for text in texts if (sign := says_decimal(text))}
    return next(iter(found)) if len(found) == 1 else None


def says_decimal(text: str) -> Decimal | None:
    """The decimal sign that a cell says its table has; a number of the file says none."""
    return None if isinstance(text, Numeral) else own_decimal(bare(text)[0])


def two_meanings(texts: Iterable[str]) -> str:
    """The first text that is a number by either sign; empty where there is none."""
    return next((t for t in texts if _UNDECIDED.fullmatch(bare(t)[0])), "")


__all__ = [
    "TWO_CURRENCIES", "TWO_MEANINGS", "Amount", "Decimal", "Numeral", "bare", "decimal_in", "numeral", "own_decimal", "read_amount",
    "says_decimal", "two_meanings",
]  # fmt: skip
