"""What importers pay by line and origin, kept on disk: a day's table takes seconds to make, and every question of effects asks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from numpy import ndarray

from parley.array_types import Float
from parley.law.kept_arrays import kept_arrays
from parley.law.kept_rates import LEAST_CELLS, joined, lists_beside, read_as
from parley.law.paid.lines import paid_table
from parley.law.readings import seen_on
from parley.law.regime import Regime, knowledge

MOST_KEPT = 24  # tables, of some megabytes each


def kept_paid(
    regime: Regime, destination: str, origins: Sequence[str], on: date, known: date | None, products: Sequence[str]
) -> Float[ndarray, "k i"]:
    """Rates that importers pay on a day, fractions; NaN where no rate is known. Made where none is kept."""

    def made() -> tuple[ndarray]:
        found = paid_table(regime, destination, origins, on, known)
        place = {p: k for k, p in enumerate(found.products)}
        return (found.rate[[place[p] for p in products]],)

    if regime.schedules or len(products) * len(origins) < LEAST_CELLS:
        return made()[0]
    rows = regime.at(on, knowledge(known), destination), regime.as_collected().at(on, seen_on(on, known), destination)
    named = destination, tuple(origins), on, known, read_as(regime), [lists_beside(held) for held in rows]
    meant = msgspec.msgpack.encode(named), *map(msgspec.msgpack.encode, rows), joined(products)
    return kept_arrays("paid", meant, made, MOST_KEPT)[0]
