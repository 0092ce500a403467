"""What a run judges by: the file's columns, how they are to be read, and the compiled law of each destination.

Compiled law is kept in the user's cache, safe to delete at any time: one file a law, with what was resolved under claims. Its
name is a checksum of everything that the arrays depend on: the rows of the law, the day of knowledge, the reading, and the
package's own files (sizes and times). A file that cannot be read is compiled anew.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from math import isnan
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from parley import cache_folder
from parley.codes import country, day
from parley.errors import InputError
from parley.law.explain import is_beyond
from parley.law.kept_arrays import of_files
from parley.law.law_package import law_in_use
from parley.law.measure import LATEST, Measure
from parley.law.products import SCHEDULES
from parley.law.readings import Reading
from parley.law.regime import Regime, measures_folder, read_regime, read_to
from parley.law.shipments.columns import DATES, Columns, Options
from parley.law.shipments.compile.cells import Kept, KnownCells
from parley.law.shipments.compile.claim_classes import splits
from parley.law.shipments.compile.tables import periods, rows_of, schedule_of, tables_of
from parley.law.shipments.modes import by_sea

T = TypeVar("T")
FOLDER = "duties"
MOST_KEPT = 8  # laws: the eldest give way
MEMORY = r"(?i)(?=.*[1-9])\d+(?:\.\d+)?\s*(?:[KMGT]i?B|%)"
AS_IT_IS = 0  # not made smaller, which takes longer to read; zlib checks that no byte is lost


def place_of(law: Regime | None, destination: str, known: date | None, reading: Reading) -> Path:
    """The file of a law in the cache, by a checksum of all that the tables depend on. No law: the packaged one, by its files."""
    held = law and (law.measures, law.reached, law.estimates)
    told = msgspec.json.encode([destination, known, reading, of_files(), held])
    return cache_folder.cache_folder() / FOLDER / f"{hashlib.sha256(told).hexdigest()[:32]}.law"


def packed(value: object) -> bytes:
    """A value with its arrays, each as its type, shape and bytes."""
    return msgspec.msgpack.encode(value, enc_hook=lambda a: (a.dtype.str, a.shape, a.tobytes()))


def unpacked(content: bytes | memoryview, kind: type[T]) -> T:
    """What was packed. Raises ValueError where it is none of its kind."""
    try:
        return msgspec.msgpack.decode(content, type=kind, dec_hook=lambda _, a: np.frombuffer(a[2], a[0]).reshape(a[1]))
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None


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
        """Puts what was resolved into the cache, for the next run. A full or read-only disk costs time, not the run."""
        for cells in self.cells.values():
            if len(cells.answered) > len(cells.kept.cell_of):
                cells.kept = cells.known
                cache_folder.keep(cells.place, zlib.compress(packed(cells.kept), AS_IT_IS), MOST_KEPT)


def compile_law(columns: Columns, asked: Options, regime: Regime | None = None) -> Law:
    """The law of the destinations that a file may name. regime: none is the packaged one. Raises InputError, DateError or CodeError."""
    if asked.dates not in DATES:
        raise InputError("--dates", f"{asked.dates!r}", ", ".join(DATES))
    if not re.fullmatch(MEMORY, asked.memory):
        raise InputError("--memory", f"{asked.memory!r}", "a size, such as 1GB or 500MiB, or a share such as 50%")
    if asked.mode and isnan(by_sea(asked.mode)):
        raise InputError(
            "--mode", f"{asked.mode!r}", "vessel, air, rail, truck, mail, or customs' number of the mode, 10 to 70"
        )
    one = asked.destination or ("" if "destination" in columns.of else "USA")
    names = (country(one, "destination"),) if one else tuple(SCHEDULES)
    known = day(asked.known, "--known") if asked.known else None
    on = str(day(asked.on, "--on")) if asked.on else None
    cells = {n: _compiled(n, regime, known, asked.reading) for n in names if n in SCHEDULES}
    if not cells:
        raise InputError("destination", f"no schedule of {names[0]}", ", ".join(SCHEDULES))
    asked = replace(asked, on=on, destination=names[0] if one else None, before=None)
    return Law(columns, asked, cells, {n: last_day_answered(asked, n, regime) for n in names})


def _compiled(destination: str, regime: Regime | None, known: date | None, reading: Reading) -> KnownCells:
    """The compiled law of one destination, from the cache where it holds it."""
    rows, place = partial(_rows, regime, destination, reading), place_of(regime, destination, known, reading)
    with suppress(OSError, ValueError, zlib.error):
        return KnownCells(unpacked(zlib.decompress(place.read_bytes()), Kept), rows, place)
    every, estimates = rows(), regime is None or regime.estimates
    spans = periods(every, known or LATEST, reading)
    schedule = schedule_of(destination, estimates, law_in_use().hash)
    told = splits(every)
    tables = tables_of(destination, every, spans, schedule, [s.name for s in told])
    return KnownCells(Kept(tables, told, [], {0: 0}), rows, place)


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
