"""Every command of the command line as a verb of the API: its options are the question, its `--json` is the answer.

A command that is no verb of `verbs` is asked here: the worker runs the command itself, so that keys and
numbers are those of the command line by construction. What names a file is left out: a server reads no file for a caller.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, make_dataclass
from functools import lru_cache
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin

import msgspec

from parley.errors import InputError
from parley.question import COUNTRY, DAY, LONGEST, Says, offered, parts_of
from parley.scenario.questions import Solve
from parley.web.questions import WAIT, Toml, Wait

ROOMS = ("law", "trade", "talks", "record", "data", "cite")
POSTED = ("trade", "talks")  # solved: at once where there is time, else as a job
OF_FILES = (
    "law/measures/check",
    "law/export",
    "law/package/check",
    "law/package/show",
    "law/propose",
    "record/schema",
    "data/list",
    "data/pull",
    "data/verify",
)  # of this machine alone
APART = (*OF_FILES, "trade/solve", "trade/sweep")  # these two are written out in `api`
LONGER = {"talks/hindcast": 5}  # times the time of a briefing: 48 situations, each under every elasticity set
UNASKED = ("as_json", "json", "help", "every", "workers", "cluster", "out", "format", "form")
OF_THE_COMMAND = ("draws", "import_growth", "sector")  # of `trade solve`: asked for, the worker runs the command itself
FORMS = {"YYYY-MM-DD": "date", "COUNTRY": "country"}  # by what the command's help shows for a value
MOST = {"date": DAY, "country": COUNTRY}  # characters of a value, by its form
MONTHS = re.compile(r"\d{4}-\d\d/(?:\d{4}-)?\d\d(?:@[\d-]+)?")  # with a stroke, and no path
PATH_LIKE = re.compile(r"[/\\]|\.\.|\.(?:toml|npz|csv|json|zip|parquet)$", re.IGNORECASE)


@dataclass(frozen=True)
class Command:
    """One command. words: as it is typed; positional: its arguments by name; own: whether it reads a scenario; answers: the
    types of what it prints under --json, as `cli.output.answers` names them."""

    words: tuple[str, ...]
    question: type
    positional: tuple[str, ...]
    switches: tuple[str, ...]
    own: bool
    answers: tuple[type | str, ...] = ()

    @property
    def path(self) -> str:
        """Its address under /api/v1."""
        return "/" + "/".join(self.words)

    @property
    def posted(self) -> bool:
        """Whether it solves, and so is asked by POST."""
        return self.words[0] in POSTED

    @property
    def summary(self) -> str:
        """The first sentence of its help."""
        return (self.question.__doc__ or "").strip().splitlines()[0]


@lru_cache(maxsize=1)
def commands() -> dict[str, Command]:
    """Every command that is asked here, by address; those that `verbs` answers are left out."""
    from parley.web.verbs import VERBS

    answered = {v.path for v in VERBS} | {"/law/measures/list", "/law/measures/show"}
    found = (made for room in ROOMS for words, node in walk(room) if (made := _command(words, node)))
    return {c.path: c for c in found if c.path not in answered}


def walk(room: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The commands of a room with their words; a room of one command is that command."""
    from typer.main import get_command

    nodes = [((room,), get_command(import_module(f"parley.cli.{room}").app))]  # by name, as `cli.serve` opens this door
    while nodes:
        words, node = nodes.pop(0)
        inner = getattr(node, "commands", None)
        if inner is None:
            yield words, node
        else:
            nodes += [((*words, name), child) for name, child in inner.items()]


def _command(words: tuple[str, ...], node: Any) -> Command | None:
    """A command as a question; None where it prints no JSON, needs a file, or is asked elsewhere."""
    options = {_name(p): p for p in node.params}
    asked = {n: p for n, p in options.items() if p.name not in UNASKED and not _is_file(p)}
    own = words[0] in POSTED and any(_is_file(p) and p.name == "scenario" for p in options.values())
    needs_file = any(_is_file(p) and not p.opts[0].startswith("-") and p.name != "scenario" for p in options.values())
    if not {"as_json", "json"} & {p.name for p in node.params} or needs_file or "/".join(words) in APART:
        return None
    was = option_words().old_names(words)
    kind = getattr(node.callback, "__question__", None)
    said = {part.name: part.says for part in parts_of(kind)} if kind else {}
    own_fields = [_field(n, p, said.get(p.name or ""), was.get(n, ())) for n, p in asked.items()]
    more = [("toml", Toml, None)] if own else []
    more += [("wait", Wait, WAIT)] if words[0] in POSTED else []
    title = "".join(w.replace("-", " ").title().replace(" ", "") for w in words)
    says = re.split(r"\n\s*\n|\x08", (node.help or "").strip())[0].replace("\n", " ")
    question = make_dataclass(title, [*own_fields, *more], namespace={"__doc__": says}, frozen=True, kw_only=True)
    positional = tuple(n for n, p in asked.items() if not p.opts[0].startswith("-"))
    switches = tuple(n for n, p in asked.items() if _kind(p) is bool)
    return Command(words, question, positional, switches, own, getattr(node.callback, "__answer__", ()))


def option_words() -> ModuleType:
    """The words of options; by name, as `cli.serve` opens this door."""
    return import_module("parley.cli.option_words")


def _name(parameter: Any) -> str:
    return parameter.opts[0].removeprefix("--").replace("-", "_")


def _many(parameter: Any) -> bool:
    """Whether a parameter may be given several times."""
    annotation = parameter.type_descriptor.annotation
    return annotation is list or get_origin(annotation) is list


def _kind(parameter: Any) -> Any:
    """The type of a parameter; of one that may be repeated, that of one value."""
    annotation = parameter.type_descriptor.annotation
    return next(iter(get_args(annotation)), str) if _many(parameter) else annotation


def _is_file(parameter: Any) -> bool:
    """Whether a parameter names a file or folder: by its type, or by what its help shows for it (FILE…)."""
    named = (parameter.metavar or "").strip("[]").startswith("FILE")
    return _kind(parameter) is Path or named or parameter.name in ("from_file", "political", "telling_file")


def _field(
    name: str, parameter: Any, said: Says | None, was: tuple[str, ...]
) -> tuple[str, Any, Any] | tuple[str, Any]:
    """A parameter as a field: its type within bounds, its words, its default; its choices as its question names them."""
    says, kind = parameter.help or "", _kind(parameter)
    info = parameter.type_descriptor.parameter_info
    low, high = getattr(info, "min", None), getattr(info, "max", None)
    own = said or Says(says)
    form = own.form or FORMS.get(option_words().metavar_of(parameter), "")
    longest = LONGEST if own.one_of else 400
    most = own.most or MOST.get(form) or (None if kind in (int, float) else longest)
    word = parameter.opts[0] if iskeyword(name) else ""
    words = Says(says, low, high, own.above, most, own.one_of, own.names, word=word, was=was, form=form)
    name = f"{name}_" if iskeyword(name) else name
    one: Any = kind if kind in (bool, int, float) else str
    made: Any = tuple[one, ...] if _many(parameter) else one
    if parameter.required:
        return (name, Annotated[made, words])
    default = () if _many(parameter) else parameter.default
    return (name, Annotated[made | None if default is None else made, words], default)


def argv_of(command: Command, asked: Any) -> list[str]:
    """The words of the command line for a question, without those of a default. Raises InputError where one names a file."""
    words = list(command.words)
    for part in offered(command.question):
        value = getattr(asked, part.name)
        if part.name in ("toml", "wait", *command.positional) or value in (None, ()) or value == part.default:
            continue
        if part.name in command.switches:
            words.append(part.option if value else "--no-" + part.option[2:])
            continue
        words += [f"{part.option}={word_of(part.called, v)}" for v in (value if isinstance(value, tuple) else (value,))]
    given = [getattr(asked, n) for n in command.positional if getattr(asked, n) not in (None, ())]
    values = [v for value in given for v in (value if isinstance(value, tuple) else (value,))]
    return [
        *words,
        *(["--", *(word_of(n, v) for n, v in zip(command.positional, values, strict=False))] if values else []),
    ]


def word_of(name: str, value: Any) -> str:
    """A value as a word. Raises InputError: names of the package alone are read."""
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    named = isinstance(value, str) and not MONTHS.fullmatch(text)
    if named and (PATH_LIKE.search(text) or not text.isprintable()):
        raise InputError(name, f"{text[:60]!r}", "a name of the package, a day or a number", "A server reads no files")
    return text


def line_of(command: Command, asked: Any) -> str:
    """The same question as it is typed; a scenario of the user's own as scenario.toml."""
    words = [shlex.quote(w) for w in argv_of(command, asked)]
    file = ["scenario.toml"] if command.own and asked.toml else []
    end = words.index("--") if "--" in words else len(words)
    return " ".join(["parley", *words[:end], *file, *words[end + 1 :]])


def payload_of(command: Command, asked: Any) -> bytes:
    """What a worker needs to run it. Raises InputError where the scenario is not safe to run for others."""
    from parley.scenario.toml import as_toml
    from parley.web.scenarios import own_text

    text = as_toml(own_text(asked.toml)) if command.own and asked.toml else ""
    return msgspec.json.encode({"argv": argv_of(command, asked), "toml": text})


def solve_payload(toml: str, asked: Solve) -> bytes:
    """What a worker needs for `trade solve` with what its command alone takes beside the scenario (`OF_THE_COMMAND`)."""
    given = {n: getattr(asked, n) for n in ("draws", "seed", "spread", "common")} if asked.draws else {}
    given |= {"import-growth": asked.import_growth or None}
    words = [f"--{name}={value:.15g}" for name, value in given.items() if value is not None]
    words += [f"--sector={word_of('sector', text)}" for text in asked.sector]
    argv = ["trade", "solve", *words, *([] if asked.ranges else ["--no-ranges"])]
    return msgspec.json.encode({"argv": argv, "toml": toml})
