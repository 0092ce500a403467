"""Arguments checked once, at the door: what a public function's annotations say is what it takes.

`@checked` above a function or a dataclass reads its annotations when it is first called. A value that they do not allow is refused
with its place, what was found and what is allowed; one that they do is handed on in the form that is used inside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from inspect import Parameter, get_annotations, signature
from typing import Annotated, Any, NamedTuple, ParamSpec, TypeVar, overload

from parley.argument_kinds import Kind, kind_of
from parley.argument_values import Wrong
from parley.errors import InputError, did_you_mean, nearest
from parley.question import Says

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)
T = TypeVar("T")
FileName = Annotated[str, Says("a file's name", form="path")]  # or its Path


class Plan(NamedTuple):
    """How the arguments of a function are taken. ordered: those that may be given by place. kinds: None where anything is allowed.

    shaped: those whose axes are named. needed: those without a default. further: whether any other name may be given.
    """

    name: str
    error: type[InputError]
    ordered: tuple[tuple[str, Kind | None], ...]
    kinds: dict[str, Kind | None]
    shaped: tuple[tuple[str, tuple[str, ...]], ...]
    needed: tuple[str, ...]
    further: bool

    def call(self, function: Callable[..., R], args: tuple[Any, ...], named: dict[str, Any]) -> R:
        """The answer to a call, each argument in the form that is used. Raises the function's own kind of InputError."""
        made, name, kind = [*args], "", None
        try:
            for k, ((name, kind), value) in enumerate(zip(self.ordered, args, strict=False)):  # noqa: B007
                if kind is not None and type(value) not in kind.exact:
                    made[k] = kind.take(value)
        except Wrong as fault:
            raise self._wrong(name, kind, fault) from None
        named = self.words(named) if named else named
        if self.shaped:
            self._check_axes(dict(zip((name for name, _ in self.ordered), made, strict=False)) | named)
        try:
            return function(*made, **named)
        except TypeError as error:
            inside = error.__traceback__ and error.__traceback__.tb_next  # None: the call itself could not be made
            if inside is None and (fault := self._call(args, named)) is not None:
                raise fault from None
            raise

    def words(self, named: Mapping[str, Any]) -> dict[str, Any]:
        """Some of the arguments by name, each in the form that is used."""
        given, name, kind = dict(named), "", None
        try:
            for name, value in named.items():
                kind = self.kinds.get(name)
                if kind is not None and type(value) not in kind.exact:
                    given[name] = kind.take(value)
                elif kind is None and name not in self.kinds and not self.further:
                    raise self._unknown(name)
        except Wrong as fault:
            raise self._wrong(name, kind, fault) from None
        return given

    def _wrong(self, name: str, kind: Kind | None, fault: Wrong) -> InputError:
        allowed = fault.allowed or (kind.says if kind else "")
        return (fault.kind or self.error)(f"{self.name}: {name}{fault.place}", fault.found, allowed, fault.hint)

    def _check_axes(self, given: Mapping[str, Any]) -> None:
        """Axes of one name are of one length."""
        sizes: dict[str, tuple[int, str]] = {}
        for name, dims in self.shaped:
            array = given.get(name)
            if array is None:
                continue
            if array.ndim != len(dims):
                raise self.error(
                    f"{self.name}: {name}", f"shape {array.shape}", f"{len(dims)} axes: [{', '.join(dims)}]"
                )
            for axis, size in zip(dims, array.shape, strict=True):
                held, first = sizes.setdefault(axis, (size, name))
                if held != size:
                    raise self.error(
                        f"{self.name}: {name}", f"shape {array.shape}, where {first} has {held} along {axis}",
                        f"[{', '.join(dims)}] with {held} along {axis}",
                    )  # fmt: skip

    def _call(self, args: tuple[Any, ...], named: Mapping[str, Any]) -> InputError | None:
        """The error for arguments that are too many, given twice or missing; None where all are in place."""
        places = [name for name, _ in self.ordered]
        own = len(places) - len(self.said(places))  # the value or class itself, which no caller writes
        if len(args) > len(places):
            most = f"at most {len(places) - own}: {', '.join(self.said(places))}; others by name"
            return self.error(self.name, f"{len(args) - own} arguments by place", most)
        if twice := [name for name in places[: len(args)] if name in named]:
            return self.error(f"{self.name}: {twice[0]}", "given twice", "once, by place or by name")
        missing = [name for name in self.needed if name not in named and name not in places[: len(args)]]
        if missing:
            return self.error(self.name, f"{' and '.join(missing)} not given", f"all of {', '.join(self.needed)}")
        return None

    def _unknown(self, name: str) -> InputError:
        known = self.said(self.kinds)
        return self.error(self.name, f"no argument {name!r}", ", ".join(known), did_you_mean(nearest(name, known)))

    @staticmethod
    def said(names: Iterable[str]) -> list[str]:
        """The arguments that a caller writes: all but the value or class whose method it is."""
        return [name for name in names if name not in ("self", "cls")]


@cache
def plan_of(function: Callable[..., Any], error: type[InputError] = InputError) -> Plan:
    """The Plan of a function, or of a class as it is made, from its signature. A class may leave fields to itself: `OPEN`."""
    parameters, names = signature(function).parameters.values(), vars(sys.modules[function.__module__])
    found = [p for p in parameters if p.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)]
    said = {
        name: held
        for kind in reversed(getattr(function, "__mro__", ()))
        for name, held in get_annotations(kind).items()
    }
    written = {p.name: said.get(p.name, p.annotation) for p in found}
    written |= dict.fromkeys(getattr(function, "OPEN", ()))
    kinds = {name: kind_of(text, names) if isinstance(text, str) else None for name, text in written.items()}
    return Plan(
        name=function.__qualname__.removesuffix(".__init__"),
        error=error,
        ordered=tuple((p.name, kinds[p.name]) for p in found if p.kind is not Parameter.KEYWORD_ONLY),
        kinds=kinds,
        shaped=tuple(
            (p, kind.dims) for p, kind in kinds.items() if kind and kind.dims and "*" not in "".join(kind.dims)
        ),
        needed=tuple(Plan.said(p.name for p in found if p.default is Parameter.empty)),
        further=any(p.kind is Parameter.VAR_KEYWORD for p in parameters),
    )


@overload
def checked(made: Callable[P, R]) -> Callable[P, R]: ...
@overload
def checked(*, error: type[InputError]) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def checked(made: Any = None, *, error: type[InputError] = InputError) -> object:
    """The function with its arguments checked by its annotations, each call once. error: what is raised; an InputError.

    Examples
    --------
    >>> @checked
    ... def doubled(rate: float) -> float:
    ...     return 2 * rate
    >>> doubled("0.1")
    Traceback (most recent call last):
    parley.errors.InputError: doubled: rate: the text '0.1'. Allowed: a number.
    """
    if made is None:
        return lambda function: checked_function(function, error)
    return checked_function(made, error)


def checked_function(function: Callable[P, R], error: type[InputError]) -> Callable[P, R]:
    """A function behind its Plan, which is made at the first call."""

    @wraps(function)
    def called(*args: P.args, **named: P.kwargs) -> R:
        return plan_of(function, error).call(function, args, named)

    return called


def checked_fields(kind: C) -> C:
    """A dataclass whose fields are checked by their annotations as it is made; it stands above @dataclass.

    Where it defines `_check`, that says what its values must satisfy together, once each of them is of its kind.
    """
    made, check = checked_function(kind.__init__, InputError), getattr(kind, "_check", None)

    @wraps(kind.__init__)
    def filled(self: Any, *args: Any, **named: Any) -> None:
        made(self, *args, **named)
        if check is not None:
            check(self)

    kind.__init__ = filled  # type: ignore[misc]
    return kind


def refuse_cells(where: str, what: str, bad: Any, values: Any, allowed: str) -> None:
    """Raises InputError for the first bad cell of an array, by its place, where there is one. what: the array's name."""
    if bad.any():
        at = tuple(int(k) for k in zip(*bad.nonzero(), strict=True).__next__())
        more = f" (and {int(bad.sum()) - 1} more cells)" if bad.sum() > 1 else ""
        raise InputError(where, f"{what} is {values[at]} at {list(at)}{more}", allowed)


def unchecked(kind: type[T], *fields: Any) -> T:
    """A value of a class with `checked_fields` whose fields its maker answers for: for what solvers make a thousand times."""
    made = kind.__new__(kind)
    kind.__init__.__wrapped__(made, *fields)  # type: ignore[attr-defined]
    return made


def check_finite(where: str, *named: tuple[str, Any]) -> None:
    """Refuses arrays with NaN or infinity: (name, array or None), with the place of the first. Raises InputError."""
    import numpy as np

    for name, array in named:
        if array is not None:
            refuse_cells(where, name, ~np.isfinite(array), array, "a finite number")


__all__ = ["FileName", "Plan", "check_finite", "checked", "checked_fields", "plan_of", "refuse_cells", "unchecked"]
