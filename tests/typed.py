"""Whether an answer has exactly the type that it is said to have: every key named by the type, none besides, every value of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from re import fullmatch
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints
from typing import is_typeddict as is_typed_dict


def assert_is(answer: object, hint: Any) -> None:
    """Fails, naming each path, where an answer is not of a type: TypedDict, list, tuple, mapping, Literal, union or plain class."""
    found = list(faults(answer, hint))
    assert not found, "\n".join(found[:20])


def faults(value: object, hint: Any, at: str = "answer") -> Iterator[str]:
    """What is wrong with a value, one line each, with its path."""
    kind, parts = get_origin(hint), get_args(hint)
    if hint is Any or hint is object:
        return
    if kind in (Annotated, Required, NotRequired):
        yield from faults(value, parts[0], at)
    elif kind in (Union, UnionType):
        yield from _of_any(value, parts, at)
    elif kind is Literal:
        if value not in parts:
            yield f"{at}: {value!r} is none of {parts}"
    elif is_typed_dict(hint):
        yield from _of_keys(value, hint, at)
    elif kind is not None:
        yield from _of_parts(value, kind, parts, at)
    elif not _is_plain(value, NoneType if hint is None else hint):
        yield f"{at}: {value!r:.80} is {type(value).__name__}, not {getattr(hint, '__name__', hint)}"


def _is_plain(value: object, hint: type) -> bool:
    """An int passes for a float, a bool for neither; a day may be its ISO text, as JSON has it."""
    if isinstance(value, bool):
        return hint is bool
    if hint is date and isinstance(value, str):
        return fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    return isinstance(value, (int, float) if hint is float else hint)


def _of_any(value: object, hints: Sequence[Any], at: str) -> Iterator[str]:
    """A value of a union: of one of its types, or wrong in the way that is least wrong."""
    tried = [list(faults(value, hint, at)) for hint in hints if not (hint is NoneType and value is not None)]
    if all(tried):
        yield from min(tried, key=len)


def _of_keys(value: object, hint: Any, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{at}: {type(value).__name__}, not {hint.__name__}"
        return
    hints = get_type_hints(hint, include_extras=True)
    for name in sorted(_required(hint, hints) - value.keys()):
        yield f"{at}.{name}: missing, {hint.__name__} has it"
    for name in value:
        if name not in hints:
            yield f"{at}.{name}: {hint.__name__} has no such key"
        else:
            yield from faults(value[name], hints[name], f"{at}.{name}")


def _required(hint: Any, hints: Mapping[str, Any]) -> set[str]:
    """The keys that must be there: `__required_keys__` does not see NotRequired in annotations that are text."""
    kinds = {name: get_origin(inner) for name, inner in hints.items()}
    return {n for n, k in kinds.items() if k is Required or (n in hint.__required_keys__ and k is not NotRequired)}


def _of_parts(value: object, kind: Any, parts: Sequence[Any], at: str) -> Iterator[str]:
    """A list, tuple or mapping with its parts. An array of JSON may be a list where the type says tuple, and the reverse."""
    if issubclass(kind, Mapping):
        if not isinstance(value, Mapping):
            yield f"{at}: {type(value).__name__}, not a mapping"
            return
        for name, part in value.items():
            yield from faults(name, parts[0], f"{at} key")
            yield from faults(part, parts[1], f"{at}.{name}")
        return
    if not isinstance(value, list | tuple):
        yield f"{at}: {type(value).__name__}, not {kind.__name__}"
    elif kind is tuple and not (len(parts) == 2 and parts[1] is Ellipsis):
        if len(value) != len(parts):
            yield f"{at}: {len(value)} parts, not {len(parts)}"
        for i, (one, hint) in enumerate(zip(value, parts, strict=False)):
            yield from faults(one, hint, f"{at}[{i}]")
    else:
        for i, one in enumerate(value):
            yield from faults(one, parts[0], f"{at}[{i}]")
