"""Long lists in parts: `limit` and `offset` of an address cut the list of an answer, and headers say how many rows there are
and where the next are (RFC 8288). The keys of the answer stay those of `--json`; without `limit` it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from parley.json_values import JsonObject
from parley.question import Says
from parley.web.reading import pairs_of, read_pairs

LONGEST = 10_000  # rows of a part
TOTAL = "X-Total-Count"
HEADERS: JsonObject = {
    TOTAL: {
        "description": "how many rows there are in all, where limit or offset is given",
        "schema": {"type": "integer"},
    },
    "Link": {
        "description": "addresses of the first, previous, next and last part (RFC 8288)",
        "schema": {"type": "string"},
    },
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which rows of a list."""

    limit: Annotated[int | None, Says("at most so many rows; default: all", low=1, high=LONGEST)] = None
    offset: Annotated[int, Says("rows that are passed over", low=0, high=10**9)] = 0


WHOLE = Part()
NAMES = ("limit", "offset")


def taken(query: str) -> tuple[list[tuple[str, str]], Part]:
    """The question of an address without its part, and the part. Raises InputError where that cannot be read."""
    pairs = pairs_of(query)
    return [p for p in pairs if p[0] not in NAMES], read_pairs(Part, [p for p in pairs if p[0] in NAMES])


def cut(answer: Mapping[str, Any], rows: str, part: Part) -> tuple[Mapping[str, Any], int]:
    """The answer with a part of one list, and how many rows the list has."""
    held = answer[rows]
    end = None if part.limit is None else part.offset + part.limit
    return {**answer, rows: list(held)[part.offset : end]}, len(held)


def headers(path: str, asked: list[tuple[str, str]], part: Part, total: int) -> dict[str, str]:
    """How many rows there are, and the addresses of other parts."""
    links = (f'<{path}?{urlencode([*asked, ("limit", part.limit), ("offset", at)])}>; rel="{name}"'
             for name, at in _others(part, total))  # fmt: skip
    linked = ", ".join(links)
    return {TOTAL: str(total)} | ({"Link": linked} if linked else {})


def _others(part: Part, total: int) -> Iterator[tuple[str, int]]:
    """The first rows of other parts, by their relation; parts are counted from the first row."""
    if part.limit is None:
        return
    last = max(0, total - 1) // part.limit * part.limit
    yield "first", 0
    if part.offset > 0:
        yield "prev", min(max(0, part.offset - part.limit), last)
    if part.offset + part.limit < total:
        yield "next", part.offset + part.limit
    yield "last", last
