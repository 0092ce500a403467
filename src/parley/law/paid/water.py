"""Goods on the water: the share of a day's entries that were loaded before the cut-off of an in-transit rule.

Goods of an origin come by sea in a share of their value and take so many days from loading to entry, each number of days
between the least and the most as often as another (weights/usa-voyages.csv). What flies is loaded on the day of entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.law.paid.tables import voyage_of
from parley.law.regime import Regime
from parley.law.shipments.transit import transit_rules


class Loaded(NamedTuple):
    """Goods loaded before a cut-off and not before the one before it: a day that stands for them, and their share of value [i]."""

    on: date
    share: Float[ndarray, " i"]


def cut_offs(regime: Regime, destination: str, origins: Sequence[str], on: date, known: date | None) -> tuple[date, ...]:
    """The cut-offs of loading on which the duty of a day's entries turns, for some origin, in order."""
    spans = ((r.before, r.origins.get(o)) for r in transit_rules(regime, destination, known) for o in origins if r.claim == "loaded")
    return tuple(sorted({before for before, span in spans if span and span[0] <= on < span[1]}))


def loaded_before(origin: str, cut: date, entered: date) -> float:
    """The share of an origin's entries of a day that was loaded before a cut-off."""
    voyage = voyage_of(origin)
    days = range(voyage.least, voyage.most + 1)
    return voyage.sea * sum(entered - timedelta(n) < cut for n in days) / len(days)


def on_the_water(origins: Sequence[str], cuts: Sequence[date], entered: Sequence[date]) -> tuple[Loaded, ...]:
    """Shares of goods by when they were loaded, over some days of entry; what was loaded after every cut-off is left out."""
    before = [np.array([np.mean([loaded_before(o, cut, d) for d in entered]) for o in origins]) for cut in cuts]
    earlier = [np.zeros(len(origins)), *before][: len(before)]
    made = (Loaded(cut - timedelta(1), b - e) for cut, b, e in zip(cuts, before, earlier, strict=True))
    return tuple(x for x in made if x.share.any())
