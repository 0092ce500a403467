"""A long answer made short: lists, tables of rows and long texts lose their ends until the whole fits, and what was left out is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, TypedDict

import msgspec

from parley.json_values import Json, JsonObject

LONG = 160  # characters of a text that is kept whole
SMALL = 60  # bytes of a list that is shown whole or not at all: half of two parties would read as one
TABLES = ((dict, 4), (str, 8))  # from so many values of one kind, an object is a table whose keys are names


class LeftOut(TypedDict):
    """A part of which not all is shown: its address within the answer, and how many of its items there are."""

    part: str
    shown: int
    of: int


def size(value: object) -> int:
    """Bytes of a value as JSON."""
    return len(msgspec.json.encode(value))


def shortened(whole: JsonObject, most: int, first: Sequence[str] = ()) -> JsonObject:
    """A copy of at most so many bytes. first: the keys that are wanted most; lists and tables under other keys go before them."""
    made = deepcopy(whole)
    if first:
        others = [key for key in made if key not in first and made[key] and isinstance(made[key], (dict, list))]
        for key in sorted(others, key=lambda key: size(made[key]), reverse=True):
            if size(made) > most:
                del made[key]
    while size(made) > most and made:
        small = [
            key for key, value in made.items() if isinstance(value, list) and len(value) > 1 and size(value) <= SMALL
        ]
        cuts = list(_cuts(made)) or [(size(made[key]), partial(made.pop, key)) for key in small or made]
        max(cuts, key=lambda cut: cut[0])[1]()
    return made


def _cuts(node: Any) -> Iterator[tuple[int, Callable[[], object]]]:
    """(bytes, what makes it shorter) of all that can be. What holds others is larger than they, and so is cut before them."""
    if len(node) > 1 and (isinstance(node, list) or is_table(node)) and size(node) > SMALL:
        yield size(node), partial(_drop_end, node)
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, str) and len(value) > LONG:
            yield len(value), partial(node.__setitem__, key, value[: LONG - 1] + "…")
        elif isinstance(value, (dict, list)):
            yield from _cuts(value)


def _drop_end(node: Any) -> None:
    """Drops the last quarter of a list or table."""
    for key in list(node if isinstance(node, dict) else range(len(node)))[: -max(len(node) // 4, 1) - 1 : -1]:
        del node[key]


def rounded(value: Json) -> Json:
    """The same with six significant digits of every number."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def is_table(value: Any) -> bool:
    """Whether an object's keys are names of rows: four objects or more, or eight texts or more, and nothing else."""
    return isinstance(value, dict) and any(
        len(value) >= least and all(isinstance(v, kind) for v in value.values()) for kind, least in TABLES
    )


def left_out(whole: Any, made: Any, part: str = "") -> Iterator[LeftOut]:
    """The parts of a whole of which a shortened copy shows less; of texts nothing is said but their "…"."""
    if isinstance(whole, (dict, list)) and len(made) < len(whole) and (part or not isinstance(whole, dict)):
        yield LeftOut(part=part, shown=len(made), of=len(whole))
    if isinstance(whole, dict):
        for key, value in whole.items():
            inner = f"{part}/{key}" if part else key
            if key in made:
                yield from left_out(value, made[key], inner)
            elif not part:
                yield LeftOut(part=inner, shown=0, of=len(value) if isinstance(value, (dict, list)) else 1)
    elif isinstance(whole, list):
        for place, value in enumerate(made):
            yield from left_out(whole[place], value, f"{part}/{place}" if part else str(place))
