"""Tables in markup as rows of texts: pages of HTML and Excel's XML of 2003, which systems save under the name .xls."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError, fromstring

from parley.csv_tables import number_of
from parley.errors import InputError
from parley.law.shipments.layouts.workbooks import as_text

HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")
SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
WIDEST = 16_384  # columns of a sheet
_AHEAD = 4096  # bytes in which markup says what it is
_ADVICE = "a table: save it as CSV or .xlsx"


def is_markup(first: bytes) -> str:
    """html, xml or pdf by a file's first bytes; empty where it is none of them."""
    start = first[:_AHEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(HTML) or (start.startswith(b"<?xml") and b"<html" in start):
        return "html"
    return "xml" if start.startswith(b"<") else "pdf" if start.startswith(b"%pdf-") else ""


class _Tables(HTMLParser):
    """The rows of each table of a page; a table inside another's cell is one of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []
        self.cells: list[str] | None = None
        self.at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
            self.open.append(self.tables[-1])
        elif tag == "tr" and self.open:
            self.open[-1].append([])
        elif tag in ("td", "th") and self.open:
            if not self.open[-1]:
                self.open[-1].append([])
            span = dict(attrs).get("colspan") or "1"
            wide = int(span) if span.isdecimal() and 0 < int(span) < 1000 else 1
            self.cells = self.open[-1][-1]
            self.at = len(self.cells)
            self.cells += [""] * wide
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.open:
            self.open.pop()
        if tag in ("td", "th", "tr", "table"):
            self.cells = None

    def handle_data(self, data: str) -> None:
        if self.cells is not None:
            self.cells[self.at] += data


def html_rows(text: str) -> list[list[str]]:
    """The rows of the longest table of a page."""
    reader = _Tables()
    reader.feed(text)
    reader.close()
    rows = max(reader.tables, key=len, default=[])
    return [[" ".join(cell.split()) for cell in row] for row in rows]


def xml_rows(content: bytes, path: str) -> list[list[str]]:
    """The rows of the longest sheet of a workbook in Excel's XML. Raises InputError where the XML is another's."""
    if b"<!ENTITY" in content:
        raise InputError(path, "XML with entities of its own", _ADVICE)
    try:
        book = fromstring(content)
    except ParseError as error:
        raise InputError(path, f"not readable as XML: {error}", _ADVICE) from None
    sheets = [[_row(row) for row in sheet.iter(f"{SPREADSHEET}Row")] for sheet in book.iter(f"{SPREADSHEET}Worksheet")]
    if not any(sheets):
        raise InputError(path, "XML that is no workbook", _ADVICE)
    return max(sheets, key=len)


def _row(item: Element) -> list[str]:
    """The cells of a row; a cell may say its own place, and how many more it covers."""
    made: list[str] = []
    for cell in item.iter(f"{SPREADSHEET}Cell"):
        made += [""] * (min(_number(cell, "Index"), WIDEST) - 1 - len(made))
        data = cell.find(f"{SPREADSHEET}Data")
        made.append("" if data is None else _data(data))
        made += [""] * min(_number(cell, "MergeAcross"), WIDEST)
    return made


def _data(data: Element) -> str:
    said = "".join(data.itertext())
    number = number_of(said.strip()) if data.get(f"{SPREADSHEET}Type") == "Number" else None
    return said.removesuffix("T00:00:00.000") if number is None else as_text(number)


def _number(cell: Element, name: str) -> int:
    said = cell.get(f"{SPREADSHEET}{name}", "")
    return int(said) if said.isdecimal() else 0


__all__ = ["html_rows", "is_markup", "xml_rows"]
