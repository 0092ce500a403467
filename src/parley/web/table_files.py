"""A table as a file to keep: CSV, or an Excel workbook with the words that belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from starlette.responses import Response

from parley.report.sheet import Sheet
from parley.report.workbook import tables_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["csv", "xlsx"]


def table_file(sheet: Sheet, kind: Kind, title: str, on: date, notes: Iterable[tuple[str, str]]) -> Response:
    """The file of a table. title, on, notes: the title, day and first sheet of a workbook. Raises InputError without openpyxl."""
    if kind == "csv":
        return download(sheet.csv(), "text/csv; charset=utf-8", sheet.file)
    return download(tables_workbook(title, on, notes, [sheet]), XLSX, f"{sheet.name}.xlsx")


def download(content: str | bytes, media_type: str, name: str) -> Response:
    """A file to keep; its name is ours, never the asker's."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
