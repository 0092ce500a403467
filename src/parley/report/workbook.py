"""The briefing as an Excel workbook (extra: pip install 'parley-trade[xlsx]'): a sheet for the answer, one a table, method, sources."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from parley import extras
from parley.report.page import sheets_of, tiles
from parley.report.sheet import Column, Sheet
from parley.report.sheets_figures import household_sentences
from parley.report.sheets_law import in_percent, two_digits
from parley.report.sheets_talks import threshold
from parley.report.words import capital, day, prose, rate, rate_finely
from parley.scenario.headline import LABELS
from parley.tabular import book_bytes

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LONGEST = 32_767  # characters of a cell
NAME = 31  # of a sheet
WIDEST, NARROWEST = 60, 8  # columns, in characters
PERCENT = "0.0##%"
FRACTIONS = (rate, rate_finely, two_digits, in_percent, threshold)


def workbook(answer: Mapping[str, Any]) -> bytes:
    """The file. Numbers are numbers, days are days; a fraction of value is shown as percent. Raises InputError without openpyxl."""
    book = _book(str(answer["scenario"]["title"]))
    _words(book, "answer", _answer(answer), (18, 110))
    sheets = sheets_of(answer)
    for name, sheet in sheets.items():
        if name != "sources":
            _table(book, sheet)
    _words(book, "method", _method(answer), (18, 130))
    if "sources" in sheets:
        _table(book, sheets["sources"])
    return book_bytes(book, date.fromisoformat(answer["on"]))


def tables_workbook(title: str, on: date, notes: Iterable[tuple[str, str]], sheets: Iterable[Sheet]) -> bytes:
    """A workbook of tables alone, a sheet for each, after one of words. Raises InputError without openpyxl."""
    book = _book(title)
    _words(book, "answer", notes, (18, 110))
    for sheet in sheets:
        _table(book, sheet)
    return book_bytes(book, on)


def _book(title: str) -> Workbook:
    """An empty workbook with its title."""
    extras.need("xlsx", "xlsx", "html, md, json or csv")
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = title, "parley"
    return book


def _answer(answer: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield "Question", answer["scenario"]["title"]
    yield "In force on", day(answer["on"])
    yield "As known on", day(answer["known"]) if answer.get("known") else "everything in the package"
    yield "Against", day(answer["scenario"]["before"])
    yield "Law", str(answer.get("law_version") or "")
    yield from zip(LABELS, answer["headline"], strict=False)
    for tile in tiles(answer):
        yield tile["value"], tile["label"]
    for sentence in household_sentences(answer):
        yield "Households", sentence


def _method(answer: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    me = answer.get("method") or {}
    for name in ("model", "baseline", "deficits", "revenue", "wedges", "uncertainty", "certificate"):
        if me.get(name):
            yield capital(name), capital(prose(me[name]))
    for title in ("assumptions", "limits"):
        for text in me.get(title) or ():
            yield capital(title), text
    if me.get("cite"):
        yield "Cite", me["cite"]


def _words(book: Workbook, name: str, rows: Iterable[tuple[str, str]], widths: tuple[int, int]) -> None:
    """A sheet of two columns: what, and its words."""
    page = _page(book, name, widths)
    for label, text in rows:
        page.append([_text(page, label, bold=True), _text(page, text)])


def _table(book: Workbook, sheet: Sheet) -> None:
    """One table: its headings, then raw values, each as what it is."""
    fractions = [_is_fraction(c) for c in sheet.columns]
    widths = [max(NARROWEST, min(WIDEST, _widest(c, sheet))) for c in sheet.columns]
    page = _page(book, sheet.name, widths)
    page.freeze_panes = "A2"
    page.append([_text(page, c.heading or c.key, bold=True) for c in sheet.columns])
    for row in sheet.rows:
        page.append([_cell(page, c, row.get(c.key), f) for c, f in zip(sheet.columns, fractions, strict=True)])


def _page(book: Workbook, name: str, widths: Iterable[int]) -> WriteOnlyWorksheet:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(name[:NAME])
    for n, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(n)].width = width
    return page


def _widest(column: Column, sheet: Sheet) -> int:
    cells = [
        len(column.show(row.get(column.key)))
        for row in sheet.rows[:100]
        if not isinstance(row.get(column.key), Mapping)
    ]
    return max([len(column.heading), *cells]) + 2


def _is_fraction(column: Column) -> bool:
    """Whether a number of the column is a fraction that people read in percent."""
    return column.show in FRACTIONS


def _cell(page: WriteOnlyWorksheet, column: Column, value: Any, fraction: bool) -> object:
    """A value as what it is: a number, a day, a truth, or text; nothing where it is missing."""
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if column.show is day and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _number(page, value, PERCENT) if fraction else value
    if isinstance(value, (list, tuple)):
        return _text(page, "; ".join(str(v) for v in value))
    return _text(page, column.show(value) if isinstance(value, Mapping) else str(value))


def _number(page: WriteOnlyWorksheet, value: float, form: str) -> object:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, value)
    cell.number_format = form
    return cell


def _text(page: WriteOnlyWorksheet, text: str, bold: bool = False) -> object:
    """Text that stays text, even where it begins like a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub(" ", str(text))[:LONGEST])
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=len(str(text)) > WIDEST)
    return cell
