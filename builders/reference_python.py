"""The reference page of the public Python names: signatures, docstrings and fields, as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import groupby
from typing import Any

import parley
from markdown_text import escaped

WIDE = 100  # characters of a signature on one line
ROOMS = {
    "law": "What the law says",
    "rates": "Rates and wedges",
    "world": "Datasets",
    "trade": "What tariffs do",
    "talks": "What each side can do",
    "record": "Who said and did what",
    "scenario": "Scenarios",
    "pull": "What ships",
    "tabular": "Tables",
    "errors": "Errors",
}
SECTION = re.compile(r"^([A-Z]\w+)\n-{3,}\n", re.MULTILINE)


def python_page() -> str:
    """Every public name by its room."""
    parts = [
        "# Python",
        "Every public name is a name of `parley` itself: `import parley`, then `parley.solve`.\n"
        "Rates are fractions. Arrays are [n, i, s]: n buys, i sells, s is a sector ([method](../method.md)).\n"
        "Days are ISO text, `date`, or a number such as 20250502. The tests run the examples.",
    ]
    names = [n for n in parley.__all__ if n != "__version__"]
    for room, held in groupby(sorted(names, key=place_of), key=room_of):
        parts += [f"## {ROOMS[room]}", *(_entry(name, getattr(parley, name)) for name in held)]
    return "\n\n".join(parts) + "\n"


def room_of(name: str) -> str:
    """The room in which a public name is declared."""
    return getattr(parley, name).__module__.split(".")[1]


def place_of(name: str) -> int:
    """Where a name stands on the page: rooms in the order of the house."""
    return [*ROOMS].index(room_of(name))


def _entry(name: str, value: Any) -> str:
    """A name: its signature, its docstring, and what a class holds."""
    parts = [f"### {name}", documented(value)]
    if not issubclass(type(value), type):
        parts.insert(1, fenced(signature(name, value)))
        return "\n\n".join(parts)
    if issubclass(value, BaseException):
        parts.insert(1, f"A kind of `{value.__bases__[0].__name__}`.")
        return "\n\n".join(parts)
    return "\n\n".join([*parts, *_fields(value), *_methods(value)])


def fenced(text: str, kind: str = "python") -> str:
    """Text as a block of code; signatures are no statements, so they are not marked as Python that runs."""
    return f"```{kind}\n{text}\n```"


def signature(name: str, value: Any, wide: int = WIDE) -> str:
    """A call with its parameters, a line each where they are many."""
    found = inspect.signature(value)
    words, starred = [], False
    for p in found.parameters.values():
        if p.name == "self":
            continue
        if p.kind is p.KEYWORD_ONLY and not starred:
            words.append("*")
            starred = True
        words.append(_parameter(p))
        starred |= p.kind is p.VAR_POSITIONAL
    end = f" -> {_type(found.return_annotation)}" if found.return_annotation is not found.empty else ""
    line = f"{name}({', '.join(words)}){end}"
    return line if len(line) <= wide else f"{name}(\n" + "".join(f"    {w},\n" for w in words) + f"){end}"


def _parameter(p: inspect.Parameter) -> str:
    star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
    kind = "" if p.annotation is p.empty else f": {_type(p.annotation)}"
    default = "" if p.default is p.empty else " = …" if callable(p.default) else f" = {p.default!r}"
    return f"{star}{p.name}{kind}{default}"


def _type(annotation: Any) -> str:
    """An annotation as it is written."""
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def documented(value: Any) -> str:
    """A docstring in NumPy's form as Markdown."""
    first, *rest = SECTION.split(inspect.getdoc(value) or "")
    made = [_prose(first, names_of(value))]
    for head, body in zip(rest[::2], rest[1::2], strict=True):
        made += [f"**{head}**", fenced(body.strip(), "pycon") if head == "Examples" else _terms(body)]
    return "\n\n".join(made)


def names_of(value: Any) -> list[str]:
    """The fields of a dataclass or a struct; none of anything else."""
    return [f.name for f in fields(value)] if is_dataclass(value) else [*getattr(value, "__struct_fields__", ())]


def _prose(text: str, names: Sequence[str] = ()) -> str:
    """Paragraphs; a line that begins with the names of fields begins an item of a list."""
    made: list[str] = []
    listed = False
    for line in text.strip().splitlines():
        head, colon, rest = line.partition(": ")
        begins = colon and {n.strip() for n in head.split(",")} <= {*names}
        if begins:
            line = f"* `{head}`: {escaped(rest)}"
            made += [""] if not listed and made and made[-1] else []
        else:
            line = ("  " if listed and line else "") + escaped(line)
        listed = begins or (listed and bool(line))
        made.append(line)
    return "\n".join(made)


def _terms(body: str) -> str:
    """Names with their indented words, as a list."""
    lines = [line for line in body.splitlines() if line.strip()]
    return "\n".join(f"  {escaped(n.strip())}" if n.startswith(" ") else f"* `{n.strip()}`:" for n in lines)


def _fields(value: type) -> Iterator[str]:
    """The fields of a dataclass with their types, a line each."""
    if is_dataclass(value):
        lines = "\n".join(f"{f.name}: {_type(f.type)}" for f in fields(value) if not f.name.startswith("_"))
        yield "**Fields**"
        yield fenced(lines, "text")


def _methods(value: type) -> Iterator[str]:
    """Public methods and properties that have a docstring of their own."""
    rows = []
    for name, held in vars(value).items():
        made = held.fget if isinstance(held, property) else getattr(held, "__func__", held)
        if not name.startswith("_") and inspect.isfunction(made) and made.__doc__:
            call = name if isinstance(held, property) else signature(name, made, 10_000)
            says = inspect.cleandoc(made.__doc__).partition("\n\n")[0]
            rows.append(f"* `{call}`:\n  " + escaped(says).replace("\n", "\n  "))
    if rows:
        yield "**Methods**"
        yield "\n".join(rows)
