"""Values of the rooms under the keys of `--json` (design §7). A test holds each beside the command's own output."""

from __future__ import annotations

from typing import Any

MATCH = ("product", "description", "rate_unit", "base", "unit")


def _named(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def matches(found: list[Any]) -> dict[str, Any]:
    """The object of `law find`."""
    return {"matches": [_named(m, MATCH) for m in found]}


def measure(m: Any) -> dict[str, Any]:
    """One row of an act, as `law measures` prints it."""
    import msgspec

    return {n: v for n, v in msgspec.to_builtins(m).items() if n != "folder"} | {"source": m.source}
