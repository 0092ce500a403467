"""Tariff codes as files write them: points, spaces and words beside them, zeros that a spreadsheet dropped."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from parley.law.code_lines import SHORTEST, follow
from parley.law.edition import edition_days
from parley.law.measure import LATEST
from parley.law.products import FIRST_EDITION, SCHEDULES, read_products
from parley.law.shipments.layouts.registry import BESIDE
from parley.law.shipments.layouts.spelling import halfwidth

_LEADING = re.compile(r"^\s*+(?:HTSUS|HTS|HS|NCM|TARIC|CN)?[\s:#]*+'?(\d[\d.\s\-]*)")
_WORDS = re.compile(r"^\s*'?(\d{2}\.?\d{2}[\d.]*)\s*(?:[-–—:(\[]\s*)?[^\W\d_]")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){1,3}")  # as a spreadsheet shows numbers: 9,503,000,073
LOST = "digits were lost to scientific notation; format the column as text"
WHOLE = {"USA": 10, "CHN": 8}  # digits of a line


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
def spells(code: str, destination: str) -> tuple[tuple[date, date], ...]:
    """The days [start, end) on which a code is a line of a destination's schedule; a heading or an unknown code has none."""
    if destination not in SCHEDULES or lines_below(code, destination)[:1] != (code,):
        return ()
    held = sorted((x.start, x.end) for x in read_products(destination).starting(code) if x.code == code)
    made: list[tuple[date, date]] = []
    for start, end in held:
        if made and made[-1][1] >= start:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return tuple(made)


def is_of_all_days(code: str, destination: str) -> bool:
    """Whether a code is a line of every edition."""
    held = spells(code, destination)
    return len(held) == 1 and held[0][0] <= FIRST_EDITION and held[0][1] == LATEST


@lru_cache(maxsize=1 << 17)
def could_lead(code: str, destination: str) -> bool:
    """Whether a code is, on some day at least, no line of a destination's schedule, and may stand for lines."""
    if destination not in SCHEDULES or not code.isdecimal() or not SHORTEST <= len(code) <= WHOLE[destination]:
        return False
    return not is_chapter_98_or_99(code) and not is_of_all_days(code, destination)


def leads_to_lines(code: str, destination: str, when: date) -> bool:
    """Whether a code is no line on a day, and stands for lines of that day: a short one, a retired suffix, an older edition."""
    if not could_lead(code, destination) or any(start <= when < end for start, end in spells(code, destination)):
        return False
    return _leads(code, destination, max((d for d in edition_days(destination) if d <= when), default=when))


@lru_cache(maxsize=1 << 17)
def _leads(code: str, destination: str, edition: date) -> bool:
    return follow(read_products(destination), code, edition) is not None


def leads_elsewhere(code: str, destination: str, when: date) -> bool:
    """Whether a whole code is no line on a day, and stands for lines of that day: a retired suffix, an older edition."""
    return len(code) == WHOLE.get(destination) and leads_to_lines(code, destination, when)


@lru_cache(maxsize=1 << 17)
def read_code(text: str, destination: str = "USA") -> Code:
    """The digits of a code: 9503.00.00.73, "9503000073 TOYS", 101210010 with its zero lost, 9503000073.0."""
    said = halfwidth(text).strip().strip("'\"")
    if power := re.fullmatch(r"(\d)(?:[.,](\d+))?[eE]\+?(\d+)", said):
        if len(power[2] or "") != int(power[3]):  # 9.503000073E+09 has them all
            return Code("", LOST)
        said = power[1] + (power[2] or "")
    said = said.split(".")[0] if re.fullmatch(r"\d{4,10}\.0|\d{9,10}\.00", said) else said
    said = said.replace(",", "") if _THOUSANDS.fullmatch(said) else said
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


_SEVERAL = re.compile(r"\d{4}\.\d\d\.\d\d(?:\.?\d\d)?|\d{8}(?:\d\d)?")


def codes_in(text: str) -> list[str]:
    """The tariff numbers of a cell that holds nothing but several: "9503.00.0073, 9903.01.24"; else the text itself."""
    found = _SEVERAL.findall(text)
    return found if len(found) > 1 and not re.search(r"[^\s;,/|&+]", _SEVERAL.sub("", text)) else [text]


def is_chapter_98_or_99(digits: str) -> bool:
    """Whether a code is one that stands beside a commodity's: chapter 98, or 99 of additional duties."""
    return len(digits) >= 8 and BESIDE.match(digits) is not None


def is_product(text: str) -> bool:
    """Whether a cell holds a code of six digits or more under which some schedule has lines."""
    held = [read_code(one).digits for one in codes_in(text)]
    return any(len(c) >= 6 and any(lines_below(c[:6], d) for d in ("USA", "CHN")) for c in held)


__all__ = [
    "Code", "codes_in", "could_lead", "is_chapter_98_or_99", "is_of_all_days", "is_product",
    "leads_elsewhere", "leads_to_lines", "lines_below",
    "read_code", "spells",
]  # fmt: skip
