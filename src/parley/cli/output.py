"""What every command shares: one JSON object on standard output under --json, tables for people, what-if options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from parley.cli.streams import json_text
from parley.json_values import plain
from parley.question import ADD as ADD_HELP
from parley.question import DROP as DROP_HELP
from parley.question import KNOWN as KNOWN_HELP
from parley.question import SET as SET_HELP
from parley.tabular import clock_words, percent, print_table, tail

JSON_HELP = "print one JSON object and nothing else"


__all__ = [
    "ADD_HELP",
    "DROP_HELP",
    "JSON_HELP",
    "KNOWN_HELP",
    "SET_HELP",
    "answers",
    "clock_words",
    "percent",
    "print_json",
    "print_law",
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


def print_law(version: str | None = None) -> None:
    """Which package of law answered: the last line of an answer on a file. version: none: that of the law in use."""
    from parley.law.law_package import law_in_use

    print(f"law {version or law_in_use().version}")


def print_json(value: Any) -> None:
    """One JSON object. NaN and infinity become null: JSON has no word for them."""
    print(json_text(plain(value), sys.stdout, indent=2))
