"""What the amounts of a table are: the currency and unit of each column, by its heading, by the layout, or by a line that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from parley.errors import InputError
from parley.law.shipments.columns import plain_name
from parley.law.shipments.layouts.amounts import TWO_CURRENCIES, bare, read_amount
from parley.law.shipments.layouts.currencies import DOLLAR, Rates
from parley.law.shipments.layouts.currency_column import OF_CUSTOMS
from parley.law.shipments.layouts.heading_words import may_be_paid, roles_named, words_of
from parley.law.shipments.layouts.products import is_chapter_98_or_99, read_code
from parley.law.shipments.layouts.registry import GREATEST_RATE, PAID, Layout
from parley.law.shipments.layouts.spelling import currency_of, heading, money_in
from parley.law.shipments.layouts.wide import Matched, period_of

OF_VALUE = ("value", "price", "unit_value")
_OF_OTHERS = re.compile(
    r"(?i)quantit|weight|mass|volume|units? of|gewicht|menge|poids|peso neto|数量|重量|rates? of|percent|%"
)
_PIECES = re.compile(r"[;()\[\]（）【】。，；]|[.,](?!\d)")
_SAYS = (  # digits say a scale behind "in" and "unit:" alone: "Total value: 1,000" is a sum
    re.compile(r"(?i).*\b(?:in|en|em)\s+([^:：]+)"),
    re.compile(r"(?i)(?:\w+\s)?(?:units?|einheit|unidad(?:es)?|unités?|currency|devise|w(?:ä|ae)hrung|moneda|单位|單位|単位|단위|币制|货币|通貨|통화)"
               r"\s*[:：]\s*(.+)"),
    re.compile(r"(?:.*[:：])?(\D+)"),
)  # fmt: skip
_NAMED = re.compile(
    r"(?i)\b(?:values?|amounts?|figures?|prices?|currency|units?|dollars?|werte?|betr(?:ä|ae)ge|montants?|valeurs?|valores|importes?"
    r"|moneda|devise|w(?:ä|ae)hrung|data|thousands?|millions?)\b|单位|單位|单价|币制|货币|幣|単位|통화|단위"
)


class Unit(NamedTuple):
    """What one unit of a column is. stated: the heading names the currency. fixed: the row's column of currencies says nothing of it.

    beside: other currencies that some of its rows are in, so that one which states none may be in them.
    """

    currency: str = DOLLAR
    multiplier: float = 1.0
    stated: bool = False
    fixed: bool = False
    beside: frozenset[str] = frozenset()


class Statement(NamedTuple):
    """What a line above or below a table says that all its amounts are in."""

    text: str = ""
    currency: str = ""
    multiplier: float = 1.0


def statement_in(rows: Sequence[Sequence[str]], where: str) -> Statement:
    """What lines beside a table say of its amounts ("Values in thousands of dollars", "Currency: EUR"). Raises where two differ."""
    found = {s[1:]: s for row in rows if (s := _said(": ".join(c.strip(" :") for c in row if c.strip()))).text}
    if len(found) > 1:
        one, other, *_ = (repr(s.text) for s in found.values())
        raise InputError(where, f"lines beside the table say {one} and {other}", "one of them", "Take out the other")
    return next(iter(found.values()), Statement())


def _said(line: str) -> Statement:
    for piece in (
        (p.strip() for p in _PIECES.split(line) if p.strip()) if len(line) < 200 and _NAMED.search(line) else ()
    ):
        phrases = [found[1] for says in _SAYS if (found := says.fullmatch(piece))]
        currency, times = next((m for m in map(money_in, phrases) if m != ("", 1.0)), ("", 1.0))
        if (currency or times != 1) and not _OF_OTHERS.search(piece):
            return Statement(line, currency, times)
    return Statement()


def units_of(
    m: Matched, layout: Layout, said: Statement, where: str, sample: Sequence[Sequence[str]] = ()
) -> Mapping[int, Unit]:
    """The unit of each column of amounts, by place. Raises InputError where a heading and a line beside the table may both hold."""
    texts = {m.columns[r]: m.headings[m.columns[r]] for r in OF_VALUE if r in m.columns}
    texts |= {n: period_of(m.headings[n])[0] for n, _ in m.periods}
    units = {n: _beside(m, n, _of_value(text, layout, said, where), sample) for n, text in texts.items()}
    paid = {n for n, h in enumerate(m.headings) if plain_name(h).startswith(PAID)}
    for n in paid | {n for r, n in m.columns.items() if r == "duty_paid" or r.startswith(PAID)}:
        units[n] = _of_paid(m.headings[n], layout, said, value_unit(m, units))
        if not units[n].stated and (behind := _behind(m, n, sample)):
            units[n] = units[n]._replace(currency=behind, stated=True)
    return units


def _behind(m: Matched, n: int, sample: Sequence[Sequence[str]]) -> str:
    """The one currency of a column of currencies directly behind an amount; empty where none stands there, or several do."""
    text = re.sub(r" [2-9]$", "", m.headings[n + 1]) if n + 1 < len(m.headings) else ""
    named = "currency" in words_of(text) or any(x.role == "currency" for x in roles_named(text))
    found = {currency_of(c) for c in _cells(n + 1, sample)} if named else {""}
    return found.pop() if len(found) == 1 else ""


def _beside(m: Matched, n: int, unit: Unit, sample: Sequence[Sequence[str]]) -> Unit:
    """A unit with the other currencies that some rows state, in a column of currencies or beside the amount."""
    if m.layout and m.layout.id:  # a source says itself what it leaves blank
        return unit
    stated = {currency_of(c) for c in _cells(m.columns.get("currency"), sample)} | {
        bare(c)[1] for c in _cells(n, sample)
    }
    return unit._replace(beside=frozenset(c for c in stated if c not in ("", unit.currency) and unit.currency not in c))


def value_unit(m: Matched, units: Mapping[int, Unit]) -> Unit:
    """The unit of the value, or of what stands for it."""
    places = [*(m.columns[r] for r in OF_VALUE if r in m.columns), *(n for n, _ in m.periods)]
    return units[places[0]] if places else Unit()


def _of_value(text: str, layout: Layout, said: Statement, where: str) -> Unit:
    read = heading(text)
    own = read.currency or currency_of(read.text)
    times = read.multiplier if read.multiplier != 1 else layout.multiplier
    if own and times == 1 and said.multiplier != 1:
        told = f"{text!r} names no thousands or millions, and a line beside the table says {said.text!r}"
        raise InputError(where, told, "one unit", "Take out the line, or say it in the heading: Value (1000 USD)")
    currency = own or layout.currency or said.currency or DOLLAR
    return Unit(currency, times if times != 1 else said.multiplier, bool(read.currency))


def _of_paid(text: str, layout: Layout, said: Statement, value: Unit) -> Unit:
    """What was paid to customs is in the currency of its heading, of the source or the file; else in that of the country of import."""
    read = heading(text)
    currency = read.currency or layout.currency or said.currency
    times = (
        read.multiplier if read.multiplier != 1 else layout.multiplier if layout.multiplier != 1 else said.multiplier
    )
    if not currency and layout.destination not in ("", "USA"):
        return Unit(value.currency, times)
    return Unit(currency or DOLLAR, times, bool(currency), True)


def check_money(
    m: Matched, units: Mapping[int, Unit], sample: Sequence[Sequence[str]], rates: Rates, where: str
) -> None:
    """Nothing, if the currency of values and of what was paid can be told and has a rate. Raises InputError."""
    base = value_unit(m, units)
    if {"value", "price"} & m.columns.keys() or m.periods:
        _check_rates(_currencies(m, sample, base), rates, where)
        _check_others(m, base, where)
    foreign = sorted(c for c in _currencies(m, sample, base) if c != DOLLAR)
    doubtful = next((m.headings[n] for n, u in units.items() if u.fixed and not u.stated), "")
    if doubtful and foreign:
        raise InputError(where, f"{doubtful!r} may be in dollars, as customs are paid, or in {foreign[0]} like the value", "one meaning",
                         f"Say it in its heading: {doubtful} (USD), or {doubtful} ({foreign[0]})")  # fmt: skip


def _currencies(m: Matched, sample: Sequence[Sequence[str]], base: Unit) -> set[str]:
    """The currencies that a column, the cells' own signs, or the heading say the values are in."""
    stated = {currency_of(c) or c.upper() for c in _cells(m.columns.get("currency"), sample)}
    places = [m.columns[r] for r in ("value", "price") if r in m.columns][:1] or [n for n, _ in m.periods]
    signs = {bare(c)[1] for n in places for c in _cells(n, sample)}
    signs = {base.currency if base.currency in s else s for s in signs} if base.currency != DOLLAR else signs
    return stated or (signs - {""} if signs - {"", DOLLAR} and "" not in signs else {base.currency})


def _check_rates(said: set[str], rates: Rates, where: str) -> None:
    """Nothing, if some row is in dollars or has a rate; raises InputError where none can be told in dollars."""
    if not said or any(c == DOLLAR or c in rates.by_currency for c in said):
        return
    one = min(said)
    if one == TWO_CURRENCIES:
        told = f"¥ is the sign of two currencies, {one}"
        raise InputError(where, told, "a column of currencies, or a heading such as Value (JPY)")
    raise InputError(where, f"values in {', '.join(sorted(said))}, and no rate to dollars", "values in dollars, or a rate",
                     f"Give --currency-rate {one}=RATE (dollars for 1 {one}), or --currency-rates FILE.csv")  # fmt: skip


def _check_others(m: Matched, base: Unit, where: str) -> None:
    """Nothing, if the value's currency is said, or every amount of the file is in dollars. A customs value is in dollars by law."""
    at = next((m.columns[r] for r in ("value", "price") if r in m.columns), None)
    if (
        at is None
        or m.layout
        or base._replace(beside=frozenset()) != Unit()
        or "currency" in m.columns
        or words_of(m.headings[at]) & OF_CUSTOMS
    ):
        return
    others = {h: c for h in m.headings if (c := heading(h).currency) and roles_named(heading(h).bare)[:1] and
              roles_named(heading(h).bare)[0].role in OF_VALUE}  # fmt: skip
    if others and DOLLAR not in others.values():
        other, own = next(iter(others)), m.headings[at]
        raise InputError(where, f"{own!r} names no currency, and {other!r} is in {others[other]}", "one meaning",
                         f"Say it in its heading: {own} (USD), or {own} ({others[other]}); or --columns value={other!r}")  # fmt: skip


def unread_payments(m: Matched, sample: Sequence[Sequence[str]], asked: bool) -> Iterator[str]:
    """The columns of amounts that may say what was paid under duties that were struck down, and are not read as such; if it is asked."""
    free = [n for n in range(len(m.headings)) if n not in m.columns.values() and n not in m.counted]
    for n in free if asked else ():
        text, held = m.headings[n], [c for c in _cells(n, sample) if not is_chapter_98_or_99(read_code(c).digits)]
        most = max((x for c in held if (x := read_amount(c).number) is not None), default=0.0)
        if may_be_paid(text) and most > (GREATEST_RATE if "%" in text else 0.0):
            yield f"{text!r} may say what was paid, and is not read; if it does: --columns paid_ieepa={text!r}"


def _cells(n: int | None, sample: Sequence[Sequence[str]]) -> list[str]:
    return [] if n is None else [row[n].strip() for row in sample if n < len(row) and row[n].strip()]


__all__ = ["Statement", "Unit", "check_money", "statement_in", "units_of", "unread_payments", "value_unit"]
