"""A stand-in for a tariff schedule that the package does not hold: six-digit codes, and the lines that the party's own acts list.

Its ordinary duties are not known; what its acts add is. A code of six digits below which any line is listed gives way to those
lines, which share its weight: a six-digit code counts as listed in part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import union_of
from parley.frozen import frozen
from parley.law.base_columns import base_columns
from parley.law.compiled import CompiledRates, expanded, rule_table
from parley.law.edition import Edition, as_edition, edition_of
from parley.law.measure import LATEST, read_list
from parley.law.products import FIRST_EDITION, NOT_KNOWN, SCHEDULES, Line
from parley.law.regime import Regime

SOURCE = "six-digit codes alike, and the lines that the party's acts list: no schedule of it is packaged"
DIGITS = 6


def has_schedule(party: str) -> bool:
    """Whether the package holds a party's tariff schedule."""
    return party in SCHEDULES


def stand_in_codes(regime: Regime, party: str) -> tuple[str, ...]:
    """The codes that stand for a party's schedule, the same on every day."""
    return _codes(_listed(regime, party))


def _listed(regime: Regime, party: str) -> tuple[str, ...]:
    """Every code of more than six digits that an act of the party lists or names."""
    found: set[str] = set()
    for m in regime.measures:
        if m.act.authority in (party, union_of(party)):
            found.update(p for p in m.products if len(p) > DIGITS and p != "*")
            if m.product_list:
                found.update(row.product for row in read_list(m.folder, m.product_list) if len(row.product) > DIGITS)
    return tuple(sorted(found))


@lru_cache(maxsize=16)
def _codes(listed: tuple[str, ...]) -> tuple[str, ...]:
    held = {code[:DIGITS] for code in edition_of("USA", FIRST_EDITION).codes}
    return tuple(sorted({*(held - {code[:DIGITS] for code in listed}), *listed}))


@lru_cache(maxsize=16)
def _edition(party: str, codes: tuple[str, ...]) -> Edition:
    return as_edition(party, tuple(Line(c, date.min, LATEST, NOT_KNOWN, "", "", "", "") for c in codes))


@lru_cache(maxsize=16)
def code_weights(codes: tuple[str, ...]) -> Float[ndarray, " k"]:
    """The weight of each code, so that every six-digit one weighs 1."""
    heads, place = np.unique([code[:DIGITS] for code in codes], return_inverse=True)
    return frozen(1.0 / np.bincount(place, minlength=len(heads))[place])


def stand_in_rates(
    regime: Regime, party: str, origins: Sequence[str], on: date, known: date | None = None, codes: tuple[str, ...] = ()
) -> CompiledRates:
    """What a party's acts add on the codes that stand for its schedule [k, i]; its base is NaN throughout.

    codes: those of another regime's stand-in, where rates of the same lines are to be compared.
    """
    edition = _edition(party, codes or stand_in_codes(regime, party))
    table = rule_table(regime, edition, origins, on, known, {})
    return expanded(table, *base_columns(edition, origins, {}, on), known)
