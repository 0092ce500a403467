"""One table, twice: as cells that people read on the page and as raw values in a CSV file. Nothing is computed."""

from __future__ import annotations

import base64
import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.report.words import DASH

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet runs text that begins with one of these


def plain(value: Any) -> str:
    """A value as it stands; a dash where there is none."""
    return DASH if value is None or value == "" else str(value)


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, its heading on the page, and how a value is shown there."""

    key: str
    heading: str
    show: Callable[[Any], str] = plain
    number: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table under the name of its CSV file. `rows` hold raw values by column key; a missing one is None."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]

    @property
    def file(self) -> str:
        """The name of its file beside the page."""
        return f"{self.name}.csv"

    def shown(self, limit: int | None = None) -> list[list[str]]:
        """The cells as people read them, row by row."""
        return [[c.show(row.get(c.key)) for c in self.columns] for row in self.rows[:limit]]

    def csv(self) -> str:
        """The raw values as comma-separated text with a header; text that a spreadsheet would run is escaped."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([c.key for c in self.columns])
        writer.writerows([[cell(row.get(c.key)) for c in self.columns] for row in self.rows])
        return out.getvalue()

    def link(self) -> str:
        """The file as a data: address, so that the page offers it offline."""
        return "data:text/csv;charset=utf-8;base64," + base64.b64encode(self.csv().encode("utf-8")).decode("ascii")


def cell(value: Any) -> str | int | float:
    """A value for CSV: numbers in full, lists joined, nothing where it is missing; dangerous text behind an apostrophe."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    text = "; ".join(str(v) for v in value) if isinstance(value, (list, tuple)) else str(value)
    risky = text.startswith(FORMULA) or (text != "" and ord(text[0]) < ord(" "))
    return "'" + text if risky else text
