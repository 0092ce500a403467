"""Texts whose columns are parted by blanks alone, as mainframes, listings and statistical offices write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import east_asian_width

from parley.errors import InputError
from parley.law.shipments.layouts.products import is_product

Gaps = tuple[tuple[int, int], ...]  # the places between columns, from 0, each without its end
LOOKED_AT = 400  # lines
FEWEST = 3  # columns, and two lines of them
WIDE = "\x00"  # the second place of a wide sign
_WIDE = re.compile(r"\S {2,}(?=\S)")
_DIGIT = re.compile(r"\d")
_RULE = re.compile(r"(?=.*[-=_]{2})[-=_+ ]+")


def gaps_of(text: str) -> Gaps:
    """The places between the columns of a text; none where it has no such columns.

    Where a line of rules stands below the headings ("----- ---"), it tells; else what is blank in all lines of several columns.
    """
    lines = [_set(line) for line in text.splitlines()[:LOOKED_AT] if line.strip()]
    if any("\t" in line for line in lines):
        return ()
    rules = [line for line in lines if _RULE.fullmatch(line)]
    rest = [line for line in lines if line not in rules]
    for gaps in (_blank(rule) for rule in rules):
        if len(gaps) + 1 >= FEWEST and 2 * sum(_cells(line, gaps) is not None for line in rest) >= max(4, len(rest)):
            return gaps
    most = max(map(_wide_gaps, rest), default=0)
    held = [line for line in rest if _wide_gaps(line) + 1 >= FEWEST and 2 * _wide_gaps(line) >= most]  # a title has few
    if len(held) < 2 or 2 * len(held) < len(lines):
        return ()
    gaps = tuple(gap for gap in _blank(_laid_over(held)) if _is_gap(held, gap))
    return gaps if len(gaps) + 1 >= FEWEST else ()


def rows_of_lines(lines: Iterable[str], gaps: Gaps, where: str) -> Iterator[list[str]]:
    """The cells of each line; a title or a note that runs over columns is one cell, and a line of rules none.

    Raises InputError where a line of several columns runs over the place between two.
    """
    for number, text in enumerate(lines, 1):
        line = _set(text)
        if _RULE.fullmatch(line):
            continue
        cells = _cells(line, gaps)
        if cells is None and (2 * _wide_gaps(line) > len(gaps) or is_product(line.split()[0])):
            raise InputError(f"{where}, line {number}", f"{_unset(line)[:60]!r} runs over the place between two columns",
                             "columns that stand one below another in all lines", "Save the table as CSV")  # fmt: skip
        yield [_unset(line)] if cells is None else cells


def _wide_gaps(line: str) -> int:
    return len(_WIDE.findall(line.strip()))


def _laid_over(lines: Sequence[str]) -> str:
    """One line that is blank where all lines are."""
    width = max(map(len, lines))
    return "".join(" " if all(line[n : n + 1] in ("", " ") for line in lines) else "x" for n in range(width))


def _blank(line: str) -> Gaps:
    """The blanks inside a line."""
    return tuple(found.span() for found in re.finditer(r"(?<=\S) +(?=\S)", line))


def _is_gap(lines: Sequence[str], gap: tuple[int, int]) -> bool:
    """Whether most lines have two blanks or more about a place, or a code or number beside it: between two words stands one blank."""
    first, end = gap

    def parts(line: str) -> bool:
        beside = (*line[:first].split()[-1:], *line[end:].split()[:1])
        return "  " in line[max(0, first - 1) : end + 1].ljust(end + 1 - first) or any(map(_DIGIT.search, beside))

    return 2 * sum(map(parts, lines)) > len(lines)


def _set(line: str) -> str:
    """A line with each sign as wide as it is shown: ideographs take two places."""
    text = line.rstrip()
    return text if text.isascii() else "".join(c + WIDE if east_asian_width(c) in "WF" else c for c in text)


def _unset(cell: str) -> str:
    return cell.replace(WIDE, "").strip()


def _cells(line: str, gaps: Gaps) -> list[str] | None:
    """The cells between some places, each cut where the line is blank in it; None where it is not."""
    made, start = list[str](), 0
    for first, end in gaps:
        span = line[first:end].ljust(end - first)
        blank = max(re.finditer(" +", span), key=lambda found: len(found[0]), default=None)
        if blank is None:
            return None
        made.append(_unset(line[start : first + blank.start()]))
        start = first + blank.start()
    return [*made, _unset(line[start:])]


__all__ = ["Gaps", "gaps_of", "rows_of_lines"]
