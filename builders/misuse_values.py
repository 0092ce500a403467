"""Wrong values for an argument, by the kinds that its annotation declares: what a user writes by a slip, and what nobody should."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy import ndarray

ALIASES = {  # of annotations, by what they stand for
    "Named": "str | Mapping[str, float] | Objective",
    "Bounds": "tuple[float, float]",
    "Tolerance": "float",
    "NewRate": "float",
    "Count": "int",
    "FileName": "str",
    "Number": "float",
    "AverageReading": "Literal",
    "Reading": "Literal",
    "Progress": "Callable",
    "Tell": "Callable",
    "Change": "World",  # of an item: no plain value is one
    "Weights": "str | ndarray",
}
KINDS = {  # of the names in an annotation; any other name is a class of ours
    "None": "none", "str": "text", "float": "number", "int": "whole", "bool": "flag", "date": "day", "Path": "path",
    "ndarray": "array", "ArrayLike": "array", "Float": "array", "Mapping": "mapping", "Callable": "function", "Literal": "word",
    "Any": "any", "object": "any", "Hashable": "any", "tuple": "items", "Sequence": "items", "Iterable": "items",
}  # fmt: skip


class Thing:
    """Nothing that any function takes."""


def members(annotation: str) -> Iterator[tuple[str, str]]:
    """(kind, what is inside the brackets) of each member of an annotation's union."""
    todo = [ast.parse(annotation, mode="eval").body]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.BinOp):
            todo += [node.right, node.left]
            continue
        if isinstance(node, ast.Constant):
            yield "none", ""
            continue
        inside = ast.unparse(node.slice) if isinstance(node, ast.Subscript) else ""
        name = ast.unparse(node.value if isinstance(node, ast.Subscript) else node)
        if name == "Annotated":
            if "high=np.inf" in inside:  # a limit that is said to be allowed
                yield "endless", ""
            todo.append(node.slice.elts[0])
        elif name in ALIASES:
            todo.append(ast.parse(ALIASES[name], mode="eval").body)
        else:
            yield KINDS.get(name, "class"), inside


def kinds_of(annotation: str) -> set[str]:
    """The kinds that an annotation allows; items of texts are names."""
    found = set()
    for kind, inside in members(annotation):
        found.add("names" if kind == "items" and inside.split(",")[0] == "str" else kind)
    if "mapping" not in found and "rows" in found:
        found.add("mapping")
    return found


def plain_values() -> dict[str, tuple[Any, set[str]]]:
    """{what it is: (a value, the kinds that may take it)}; most are wrong for most arguments."""
    numbers, anything = {"number"}, {"any"}
    return {
        "None": (None, {"none"}),
        "True": (True, {"flag"}),
        "NumPy's True": (np.True_, {"flag"}),
        "a text that names nothing": ("nonsense", set()),
        "an empty text": ("", set()),
        "a blank": (" ", set()),
        "a number as text": ("0.1", set()),
        "the word no": ("no", set()),
        "bytes": (b"USA", set()),
        "bytes that change": (bytearray(b"USA"), set()),
        "a masked number": (np.ma.masked, set()),
        "an array of one masked number": (np.ma.array([1.0], mask=True), set()),
        "a number beyond any double": (np.longdouble("1e4000"), set()),
        "a whole number": (7, {"number", "whole"}),
        "zero": (0, {"number", "whole"}),
        "a fraction": (0.25, numbers),
        "a negative number": (-7.5, numbers),
        "NaN": (float("nan"), set()),
        "NumPy's NaN": (np.float64("nan"), set()),
        "infinity": (float("inf"), {"endless"}),
        "minus infinity": (float("-inf"), set()),
        "a number beyond any": (10**400, set()),
        "a complex number": (0.1 + 0.2j, set()),
        "a decimal that is no number": (Decimal("NaN"), set()),
        "an array of one complex number": (np.array([1 + 2j]), set()),
        "an array of two flags": (np.array([True, False]), set()),
        "a list of None": ([None], set()),
        "a list of things": ([Thing()], set()),
        "an empty mapping": ({}, {"mapping"}),
        "a mapping of nonsense": ({"nonsense": 1}, set()),
        "a set of numbers": ({1, 2}, set()),
        "a class": (int, {"function"}),
        "a function": (len, {"function"}),
        "a thing": (Thing(), set()),
        "a day before all law": (date(1, 1, 1), {"day"}),
        "a moment of NumPy": (np.datetime64("2025-05-02"), {"day"}),
        "no moment of NumPy": (np.datetime64("NaT"), set()),
        "a slice": (slice(None), set()),
        "an ellipsis": (..., anything),
    }


def of_arrays(good: ndarray) -> dict[str, Any]:
    """Arrays that are wrong where a good one stands."""
    last = (0,) * (good.ndim - 1) + (-1,) if good.ndim < 3 else (0, 1, 0)  # a foreign cell
    holed, endless = good.astype(float).copy(), good.astype(float).copy()
    holed[last], endless[last] = np.nan, np.inf
    things, words = good.astype(object), good.astype(object)
    things[last], words[last] = None, "ten"
    mask = np.zeros(good.shape, bool)
    mask[last] = True
    return {
        "an array with a mask": np.ma.array(good, mask=mask),
        "an array with imaginary parts": good + 0.1j,
        "a complex array without imaginary parts": good + 0j,
        "an array of objects with None": things,
        "an array of objects with a text": words,
        "an array of texts": np.full(good.shape, "0.1"),
        "an array of flags": np.ones(good.shape, bool),
        "an array of days": np.full(good.shape, np.datetime64("2025-05-02")),
        "an array with NaN": holed,
        "an array with infinity": endless,
        "an array one too short": good[..., :-1],
        "an array with one axis too many": good[None],
        "an array raveled and one longer": np.append(good.ravel(), 0.5),
        "an empty array": np.zeros(0),
        "one number for an array": 0.1,
        "rows of unequal length": [[1.0, 2.0], [3.0]],
        "a list of texts": ["a", "b"],
    }


def of_names(good: str) -> dict[str, Any]:
    """Lists of names that are wrong where a good name is known."""
    return {
        "one name for a list": good,
        "a list with an unknown name": [good, "nonsense"],
        "a list with a number": [good, 5],
        "a list with None": [good, None],
        "a list in a list": [[good]],
        "a mapping for a list": {good: 1},
        "an empty name": [""],
        "names without separators": [good + good],
        "an array of numbers": np.array([1, 2]),
    }


FREE_NAMES = ("a list with an unknown name", "an empty name", "names without separators")


def wrong_values(annotation: str, good: object, free: bool) -> dict[str, Any]:
    """{what it is: a value that the argument cannot take}. good: one that it does take. free: any text will do."""
    kinds = kinds_of(annotation)
    if "any" in kinds:
        return {}
    found = {
        what: value
        for what, (value, taken) in plain_values().items()
        if taken.isdisjoint(kinds) and not (free and isinstance(value, str))
    }
    if "path" in kinds:
        found |= {"a name with a zero byte": "a\0b", "an overlong name": "a" * 5000, "a name of no alphabet": "\ud800"}
    if "array" in kinds and isinstance(good, ndarray):
        found |= of_arrays(good)
    if "names" in kinds and isinstance(good, (list, tuple)) and good:
        named = of_names(good[0])
        found |= {what: value for what, value in named.items() if not (free and what in FREE_NAMES)}
    if kinds & {"names", "items"}:
        found.pop("an empty mapping", None)
    return found
