"""How the cells of one table are read: its columns, the order of its days, its decimal sign, its systems of country codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Annotated

from parley.arguments import checked_fields
from parley.codes import NOT_STATED, country, day
from parley.errors import InputError
from parley.frozen import read_only
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.layouts import amounts, days
from parley.law.shipments.layouts.amounts import Decimal, Numeral
from parley.law.shipments.layouts.currencies import Rates
from parley.law.shipments.layouts.currency_column import unread_currencies
from parley.law.shipments.layouts.days import Order, order_of, read_day
from parley.law.shipments.layouts.flows import flow_of, kept_cells, of_declarations
from parley.law.shipments.layouts.heading_rows import Table, is_blank, is_total
from parley.law.shipments.layouts.heading_words import words_of
from parley.law.shipments.layouts.matching import NEEDED, Matched, match
from parley.law.shipments.layouts.money import (
    Statement,
    Unit,
    check_money,
    statement_in,
    units_of,
    unread_payments,
    value_unit,
)
from parley.law.shipments.layouts.places import System, is_province, not_stated, system_of
from parley.law.shipments.layouts.raw_files import RawFile
from parley.law.shipments.layouts.registry import PAID, Layout, languages_of, role_named
from parley.law.shipments.layouts.spelling import unmarked
from parley.question import Says

SAMPLED = 5000  # rows by whose cells columns and spellings are told
DAYS = ("entry_date", "entry_summary_date", "liquidation_date", "payment_date", "denial_date",
        *(n for n, c in CLAIMS.items() if c.kind == "day"))  # fmt: skip
PLACES = ("origin", "destination")
_UNSURE = [w for text in NOT_STATED for w in (text, text.upper(), text.title())]  # which may stand behind the sample
OF_ONE = frozenset(("price", "cost"))  # words of a heading that may be of one unit, without these beside them
OF_LINE = frozenset(
    ("line", "total", "extended", "subtotal", "sum", "invoice", "customs", "entered", "net", "amount", "value")
)
_FRACTION = re.compile(r"-?\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}|-?\d+[.,]\d{1,2}")


@checked_fields
@dataclass(frozen=True)
@read_only
class FileOptions:
    """What a user says about files.

    columns: role → heading. dates: iso, us, eu, MDY, DMY, YMD. decimal: "." or ",". rates: of other currencies.
    on: one day of entry for all rows. month_day: the day of the month on which a row of a month is rated.
    needed: the roles without which a file is of no use. evidence: the headings of evidence that the question reads itself; others
    that are evidence must be translated.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    layout: Path | None = None
    dates: str = "iso"
    decimal: str = ""
    rates: Rates = field(default_factory=Rates)
    sheet: str = ""
    encoding: str = ""
    on: str | None = None
    destination: str | None = None
    month_day: Annotated[int, Says("day of the month", 1, 31)] = 1
    needed: tuple[str, ...] = NEEDED
    evidence: frozenset[str] = frozenset()

    def _check(self) -> None:
        if self.decimal not in ("", ".", ","):
            raise InputError("--decimal", f"{self.decimal!r}", "'.' or ','")
        order_of(self.dates)
        if self.on:
            day(self.on, "--on")
        if self.destination:
            country(self.destination, "--destination")
        for role in self.columns:
            role_named(role)


@dataclass(frozen=True)
class Plan:
    """One table of one file and how its cells are read. keep: (column, cells kept). flow: the column of imports and exports."""

    raw: RawFile
    table: Table
    matched: Matched
    order: Order | None
    decimal: Decimal | None
    origin_system: System = "iso"
    destination_system: System = "iso"
    units: Mapping[int, Unit] = field(default_factory=dict)
    said: Statement = field(default_factory=Statement)
    keep: tuple[tuple[int, frozenset[str]], ...] = ()
    flow: int = -1
    exports: bool = False
    notes: tuple[str, ...] = ()
    marked: frozenset[int] = frozenset()  # columns whose cells bear a spreadsheet's mark of a text
    serial: bool = False  # whether numbers are a workbook's days
    provinces: bool = False  # whether the origins are Canadian provinces among countries
    unstated: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # role → texts of countries that may say "none"

    @property
    def name(self) -> str:
        """The file's name, with the sheet's where several of its sheets are read."""
        return f"{Path(self.raw.path).name}{f', {self.raw.sheet}' if self.raw.beside else ''}"

    @property
    def value(self) -> Unit:
        """What one unit of the values is."""
        return value_unit(self.matched, self.units)

    @property
    def layout(self) -> Layout:
        """The layout, or one that says nothing."""
        return self.matched.layout or Layout(title="by headings", id="")

    @cached_property
    def amounts(self) -> frozenset[int]:
        """The columns that hold amounts."""
        return frozenset({*_amounts(self.matched), *self.units})

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the headings, each with its number, 1 for the first; blank ones are counted and left out."""
        table, commas = self.table, self.amounts if self.decimal == "," else frozenset()
        for number, row in enumerate(islice(self.raw.rows(), table.skipped, table.stop), table.first):
            for one in () if is_blank(row) else table.rows_of(row):
                held = _unmarked(one, self.marked) if self.marked else one
                yield number, _with_commas(held, commas) if commas else held


def plan_of(
    raw: RawFile, table: Table, rows: Sequence[Sequence[str]], layout: Layout | None, asked: FileOptions
) -> Plan:
    """The plan of one table of a file, whose first rows are these. Raises InputError."""
    where = Path(raw.path).name + (f", sheet {raw.sheet}" if raw.sheet else "")
    held = [row for row in rows[table.skipped : table.stop] if not is_blank(row)]
    table = table.turned(held, asked.columns)
    if table.pivot:
        held = [one for row in held for one in table.rows_of([*row])][:SAMPLED]
    filled = [[*map(unmarked, row)] for row in held]
    goods = [row for row in filled if not is_total(row, "")]
    sample = goods if 2 * len(goods) >= len(filled) else filled  # in some tables every row begins with such a word
    rest = raw if len(rows) == SAMPLED and table.stop is None and not table.pivot else None
    needed = [r for r in asked.needed if not (r == "entry_date" and asked.on)]
    m = of_declarations(match(table.headings, sample, asked.columns, layout, needed, where), sample)
    layout = m.layout
    if "entry_date" in needed:
        _check_days(m, sample, where)
    _check_price(m, where)
    fixed = layout or Layout(title="")
    said = statement_in([*rows[slice(*table.titles)], *(r for r in filled if _is_note(r))], where)
    units = units_of(m, fixed, said, where, sample)
    check_money(m, units, sample, asked.rates, where)
    flow, exports = flow_of(m, fixed, sample, where)
    serial = raw.kind in ("xlsx", "xml") or _has_serials(m, sample)
    return Plan(
        raw, table, m, _order(m, sample, rest, fixed, asked, where), _decimal(m, sample, rest, fixed, asked, where),
        _system(m, "origin", fixed.origin_codes, sample, where), _system(m, "destination", fixed.destination_codes, sample, where),
        units, said, kept_cells(m, fixed, sample, where), flow, exports,
        notes=(*table.said, *unread_currencies(m, sample), *unread_payments(m, sample, bool(asked.evidence))),
        marked=_marked(m, held), serial=serial,
        provinces=any(map(is_province, cells(m, sample, "origin"))),
        unstated={r: not_stated((*cells(m, sample, r), *_UNSURE), beside(m, sample)) for r in PLACES if r in m.columns},
    )  # fmt: skip


def _is_note(row: Sequence[str]) -> bool:
    return sum(bool(c.strip()) for c in row) == 1


def _marked(m: Matched, rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The columns with a role in which some cell bears a mark."""
    places = {*m.columns.values(), *m.counted}
    return frozenset(n for n in places if any(unmarked(row[n]) != row[n] for row in rows if n < len(row)))


def _unmarked(row: list[str], places: frozenset[int]) -> list[str]:
    return [unmarked(cell) if n in places else cell for n, cell in enumerate(row)]


def _with_commas(row: list[str], places: frozenset[int]) -> list[str]:
    """A row whose cells that are numbers in their file are written as the texts of the table are."""
    return [c.replace(".", ",") if n in places and isinstance(c, Numeral) else c for n, c in enumerate(row)]


def _has_serials(m: Matched, sample: Sequence[Sequence[str]]) -> bool:
    """Whether all days of entry are numbers that a workbook counts from 1900: whole ones of 2000 to 2099."""
    texts = cells(m, sample, "entry_date")
    return bool(texts) and all(read_day(t, None, True).day and not read_day(t).day for t in texts)


def _check_price(m: Matched, where: str) -> None:
    """Nothing, if the value is one of a row; raises InputError where it may be of one unit, and the file has quantities."""
    said = m.heading_of("value") if "value" in m.columns else ""
    words = (
        words_of(said) if "quantity" in m.columns and m.how.get("value") in ("heading", "cells") else frozenset[str]()
    )
    if words & OF_ONE and not words & OF_LINE:
        raise InputError(where, f"{said!r} may be of one unit or of the whole line", "one of them",
                         f"Say which: --columns price={said!r} (times quantity), or --columns value={said!r}")  # fmt: skip


def _check_days(m: Matched, sample: Sequence[Sequence[str]], where: str) -> None:
    """Nothing, if rows have days or months; raises InputError where they have years alone: a year has many laws."""
    if m.layout and "value" in m.columns and m.heading_of("value") in m.layout.to_date:
        raise InputError(where, f"{m.heading_of('value')!r} is a sum since January, and duties change within a year",
                         "values of months, or one day for all rows: --on YYYY-MM-DD")  # fmt: skip
    texts = cells(m, sample, "entry_date")
    found = [d for _, d in m.periods] or [*map(read_day, texts)]
    years = all(d.day and d.precision in days.LONG for d in found) if found else (
        "year" in m.columns and "month" not in m.columns)  # fmt: skip
    if years and (not texts or "month" not in m.columns):
        period = found[0].precision if found else "year"
        told = f"its rows have {period}s and no days, and duties change within a {period}"
        raise InputError(where, told, "one day for all rows: --on YYYY-MM-DD")


def cells(m: Matched, sample: Sequence[Sequence[str]], role: str) -> list[str]:
    """The filled cells of a role's column."""
    n = m.columns.get(role)
    return [] if n is None else [row[n].strip() for row in sample if n < len(row) and row[n].strip()]


def beside(m: Matched, sample: Sequence[Sequence[str]]) -> Iterator[str]:
    """The cells of all columns but those of countries."""
    places = {m.columns[r] for r in PLACES if r in m.columns}
    return (c for row in sample for n, c in enumerate(row) if n not in places)


def is_number(role: str) -> bool:
    """Whether a role holds amounts."""
    return role in ("value", "price", "quantity", "unit_value", "duty_paid") or role.startswith(PAID)


def _amounts(m: Matched) -> list[int]:
    """The columns of amounts: of roles, of months and of several numbers of a line."""
    counted = [one[r] for one in m.ordinals for r in one if is_number(r)]
    return [*dict.fromkeys([*(n for r, n in m.columns.items() if is_number(r)), *(n for n, _ in m.periods), *counted])]


def _column(raw: RawFile | None, places: Sequence[int]) -> Iterator[str]:
    """The filled cells of some columns in the whole of a file that is longer than its sample."""
    for row in raw.rows() if raw else ():
        yield from (row[n] for n in places if n < len(row) and row[n].strip())


def _order(
    m: Matched,
    sample: Sequence[Sequence[str]],
    rest: RawFile | None,
    fixed: Layout,
    asked: FileOptions,
    where: str,
) -> Order | None:
    """The order of days: the user's, the column's own, that of the file's other days, the layout's, that of the language of its
    headings. Raises InputError where two stand."""
    said = order_of(asked.dates)
    if said:
        return said
    roles = [r for r in DAYS if r in m.columns and not (r == "entry_date" and asked.on)]
    texts = {r: cells(m, sample, r) for r in roles}
    found = days.order_in(texts.get("entry_date", ())) or days.order_in(t for r in roles for t in texts[r])
    found = found or (days.order_in(_other_days(m, sample)) if days.two_meanings(texts.get("entry_date", ())) else None)
    order = found or (order_of(fixed.dates) if fixed.dates else None)
    if order is None and days.two_meanings(texts.get("entry_date", ())):
        order = days.order_in(_column(rest, [m.columns["entry_date"]])) or _order_of_language(m)
    if order is None and "entry_date" in texts:
        plain_days = any(read_day(t).day for t in texts["entry_date"])
        open_day = days.two_meanings(texts["entry_date"])
        if open_day and not plain_days:
            one, other = read_day(open_day).readings
            raise InputError(f"{where}, {m.heading_of('entry_date')!r}", f"{open_day!r} is {one} or {other}, and no other row tells",
                             "--dates DMY or --dates MDY")  # fmt: skip
    return order


def _order_of_language(m: Matched) -> Order | None:
    """The order of a language whose days begin with the day, where the heading of the days is of such and not English; where it is
    of both (Date), or of none, where other headings are of such and none is English alone."""
    own = languages_of(m.heading_of("entry_date"))
    if own and "en" not in own:
        return "DMY" if own <= days.DAY_FIRST else None
    held = [x for h in m.headings if (x := languages_of(h))]
    local = [x for x in held if "en" not in x]
    of_both = own != {"en"} and {"en"} not in held
    return "DMY" if of_both and local and all(x <= days.DAY_FIRST for x in local) else None


def _decimal(
    m: Matched,
    sample: Sequence[Sequence[str]],
    rest: RawFile | None,
    fixed: Layout,
    asked: FileOptions,
    where: str,
) -> Decimal | None:
    """The decimal sign: the user's, the numbers' own, the layout's, that of the language. Raises where two readings stand."""
    if asked.decimal:
        return "," if asked.decimal == "," else "."
    places = _amounts(m)
    texts = {n: [row[n] for row in sample if n < len(row) and row[n].strip()] for n in places}
    found = amounts.decimal_in(t for n in places for t in texts[n]) or amounts.decimal_in(_other_numbers(m, sample))
    sign: Decimal | None = found or ("." if fixed.decimal == "." else "," if fixed.decimal == "," else None)
    if sign is None and any(amounts.two_meanings(texts[n]) for n in places):
        sign = amounts.decimal_in(_column(rest, places)) or _point_of_language(m)
    open_number = sign is None and next((t for n in places for t in [_open(texts[n])] if t), "")
    if open_number and not any(map(amounts.says_decimal, (t for n in places for t in texts[n]))):
        one, other = (amounts.read_amount(open_number, d).number for d in (".", ","))
        raise InputError(
            where, f"{open_number!r} is {one:g} or {other:g}, and no other number tells", "--decimal . or --decimal ,"
        )
    return sign


def _open(texts: Sequence[str]) -> str:
    """A number with two meanings in a column of texts; beside cells that are numbers in their file it costs its row alone."""
    return "" if any(isinstance(t, Numeral) for t in texts) else amounts.two_meanings(texts)


def _point_of_language(m: Matched) -> Decimal | None:
    """A point, where the headings are of languages that write no decimal comma."""
    local = [x for h in m.headings if "en" not in (x := languages_of(h)) and x]
    return "." if local and all(x <= amounts.WITH_POINTS for x in local) else None


def _other_days(m: Matched, sample: Sequence[Sequence[str]]) -> Iterator[str]:
    """The days of a file's columns without a role: a file writes its days in one order."""
    for n in range(len(m.headings)):
        held = [row[n] for row in sample if n < len(row) and row[n].strip()]
        if n not in m.columns.values() and held and all(days.is_day_of_numbers(t) for t in held):
            yield from held


def _other_numbers(m: Matched, sample: Sequence[Sequence[str]]) -> Iterator[str]:
    """The numbers of a file's other columns with a fraction of one or two digits, but codes: a file has one decimal sign."""
    taken = {*m.columns.values(), *(n for n, _ in m.periods)}
    for n in range(len(m.headings)):
        texts = (row[n] for row in sample if n < len(row) and not isinstance(row[n], Numeral))
        held = [t.strip().rstrip("% ") for t in texts if any(map(str.isdigit, t))]
        if n not in taken and held and all(_FRACTION.fullmatch(t) or t.isdecimal() for t in held):
            yield from held


def _system(m: Matched, role: str, said: str, sample: Sequence[Sequence[str]], where: str) -> System:
    """The system of a column's numbers of countries: the layout's, or the one in which they all are countries."""
    if role == "origin" and role in m.columns and "province" in words_of(m.heading_of(role)):
        return "province"
    if said in ("census", "comtrade", "gacc", "province"):
        return said
    found = system_of(set(cells(m, sample, role)))
    if found is None and role in m.columns:
        numbers = [c for c in cells(m, sample, role) if c.isdecimal()]
        if len(numbers) > len(sample) // 2:
            raise InputError(f"{where}, {m.heading_of(role)!r}", f"numbers such as {numbers[0]} are countries of several lists, or of none",
                             "ISO 3166 codes or names")  # fmt: skip
    return found or "iso"


__all__ = ["DAYS", "SAMPLED", "FileOptions", "Plan", "beside", "cells", "is_number", "plan_of"]
