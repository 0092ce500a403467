"""What is shown: words, figures and tables for people, and the natural table of a value as a data frame.

Data frames are those of pandas, polars or xarray, workbooks those of openpyxl, where these are installed.
"""

from __future__ import annotations

import math
import os
import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from parley import extras
from parley.arguments import checked
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.question import SheetName

if TYPE_CHECKING:
    import pandas
    import polars  # pyright: ignore[reportMissingImports]
    import xarray  # pyright: ignore[reportMissingImports]
    from rich.table import Table as RichTable


@dataclass(frozen=True)
@fixed_fields
class Table:
    """Rows of text under heads."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""


def percent(fraction: float | None, digits: int = 1) -> str:
    """0.145 → '14.5'; a missing number is a dash, never a zero."""
    if fraction is None or not math.isfinite(fraction):
        return "–"
    return f"{100 * fraction:,.{digits}f}"


def figure(value: float | None, digits: int) -> str:
    """A number with so many digits; a missing one is a dash."""
    return "–" if value is None else f"{value:.{digits}f}"


MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_048_576, 16_384, 32_767  # of a sheet
MOST_EXACT = 1 << 53  # of whole numbers, which a sheet holds as doubles
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CODE = 24  # characters of a word that a column keeps whole where there is room: codes, days, ids
BESIDE, CLOSE = 3, 2  # blanks beside a column, and where room is short
UNBROKEN = 10_000  # columns where no terminal wraps: a row is a line


def print_table(headers: list[str], rows: list[list[str]], *, title: str = "", note: str = "") -> None:
    """A plain table as wide as the terminal; in a pipe or a file, a row is a line, unless COLUMNS says how wide it is.

    Columns of numbers stand to the right. Words, codes and days stay whole: where not all columns have room beside each other,
    the rest stand below, again behind the first.
    """
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console = Console(highlight=False, markup=False, emoji=False, width=UNBROKEN)
    columns = [Lines(header, [row[j] for row in rows]) for j, header in enumerate(headers)]
    if title:
        console.print(title)
    for part in _beside(columns, console.width):
        console.print(_part_of_table(part, console.width))
    if note:
        console.print(note)


@dataclass(frozen=True)
class Lines:
    """A column as it is printed: its head and its cells."""

    head: str
    cells: Sequence[str]

    @cached_property
    def least(self) -> int:
        """The width at which its words stay whole, those of CODE characters and fewer."""
        return min(self._widest(str.split), CODE)

    @cached_property
    def most(self) -> int:
        """The width at which no cell is wrapped."""
        return self._widest(str.splitlines)

    def _widest(self, parts: Callable[[str], list[str]]) -> int:
        from rich.cells import cell_len  # a Chinese character takes two places

        return max(1, *(cell_len(part) for text in (self.head, *self.cells) for part in parts(text)), 1)


def _beside(columns: Sequence[Lines], width: int) -> list[list[Lines]]:
    """The columns that stand beside each other: all where they have room, else so many at a time, each time behind the first."""
    first, *others = columns
    parts, used = [[first]], first.least + CLOSE
    for column in others:
        if used + column.least + CLOSE > width and len(parts[-1]) > 1:
            parts, used = [*parts, [first]], first.least + CLOSE
        parts[-1].append(column)
        used += column.least + CLOSE
    return parts


def _widths(columns: Sequence[Lines], room: int) -> list[int]:
    """The width of each column, together at most the room: as wide as its text, the widest the first to give way."""
    least = [column.least if sum(c.least for c in columns) <= room else 1 for column in columns]

    def up_to(level: int) -> list[int]:
        return [min(column.most, max(low, level)) for column, low in zip(columns, least, strict=True)]

    level = bisect_right(range(1, max(c.most for c in columns) + 1), room, key=lambda level: sum(up_to(level)))
    return up_to(level)


def _part_of_table(columns: Sequence[Lines], width: int) -> RichTable:
    """Columns as they are printed; where their words have no room, all give way and nothing is lost."""
    from rich import box
    from rich.table import Table

    gap = BESIDE if sum(c.least + BESIDE for c in columns) <= width else CLOSE
    beside = (0, 1) if gap == BESIDE else (0, 1, 0, 0)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=beside)
    for column, wide in zip(columns, _widths(columns, width - gap * len(columns)), strict=True):
        justify = "right" if column.cells and all(map(_is_number, column.cells)) else "left"
        table.add_column(column.head, justify=justify, overflow="fold", width=wide)
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    return table


def _is_number(text: str) -> bool:
    return text.strip().lstrip("+-−").replace(".", "", 1).replace(",", "").rstrip(" %").isdecimal() or text in ("", "–")


def tail(description: str) -> str:
    """The last steps of a description, within one line of a screen."""
    text = ": ".join(description.split(": ")[-3:])
    return text if len(text) <= 90 else "…" + text[-89:]


def clock_words(clocks: Mapping[str, object]) -> str:
    """Both clocks in words, for the title or the last line of an answer."""
    known, read_to = clocks["known"], clocks["law_known_to"]
    said = f", as known on {known}" if known else ""
    if read_to and read_to != known:
        said += f" (law read to {read_to})"
    version = clocks.get("law_version")
    return f"{clocks['on'] or ''}{said}" + (f"; law {version}" if version else "")


class Tabular(ABC):
    """What has a natural table: a class gives `columns()`, and gets data frames."""

    @abstractmethod
    def columns(self) -> Mapping[str, Sequence[object]]:
        """The columns by name, all of one length; a missing number is NaN or None."""

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas DataFrame. Raises InputError where pandas is not installed."""
        with _of_whole_signs("to_pandas"):
            return _library("pandas").DataFrame(dict(self.columns()))

    def to_polars(self) -> polars.DataFrame:
        """The table as a polars DataFrame. Raises InputError where polars is not installed."""
        with _of_whole_signs("to_polars"):
            return _library("polars").DataFrame(dict(self.columns()), strict=False)

    def to_xarray(self) -> xarray.Dataset:
        """The table as an xarray Dataset: a variable each column, along `row`. Raises InputError where xarray is not installed."""
        columns = {name: ("row", _as_cells(values)) for name, values in self.columns().items()}
        return _library("xarray").Dataset(columns)

    @checked
    def to_excel(self, path: str | Path, sheet: SheetName = "table") -> Path:
        """Writes the table to an .xlsx file, whole or not at all, and gives its path. A missing number is an empty cell.

        Raises InputError where openpyxl is not installed or no sheet can hold it, OutputError where the file cannot be written.
        """
        _check_sheet(sheet)
        openpyxl = _library("openpyxl", "excel", "xlsx")
        from parley import outputs

        book, columns = openpyxl.Workbook(write_only=True), self.columns()
        rows = len(next(iter(columns.values()), ()))
        if rows >= MOST_ROWS or len(columns) > MOST_COLUMNS:
            found = f"{rows:,} rows of {len(columns):,} columns"
            raise InputError("to_excel", found, f"at most {MOST_ROWS - 1:,} rows of {MOST_COLUMNS:,} columns")
        cells = [[*map(_held, row)] for row in (columns, *zip(*columns.values(), strict=True))]
        page = book.create_sheet(sheet)
        for row in cells:
            page.append([_cell(openpyxl.cell.WriteOnlyCell, page, value) for value in row])
        return outputs.write(path, book_bytes(book))


@contextmanager
def _of_whole_signs(where: str) -> Iterator[None]:
    """Says which text a library does not take. Raises InputError."""
    try:
        yield
    except UnicodeEncodeError as error:
        found = f"the sign {error.object[error.start]!a}, which is half of one"
        raise InputError(where, found, "texts of whole signs") from None


def _check_sheet(name: str) -> None:
    """Refuses the name of a sheet with which Excel would call the file damaged. Raises InputError."""
    _check_text("to_excel: sheet", name)
    if barred := set(name) & set("[]:*?/\\") or {x for x in name if ord(x) < 32}:
        raise InputError("to_excel: sheet", f"the text {name!r}", f"a name without {' '.join(sorted(barred))}")
    if name[0] == "'" or name[-1] == "'" or name.casefold() == "history":
        allowed = "a name other than History, without ' at its ends"
        raise InputError("to_excel: sheet", f"the text {name!r}", allowed)
    if (length := len(name.encode("utf-16-le")) // 2) > 31:
        raise InputError("to_excel: sheet", f"{length} signs as Excel counts them", "at most 31; an emoji counts as 2")


def book_bytes(book: Any, on: date = date(2000, 1, 1)) -> bytes:
    """The file of a workbook of openpyxl. It bears a day of its own and not the moment: the same sheets are the same bytes."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    stream, made = BytesIO(), BytesIO()
    book.properties.created = datetime.combine(on, time())
    book.save(stream)
    with ZipFile(stream) as held, ZipFile(made, "w") as file:
        for name in held.namelist():
            content = held.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{on}T00:00:00Z".encode(), content)
            file.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return made.getvalue()


def _check_text(where: str, text: str) -> None:
    """Refuses a text that no sheet holds whole. Raises InputError."""
    if barred := _UNSEEN.search(text):
        raise InputError(where, f"the text {text[:40]!a}, with the sign {barred[0]!a}", "signs that can be seen, whole")
    if len(text) > LONGEST_CELL:
        raise InputError(where, f"a text of {len(text):,} signs", f"at most {LONGEST_CELL:,} in a cell")


def _as_cells(values: Sequence[object]) -> Any:
    """A column for xarray, in which a list is a cell and no further axis."""
    if not any(isinstance(value, (list, tuple)) for value in values):
        return list(values)
    cells = _library("numpy").empty(len(values), object)
    cells[:] = list(values)
    return cells


def _held(value: object) -> object:
    """A value as a cell holds it: a number that is not finite is empty, what no sheet has is its text. Raises InputError."""
    value = getattr(value, "item", lambda: value)()  # a NumPy scalar as Python's own
    if isinstance(value, float) and not math.isfinite(value):
        return None
    exact = not isinstance(value, int) or abs(value) <= MOST_EXACT  # beyond it a sheet would change digits
    if value is None or (isinstance(value, (bool, int, float, date)) and exact and not getattr(value, "tzinfo", None)):
        return value
    text = str(value)
    _check_text("to_excel", text)
    return text


def _cell(make: Any, page: Any, value: object) -> Any:
    """A cell that holds a value as it is: no text is a formula."""
    cell = make(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


@dataclass(frozen=True, repr=False)
@fixed_fields
class Rows(Tabular):
    """Rows of an answer as a table: {column: values}."""

    held: Mapping[str, Sequence[object]]

    def columns(self) -> Mapping[str, Sequence[object]]:
        """The columns in the order in which the rows first name them."""
        return self.held

    def __len__(self) -> int:
        return len(next(iter(self.held.values()), ()))

    def __iter__(self) -> Iterator[dict[str, object]]:
        """The rows, each as {column: value}."""
        return (dict(zip(self.held, row, strict=True)) for row in zip(*self.held.values(), strict=True))

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} of {len(self.held)} columns>"


@checked
def table(rows: Sequence[Mapping[str, Any]] | Mapping[str, Mapping[str, Any]], key: str = "key") -> Rows:
    """Any list of rows in an answer, or an object of rows by name, as a table for pandas, Polars, xarray or Excel.

    Parameters
    ----------
    rows
        A list of objects, or an object whose values are objects. An object inside a row becomes columns named `outer.inner`.
    key
        The name of the column that holds the names, where rows stand by name.

    Returns
    -------
    Rows
        With `to_pandas()`, `to_polars()`, `to_xarray()` and `to_excel(path)`. What a row does not have is None.

    Raises
    ------
    InputError
        Where rows are no objects.

    Examples
    --------
    >>> import parley
    >>> parley.table({"USA": {"welfare_pct": -0.2, "range": {"low": -0.3}}}, key="country").columns()
    {'country': ['USA'], 'welfare_pct': [-0.2], 'range.low': [-0.3]}
    """
    if _of_rows(rows) and any(key in row for row in rows.values()):
        raise InputError("table: key", f"{key!r}, which is a column of the rows", "a name that no column has")
    named = [{key: name, **row} for name, row in rows.items()] if _of_rows(rows) else rows
    if isinstance(named, Mapping) or not all(isinstance(row, Mapping) for row in named):
        raise InputError("table", "not rows", "a list of objects, or an object of objects by name")
    flat = [_one_each([*_flat(row)]) for row in named]
    names = dict.fromkeys(name for row in flat for name in row)
    return Rows({name: [row.get(name) for row in flat] for name in names})


def _of_rows(rows: object) -> TypeGuard[Mapping[str, Mapping[str, Any]]]:
    return isinstance(rows, Mapping) and all(isinstance(row, Mapping) for row in rows.values())


def _one_each(cells: Sequence[tuple[str, object]]) -> dict[str, object]:
    """A row of cells by column. Raises InputError where two stand under one name: `a.b`, and `b` inside `a`."""
    if len(row := dict(cells)) < len(cells):
        names = [name for name, _ in cells]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError("table", f"two cells {twice!r} in a row", "one cell a column in each row")
    return row


def _flat(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """The fields of a row, those of objects inside it by both names."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _library(name: str, to: str = "", extra: str = "") -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        raise extras.without(name, f"to_{to or name}") from missing
