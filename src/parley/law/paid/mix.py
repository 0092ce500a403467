"""The goods of a month: the lines of 2024 weighed by the month's imports of their partner and sector, and what chapters 98 and 99 hold.

Within a partner and sector the lines keep their shares of 2024: no month of 2025 is packaged by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import read_only
from parley.law.conventions import special_values
from parley.law.paid.tables import SPECIAL, Months, read_months, sector_places

YEAR = "2024"  # of the weights by line


@dataclass(frozen=True, eq=False)
@read_only
class Mix:
    """What a month's imports do to the weights of 2024.

    growth: [i, n] value of the month over that of a mean month of 2024, by origin and sector; 1 where 2024 had none.
    special: [i] share of the month's value that is of chapters 98 and 99. carried: a month that the table lacks.
    """

    origins: tuple[str, ...]
    month: str
    growth: Float[ndarray, "i n"]
    special: Float[ndarray, " i"]
    carried: bool


@cache
def mix_of(origins: tuple[str, ...], on: date) -> Mix:
    """The mix of a day's month."""
    held = read_months()
    m, carried = held.month(on)
    rows = [held.partners.index(held.partner(o)) for o in origins]
    value, before = held.value[:, :, m], _year(held)
    growth = np.where(before > 0, value / np.where(before > 0, before, 1.0), 1.0)
    nth = [held.sectors.index(s) for s in SPECIAL]
    kept = special_kept()
    share = (value[:, nth].sum(axis=1) * kept) / np.maximum(value.sum(axis=1), 1.0)
    return Mix(origins, held.months[m], growth[rows], share[rows], carried)


def _year(held: Months) -> Float[ndarray, "i n"]:
    """The value of a mean month of 2024."""
    months = [k for k, m in enumerate(held.months) if m.startswith(YEAR)]
    return held.value[:, :, months].mean(axis=2)


@cache
def special_kept() -> Float[ndarray, " i"]:
    """How much of sectors 980 and 990 was of chapters 98 and 99 in 2024, by partner of the months: the rest is electricity and the like."""
    held = read_months()
    nth = [held.sectors.index(s) for s in SPECIAL]
    own = dict.fromkeys(held.partners, 0.0)
    for s in special_values():
        own[held.partner(s.partner)] += s.value
    year = 12 * _year(held)[:, nth].sum(axis=1)
    made = np.array([own[p] for p in held.partners]) / np.maximum(year, 1.0)
    made = np.clip(made, 0.0, 1.0)
    made.setflags(write=False)
    return made


def grown(products: tuple[str, ...], mix: Mix) -> Float[ndarray, "k i"]:
    """The growth of each line since 2024: that of its sector; 1 where it has none."""
    growth = np.concatenate([mix.growth, np.ones((len(mix.origins), 1))], axis=1)
    return growth[:, sector_places(products, read_months().sectors)].T
