"""Duties that came on their day and did not stand: suspended on the first day, or opened to all goods under a claim within a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from parley.codes import members
from parley.law.measure import covers_origin
from parley.law.regime import Regime, knowledge
from parley.record.answers import Outcome
from parley.record.predicates import WillImpose

SOON = timedelta(days=7)


def soon_undone(
    regime: Regime, said: WillImpose, first: date, until: date, holds: Callable[[date], bool], known: date | None
) -> tuple[Outcome, str] | None:
    """What became of a duty that began on `first`, if it was undone at once: withdrawn or partly, and why. until: the day of asking."""
    after = first + timedelta(days=1)
    if after <= until and not holds(after):
        return "withdrawn", f"suspended on its first day: no longer so on {after}"
    opened = _opened(regime, said, first, min(until, first + SOON), known)
    return ("partly", f"goods under a claim were taken out of it on {opened}") if opened else None


def _opened(regime: Regime, said: WillImpose, first: date, last: date, known: date | None) -> date | None:
    """The day after the first on which all goods under some claim, such as USMCA origin, were taken out of the duty's layer."""
    layers = {m.key for m in regime.measures if m.id == said.measure} if said.measure else {said.programme}
    origin = members(said.target)[0] if said.target != "*" else ""
    days = [
        m.start
        for m in regime.known_rows(knowledge(known), said.by)
        if m.combine == "zero" and m.when and "*" in m.products and m.key in layers and first < m.start <= last
        and origin and covers_origin(m, origin)
    ]  # fmt: skip
    return min(days, default=None)
