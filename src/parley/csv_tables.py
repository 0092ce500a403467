"""How a CSV of the user's is read: the one place where headers, records and cells are checked, each error with its row.

A row's number is that of its first line in the file, as an editor or a spreadsheet shows it. Lines that begin with # are
comments; they, empty lines and records of empty cells are passed over.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from parley.errors import nearest
from parley.text_files import FileKind, read_text

LONGEST_CELL = 1 << 20  # signs
csv.field_size_limit(LONGEST_CELL)  # one for the process: what is read must not hang on what was read before
_NUMBER = re.compile(r"[+-]?(\d{1,400}([.]\d{0,400})?|[.]\d{1,400})([eE][+-]?\d{1,4})?", re.ASCII)


class CsvRow(NamedTuple):
    """One record: its place for errors, and its cells by column, without blanks around them."""

    where: str
    cells: dict[str, str]


@dataclass(frozen=True)
class CsvTable:
    """A file from its header on. names: the header's cells; records: (row, cells) below it, read as they are asked for.

    key: columns whose cells together stand in one row alone.
    """

    names: tuple[str, ...]
    records: Iterable[tuple[int, list[str]]]
    kind: FileKind
    where: str
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of columns, without those that are empty."""
        return tuple(filter(None, self.names))

    def row(self, number: int, cells: Sequence[str]) -> CsvRow:
        """A record by column. Raises the kind's error where it has too few cells, or one under no heading."""
        where, names = f"{self.where}, row {number}", self.names
        if len(cells) < len(names):
            raise self.kind.fault(where, f"{len(cells)} cells where the header has {len(names)}")
        lost = next((cell for k, cell in enumerate(cells) if cell and not (k < len(names) and names[k])), None)
        if lost is not None:
            hint = "Put a cell that holds a comma in quotation marks"
            raise self.kind.fault(where, f"{lost[:40]!r} under no heading: the header has {len(names)} cells", hint)
        return CsvRow(where, {name: cell for name, cell in zip(names, cells, strict=False) if name})

    def rows(self) -> Iterator[CsvRow]:
        """The rows, each of its own key. Raises the kind's error, naming the row."""
        seen: dict[tuple[str, ...], int] = {}
        for number, cells in self.records:
            made = self.row(number, cells)
            key = tuple(made.cells[name] for name in self.key)
            if key and seen.setdefault(key, number) != number:
                found = f"{', '.join(key)[:80]} again, after row {seen[key]}"
                raise self.kind.fault(made.where, found, f"One row for each {', '.join(self.key)}")
            yield made


def read_csv(
    place: str | Path,
    kind: FileKind,
    needed: Sequence[str] = (),
    where: str = "",
    *,
    key: Sequence[str] = (),
    fold: bool = False,
) -> CsvTable:
    """The table of a CSV file, or of a pipe.

    Parameters
    ----------
    needed
        Columns that must be there.
    where
        How errors call the file; its path if not said.
    key
        Columns whose cells together stand in one row alone.
    fold
        Whether the names of columns are read in small letters.

    Raises
    ------
    InputError
        Of the kind's own sort, with file and row: a file that cannot be read or is not UTF-8, a column missing or twice, a
        record with fewer or more cells than the header, a key twice, a quotation mark that nothing closes.
    """
    where = where or str(place)
    return table_of(records_of(read_text(place, kind, where), kind, where), kind, needed, where, key=key, fold=fold)


def table_of(
    records: Iterable[tuple[int, list[str]]],
    kind: FileKind,
    needed: Sequence[str],
    where: str,
    *,
    key: Sequence[str] = (),
    fold: bool = False,
) -> CsvTable:
    """The table of records, whose first is the header: `read_csv`."""
    rest = iter(records)
    number, header = next(rest, (1, []))
    while header and not header[-1]:  # as spreadsheets leave behind the last column
        header = header[:-1]
    names = tuple(name.lower() if fold else name for name in header)
    missing = next((name for name in needed if name not in names), None)
    if missing is not None or not any(names):
        near = nearest(missing or "", names)
        shown = f"; the header is {','.join(names)[:120]!r}" if header else ": the file is empty"
        hint = f"Did you mean to name {near[0]!r} so?" if near else ""
        raise kind.fault(f"{where}, row {number}", (f"no column {missing!r}" if missing else "no header") + shown, hint)
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise kind.fault(f"{where}, row {number}", f"two columns are called {twice!r}", "A name of its own for each")
    return CsvTable(names, rest, kind, where, tuple(key))


def records_of(text: str, kind: FileKind, where: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(row, cells without blanks around them) of each record of a text. Raises the kind's error where one is none."""
    reader, last = csv.reader(_lines(text), strict=True, delimiter=delimiter), 0
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield last + 1, stripped
            last = reader.line_num
    except csv.Error as error:
        raise kind.fault(f"{where}, row {last + 1}", f"not CSV: {error}") from None


def _lines(text: str) -> Iterator[str]:
    """The lines; a comment or an empty one is an empty record, so that lines are counted as they stand."""
    inside = False  # of a cell in quotation marks
    for line in StringIO(text, newline=""):
        if not inside and line.lstrip()[:1] in ("", "#"):
            yield "\n"
            continue
        inside ^= line.count('"') % 2 == 1
        yield line


def number_of(text: str) -> float | None:
    """The finite number that a cell states in plain digits, with a point and an exponent; None where it states none."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None
