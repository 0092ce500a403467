"""The hour of an act: dates are days, so that on the day itself the hour is said, and the entry is taken to be later."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from parley.codes import union_of
from parley.law.measure import LATEST, Measure, covers_origin, covers_product

if TYPE_CHECKING:
    from parley.law.regime import Regime


def hours(regime: Regime, product: str, origin: str, destination: str, on: date, known: date | None) -> tuple[str, ...]:
    """What the hour of an act leaves open on the day on which it begins or ends: the entry is taken to be later."""
    rows = (m for m in regime.measures if (m.hour and m.start == on) or (m.end_hour and m.end == on))
    ours = (m for m in rows if m.act.authority in (destination, union_of(destination)) and m.is_known(known or LATEST))
    held = (m for m in ours if covers_origin(m, origin) and covers_product(m, product, on))
    said = (f"entered from {m.hour if m.start == on else m.end_hour} on, when {m.id} {_verb(m, on)}" for m in held)
    return tuple(dict.fromkeys(said))


def _verb(m: Measure, on: date) -> str:
    return "begins" if m.start == on else "ends"
