"""What every command shares: one JSON object on standard output under --json, tables for people, what-if options."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from parley.json_values import plain
from parley.tabular import clock_words as clock_words
from parley.tabular import percent as percent
from parley.tabular import print_table as print_table
from parley.tabular import tail as tail

JSON_HELP = "print one JSON object and nothing else"
KNOWN_HELP = "information cut-off: as known on this day; default: everything in the package"
DROP_HELP = "repeal a measure, or all under a legal authority, from a day: MEASURE@DATE; may be repeated"
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
