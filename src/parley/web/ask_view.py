"""Any command as a page: a form from its options, its answer as tables. What a room can do next stands here on the day it lands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import msgspec

from parley import __version__
from parley.errors import unknown_name
from parley.json_values import JsonObject
from parley.question import offered
from parley.report.sheet import Column, Sheet
from parley.report.words import capital, number, words
from parley.web import reading
from parley.web.commands import Command, commands, line_of
from parley.web.view import View

if TYPE_CHECKING:
    from parley.web.api import Service

DEEPEST = 3  # levels of objects that become columns or rows
LONG = 120  # rows of a table on the page; its file has them all
METHOD = (
    "The answer is that of the command below, run in a process of its own; its keys are those of --json. Equations, papers and "
    "what each game assumes are in the documents method, talks, law and record.",
)


def command_at(path: str) -> Command:
    """The command of a page's address. Raises InputError with the nearest."""
    name = path.strip("/")
    if f"/{name}" not in commands():
        raise unknown_name("address", "question", name[:60], [p[1:] for p in commands()])
    return commands()[f"/{name}"]


async def ask_view(path: str, query: str, service: Service) -> View:
    """The page of one command: the form alone until `go` asks it, then its answer."""
    command = command_at(path)
    pairs = [(n, v) for n, v in reading.pairs_of(query) if v.strip()]
    asks = ("go", "1") in pairs
    asked = reading.read_pairs(command.question, list(each_value(command, pairs))) if asks else None
    answer = await service.run(command, asked) if asks else b""
    found = msgspec.json.decode(answer) if answer else {}
    kept = {k: v for k, v in found.items() if k not in ("seconds",)}
    sheets = {s.name: s for s in tables(kept)}
    context = {"command": command, "fields": fields(command, asked), "facts": facts(kept), "asks": asks, "long": LONG}
    typed = line_of(command, asked) if asks else "parley " + " ".join(command.words) + " --help"
    return View(
        "ask.html.j2", title_of(command), f"/ask{command.path}", asked or Nothing(), context, sheets,
        command=(typed,), python=python_of(typed), api="", cite=f"parley {__version__}: {typed}.", method=METHOD,
        json_text=answer, more=(("go", "1"),) if asks else (),
    )  # fmt: skip


def each_value(command: Command, pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The names and values of a form; a field that may be repeated holds several values with semicolons between them."""
    several = {p.called for p in offered(command.question) if p.many}
    for name, value in pairs:
        if name != "go":
            yield from ((name, v) for v in (value.split(";") if name in several else [value]))


@dataclass(frozen=True)
class Nothing:
    """No question yet."""


def title_of(command: Command) -> str:
    """The question in words."""
    return command.summary.rstrip(".")


def python_of(line: str) -> str:
    """The same command from Python."""
    return f"import shlex\n\nfrom parley.cli.main import main\n\nmain(shlex.split({line.removeprefix('parley ')!r}))"


class FormField(TypedDict):
    """One option of a command as a field of a form, with what stands in it."""

    name: str
    words: str
    kind: Literal["flag", "text"]
    value: str | float | bool
    required: bool
    hint: str


def fields(command: Command, asked: Any) -> list[FormField]:
    """The options as fields of a form, with what was asked or their default."""
    made: list[FormField] = []
    for info in offered(command.question):
        if info.name in ("toml", "wait"):
            continue
        required = info.asked is MISSING
        value: Any = getattr(asked, info.name) if asked else (None if required else info.asked)
        kind = "flag" if info.name in command.switches else "text"
        shown = "; ".join(map(str, value)) if isinstance(value, tuple) else ("" if value is None else value)
        made.append({"name": info.called, "words": words(info.called), "kind": kind, "value": shown,
                     "required": required, "hint": info.words})  # fmt: skip
    return made


def facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The single values of an answer, in order; a range in a line."""
    return [(words(k), shown(v)) for k, v in found.items() if _is_plain(v) and v is not None]


def tables(found: Mapping[str, Any]) -> list[Sheet]:
    """The lists and objects of an answer as tables, each under its key."""
    made = []
    for key, value in found.items():
        rows = _rows(value)
        if rows:
            names = list(dict.fromkeys(n for row in rows for n in row))
            numeric = {n for n in names if all(isinstance(r.get(n), (int, float, type(None))) for r in rows)}
            columns = tuple(Column(n, words(n), shown, n in numeric) for n in names)
            made.append(Sheet(key.replace("_", "-"), capital(words(key)), columns, tuple(rows)))
    return made


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value)
    )


def _rows(value: Any) -> list[JsonObject]:
    """A list of objects, or an object by name, as flat rows."""
    if isinstance(value, list) and not _is_plain(value):
        return [flat(v) if isinstance(v, dict) else {"value": v} for v in value]
    if not isinstance(value, dict) or not value:
        return []
    if all(isinstance(v, dict) for v in value.values()):
        return [{"name": k, **flat(v)} for k, v in value.items()]
    return [{"name": k, "value": v if _is_plain(v) else str(v)} for k, v in value.items()]


def flat(row: Mapping[str, Any], depth: int = 1) -> JsonObject:
    """An object of objects as one row: inner keys after their outer one."""
    made: JsonObject = {}
    for key, value in row.items():
        if isinstance(value, dict) and depth < DEEPEST and len(value) <= 12:
            made |= {f"{key} {k}": v for k, v in flat(value, depth + 1).items()}
        elif isinstance(value, dict):
            made[key] = "; ".join(f"{k} {shown(v)}" for k, v in value.items() if not isinstance(v, dict))
        elif isinstance(value, list) and not _is_plain(value):
            made[key] = "; ".join(", ".join(f"{k} {shown(v)}" for k, v in flat(x).items()) if isinstance(x, dict) else shown(x)
                                  for x in value)  # fmt: skip
        else:
            made[key] = value
    return made


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        small = value != 0 and abs(value) < 1e-3
        return f"{value:.2e}" if small else number(value, 4).rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ", ".join(shown(v) for v in value)
    return str(value)
