"""The convention `codes-of-2024`: weights under the ten-digit codes of their year, whatever became of them.

A code that the edition of the day no longer has stands for goods that pay nothing. They stay in the weights, so the rates
are those of the law times the share of value whose codes still stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import union_of
from parley.frozen import frozen
from parley.law.average_types import AveragePoint, GroupRate
from parley.law.edition import edition_of
from parley.law.trade_weights import read_weights


@lru_cache(64)
def values_of_year(destination: str, origin: str) -> dict[str, float]:
    """Customs value by code of the year, of an origin; of its union, or of all partners, where it has no weights."""
    table = read_weights(destination)
    partner = union_of(origin)
    column = table.value[:, table.partners.index(partner)] if partner in table.partners else table.value.sum(axis=1)
    return dict(zip(table.products, column.tolist(), strict=True))


@lru_cache(64)
def kept_weights(destination: str, origin: str, products: tuple[str, ...]) -> Float[ndarray, " k"]:
    """The value of each product under its own code of the year; not to be changed."""
    held = values_of_year(destination, origin)
    return frozen(np.array([held.get(p, 0.0) for p in products]))


def lost_values(destination: str, origin: str, on: date, prefixes: tuple[str, ...]) -> dict[str, float]:
    """The value of each code of the year, of some prefixes (all where none), that the edition of a day does not have."""
    lost = _lost(destination, origin, edition_of(destination, on).codes)
    return {c: v for c, v in lost.items() if not prefixes or c.startswith(prefixes)}


@lru_cache(64)
def _lost(destination: str, origin: str, codes: tuple[str, ...]) -> dict[str, float]:
    known = frozenset(codes)
    return {c: v for c, v in values_of_year(destination, origin).items() if v and c not in known}


def with_lost_codes(
    point: AveragePoint, lost: Mapping[str, float], matched: float, group_of: Callable[[str], str | None] | None
) -> AveragePoint:
    """The point with lost codes in its weights, paying nothing; groups alike."""
    whole = matched + sum(lost.values())
    made = thinned(point, matched / whole) if whole else point
    if group_of is None or not point.groups:
        return made
    away: dict[str, float] = {}
    for code, value in lost.items():
        name = group_of(code) or "no sector"
        away[name] = away.get(name, 0.0) + value
    return replace(made, groups=tuple(_group(g, away.get(g.group, 0.0), matched, whole) for g in point.groups))


def thinned(point: AveragePoint, kept: float) -> AveragePoint:
    """A point of which a share of value alone pays what it says."""
    if point.rate is None or point.base_rate is None:
        return point
    split = {name: value * kept for name, value in point.by_programme.items()}
    return replace(point, rate=sum(split.values()), base_rate=point.base_rate * kept, by_programme=split)


def _group(group: GroupRate, away: float, matched: float, whole: float) -> GroupRate:
    """A group with its own lost codes."""
    own = group.share * matched
    kept, share = (own / (own + away) if own + away else 1.0), (own + away) / whole
    split = {name: value * kept for name, value in group.by_programme.items()}
    if group.rate is None or group.base_rate is None:
        return replace(group, by_programme=split, share=share)
    return replace(group, rate=group.rate * kept, base_rate=group.base_rate * kept, by_programme=split, share=share)
