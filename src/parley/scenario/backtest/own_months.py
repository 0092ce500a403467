"""A user's months: a CSV in the layout of the packaged table, read row by row; faults named, or set aside with their reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from io import StringIO
from pathlib import Path

from parley import outputs
from parley.codes import country, union_of
from parley.csv_tables import CsvTable, number_of, read_csv
from parley.errors import CodeError, InputError
from parley.law.paid.tables import ALL
from parley.scenario.backtest.trade import TOGETHER, Row, known_codes, packaged_rows
from parley.text_files import FileKind

COLUMNS = ("flow", "partner", "sector", "month", "value")
LAYOUT = FileKind("CSV with columns partner, sector (or naics), month, value, and flow where it is not imports")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def read_own(path: Path, rejects: Path | None = None, sign: str = "") -> tuple[list[Row], int]:
    """The rows of a user's file, and how many were set aside. rejects: a CSV for these; without one the first is raised."""
    where = f"{sign}months, {path.name}"
    table = _table(path, where)
    kept: dict[tuple[str, ...], Row] = {}
    faults: list[list[str]] = []
    for n, cells in table.records:
        try:
            row = _row(table.row(n, cells).cells, f"{where}, row {n}")
            if row[:4] in kept:
                raise InputError(f"{where}, row {n}", "the same cell as an earlier row", "one row a cell")
            kept[row[:4]] = row
        except InputError as error:
            if rejects is None:
                raise
            faults.append([str(n), *cells[: len(table.names)], *[""] * (len(table.names) - len(cells)), str(error)])
    if rejects is not None:
        _write(rejects, ["row", *table.names, "reason"], faults)
    return list(kept.values()), len(faults)


def _table(path: Path, where: str) -> CsvTable:
    table = read_csv(path, LAYOUT, ("partner", "month", "value"), where)
    if not {"sector", "naics"} & {*table.names}:
        raise LAYOUT.fault(where, "no column 'sector'")
    return table


def _row(given: Mapping[str, str], where: str) -> Row:
    flow = (given.get("flow") or "imports").strip()
    code, month = (given.get("sector") or given.get("naics") or "").strip(), (given.get("month") or "").strip()
    if flow not in ("imports", "exports"):
        raise InputError(where, f"flow {flow[:40]!r}", "imports or exports")
    if (flow, code) not in _codes():
        allowed = (
            "a 3-digit NAICS, such as 334" if flow == "imports" else "a chapter of two digits, or 00 for all goods"
        )
        raise InputError(where, f"sector {code[:40]!r}", allowed)
    if not MONTH.fullmatch(month):
        raise InputError(where, f"month {month[:40]!r}", "YYYY-MM")
    partner = _partner(flow, (given.get("partner") or "").strip(), where)
    if flow == "exports" and (code == TOGETHER) == (partner == ALL) and code != TOGETHER:
        raise InputError(where, f"chapter {code} to one partner", f"chapters for {ALL}, all countries together, alone")
    return Row(flow, partner, code, month, _value(given.get("value"), where))


def _partner(flow: str, text: str, where: str) -> str:
    """A partner that has rows of its own."""
    held = _partners()[flow]
    try:
        code = text if text in held else country(text, where)
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


def _value(text: str | None, where: str) -> float:
    value = number_of((text or "").replace(",", ""))
    if value is None or value < 0:
        raise InputError(where, f"value {str(text)[:40]!r}", "dollars, zero or more")
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
