"""The rows of one file under the canonical names: read cell by cell, with what is no row of goods left out and counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parley.errors import InputError
from parley.law.shipments.columns import plain_name
from parley.law.shipments.layouts.amounts import NO_TRADE, read_amount
from parley.law.shipments.layouts.cell_readers import (
    PeriodReader,
    Row,
    day_in,
    paid_reader,
    period_readers,
    readers_of,
    said_day,
)
from parley.law.shipments.layouts.flows import flow_cells
from parley.law.shipments.layouts.heading_rows import begins_table, is_amount, is_total
from parley.law.shipments.layouts.heading_words import words_of
from parley.law.shipments.layouts.places import is_aggregate
from parley.law.shipments.layouts.plan import SAMPLED, FileOptions, Plan
from parley.law.shipments.layouts.products import codes_in, is_chapter_98_or_99, read_code
from parley.law.shipments.layouts.registry import PAID
from parley.law.shipments.layouts.spelling import plain

SOURCE = ("source_file", "source_row")
_ENTRY = ("entry_number", "entry_date", "entry_summary_date", "entry_type", "importer_number", "liquidation_date",
          "liquidation_status", "payment_date")  # fmt: skip
RESERVED = (
    "k", "duty_rate", "base_rate", "added_rate", "duty", "measures", "reject_reason", "mpf", "hmf", "duty_rate_before", "duty_before",
    "duty_change", "headings", "duty_rate_low", "duty_rate_high", "duty_low", "duty_high", "range", "paid_base", "headings_filed",
)  # fmt: skip
_OF_NUMBER = ("value", "duty_paid", "quantity")  # what each of several tariff numbers of a row may have of its own
_OTHERS = "rows of other importing countries"


@dataclass
class Counts:
    """What is counted while a file is read."""

    roles: int = 0  # of the columns, how many have a role
    rows: int = 0
    beside: int = 0  # rows of chapter 98 and 99
    carried: int = 0  # rows whose cells of the entry are blank, below the entry's first
    left_out: Counter[str] = field(default_factory=Counter)


def column_names(plans: Sequence[Plan], asked: FileOptions) -> tuple[list[str], int]:
    """The columns of the canonical file: the roles of all plans, so many, then the files' own, then where a row stood."""
    roles = list(dict.fromkeys(r for p in plans for r in (*readers_of(p, asked, "").by_column, *(["value"] if p.matched.periods else []),
                                                          *(["entry_date"] if p.matched.periods and not asked.on else []))))  # fmt: skip
    order = ("product", "origin", "destination", "entry_date", "value", "quantity", "unit")
    made = [r for r in order if r in roles] + [r for r in roles if r not in order]
    for plan in plans:
        made += [n for n in _own(plan, made[: len(roles)]).values() if n not in made]
    return [*made, *SOURCE], len(roles)


def in_file_order(plans: Sequence[Plan], names: Sequence[str], roles: int) -> list[str]:
    """The columns in the files' own order where none is of a known layout; what stands in none of them is last."""
    if any(p.layout.id for p in plans):
        return list(names)
    places: dict[str, int] = {}
    for plan in reversed(plans):
        places |= {name: n for n, name in _own(plan, names[:roles]).items()} | dict(plan.matched.columns)
    return sorted(names, key=lambda name: places.get(name, len(names) + list(names).index(name)))


def _own(plan: Plan, roles: Sequence[str]) -> dict[int, str]:
    """The columns of a file that have no role, by place; a name that the engine or a role has gives way."""
    m = plan.matched
    taken = {*m.columns.values(), *m.counted}
    held = {form for n in (*roles, *SOURCE, *RESERVED) for form in _forms(n)}
    made: dict[int, str] = {}
    for n, name in enumerate(m.headings):
        if n not in taken:
            while held & _forms(name):
                name += "_input"
            made[n] = f"own_{name}" if name.casefold().startswith(("z_", "rate_")) else name
            held |= _forms(name)
    return made


def _forms(name: str) -> set[str]:
    """A name as the engine and its queries compare it."""
    return {name.casefold(), plain_name(name)} - {""}


def table_rows(
    plan: Plan, asked: FileOptions, destination: str, names: Sequence[str], count: Counts
) -> Iterator[list[str]]:
    """The rows of a file under the canonical names; what is left out is counted."""
    buys = destination or plan.layout.destination or "USA"
    readers = readers_of(plan, asked, buys).by_column
    own = _own(plan, names[: count.roles])
    width, place = len(plan.matched.headings), {name: k for k, name in enumerate(names)}
    if "destination" in place and "destination" not in readers:
        readers = {**readers, "destination": lambda row: buys}  # another file of the run states it
    parts = [(place[name], read) for name, read in readers.items()]
    paid = {n for n, name in own.items() if name in place and plain_name(name).startswith(PAID)}
    parts += [(place[own[n]], paid_reader(n, plan, asked)) for n in paid]
    kept = [(place[name], n) for n, name in own.items() if name in place and n not in paid]
    empty, file = [""] * len(names), plan.name
    at_product, at_origin, at_buyer = (place.get(r, -1) for r in ("product", "origin", "destination"))
    codes = plan.matched.columns.get("product", -1)
    entry, order, periods = _of_entry(plan), _of_order(plan), period_readers(plan, asked)
    flows = flow_cells(plan.layout, plan.exports)
    above: Row = []
    for number, cut in plan.rows():
        row = cut if len(cut) >= width else [*cut, *([""] * (width - len(cut)))]
        if entry and row[codes].strip()[:1].isdecimal():
            if above and not any(row[n].strip() for n in entry):
                same = {*entry, *_of_line(plan, row, above)}
                row = [above[n] if n in same else cell for n, cell in enumerate(row)]
                count.carried += 1
            above = row
        elif order:
            if above and row[order[0]].strip() == above[order[0]].strip():
                row = [above[n] if n in order and not cell.strip() else cell for n, cell in enumerate(row)]
            above = row
        why = _left_out(plan, flows, number, row, row[codes] if codes >= 0 else "")
        for one in () if why else _periods(plan, row, periods, asked):
            made = empty.copy()
            for k, read in parts:
                made[k] = read(one.row)
            for k, n in kept:
                made[k] = row[n]
            made[place[SOURCE[0]]], made[place[SOURCE[1]]] = file, str(number)
            if one.day:
                made[place["entry_date"]] = one.day
            if one.value is not None:
                made[place["value"]] = one.value
            why = _no_row(made, at_product, at_origin, at_buyer, destination, plan)
            if not why:
                count.rows += 1
                count.beside += is_chapter_98_or_99(made[at_product]) if at_product >= 0 else 0
                yield made
        if why:
            count.left_out[why] += 1


def _of_entry(plan: Plan) -> frozenset[int]:
    """The columns of the whole entry, where the file has its number and day: below its first row they may be blank."""
    columns = plan.matched.columns
    if not {"entry_number", "entry_date", "product"} <= columns.keys():
        return frozenset()
    return frozenset(columns[r] for r in _ENTRY if r in columns)


def _of_order(plan: Plan) -> tuple[int, ...]:
    """The column of an order's number, and those of what is the whole order's; none where the layout has no orders."""
    number = next((n for n, h in enumerate(plan.matched.headings) if h == plan.layout.order), None)
    whole = (plan.matched.columns.get(r) for r in ("destination", "currency", "entry_date"))
    return () if number is None else (number, *(n for n in whole if n is not None))


def _of_line(plan: Plan, row: Row, above: Row) -> set[int]:
    """The column of the origin, where it is blank on a row of the line that began above."""
    columns = plan.matched.columns
    line, origin = columns.get("line_number"), columns.get("origin")
    if (
        origin is None
        or row[origin].strip()
        or (line is not None and row[line].strip() not in ("", above[line].strip()))
    ):
        return set()
    return {origin}


@dataclass(frozen=True)
class _Period:
    """A row of one period: its cells, and its value and day where these stand in the heading of a column."""

    row: Row
    value: str | None = None
    day: str = ""


def _periods(plan: Plan, row: Row, periods: Sequence[PeriodReader], asked: FileOptions) -> Iterator[_Period]:
    """A row itself; or one for each filled column of a month or year."""
    codes = plan.matched.columns.get("product", -1)
    if plan.matched.ordinals or (codes >= 0 and len(codes_in(row[codes])) > 1):
        yield from map(_Period, _ordinals(plan, row))
        return
    if not periods:
        yield _Period(row)
        return
    for n, day, money in periods:
        if n < len(row) and row[n].strip() not in NO_TRADE:
            when = day(row)
            yield _Period(row, money(row), "" if asked.on else said_day(when, day_in(when, asked)))


def _ordinals(plan: Plan, row: Row) -> list[Row]:
    """A row of several tariff numbers, in columns or in one cell, as one of each: those of chapters 98 and 99 first, without the
    goods' value.

    A duty that is not stated for each number stands on the commodity's; what was paid on the others is then not known. One value
    of several commodities is none of any of them.
    """
    columns, rows = plan.matched.columns, []
    held = _numbers(plan, row)
    codes, own = [read_code(text).digits for text, _ in held], held[0][1]
    goods = sum(bool(digits) and not is_chapter_98_or_99(digits) for digits in codes)
    if plan.matched.ordinals and goods == 1 and "duty_paid" in own:
        held = _numbers(plan, row := _without_total(plan, row))
    if goods > 1 and "value" in columns and "value" not in own:
        row = [
            f"{c.strip()}: one value of {goods} tariff numbers" if n == columns["value"] else c
            for n, c in enumerate(row)
        ]
    for (text, cells), digits in zip(held, codes, strict=True):
        if digits:
            beside, made = is_chapter_98_or_99(digits), row.copy()
            made[columns["product"]] = text
            for role in _OF_NUMBER:
                if role in cells:
                    made[columns[role]] = cells[role]
                elif role in columns and (beside or role in own):
                    made[columns[role]] = ""
            rows.append((not beside, made))
    return [made for _, made in sorted(rows, key=lambda x: x[0])] or [row]


def _numbers(plan: Plan, row: Row) -> list[tuple[str, dict[str, str]]]:
    """The tariff numbers of a row, each with its own cells by role: those of its columns, or of its place in cells of as many
    parts. What was paid in a number's column where no number stands is the commodity's."""
    columns, made = plan.matched.columns, list[tuple[str, dict[str, str]]]()
    for one in plan.matched.ordinals or (columns,):
        texts = codes_in(row[one.get("product", columns["product"])])
        parts = {
            r: [row[one[r]]] if len(texts) == 1 else _parts(row[one[r]], len(texts)) for r in _OF_NUMBER if r in one
        }
        if plan.matched.ordinals or len(texts) > 1:
            made += [(t, {r: held[k] for r, held in parts.items() if held}) for k, t in enumerate(texts)]
    unstated = [
        read_amount(cells.get("duty_paid", ""), plan.decimal).number or 0.0 for text, cells in made if not text.strip()
    ]
    first = next(
        (cells for text, cells in made if text.strip() and not is_chapter_98_or_99(read_code(text).digits)), {}
    )
    paid = read_amount(first.get("duty_paid", ""), plan.decimal).number
    if any(unstated) and paid is not None:
        first["duty_paid"] = _said(paid + sum(unstated), plan)
    return made


def _parts(text: str, count: int) -> list[str]:
    """The parts of a cell that has one for each of several numbers; none where it has not."""
    found = [p for part in re.split(r"[\n;|]", text) if (p := part.strip())]
    return found if len(found) == count else []


def _said(number: float, plan: Plan) -> str:
    """An amount as the table writes it."""
    return f"{number:.2f}".replace(".", plan.decimal or ".")


def _without_total(plan: Plan, row: Row) -> Row:
    """A row whose first duty is headed as the whole line's, with what the other numbers' duties leave of it."""
    at, *others = [one["duty_paid"] for one in plan.matched.ordinals if "duty_paid" in one]
    if "total" not in words_of(plan.matched.headings[at]):
        return row
    paid = [read_amount(row[n], plan.decimal).number for n in (at, *others) if row[n].strip()]
    known = [x for x in paid if x is not None]
    rest = round(2 * known[0] - sum(known), 2) if row[at].strip() and len(known) == len(paid) else -1.0
    return [_said(rest, plan) if n == at and rest >= 0 else cell for n, cell in enumerate(row)]


def _left_out(plan: Plan, flows: frozenset[str], number: int, row: Row, product: str) -> str:
    """Why a row is none of goods: a total, a note, a breakdown beside its total, of another flow; empty where it is one."""
    keys = [n for r in ("origin", "entry_date", "entry_number") if (n := plan.matched.columns.get(r)) is not None]
    if not product[:1].isdecimal() or product[-1:].isalpha():
        why = no_goods(plan.matched.headings, row, product, keys)
        if why:
            return why
        if begins_table(row, None):
            if number <= SAMPLED:
                return "headings again"
            told = f"a second table begins in row {number} below the headings, with {', '.join(row[:4])}"
            raise InputError(plan.name, told, "one table", "Put it into a file of its own")
    for n, cells in plan.keep:
        if plain(row[n]) not in cells:
            return "breakdowns and other measures"
    if plan.flow >= 0 and plain(row[plan.flow]) not in flows:
        return "other flows"
    return ""


def no_goods(headings: Sequence[str], row: Sequence[str], product: str, keys: Sequence[int]) -> str:
    """Why a row whose code begins with no digit is none of goods. keys: the columns of its origin, day and entry."""
    if is_total(row, product) or (not product.strip() and _is_amounts_alone(row, keys)):
        return "totals"
    filled = sum(bool(c.strip()) for c in row)
    if (filled == 1 < len(row) - 1 and not read_code(product).digits) or (
        not product.strip() and (filled <= len(row) // 6 or not any(c.isdecimal() for c in "".join(row)))
    ):
        return "notes"
    return "headings again" if [*map(str.strip, row[: len(headings)])] == [*headings] else ""


def _is_amounts_alone(row: Sequence[str], keys: Sequence[int]) -> bool:
    """Whether a row holds numbers, and no origin, day and entry: sums without a word."""
    held = [c for c in row if c.strip()]
    return bool(held) and len(keys) > 1 and not any(row[n].strip() for n in keys) and all(map(is_amount, held))


def _no_row(made: Sequence[str], product: int, origin: int, buyer: int, destination: str, plan: Plan) -> str:
    """Why a row that was read is none of one country's goods."""
    if plan.layout.id and product >= 0 and plain(made[product].split(":")[0]) in ("total", "all", "allcommodities"):
        return "totals"
    if origin >= 0 and is_aggregate(made[origin], plan.origin_system):
        return "groups of countries and totals"
    if buyer >= 0 and plan.layout.periods and is_aggregate(made[buyer], plan.destination_system):
        return "groups of countries and totals"
    return _OTHERS if destination and buyer >= 0 and made[buyer] and made[buyer] != destination else ""


__all__ = ["SOURCE", "Counts", "column_names", "in_file_order", "no_goods", "table_rows"]
