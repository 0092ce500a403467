"""Which column holds what: as the user says, as the layout has it, by the names of headings, then by what stands in the cells.

An ambiguous or a missing column is an error that names the headings found and the option that says which it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from parley.errors import InputError
from parley.law.shipments.layouts.amounts import bare, own_decimal, read_amount
from parley.law.shipments.layouts.currencies import DOLLAR
from parley.law.shipments.layouts.currency_column import with_currency
from parley.law.shipments.layouts.days import LONG, month_of, read_day
from parley.law.shipments.layouts.heading_words import named_by_words, words_of
from parley.law.shipments.layouts.places import place
from parley.law.shipments.layouts.products import codes_in, is_chapter_98_or_99, is_product, read_code
from parley.law.shipments.layouts.registry import (
    GREATEST_RATE,
    PAID,
    ROLES,
    Layout,
    headings_by_role,
    paid_under,
    role_named,
    says_money,
)
from parley.law.shipments.layouts.spelling import currency_of, heading, plain
from parley.law.shipments.layouts.wide import Matched, with_ordinals, with_periods

NOTHING = "-"  # --columns value=-: the file has none
NEEDED = ("product", "origin", "entry_date", "value")
FITS = 0.9  # of the cells that hold something
HEADINGS_SHOWN = 40
_IDENTIFIER = re.compile(r"\d{10,}")  # no sign of an amount: numbers of declarations, of parcels


_LINE = frozenset(("line", "lineitem", "item", "goods"))
_COUNTS = frozenset(("quantity", "units", "pieces", "pcs", "count", "shipped", "ordered", "received", "sold"))
_AMOUNT = frozenset(("value", "amount", "cost", "price", "total", "usd", "dollars", "sum", "worth"))
_WHOLE = frozenset(("total", "header", "summary", "grand"))
Sample = Sequence[Sequence[str]]


class MissingColumn(InputError):
    """A table without a column that is needed, or that the user names."""


def match(
    headings: Sequence[str],
    sample: Sample,
    given: Mapping[str, str],
    layout: Layout | None,
    needed: Sequence[str],
    where: str,
) -> Matched:
    """The columns of a table. sample: its first rows. Raises InputError where a needed one is missing or could be several."""
    start = Matched(tuple(headings), *_given(headings, given, where), layout)
    made = _by_layout(start, sample) if layout else with_ordinals(start, sample)
    made = _by_name(made, sample, set(needed) | {"value"}, where, _barred(layout, given))
    made = with_periods(_price_alone(made, sample, where, given))
    made = _by_content(made, sample, [r for r in needed if r not in _barred(layout, given)], where)
    if "currency" not in _barred(layout, given):
        made = with_currency(made, sample, where)
    return _complete(made, needed, where, given)


def _barred(layout: Layout | None, given: Mapping[str, str]) -> set[str]:
    """The roles that no column of the file has, by its layout or the user: a source about one country has it in none, and one
    whose values are in one currency has no column that says another."""
    fixed = [
        r for r in ("origin", "destination", "currency") if layout and getattr(layout, r) and r not in layout.columns
    ]
    return {
        *(layout.without.roles if layout else ()),
        *fixed,
        *(role_named(r) for r, h in given.items() if h == NOTHING),
    }


def _given(headings: Sequence[str], given: Mapping[str, str], where: str) -> tuple[dict[str, int], dict[str, str]]:
    forms = {plain(h): n for n, h in reversed(list(enumerate(headings)))}
    found: dict[str, int] = {}
    for role, name in given.items():
        if name == NOTHING:
            continue
        place_of = headings.index(name) if name in headings else forms.get(plain(name))
        if place_of is None:
            raise MissingColumn(where, f"no heading {name!r}", ", ".join(headings[:HEADINGS_SHOWN]))
        found[role_named(role)] = place_of
    return found, dict.fromkeys(found, "as given")


def _by_layout(m: Matched, sample: Sample) -> Matched:
    """The columns that a layout names: the first of its headings that stands in the file, a filled one before an empty one."""
    assert m.layout
    forms: dict[str, int] = {}
    for n, text in reversed(list(enumerate(m.headings))):
        read = heading(text)
        forms |= {read.bare: n, read.whole: n}
    columns, how = dict(m.columns), dict(m.how)
    for role, names in m.layout.columns.items():
        held = [forms[f] for name in names for f in (heading(name).whole, heading(name).bare) if f in forms]
        held = [n for n in dict.fromkeys(held) if n not in m.columns.values()]
        if held and role not in columns:
            columns[role] = next((n for n in held if any(_cell(row, n) for row in sample)), held[0])
            how[role] = "layout"
    return replace(m, columns=columns, how=how)


def _by_name(m: Matched, sample: Sample, needed: set[str], where: str, barred: set[str]) -> Matched:
    """The columns whose headings name a role in the general table; the surest names are given out first."""
    known = headings_by_role()
    columns, how = dict(m.columns), dict(m.how)
    by_role: dict[str, list[tuple[int, int, int]]] = {}
    amounts = _amounts_paid(m, sample)
    for n, text in enumerate(m.headings):
        if n in m.counted:
            continue
        again = re.fullmatch(r"(.+) [2-9]", text)  # a second column of one heading
        read = heading(again[1] if again and again[1] in m.headings else text)
        named = [*known.get(read.whole, ()), *(known.get(read.bare, ()) if read.bare != read.whole else ())]
        cells = [_cell(row, n) for row in sample]
        by_words = () if named or currency_of(read.text) else named_by_words(read.text)
        named = [x for x in named if x.role not in ("year", "month") or _fits(x.role, cells)]
        named = [x for x in named if not x.role.startswith(PAID) or n in amounts]
        for one in (*named, *(x for x in by_words if x.role not in _TESTS or _fits(x.role, cells))):
            by_role.setdefault(one.role, []).append((one.rank, one.place, n))
    by_role = {role: _of_lines(m, held) for role, held in by_role.items()}
    for rank in (1, 2, 3, 4):
        for role in ROLES:
            taken = set(columns.values())
            held = [(p, n) for r, p, n in by_role.get(role, ()) if r == rank and n not in taken]
            if role in columns or role in barred or not held:
                continue
            columns[role] = _one_of(role, held, m, sample, where) if role in needed and len(held) > 1 else min(held)[1]
            how[role] = "heading"
    free = [n for n in amounts if n not in {*columns.values(), *m.counted}]
    under = {role: n for n in reversed(free) if (role := paid_under(m.headings[n]))}
    return replace(m, columns={**columns, **under}, how={**how, **dict.fromkeys(under, "heading")})


def _amounts_paid(m: Matched, sample: Sample) -> list[int]:
    """The columns headed by an authority or a heading whose cells are amounts that were paid, and no rates or marks.

    Their headings say so (Section 301 Duty), or all cells are numbers, and some, of this column or one of its kind, are greater
    than any rate in percent.
    """
    known = headings_by_role()
    read = {n: heading(h) for n, h in enumerate(m.headings)}
    held = [n for n, h in read.items() if paid_under(h.text) or any(
        x.role.startswith(PAID) for x in known.get(h.whole) or known.get(h.bare) or ())]  # fmt: skip
    cells = {n: [read_amount(c, "." if "," not in bare(c)[0] else None).number for row in sample if (c := _cell(row, n))]
             for n in held}  # fmt: skip
    numbers = [n for n in held if all(x is not None for x in cells[n])]
    said = [n for n in held if says_money(m.headings[n])]
    dollars = said or any(x > GREATEST_RATE for n in numbers for x in cells[n] if x is not None)
    return [n for n in held if n in said or (dollars and n in numbers)]


def _of_lines(m: Matched, held: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The columns of a role, those of an entry's totals last where another is of its lines: "Line Value", "Total Entered Value"."""
    words = {n: words_of(m.headings[n]) for _, _, n in held}
    if not any(w & _LINE and not w & _WHOLE for w in words.values()):
        return held
    return [(4 if words[n] & _WHOLE and not words[n] & _LINE else rank, place, n) for rank, place, n in held]


def _one_of(role: str, held: Sequence[tuple[int, int]], m: Matched, sample: Sample, where: str) -> int:
    """The column among several of equal names whose cells can be the role's; columns of the same cells are one."""
    places = [*dict.fromkeys(n for _, n in sorted(held))]
    able = [n for n in places if _fits(role, [_cell(row, n) for row in sample])] or places
    if role == "product":  # the longest code is the line's own
        able = [max(able, key=lambda n: sum(_longest(_cell(row, n)) for row in sample))]
    dollars = [n for n in able if heading(m.headings[n]).currency == DOLLAR]
    if role in ("value", "price") and len(dollars) == 1 and all(heading(m.headings[n]).currency for n in able):
        able = dollars
    read: Callable[[str], object] = place if role in ("origin", "destination") else str
    if len(able) == 1 or all(read(_cell(row, able[0])) == read(_cell(row, n)) for row in sample for n in able[1:]):
        return able[0]
    names = [m.headings[n] for n in able]
    raise InputError(where, f"{' and '.join(map(repr, names))} could each be the {_words(role)}", "one of them",
                     f"Say which: --columns {role}={names[0]!r}")  # fmt: skip


def _price_alone(m: Matched, sample: Sample, where: str, given: Mapping[str, str]) -> Matched:
    """The price of a unit is the value of a row without a quantity, and nothing that is read beside a value.

    The customs value of a unit is its price where no column is of the whole row. Raises InputError where a column may be the
    quantity and is not known to be.
    """
    if "unit_value" in m.columns and "quantity" in m.columns and not {"value", "price"} & m.columns.keys():
        m = replace(
            m, columns={**m.columns, "price": m.columns["unit_value"]}, how={**m.how, "price": m.how["unit_value"]}
        )
    if "price" not in m.columns or ("quantity" in m.columns and "value" not in m.columns):
        return m
    columns = {r: n for r, n in m.columns.items() if r != "price"}
    if "value" in m.columns or "quantity" in m.columns:
        return replace(m, columns=columns)
    counts = [n for n, h in enumerate(m.headings) if n not in m.columns.values() and words_of(h) & _COUNTS]
    counts = [n for n in counts if all(_is_number(c) for row in sample if (c := _cell(row, n)))]
    if counts and not m.layout and "quantity" not in map(role_named, given):
        name = m.headings[counts[0]]
        raise InputError(where, f"{m.heading_of('price')!r} is of one unit, and {name!r} may be the quantity", "one of them",
                         f"Say which: --columns quantity={name!r}, or --columns quantity=- for rows of one unit")  # fmt: skip
    return replace(m, columns={**columns, "value": m.columns["price"]}, how={**m.how, "value": "heading"})


def _by_content(m: Matched, sample: Sample, needed: Sequence[str], where: str) -> Matched:
    """The needed columns that no heading names, where the cells of one column alone can be it."""
    columns, how = dict(m.columns), dict(m.how)
    for role in needed:
        if (
            role in columns
            or (role == "entry_date" and "year" in columns)
            or (role == "value" and {"price", "quantity"} <= columns.keys())
            or (m.periods and role in ("value", "entry_date"))
        ):
            continue
        free = [n for n in range(len(m.headings)) if n not in columns.values()]
        free = [n for n in free if role not in _NEVER or not _NEVER[role].search(m.headings[n])]
        able = [n for n in free if _fits(role, held := [_cell(row, n) for row in sample])
                and (role != "value" or _is_of_money(m.headings[n], held))]  # fmt: skip
        if role == "product" and all(_cell(row, able[0]) == _cell(row, n) for row in sample for n in able):
            able = able[:1]
        if len(able) > 1:
            for before in needed[: list(needed).index(role)]:
                if before not in columns and before != "entry_date":
                    raise _missing(before, m, where)
            names = ", ".join(repr(m.headings[n]) for n in able)
            raise InputError(where, f"no heading names the {_words(role)}, and by their cells it could be {names}", "one of them",
                             f"Say which: --columns {role}={m.headings[able[0]]!r}")  # fmt: skip
        if able:
            columns[role], how[role] = able[0], "cells"
    return replace(m, columns=columns, how=how)


def _fits(role: str, cells: Sequence[str]) -> bool:
    """Whether nine in ten of a column's cells can be a role's, and some hold something; beside goods' codes those of chapters 98
    and 99 do not count."""
    held = [c for c in cells if c.strip() and not (role == "product" and is_chapter_98_or_99(read_code(c).digits))]
    test = _TESTS.get(role)
    return bool(held) and test is not None and sum(map(test, held)) >= FITS * len(held)


def _is_of_money(text: str, cells: Sequence[str]) -> bool:
    """Whether some cell has a sign of money: a fraction, thousands, a currency; of whole numbers a heading must speak of an amount."""
    signs = any(re.search(r"[.,]\d{1,2}\D*$|\d[.,'’ ]\d{3}|[^\d\s.,()+-]", c) for c in cells)
    return signs or bool(words_of(text) & _AMOUNT)


def _longest(text: str) -> int:
    """The digits of the longest code of a cell."""
    return max(len(read_code(one).digits) for one in codes_in(text))


def _is_origin(text: str) -> bool:
    return not re.fullmatch(r"[\d.,\s]+", text) and place(text) is not None


def _is_day(text: str) -> bool:
    found = read_day(text)
    return (found.day is not None and found.precision not in LONG) or len(found.readings) > 1


def _is_value(text: str) -> bool:
    """A number of money; bare codes and counts have no sign of it, so that one column of such alone counts (see _by_content)."""
    return _is_number(text) and not (is_product(text) or _is_day(text) or _IDENTIFIER.fullmatch(text.strip()))


def _is_number(text: str) -> bool:
    digits = bare(text)[0]
    return (
        read_amount(text, own_decimal(digits) or ("." if "," not in digits else None)).number is not None or "," in text
    )


def _is_currency(text: str) -> bool:
    return bool(currency_of(text))


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:\.0)?", text.strip()))


def _is_month(text: str) -> bool:
    return month_of(text) is not None


def _words_alone(*words: str, within: str = "[%#]") -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<![^\W\d_])(?:{'|'.join(words)})(?![^\W\d_])|{within}")


_NEVER = {  # words of headings whose columns are not a role's, whatever their cells look like
    "value": _words_alone(
        "id", "no", "nr", "num", "number", "weight", "kg", "kgs", "lbs?", "rate", "percent", "pct", "port", "zip", "phone", "qty",
        "quantity", "count", "units?", "duty", "duties", "tax(?:es)?", "fees?", "mpf", "hmf", "freight", "shipping", "insurance", "year",
        "month", "codes?", "cd", "plant", "regular", "retail", "msrp", "compare",
        "volume", "cbm", "m3", "teu", "refs?", "reference", "age", "length", "width", "height", "exchange", "fx",
        "selling", "sale", "list", "rrp", "org", "batch", "key", "grams", "inventory", "discount", "uom", "uq", "state", "province",
        "mas(?:a|se|sa)", "peso", "poids", "gewicht", "waga", "вес", "menge", "quantité", "quantità", "quantidade", "cantidad", "ilość",
        "nº", "n°", "số", "номер", "nummer", "numer", "numéro", "número", "numero", "dazio", "zoll", "droits?", "arancel", "cło",
        "thuế", "taux", "tasa", "satz", "iva", "tva", "mwst", "btw",
        within="[%#]|[数數]量|重量|净重|毛重|税率|[税稅][额額]|番号|[编編][号號]|[单單][号號]|번호|중량|수량|관세|세율"),
    "origin": _words_alone(
        "units?", "uom", "uq", "exports?", "exp", "ship(?:ping|ped)?", "dispatch", "consign(?:ment|ed)?", "currency", "state", "province",
        "port", "destination", "dest", "billing", "supplier", "seller", "vendor", "importer", "buyer", "lad(?:ing|en)", "transit"),
    "entry_date": _words_alone(
        "update[ds]?", "last", "due", "print(?:ed)?", "run", "modified", "expir(?:y|es|ation)", "order(?:ed)?", "po", "liquidation",
        "payment", "paid", "protest", "export(?:ed|ation)?", "sail(?:ing|ed)?", "etd", "eta"),
}  # fmt: skip
_TESTS: dict[str, Callable[[str], bool]] = {
    "product": is_product, "origin": _is_origin, "destination": _is_origin, "entry_date": _is_day, "value": _is_value,
    "quantity": _is_number, "price": _is_number, "duty_paid": _is_number, "currency": _is_currency, "year": _is_year, "month": _is_month,
    "unit": lambda text: not text.strip().isdecimal(), "payment_date": _is_day, "liquidation_date": _is_day, "entry_summary_date": _is_day,
}  # fmt: skip


def _complete(m: Matched, needed: Sequence[str], where: str, given: Mapping[str, str]) -> Matched:
    """The columns, if every needed one was found. Raises InputError naming the headings of the file."""
    barred = _barred(m.layout, given)
    for role in needed:
        has = role in m.columns or (role == "entry_date" and (bool(m.periods) or "year" in m.columns))
        has = has or (
            role == "value" and (bool(m.periods) or role in barred or {"price", "quantity"} <= m.columns.keys())
        )
        fixed = m.layout and (
            (role == "origin" and m.layout.origin) or (role == "destination" and m.layout.destination)
        )
        if not has and not fixed:
            raise _missing(role, m, where)
    return m


def _missing(role: str, m: Matched, where: str) -> MissingColumn:
    headings = ", ".join(m.headings[:HEADINGS_SHOWN])
    ways = {
        "product": "say which it is: --columns product=HEADING. A report of whole entries has none: take one of lines, such as ACE ES-003",
        "entry_date": "give one day for all rows: --on YYYY-MM-DD; or say which column it is: --columns entry_date=HEADING",
        "value": "say which it is: --columns value=HEADING; for rates alone: --columns value=-",
    }
    hint = ways.get(role, f"say which it is: --columns {role}=HEADING")
    if role == "origin":
        hint += "; where all goods are of one country, add a column that says so"
    return MissingColumn(where, f"no column of the {_words(role)} among the headings {headings}", "a column of that name or kind",
                         hint[0].upper() + hint[1:])  # fmt: skip


def _words(role: str) -> str:
    return role.replace("_", " ")


def _cell(row: Sequence[str], n: int) -> str:
    return row[n].strip() if n < len(row) else ""


__all__ = ["NEEDED", "NOTHING", "Matched", "MissingColumn", "match"]
