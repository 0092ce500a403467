"""Values whose arrays cannot be changed in place: a certified number must not move under the hands of who reads it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, TypeVar

from numpy import ndarray

Kind = TypeVar("Kind", bound=type)
Array = TypeVar("Array", bound=ndarray)
_MAY_HOLD = ("ndarray", "Any", "object")  # of a field's annotation


def frozen(array: Array) -> Array:
    """The array itself, read-only from now on: for whoever has just made it and keeps no other name of it."""
    array.setflags(write=False)
    base = array.base
    while isinstance(base, ndarray):  # of a transposed or cut view
        base.setflags(write=False)
        base = base.base
    return array


def read_only(kind: Kind) -> Kind:
    """A class whose arrays are read-only; it stands between a class and its @dataclass(frozen=True).

    An array that can still be written to belongs to somebody else and is copied, in its own layout; one that nobody can
    write to is kept as it is. What comes out of a pickle or a deep copy is read-only too.
    """
    assert "__post_init__" not in vars(kind), f"{kind.__name__} has a __post_init__ of its own"
    kinds = kind.__annotations__.items()
    names = tuple(name for name, said in kinds if any(word in str(said) for word in _MAY_HOLD))

    def keep(self: Any) -> None:
        held = self.__dict__
        for name in names:
            value = held[name]
            if type(value) is ndarray:  # most values, and solvers make many
                if value.flags.writeable or (value.base is not None and not _is_settled(value)):
                    held[name] = _copied(value)
            elif value is not None:
                held[name] = _kept(value)

    kind.__post_init__ = keep  # pyright: ignore[reportAttributeAccessIssue]
    kind.__setstate__ = _restore  # pyright: ignore[reportAttributeAccessIssue]
    return kind


def _kept(value: Any) -> Any:
    """A value that may hold arrays, with these read-only: itself, where they are."""
    if isinstance(value, ndarray):
        return value if _is_settled(value) else _copied(value)
    if isinstance(value, (tuple, list)) and _holds_arrays(value):
        return type(value)([_kept(v) for v in value])
    if isinstance(value, (dict, MappingProxyType)) and _holds_arrays(value.values()):
        return {key: _kept(v) for key, v in value.items()}
    return value


def _copied(array: ndarray) -> ndarray:
    """A copy in the array's own layout that nobody else has."""
    made = array.copy("K")
    made.setflags(write=False)  # three times as fast as flags.writeable
    return made


def _holds_arrays(values: Any) -> bool:
    """Whether one of some values is an array."""
    return any(isinstance(v, ndarray) for v in values)


def _is_settled(array: ndarray) -> bool:
    """Whether nobody can write to an array, under this name or another."""
    if array.flags.writeable:
        return False
    base = array.base
    while isinstance(base, ndarray):
        if base.flags.writeable:
            return False
        base = base.base
    return True


def _restore(self: Any, state: dict[str, Any]) -> None:
    """What was pickled or deeply copied: new arrays, which nobody else has."""
    self.__dict__.update(state)
    for value in state.values():
        within = value.values() if isinstance(value, (dict, MappingProxyType)) else value
        for array in within if isinstance(within, (tuple, list)) or within is not value else (value,):
            if isinstance(array, ndarray):
                frozen(array)
