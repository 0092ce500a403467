"""What a run judges by: the file's columns, how they are to be read, and the compiled law of each destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from parley.codes import country, day
from parley.errors import InputError
from parley.law.edition import read_schedule
from parley.law.explain import is_beyond
from parley.law.measure import LATEST, Measure
from parley.law.products import SCHEDULES
from parley.law.readings import Reading
from parley.law.regime import Regime, measures_folder, read_regime, read_to
from parley.law.shipments.columns import Columns
from parley.law.shipments.compile.cache import keep, kept, law_key, write_claims
from parley.law.shipments.compile.claimed import Claimed
from parley.law.shipments.compile.periods import periods, rows_of
from parley.law.shipments.compile.rule_sets import rule_sets
from parley.law.shipments.compile.schedule import schedule_of
from parley.law.shipments.compile.tables import LawTables, tables_of

if TYPE_CHECKING:
    from parley.law.shipments.options import Options

FEW = 2000  # rows up to which only their own codes are compiled


class AsRead(NamedTuple):
    """How a file's columns are read and what is wanted of its lines, as in Options. destination: "" where the file says."""

    on: date | None = None
    dates: str = "iso"
    whole_dollars: bool = False
    programmes: bool = False
    fees: bool = False
    mode: str | None = None
    destination: str = "USA"


@dataclass(frozen=True)
class Law:
    """tables: by destination; claimed: cells under claims, which grow as files make them; until: the last day answered."""

    columns: Columns
    asked: AsRead
    tables: Mapping[str, LawTables]
    claimed: Mapping[str, Claimed]
    until: Mapping[str, date | None]
    keys: Mapping[str, str]  # in the cache; none where the law is compiled in part

    def keep(self) -> None:
        """Puts what was resolved under claims into the cache, for the next run."""
        for destination, key in self.keys.items():
            write_claims(key, self.claimed[destination])


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
    read = AsRead(
        day(asked.on) if asked.on else None, asked.dates, asked.whole_dollars, asked.programmes, asked.fees, asked.mode,
        names[0] if one else "",
    )  # fmt: skip
    return Law(
        columns,
        read,
        {n: claimed.tables for n, (claimed, _) in found.items()},
        {n: claimed for n, (claimed, _) in found.items()},
        {n: last_day_answered(asked, n, regime) for n in names},
        {n: key for n, (_, key) in found.items() if key},
    )


def _compiled(
    destination: str, regime: Regime | None, known: date | None, reading: Reading, products: Sequence[str | None] | None
) -> tuple[Claimed, str]:
    """The compiled law of one destination, and its key in the cache if it is kept there."""
    if destination not in SCHEDULES:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    key = law_key(regime, destination, known, reading)
    law = _Rows(regime, destination, reading)
    if products is None:
        return kept(key, law.rows) or keep(key, Claimed.of(_made(law, known), law.rows)), key
    held = kept(key, law.rows)
    return (held, key) if held else (Claimed.of(_made(law, known, _few(destination, products)), law.rows), "")


class _Rows(NamedTuple):
    """The rows of a destination, read when they are needed."""

    regime: Regime | None
    destination: str
    reading: Reading

    def rows(self) -> tuple[Measure, ...]:
        regime = self.regime or read_regime()
        return rows_of(regime.as_collected() if self.reading == "collected" else regime, self.destination)


def _made(law: _Rows, known: date | None, only: frozenset[str] | None = None) -> LawTables:
    rows = law.rows()
    made = rule_sets(rows, law.destination, periods(rows, known or LATEST, law.reading), only)
    estimates = law.regime is None or law.regime.estimates
    return tables_of(law.destination, rows, made, schedule_of(law.destination, only, estimates))


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


__all__ = ["FEW", "AsRead", "Law", "compile_law"]
