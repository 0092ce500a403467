"""Tables whose columns are countries, as tables with a row for each country.

"HTS, China, Vietnam" is read as "HTS, Country of Origin, Value"; "HTS, China Value, China Duty, Vietnam Value, Vietnam Duty" and
"HTS, China 2025-05, China 2025-06, …" keep what else their headings say as columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from parley.law.shipments.layouts.amounts import NO_TRADE
from parley.law.shipments.layouts.days import MONTH_NAMES
from parley.law.shipments.layouts.heading_words import roles_named, words_of
from parley.law.shipments.layouts.places import Aggregate, is_aggregate, not_stated, place
from parley.law.shipments.layouts.registry import headings_by_role
from parley.law.shipments.layouts.spelling import currency_of, plain
from parley.law.shipments.layouts.wide import period_of

HEAD = "Country of Origin"
MEASURED = ("value", "quantity", "duty_paid")
SHOWN = 12  # countries that a note names
LONGEST_MARK = 5  # signs of what stands for a number
LONGEST_CUT = 200  # signs of a heading that may name a country and an amount; each of its words is tried
_DIGIT = re.compile(r"\d")
VALUE = "Value"  # what the columns hold where their headings say nothing else
_BETWEEN = re.compile(r"[\s,;:/_-]+")
_IN_BRACKETS = re.compile(r"(.[^(\[]*+)[(\[](.+)[)\]]")
_NUMBER = re.compile(r"[\s$€£¥(+-]*\d[\d.,'\s]*[)%]?\s*")
_SUM = frozenset(("total", "totals", "subtotal", "grand", "sum"))


class Pivot(NamedTuple):
    """A table turned: headings as they are afterwards.

    kept: the places of the columns that stay. groups: (what heads a group of columns, the place of its column by heading). sums:
    the columns of all countries, which are left out.
    """

    headings: tuple[str, ...]
    kept: tuple[int, ...]
    groups: tuple[tuple[str, Mapping[str, int]], ...]
    sums: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What was read, in a sentence."""
        heads = [head for head, _ in self.groups]
        shown = ", ".join(heads) if len(heads) <= SHOWN else f"{heads[0]} … {heads[-1]}"
        left = f"; sums left out: {', '.join(self.sums)}" if self.sums else ""
        return f"{len(heads)} countries head columns, each read as rows of its own: {shown}{left}"

    def rows_of(self, row: Sequence[str]) -> Iterator[list[str]]:
        """A row as one for each group of columns in which something stands."""
        own = [_cell(row, n) for n in self.kept]
        for head, places in self.groups:
            cells = [_cell(row, places.get(name, -1)) for name in self.headings[len(own) + 1 :]]
            if any(c.strip() not in NO_TRADE for c in cells):
                yield [*own, head, *cells]


def pivot_of(headings: Sequence[str], sample: Sequence[Sequence[str]], given: Mapping[str, str]) -> Pivot | None:
    """How a table is turned whose columns several countries head, each with numbers alone below it; None where none do.

    given: what the user says of columns, which stand as they are.
    """
    if "origin" in given or any(x.role == "origin" for h in headings for x in roles_named(h)):
        return None
    found = {n: head for n, h in enumerate(headings) if (head := _country(h))}
    found = {n: head for n, head in found.items() if head[0] not in not_stated(h for h, _ in found.values())}  # "No"
    if not all(_is_of_numbers(sample, n) for n in found) or not any(_filled(sample, n) for n in found):
        return None  # a column of something else would be lost beside those of figures
    groups: dict[str, dict[str, int]] = {}
    for n, (head, rest) in found.items():
        groups.setdefault(head, {}).setdefault(rest or VALUE, n)
    countries = {place(head) for head in groups}
    if len(countries) < max(2, len(groups)) or len(found) > sum(map(len, groups.values())):
        return None  # one country alone, or two columns of which nothing tells what each is
    if {*given.values()} & {headings[n] for n in found}:
        return None
    sums = {n for n, h in enumerate(headings) if _is_sum(h)}
    kept = tuple(n for n in range(len(headings)) if n not in found.keys() | sums)
    if any(not rest for _, rest in found.values()) and any(
        x.role == "value" for n in kept for x in roles_named(headings[n])
    ):
        return None  # the value stands in a column of its own
    names = dict.fromkeys(name for places in groups.values() for name in places)
    left = tuple(headings[n] for n in sorted(sums - found.keys()))
    return Pivot((*(headings[n] for n in kept), HEAD, *names), kept, tuple(groups.items()), left)


def heads_in(row: Sequence[str]) -> int:
    """How many different countries head the columns of a row."""
    return len({place(found[0]) for c in row if (found := _country(c.strip()))})


def _is_sum(text: str) -> bool:
    """Whether a heading is of the sum of all countries: World, Grand Total, Total Value."""
    return bool(words_of(text) & _SUM) or is_aggregate(text)


def _country(text: str) -> tuple[str, str] | None:
    """The country of a heading, and what else it says: an amount or a month; None where it says anything else."""
    for head, rest in _parts(text):
        found = None if plain(head) in headings_by_role() or plain(head) in MONTH_NAMES else place(head)
        if found and not isinstance(found, Aggregate) and not head.isdecimal():
            return head, f"{VALUE} ({rest})" if currency_of(rest) else rest
    return None


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """A heading cut between words in two, where one part names an amount or a month: the other comes first; and as
    a whole. A long one is not cut."""
    said = " ".join(text.split())
    if len(said) > LONGEST_CUT:
        yield said, ""
        return
    cuts = [(said[: cut.start()], said[cut.end() :]) for cut in _BETWEEN.finditer(said)]
    cuts += [(found[1].rstrip(), found[2])] if (found := _IN_BRACKETS.fullmatch(said)) else []
    for one, other in cuts:
        pairs = ((one, other), (other, one))
        yield from ((head, rest) for head, rest in pairs if head and not _DIGIT.search(head) and _measures(rest))
    yield said, ""


def _measures(text: str) -> bool:
    """Whether a text is the name of an amount, a currency, or a month or year."""
    named = any(x.role in MEASURED for x in roles_named(text))
    return bool(text) and (named or bool(currency_of(text)) or period_of(text)[1].day is not None)


def _is_of_numbers(sample: Sequence[Sequence[str]], n: int) -> bool:
    """Whether the filled cells of a column are numbers; some may be marks instead, such as n/a or (b)."""
    held = _filled(sample, n)
    marks = [c for c in held if not _NUMBER.fullmatch(c)]
    return len(held) >= 2 * len(marks) and not any(_DIGIT.search(c) or len(c) > LONGEST_MARK for c in marks)


def _filled(sample: Sequence[Sequence[str]], n: int) -> list[str]:
    """The cells of a column in which something stands."""
    return [c for row in sample if (c := _cell(row, n).strip()) not in NO_TRADE]


def _cell(row: Sequence[str], n: int) -> str:
    return row[n] if 0 <= n < len(row) else ""


__all__ = ["Pivot", "heads_in", "pivot_of"]
