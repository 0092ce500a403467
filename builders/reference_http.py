"""The reference pages of the HTTP API: its questions and its answers, read off the OpenAPI document, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from markdown_text import anchor, escaped, table

Schema = dict[str, Any]
HEADS = ("name", "type", "meaning", "default")


@lru_cache(maxsize=1)
def document() -> Schema:
    """The OpenAPI document."""
    from parley.web.openapi import text

    return json.loads(text())


def http_page() -> str:
    """Every address by its room: parameters or body, and the types of its answer."""
    parts = [
        "# HTTP API",
        "`parley serve` answers under `/api/v1` ([how to start it, and its limits](../serve.md)).\n"
        "`/api/v1/openapi.json` is this page for machines: clients in Python and TypeScript can be made from it.\n"
        "[Answers](answers.md) lists the fields of every type named here.",
    ]
    for tag in document()["tags"]:
        parts += [f"## {tag['name']}", f"{tag['description']}."]
        for path, methods in document()["paths"].items():
            parts += [_operation(path, method, o) for method, o in methods.items() if tag["name"] in o["tags"]]
    parts += ["## Refusals", "Their `type` is the address given here; the server explains it there.", _refusals()]
    return "\n\n".join(parts) + "\n"


def _refusals() -> str:
    """The kinds of refusals as a table."""
    from parley.web.problem_types import TYPES

    rows = [(str(kind.status), f"`{kind.address}`", escaped(kind.means), escaped(kind.do)) for kind in TYPES]
    return table(("status", "type", "means", "what to do"), rows)


def answers_page() -> str:
    """Every type of the document with its fields."""
    parts = [
        "# Answers of the HTTP API",
        "The types of the answers, and of the parts of answers. `--json` prints the same objects.\n"
        "Rates are fractions. A number that is missing is null, with a reason beside it. A field marked (absent) may be left out.",
    ]
    asked = {_name(s) for s in _bodies()}
    for name, schema in document()["components"]["schemas"].items():
        if name not in asked:
            parts += [f"## {name}", *_described(schema), _fields(schema)]
    return "\n\n".join(parts) + "\n"


def _bodies() -> Iterator[Schema]:
    for methods in document()["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                yield operation["requestBody"]["content"]["application/json"]["schema"]


def _operation(path: str, method: str, operation: Schema) -> str:
    """One question: what it asks, and what it gives back."""
    parts = [f"### {method.upper()} {path}", escaped(operation["summary"])]
    rows = [
        _row(p["name"], p["schema"], p.get("description", ""), p["required"]) for p in operation.get("parameters", ())
    ]
    if "requestBody" in operation:
        schema = _behind(operation["requestBody"]["content"]["application/json"]["schema"])
        needed = schema.get("required", ())
        rows = [_row(n, s, s.get("description", ""), n in needed) for n, s in schema.get("properties", {}).items()]
    parts += [table(HEADS, rows)] if rows else []
    kinds = [_type(m["schema"]) for s in ("200", "202") for m in _content(operation, s)]
    parts.append("Answers with " + " or ".join(dict.fromkeys(kinds)) + ".")
    return "\n\n".join(parts)


def _content(operation: Schema, status: str) -> list[Schema]:
    return list(operation["responses"].get(status, {}).get("content", {}).values())


def _row(name: str, schema: Schema, says: str, needed: bool) -> tuple[str, ...]:
    default = "needed" if needed else _shown(schema.get("default"))
    return f"`{name}`", _type(schema), escaped(says), default


def _shown(default: object) -> str:
    return "" if default in (None, "", [], (), {}, False) else f"`{default}`"


def _described(schema: Schema) -> Iterator[str]:
    if schema.get("description"):
        yield " ".join(escaped(schema["description"]).split())


def _fields(schema: Schema) -> str:
    """The fields of a type, a line each; one that need not be there is marked."""
    needed = schema.get("required", ())
    rows = [f"* `{n}`{'' if n in needed else ' (absent)'}: {_type(s)}" for n, s in schema.get("properties", {}).items()]
    return "\n".join(rows)


def _type(schema: Schema) -> str:
    """A schema in a few words, with links to the types that have a name."""
    if "$ref" in schema:
        return f"[{_name(schema)}](answers.md#{anchor(_name(schema))})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(s) for s in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join("null" if v is None else f"`{v}`" for v in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if schema.get("items") else "list"
    if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
        return f"object of {_type(schema['additionalProperties'])}"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = str(schema.get("type", "any value"))
    return words.get(kind, kind) + (f" ({schema['format']})" if "format" in schema else "")


def _name(schema: Schema) -> str:
    return schema["$ref"].rpartition("/")[2]


def _behind(schema: Schema) -> Schema:
    return document()["components"]["schemas"][_name(schema)] if "$ref" in schema else schema
