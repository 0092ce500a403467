"""Values whose arrays, mappings and lists cannot be changed in place: a certified number must not move under the hands of who reads it."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from numpy import asarray, ndarray

from parley.fixed import MAY_HOLD, FrozenDict, FrozenList, fixed

Kind = TypeVar("Kind", bound=type)


class Sealed(ndarray):
    """An array of a value that does not change: its shape and kind of numbers stay too, which NumPy lets anybody set.

    What is reckoned from it is a plain array, as is what comes out of a pickle.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not self.flags.writeable:
            self._refuse(name)
        super().__setattr__(name, value)

    def __setstate__(self, *_: Any) -> NoReturn:
        self._refuse("its state")

    def _refuse(self, what: str) -> NoReturn:
        raise ValueError(
            f"this array is read-only, {what} too; reshape() and view() give other forms of it, copy() one to write to"
        )

    def __array_wrap__(self, array: ndarray, _: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if return_scalar else array

    def __reduce_ex__(self, protocol: Any) -> Any:
        return asarray(self).__reduce_ex__(min(protocol, 4))  # from 5 on, what may not be written to stays so

    def __repr__(self) -> str:
        return repr(asarray(self))


ARRAYS = (ndarray, Sealed)  # of exactly these kinds: a mask or a matrix is more than its numbers


class _Memory(ndarray):
    """Memory that was sealed: it is reached through a view that cannot be made writable again."""


def frozen(array: ndarray) -> ndarray:
    """A view of an array's memory that nobody can make writable: for whoever has just made it and keeps no other name of it."""
    array.setflags(write=False)
    base = array.base
    while isinstance(base, ndarray):  # of a transposed or cut view
        base.setflags(write=False)
        base = base.base
    return asarray(memoryview(array.view(_Memory))).view(Sealed)  # pyright: ignore[reportArgumentType]


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
            if value is not None:
                held[name] = kept(value)

    kind.__post_init__ = keep  # pyright: ignore[reportAttributeAccessIssue]
    kind.__setstate__ = _restore  # pyright: ignore[reportAttributeAccessIssue]
    return kind


def kept(value: Any) -> Any:
    """A value whose arrays, mappings and lists cannot be changed: itself, where they cannot."""
    return fixed(value, _sealed)


def _sealed(value: Any) -> Any:
    """An array that nobody can change: itself, a view of sealed memory, or a copy in its own layout that nobody else has."""
    if type(value) not in ARRAYS or (type(value) is Sealed and _has_sealed_memory(value)):
        return value
    return value.view(Sealed) if _has_sealed_memory(value) else frozen(value.copy("K"))


def _has_sealed_memory(array: ndarray) -> bool:
    """Whether nobody can write to what an array shows, under this name or another."""
    base: Any = array.base
    while type(base) in ARRAYS:
        base = base.base
    return type(base) is memoryview and type(base.obj) is _Memory


def _restore(self: Any, state: dict[str, Any]) -> None:
    """What was pickled or deeply copied: new arrays, which nobody else has."""
    self.__dict__.update({name: _sealed_anew(value) for name, value in state.items()})


def _sealed_anew(value: Any) -> Any:
    """Arrays that a pickle has just made, sealed without another copy, wherever they are."""
    if type(value) in ARRAYS and not _has_sealed_memory(value):
        return frozen(value)
    if type(value) in (tuple, FrozenList, FrozenDict):
        inner = [_sealed_anew(v) for v in (value.values() if isinstance(value, dict) else value)]
        return FrozenDict(zip(value, inner, strict=True)) if isinstance(value, dict) else type(value)(inner)
    return value
