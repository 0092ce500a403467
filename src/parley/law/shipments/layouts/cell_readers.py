"""One reader for each column of a plan: a cell as it is written becomes the text that the engine knows.

What cannot be read stays as it was found, with the reason behind it, so that the engine refuses the row and says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from parley.law.entry_claims import CLAIMS
from parley.law.shipments.layouts.amounts import TWO_MEANINGS, Decimal, read_amount
from parley.law.shipments.layouts.currencies import DOLLAR
from parley.law.shipments.layouts.days import EMPTY, LONG, NO_DAY, Day, Order, month_in, month_of, read_day
from parley.law.shipments.layouts.money import Unit
from parley.law.shipments.layouts.places import Aggregate, System, place, two_places
from parley.law.shipments.layouts.plan import DAYS, FileOptions, Plan, is_number
from parley.law.shipments.layouts.products import read_code
from parley.law.shipments.layouts.spelling import currency_of, heading, plain, scale_of, unit_of
from parley.law.shipments.layouts.wide import UNSAID

Row = list[str]
MOST_HELD = 1 << 17  # texts of a column that are remembered
Reader = Callable[[Row], str]
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")  # an amount as _digits writes it
_BESIDE = re.compile(r"(?<=\d)\s*([^\W\d_][^\d,]{0,15})$")  # a unit behind a number
_NOT_STATED = frozenset(
    ("", "na", "nan", "null", "none", "nd", "x")
)  # quantities and days that a file does not state: N/A, -, NULL
_FLAGS = {"yes": "true", "y": "true", "ja": "true", "oui": "true", "si": "true", "sí": "true", "是": "true", "x": "true",
          "no": "false", "n": "false", "nein": "false", "non": "false", "否": "false"}  # fmt: skip


class PeriodReader(NamedTuple):
    """The column of a month or year, and the readers of its day and of its amount."""

    column: int
    day: Callable[[Row], Day]
    money: Reader


class Readers(NamedTuple):
    """The readers of a plan by output column, and the one of the day, which currencies need."""

    by_column: dict[str, Reader]
    day: Callable[[Row], Day]


def readers_of(plan: Plan, asked: FileOptions, destination: str) -> Readers:
    """The readers of the columns that a plan has, in the order of the canonical file."""
    columns = plan.matched.columns
    day = _day_reader(plan, asked)
    made: dict[str, Reader] = {}
    if "product" in columns:
        made["product"] = _product(columns["product"], destination)
    buys, sells = ("origin", "destination") if plan.exports else ("destination", "origin")
    for role, at in ((sells, "origin"), (buys, "destination")):
        fixed = plan.layout.origin if role == "origin" else plan.layout.destination
        system = plan.origin_system if role == "origin" else plan.destination_system
        if role in columns:
            provinces = plan.provinces and role == "origin" and system != "province"
            made[at] = _place(columns[role], system, provinces, plan.unstated.get(role, {}))
        elif fixed and not (at == "destination" and asked.destination):
            made[at] = _always(fixed)
    if day is not None and not asked.on:
        made["entry_date"] = _entry_date(plan, day, asked)
    for role in ("value", "unit_value"):
        if role in columns:
            made[role] = _money(plan, columns[role], day or (lambda row: Day(None)), asked)
    if "value" not in columns and {"price", "quantity"} <= columns.keys():
        price = _money(plan, columns["price"], day or (lambda row: Day(None)), asked)
        made["value"] = _times(price, _number(columns["quantity"], plan))
    if "value" in made and "scale" in columns:
        made["value"] = _scaled(made["value"], columns["scale"])
    if "quantity" in columns:
        made["quantity"] = _number(columns["quantity"], plan)
    if "quantity" in columns:
        made["unit"] = (
            _unit(columns["unit"]) if "unit" in columns else _unit_beside(columns["quantity"], plan.layout.units)
        )
    for role, n in columns.items():
        if role not in made and role not in (
            "destination",
            "currency",
            "price",
            "scale",
            "unit",
            "year",
            "month",
            "ordinal",
            "entry_date",
            "origin",
        ):
            made[role] = _other(role, n, plan, day, asked)
    if "ordinal" in columns:
        made["ordinal"] = _text(columns["ordinal"])
    return Readers(made, day or (lambda row: Day(None)))


def _once(n: int, read: Callable[[str], str]) -> Reader:
    """A reader of one column that reads each text once."""
    held: dict[str, str] = {}

    def reads(row: Row) -> str:
        text = row[n]
        made = held.get(text)
        if made is None:
            if len(held) > MOST_HELD:
                held.clear()
            made = held[text] = read(text)
        return made

    return reads


def _always(text: str) -> Reader:
    return lambda row: text


def _text(n: int) -> Reader:
    return lambda row: row[n].strip()


def _product(n: int, destination: str) -> Reader:
    def read(text: str) -> str:
        found = read_code(text, destination)
        return found.digits or _found(text, found.fault)

    return _once(n, read)


def _found(text: str, fault: str) -> str:
    """A cell that cannot be read, with the reason."""
    said = text.strip()[:60]
    return f"{said}: {fault}" if said else ""


def _no_amount(text: str, fault: str) -> str:
    """An amount that cannot be read, with the reason; one of two meanings with both."""
    if fault != TWO_MEANINGS:
        return _found(text, fault)
    one, other = (read_amount(text, sign).number for sign in (".", ","))
    return _found(text, f"{one:g} or {other:g}, and no other text tells; say --decimal . or --decimal ,")


def _place(n: int, system: System, provinces: bool, unstated: Mapping[str, str]) -> Reader:
    def read(text: str) -> str:
        if both := two_places(text, provinces) or unstated.get(text.strip()):
            return f"{text.strip()}: {both}"
        found = place(text, system)
        return text.strip() if found is None or isinstance(found, Aggregate) else found

    return _once(n, read)


def _day_reader(plan: Plan, asked: FileOptions) -> Callable[[Row], Day] | None:
    """The day of a row: of its own column, of a year and a month, or of the period that its value stood under."""
    columns, order, serial = plan.matched.columns, plan.order, plan.serial
    if "entry_date" in columns:
        n, year = columns["entry_date"], columns.get("year")
        return lambda row: _whole(row[n], row[year] if year is not None else "", order, serial)
    if "year" in columns and "month" in columns:
        y, m = columns["year"], columns["month"]
        return lambda row: _of_month(row[y], row[m])
    return None


def _whole(text: str, year: str, order: Order | None, serial: bool) -> Day:
    """A day; a month's name or number alone is of the row's year."""
    found = read_day(text, order, serial)
    month = month_of(text) if found.day is None and year else None
    return _of_month(year, text) if month else found


def _of_month(year: str, month: str) -> Day:
    number, said = month_of(month), year.strip().removesuffix(".0")
    if number is None:
        return read_day(month) if not month.strip().isdecimal() else Day(None, fault="not a month")
    made = month_in(int(said), number) if len(said) == 4 and said.isdecimal() else None
    return made or Day(None, fault="not a year")


def day_in(found: Day, asked: FileOptions) -> date | None:
    """The day on which a row is rated: its own; of a month the one that is asked for."""
    if found.day is None or found.precision in LONG:
        return None
    if found.precision == "month" and asked.month_day != 1:
        after = date(found.day.year + found.day.month // 12, found.day.month % 12 + 1, 1)
        return found.day.replace(day=min(asked.month_day, (after - found.day).days))
    return found.day


def said_day(found: Day, when: date | None = None, text: str = "") -> str:
    """A day as text; what is none as it was written (text), with both readings or the reason."""
    if found.day is not None and found.precision not in LONG:
        return (when or found.day).isoformat()
    if found.day is not None:
        return f"{text or found.day.year}: a {found.precision}, no day"
    said = " or ".join(map(str, found.readings)) if found.readings else found.fault
    if said == EMPTY:
        return ""
    return f"{text[:60]}: {said}" if text and said != NO_DAY else text[:60] or said


def _entry_date(plan: Plan, day: Callable[[Row], Day], asked: FileOptions) -> Reader:
    """The day on which a row is rated."""
    columns = plan.matched.columns
    places = [columns[r] for r in (("entry_date",) if "entry_date" in columns else ("year", "month"))]

    def read(row: Row) -> str:
        found = day(row)
        return said_day(found, day_in(found, asked), " ".join(row[n].strip() for n in places))

    return read


def _money(plan: Plan, n: int, day: Callable[[Row], Day], asked: FileOptions) -> Reader:
    """An amount in dollars: the row's currency, else the column's own, at the rate of the row's day."""
    decimal, unit = plan.decimal, plan.units.get(n, Unit())
    base, at = unit.currency, None if unit.fixed else plan.matched.columns.get("currency")
    if at is None and base == DOLLAR and not asked.rates.by_currency and not unit.beside:
        return _once(n, lambda text: _in_dollars(text.strip(), decimal, unit.multiplier))

    others = ", ".join(sorted(unit.beside))

    def read(row: Row) -> str:
        text = row[n].strip()
        found = read_amount(text, decimal)
        if found.number is None:
            return _no_amount(text, found.fault)
        stated = row[at].strip() if at is not None else ""
        if others and not (stated or found.currency or unit.stated):
            return f"{text}: it states no currency, and other rows are in {others}"
        said = currency_of(stated) or stated.upper() or ("" if base in found.currency else found.currency) or base
        if unit.stated and said != base:
            return f"{text}: its heading says {base}, the row {said}"
        if said not in found.currency and found.currency and stated and found.currency != DOLLAR:
            return f"{text}: its sign is of {found.currency}, its column says {said}"
        rate = asked.rates.on(said, asked_day(row))
        return f"{text} {said}: no rate to dollars" if rate is None else _digits(found.number * unit.multiplier * rate)

    def asked_day(row: Row) -> date | None:
        return date.fromisoformat(asked.on) if asked.on else day_in(day(row), asked)

    return read


def period_readers(plan: Plan, asked: FileOptions) -> tuple[PeriodReader, ...]:
    """The columns of months or years, each with the reader of its day and of its amount in dollars."""
    year = plan.matched.columns.get("year")

    def of(n: int, day: Day) -> PeriodReader:
        def when(row: Row) -> Day:
            if year is None or day.day is None or day.day.year != UNSAID:
                return day
            said = row[year].strip()[:4]
            return (month_in(int(said), day.day.month) if said.isdecimal() else None) or Day(None, fault="not a year")

        return PeriodReader(n, when, _money(plan, n, when, asked))

    return tuple(of(n, day) for n, day in plan.matched.periods)


def _times(price: Reader, quantity: Reader) -> Reader:
    """The value of a row whose price is of one unit."""

    def read(row: Row) -> str:
        one, count = price(row), quantity(row)
        numbers = [float(x) for x in (one, count) if _PLAIN.fullmatch(x)]
        return (
            _digits(numbers[0] * numbers[1])
            if len(numbers) == 2
            else f"{one} times {count}: not a value"
            if one and count
            else ""
        )

    return read


def _scaled(value: Reader, n: int) -> Reader:
    """An amount times what its row says that one unit stands for."""

    def read(row: Row) -> str:
        said, times = value(row), scale_of(row[n])
        if times is None:
            return f"{said} in {row[n].strip()}: no unit of amounts"
        return _digits(float(said) * times) if times != 1 and _PLAIN.fullmatch(said) else said

    return read


def _in_dollars(text: str, decimal: Decimal | None, multiplier: float) -> str:
    """An amount of a column that is in dollars."""
    found = read_amount(text, decimal)
    if found.number is None:
        return _no_amount(text, found.fault)
    if found.currency not in ("", DOLLAR):
        return f"{text} {found.currency}: no rate to dollars"
    return _digits(found.number * multiplier)


def paid_reader(n: int, plan: Plan, asked: FileOptions) -> Reader:
    """Amounts that were paid, in dollars; what cannot be read stays as it was found, with the reason."""
    money = _money(plan, n, _day_reader(plan, asked) or (lambda row: Day(None)), asked)
    return lambda row: "" if plain(row[n]) in _NOT_STATED else money(row)


def _digits(number: float) -> str:
    said = round(number, 6)
    return str(int(said)) if said.is_integer() and abs(said) < 1e15 else repr(said)


def _number(n: int, plan: Plan) -> Reader:
    """A quantity; a unit beside it is left to the unit."""
    times = heading(plan.matched.headings[n]).multiplier

    def read(text: str) -> str:
        if plain(text) in _NOT_STATED:
            return ""
        found = read_amount(_BESIDE.sub("", text), plan.decimal)
        return _no_amount(text, found.fault) if found.number is None else _digits(found.number * times)

    return _once(n, read)


def _unit_beside(n: int, fixed: str) -> Reader:
    """The unit that stands behind a quantity, else that of the layout."""

    def read(row: Row) -> str:
        found = _BESIDE.search(row[n])
        return unit_of(found[1]) if found else fixed

    return read


def _unit(n: int) -> Reader:
    return _once(n, lambda text: unit_of(text) if text.strip() not in ("", "-") else "")


def _other(role: str, n: int, plan: Plan, day: Callable[[Row], Day] | None, asked: FileOptions) -> Reader:
    """Evidence, claims and amounts that were paid."""
    if role in DAYS:
        order, serial = plan.order, plan.serial
        return _once(
            n,
            lambda text: (
                "" if plain(text) in _NOT_STATED else said_day(read_day(text, order, serial), text=text.strip())
            ),
        )
    if is_number(role):
        return _money(plan, n, day or (lambda row: Day(None)), asked)
    if role in CLAIMS and CLAIMS[role].kind == "flag":
        return lambda row: _FLAGS.get(row[n].strip().casefold(), row[n].strip())
    if role in CLAIMS and CLAIMS[role].kind == "share":
        return lambda row: _share(row[n], plan)
    if role in ("entry_number", "spi"):
        return lambda row: "".join(row[n].split()).upper()
    return _text(n)


def _share(text: str, plan: Plan) -> str:
    """A fraction; 25 % is 0.25."""
    said = text.strip()
    if not said.endswith("%"):
        return said if "," not in said else said.replace(",", ".", 1)
    found = read_amount(said.rstrip("% "), plan.decimal)
    return said if found.number is None else _digits(found.number / 100)


__all__ = ["PeriodReader", "Readers", "Row", "day_in", "paid_reader", "period_readers", "readers_of", "said_day"]
