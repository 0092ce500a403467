"""Excel workbooks in and out, by openpyxl (extra: pip install 'parley-trade[xlsx]')."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from parley.errors import InputError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MOST_ROWS = 1_048_576  # of a sheet
LONGEST_CELL = 32_767
_UNDECIDED = re.compile(r"-?[1-9]\d{0,2}[.]\d{3}")


def _needs(path: str | Path) -> None:
    if find_spec("openpyxl") is None:
        raise InputError(str(path), "an Excel workbook, and openpyxl is not installed", "CSV or Parquet",
                         "pip install 'parley-trade[xlsx]'")  # fmt: skip


def _opened(path: str) -> Workbook:
    _needs(path)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise InputError(path, f"not readable as a workbook: {error}", "an .xlsx file") from None


def sheet_names(path: str) -> list[str]:
    """The sheets of a workbook, in order."""
    book = _opened(path)
    try:
        return list(book.sheetnames)
    finally:
        book.close()


def read_sheet(path: str, sheet: str) -> Iterator[list[str]]:
    """The rows of a sheet as texts; days as YYYY-MM-DD. A number of a day without a day's format stays a number."""
    book = _opened(path)
    try:
        page = book[sheet]
        if hasattr(page, "reset_dimensions"):
            page.reset_dimensions()  # what a file says of its size is often wrong
        for row in page.iter_rows(values_only=True):
            yield [as_text(x) for x in row]
    finally:
        book.close()


def as_text(value: object) -> str:
    """A value of a workbook, of JSON or of Parquet as a file of texts would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        said = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        return f"{said}0" if _UNDECIDED.fullmatch(said) else said  # 1.125 is no thousand: it was a number already
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def write_workbook(draft: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> None:
    """A workbook of sheets: name, headings, rows. Raises InputError where a sheet has more rows than a sheet can have."""
    _needs(draft)
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, headings, rows in sheets:
        page = book.create_sheet(name[:31])
        page.append(list(headings))
        for number, row in enumerate(rows, 2):
            if number > MOST_ROWS:
                raise InputError(str(draft), f"more than {MOST_ROWS - 1:,} rows", "CSV or Parquet for so many rows")
            page.append([_cell(page, x) for x in row])
    book.save(draft)


def _cell(page: WriteOnlyWorksheet, value: object) -> object:
    """A value as a cell; a text that begins like a formula stays a text."""
    if not isinstance(value, str):
        return value if isinstance(value, (int, float, date, datetime, bool)) or value is None else str(value)
    if not value.startswith("="):
        return value[:LONGEST_CELL]
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, value[:LONGEST_CELL])
    cell.data_type = "s"
    return cell


__all__ = ["as_text", "read_sheet", "sheet_names", "write_workbook"]
