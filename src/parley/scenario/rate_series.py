"""Rates as steps beside the record: what acts of 2025 and later add on a typical line, from day to day, by law."""

from __future__ import annotations

from datetime import date

from parley.codes import dotted, name_in_text
from parley.law.explain import OF_THE_CONFLICT
from parley.law.readings import change_days
from parley.law.regime import Regime, read_regime
from parley.record.answers import RateSeries, RateStep
from parley.record.ledger import Ledger, day_of
from parley.scenario.commitments import PROBES

PAIRS = (("CHN", "USA"), ("USA", "CHN"))
SAME = 1e-12  # rates are sums of a few decimals


def rate_steps(
    ledger: Ledger, regime: Regime | None = None, on: date | None = None, known: date | None = None
) -> list[RateSeries]:
    """The duties added on each side's goods as steps up to a day, as known on a day: on a toy, which bears them all.

    A rate of null is a step after which law cannot say the rate. Steps end where the record does, unless a day is asked.
    """
    seen = ledger.known(known)
    if not seen.entries:
        return []
    regime, until = regime or read_regime(), day_of(seen, on, known)
    return [_pair(regime, origin, levier, until, known) for origin, levier in PAIRS]


def _pair(regime: Regime, origin: str, destination: str, until: date, known: date | None) -> RateSeries:
    """One side's goods in the other: the steps, with the product on which they are read."""
    product = PROBES[destination]
    days = {OF_THE_CONFLICT, *change_days(regime, origin, destination, known)}
    steps: list[RateStep] = []
    for day in sorted(d for d in days if OF_THE_CONFLICT <= d <= until):
        rate = regime.explain(product, origin, destination, day, known).added_2025
        if not steps or not _same(steps[-1]["rate"], rate):
            steps.append({"on": day.isoformat(), "rate": None if rate is None else round(rate, 12)})
    words = (
        f"duties added since {OF_THE_CONFLICT.year} on goods of {name_in_text(origin)} in {name_in_text(destination)}"
    )
    words += f", as a toy ({dotted(product)}) pays them"
    return {"origin": origin, "destination": destination, "product": product, "words": words,
            "until": until.isoformat(), "steps": steps}  # fmt: skip


def _same(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else abs(a - b) < SAME
