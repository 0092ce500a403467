"""What the options of every command are called: what stands for a value in the help, and the words of earlier versions, still taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

Words = tuple[str, ...]  # of a command: ("law", "rate")

RENAMED: dict[Words, dict[str, str]] = {
    ("brief",): {"--products": "--goods"},
    ("law", "average"): {"--rate": "--currency-rate", "--column": "--columns"},
    ("law", "cheapest"): {"--top": "--limit"},
    ("law", "measures", "facts"): {"--authority": "--country"},
    ("talks", "hindcast"): {"--start": "--since", "--end": "--until", "--sets": "--ranges", "--no-sets": "--no-ranges"},
    ("talks", "path"): {"--start": "--since"},
    ("trade", "elasticities"): {"--set": "--elasticities"},
    ("trade", "partial"): {"--before": "--old-rate", "--after": "--new-rate"},
}  # fmt: skip
RENAMED |= {
    ("law", name): {**RENAMED.get(("law", name), {}), "--rate": "--currency-rate", "--column": "--columns"}
    for name in ("audit", "cheapest", "duties", "refund", "water")
}

DAY = "YYYY-MM-DD"
DAYS = ("--on", "--known", "--before", "--since", "--until", "--as-of")
NAMED = {
    "product": "HTS-CODE", "--product": "HTS-CODE", "--products": "DIGITS", "--programme": "AUTHORITY", "--numeraire": "COUNTRY",
    "--elasticities": "SET", "world": "DATASET", "--world": "DATASET", "scenario": "SCENARIO", "words": "WORDS...",
    "--parties": "COUNTRY,COUNTRY", "--players": "COUNTRY,COUNTRY", "--partners": "COUNTRY,COUNTRY", "--sectors": "SECTOR,SECTOR",
    "--currency-rate": "CURRENCY=RATE", "--actor": "ACTOR|SIDE", "--text": "WORDS", "--bounds": "LOW,HIGH", "--cors": "ORIGIN",
    "--deal": "PLAYER=OPTION", "--punish": "PLAYER=OPTION", "--store": "FILE", "--token-file": "FILE", "--published": "YYYY-MM-DD",
    "--interest-rate": "QUARTER=RATE", "--relates": "ENTRY:HOW", "--starts": "START,START", "--origins": "COUNTRY,COUNTRY",
    "--says": "TOML", "--memory": "SIZE", "--optional-key": "KEY", "--unions": "eu|none",
}  # fmt: skip
COUNTRIES = ("--origin", "--destination", "--country", "--player", "--target", "--behalf")
KINDS = {int: "N", float: "NUMBER", Path: "FILE"}
PATTERN = re.compile(r"\b[A-Z]{3,}(?:\[?[=@:/][A-Z+:\[\]]+)+")  # MEASURE@DATE, NAME=VALUE: said in the help itself


def old_names(words: Words) -> dict[str, tuple[str, ...]]:
    """The names that each field of a command had over HTTP: {"since": ("start",)}."""
    made: dict[str, tuple[str, ...]] = {}
    for old, new in RENAMED.get(words, {}).items():
        name = _field(new)
        made[name] = (*made.get(name, ()), _field(old))
    return made


def _field(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def renewed(words: Words, argv: Sequence[str]) -> list[str]:
    """The arguments of a command, with the words of today for those of earlier versions."""
    old = RENAMED.get(words, {})
    made = []
    for place, arg in enumerate(argv):
        if arg == "--":
            return [*made, *argv[place:]]
        name, sign, value = arg.partition("=")
        made.append(old.get(name, name) + sign + value)
    return made


def nodes_of(command: Any, words: Words) -> Iterator[tuple[Words, Any]]:
    """Every command below one, with its words."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, child in inner.items():
        yield from nodes_of(child, (*words, name))


def show_values(command: Any) -> None:
    """Names what stands for a value in the help of every command below one."""
    for _, node in nodes_of(command, ()):
        for parameter in node.params:
            if not parameter.metavar and not getattr(parameter, "is_flag", False):
                parameter.metavar = metavar_of(parameter)


def metavar_of(parameter: Any) -> str:
    """What stands for the value of an option or argument: a day, a country, a code; else its own name."""
    name, says = parameter.opts[-1], parameter.help or ""
    kind = _kind(parameter)
    named = PATTERN.search(says)
    if name in NAMED:
        return NAMED[name]
    if kind is Path:
        return "FOLDER" if "folder" in says.partition(";")[0] else "FILE"
    if kind in KINDS:
        return KINDS[kind]
    if named:
        return named[0].rstrip(":")
    if DAY in says or name in DAYS:
        return DAY
    return "COUNTRY" if name in COUNTRIES else name.removeprefix("--").upper()


def _kind(parameter: Any) -> Any:
    """The type of one value."""
    kind = parameter.type_descriptor.annotation
    return next(iter(get_args(kind)), kind)
