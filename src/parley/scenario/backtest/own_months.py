"""A user's months: a CSV in the layout of the packaged table, read row by row; faults named, or set aside with their reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from statistics import median

from parley import outputs
from parley.codes import country, union_of
from parley.csv_tables import CsvTable, number_of, records_of, table_of
from parley.errors import CodeError, InputError
from parley.law.paid.tables import ALL
from parley.scenario.backtest.trade import TOGETHER, Row, known_codes, packaged_rows
from parley.text_files import FileKind, read_text

LAYOUT = FileKind("CSV with columns partner, sector (or naics), month, value, and flow where it is not imports")
CALLED = {"naics": "sector", "hs2": "sector", "chapter": "sector", "country": "partner"} | dict.fromkeys(
    ("customs_value_usd", "export_value_usd", "value_usd"), "value"
)
OF_EXPORTS = {"hs2", "chapter", "export_value_usd"}  # columns that imports of this table do not have
EVERYBODY = ("total for all countries", "all countries", "world", "world total")
MONTH = re.compile(r"(\d{4})[-/]?(0[1-9]|1[0-2])(?:[-/](?:0[1-9]|[12]\d|3[01]))?")
FAR, FEW = 100.0, 20  # times the packaged value of as many of the same cells: another unit than dollars


def read_own(path: Path, rejects: Path | None = None, sign: str = "") -> tuple[list[Row], int]:
    """The rows of a user's file, and how many were set aside. rejects: a CSV for these; without one the first is raised."""
    where = f"{sign}months, {path.name}"
    table = _table(path, where)
    kept: dict[tuple[str, ...], Row] = {}
    faults: list[list[str]] = []
    flow = "exports" if OF_EXPORTS & {*table.names} else "imports"
    for n, cells in table.records:
        try:
            given = {CALLED.get(name, name): cell for name, cell in table.row(n, cells).cells.items()}
            row = _row({"flow": flow} | given, f"{where}, row {n}")
            if row[:4] in kept:
                raise InputError(f"{where}, row {n}", "the same cell as an earlier row", "one row a cell")
            kept[row[:4]] = row
        except InputError as error:
            if rejects is None:
                raise
            faults.append([str(n), *cells[: len(table.names)], *[""] * (len(table.names) - len(cells)), str(error)])
    _check_unit(kept.values(), where)
    if rejects is not None:
        _write(rejects, ["row", *table.names, "reason"], faults)
    return list(kept.values()), len(faults)


def _table(path: Path, where: str) -> CsvTable:
    """The file's table, split at what its first line has most of: commas, semicolons or tabs."""
    text = read_text(path, LAYOUT, where)
    header = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    records = records_of(text, LAYOUT, where, max(",;\t", key=header.count))
    table = table_of(records, LAYOUT, (), where, fold=True)
    called = [CALLED.get(name, name) for name in table.names]
    for name in ("partner", "sector", "month", "value"):
        if called.count(name) != 1:
            found = "no column" if name not in called else "more than one column for"
            raise LAYOUT.fault(f"{where}, row 1", f"{found} {name!r}; the header is {','.join(table.names)[:120]!r}")
    return table


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
    if (flow, code) not in _codes():
        allowed = (
            "a 3-digit NAICS, such as 334" if flow == "imports" else "a chapter of two digits, or 00 for all goods"
        )
        raise InputError(where, f"sector {code[:40]!r}", allowed)
    if month is None:
        raise InputError(where, f"month {given['month'][:40]!r}", "YYYY-MM")
    partner = _partner(flow, given["partner"], where)
    if flow == "exports" and (code == TOGETHER) == (partner == ALL) and code != TOGETHER:
        raise InputError(where, f"chapter {code} to one partner", f"chapters for {ALL}, all countries together, alone")
    return Row(flow, partner, code, f"{month[1]}-{month[2]}", _value(given["value"], where))


def _partner(flow: str, text: str, where: str) -> str:
    """A partner that has rows of its own."""
    held = _partners()[flow]
    try:
        code = text if text in held else ALL if text.casefold() in EVERYBODY else country(text, where)
    except CodeError as error:
        raise InputError(where, f"partner {text[:40]!r}", f"an ISO3 code, EUU, or {ALL}", str(error)) from None
    if code in held:
        return code
    hint = (
        "Members of the European Union count together, as EUU"
        if union_of(code) in held
        else "Its goods count with the rest"
    )
    raise InputError(where, f"partner {text[:40]!r}", ", ".join(held), hint)


def _value(text: str, where: str) -> float:
    value = number_of(text.replace(",", ""))
    if value is None or value < 0:
        raise InputError(where, f"value {text[:40]!r}", "dollars, zero or more")
    return value


@cache
def _codes() -> frozenset[tuple[str, str]]:
    return frozenset(known_codes())


@cache
def _partners() -> dict[str, tuple[str, ...]]:
    flows = ("imports", "exports")
    return {f: tuple(sorted({r.partner for r in packaged_rows() if r.flow == f})) for f in flows}


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    made = StringIO()
    csv.writer(made, lineterminator="\n").writerows([header, *rows])
    outputs.write(path, made.getvalue())
