"""Array shapes checked in every test run, and each kind of call once: jaxtyping's hook, with beartype, for the numeric rooms.

A check costs a tenth of a millisecond, ten times what many a function takes. What it finds hangs on the types of a call's
arguments and answer, and on the shapes and kinds of its arrays: where all of these have been found right for a function,
the same again is not checked again. An answer of another kind is, though its arguments be of a known one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from functools import update_wrapper, wraps
from types import CodeType, FunctionType
from typing import Any

import jaxtyping
from numpy import ndarray

Decorator = Callable[[Any], Any]
Seen = dict[Hashable, set[Hashable]]  # kinds of arguments → kinds of answers
SEEN: dict[
    int, tuple[CodeType, Seen]
] = {}  # by the identity of a function's code: those of two dataclasses can be equal


def install(rooms: list[str]) -> None:
    """Every function and dataclass of these modules is checked as it is imported."""
    plain = jaxtyping.jaxtyped
    jaxtyping.jaxtyped = lambda **how: lambda made: _decorated(made, plain(**how))  # what the hook writes above each
    jaxtyping.install_import_hook(rooms, "beartype.beartype")


def kind_of(value: Any) -> Hashable:
    """All of a value that an annotation of ours can speak of; of lists and dicts the ends (beartype looks at one item)."""
    found = type(value)
    deeper = DEEPER.get(ndarray if issubclass(found, ndarray) else found)
    return deeper(value) if deeper else found


def _of_list(value: list[Any]) -> Hashable:
    return (list, kind_of(value[0]), kind_of(value[-1])) if value else list


def _of_dict(value: dict[Any, Any]) -> Hashable:
    for first in value:
        return dict, kind_of(first), kind_of(value[first])
    return dict


DEEPER: dict[type, Callable[[Any], Hashable]] = {  # of any other value, its type is all
    ndarray: lambda value: (ndarray, value.shape, value.dtype),
    str: lambda value: value,  # for Literal
    tuple: lambda value: (tuple, *map(kind_of, value)),
    list: _of_list,
    dict: _of_dict,
}


def _decorated(made: Any, check: Decorator) -> Any:
    """A function, or a dataclass as it is made, checked once a kind of call; any other class as it is."""
    if isinstance(made, FunctionType):
        return once(made, check)
    if is_dataclass(made) and "__init__" in vars(made):
        made.__init__ = once(made.__init__, check)  # type: ignore[misc]
    return made


def once(plain: FunctionType, check: Decorator) -> Any:
    """The function, checked where its arguments or its answer are of a kind not seen before."""
    seen = SEEN.setdefault(id(plain.__code__), (plain.__code__, {}))[1]
    checks: list[Callable[..., Any]] = []

    @wraps(plain)
    def called(*args: Any, **named: Any) -> Any:
        key: Hashable = tuple(map(kind_of, args))
        if named:
            key = key, *named, *map(kind_of, named.values())
        answers = seen.get(key)
        if answers is None:
            checks[:] = checks or [check(plain)]
            answer = checks[0](*args, **named)
            seen.setdefault(key, set()).add(kind_of(answer))
            return answer
        answer = plain(*args, **named)
        if (kind := kind_of(answer)) not in answers:
            _given(plain, answer, check)(*args, **named)
            answers.add(kind)
        return answer

    return called


def _given(plain: FunctionType, answer: Any, check: Decorator) -> Callable[..., Any]:
    """A checked function with this one's signature that gives back an answer already computed."""

    def give(*_: Any, **__: Any) -> Any:
        return answer

    same_names = FunctionType(give.__code__, plain.__globals__, plain.__name__, None, give.__closure__)
    return check(update_wrapper(same_names, plain))
