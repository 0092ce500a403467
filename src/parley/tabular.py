"""What is shown: words, figures and tables for people, and the natural table of a value as a data frame.

Data frames are those of pandas or polars, where these are installed.
"""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from parley.errors import InputError

if TYPE_CHECKING:
    import pandas
    import polars  # pyright: ignore[reportMissingImports]


@dataclass(frozen=True)
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


CODE = 24  # characters of a word that a column keeps whole where there is room: codes, days, ids
BESIDE = 3  # blanks beside a column
UNBROKEN = 10_000  # columns where no terminal wraps: a row is a line


def print_table(headers: list[str], rows: list[list[str]], *, title: str = "", note: str = "") -> None:
    """A plain table as wide as the terminal; in a pipe or a file, a row is a line, unless COLUMNS says how wide it is.

    Columns of numbers stand to the right. Codes and days are broken last.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console = Console(highlight=False, width=UNBROKEN)
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    least = [
        min(max((len(word) for row in rows for word in row[j].split()), default=0), CODE) for j in range(len(headers))
    ]
    roomy = sum(least) + BESIDE * len(headers) <= console.width  # else every column gives way, and nothing is lost
    for j, header in enumerate(headers):
        numeric = all(_is_number(row[j]) for row in rows) and bool(rows)
        justify = "right" if numeric else "left"
        table.add_column(header, justify=justify, overflow="fold", min_width=least[j] if roomy else None)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    if note:
        console.print(note, markup=False)


def _is_number(text: str) -> bool:
    return text.strip().lstrip("+-−").replace(".", "", 1).replace(",", "").rstrip(" %").isdigit() or text in ("", "–")


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
        return _library("pandas").DataFrame(dict(self.columns()))

    def to_polars(self) -> polars.DataFrame:
        """The table as a polars DataFrame. Raises InputError where polars is not installed."""
        return _library("polars").DataFrame(dict(self.columns()), strict=False)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        hint = f"pip install 'parley-trade[{name}]'"
        raise InputError(f"to_{name}", f"{name} is not installed", f"an environment with {name}", hint) from missing
