"""What a run judges by: the file's columns, how they are to be read, and the compiled law of each destination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from parley.codes import country, day
from parley.errors import InputError
from parley.law.explain import is_beyond
from parley.law.law_package import law_in_use
from parley.law.measure import LATEST, Measure
from parley.law.products import SCHEDULES
from parley.law.readings import Reading
from parley.law.regime import Regime, measures_folder, read_regime, read_to
from parley.law.shipments.columns import Columns
from parley.law.shipments.compile.cache import keep_law, law_key, read_law
from parley.law.shipments.compile.claim_classes import splits
from parley.law.shipments.compile.known_cells import Kept, KnownCells
from parley.law.shipments.compile.periods import periods, rows_of
from parley.law.shipments.compile.rule_sets import rule_sets
from parley.law.shipments.compile.tables import schedule_of, tables_of
from parley.law.shipments.options import Options


@dataclass(frozen=True)
class Law:
    """asked: its destination is none where the file says it. cells, with their tables: by destination; they grow as files make
    claims. until: the last day answered.
    """

    columns: Columns
    asked: Options
    cells: Mapping[str, KnownCells]
    until: Mapping[str, date | None]

    def keep(self) -> None:
        """Puts what was resolved into the cache, for the next run."""
        for cells in self.cells.values():
            keep_law(cells)


def compile_law(columns: Columns, asked: Options, regime: Regime | None = None) -> Law:
    """The law of the destinations that a file may name. regime: none is the packaged one."""
    one = asked.destination or ("" if "destination" in columns.of else "USA")
    names = (country(one, "destination"),) if one else tuple(SCHEDULES)
    known, on = day(asked.known) if asked.known else None, str(day(asked.on)) if asked.on else None
    cells = {n: _compiled(n, regime, known, asked.reading) for n in names if n in SCHEDULES}
    if not cells:
        raise InputError("destination", f"no schedule of {names[0]}", ", ".join(SCHEDULES))
    asked = replace(asked, on=on, destination=names[0] if one else None, before=None)
    return Law(columns, asked, cells, {n: last_day_answered(asked, n, regime) for n in names})


def _compiled(destination: str, regime: Regime | None, known: date | None, reading: Reading) -> KnownCells:
    """The compiled law of one destination, from the cache where it holds it."""
    rows, key = partial(_rows, regime, destination, reading), law_key(regime, destination, known, reading)
    kept = read_law(key)
    if kept is None:
        every, estimates = rows(), regime is None or regime.estimates
        spans = periods(every, known or LATEST, reading)
        schedule = schedule_of(destination, estimates, law_in_use().hash)
        tables = tables_of(destination, every, rule_sets(every, destination, spans), spans, schedule)
        kept = Kept(tables, splits(every), [], [()], {0: 0})
    return KnownCells(kept, rows, key)


def _rows(regime: Regime | None, destination: str, reading: Reading) -> tuple[Measure, ...]:
    law = regime or read_regime()
    return rows_of(law.as_collected() if reading == "collected" else law, destination)


def last_day_answered(asked: Options, destination: str, law: Regime | None) -> date | None:
    """The last day whose rows have a duty: that to which the law was read; None where any day is answered as scheduled.

    An earlier day of knowledge asks for what was scheduled then, so it has an answer for every day.
    """
    held = law or Regime((), reached=read_to(measures_folder()))
    read, known = held.law_known_to(destination), day(asked.known) if asked.known else None
    return read if read and not asked.as_scheduled and is_beyond(read, date.max, known) else None
