"""What an annotation allows: each kind takes a value as it will be used, or says what was found and what is allowed.

Kind of annotation → what it takes: a number or an array (any real numbers, never flags, texts, masks or imaginary parts), a flag,
a text, a day in any form, names as a list, a class of ours. What an annotation does not bind is not checked.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, is_typeddict

from parley.argument_values import (
    LONGEST,
    Wrong,
    as_day,
    as_file_name,
    as_flag,
    as_floats,
    as_number,
    as_path,
    as_text,
    as_whole,
    in_words,
    shape_of,
)
from parley.errors import InputError, did_you_mean, nearest
from parley.question import Says


class Kind(NamedTuple):
    """says: what is allowed, in words. take: the value as it is used; raises Wrong. exact: types of which every value is taken as it is.
    dims: the axes of an array, where named."""

    says: str
    take: Callable[[Any], Any]
    exact: tuple[type, ...] = ()
    dims: tuple[str, ...] = ()


class Shaped:
    """Stands for an array in an annotation: `Float[ndarray, "n i s"]` is a subclass with these axes."""

    dims: tuple[str, ...] = ()

    def __class_getitem__(cls, said: Any) -> type[Shaped]:
        return type("Shaped", (Shaped,), {"dims": tuple(str(said[1]).split()) if isinstance(said, tuple) else ()})


class _Inside(type):
    """What an unloaded module holds."""

    def __getattr__(cls, name: str) -> type[Unloaded]:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Unloaded,), {})


class Unloaded(metaclass=_Inside):
    """Stands for a class, or a module of classes, that the module names for type checkers alone: known by its name."""

    def __class_getitem__(cls, _: Any) -> type[Unloaded]:
        return cls


class _Names(dict[str, Any]):
    """What the names in an annotation stand for."""

    def __missing__(self, name: str) -> Any:
        held = vars(builtins)
        return held[name] if name in held else type(name, (Unloaded,), {})


def kind_of(annotation: str, names: Mapping[str, Any]) -> Kind | None:
    """The kind of an annotation as it is written, in a module of these names; None where it allows anything."""
    meant = _Names(names, Float=Shaped, Int=Shaped, Bool=Shaped, ArrayLike=Shaped)
    return _kind(eval(annotation, {"__builtins__": {}}, meant))


def _kind(meant: Any) -> Kind | None:
    """The kind of a type."""
    origin = get_origin(meant)
    if meant in PLAIN:
        return PLAIN[meant]
    if origin is Annotated:
        own, *said = get_args(meant)
        ends = next((says for says in said if isinstance(says, Says)), None)
        if ends and ends.form == "path":
            return Kind("a path", lambda value: str(as_file_name(value)))
        return _within(_kind(own), ends) if ends else _kind(own)
    if origin in (Union, UnionType):
        return _one_of([_kind(member) for member in get_args(meant)])
    if origin is Literal:
        return _words(get_args(meant))
    if origin is Callable:
        return Kind("a function", _if(callable, "a function"))
    if isinstance(origin, type):
        return _of_items(origin, get_args(meant))
    return _of_class(meant)


def _of_class(meant: Any) -> Kind | None:
    if is_typeddict(meant):
        return Kind("a mapping", _if(lambda value: isinstance(value, Mapping), "a mapping"))
    if meant in (Any, object, Hashable) or isinstance(meant, TypeVar) or not isinstance(meant, type):
        return None
    if issubclass(meant, Shaped):
        return Kind(
            f"an array [{', '.join(meant.dims)}] of numbers" if meant.dims else "an array of numbers",
            as_floats,
            dims=meant.dims,
        )
    if (meant.__module__, meant.__name__) == ("numpy", "ndarray"):
        return _of_class(Shaped)
    says = f"{'an' if meant.__name__[0] in 'AEIO' else 'a'} {meant.__name__}"
    if issubclass(meant, Unloaded):
        return Kind(says, _if(lambda value: meant.__name__ in [kind.__name__ for kind in type(value).__mro__], says))

    def take(value: Any) -> object:
        if type(value) is not meant and (not isinstance(value, meant) or isinstance(value, type)):
            raise Wrong(in_words(value), says)
        return value

    return Kind(says, take, exact=(meant,))


def _if(fits: Callable[[Any], bool], allowed: str) -> Callable[[Any], Any]:
    """Takes what fits as it is."""

    def take(value: Any) -> object:
        if not fits(value):
            raise Wrong(in_words(value), allowed)
        return value

    return take


NUMBER, TEXT, DAY = (
    Kind("a number", as_number),
    Kind("a text", as_text, (str,)),
    Kind("a day: YYYY-MM-DD, a date, or a number such as 20250502", as_day, (date,)),
)
FILE_NAME = Kind("a path", as_file_name)
NOTHING = Kind("None", _if(lambda value: value is None, "None"), (NoneType,))
PLAIN: dict[Any, Kind | None] = {
    float: NUMBER, int: Kind("a whole number", as_whole), bool: Kind("True or False", as_flag, (bool,)), str: TEXT, date: DAY,
    Path: Kind("a path", as_path),
    NoneType: NOTHING, None: NOTHING,
}  # fmt: skip


def _within(kind: Kind | None, ends: Says) -> Kind | None:
    """Numbers between their ends."""
    if kind is None or (ends.low, ends.high, ends.above) == (None, None, None):
        return kind
    least = (
        f" above {ends.above:g}"
        if ends.above is not None
        else f" of {ends.low:g} or more"
        if ends.low is not None
        else ""
    )
    if kind.says == "a text":
        least = f" of {ends.low or 0:g} characters or more" if ends.low else ""
    says = f"{kind.says}{least}" + (f"{' and' if least else ''} at most {ends.high:g}" if ends.high is not None else "")

    def take(value: Any) -> object:
        if ends.high == math.inf and isinstance(value, float) and value == math.inf:  # said to be allowed
            return value
        found = kind.take(value)
        size = len(found) if isinstance(found, str) else found
        if (
            (ends.above is not None and size <= ends.above)
            or (ends.low is not None and size < ends.low)
            or (ends.high is not None and size > ends.high)
        ):
            raise Wrong(in_words(value), says)
        return found

    return Kind(says, take)


def _words(allowed: tuple[Any, ...]) -> Kind:
    """One of some words."""
    says = "one of " + ", ".join(repr(word) for word in allowed)

    def take(value: Any) -> object:
        if not isinstance(value, str) or value not in allowed:
            raise Wrong(in_words(value), says, did_you_mean(nearest(value, allowed)) if isinstance(value, str) else "")
        return str(value)

    return Kind(says, take)


def _one_of(kinds: list[Kind | None]) -> Kind | None:
    """The first kind that takes a value; a day in any form where a date is one of them."""
    held = [kind for kind in kinds if kind is not None]
    if len(held) < len(kinds):
        return None
    if DAY in held:
        held = [kind for kind in held if kind.says not in ("a text", "a whole number")]
    if PLAIN[Path] in held and TEXT in held:  # the text stays a text
        held = [FILE_NAME if kind == PLAIN[Path] else kind for kind in held if kind != TEXT]
    plain = [kind for kind in held if kind.says != "None"]
    empty = len(plain) < len(held)
    says = (
        ", ".join(kind.says for kind in plain[:-1])
        + (" or " if plain[1:] else "")
        + plain[-1].says
        + (", or None" if empty else "")
    )

    exact = {kind for member in held for kind in member.exact}

    def take(value: Any) -> object:
        if type(value) in exact:
            return value
        faults = []
        for kind in plain:
            try:
                return kind.take(value)
            except Wrong as fault:
                faults.append(fault)
        told = faults[0] if len(faults) == 1 else next((fault for fault in faults if fault.place), None)
        if told is None:  # an array is told what is wrong with it as one: masks, imaginary parts, objects
            pairs = zip(plain, faults, strict=True)
            array = next((fault for kind, fault in pairs if kind.take is as_floats and shape_of(value)), None)
            raise Wrong(array.found, says, array.hint) if array else Wrong(in_words(value), says)
        raise told

    return Kind(says, take, tuple(exact), plain[0].dims if len(plain) == 1 else ())


def _of_items(origin: type, inside: tuple[Any, ...]) -> Kind | None:
    """Lists, tuples and mappings."""
    if issubclass(origin, Mapping):
        return _mapping(*(_kind(member) for member in inside))
    if issubclass(origin, type) or not issubclass(origin, Iterable):
        return _of_class(origin)
    if origin is tuple and (len(inside) < 2 or inside[1] is not ...):
        return _row([_kind(member) for member in inside])
    return _items(_kind(inside[0]), lazy=origin is Iterable or origin is Iterator)


def _mapping(key: Kind | None, held: Kind | None) -> Kind:
    says = "a mapping" + (f" from {key.says}" if key else "") + (f" to {held.says}" if held else "")

    def take(value: Any) -> object:
        if not isinstance(value, Mapping):
            raise Wrong(in_words(value), says)
        made = {}
        for name, inner in value.items():
            place = f"[{name!r}]"
            made[_at(place, key, name) if key else name] = _at(place, held, inner) if held else inner
        return value if all(made[name] is inner for name, inner in value.items() if name in made) else made

    return Kind(says, take)


def _at(place: str, kind: Kind, value: Any) -> Any:
    """An item, with its place in the error."""
    try:
        return kind.take(value)
    except Wrong as fault:
        fault.place = place + fault.place
        raise


def _items(kind: Kind | None, lazy: bool) -> Kind:
    """Several of a kind, as a tuple; where they come one by one, each is checked as it comes."""
    says = f"a list, each {kind.says}" if kind else "a list"

    def take(value: Any) -> object:
        unordered = isinstance(value, (set, frozenset))
        if not _is_several(value) or (unordered and not all(isinstance(inner, str) for inner in value)):
            hint = f"Write [{value!r}]" if isinstance(value, str) and len(value) < LONGEST else ""
            raise Wrong(in_words(value), says, hint)
        if lazy and not isinstance(value, (list, tuple)):
            return _drawn(kind, value)
        held = sorted(value) if unordered else value
        made = tuple(held) if kind is None else tuple(_at(f"[{k}]", kind, inner) for k, inner in enumerate(held))
        return value if type(value) is tuple and all(a is b for a, b in zip(made, value, strict=True)) else made

    return Kind(says, take)


def _is_several(value: Any) -> bool:
    """Whether a value gives items one by one, and is no text and no mapping."""
    return hasattr(value, "__iter__") and shape_of(value) != () and not isinstance(value, (str, bytes, Mapping, type))


def _drawn(kind: Kind | None, values: Iterable[Any]) -> Iterator[Any]:
    """Each of some values as it comes."""
    for k, value in enumerate(values):
        try:
            yield kind.take(value) if kind else value
        except Wrong as fault:
            raise (fault.kind or InputError)(f"item {k}{fault.place}", fault.found, fault.allowed, fault.hint) from None


def _row(kinds: list[Kind | None]) -> Kind:
    """So many values, each of its own kind."""
    says = f"{len(kinds)} values: " + ", ".join(kind.says if kind else "any" for kind in kinds)

    def take(value: Any) -> object:
        if (
            isinstance(value, (str, bytes, Mapping, set, frozenset))
            or not hasattr(value, "__len__")
            or shape_of(value) == ()
        ):
            raise Wrong(in_words(value), says)
        held = tuple(value)
        if len(held) != len(kinds):
            raise Wrong(f"{len(held)} values", says)
        pairs = enumerate(zip(kinds, held, strict=True))
        return tuple(_at(f"[{k}]", kind, inner) if kind else inner for k, (kind, inner) in pairs)

    return Kind(says, take)
