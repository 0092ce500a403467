"""What is wrong with a table that is no struct of ours: the key, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from msgspec import ValidationError, inspect

from parley.errors import did_you_mean, nearest

_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")
_GOT = re.compile(r", got `(\w+)`")
_WORDS = {
    inspect.StrType: "a text in quotes", inspect.BoolType: "true or false", inspect.NoneType: "nothing",
    inspect.DateType: "a day such as 2025-05-02", inspect.DateTimeType: "a day and hour such as 2025-05-02T09:30:00",
    inspect.StructType: "a table", inspect.DictType: "a table",
}  # fmt: skip
_BOUNDS = (("ge", "of at least"), ("gt", "above"), ("le", "of at most"), ("lt", "below"))
_READ_AS = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "array": list,
    "object": dict,
}  # as messages call them
LONGEST = 80  # characters of a value that is shown


class StructFault(NamedTuple):
    """key: its path in the file, such as option[0].rate; empty of the whole. The rest are the parts of an error."""

    key: str
    found: str
    allowed: str = ""
    hint: str = ""


def struct_fault(error: Exception, raw: Any, kind: Any, hidden: Collection[str] = ()) -> StructFault:
    """The fault behind an error that `msgspec.convert(raw, kind)` raised. hidden: names that are none of the user's."""
    what, _, path = str(error).partition(" - at `$")
    key, value, expected = _walk(path.rstrip("`"), raw, _type_info(kind), what)
    names = [name for name in _names(expected, tag=key.endswith("is")) if name not in hidden]
    if missing := _MISSING.fullmatch(what):
        told = ", ".join(names) if _tag_field(expected) == missing[1] else kind_in_words(_inner(expected, missing[1]))
        return StructFault(key, f"no {missing[1]!r}", f"{missing[1]}, {told}")
    if unknown := _UNKNOWN.fullmatch(what):
        return StructFault(key, f"no key {unknown[1]!r}", ", ".join(names), did_you_mean(nearest(unknown[1], names)))
    if not isinstance(error, ValidationError) or not what.startswith(("Expected", "Invalid")):
        found, _, allowed = what.partition("; ")  # of the struct's own check
        return StructFault(key, found, allowed)
    if names and isinstance(value, str):
        return StructFault(key, shown(value), ", ".join(names), did_you_mean(nearest(value, names)))
    return StructFault(key, shown(value), ", ".join(names) or kind_in_words(expected))


_type_info = cache(inspect.type_info)


def shown(value: Any) -> str:
    """A value as its file writes it: a text in quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"a table of {', '.join(map(str, list(value)[:5]))}" if value else "an empty table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def kind_in_words(kind: Any) -> str:
    """What a type allows, in words: a whole number of at least 1; a list, each a text in quotes."""
    if isinstance(kind, inspect.UnionType):
        return " or ".join(dict.fromkeys(kind_in_words(t) for t in kind.types if not isinstance(t, inspect.NoneType)))
    if isinstance(kind, (inspect.IntType, inspect.FloatType)):
        number = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
        bounds = [f"{words} {bound:g}" for name, words in _BOUNDS if (bound := getattr(kind, name)) is not None]
        return " ".join([number, " and ".join(bounds)]).rstrip()
    if isinstance(kind, inspect.TupleType):
        return f"a list of {len(kind.item_types)}"
    if isinstance(kind, inspect.CollectionType):
        return f"a list in [ ], each {kind_in_words(kind.item_type)}"
    if isinstance(kind, inspect.LiteralType):
        return ", ".join(map(str, kind.values))
    return next((words for type_, words in _WORDS.items() if isinstance(kind, type_)), "another kind of value")


def _walk(path: str, raw: Any, kind: Any, what: str) -> tuple[str, Any, Any]:
    """The key, the value and the type at a path of the message; of a tag, the union that it chooses from."""
    key = ""
    for name, number in _STEP.findall(path):
        tag = name and _tag_field(kind) == name
        inner = kind if tag else _inner(_member(kind, raw), name)
        step = name or (_misfit_of(raw, what) if number == "..." else int(number))
        key += f"[{step}]" if isinstance(step, int) else f"{'.' if key else ''}{step}"
        raw, kind = (raw.get(step) if isinstance(raw, Mapping) else raw[step]), inner
        if tag:
            return key, raw, kind
    return key, raw, _member(kind, raw)


def _inner(kind: Any, name: str) -> Any:
    """The type of a field, or of what a list or a table holds."""
    for one in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
        if name and isinstance(one, inspect.StructType):
            return next(f.type for f in one.fields if f.encode_name == name)
        if not name and isinstance(one, inspect.DictType):
            return one.value_type
        if not name and isinstance(one, (inspect.CollectionType, inspect.TupleType)):
            return one.item_type if isinstance(one, inspect.CollectionType) else inspect.UnionType(one.item_types)
    return kind


def _misfit_of(table: Mapping[str, Any], what: str) -> str:
    """The key whose value is of the kind that the message found: it does not name keys of a table of any names."""
    got = _GOT.search(what)
    kind = _READ_AS.get(got[1] if got else "", object)
    return next((key for key, value in table.items() if type(value) is kind), next(iter(table)))


def _members(kind: Any) -> Iterator[inspect.StructType]:
    """The structs among the members of a type."""
    return (t for t in getattr(kind, "types", (kind,)) if isinstance(t, inspect.StructType))


def _tag_field(kind: Any) -> str | None:
    return next((t.tag_field for t in _members(kind) if t.tag_field), None)


def _member(kind: Any, raw: Any) -> Any:
    """The struct of a union that a table's tag names, or its only one; else the type as it is."""
    structs = list(_members(kind)) if isinstance(raw, Mapping) else []
    named = [t for t in structs if t.tag_field and raw.get(t.tag_field) == t.tag]
    return next(iter(named or (structs if len(structs) == 1 else [])), kind)


def _names(kind: Any, *, tag: bool = False) -> list[str]:
    """Every name that a type allows: tags of a union, fields of a struct, values of a literal."""
    if isinstance(kind, inspect.LiteralType):
        return [str(value) for value in kind.values]
    if isinstance(kind, inspect.StructType) and not tag:
        return sorted(f.encode_name for f in kind.fields)
    if isinstance(kind, inspect.UnionType):
        literals = [name for t in kind.types if isinstance(t, inspect.LiteralType) for name in _names(t)]
        return literals or sorted(str(t.tag) for t in _members(kind) if t.tag is not None)
    return []
