"""The convention `metal-listed-twice`: how a series counts that reads the metal lists by eight digits, each list by itself.

A good on the lists of both steel and aluminium then pays the aluminium duty on its whole value, beside the steel duty on its
steel. It is an error against notes 16 and 19, which print ten digits and levy each duty on its own metal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from parley.law.measure import Measure, read_list
from parley.law.metal_content import WHOLLY_METAL

LINE = 8
LAST = date.max


def by_eight_digits(rows: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The rows with the lists of metal goods outside the metals' own chapters cut to eight digits, doubles at full value."""
    steel: dict[str, date] = {}
    for m in rows:
        if m.share == "steel" and not m.when:
            for code in _outside(m):
                steel[code] = min(steel.get(code, LAST), m.start)
    return tuple(x for m in rows for x in _cut(m, steel))


def _codes(m: Measure) -> list[str]:
    return [x.product for x in read_list(m.folder, m.product_list)] if m.product_list else list(m.products)


def _outside(m: Measure) -> frozenset[str]:
    """The lines of a row that are not of the metals' own chapters, by eight digits."""
    return frozenset(c[:LINE] for c in _codes(m) if not c.startswith(WHOLLY_METAL))


def _cut(m: Measure, steel: dict[str, date]) -> Iterator[Measure]:
    """One row as its parts: the metals' own chapters as they are, the rest by eight digits, aluminium in full where steel is too."""
    outside = _outside(m) if m.share in ("steel", "aluminium") and not m.when else frozenset()
    if not outside:
        yield m
        return
    ends = m.end or LAST
    inside = [c for c in _codes(m) if c.startswith(WHOLLY_METAL)]
    if inside:
        yield _row(m, inside, m.start, ends, m.share)
    first: dict[date, list[str]] = {}
    for code in sorted(outside):
        begins = steel.get(code, LAST) if m.share == "aluminium" else LAST
        first.setdefault(max(m.start, begins), []).append(code)
    for begins, codes in first.items():
        if begins > m.start:
            yield _row(m, codes, m.start, min(begins, ends), m.share)
        if begins < ends:
            yield _row(m, codes, begins, ends, "full")


def _row(
    m: Measure,
    codes: list[str],
    start: date,
    end: date,
    share: Literal["full", "steel", "aluminium", "copper", "non_us_content"],
) -> Measure:
    kept = None if end == LAST else end
    return msgspec.structs.replace(m, product_list="", products=tuple(codes), start=start, end=kept, share=share)
