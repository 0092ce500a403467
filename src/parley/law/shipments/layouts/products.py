"""Tariff codes as files write them: points, spaces and words beside them, zeros that a spreadsheet dropped."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from typing import NamedTuple

from parley.law.products import SCHEDULES, read_products

_LEADING = re.compile(r"^\s*(?:HTSUS|HTS|HS|NCM|TARIC|CN)?[\s:#]*'?(\d[\d.\s\-]*)")
_WORDS = re.compile(r"^\s*'?(\d{2}\.?\d{2}[\d.]*)\s*(?:[-–—:]\s*)?[^\W\d_]")
BESIDE = re.compile(r"9[89](?:0[1-9]|1[0-9]|2[0-2])")  # headings of chapters 98 and 99


class Code(NamedTuple):
    """The digits of a code, or why it is none."""

    digits: str
    fault: str = ""


@cache
def _codes(destination: str) -> tuple[str, ...]:
    return tuple(sorted({x.code for x in read_products(destination).lines()})) if destination in SCHEDULES else ()


@lru_cache(maxsize=1 << 17)
def lines_below(code: str, destination: str) -> tuple[str, ...]:
    """The lines of a destination's schedule, of any edition, that begin with a code."""
    held = _codes(destination)
    start = bisect_left(held, code)
    end = bisect_left(held, code + ":")  # ":" follows "9"
    return held[start:end]


@lru_cache(maxsize=1 << 17)
def read_code(text: str, destination: str = "USA") -> Code:
    """The digits of a code: 9503.00.00.73, "9503000073 TOYS", 101210010 with its zero lost, 9503000073.0."""
    said = text.strip().strip("'\"")
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?\d+", said):
        return Code("", "digits were lost to scientific notation; format the column as text")
    said = said[:-2] if re.fullmatch(r"\d{4,10}\.0", said) else said
    words = _WORDS.match(said)
    found = words or _LEADING.match(said)
    if not found or (not words and re.sub(r"[\d.\s\-]", "", said[found.start(1) :])):
        return Code("", "not a tariff code")
    digits = re.sub(r"\D", "", found[1])
    if len(digits) % 2 and len(digits) < 10 and (lines_below("0" + digits, destination) or digits[0] == "0"):
        digits = "0" + digits
    if destination == "CHN" and len(digits) == 10 and lines_below(digits[:8], destination):
        digits = digits[:8]
    return Code(digits)


def is_chapter_98_or_99(digits: str) -> bool:
    """Whether a code is one that stands beside a commodity's: chapter 98, or 99 of additional duties."""
    return len(digits) >= 8 and BESIDE.match(digits) is not None


__all__ = ["Code", "is_chapter_98_or_99", "lines_below", "read_code"]
