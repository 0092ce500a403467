"""An official source that can be pulled: where it is, on what terms, and how its bytes become a table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from parley.errors import InputError, unknown_name
from parley.fixed import fixed_fields
from parley.json_values import Json
from parley.text_files import FileKind, parse_json

Get = Callable[..., bytes]  # get(address, headers=None) → the bytes of an address
Options = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """What a source says, as text by column. Rows keep the source's own spelling; nothing is filled in."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Option:
    """What the user may choose of a source. pattern: of the whole value; default None: it must be given."""

    help: str
    pattern: str
    default: str | None = None


@dataclass(frozen=True)
@fixed_fields
class Source:
    """One file of `sources/`. get: from options (and the key) to the raw bytes, by a fetcher; parse: from bytes to a Table.

    parse is pure, and is tested on small samples. version: of the parser. key: the environment variable that holds the
    user's key, where the source wants one. ending: of the raw file's name.
    """

    what: str
    publisher: str
    licence: str
    get: Callable[[Options, str, Get], bytes]
    parse: Callable[[bytes], Table]
    address: str
    version: int = 1
    key: str = ""
    ending: str = "json"
    options: Mapping[str, Option] = field(default_factory=dict)


def sources() -> list[str]:
    """The names of all sources: one for each file of `sources/`, with - for _."""
    folder = import_module("parley.pull.sources").__path__
    return sorted(found.name.replace("_", "-") for found in iter_modules(folder) if not found.name.startswith("_"))


def read_source(name: str) -> Source:
    """The Source of that name. Raises InputError with the nearest."""
    if name not in sources():
        raise unknown_name("data pull", "source", name, sources())
    return import_module(f"parley.pull.sources.{name.replace('-', '_')}").SOURCE


def chosen(name: str, source: Source, given: Options) -> dict[str, str]:
    """Every option with its value, checked. Raises InputError for one that is unknown, missing or of another form."""
    for key in given:
        if key not in source.options:
            raise unknown_name(f"data pull {name}", "option", key, source.options)
    made = {}
    for key, option in source.options.items():
        value = given.get(key, option.default)
        if value is None:
            raise InputError(f"data pull {name}", f"no {key}", option.help, f"Give it: --set {key}=…")
        if len(value) > 200 or not re.fullmatch(option.pattern, value):
            raise InputError(f"data pull {name}", f"{key} is {value[:40]!r}", option.help)
        made[key] = value
    return made


def json_of(raw: bytes, what: str) -> Json:
    """The JSON of a source's answer. Raises InputError where it is none (an error page, a part of a file)."""
    begins = f"the source's own answer; this begins {raw[:60].decode('utf-8', 'replace')!r}"
    return parse_json(raw, FileKind(begins, ending=".json"), what)


def list_of(held: Json, what: str) -> list[Json]:
    """A JSON list as it is. Raises InputError where it is none."""
    if not isinstance(held, list):
        raise InputError(what, f"a {type(held).__name__} where rows were expected", "a list of objects")
    return held


def rows_of(held: Json, what: str, columns: tuple[str, ...]) -> Table:
    """The Table of a JSON list of objects at these fields; a missing or null field is an empty text. Raises InputError."""
    given = list_of(held, what)
    rows = [row for row in given if isinstance(row, dict)]
    if len(rows) < len(given):
        raise InputError(what, f"a {type(held).__name__} where rows were expected", "a list of objects")
    if not rows:
        raise InputError(what, "no row at all", "at least one row", "The source has nothing for these options")
    missing = [name for name in columns if name not in rows[0]]
    if missing:
        raise InputError(
            what, f"no field {missing[0]!r} in its first row", ", ".join(columns), "The source has a new layout"
        )
    return Table(columns, tuple(tuple(_text(row.get(name)) for name in columns) for row in rows))


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
