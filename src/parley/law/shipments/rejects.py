"""Why a line has no duty: one sentence a reason, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from parley.codes import countries, country_name, dotted
from parley.errors import nearest
from parley.law.explain import FIRST_DAY
from parley.law.products import read_products
from parley.law.transfers import moved_in_words

NEAREST_AT_MOST = 20_000  # distinct origins to look up; a file with more is no list of countries


class Reason(NamedTuple):
    """The column at fault, the sentence for the output, and what is allowed."""

    role: str
    sentence: str
    allowed: str


REASONS = {
    1: Reason("product", "no such line in the schedule on that day", "a full code of the edition in force"),
    2: Reason("origin", "no such country", "an ISO 3166 alpha-3 code such as CHN, or a country's name"),
    3: Reason("origin", "the origin is the destination itself", "two customs territories"),
    4: Reason("entry_date", "not a day", "YYYY-MM-DD, or another order with --dates us (MM/DD/YYYY) or eu (DD/MM/YYYY)"),
    5: Reason("entry_date", f"before {FIRST_DAY}, the first day covered", f"{FIRST_DAY} or later"),
    6: Reason("value", "not a positive number", "dollars, such as 1234.56"),
    7: Reason("quantity", "not a positive number, and the duty is levied by quantity", "a positive number"),
    8: Reason("claim", "a claim that cannot be read", "true or false; a fraction from 0 to 1; YYYY-MM-DD"),
    9: Reason("claim", "metal shares sum to more than 1", "fractions of value that sum to at most 1"),
    10: Reason("product", "the base duty cannot be computed from value and one quantity", "a line with a readable rate"),
    11: Reason("quantity", "missing, and the base duty is levied by quantity", "a quantity in the unit of the duty"),
    12: Reason("unit", "the quantity's unit is not the duty's", "a unit of the duty's kind, such as kg for mass"),
    13: Reason("quantity", "an added duty needs a quantity or a base rate that is not known", "a quantity in its unit"),
    14: Reason("claim", "the added duties on these claims are not computable", "ask: parley law rate"),
    15: Reason("destination", "no schedule of this destination", "USA, CHN"),
    17: Reason("product", "the ordinary rate of this line is not in the package", "a line whose ordinary rate is known"),
    18: Reason("product", "the rate of an added duty is not in the package", "ask: parley law rate"),
    19: Reason("product", "import prohibited", "goods that no ban covers; ask: parley law rate"),
    20: Reason("entry_date", "after the last day to which this law was read", "a day up to it (parley doctor); --as-scheduled"),
    16: Reason("row", "not a row of the file", "as many cells as the header, in UTF-8"),
}  # fmt: skip
MALFORMED, PROHIBITED, UNREAD = 16, 19, 20


def reason_text(code: int, found: str) -> str:
    """The output's reject_reason: "role: sentence: 'found'"."""
    return words_of(code) + (f": '{found}'" if found else " (empty)")


def words_of(code: int) -> str:
    """A reason in the totals: "role: sentence"."""
    return f"{REASONS[code].role}: {REASONS[code].sentence}"


def reason_of(text: str) -> int:
    """The number of the first reason that a reject_reason gives."""
    return next(code for code in REASONS if text.startswith(words_of(code)))


def near_origin(found: str) -> str:
    """The country whose name is nearest to a text, or nothing."""
    names = {spelling: c.iso3 for c in countries().values() for spelling in (c.iso3, c.name, *c.aliases)}
    near = nearest(found[:40], names)
    return f"{country_name(names[near[0]])} ({names[near[0]]})" if near else ""


@cache
def _words(destination: str) -> tuple[list[str], dict[str, str]]:
    """The codes of a schedule in order, and their words."""
    words = {x.code: x.short for x in read_products(destination).lines()}
    return sorted(words), words


def near_product(found: str, destination: str) -> str:
    """The code that shares most digits in front with a text, with its words; nothing where none does.

    Of a code that stands on other days: what it became, or of what it is made.
    """
    digits = "".join(c for c in found[:24] if c.isascii() and c.isdecimal())
    if len(digits) < 2:
        return ""
    moved = moved_in_words(digits, destination)
    if moved:
        return moved
    codes, words = _words(destination)
    at = bisect_left(codes, digits)
    best = max(codes[max(0, at - 1) : at + 1], key=lambda c: _common(c, digits), default="")
    return f"{dotted(best)} {words[best][:60]}" if best and _common(best, digits) >= 2 else ""


def _common(a: str, b: str) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
