"""Mappings and lists that refuse to be changed: what a value that does not change holds, and what its readers take for plain ones."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

Kind = TypeVar("Kind", bound=type)
MAY_HOLD = ("Any", "object", "Mapping", "dict", "list", "Sequence", "set")  # of a field's annotation
PLAIN = ("str", "int", "float", "bool", "date")


def _refused(self: Any, *_: Any, **__: Any) -> NoReturn:
    plain = type(self).__mro__[1].__name__
    raise TypeError(f"this {plain} belongs to a value that does not change; {plain}(it) is a copy that may")


class FrozenDict(dict[Any, Any]):
    """A dict that refuses to be changed."""

    __setitem__ = __delitem__ = __ior__ = _refused  # pyright: ignore[reportAssignmentType]
    pop = popitem = clear = update = setdefault = _refused  # pyright: ignore[reportAssignmentType]

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


class FrozenList(list[Any]):
    """A list that refuses to be changed."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refused  # pyright: ignore[reportAssignmentType]
    append = extend = insert = pop = remove = clear = sort = reverse = _refused  # pyright: ignore[reportAssignmentType]

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenList, (list(self),)


def fixed(value: Any, other: Callable[[Any], Any] = lambda value: value) -> Any:
    """A value whose mappings and lists cannot be changed: itself, where they cannot. other: what becomes of any other value."""
    found = type(value)
    if found in (dict, MappingProxyType):
        return FrozenDict({key: fixed(v, other) for key, v in value.items()})
    if found is list:
        return FrozenList(fixed(v, other) for v in value)
    if found is set:
        return frozenset(value)
    if issubclass(found, tuple):
        made = tuple(fixed(v, other) for v in value)
        if all(a is b for a, b in zip(made, value, strict=True)):
            return value
        return made if found is tuple else value._make(made)  # of names
    return other(value)


def fixed_fields(kind: Kind) -> Kind:
    """A class whose mappings and lists cannot be changed; it stands between a class without arrays and its @dataclass(frozen=True)."""
    assert "__post_init__" not in vars(kind), f"{kind.__name__} has a __post_init__ of its own"
    names = tuple(name for name, said in kind.__annotations__.items() if str(said).removesuffix(" | None") not in PLAIN)

    def keep(self: Any) -> None:
        held = self.__dict__
        held.update({name: fixed(held[name]) for name in names})

    kind.__post_init__ = keep  # pyright: ignore[reportAttributeAccessIssue]
    return kind
