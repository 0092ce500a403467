"""Values as JSON knows them: what every door hands out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, TypeAlias, overload

if TYPE_CHECKING:
    Json: TypeAlias = str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
    JsonObject: TypeAlias = dict[str, Json]
else:  # msgspec reads no type that names itself
    Json = Any  # any JSON value
    JsonObject = dict[str, Any]  # of a shape that another defines: a chart's specification, a document, a schema


@overload
def plain(value: Mapping[str, Any]) -> JsonObject: ...
@overload
def plain(value: object) -> Json: ...
def plain(value: Any) -> Json:
    """The same value in JSON's own types: days as ISO text, NaN and infinity as null, arrays and tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):  # numpy, without importing it
        return plain(value.tolist())
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def dedented(schema: Mapping[str, Any]) -> JsonObject:
    """A schema whose descriptions have no indentation of code, whichever release of the library wrote it."""
    return {key: _flush(inner) for key, inner in schema.items()}


def _flush(value: Any) -> Json:
    if isinstance(value, dict):
        return dedented(value)
    if isinstance(value, list):
        return [_flush(inner) for inner in value]
    return cleandoc(value) if isinstance(value, str) and "\n" in value else value
