"""Tables whose columns count something: months or years side by side, or the tariff numbers of one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from parley.law.shipments.layouts.days import MONTH_NAMES, Day, read_day
from parley.law.shipments.layouts.heading_words import named_by_words, roles_named, words_of
from parley.law.shipments.layouts.products import is_chapter_98_or_99, read_code
from parley.law.shipments.layouts.registry import Layout, headings_by_role, says_money
from parley.law.shipments.layouts.spelling import plain

_YEAR_OF = re.compile(r"(?i).*\b(?:value|imports?|trade)\b.*?((?:19|20)\d{2})")  # "Imported value in 2024"
_PERIOD_LAST = re.compile(  # "Customs Value May 2025"
    rf"(?i)(.*?[^\W\d]\)?)[\s:,(]+((?:(?:{'|'.join(MONTH_NAMES)})\.?[\s,-]*)?(?:19|20)\d{{2}}(?:[-/]?\d{{2}})?)\)?"
)
_PERIOD_FIRST = re.compile(  # "May 2025 Customs Value"
    rf"(?i)((?:(?:{'|'.join(MONTH_NAMES)})\.?[\s,-]+)(?:19|20)\d{{2}}|(?:19|20)\d{{2}}-\d{{2}})[\s:,]+([^\W\d].*)"
)
_SUPPLEMENTARY = re.compile(
    r"(?i)\b(?:supp?(?:l(?:emental|ementary)?)?|add(?:itiona)?l|secondary|special|ch(?:apter)?\s*99)\b\.?[\s_]*"
)

_SUM = frozenset(("total", "grand", "sum", "overall", "ytd"))
UNSAID = 2000  # the year of months whose year stands in a column of its own


@dataclass(frozen=True)
class Matched:
    """The place of the column of each role, and how it was found.

    periods: columns that are months or years themselves. ordinals: of files with several tariff numbers in a row (HTS 1, HTS 2
    …), the places of each number's own columns.
    """

    headings: tuple[str, ...]
    columns: Mapping[str, int]
    how: Mapping[str, str]
    layout: Layout | None = None
    periods: tuple[tuple[int, Day], ...] = ()
    ordinals: tuple[Mapping[str, int], ...] = ()

    @property
    def counted(self) -> frozenset[int]:
        """The columns of periods and of several numbers."""
        return frozenset((*(n for n, _ in self.periods), *(n for one in self.ordinals for n in one.values())))

    def heading_of(self, role: str) -> str:
        """The heading of a role's column."""
        return self.headings[self.columns[role]]


def _equal(sample: Sequence[Sequence[str]], one: int, other: int) -> bool:
    """Whether two columns hold the same in all rows, signs and spaces apart."""
    return all([*map(plain, row[one : one + 1])] == [*map(plain, row[other : other + 1])] for row in sample)


def _are_beside(sample: Sequence[Sequence[str]], n: int) -> bool:
    """Whether all filled cells of a column are numbers of chapters 98 and 99."""
    held = [row[n] for row in sample if n < len(row) and row[n].strip()]
    return bool(held) and all(is_chapter_98_or_99(read_code(c).digits) for c in held)


def _by_cells(m: Matched, sample: Sequence[Sequence[str]], taken: set[int]) -> dict[str, dict[int, int]]:
    """The columns whose cells are numbers of chapters 98 and 99, in order, and the duty that stands behind each: "301 HTS", "301 Duty"."""
    named = {
        n
        for n, h in enumerate(m.headings)
        if any(x.role == "headings_filed" for x in headings_by_role().get(plain(h), ()))
    }
    places = [n for n in range(len(m.headings)) if n not in taken | named and _are_beside(sample, n)]
    ends = [*places[1:], len(m.headings)]
    paid = {k: next((j for j in range(n + 1, end) if j not in taken and says_money(m.headings[j]) and
                     "total" not in words_of(m.headings[j])), -1)
            for k, (n, end) in enumerate(zip(places, ends, strict=False), 1)}  # fmt: skip
    found = {"product": dict(enumerate(places, 1)), "duty_paid": {k: n for k, n in paid.items() if n >= 0}}
    return {role: held for role, held in found.items() if held}


def with_ordinals(m: Matched, sample: Sequence[Sequence[str]]) -> Matched:
    """The columns of several tariff numbers of one line, where headings count them: "HTS 1", "HTS 2", "Duty 1", "Duty 2".

    A second column of one heading and of the same cells is none of another number.
    """
    known = headings_by_role()
    families: dict[str, dict[int, int]] = {}
    others: dict[str, dict[int, int]] = {}  # of supplementary numbers: "Supp. Tariff 1", "Supp. Duty 1"
    for n, text in enumerate(m.headings):
        form = plain(text)
        again = re.fullmatch(r"(.+) [2-9]", text)
        if again and again[1] in m.headings and _equal(sample, m.headings.index(again[1]), n):
            continue
        rest = _SUPPLEMENTARY.sub("", text)
        supplementary = rest != text and form not in known
        form = re.sub(r"^([1-6])(\D+)$", r"\2\1", plain(rest)) if supplementary else form  # "Ch. 99 #1 Duty"
        if supplementary and re.fullmatch("[1-6]", form) and _are_beside(sample, n):
            others.setdefault("product", {})[int(form)] = n
        number = re.fullmatch(r"([^\d]+)([1-6]?)([^\d]*)", form)
        named = known.get(f"{number[1]}{number[3]}", ()) if number and (number[2] or form not in m.columns) else ()
        named = named or named_by_words(re.sub(r"\d", " ", rest))
        role = next(
            (x.role for x in named if x.role in ("product", "value", "duty_paid", "quantity") and x.rank < 3), ""
        )
        if number and role:
            held = others if supplementary else families
            held.setdefault(role, {}).setdefault(int(number[2] or 1), n)
    if "product" not in others:
        others |= _by_cells(m, sample, {n for held in families.values() for n in held.values()})
    last = max(families.get("product", {}), default=0)
    for role in others if last and "product" in others else ():
        families.setdefault(role, {}).update({last + k: n for k, n in others[role].items()})
    numbers = families.get("product", {})
    if not {1, 2} <= set(numbers) or "product" in m.columns:
        return m
    roles = [r for r, held in families.items() if {1, 2} <= set(held) and r not in m.columns]
    ordinals = tuple({r: families[r][k] for r in roles if k in families[r]} for k in sorted(numbers))
    first = {r: families[r][1] for r in roles}
    return replace(
        m, columns={**m.columns, **first}, how={**m.how, **dict.fromkeys(first, "heading")}, ordinals=ordinals
    )


def with_periods(m: Matched) -> Matched:
    """The columns that are months or years themselves, where the file has no column of values: "Year 2024", "2025-05", "May".

    Months under the name of an amount are of the value alone: "Customs Value May 2025", beside "Calculated Duties May 2025".
    """
    if "value" in m.columns:
        months = [h for h in m.headings if period_of(h)[1].precision == "month" and period_of(h)[1].day]
        if len(months) < 2 or not words_of(m.heading_of("value")) <= _SUM:
            return m
        m = replace(m, columns={r: n for r, n in m.columns.items() if r != "value"})  # the sum of its months
    found: list[tuple[int, str, Day]] = []
    for n, text in enumerate(m.headings):
        above, day = period_of(text)
        if day.day is None and plain(text) in MONTH_NAMES and "year" in m.columns:
            day = read_day(f"{UNSAID}-{MONTH_NAMES[plain(text)]:02}")
        if day.day is not None:
            found.append((n, above, day))
    found = (
        [(n, a, d._replace(precision="month")) for n, a, d in found] if _are_firsts([d for _, _, d in found]) else found
    )
    found = [x for x in found if x[2].precision != "day"]
    ranks = {a: min((x.rank for x in roles_named(a) if x.role == "value"), default=9) if a else 0 for _, a, _ in found}
    best = min(ranks, key=ranks.__getitem__, default="")  # of several values that with the surest name
    mine = [(n, d) for n, a, d in found if a == best and ranks[a] < 9]
    taken = {p for r, p in m.columns.items() if r not in ("month", "entry_date")}
    free = tuple((n, d) for n, d in mine if n not in taken)
    if not free:
        return m
    places = {n for n, _ in free}
    columns = {r: p for r, p in m.columns.items() if p not in places}
    return replace(m, columns=columns, how={r: h for r, h in m.how.items() if r in columns}, periods=free)


def _are_firsts(days: Sequence[Day]) -> bool:
    """Whether headings are first days of several months, as a workbook holds a row of months."""
    return len({d.day for d in days}) > 1 and all(
        d.day is not None and d.day.day == 1 and d.precision == "day" for d in days
    )


@cache
def period_of(text: str) -> tuple[str, Day]:
    """The month or year that a heading is, or has before or behind other words, and those words: "Customs Value 2025-05"."""
    year, last = _YEAR_OF.fullmatch(text), _PERIOD_LAST.fullmatch(text.strip())
    said = plain(text).removeprefix("year")
    first = _PERIOD_FIRST.fullmatch(text.strip())
    forms = [
        ("", said if said.isdecimal() else text),
        (last[1], last[2]) if last else ("", ""),
        (first[2], first[1]) if first else ("", ""),
        ("", year[1] if year else ""),
    ]
    if year and last and last[2].isdecimal():
        del forms[1]  # "Imported value in 2024"
    for above, form in forms:
        day = read_day(form)
        if day.day is not None and (day.precision != "day" or not above):
            return above, day
    return "", Day(None)


__all__ = ["UNSAID", "Matched", "period_of", "with_ordinals", "with_periods"]
