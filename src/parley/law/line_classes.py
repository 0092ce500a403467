"""Lines that law cannot tell apart on any of some days: one of each kind stands for the others, with how many they are.

What a day adds is then counted over a few hundred lines in place of twenty thousand. Where a total or a cap stands over the
base, lines of one kind have the same base too; those of which customs has an estimate (estimates.py) stand for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.base_columns import base_columns, places
from parley.law.compiled import CompiledRates, bearing_on, expanded, rule_table
from parley.law.edition import Edition, as_edition, edition_of
from parley.law.interning import product_classes, scope_masks
from parley.law.measure import LATEST
from parley.law.regime import Regime


class Counted(NamedTuple):
    """The rates of the first line of each kind, in order, and how many lines are of it: they add alike; a base is its own."""

    rates: CompiledRates
    lines: Int[ndarray, " k"]


def rates_by_kind(
    regime: Regime, destination: str, origin: str, days: Sequence[date], known: date | None
) -> dict[date, Counted]:
    """What is added to one origin's goods on some days, by one line of each kind: the kinds are those of all days of an edition."""
    found: dict[date, Counted] = {}
    for edition, own in groupby(sorted(days), key=lambda on: edition_of(destination, on)):
        found |= _of_edition(regime, edition, origin, list(own), known)
    return found


def _of_edition(
    regime: Regime, edition: Edition, origin: str, days: Sequence[date], known: date | None
) -> dict[date, Counted]:
    first, lines = _kinds(regime, edition, origin, days, known)
    few = as_edition(edition.destination, tuple(edition.lines[k] for k in first.tolist()))
    made: dict[date, Counted] = {}
    for on in days:
        table = rule_table(regime, few, (origin,), on, known, {})
        made[on] = Counted(expanded(table, *base_columns(few, (origin,), {}, on), known), lines)
    return made


def _kinds(
    regime: Regime, edition: Edition, origin: str, days: Sequence[date], known: date | None
) -> tuple[Int[ndarray, " r"], Int[ndarray, " r"]]:
    """The first line of each kind, in order, and how many lines are of it."""
    masks: dict[bytes, ndarray] = {}
    of_base = False
    for on in days:
        rows = bearing_on(regime.at(on, known or LATEST, edition.destination), (origin,))
        masks |= {mask.tobytes(): mask for mask in scope_masks(rows, edition, on)[0]}
        of_base = of_base or any(m.combine in ("total", "cap") for m in rows)
    kind = product_classes(np.array(list(masks.values()), dtype=bool).reshape(len(masks), len(edition.codes)))[0]
    if of_base:
        kind = kind.astype(np.int64) * len(edition.texts) + edition.text_of
        alone = places(edition, (origin,)).line
        kind[alone] = -1 - np.arange(len(alone))
    _, first, count = np.unique(kind, return_index=True, return_counts=True)
    order = np.argsort(first)
    return first[order], count[order]


__all__ = ["Counted", "rates_by_kind"]
