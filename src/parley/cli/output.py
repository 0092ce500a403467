"""What every command shares: one JSON object on standard output under --json, tables for people, what-if options."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from parley.json_values import plain
from parley.question import ADD as ADD_HELP
from parley.question import DROP as DROP_HELP
from parley.question import KNOWN as KNOWN_HELP
from parley.text_table import percent as percent

if TYPE_CHECKING:
    from parley.law.answers import Clocks, FileClocks

JSON_HELP = "print one JSON object and nothing else"


__all__ = [
    "ADD_HELP",
    "DROP_HELP",
    "JSON_HELP",
    "KNOWN_HELP",
    "answers",
    "clock_words",
    "percent",
    "print_json",
    "print_table",
    "tail",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def answers(*kinds: type | str) -> Callable[[Command], Command]:
    """Names what a command prints under --json, one of so many types; "module:Name" where the start need not read the module."""

    def named(command: Command) -> Command:
        command.__dict__["__answer__"] = kinds
        return command

    return named


def print_json(value: Any) -> None:
    """One JSON object. NaN and infinity become null: JSON has no word for them."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def print_table(headers: list[str], rows: list[list[str]], *, title: str = "", note: str = "") -> None:
    """A plain table that survives a pipe; right-aligned where a column holds only numbers."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for j, header in enumerate(headers):
        numeric = all(_is_number(row[j]) for row in rows) and bool(rows)
        table.add_column(header, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False)
    console.print(table)
    if note:
        console.print(note, markup=False)


def _is_number(text: str) -> bool:
    return text.strip().lstrip("+-−").replace(".", "", 1).replace(",", "").rstrip(" %").isdigit() or text in ("", "–")


def tail(description: str) -> str:
    """The last steps of a description, within one line of a screen."""
    text = ": ".join(description.split(": ")[-3:])
    return text if len(text) <= 90 else "…" + text[-89:]


def clock_words(clocks: Clocks | FileClocks) -> str:
    """Both clocks in words, for the title or the last line of an answer."""
    known, read_to = clocks["known"], clocks["law_known_to"]
    said = f", as known on {known}" if known else ""
    if read_to and read_to != known:
        said += f" (law read to {read_to})"
    return f"{clocks['on'] or ''}{said}"
