"""The compiled law as small tables that every engine can join: by equality, and by one range join on rule set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from parley.codes import EU, countries
from parley.errors import InputError
from parley.law.duties import Duty, read_duty
from parley.law.edition import as_edition, read_schedule
from parley.law.explain import FIRST_EDITION, base_line
from parley.law.measure import LATEST, PROGRAMMES, Measure
from parley.law.preferences import AGREEMENTS, COLUMN_2
from parley.law.products import Line
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.cells import Cell, Resolver
from parley.law.shipments.claim_classes import PREFERENCES, Split, splits, without
from parley.law.shipments.periods import periods, rows_of
from parley.law.shipments.rule_sets import RuleSets, rule_sets
from parley.law.shipments.shares import FULL, Share
from parley.law.shipments.units import spellings, unit_of

COLUMNS = 2 + len(AGREEMENTS)  # general, column 2, one for each agreement
BASE_PROGRAMMES = ("mfn", "column2", "preference")
Table = dict[str, list]  # a column a name, all of one length


@dataclass(frozen=True)
class LawTables:
    """Tables of one destination, and what the query must know of them.

    products: code start end text class. origins: spelled class iso column2 pref_<claim>. rule_sets: pair rule_set.
    intervals: rule_set start end raw. claimed: raw code cell (where it is not the raw cell's own). cells: numbers.
    bases: key rate specific unit_dimension unit_size unknown. units: spelled dimension size.
    """

    destination: str
    known: date | None
    reading: Reading
    tables: Mapping[str, Table]
    splits: tuple[Split, ...]
    shares: tuple[Share, ...]
    programmes: tuple[str, ...]
    totals: int
    caps: int
    rule_set_count: int
    cell_list: tuple[Cell, ...]


def compile_tables(
    regime: Regime,
    destination: str,
    known: date | None = None,
    reading: Reading = "law",
    present: Collection[str] = (),
    codes: Sequence[int] = (0,),
) -> LawTables:
    """The law of a destination as tables, as known on a day.

    present: the claims that the file makes; codes: the classes of claims that occur in it (claim_classes.py).
    """
    if destination not in ("USA", "CHN"):
        raise InputError("destination", f"no schedule of {destination}", "USA, CHN")
    applied = regime.as_collected() if reading == "collected" else regime
    rows = rows_of(applied, destination)
    made = rule_sets(rows, destination, periods(rows, known or LATEST, reading))
    split = splits(rows, present)
    resolver = Resolver(rows, split)
    found = _resolved(made, resolver, split, codes)
    made, cell_of = _merged(made, found)
    form = _form(resolver.cells)
    tables = {
        **_bases(destination),
        "origins": _origins(made, destination),
        "rule_sets": _pairs(made),
        "intervals": _intervals(made, cell_of[0]),
        "claimed": _claimed(found, cell_of),
        "cells": _cell_columns(resolver.cells, form),
        "units": _units(),
    }
    tables["products"]["class"] = _classes(made, tables["products"]["line"])
    return LawTables(destination, known, reading, tables, split, *form, len(made.cell_of), tuple(resolver.cells))


def present_splits(regime: Regime, destination: str, present: Collection[str]) -> tuple[Split, ...]:
    """The splits that `compile_tables` will use: what the query needs to find the classes that occur."""
    return splits(rows_of(regime, destination), present)


def _resolved(
    made: RuleSets, resolver: Resolver, split: Sequence[Split], codes: Sequence[int]
) -> dict[int, Int[ndarray, " c"]]:
    """The cell of every raw cell under every class of claims, by the class's number; 0 is no claims."""
    every = {0, *(c for code in codes for c in _with_and_without_preferences(code, split))}
    return {
        code: np.array([resolver.cell(n, raw, code) for n, raw in enumerate(made.cells)], dtype=np.int64)
        for code in sorted(every)
    }


def _merged(made: RuleSets, found: Mapping[int, ndarray]) -> tuple[RuleSets, Int[ndarray, "q c"]]:
    """The rule sets with raw cells that no class of claims tells apart made one; the cells by class, [q, c]."""
    stacked = np.stack(list(found.values()))
    cell_of, merged = np.unique(stacked, axis=1, return_inverse=True)
    sequences, again = np.unique(merged.ravel()[made.cell_of], axis=0, return_inverse=True)
    return replace(made, rule_set=again.ravel()[made.rule_set], cell_of=sequences), cell_of


def _claimed(found: Mapping[int, ndarray], cell_of: Int[ndarray, "q c"]) -> Table:
    """The cells that classes of claims change, by merged raw cell."""
    table: Table = {"raw": [], "code": [], "cell": []}
    for code, cells in zip(found, cell_of, strict=True):
        raws = np.flatnonzero(cells != cell_of[0]).tolist()
        table["raw"] += raws
        table["code"] += [code] * len(raws)
        table["cell"] += cells[raws].tolist()
    return table


def _with_and_without_preferences(code: int, split: Sequence[Split]) -> set[int]:
    """A class, and those in which an origin that is no party to a preference may not claim it."""
    found = {code}
    for name in PREFERENCES:
        found |= {without(c, [name], split) for c in found}
    return found


def _form(cells: Sequence[Cell]) -> tuple[tuple[Share, ...], tuple[str, ...], int, int]:
    """The shares, programmes and numbers of totals and caps that the cells need."""
    terms = [t for c in cells for t in c.terms]
    shares = tuple(sorted({t.share for t in terms} - {FULL}, key=str))
    programmes = tuple(p for p in PROGRAMMES if any(t.programme == p for t in terms))
    totals, caps = (max((sum(t.combine == k for t in c.terms) for c in cells), default=0) for k in ("total", "cap"))
    return shares, programmes, totals, caps


def _cell_columns(cells: Sequence[Cell], form: tuple) -> Table:
    """One row a cell: additions by programme (and by share function), specific parts, totals, caps, measures."""
    shares, programmes, totals, caps = form
    made = [_cell_row(c, shares, programmes, totals, caps) for c in cells]
    table: Table = {"cell": list(range(len(cells))), "measures": [c.measures for c in cells],
                    "unknown": [c.unknown or None for c in cells]}  # fmt: skip
    return table | {name: [row[name] for row in made] for name in (made[0] if made else ())}


def _cell_row(c: Cell, shares: Sequence[Share], programmes: Sequence[str], totals: int, caps: int) -> dict:
    """The numbers of a cell. Sums are rounded to 12 digits: 0.1 + 0.2 is 0.3, as the acts write it."""
    row: dict = {f"add_{p}": 0.0 for p in programmes}
    row |= {f"add_{p}_{f}": 0.0 for f in range(len(shares)) for p in programmes}
    row |= {f"specific_{p}": 0.0 for p in programmes}
    units = {t.unit for t in c.terms if t.specific}
    dimension, size = unit_of(next(iter(units))) if units else (None, None)
    row |= {"unit_dimension": dimension, "unit_size": size}
    for t in c.terms:
        if t.combine == "add":
            name = f"add_{t.programme}" if t.share == FULL else f"add_{t.programme}_{shares.index(t.share)}"
            row[name] = round(row[name] + t.rate * t.coefficient, 12)
            row[f"specific_{t.programme}"] = round(row[f"specific_{t.programme}"] + t.specific * t.coefficient, 12)
    return row | _slots(c, "total", totals, shares, programmes) | _slots(c, "cap", caps, shares, programmes)


def _slots(c: Cell, combine: str, count: int, shares: Sequence[Share], programmes: Sequence[str]) -> dict:
    """The totals or caps of a cell, each in its own slot; empty slots have no share."""
    found = [t for t in c.terms if t.combine == combine]
    row: dict = {}
    for j in range(count):
        t = found[j] if j < len(found) else None
        row[f"{combine}{j}_rate"] = None if t is None else t.rate
        row[f"{combine}{j}_specific"] = 0.0 if t is None else t.specific
        row[f"{combine}{j}_share"] = None if t is None else t.coefficient
        row[f"{combine}{j}_of"] = -1 if t is None or t.share == FULL else shares.index(t.share)
        row[f"{combine}{j}_programme"] = -1 if t is None else programmes.index(t.programme)
    return row


def _pairs(made: RuleSets) -> Table:
    u, v = np.indices(made.rule_set.shape)
    return {"product_class": u.ravel().tolist(), "origin_class": v.ravel().tolist(), "rule_set": made.rule_set.ravel().tolist()}  # fmt: skip


def _intervals(made: RuleSets, plain: Int[ndarray, " c"]) -> Table:
    """The runs of equal raw cells of every rule set."""
    same = np.zeros(made.cell_of.shape, dtype=bool)
    same[:, 1:] = made.cell_of[:, 1:] == made.cell_of[:, :-1]
    where, period = np.nonzero(~same)
    last = np.append(where[1:] != where[:-1], True)
    following = np.where(last, len(made.periods) - 1, np.append(period[1:], 0) - 1)
    starts, ends = [p.start for p in made.periods], [p.end for p in made.periods]
    raw = made.cell_of[where, period]
    return {
        "rule_set": where.tolist(),
        "start": [starts[p] for p in period.tolist()],
        "end": [ends[p] for p in following.tolist()],
        "raw": raw.tolist(),
        "cell": plain[raw].tolist(),
    }


def _origins(made: RuleSets, destination: str) -> Table:
    """Every spelling of every origin in capitals, with its class, its column and its preferences."""
    place = {o: int(c) for o, c in zip(made.origins, made.origin_class, strict=True)}
    preference = {(o, p.claim): 2 + j for j, p in reversed(list(enumerate(AGREEMENTS))) for o in p.origins}
    table: Table = {n: [] for n in ("spelled", "iso", "class", "column2", *(f"pref_{n}" for n in PREFERENCES))}
    spelled: dict[str, str] = {}
    for c in countries().values():
        for text in (c.iso3, c.name, *c.aliases, *([c.census] if c.census else [])):
            spelled.setdefault(text.upper(), c.iso3)
    for text, iso in spelled.items():
        known = iso in place  # the destination itself has no class
        row = (text, iso, place.get(iso), known and destination == "USA" and iso in COLUMN_2,
               *(preference.get((iso, n)) if known and destination == "USA" else None for n in PREFERENCES))  # fmt: skip
        for name, value in zip(table, row, strict=True):
            table[name].append(value)
    return table


def _bases(destination: str) -> dict[str, Table]:
    """Products by code and day, and the base duty of every set of rate texts in every column."""
    lines = [x for x in read_schedule(destination).lines]
    edition = as_edition(destination, tuple(lines))
    rows = [(x.code, x.start, x.end, int(t)) for x, t in zip(lines, edition.text_of, strict=True)]
    rows = [(*r, r[0]) for r in rows]
    rows += _short_codes(rows)
    products: Table = {n: [r[j] for r in rows] for j, n in enumerate(("code", "start", "end", "text", "line"))}
    bases: Table = {n: [] for n in ("key", "rate", "specific", "unit_dimension", "unit_size", "unknown", "programme")}
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
    return (*_duty_numbers(found.duty, line.reason), found.programme)


def _duty_numbers(duty: Duty, reason: str) -> tuple[float | None, float | None, str | None, float | None, str | None]:
    units = {unit for _, unit in duty.specific}
    if not duty.readable or len(units) > 1 or (duty.extreme and not duty.is_ad_valorem):
        why = f"the base duty {duty.text!r} cannot be computed from value and quantity" if duty.text else ""
        return None, None, None, None, why or reason or "the schedule gives no base rate"
    if duty.extreme:
        rates = [p.ad_valorem for p in duty.parts]
        return (max if duty.extreme == "max" else min)(rates), 0.0, None, None, None
    dimension, size = unit_of(next(iter(units))) if units else (None, None)
    return duty.ad_valorem, sum(amount for amount, _ in duty.specific), dimension, size, None


def _units() -> Table:
    found = spellings()
    return {"spelled": list(found), "dimension": [d for d, _ in found.values()], "size": [f for _, f in found.values()]}


__all__ = ["LawTables", "Measure", "compile_tables", "present_splits", "read_duty"]
