"""A question out of an address or a body: known names alone, each once unless it may be repeated, of the right type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_origin, get_type_hints
from urllib.parse import parse_qsl, urlencode

import msgspec

from parley.errors import InputError, unknown_name

T = TypeVar("T", bound=msgspec.Struct)
MOST_FIELDS = 200  # parameters of one address
LONGEST = 400  # characters of one value


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The names and values of an address. Raises InputError where there are too many, or one is too long."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise InputError("address", "parameters that cannot be read", f"UTF-8, at most {MOST_FIELDS}") from None
    for name, value in pairs:
        if len(value) > LONGEST or "\x00" in value:
            raise InputError(name[:40], f"a value of {len(value)} characters", f"at most {LONGEST}, none of them null")
    return pairs


def read_query(kind: type[T], query: str) -> T:
    """The question that an address asks; empty values count as absent. Raises InputError with the nearest name."""
    return read_pairs(kind, pairs_of(query))


def read_pairs(kind: type[T], pairs: list[tuple[str, str]]) -> T:
    """The question of names and values."""
    found: dict[str, Any] = {}
    lists = listed(kind)
    for name, value in pairs:
        if name not in kind.__struct_fields__:
            raise unknown_name("address", "parameter", name[:60], kind.__struct_fields__)
        if value.strip() == "":
            continue
        if name in lists:
            found.setdefault(name, []).append(value.strip())
        elif name in found:
            raise InputError(name, "given twice", "one value")
        else:
            found[name] = value.strip()
    return converted(kind, found, strict=False)


def read_body(kind: type[T], body: bytes) -> T:
    """The question in a JSON body. Raises InputError with the nearest name."""
    try:
        found = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("body", f"is not JSON ({str(error)[:80]})", "one JSON object") from None
    if not isinstance(found, dict):
        raise InputError("body", f"is a JSON {type(found).__name__}", "one JSON object")
    for name in found:
        if name not in kind.__struct_fields__:
            raise unknown_name("body", "key", str(name)[:60], kind.__struct_fields__)
    return converted(kind, found, strict=True)


def converted(kind: type[T], found: Mapping[str, Any], *, strict: bool) -> T:
    """The question of names and values; a missing or wrong one is named. Raises InputError."""
    try:
        return msgspec.convert(found, kind, strict=strict)
    except (msgspec.ValidationError, RecursionError) as error:
        message = str(error)
        name = message.rpartition("$.")[2].rstrip("`").split("[")[0] if "$." in message else "question"
        value = found.get(name)
        shown = f", found {str(value)[:60]!r}" if value is not None else ""
        raise InputError(name[:60], message.split(" - at ")[0][:200] + shown, hint_of(kind, name)) from None


def fields_of(kind: type[msgspec.Struct]) -> tuple[msgspec.inspect.Field, ...]:
    """The fields of a question with their types and bounds."""
    found = msgspec.inspect.type_info(kind)
    return found.fields if isinstance(found, msgspec.inspect.StructType) else ()


def hint_of(kind: type[msgspec.Struct], name: str) -> str:
    """What a field allows, in the words of its description."""
    for field in fields_of(kind):
        if field.name == name:
            node: Any = field.type
            while not (getattr(node, "extra_json_schema", None)):
                kinds = [t for t in getattr(node, "types", ()) if hasattr(t, "type") or hasattr(t, "item_type")]
                inner = getattr(node, "type", None) or getattr(node, "item_type", None) or (kinds[0] if kinds else None)
                if inner is None:
                    return ""
                node = inner
            return node.extra_json_schema.get("description", "")
    return ""


def listed(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that may be repeated."""
    hints = get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if get_origin(hint) is tuple or hint is tuple)


def query_of(question: msgspec.Struct, **changes: Any) -> str:
    """The address of a question, without what has its default: the permalink that restores it."""
    asked = msgspec.structs.replace(question, **changes) if changes else question
    pairs: list[tuple[str, str]] = []
    for field in msgspec.structs.fields(asked):
        value = getattr(asked, field.name)
        if value == field.default or value is None or value == () or value == "":
            continue
        pairs += [(field.encode_name, _text(v)) for v in (value if isinstance(value, tuple) else (value,))]
    return urlencode(pairs)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 and float(f"{value:g}") == value else str(value)
    )


__all__ = ["converted", "pairs_of", "query_of", "read_body", "read_query"]
