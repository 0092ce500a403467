"""Goods on the water: the share of a day's entries that were loaded before the cut-off of an in-transit rule.

Goods that come by sea take so many days from loading to entry, each number of days between the least and the most as often
as another (weights/usa-voyages.csv). What flies, and what comes by land, is loaded on the day of entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.frozen import frozen
from parley.law.paid.tables import ANY, Voyage, read_voyages
from parley.law.regime import Regime
from parley.law.shipments.transit import transit_rules


class Loaded(NamedTuple):
    """Goods loaded before a cut-off and not before the one before it: a day that stands for them, and their share of value."""

    on: date
    share: Float[ndarray, "k i"]


def cut_offs(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    on: date,
    known: date | None,
    entered: date | None = None,
) -> tuple[date, ...]:
    """The cut-offs of loading or export on which the duty of a day's entries turns, for some origin, in order.

    entered: of the entries of another day, under the law of `on`; a cut-off still to come then spares nothing for long.
    """
    day = entered or on
    spans = ((r.before, r.origins.get(o)) for r in transit_rules(regime, destination, known) for o in origins)
    fit = {before for before, span in spans if span and span[0] <= on < span[1] and day < span[1]}
    return tuple(sorted(before for before in fit if entered is None or before <= entered))


def loaded_before(voyage: Voyage, cut: date, entered: date) -> float:
    """The share of a day's entries by a voyage that was loaded before a cut-off."""
    days = range(voyage.least, voyage.most + 1)
    return sum(entered - timedelta(n) < cut for n in days) / len(days) if voyage.way == "sea" else 0.0


def on_the_water(
    products: tuple[str, ...], origins: tuple[str, ...], cuts: Sequence[date], entered: Sequence[date]
) -> tuple[Loaded, ...]:
    """Shares of goods by when they were loaded, over some days of entry; what was loaded after every cut-off is left out."""
    return _on_the_water(products, origins, tuple(cuts), tuple(entered)) if cuts else ()


@lru_cache(maxsize=4)  # of some ten megabytes a cut-off; laws that differ in rates alone have the same
def _on_the_water(
    products: tuple[str, ...], origins: tuple[str, ...], cuts: tuple[date, ...], entered: tuple[date, ...]
) -> tuple[Loaded, ...]:
    ways, way_of = voyages_of(products, origins)
    before = [np.array([np.mean([loaded_before(v, cut, d) for d in entered]) for v in ways]) for cut in cuts]
    earlier = [np.zeros(len(ways)), *before][: len(before)]
    made = (
        Loaded(cut - timedelta(1), frozen((b - e)[way_of])) for cut, b, e in zip(cuts, before, earlier, strict=True)
    )
    return tuple(x for x in made if x.share.any())


@lru_cache(maxsize=8)
def voyages_of(products: tuple[str, ...], origins: tuple[str, ...]) -> tuple[tuple[Voyage, ...], Int[ndarray, "k i"]]:
    """The distinct voyages of some goods, and which of them each product and origin has: the first that fits both."""
    made = np.full((len(products), len(origins)), -1, dtype=np.int64)
    for n, v in reversed(list(enumerate(read_voyages()))):
        goods = _of_voyage(products, v.products)
        sellers = np.fromiter((v.origins == ANY or o in v.origins for o in origins), dtype=bool, count=len(origins))
        made[goods[:, None] & sellers] = n
    return read_voyages(), made


@lru_cache(maxsize=64)
def _of_voyage(products: tuple[str, ...], first: tuple[str, ...]) -> Bool[ndarray, " k"]:
    """Which products start as a voyage's do."""
    return frozen(np.fromiter((p.startswith(first) for p in products), dtype=bool, count=len(products)))
