"""The type of every answer of the API, read where the rooms declare it: the schemas of the document are made from these."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from functools import lru_cache
from importlib import import_module
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from parley.web import solver
from parley.web.commands import Command, commands
from parley.web.questions import Room
from parley.web.verbs import VERBS, Verb

AS_WRITTEN = "__annotate__" if sys.version_info >= (3, 14) else "__annotations__"  # from which the other is made


def every_type() -> Iterator[Any]:
    """The declared type of every answer."""
    for verb in VERBS:
        yield from of_verb(verb)
    for command in commands().values():
        yield from of_command(command)
    for task in (*get_args(Room), "brief"):  # what pages alone ask of a worker is no answer of the API
        yield from of_task(task)


def of_verb(verb: Verb) -> tuple[Any, ...]:
    """The types of which a verb's answer is one; empty where it declares none."""
    return returned(verb.answer)


def of_task(name: str) -> tuple[Any, ...]:
    """The types of which the answer of a worker's task is one."""
    return returned(solver.TASKS[name])


def of_command(command: Command) -> tuple[Any, ...]:
    """The types of which the answer of a command is one, as `cli.output.answers` names them."""
    return tuple(kind for named in command.answers for kind in parts_of(type_named(named)))


def type_named(kind: type | str) -> type:
    """A type, or the one that "module:Name" names."""
    if not isinstance(kind, str):
        return kind
    module, _, name = kind.partition(":")
    return getattr(import_module(module), name)


def given_back(function: Callable[..., Any]) -> object:
    """The type that a function says it gives back, names for type checkers alone among them."""
    made = inspect.unwrap(function)
    return get_type_hints(made, localns=checked_names(made.__module__)).get("return")


def returned(function: Callable[..., Any]) -> tuple[Any, ...]:
    """The types with named fields that a function gives back."""
    return parts_of(given_back(function))


@lru_cache(maxsize=64)
def checked_names(module: str) -> dict[str, object]:
    """What a module imports for type checkers alone, by name."""
    tree = ast.parse(inspect.getsource(import_module(module)))
    guards = [n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    imports = [n for guard in guards for n in guard.body if isinstance(n, ast.ImportFrom) and n.module]
    return {a.asname or a.name: _named(n.module or "", a.name) for n in imports for a in n.names}


def _named(module: str, name: str) -> Any:
    """A name of a module, or a module of a package."""
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")


def parts_of(kind: Any) -> tuple[Any, ...]:
    """The members of a union that have named fields; the type itself where it is no union."""
    members = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return tuple(member for member in members if has_fields(member))


def has_fields(kind: Any) -> bool:
    """Whether a type names its fields: a typed dict, a struct, a dataclass."""
    return is_typeddict(kind) or (isinstance(kind, type) and (issubclass(kind, msgspec.Struct) or is_dataclass(kind)))


@contextmanager
def names_read(kinds: Iterable[Any]) -> Iterator[None]:
    """Names in the fields of typed dicts, at any depth of some types, as what they mean where each was written.

    From Python 3.14 on msgspec looks up what a typed dict inherits in the module of the heir, where not every name stands.
    """
    found: dict[Any, dict[str, Any]] = {}
    left = list(kinds)
    while left:
        kind = left.pop()
        left += get_args(kind)
        if has_fields(kind) and kind not in found:
            found[kind] = get_type_hints(kind, include_extras=True)
            left += found[kind].values()
    written = {kind: getattr(kind, AS_WRITTEN) for kind in filter(is_typeddict, found)}
    for kind in written:  # when all are read: heirs ask those that they inherit from
        kind.__annotations__ = found[kind]
    try:
        yield
    finally:
        for kind, fields in written.items():
            setattr(kind, AS_WRITTEN, fields)
