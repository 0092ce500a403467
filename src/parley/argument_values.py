"""Values as an argument's kind takes them: numbers, flags, texts, days and arrays in whatever form a user has them, or what is wrong."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.codes import day
from parley.errors import DateError, InputError

if TYPE_CHECKING:
    from numpy import ndarray

LONGEST = 60  # characters of a value that an error quotes
LONGEST_NAME = 255  # bytes of a file's name (NAME_MAX of common file systems)
LARGEST = 2**63 - 1  # of whole numbers


WORDS = {"U": "texts", "S": "bytes", "O": "objects that are no numbers", "b": "True and False", "M": "days"}


class Wrong(Exception):
    """A value that is not taken. place: where inside of the value, as [2] or ['usmca']."""

    def __init__(
        self, found: str, allowed: str = "", hint: str = "", place: str = "", kind: type[InputError] | None = None
    ) -> None:
        super().__init__(found)
        self.found, self.allowed, self.hint, self.place, self.kind = found, allowed, hint, place, kind


def in_words(value: Any) -> str:
    """A value that was found, as an error quotes it."""
    if shape_of(value) == () and getattr(value, "mask", False):
        return "a masked value"
    if isinstance(value, str):
        return f"the text {_cut(str(value))!r}"
    if (
        value is None
        or isinstance(value, (bool, float, complex, Decimal, date))
        or (type(value).__module__ == "numpy" and not shape_of(value))
    ):
        return _cut(str(value))
    if isinstance(value, int):
        return _cut(str(value)) if abs(value) < 10**LONGEST else f"a number of {value.bit_length()} bits"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if (shape := shape_of(value)) is not None:
        return f"an array of {getattr(value, 'dtype', 'unknown type')}, shape {shape}"
    if isinstance(value, (list, tuple, set, frozenset, Mapping)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"


def shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of an array of whatever library; None of anything else."""
    shape = getattr(value, "shape", None)
    return tuple(shape) if isinstance(shape, tuple) else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _one(value: Any) -> Any:
    """What an array without axes holds; any other value as it is. Raises Wrong for a masked one, which NumPy gives as 0."""
    if shape_of(value) != () or not hasattr(value, "item"):
        return value
    if getattr(value, "mask", False):
        raise Wrong(in_words(value), "a number that is known")
    return value.item()


def is_flag(value: Any) -> bool:
    """Whether a value is True or False, of Python or NumPy."""
    return isinstance(value, bool) or (
        getattr(getattr(value, "dtype", None), "kind", "") == "b" and shape_of(value) == ()
    )


def as_number(value: Any) -> float:
    """A finite real number. Raises Wrong."""
    plain = _one(value)
    if is_flag(value) or not isinstance(plain, (Real, Decimal)):
        raise Wrong(in_words(value), "a number")
    try:
        finite = math.isfinite(plain)
    except (OverflowError, ValueError):  # beyond any float; a decimal that signals
        finite = False
    if not finite:
        raise Wrong(in_words(value), "a finite number")
    return plain if isinstance(plain, (int, float)) else float(plain)


def as_whole(value: Any) -> int:
    """A whole number of 64 bits. Raises Wrong."""
    plain = _one(value)
    if is_flag(value) or not isinstance(plain, Integral):
        raise Wrong(in_words(value), "a whole number")
    if abs(int(plain)) > LARGEST:
        raise Wrong(in_words(value), f"a whole number of at most {LARGEST:,}")
    return int(plain)


def as_flag(value: Any) -> bool:
    """True or False, Python's or NumPy's. Raises Wrong."""
    if not is_flag(value):
        raise Wrong(in_words(value), "True or False")
    return bool(value)


def as_text(value: Any) -> str:
    """A text. Raises Wrong."""
    if not isinstance(value, str):
        raise Wrong(in_words(value), "a text")
    return str(value)


def as_day(value: Any) -> date:
    """A calendar day, given as `codes.day` reads it. Raises Wrong."""
    if type(value) is date:
        return value
    try:
        return day(value)
    except DateError as error:
        raise Wrong(error.found if isinstance(value, str) else in_words(value), error.allowed, kind=DateError) from None


def as_file_name(value: Any) -> str | os.PathLike[str]:
    """The name of a file, a text or a Path, that a file system can hold. Raises Wrong."""
    if not isinstance(value, (str, os.PathLike)) or isinstance(os.fspath(value), bytes):
        raise Wrong(in_words(value), "a path, as text or Path")
    name = str(os.fspath(value))
    try:
        longest = max(map(len, os.fsencode(name).split(b"/")))
    except UnicodeEncodeError:
        raise Wrong("a name that no file system can hold", "a path of valid Unicode") from None
    if not name or "\0" in name or longest > LONGEST_NAME:
        found = "a name with a zero byte" if "\0" in name else f"a name of {longest} bytes" if name else "an empty name"
        raise Wrong(found, f"a path without zero bytes, of 1 to {LONGEST_NAME} bytes between two strokes")
    return value


def as_path(value: Any) -> Path:
    """The Path of a file, given as a text or a Path. Raises Wrong."""
    name = as_file_name(value)
    return name if isinstance(name, Path) else Path(name)


def as_floats(value: Any) -> ndarray:
    """An array of floats: itself where it is one, else of real numbers in whatever form. Raises Wrong."""
    from numpy import asarray, errstate, ma

    from parley.frozen import ARRAYS

    if type(value) in ARRAYS and value.dtype == float:
        return value
    allowed = "an array of real numbers"
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise Wrong(in_words(value), allowed)
    if hidden := int(ma.count_masked(value)) if isinstance(value, ma.MaskedArray) else 0:
        raise Wrong(f"{in_words(value)}, {hidden} of its cells masked", allowed, "Fill them first: array.filled(0.0)")
    if _has_labels(value):
        hint = "Put it in the world's own order and give its numbers alone: .to_numpy()"
        raise Wrong(f"a {type(value).__name__} with labels, which are not looked at", allowed, hint)
    try:
        found = asarray(value)
        if found.dtype.kind == "O" and found.ndim and all(map(_is_real, found.flat)):
            found = found.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise Wrong(f"{in_words(value)}, which makes no array", f"{allowed}, all rows of one length") from None
    if found.dtype.kind == "c":
        raise Wrong(f"{in_words(found)}: it has imaginary parts", allowed)
    if found.dtype.kind not in "fiu":
        held = WORDS.get(found.dtype.kind, str(found.dtype))
        raise Wrong(f"an array of {held}" if found.ndim else in_words(value), allowed)
    with errstate(over="ignore"):  # what no double holds is infinite then, and refused as such
        return asarray(found, dtype=float)


def _has_labels(value: Any) -> bool:
    """Whether rows or columns have names of their own (pandas, xarray), which may stand in another order than a world's."""
    axes = [names() for name in ("index", "columns") if (names := getattr(getattr(value, name, None), "tolist", None))]
    return any(names != [*range(len(names))] for names in axes) or bool(len(getattr(value, "coords", ())))


def _is_real(value: Any) -> bool:
    return isinstance(value, (Real, Decimal)) and not is_flag(value)
