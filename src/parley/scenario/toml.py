"""A scenario as TOML text: what a user writes, and what `parley brief FILE` runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from parley.errors import ScenarioError
from parley.scenario.scenario import Scenario

_BARE = re.compile(r"[A-Za-z0-9_-]{1,80}")


def toml_of(value: dict[str, Any]) -> str:
    """An object as TOML text, for the one reader of scenarios: plain keys first, then tables, then lists of tables."""
    tables = {k: v for k, v in value.items() if isinstance(v, dict)}
    lists = {
        k: v for k, v in value.items() if v and isinstance(v, (list, tuple)) and all(isinstance(x, dict) for x in v)
    }
    parts = [_lines({k: v for k, v in value.items() if k not in tables and k not in lists})]
    parts += [f"[{_key(k)}]\n{_lines(v)}" for k, v in tables.items()]
    parts += [f"[[{_key(k)}]]\n{_lines(x)}" for k, rows in lists.items() for x in rows]
    return "\n".join(parts)


def _lines(value: dict[str, Any]) -> str:
    return "".join(f"{_key(k)} = {_toml(v, 1)}\n" for k, v in value.items())


def _toml(value: Any, depth: int) -> str:
    if depth > 8:
        raise ScenarioError("scenario", "is nested too deeply", "the keys of a scenario")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return value if _is_day(value) else _quoted(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v, depth + 1) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v, depth + 1)}" for k, v in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    raise ScenarioError("scenario", f"a value of type {type(value).__name__}", "text, numbers, lists and objects")


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _key(text: Any) -> str:
    return str(text) if _BARE.fullmatch(str(text)) else _quoted(str(text))


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes, with no half of a surrogate pair and no bare DEL."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\x7f", " ")
    return json.dumps(clean, ensure_ascii=False)


def as_toml(scenario: Scenario) -> str:
    """The scenario as a file that `parley brief FILE` runs; what is as by default is left out."""
    return toml_of({k: v for k, v in _stated(scenario).items() if k not in ("folder", "file", "found")})


def _stated(value: Any) -> Any:
    """A value's fields that are not as by default, at any depth: TOML has no null."""
    if hasattr(type(value), "__struct_fields__"):
        held = ((key, getattr(value, name), usual) for name, key, usual in _fields(type(value)))
        return {key: _stated(v) for key, v, usual in held if v is not None and v != usual}
    if isinstance(value, Mapping):
        return {k: _stated(v) for k, v in value.items()}
    return [_stated(v) for v in value] if isinstance(value, (list, tuple)) else value


@cache
def _fields(kind: type) -> tuple[tuple[str, str, Any], ...]:
    """(name, key in a file, default) of each field of a struct."""
    from msgspec import NODEFAULT, structs

    every = structs.fields(kind)
    return tuple(
        (f.name, f.encode_name, f.default if f.default_factory is NODEFAULT else f.default_factory()) for f in every
    )
