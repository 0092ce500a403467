"""Where a table begins and ends inside a file: titles above the headings, totals and notes below the rows, blank rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from parley.law.shipments.layouts.registry import Layout, headings_by_role, layouts
from parley.law.shipments.layouts.spelling import heading, plain

LOOKED_AT = 60  # rows among which the headings are looked for
_TOTAL = re.compile(
    r"(?i)\s*(?:(?:(?:grand|sub|report|overall)[\s-]*)?(?:totals?|sums?|gesamt|gesamtsumme|summe|totale)(?![\w])|合计|总计|小计|合計|합계).*"
)
_TOTAL_OF = re.compile(r"(?i).*\S\s+(?:sub[\s-]?|grand\s+)?totals?:?|.*(?:合计|小计|合計|小計)")
_NUMBER = re.compile(r"[\s$€£(+-]*[\d.,]+[\s%)]*")


class Table(NamedTuple):
    """The headings of a table, and how many rows of the file stand above its first row."""

    headings: tuple[str, ...]
    skipped: int


def find_table(rows: Sequence[Sequence[str]], own: Layout | None = None) -> Table | None:
    """The row of headings among a file's first rows: the one with the most that are known; else the first that is all words."""
    counts = [(_known(row, own), -n) for n, row in enumerate(rows[:LOOKED_AT])]
    best, place = max(counts, default=(0, 0))
    if best >= 2:
        return Table(_named(rows[-place]), 1 - place)
    for n, row in enumerate(rows[:LOOKED_AT]):
        cells = [c for c in row if c.strip()]
        if len(cells) > 1 and not any(_NUMBER.fullmatch(c) for c in cells):
            return Table(_named(row), n + 1)
    return None


def _known(row: Sequence[str], own: Layout | None) -> int:
    """How many different cells of a row are headings that some table or layout names."""
    if own is not None and own.columns:
        wanted = {plain(h) for names in own.columns.values() for h in names}
        return sum(plain(c) in wanted for c in {*row})
    known, named = headings_by_role(), _named_by_layouts()
    found = (heading(c) for c in {*row} if c.strip())
    return sum(bool(h.whole) and (h.whole in known or h.bare in known or h.whole in named) for h in found)


def _named_by_layouts() -> frozenset[str]:
    return frozenset(plain(h) for x in layouts() for names in x.columns.values() for h in names)


def _named(row: Sequence[str]) -> tuple[str, ...]:
    """The headings with a name each: a blank one by its place, a second of one name with its number."""
    made: list[str] = []
    last = max((n for n, c in enumerate(row) if c.strip()), default=-1)
    for n, cell in enumerate(row[: last + 1], 1):
        name, count = " ".join(cell.split()).lstrip("\ufeff") or f"column_{n}", 2
        first = name
        while name in made:
            name, count = f"{first} {count}", count + 1
        made.append(name)
    return tuple(made)


def is_blank(row: Sequence[str]) -> bool:
    """Whether a row holds nothing."""
    return not any(c.strip() for c in row)


def is_amount(text: str) -> bool:
    """Whether a cell is a number, with the sign of a currency at most."""
    return _NUMBER.fullmatch(text) is not None


def is_total(row: Sequence[str], product: str) -> bool:
    """Whether a row is a sum of others: its code is a word of totals, or it has none and such a word stands first, or ends what does."""
    if _TOTAL.fullmatch(product) and not re.match(r"\s*\d", product):
        return True
    first = next((c.strip() for c in row if c.strip()), "")
    return not product.strip() and bool(_TOTAL.fullmatch(first) or _TOTAL_OF.fullmatch(first))


__all__ = ["Table", "find_table", "is_amount", "is_blank", "is_total"]
