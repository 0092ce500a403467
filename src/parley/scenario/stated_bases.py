"""Bases that others published, held beside those that law gives; and how little a fit proves where many bases are tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypedDict

from parley.law.explain import OF_THE_CONFLICT
from parley.record.actors import actor
from parley.record.entry import Day, Entry
from parley.record.ledger import Ledger
from parley.record.predicates import Base, RateIs

SAME = 5e-7  # stated rates have at most four digits after the point
WINDOW = 25.0  # percentage points on either side of a stated figure, over which chance fits are counted


class Coincidence(TypedDict):
    """How many figures near a stated one, with as many digits, would fit some base."""

    low: float  # fractions: the ends of what was counted over
    high: float
    values: int
    fitting: int
    share: float  # fitting of values: the nearer to one, the less a fit proves


class SaidIn(TypedDict):
    """An entry that states the rate, and the base that it names."""

    entry: str
    actor: str
    on: Day
    base: Base | None


class Published(NamedTuple):
    """A base that rests on a figure of the record: rate as a fraction, its parts, and the entry it stands in."""

    base: str
    words: str
    rate: float
    lines: tuple[tuple[str, float], ...]


def published(
    seen: Ledger, stated: RateIs, headline: float | None, same: Callable[[date], bool]
) -> Iterator[Published]:
    """Averages that others give for the law of the day, and the headline additions on their averages of before 2025.

    headline: what most lines pay by the acts of 2025 and later; same: whether it was so on another day too. A figure is
    never explained by itself: an average that is the one stated is left out.
    """
    for entry, said in seen.saying(RateIs):
        day = said.on or entry.on
        if (said.origin, said.destination) != (stated.origin, stated.destination):
            continue
        if said.base == "average" and day < OF_THE_CONFLICT and headline is not None:
            yield _sum(entry, said, day, headline)
        elif said.base == "average_exports" and abs(said.rate - stated.rate) > SAME and same(day):
            words = f"average weighted by the origin's exports, as {_who(entry)} gave it for {day} ({entry.id})"
            yield Published(said.base, words, said.rate, ((f"published figure ({entry.id})", said.rate),))


def _sum(entry: Entry, said: RateIs, day: date, headline: float) -> Published:
    older = f"the average of {day.year} as {_who(entry)} gave it ({entry.id})"
    words = f"headline additions since {OF_THE_CONFLICT.year}, exclusions ignored, on {older}"
    lines = ((f"headline additions since {OF_THE_CONFLICT.year}", headline), (older, said.rate))
    return Published("simple_sum", words, headline + said.rate, lines)


def _who(entry: Entry) -> str:
    return actor(entry.actor).name


def coincidence(stated: float, half: float, rates: Sequence[float]) -> Coincidence:
    """Of all figures with as many digits near the stated one, how many would fit some base.

    stated and rates in percent; half: half a unit of the last digit stated. The nearer the share to one, the less a
    fit proves.
    """
    unit = 2 * half
    low, high = math.ceil(max(0.0, stated - WINDOW) / unit - 1e-9), math.floor((stated + WINDOW) / unit + 1e-9)
    fitting = {n for r in rates for n in (math.floor(r / unit), math.ceil(r / unit)) if _near(n * unit, r, half)}
    count, values = sum(low <= n <= high for n in fitting), high - low + 1
    return {"low": low * unit / 100, "high": high * unit / 100, "values": values, "fitting": count,
            "share": count / values}  # fmt: skip


def _near(figure: float, rate: float, half: float) -> bool:
    return abs(figure - rate) <= half + 1e-9  # 1e-9: the error of sums of fractions


def caution(fits: Sequence[str], said_in: Sequence[SaidIn], chance: Coincidence) -> str | None:
    """What a careful reader adds to a fit: nothing where a speaker named that base; else how easily some base fits."""
    if not fits or any(said["base"] in fits for said in said_in):
        return None
    named = "who stated it named no base" if said_in else "the record holds nobody who stated it"
    span = f"{100 * chance['low']:g} and {100 * chance['high']:g} %"
    return (
        f"{named}: a fit does not show that it was counted so. "
        f"Of the {chance['values']} figures of this precision between {span}, {chance['fitting']} would fit some base"
    )
