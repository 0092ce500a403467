"""A user's months: read cell by cell from the layouts of own_tables; faults named, or set aside with their reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from statistics import median
from typing import NamedTuple

from parley import outputs
from parley.codes import countries, country, union_of
from parley.csv_tables import CsvTable, number_of
from parley.errors import CodeError, InputError
from parley.law.paid.tables import ALL
from parley.scenario.backtest.own_tables import MONTH, Layout, read_table
from parley.scenario.backtest.trade import TOGETHER, Row, known_codes, packaged_rows

EVERYBODY = ("total for all countries", "all countries", "world", "world total", "-")
GROUPING = re.compile(r"00(?!03)\d\d|\dxxx")  # codes of the Census for regions and unions; 0003 is the European Union
GROUPINGS = frozenset((
    "africa", "apec", "asean", "asia", "australia and oceania", "cafta-dr", "cacm", "euro area", "europe", "lafta", "nato",
    "north america", "oecd", "opec", "pacific rim countries", "south/central america", "twenty latin american republics",
    "usmca (nafta)", "nafta",
))  # fmt: skip
OTHER = "other"  # a partner whose goods are in those of others: nothing to keep
ALL_IMPORTS = ("00", "-", "total")
GROUPED = re.compile(r"\d{1,3}(?:[,'\u2019\u00a0\u202f ]\d{3})+(?:[.]\d*)?")
FAR, FEW = 100.0, 20  # times the packaged value of as many of the same cells: another unit than dollars


class Own(NamedTuple):
    """What a user's files brought: rows; how many cells others say again, as groups of countries do; rows set aside."""

    rows: list[Row]
    beside: int
    rejected: int


class Said(NamedTuple):
    """A cell as a file says it: its place, and the record that it stands in, by column."""

    row: Row
    where: str
    record: dict[str, str]


class Faults:
    """Records that are set aside with their reason; where no file was named for them, the first is raised."""

    def __init__(self, path: Path | None) -> None:
        self.path, self.records = path, list[dict[str, str]]()

    def add(self, record: Mapping[str, str], error: InputError) -> None:
        """Sets a record aside, once."""
        if self.path is None:
            raise error
        if not (self.records and record.items() <= self.records[-1].items()):
            self.records.append({**record, "reason": str(error)})

    def write(self) -> None:
        """The file: the columns of all records, and the reason last."""
        if self.path is None:
            return
        names = list(dict.fromkeys(name for record in self.records for name in record)) or ["file", "row", "reason"]
        made = StringIO()
        writer = csv.DictWriter(made, [*(n for n in names if n != "reason"), "reason"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.records)
        outputs.write(self.path, made.getvalue())


def read_own(places: Path | str | Sequence[Path | str], rejects: Path | None = None, sign: str = "") -> Own:
    """What a user's files bring. rejects: a CSV for faulty rows; without one the first is raised."""
    given = [places] if isinstance(places, (str, Path)) else places
    kept: dict[tuple[str, ...], Row] = {}
    faults, beside = Faults(rejects), 0
    for path in map(Path, given):
        where = f"{sign}months, {path.name}"
        beside += _keep(_said(*read_table(path, where), path.name, faults), kept, faults)
    _check_unit(kept.values(), f"{sign}months, {', '.join(Path(place).name for place in given)}")
    faults.write()
    return Own(list(kept.values()), beside, len(faults.records))


def _said(table: CsvTable, layout: Layout, name: str, faults: Faults) -> list[Said]:
    """Every cell of a file."""
    made: list[Said] = []
    for n, cells in table.records:
        where = f"{table.where}, row {n}"
        record = {"file": name, "row": str(n)} | dict(zip(table.names, cells, strict=False))
        try:
            made += [Said(_row(cell, where), where, record) for cell in layout.cells(table.row(n, cells).cells)]
        except InputError as error:
            faults.add(record, error)
    return made


def _keep(found: list[Said], kept: dict[tuple[str, ...], Row], faults: Faults) -> int:
    """Puts the cells of a file to those kept; how many say again what others of the file say."""
    held, beside = {said.row[:2] + said.row[3:4] for said in found}, 0
    for row, where, record in found:
        try:
            if _again(row, held, where):
                beside += 1
                continue
            if row[:4] in kept:
                raise InputError(where, "the same cell as an earlier row", "one row a cell")
            kept[row[:4]] = row
        except InputError as error:
            faults.add(record, error)
    return beside


def _again(row: Row, held: set[tuple[str, str, str]], where: str) -> bool:
    """Whether other rows of the file hold a row's goods. Raises InputError for a partner whose goods none holds."""
    flow, partner, sector, month, _ = row
    if partner == OTHER or (flow == "imports" and sector == TOGETHER):
        return True
    if partner in _partners()[flow]:
        return flow == "exports" and sector != TOGETHER and partner != ALL
    union = union_of(partner)
    within = union if union in _partners()[flow] else ALL
    if (flow, within, month) in held:
        return True
    found, hint = f"partner {partner!r}", f"Its goods count with the rest: bring {ALL} for {month} too"
    if within != ALL:
        hint = f"Members of the European Union count together, as {within}"
    raise InputError(where, found, ", ".join(_partners()[flow]), hint)


def _check_unit(rows: Iterable[Row], where: str) -> None:
    """Refuses values that are far from those packaged for the same cells: thousands or millions of dollars."""
    held: dict[tuple[str, str, str], float] = {(r.flow, r.partner, r.sector): r.value for r in packaged_rows()}
    ratios = [r.value / there for r in rows if (there := held.get(r[:3])) and r.value > 0]
    middle = median(ratios) if len(ratios) >= FEW else 1.0
    if not 1 / FAR < middle < FAR:
        found = f"values are {middle:.2g} times those of the same partners and sectors in the packaged table"
        raise InputError(where, found, "dollars", "Multiply thousands by 1,000 and millions by 1,000,000")


def _row(given: Mapping[str, str], where: str) -> Row:
    flow, code, month = given["flow"].lower() or "imports", given["sector"], MONTH.fullmatch(given["month"])
    if flow not in ("imports", "exports"):
        raise InputError(where, f"flow {flow[:40]!r}", "imports or exports")
    if flow == "imports" and code.lower() in ALL_IMPORTS:
        code = TOGETHER
    elif (flow, code) not in _codes():
        allowed = (
            "a 3-digit NAICS, such as 334" if flow == "imports" else "a chapter of two digits, or 00 for all goods"
        )
        raise InputError(where, f"sector {code[:40]!r}", allowed)
    if month is None:
        raise InputError(where, f"month {given['month'][:40]!r}", "YYYY-MM")
    partner = _partner(flow, given["partner"], where)
    return Row(flow, partner, code, f"{month[1]}-{month[2]}", _value(given["value"], where))


def _partner(flow: str, text: str, where: str) -> str:
    """The code of a partner; OTHER for a group of countries that is no union of ours."""
    folded = text.casefold()
    if folded in EVERYBODY:
        return ALL
    if folded in GROUPINGS or GROUPING.fullmatch(folded):
        return OTHER
    if text in _partners()[flow] or text in _by_number():
        return _by_number().get(text, text)
    last, _, first = text.partition(", ")
    try:
        return country(f"{first} {last}" if first and first.endswith(" of") else text, where)
    except CodeError as error:
        raise InputError(where, f"partner {text[:40]!r}", f"an ISO3 code, EUU, or {ALL}", str(error)) from None


def _value(text: str, where: str) -> float:
    plain = text.removeprefix("$")
    value = number_of(re.sub(r"[^\d.]", "", plain) if GROUPED.fullmatch(plain) else plain)
    if value is None or value < 0:
        raise InputError(where, f"value {text[:40]!r}", "dollars, zero or more")
    return value


@cache
def _by_number() -> dict[str, str]:
    """{code of the Census: ISO3}."""
    return {c.census: c.iso3 for c in countries().values() if c.census}


@cache
def _codes() -> frozenset[tuple[str, str]]:
    return frozenset(known_codes())


@cache
def _partners() -> dict[str, tuple[str, ...]]:
    flows = ("imports", "exports")
    return {f: tuple(sorted({r.partner for r in packaged_rows() if r.flow == f})) for f in flows}
