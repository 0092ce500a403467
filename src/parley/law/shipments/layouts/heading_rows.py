"""Where a table begins and ends inside a file: titles above the headings, totals and notes below the rows, blank rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from parley.law.shipments.layouts.days import read_day
from parley.law.shipments.layouts.pivots import Pivot, heads_in, pivot_of
from parley.law.shipments.layouts.registry import Layout, headings_by_role, layouts
from parley.law.shipments.layouts.spelling import Heading, currency_of, heading, plain
from parley.law.shipments.units import OF_NO_FILE, dimension_of

LOOKED_AT = 60  # rows among which the headings are looked for
DEEPEST = 3  # lines of headings
_TOTAL = re.compile(
    r"(?i)\s*(?:(?:(?:grand|sub|report|overall)[\s-]*)?(?:totals?|totaux|totale?n?|totaal|sum(?:me|a|s)?|gesamt(?:summe)?|zwischensumme"
    r"|endsumme|итого|всего|toplam|razem)(?![\w])|合计|总计|小计|合計|總計|総計|小計|합계|총계|총합계|소계|\*+\s*$).*"
)  # a star: of a list that SAP writes
_TOTAL_OF = re.compile(r"(?i).*\S\s+(?:sub[\s-]?|grand\s+)?totals?:?|.*(?:合计|小计|合計|小計)")
_CODE_TOTAL = re.compile(
    r"(?i)[\d.\s-]++(?:sub[\s-]?|grand\s+)?(?:totals?|result|ergebnis|summe|suma|合计|小计|合計|小計|계)\s*"
)
_ABOVE = re.compile(r"(?:19|20)\d\d|\d{1,2}\.(?:\s*[A-Za-z]\.?)?")  # a year, the box of a form
_ORDINAL = re.compile(r"[1-6]")  # "Tariff" above 1 and 2
_NUMBER = re.compile(r"[\s$€£(+-]*[\d.,]+[\s%)]*")


class Table(NamedTuple):
    """The headings of a table and where it stands in its file, in rows from 0.

    skipped: its first row, behind its headings. titles: the lines above its headings. stop: where the next
    table's begins; None to the end of the file. first: the number of its first row, from 1 for that of the file's first table.
    """

    headings: tuple[str, ...]
    skipped: int
    titles: tuple[int, int] = (0, 0)
    stop: int | None = None
    first: int = 1
    pivot: Pivot | None = None

    def turned(self, rows: Sequence[Sequence[str]], given: Mapping[str, str]) -> Table:
        """The table with a row for each of the countries that head its columns, where such do."""
        pivot = pivot_of(self.headings, [row for row in rows if not is_total(row, "")], given)
        return self._replace(headings=pivot.headings, pivot=pivot) if pivot else self

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be known of how the table is read."""
        return (self.pivot.words,) if self.pivot else ()

    def rows_of(self, row: list[str]) -> Iterable[list[str]]:
        """A row of the file as the rows of the table."""
        return self.pivot.rows_of(row) if self.pivot else (row,)


def find_tables(rows: Sequence[Sequence[str]], own: Layout | None = None) -> tuple[Table, ...]:
    """The tables among a file's first rows, in order: that of find_table, and others above and below it under known headings."""
    span = _headings_at(rows, own)
    if span is None:
        return ()
    known = {_stripped(rows[n]) for n in range(*span)} | {_stripped(_together(rows[slice(*span)], own))}
    heads = [n for n in range(len(rows)) if not span[0] <= n < span[1] and begins_table(rows[n], own)]
    over = [(n, n + 1) for n in heads if n < span[0] and any(map(_is_row, rows[n + 1 : span[0]]))]
    under = [
        (n, n + 1)
        for n in heads
        if n >= span[1] and any(map(_is_row, rows[span[1] : n])) and _stripped(rows[n]) not in known
    ]
    spans = [*over, span, *under]
    tops = [0, *(_top(rows, last, first) for (_, last), (first, _) in pairwise(spans))]
    return tuple(
        Table(_named(_together(rows[a:b], own), rows[b:stop]), b, (top, a), stop, b - spans[0][1] + 1)
        for (a, b), top, stop in zip(spans, tops, [*tops[1:], None], strict=True)
    )


def _stripped(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(c.split()) for c in row if c.strip())


def begins_table(row: Sequence[str], own: Layout | None) -> bool:
    """Whether a row is one of headings: three that are known or more, half of all at least, and each of letters."""
    held = [c for c in row if c.strip()]
    words = len(held) > 2 and all(sum(map(str.isalpha, c)) > sum(map(str.isdigit, c)) for c in held)
    return words and _known(held, own) >= max(3, len(held) / 2)


def _is_row(row: Sequence[str]) -> bool:
    """Whether a row may be one of goods: several cells, some with digits."""
    held = [c for c in row if c.strip()]
    return len(held) > 2 and any(map(str.isdigit, "".join(held)))


def _top(rows: Sequence[Sequence[str]], last: int, first: int) -> int:
    """The first of the blank lines and titles right above a row of headings, below another table."""
    while first > last and sum(bool(c.strip()) for c in rows[first - 1]) < 2:
        first -= 1
    return first


def find_table(rows: Sequence[Sequence[str]], own: Layout | None = None) -> Table | None:
    """The table whose headings stand among a file's first rows; none where there are no headings."""
    span = _headings_at(rows, own)
    return Table(_named(_together(rows[slice(*span)], own), rows[span[1] :]), span[1]) if span else None


def _headings_at(rows: Sequence[Sequence[str]], own: Layout | None) -> tuple[int, int] | None:
    """Where the headings stand: the row, or up to three that stand together, with the most that are known; else the
    first row that is all words. Of equal ones rows go first that make several headings together, or each hold some (one language
    below another)."""
    looked = rows[:LOOKED_AT]
    known = [_known(row, own) + _countries(row) for row in looked]
    counts = [(count, False, -1, -n) for n, count in enumerate(known)]
    spans = [(n, n + size) for size in range(2, DEEPEST + 1) for n in range(len(looked) - size + 1)]
    for a, b in spans:
        if _are_words(looked[a:b]):
            made = _together(looked[a:b], own)
            pairs = [(c, last.strip()) for c, last in zip(made, looked[b - 1], strict=False)]
            several = sum(_known([c], own) for c, last in pairs if last not in ("", c)) > 1 or min(known[a:b]) > 1
            periods = len(looked[b - 1]) if _are_periods(looked[b - 1]) else _months(made, looked[b - 1])
            counts.append((_known(made, own) + _countries(made) + periods, several or periods > 0, a - b, -a))
    best, _, size, first = max(counts, default=(0, False, -1, 0))
    if best >= 2:
        return -first, -first - size
    for n, row in enumerate(looked):
        cells = [c for c in row if c.strip()]
        if len(cells) > 1 and not any(_NUMBER.fullmatch(c) for c in cells):
            return n, n + 1
    return None


def _are_words(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows can be headings in several lines: none is blank, no cell a number, but for years and boxes of forms above, and
    a last line of periods alone."""
    rows = rows[:-1] if len(rows) > 1 and _are_periods(rows[-1]) else rows
    cells = [(n, c.strip()) for n, row in enumerate(rows, 1) for c in row if c.strip()]
    return not any(map(is_blank, rows)) and all(
        sum(map(str.isdigit, c)) <= sum(map(str.isalpha, c))
        or _ORDINAL.fullmatch(c) or (_ABOVE.fullmatch(c) if n < len(rows) else _is_period(c)) for n, c in cells
    )  # fmt: skip


def _are_periods(row: Sequence[str]) -> bool:
    """Whether a row holds months or years alone, several of them."""
    held = [c for c in row if c.strip()]
    return len(held) > 1 and all(map(_is_period, held))


def _is_period(text: str) -> bool:
    day = read_day(text)
    return day.day is not None and day.precision != "day"


def _together(rows: Sequence[Sequence[str]], own: Layout | None) -> Sequence[str]:
    """Headings in several lines as one: a cell of an upper line speaks for the blank ones to its right where lower lines are filled.

    A heading has as many of its lines as make one that is known; all of them, where none does.
    """
    if len(rows) == 1:
        return rows[0]
    width = max(map(len, rows))
    cells = [[*(c.strip() for c in row), *([""] * (width - len(row)))] for row in rows]
    carried = [[""] * width for _ in rows]
    for n, row in enumerate(cells[:-1]):
        said = ""
        for k in range(width):
            if any(upper[k] for upper in cells[: n + 1]):
                said = row[k] if any(lower[k] for lower in cells[n + 1 :]) else ""
            carried[n][k] = said
    made, by_country = [], []
    for k in range(width):
        lines = [row[k] or (above[k] if cells[-1][k] else "") for row, above in zip(cells, carried, strict=True)]
        held = [*dict.fromkeys(x for x in lines if x)]
        made.append(_of_lines(held, own))
        by_country.append(next((x for x in _joined(held) if heads_in([x])), made[-1]))
    return by_country if heads_in(by_country) > 1 else made


def _of_lines(lines: Sequence[str], own: Layout | None) -> str:
    """The last line with the most of those above it, the nearest first, that make a heading which is known; a note in brackets,
    a unit or a currency makes none alone."""
    forms = _joined(lines)
    if len(lines) > 1 and _are_periods([lines[-1]] * 2):
        return " ".join([lines[-2], lines[-1]])
    forms += lines[-2::-1] if lines[-1:] and _is_note(lines[-1]) else lines[-1:]
    return next((x for x in forms if _known([x], own)), forms[0] if forms else "")


def _joined(lines: Sequence[str]) -> list[str]:
    """The last line behind those above it, most of them first, the nearest first."""
    above = [held for size in range(len(lines) - 1, 0, -1) for held in combinations(reversed(lines[:-1]), size)]
    return [" ".join([*reversed(held), lines[-1]]) for held in above]


def _is_note(text: str) -> bool:
    return text[0] in "([（【" or bool(currency_of(text)) or dimension_of(text)[0] != OF_NO_FILE


def _months(row: Sequence[str], last: Sequence[str]) -> int:
    """How many headings are months that only their upper lines make so: 2025 above January."""
    return sum(read_day(c).precision == "month" and read_day(d).day is None for c, d in zip(row, last, strict=False))


def _known(row: Sequence[str], own: Layout | None) -> int:
    """How many different cells of a row are headings that some table or layout names; those with a currency count twice."""
    if own is not None and own.columns:
        wanted = {plain(h) for names in own.columns.values() for h in names}
        return sum(plain(c) in wanted for c in {*row})
    known, named = headings_by_role(), _named_by_layouts()
    found = (heading(c) for c in {*row} if c.strip())
    named_ones = [h for h in found if h.whole and (h.whole in named or not known.keys().isdisjoint(_forms(h)))]
    return len(named_ones) + sum(bool(h.currency) or h.multiplier != 1 for h in named_ones)


def _countries(row: Sequence[str]) -> int:
    """How many columns several countries head: none where a number stands beside them."""
    several = not any(map(is_amount, row)) and heads_in(row) > 1
    return sum(heads_in([c]) for c in row) if several else 0


def _forms(h: Heading) -> set[str]:
    """A heading with its currency and without, and without the number that counts it: "Tariff 2"."""
    counted = h.whole.rstrip("123456")
    return {h.whole, h.bare, counted} if len(counted) > 2 else {h.whole, h.bare}


def _named_by_layouts() -> frozenset[str]:
    return frozenset(plain(h) for x in layouts() for names in x.columns.values() for h in names)


def _named(row: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The headings with a name each: a blank one by its place, a second of one name with its number.

    Columns behind the last heading have one too, where the rows below hold something in them.
    """
    made: list[str] = []
    last = max((n for held in (row, *filter(_is_row, below)) for n, c in enumerate(held) if c.strip()), default=-1)
    for n, cell in enumerate([*row, *[""] * (last + 1 - len(row))][: last + 1], 1):
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
    """Whether a row is a sum of others: its code is a word of totals or ends in one, or it has none and such a word stands first, or
    ends what does."""
    if product[-1:].isalpha() and _CODE_TOTAL.fullmatch(product):
        return True
    if _TOTAL.fullmatch(product) and not re.match(r"\s*\d", product):
        return True
    first = next((c.strip() for c in row if c.strip()), "")
    return not product.strip() and bool(_TOTAL.fullmatch(first) or _TOTAL_OF.fullmatch(first))


__all__ = ["Table", "begins_table", "find_table", "find_tables", "is_amount", "is_blank", "is_total"]
