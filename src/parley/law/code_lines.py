"""The tariff lines of a day that a code stands for: its own, those below it, or those that took over from it.

A code may be short (four to eight digits), of an older edition, or of a later one. In order: the line itself; the transfers of
statistical numbers (law/transfers.py); the lines below it, or below its first eight or six digits; the Harmonized System's
own concordance (law/hs_editions.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from parley.codes import PRODUCT_DIGITS, dotted
from parley.law.hs_editions import BEFORE, NOW, SIX, became, is_before, made_of, merged_from
from parley.law.transfers import begun, ended, forebears, heirs, in_words, steps

if TYPE_CHECKING:
    from parley.law.products import Products

Way = Literal["line", "heading", "renamed", "split", "merged", "regrouped", "not yet", "suffix", "digits", "edition"]
WAYS: dict[Way, str] = {
    "line": "the code is a line of the day",
    "heading": "a short code: the lines below it",
    "renamed": "the number became one other, which holds nothing else",
    "split": "the number became several",
    "merged": "the number became one that holds other goods too",
    "regrouped": "several numbers became several others",
    "not yet": "the code began later: the lines that held its goods on the day",
    "suffix": "no edition of the package has the last two digits: the lines of its eight digits",
    "digits": "no edition of the package has the digits after the sixth: the lines of its six digits",
    "edition": "a code of an older Harmonized System: the lines that took over",
}
SHORTEST = 4  # digits of a code that stands for its lines; a chapter is an average's matter
SHOWN = 8
_DAY = timedelta(days=1)


class CodeLines(NamedTuple):
    """A code's lines on a day, how it leads to them, and that in words (empty for a line of the day)."""

    code: str
    lines: tuple[str, ...]
    way: Way
    words: str


def follow(schedule: Products, code: str, on: date) -> CodeLines | None:
    """The lines of a day that a code stands for; None where it leads to none."""
    if len(code) not in PRODUCT_DIGITS or len(code) < SHORTEST or not code.isdecimal():
        return None
    own = _standing(schedule, [code], on)
    if own and own[0] == code:
        return CodeLines(code, own[:1], *_of_its_day(schedule, code, on))
    if own:
        return _heading(schedule, code, own, on)
    return _transferred(schedule, code, on) or _by_digits(schedule, code, on) or _by_edition(schedule, code, on)


def _standing(schedule: Products, prefixes: Iterable[str], on: date) -> tuple[str, ...]:
    """The lines of a day below some prefixes, in order."""
    found = {x.code for p in prefixes for x in schedule.starting(p) if x.start <= on < x.end}
    return tuple(sorted(found))


def _of_its_day(schedule: Products, code: str, on: date) -> tuple[Way, str]:
    """How a line of the package stands on a day before its own edition of the Harmonized System."""
    new = made_of(code) if is_before(schedule.destination, on) else None
    if new is None:
        return "line", ""
    return "not yet", (
        f"{dotted(code[:SIX])} began with the Harmonized System of {NOW}; on {on} its goods were in "
        f"{said(new.others)}. The line of the first edition in the package is used"
    )


def _heading(schedule: Products, code: str, lines: tuple[str, ...], on: date) -> CodeLines:
    """A short code's lines, with those of codes into which a part of it moved later, where the day is before that."""
    there, moved = _moved_off(schedule, code, on) if is_before(schedule.destination, on) else ((), "")
    every = tuple(sorted({*lines, *there}))
    words = f"{dotted(code)} is a heading of {_count(lines)}"
    return CodeLines(code, every, "heading", f"{words}. {moved}" if moved else words)


def _transferred(schedule: Products, code: str, on: date) -> CodeLines | None:
    """What transfers of statistical numbers say of a code that does not stand on a day."""
    at = schedule.destination
    gone = ended(code, on, at)
    coming = None if gone else begun(code, on, at)
    if coming:
        now = forebears(code, coming.on, on, at)
        then: tuple[str, ...] = now
    elif gone:
        then, now = heirs(code, gone.on - _DAY, gone.on, at), heirs(code, gone.on - _DAY, on, at)
    else:
        return None
    if not now or any(not _standing(schedule, [c], on) for c in now):
        return None  # a schedule of the user's own may not have made the transfer
    words = in_words(gone, coming, then, now, on)
    if coming:
        return CodeLines(code, now, "not yet", words)
    others = tuple(sorted({o for n in now for s in steps(at) if s.on <= on for o in s.olds.get(n, ())} - {code, *now}))
    if others and gone and gone.kind != "unpaired":
        words += f", which also hold{'s' if len(now) == 1 else ''} what was {said(others)}"
    way: Way = "split" if len(now) > 1 else "renamed"
    if others:
        way = "regrouped" if len(now) > 1 else "merged"
    return CodeLines(code, now, way, words)


def _by_digits(schedule: Products, code: str, on: date) -> CodeLines | None:
    """The lines of a code's first eight or six digits, and of codes into which a part of them moved."""
    ever = schedule.starting(code)
    for digits in (d for d in (8, SIX) if d < len(code)):
        lines = _standing(schedule, [code[:digits]], on)
        if not lines:
            continue
        if lines == (code[:digits],):
            return CodeLines(code, lines, "line", f"{dotted(code)} is within the line {dotted(lines[0])}")
        if digits == 8 and len(lines) == 1 and made_of(code) and not ever:
            return None  # a line of 2022 that no edition divides had no older number: a slip
        there, moved = _moved_off(schedule, code, on)
        every = tuple(sorted({*lines, *there}))
        first = f"{dotted(code)} is in no edition of the package"
        if ever:
            first = f"{dotted(code)} is no code of the edition of {on}"
        words = f"{first}; its first {'eight' if digits == 8 else 'six'} digits, {dotted(code[:digits])}, have {_count(lines)}"
        return CodeLines(code, every, "suffix" if digits == 8 else "digits", f"{words}. {moved}" if moved else words)
    return None


def _moved_off(schedule: Products, code: str, on: date) -> tuple[tuple[str, ...], str]:
    """The lines of codes into which goods of a code's six digits moved, and that in words."""
    row = became(code)
    others = [c for c in row.others if c != code[:SIX]] if row and row.edition == BEFORE else []
    lines = _standing(schedule, others, on)
    if not lines:
        return (), ""
    return lines, f"In {NOW} a part of {dotted(code[:SIX])} moved to {said(others)}"


def _by_edition(schedule: Products, code: str, on: date) -> CodeLines | None:
    """The lines that hold the goods of a code of an older Harmonized System, or on an older day of a newer one."""
    if len(code) < SIX:
        return None
    older, newer = became(code), made_of(code)
    for row in (older, newer):
        lines = _standing(schedule, row.others, on) if row else ()
        if row is not None and lines:
            return (
                _older(code, row.edition, row.others, row.parts, lines)
                if row is older
                else _newer(code, row.others, lines, on)
            )
    return None


def _older(code: str, edition: int, new: Sequence[str], parts: Sequence[str], lines: tuple[str, ...]) -> CodeLines:
    words = f"{dotted(code[:SIX])} is of the Harmonized System of {edition} and no longer used; in that of {NOW} it is {said(new)}"
    others = sorted({c for n in new for c in merged_from(n)} - {code[:SIX], *new})
    if len(new) == 1:
        words += f", which also holds what was {said(others)}" if others else ", merged into what stood there"
    if parts:
        words += f". Parts of it went to {'heading' if len(parts) == 1 else 'headings'} {said(parts)}: give the code there if yours did"
    return CodeLines(code, lines, "edition", words)


def _newer(code: str, old: Sequence[str], lines: tuple[str, ...], on: date) -> CodeLines:
    words = f"{dotted(code[:SIX])} began with the Harmonized System of {NOW}; on {on} its goods are in {said(old)}"
    return CodeLines(code, lines, "not yet", words)


def _count(lines: Sequence[str]) -> str:
    """How many lines, the one by its number."""
    return f"one line, {dotted(lines[0])}" if len(lines) == 1 else f"{len(lines)} lines"


def said(codes: Sequence[str]) -> str:
    """Some codes in a sentence."""
    shown = [dotted(c) for c in codes[:SHOWN]]
    if len(codes) > len(shown):
        return f"{', '.join(shown)} and {len(codes) - len(shown)} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
