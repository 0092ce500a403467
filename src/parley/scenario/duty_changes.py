"""Whether law changed the duties of a pair between two days, as a toy pays them: what the record asks of two rates that differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from parley.codes import members
from parley.errors import ParleyError
from parley.law.regime import Regime, read_regime
from parley.scenario.commitments import PROBES

LEAST = 5e-7  # of a rate


def duty_changes(known: date | None, regime: Regime | None = None) -> Callable[[str, str, date, date], bool | None]:
    """The answer by origin, destination and two days, as known on a day; None for a destination without a typical product.

    The law is read once it is asked for.
    """

    law = cache(lambda: regime or read_regime())

    @cache
    def rate(origin: str, destination: str, on: date) -> float | None:
        try:
            return law().explain(PROBES[destination], members(origin)[0], destination, on, known).added_rate
        except (KeyError, LookupError, ParleyError):
            return None

    def changed(origin: str, destination: str, first: date, second: date) -> bool | None:
        one, other = (rate(origin, destination, d) for d in (first, second))
        return None if one is None or other is None else abs(one - other) > LEAST

    return changed
