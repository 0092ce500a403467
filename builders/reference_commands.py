"""The reference page of the commands: their help, their arguments and options, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from markdown_text import escaped, table
from parley.cli.main import GROUPS


def commands_page() -> str:
    """Every command of the command line by its group."""
    parts = [
        "# Commands",
        "Every command takes `--help`, and nearly all take `--json`, which prints one JSON object and nothing else.\n"
        "Rates are percent for people and fractions in JSON.\n"
        "Exit codes: 0 answered, 1 a fault of ours, 2 bad input, 3 no answer could be certified.",
    ]
    for group, says in GROUPS.items():
        parts += [f"## parley {group}"]
        for n, (words, node) in enumerate(walk(group)):
            if len(words) > 1:
                parts += [*([] if n else [f"{says[0].upper()}{says[1:]}."]), f"### parley {' '.join(words)}"]
            parts += [_help(node.help or ""), *_parameters(node)]
    return "\n\n".join(part for part in parts if part) + "\n"


def walk(group: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The commands of a group with their words, in the order of its help."""
    from typer.main import get_command

    nodes: list[tuple[tuple[str, ...], Any]] = [((group,), get_command(import_module(f"parley.cli.{group}").app))]
    while nodes:
        words, node = nodes.pop(0)
        inner = getattr(node, "commands", None)
        if inner is None:
            yield words, node
        else:
            nodes[:0] = [((*words, name), child) for name, child in inner.items() if not child.hidden]


def _help(text: str) -> str:
    """The help of a command: its paragraphs, and its examples as a block."""
    said, _, examples = text.partition("\b")
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    shown = "\n".join(line for line in lines if line != "Examples:")
    return escaped(re.sub(r"\n(?!\n)(?<!\n\n)", " ", said.strip())) + (f"\n\n```sh\n{shown}\n```" if shown else "")


def _parameters(node: Any) -> Iterator[str]:
    """The arguments and options of a command as a table."""
    rows = [(_names(p), _value(p), escaped(p.help or "").replace("\n", " "), _default(p)) for p in node.params
            if not getattr(p, "hidden", False) and p.name != "help"]  # fmt: skip
    if rows:
        yield table(("name", "value", "meaning", "default"), rows)


def _names(p: Any) -> str:
    """How a parameter is written: an option by its names, an argument by its own."""
    if not p.opts[0].startswith("-"):
        return f"`{p.name.upper()}`"
    return ", ".join(f"`{name}`" for name in (*p.opts, *p.secondary_opts))


def _value(p: Any) -> str:
    """What stands behind a name: nothing behind a switch."""
    kind = p.type_descriptor.annotation
    if kind is bool:
        return ""
    shown = (p.metavar or getattr(kind, "__name__", "") or "text").strip("[]<>")
    words = {"str": "text", "Path": "path", "int": "whole number", "float": "number", "list": "text, repeated"}
    return words.get(shown, escaped(shown))


def _default(p: Any) -> str:
    """What is taken where nothing is written, if that is a word."""
    if p.required:
        return "needed"
    return "" if p.default in (None, (), [], False, "") or callable(p.default) else f"`{p.default}`"
