"""What a run judges by: the file's columns, how they are to be read, and the compiled law of each destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from parley.codes import country, day
from parley.errors import InputError
from parley.law.edition import read_schedule
from parley.law.explain import is_beyond
from parley.law.measure import LATEST, Measure
from parley.law.products import SCHEDULES
from parley.law.readings import Reading
from parley.law.regime import Regime, measures_folder, read_regime, read_to
from parley.law.shipments.columns import Columns
from parley.law.shipments.compile.cache import keep_law, law_key, read_law
from parley.law.shipments.compile.known_cells import KnownCells, Rows
from parley.law.shipments.compile.periods import periods, rows_of
from parley.law.shipments.compile.rule_sets import rule_sets
from parley.law.shipments.compile.schedule import schedule_of
from parley.law.shipments.compile.tables import tables_of
from parley.law.shipments.options import Options

FEW = 2000  # rows up to which only their own codes are compiled


@dataclass(frozen=True)
class Law:
    """asked: its destination is none where the file says it. cells, with their tables: by destination; they grow as files make
    claims. until: the last day answered. keys: in the cache; none where the law is compiled in part.
    """

    columns: Columns
    asked: Options
    cells: Mapping[str, KnownCells]
    until: Mapping[str, date | None]
    keys: Mapping[str, str]

    def keep(self) -> None:
        """Puts what was resolved under claims into the cache, for the next run."""
        for destination, key in self.keys.items():
            if len(self.cells[destination].pairs) > self.cells[destination].kept:
                keep_law(key, self.cells[destination])


def compile_law(
    columns: Columns, asked: Options, regime: Regime | None = None, products: Sequence[str | None] | None = None
) -> Law:
    """The law of the destinations that a file may name. products: the texts of a file of at most FEW rows, whose codes alone
    are compiled where the cache does not hold the whole schedule. regime: none is the packaged one.
    """
    one = asked.destination or ("" if "destination" in columns.of else "USA")
    names = (country(one, "destination"),) if one else tuple(SCHEDULES)
    known = day(asked.known) if asked.known else None
    found = {n: _compiled(n, regime, known, asked.reading, products) for n in names}
    on = str(day(asked.on)) if asked.on else None
    asked = replace(asked, on=on, destination=names[0] if one else None, before=None)
    until = {n: last_day_answered(asked, n, regime) for n in names}
    return Law(
        columns,
        asked,
        {n: cells for n, (cells, _) in found.items()},
        until,
        {n: key for n, (_, key) in found.items() if key},
    )


def _compiled(
    destination: str, regime: Regime | None, known: date | None, reading: Reading, products: Sequence[str | None] | None
) -> tuple[KnownCells, str]:
    """The compiled law of one destination, and its key in the cache if it is kept there."""
    if destination not in SCHEDULES:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    key = law_key(regime, destination, known, reading)
    rows = partial(_rows, regime, destination, reading)
    found = read_law(key, rows)
    if found:
        return found, key
    only = None if products is None else _few(destination, products)
    made = _made(rows, destination, known, reading, only, regime is None or regime.estimates)
    if products is not None:
        return made, ""
    keep_law(key, made)
    return made, key


def _rows(regime: Regime | None, destination: str, reading: Reading) -> tuple[Measure, ...]:
    law = regime or read_regime()
    return rows_of(law.as_collected() if reading == "collected" else law, destination)


def _made(
    read: Rows, destination: str, known: date | None, reading: Reading, only: frozenset[str] | None, estimates: bool
) -> KnownCells:
    rows = read()
    spans = periods(rows, known or LATEST, reading)
    made = rule_sets(rows, destination, spans, only)
    return KnownCells.of(tables_of(destination, rows, made, spans, schedule_of(destination, only, estimates)), read)


def _few(destination: str, products: Sequence[str | None]) -> frozenset[str]:
    """The schedule's codes that some texts can mean."""
    digits = {"".join(c for c in str(text or "")[:30] if c.isdigit()) for text in products}
    near = {d[:8] for d in digits} | {f"0{d}"[:8] for d in digits}
    lines = read_schedule(destination).lines
    return frozenset(x.code for x in lines if x.code[:8] in near) or frozenset({lines[0].code})  # never no table


def last_day_answered(asked: Options, destination: str, law: Regime | None) -> date | None:
    """The last day whose rows have a duty: that to which the law was read; None where any day is answered as scheduled.

    An earlier day of knowledge asks for what was scheduled then, so it has an answer for every day.
    """
    held = law or Regime((), reached=read_to(measures_folder()))
    read, known = held.law_known_to(destination), day(asked.known) if asked.known else None
    return read if read and not asked.as_scheduled and is_beyond(read, date.max, known) else None


__all__ = ["FEW", "Law", "compile_law"]
