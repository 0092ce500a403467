"""The compiled law as small tables that every engine can join: by equality, and by one range join on rule set."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import EU, countries, union_of
from parley.errors import InputError
from parley.law.edition import as_edition
from parley.law.entry_claims import AGREEMENTS
from parley.law.explain import FIRST_DAY
from parley.law.measure import BASE_PROGRAMMES, LATEST
from parley.law.products import COLUMN_2, FIRST_EDITION, SCHEDULES, Duty, Line, base_line, pays_column_2
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.cell_columns import Form, Table, cell_columns, form_of
from parley.law.shipments.cells import Cell, Resolver, units_of
from parley.law.shipments.claim_classes import PREFERENCES, Split, splits, without
from parley.law.shipments.equivalents import charged_columns, equivalents, partners
from parley.law.shipments.intervals import calendar, intervals, last_day, moments
from parley.law.shipments.periods import periods, rows_of
from parley.law.shipments.rule_sets import RuleSets, lines_of, rule_sets
from parley.law.shipments.units import spellings, unit_of

COLUMNS = 2 + len(AGREEMENTS)  # general, column 2, one for each agreement
LEFT_OUT = ("line", "duty")  # columns of products that no query needs


@dataclass(frozen=True)
class LawTables:
    """Tables of one destination, and what the query must know of them.

    products: code start end text class charged charged_key. origins: spelled place class column2 partner pref_<claim>.
    equivalents: key (a product's charged_key + an origin's partner) rate; rule_sets: pair rule_set.
    intervals: rule_set start end raw cell; the same by period: calendar (day period), moments (key raw cell).
    claimed: key cell (of a raw cell in a class of claims, where it is not the raw cell's own). cells: numbers.
    bases: key plain rate specific unit_dimension unit_size unknown programme. units: spelled dimension size.
    """

    destination: str
    known: date | None
    reading: Reading
    tables: Mapping[str, Table]
    splits: tuple[Split, ...]
    form: Form
    raw_count: int
    period_count: int
    rule_set_count: int
    last_day: date
    cell_list: tuple[Cell, ...]
    kept: str = ""  # the file in the user's cache that holds them


@dataclass(frozen=True)
class Compiler:
    """The law of a destination, interned; what it says under classes of claims is resolved once, when first asked."""

    destination: str
    known: date | None
    reading: Reading
    made: RuleSets
    splits: tuple[Split, ...]
    resolver: Resolver
    only: frozenset[str] | None = None
    estimates: bool = True

    def tables(self, codes: Collection[int] = ()) -> LawTables:
        """The tables for the classes of claims that occur in a file (claim_classes.py); 0, no claims, is always there."""
        found = _resolved(self.made, self.resolver, self.splits, (0, *codes))
        made, cell_of = _merged(self.made, found)
        cells, width = self.resolver.cells, len(self.made.rule_set[0])
        form = form_of(cells)
        tables = {
            **_bases(self.destination, self.only),
            **equivalents(self.destination, self.estimates),
            "origins": _origins(made, self.destination),
            "rule_sets": _pairs(made),
            "intervals": intervals(made, cell_of[0]),
            "moments": moments(made, cell_of[0]),
            "calendar": calendar(made.periods),
            "claimed": _claimed(found, cell_of),
            "cells": cell_columns(cells, form),
            "units": _units(),
        }
        classes = [k * width for k in _classes(made, tables["products"]["line"])]
        charged = charged_columns(self.destination, tables["products"], self.estimates)
        own = {n: v for n, v in tables["products"].items() if n not in LEFT_OUT}
        tables["products"] = {**own, "class": classes, **charged}
        counts = (cell_of.shape[1], len(made.periods), len(made.cell_of))
        head = (self.destination, self.known, self.reading)
        return LawTables(*head, tables, self.splits, form, *counts, last_day(made.periods), tuple(cells))


def compiler(
    regime: Regime,
    destination: str,
    known: date | None = None,
    reading: Reading = "law",
    present: Collection[str] = (),
    only: frozenset[str] | None = None,
) -> Compiler:
    """The interned law of a destination, as known on a day. present: the claims that the file makes; only: some codes."""
    if destination not in SCHEDULES:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    rows = rows_of(regime.as_collected() if reading == "collected" else regime, destination)
    made = rule_sets(rows, destination, periods(rows, known or LATEST, reading), only)
    split = splits(rows, present)
    return Compiler(destination, known, reading, made, split, Resolver(rows, split), only, regime.estimates)


def compile_tables(
    regime: Regime,
    destination: str,
    known: date | None = None,
    reading: Reading = "law",
    present: Collection[str] = (),
    codes: Sequence[int] = (0,),
) -> LawTables:
    """The law of a destination as tables, in one step."""
    return compiler(regime, destination, known, reading, present).tables(codes)


def _resolved(
    made: RuleSets, resolver: Resolver, split: Sequence[Split], codes: Sequence[int]
) -> dict[int, Int[ndarray, " c"]]:
    """The cell of every raw cell under every class of claims, by the class's number; 0 is no claims."""
    every = {0, *(c for code in codes for c in _with_and_without_preferences(code, split))}
    return {code: np.array([resolver.cell(raw, code) for raw in made.cells], dtype=np.int64) for code in sorted(every)}


def _merged(made: RuleSets, found: Mapping[int, ndarray]) -> tuple[RuleSets, Int[ndarray, "q c"]]:
    """The rule sets with raw cells that no class of claims tells apart made one; the cells by class, [q, c]."""
    stacked = np.stack(list(found.values()))
    cell_of, merged = np.unique(stacked, axis=1, return_inverse=True)
    sequences, again = np.unique(merged.ravel()[made.cell_of], axis=0, return_inverse=True)
    return replace(made, rule_set=again.ravel()[made.rule_set], cell_of=sequences), cell_of


def _claimed(found: Mapping[int, ndarray], cell_of: Int[ndarray, "q c"]) -> Table:
    """The cells that classes of claims change: the class's number · the count of raw cells + the raw cell."""
    table: Table = {"key": [], "cell": []}
    for code, cells in zip(found, cell_of, strict=True):
        raws = np.flatnonzero(cells != cell_of[0])
        table["key"] += [code * cell_of.shape[1] + raw for raw in raws.tolist()]
        table["cell"] += cells[raws].tolist()
    return table


def _with_and_without_preferences(code: int, split: Sequence[Split]) -> set[int]:
    """A class, and those in which an origin that is no party to a preference may not claim it."""
    found = {code}
    for name in PREFERENCES:
        found |= {without(c, [name], split) for c in found}
    return found


def _pairs(made: RuleSets) -> Table:
    """The rule set of each pair of classes: the product's class is numbered in steps of the origins' count."""
    return {"pair": list(range(made.rule_set.size)), "rule_set": made.rule_set.ravel().tolist()}


def _origins(made: RuleSets, destination: str) -> Table:
    """Every spelling of every origin in capitals, with its place among countries, class, column and preferences."""
    place = {o: int(c) for o, c in zip(made.origins, made.origin_class, strict=True)}
    number = {iso: j for j, iso in enumerate(countries())}
    preference = {(o, p.claim): 2 + j for j, p in reversed(list(enumerate(AGREEMENTS))) for o in p.origins}
    names = ("spelled", "place", "class", "column_2_day", "partner", *(f"pref_{n}" for n in PREFERENCES))
    table, partner = {n: [] for n in names}, partners(destination)
    for text, iso in country_spellings().items():
        known = iso in place  # the destination itself has no class
        ours = known and destination == "USA"
        row = (text, number[iso], place.get(iso), _column_2_from(iso) if ours else None,
               partner.get(iso, partner.get(union_of(iso))),
               *(preference.get((iso, n)) if ours else None for n in PREFERENCES))  # fmt: skip
        for name, value in zip(table, row, strict=True):
            table[name].append(value)
    return table


def country_spellings() -> dict[str, str]:
    """Every spelling of every country in capitals, and its ISO code."""
    spelled: dict[str, str] = {}
    for c in countries().values():
        for text in (c.iso3, c.name, *c.aliases, *([c.census] if c.census else [])):
            spelled.setdefault(text.upper(), c.iso3)
    return spelled


def _column_2_from(origin: str) -> date | None:
    """The first day from which an origin's goods pay column 2 without a break; None where they do not."""
    if origin not in COLUMN_2:
        return None
    first, last = FIRST_DAY.toordinal(), FIRST_EDITION.toordinal()
    return date.fromordinal(
        first + bisect_left(range(last - first), True, key=lambda n: pays_column_2(origin, date.fromordinal(first + n)))
    )


@cache
def _bases(destination: str, only: frozenset[str] | None) -> dict[str, Table]:
    """Products by code and day, and the base duty of every set of rate texts in every column."""
    lines = lines_of(destination, only)
    edition = as_edition(destination, tuple(lines))
    rows = [(x.code, x.start, x.end, int(t)) for x, t in zip(lines, edition.text_of, strict=True)]
    rows = [(*r, r[0]) for r in rows]
    rows += _short_codes(rows)
    products: Table = {n: [r[j] for r in rows] for j, n in enumerate(("code", "start", "end", "text", "line"))}
    products["duty"] = [edition.texts[t].general for t in products["text"]]
    products["text"] = [t * COLUMNS for t in products["text"]]
    bases: Table = {
        n: [] for n in ("key", "plain", "rate", "specific", "unit_dimension", "unit_size", "unknown", "programme")
    }
    columns = range(COLUMNS if destination == "USA" else 1)
    for text, line in enumerate(edition.texts):
        for column in columns:
            row = (text * COLUMNS + column, *_base(line, destination, column))
            for name, value in zip(bases, row, strict=True):
                bases[name].append(value)
    return {"products": products, "bases": bases}


def _short_codes(rows: Sequence[tuple]) -> list[tuple]:
    """Codes of eight digits on the days on which they have one line of ten, as `explain` accepts them."""
    groups: dict[str, list[tuple]] = {}
    for row in rows:
        if len(row[0]) == 10:
            groups.setdefault(row[0][:8], []).append(row)
    made = []
    for short, held in groups.items():
        days = sorted({d for r in held for d in r[1:3]})
        for a, b in pairwise(days):
            here = [r for r in held if r[1] <= a < r[2]]
            if len(here) == 1:
                made.append((short, a, b, here[0][3], here[0][4]))
    return made


def _classes(made: RuleSets, codes: Sequence[str]) -> list[int]:
    """The class of products of each code; of eight digits: of the one line that they stand for."""
    place = {c: int(k) for c, k in zip(made.codes, made.product_class, strict=True)}
    return [place[c] for c in codes]


def _base(line: Line, destination: str, column: int) -> tuple:
    """Rate, dollars a unit, the unit's dimension and size, why it is unknown, and the programme."""
    preference = AGREEMENTS[column - 2] if column >= 2 else None
    origin = COLUMN_2[0] if column == 1 else preference.origins[0] if preference else EU
    origin = "USA" if destination != "USA" else origin
    found = base_line(line, origin, destination, {preference.claim: True} if preference else {}, FIRST_EDITION)
    return (*_duty_numbers(found.duty), BASE_PROGRAMMES.index(found.programme))


def _duty_numbers(duty: Duty) -> tuple[float | None, float | None, float, str | None, float | None, int]:
    """The rate where it needs no quantity; rate, dollars a unit, dimension, size; then why there is none.

    1: it cannot be computed from value and one quantity; 2: the schedule that we hold gives no rate.
    """
    units = units_of(duty)
    if not duty.text:
        return None, None, 0.0, None, None, 2
    if not duty.readable or len(units) > 1 or duty.extreme:
        return None, None, 0.0, None, None, 1
    dimension, size = unit_of(next(iter(units))) if units else (None, None)
    specific = sum((amount for amount, _ in duty.specific), 0.0)
    return (None if specific else duty.ad_valorem), duty.ad_valorem, specific, dimension, size, 0


def _units() -> Table:
    found = spellings()
    return {"spelled": list(found), "dimension": [d for d, _ in found.values()], "size": [f for _, f in found.values()]}


__all__ = ["LawTables", "Table", "compile_tables", "compiler", "country_spellings"]
