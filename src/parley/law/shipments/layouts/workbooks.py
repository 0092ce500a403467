"""Excel workbooks in and out, by openpyxl (extra: pip install 'parley-trade[xlsx]')."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from parley import extras, outputs
from parley.archives import opened_zip
from parley.errors import InputError
from parley.law.shipments.layouts.amounts import Numeral, numeral
from parley.law.shipments.layouts.spelling import currency_of
from parley.tabular import book_bytes
from parley.text_files import FileKind

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

WORKBOOK = FileKind("a whole .xlsx file", ending=".xlsx")
MOST_ROWS = 1_048_576  # of a sheet
LONGEST_CELL = 32_767
_NO_PART = re.compile(r"no item named '(.+?)' in the archive")  # as zipfile says it
_SIGN = re.compile(r'\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]|"([^"]*)"|([€£¥₩₹])')  # in the format of a cell
_BY_PLACE = {  # signs of several currencies, by the place that Excel names beside them
    **{("$", n): c for n, c in zip("1009 C0C C09 1409 80A 1004 C04 404".split(), "CAD CAD AUD NZD MXN SGD HKD TWD".split(), strict=True)},
    ("¥", "804"): "CNY", ("¥", "411"): "JPY", ("￥", "804"): "CNY", ("￥", "411"): "JPY",
}  # fmt: skip


def _needs(path: str | Path) -> None:
    extras.need("xlsx", f"{path}, an Excel workbook", "CSV or Parquet")


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """What openpyxl and the readers under it raise on a broken file is a fault of the file: InputError."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # of zip, XML and openpyxl, which has no one error for a file that is none
        part = _NO_PART.search(str(error))
        why = f"it has no part {part[1][:80]!r}" if part else str(error)[:160] if isinstance(error, SyntaxError) else ""
        hint = "Save it anew as .xlsx, or as CSV UTF-8"
        raise WORKBOOK.fault(path, f"a damaged workbook{f': {why}' if why else ''}", hint) from None


@contextmanager
def _opened(path: str) -> Iterator[Workbook]:
    _needs(path)
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that are not read
        with opened_zip(path, WORKBOOK, path) as archive:  # one that unpacks to more than memory holds is refused here
            if "[Content_Types].xml" not in archive.namelist():
                raise WORKBOOK.fault(path, "a zip archive that is no workbook", "Unpack it, and give the files in it")
        with _readable(path), open(path, "rb") as stream:  # a stream needs no name that ends in .xlsx
            book = load_workbook(stream, read_only=True, data_only=True)
            try:
                yield book
            finally:
                book.close()


def sheet_names(path: str) -> dict[str, bool]:
    """The sheets of a workbook, in order, each with whether it is hidden."""
    with _opened(path) as book:
        return {page.title: page.sheet_state != "visible" for page in book.worksheets}


def read_sheet(path: str, sheet: str) -> Iterator[list[str]]:
    """The rows of a sheet as texts; days as YYYY-MM-DD. A number of a day without a day's format stays a number."""
    with _opened(path) as book:
        page = book[sheet]
        if hasattr(page, "reset_dimensions"):
            page.reset_dimensions()  # what a file says of its size is often wrong
        said = _said if _has_currencies(book) else _value_said
        for row in page.iter_rows():
            yield [said(cell) for cell in row]


def _has_currencies(book: Workbook) -> bool:
    """Whether some format of a workbook shows a currency that is not the dollar; where its formats are not known, it may."""
    formats: Iterable[str] | None = getattr(book, "_number_formats", None)
    return formats is None or any(map(shown_currency, formats))


class _Cell(Protocol):
    """What is read of a cell of a workbook."""

    @property
    def value(self) -> object: ...
    @property
    def number_format(self) -> object: ...


def _value_said(cell: _Cell) -> str:
    return as_text(cell.value)


def _said(cell: _Cell) -> str:
    """A cell as a text; a number that is shown in another currency than the dollar has that behind it."""
    value = cell.value
    currency = shown_currency(str(cell.number_format)) if type(value) in (int, float) else ""
    return Numeral(f"{as_text(value)} {currency}") if currency else as_text(value)


@cache
def shown_currency(pattern: str) -> str:
    """The currency in which a workbook shows a number, by its format: EUR of [$€-407] #,##0.00; empty for dollars and for none."""
    signs = [
        (found[1] or found[3] or found[4] or "", (found[2] or "").upper())
        for found in _SIGN.finditer(pattern.split(";")[0])
    ]
    found = (_BY_PLACE.get((sign.strip(), place)) or currency_of(sign.strip()) for sign, place in signs if sign.strip())
    return next((c for c in found if c not in ("", "USD")), "")


def as_text(value: object) -> str:
    """A value of a workbook, of JSON or of Parquet as a file of texts would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, (int, float, Decimal)):
        return numeral(str(value))
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
    outputs.replace(draft, book_bytes(book))


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
