"""An answer of any command as people read it: its single values in order, its lists and objects as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.json_values import JsonObject
from parley.report.sheet import Column, Sheet
from parley.report.words import capital, number, words

DEEPEST = 3  # levels of objects that become columns or rows


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
