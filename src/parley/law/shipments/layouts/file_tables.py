"""The tables of a file: those of its sheets and parts that hold goods, each with its plan, and what is left out, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from parley.errors import InputError
from parley.law.shipments.layouts.heading_rows import Table, find_tables
from parley.law.shipments.layouts.matching import MissingColumn
from parley.law.shipments.layouts.plan import SAMPLED, FileOptions, Plan, plan_of
from parley.law.shipments.layouts.products import WHOLE, is_product, read_code
from parley.law.shipments.layouts.raw_files import RawFile, raw_files
from parley.law.shipments.layouts.registry import Layout, layout_of, read_layout
from parley.law.shipments.layouts.spelling import heading

SHOWN = 4  # headings of a table that is not read
LOOKED_AT = 20  # rows of a table that may be another's


class _Found(NamedTuple):
    """A table of a sheet, and the layout that its headings bear."""

    raw: RawFile
    table: Table
    rows: list[list[str]]
    layout: Layout | None

    def rank(self) -> tuple[bool, bool, bool, bool, int]:
        """Which of several sheets is the one that is meant: a visible one, of a known layout, on its sheet, with whole tariff
        numbers, of most headings."""
        named = self.layout is not None and self.raw.sheet == self.layout.sheet
        first = self.rows[self.table.skipped : self.table.stop][:LOOKED_AT]
        goods = any(is_product(c) and len(read_code(c).digits) >= WHOLE["CHN"] for row in first for c in row)
        return not self.raw.hidden, self.layout is not None, named, goods, len(self.table.headings)


def plans_of(path: str, asked: FileOptions) -> tuple[list[Plan], list[str]]:
    """The plans of a file's tables, and what is not read, in sentences. Raises InputError where none can be read.

    Of a workbook the sheet of the kind is read, with those that have the same headings; of a sheet or a text all tables.
    """
    own = read_layout(asked.layout) if asked.layout else None
    tables = [[_Found(raw, t, rows, layout_of([heading(h) for h in t.headings], own)) for t in find_tables(rows, own)]
              for raw in raw_files(path, asked.sheet, asked.encoding) for rows in [raw.head(SAMPLED)]]  # fmt: skip
    sheets = [held for held in tables if held]
    if not sheets:
        raise InputError(path, "no row of headings", "a table with a row of headings above its rows")
    best = max((x for held in sheets for x in held), key=_Found.rank)
    read = [x for held in sheets for x in held if x.raw is best.raw or _is_like(x, best)]
    return _planned(read, best, asked, [x for held in sheets for x in held if x not in read])


def _is_like(one: _Found, best: _Found) -> bool:
    return one.raw.hidden == best.raw.hidden and {*one.table.headings} == {*best.table.headings}


def _planned(
    read: Sequence[_Found], best: _Found, asked: FileOptions, others: Sequence[_Found]
) -> tuple[list[Plan], list[str]]:
    """The plans of some tables; one without the columns that are needed is left out, if another has them."""
    plans, faults, left = (
        list[Plan](),
        dict[int, MissingColumn](),
        [_not_read(x, _why_not(x, best)) for x in others],
    )
    several = len({x.raw.sheet for x in read}) > 1
    for n, x in enumerate(read):
        try:
            plans.append(plan_of(replace(x.raw, beside=several), x.table, x.rows, x.layout, asked))
        except MissingColumn as fault:
            faults[n] = fault
            left.append(_not_read(x, fault.found.split(" among ")[0]))
    if not plans:
        raise faults[[x is best for x in read].index(True)]
    return plans, left


def _why_not(x: _Found, best: _Found) -> str:
    """Why a table of another sheet is not read, and what to do where it may hold goods."""
    if x.raw.hidden:
        return "it is hidden"
    goods = best.raw.sheet and any(
        is_product(c) for row in x.rows[x.table.skipped : x.table.stop][:LOOKED_AT] for c in row
    )
    return (
        f"its headings are not those of sheet {best.raw.sheet}; if it holds further goods, read it too: --sheet {x.raw.sheet!r}"
        if goods
        else "another sheet holds the goods"
    )


def _not_read(x: _Found, why: str) -> str:
    """A table that is left out, in words."""
    names = ", ".join(x.table.headings[:SHOWN]) + (" …" if len(x.table.headings) > SHOWN else "")
    hidden = "hidden " if x.raw.hidden else ""
    at = f"the table under row {x.table.skipped}" + (f" of {hidden}sheet {x.raw.sheet}" if x.raw.sheet else "")
    return f"{Path(x.raw.path).name}: {at} is not read ({names}): {why}"


__all__ = ["plans_of"]
