"""Why a line has no duty: one sentence a reason, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from functools import cache

from parley.codes import country_name, dotted, spellings
from parley.errors import nearest
from parley.law.explain import FIRST_DAY
from parley.law.products import read_products
from parley.law.transfers import moved_in_words

NEAREST_AT_MOST = 20_000  # distinct origins to look up; a file with more is no list of countries


class Why(IntEnum):
    """Why a line has no duty: the column at fault, the sentence for the output, and what is allowed.

    words: it in the totals, "role: sentence".
    """

    role: str
    allowed: str
    words: str
    # fmt: off
    NO_LINE = 1, "product", "no such line in the schedule on that day", "a full code of the edition in force"
    NO_COUNTRY = 2, "origin", "no such country", "an ISO 3166 alpha-3 code such as CHN, or a country's name"
    OWN_GOODS = 3, "origin", "the origin is the destination itself", "two customs territories"
    NO_DAY = 4, "entry_date", "not a day", "YYYY-MM-DD, or another order with --dates us (MM/DD/YYYY) or eu (DD/MM/YYYY)"
    TOO_EARLY = 5, "entry_date", f"before {FIRST_DAY}, the first day covered", f"{FIRST_DAY} or later"
    NO_VALUE = 6, "value", "not a positive number", "dollars, such as 1234.56"
    UNREAD_QUANTITY = 7, "quantity", "not a positive number, and the duty is levied by quantity", "a positive number"
    UNREAD_CLAIM = 8, "claim", "a claim that cannot be read", "true or false; a fraction from 0 to 1; YYYY-MM-DD"
    METALS_ABOVE_ALL = 9, "claim", "metal shares sum to more than 1", "fractions of value that sum to at most 1"
    BASE_NOT_COMPUTABLE = 10, "product", "the base duty cannot be computed from value and one quantity", "a line with a readable rate"
    NO_QUANTITY = 11, "quantity", "missing, and the base duty is levied by quantity", "a quantity in the unit of the duty"
    OTHER_UNIT = 12, "unit", "the quantity's unit is not the duty's", "a unit of the duty's kind, such as kg for mass"
    ADDED_NOT_KNOWN = 13, "quantity", "an added duty needs a quantity or a base rate that is not known", "a quantity in its unit"
    ADDED_NOT_COMPUTABLE = 14, "claim", "the added duties on these claims are not computable", "ask: parley law rate"
    NO_SCHEDULE = 15, "destination", "no schedule of this destination", "USA, CHN"
    NO_BASE_RATE = 17, "product", "the ordinary rate of this line is not in the package", "a line whose ordinary rate is known"
    NO_ADDED_RATE = 18, "product", "the rate of an added duty is not in the package", "ask: parley law rate"
    PROHIBITED = 19, "product", "import prohibited", "goods that no ban covers; ask: parley law rate"
    UNREAD_LAW = 20, "entry_date", "after the last day to which this law was read", "a day up to it (parley doctor); --as-scheduled"
    MALFORMED = 16, "row", "not a row of the file", "as many cells as the header, in UTF-8"
    # fmt: on

    def __new__(cls, number: int, role: str, sentence: str, allowed: str) -> Why:
        """A reason by its number."""
        made = int.__new__(cls, number)
        made._value_, made.role, made.allowed, made.words = number, role, allowed, f"{role}: {sentence}"
        return made


def reason_text(code: int, found: str) -> str:
    """The output's reject_reason: "role: sentence: 'found'"."""
    return Why(code).words + (f": '{found}'" if found else " (empty)")


def reason_of(text: str) -> Why:
    """The first reason that a reject_reason gives."""
    return next(why for why in Why if text.startswith(why.words))


def near_origin(found: str) -> str:
    """The country whose name is nearest to a text, or nothing."""
    near = nearest(found[:40], spellings())
    return f"{country_name(spellings()[near[0]])} ({spellings()[near[0]]})" if near else ""


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
    beside = codes[max(0, at - 1) : at + 1]
    best = next((c for n in range(len(digits), 1, -1) for c in beside if c.startswith(digits[:n])), "")
    return f"{dotted(best)} {words[best][:60]}" if best else ""
