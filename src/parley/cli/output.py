"""What every command shares: one JSON object on standard output under --json, tables for people, what-if options."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

from parley.json_values import plain

JSON_HELP = "print one JSON object and nothing else"
KNOWN_HELP = "as known on this day; default: the fullest knowledge that the package holds"
DROP_HELP = "end a measure (or a whole programme) from a day: MEASURE@DATE; may be repeated"
ADD_HELP = "add the measures of a TOML act; may be repeated"


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


def percent(fraction: float | None, digits: int = 1) -> str:
    """0.145 → '14.5'; a missing number is a dash, never a zero."""
    if fraction is None or not math.isfinite(fraction):
        return "–"
    return f"{100 * fraction:,.{digits}f}"
