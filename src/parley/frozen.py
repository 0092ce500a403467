"""Values whose arrays, mappings and lists cannot be changed in place: a certified number must not move under the hands of who reads it."""

from __future__ import annotations

from typing import Any, TypeVar

from numpy import asarray, ndarray

from parley.fixed import MAY_HOLD, FrozenDict, FrozenList, fixed

Kind = TypeVar("Kind", bound=type)


class _Memory(ndarray):
    """Memory that was sealed: it is reached through a view that cannot be made writable again."""


def frozen(array: ndarray) -> ndarray:
    """A view of an array's memory that nobody can make writable: for whoever has just made it and keeps no other name of it."""
    array.setflags(write=False)
    base = array.base
    while isinstance(base, ndarray):  # of a transposed or cut view
        base.setflags(write=False)
        base = base.base
    return asarray(memoryview(array.view(_Memory)))  # pyright: ignore[reportArgumentType]


def read_only(kind: Kind) -> Kind:
    """A class whose arrays, mappings and lists cannot be changed; it stands between a class and its @dataclass(frozen=True).

    An array that somebody could still write to belongs to somebody else and is copied, in its own layout; one that was
    sealed here is kept as it is. What comes out of a pickle or a deep copy is sealed too.
    """
    assert "__post_init__" not in vars(kind), f"{kind.__name__} has a __post_init__ of its own"
    kinds = kind.__annotations__.items()
    names = tuple(name for name, said in kinds if any(word in str(said) for word in ("ndarray", *MAY_HOLD)))

    def keep(self: Any) -> None:
        held = self.__dict__
        for name in names:
            value = held[name]
            if type(value) is ndarray:  # most values, and solvers make many
                if not _is_sealed(value):
                    held[name] = _copied(value)
            elif value is not None:
                held[name] = kept(value)

    kind.__post_init__ = keep  # pyright: ignore[reportAttributeAccessIssue]
    kind.__setstate__ = _restore  # pyright: ignore[reportAttributeAccessIssue]
    return kind


def kept(value: Any) -> Any:
    """A value whose arrays, mappings and lists cannot be changed: itself, where they cannot."""
    return fixed(value, _sealed)


def _sealed(value: Any) -> Any:
    return value if type(value) is not ndarray or _is_sealed(value) else _copied(value)


def _copied(array: ndarray) -> ndarray:
    """A copy in the array's own layout that nobody else has."""
    return frozen(array.copy("K"))


def _is_sealed(array: ndarray) -> bool:
    """Whether nobody can write to an array, under this name or another."""
    base = array.base
    while type(base) is ndarray:
        base = base.base
    return type(base) is memoryview and type(base.obj) is _Memory


def _restore(self: Any, state: dict[str, Any]) -> None:
    """What was pickled or deeply copied: new arrays, which nobody else has."""
    self.__dict__.update({name: _sealed_anew(value) for name, value in state.items()})


def _sealed_anew(value: Any) -> Any:
    """Arrays that a pickle has just made, sealed without another copy, wherever they are."""
    if type(value) is ndarray:
        return value if _is_sealed(value) else frozen(value)
    if type(value) in (tuple, FrozenList, FrozenDict):
        inner = [_sealed_anew(v) for v in (value.values() if isinstance(value, dict) else value)]
        return FrozenDict(zip(value, inner, strict=True)) if isinstance(value, dict) else type(value)(inner)
    return value
