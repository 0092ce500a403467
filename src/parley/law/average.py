"""Average rates over products: by programme, by day, weighted by baseline imports or simply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.codes import EU, country, day
from parley.errors import DateError, NoAnswerError
from parley.law.compiled import CompiledRates, compile_rates
from parley.law.edition import edition_days
from parley.law.preferences import AGREEMENTS, pays_column_2
from parley.law.readings import Reading, change_days, looked_at_days, seen_on
from parley.law.regime import Regime
from parley.law.trade_weights import read_weights
from parley.shapes import Float


@dataclass(frozen=True)
class AveragePoint:
    """The average rate of one day, as a fraction, and its parts; covered: share of weight whose base rate is known.

    step: in the announced reading, the day on which the announced rate was to begin.
    """

    on: date
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    covered: float
    lines: int
    reason: str | None = None
    step: date | None = None


@dataclass(frozen=True)
class Average:
    """Average rates of one origin's goods in one destination."""

    origin: str
    destination: str
    known: date | None
    points: tuple[AveragePoint, ...]
    weights: str
    notes: tuple[str, ...]


def average(
    regime: Regime,
    origin: str,
    destination: str,
    on: date | str | None = None,
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    known: date | str | None = None,
    weights: Literal["imports", "simple"] = "imports",
    claims: Mapping[str, object] | None = None,
    reading: Reading = "law",
) -> Average:
    """The average of a day, or one point per day of a period on which it changes, in one of three readings.

    rate = sum_k w_k · rate_k / sum_k w_k; lines whose base is specific are left out of the base average alone.
    """
    origin, destination = country(origin, "origin"), country(destination, "destination")
    last = None if known is None else day(known, "known")
    days = [day(on, "on")] if on is not None else _days(regime, origin, destination, since, until, last, reading)
    use: Literal["none", "observed"] = "none"
    if weights == "imports" and not claims and any(origin in p.origins for p in AGREEMENTS):
        use = "observed"
    applied = regime.as_collected() if reading == "collected" else regime
    points: list[AveragePoint] = []
    notes: tuple[str, ...] = ()
    for each in days:
        seen = last if reading == "law" else seen_on(each, last)
        asked = _Asked(applied, origin, destination, seen, weights, claims, use)
        point, notes = _at(asked, each)
        if reading == "announced":
            point, notes = _ahead(asked, point, notes)
        if not points or _differs(points[-1], point):
            points.append(point)
    words, more = _weight_words(origin, destination, weights)
    return Average(origin, destination, last, tuple(points), words, (*more, *notes))


class _Asked(NamedTuple):
    """What one average asks of the compiled rates, but for the day."""

    regime: Regime
    origin: str
    destination: str
    known: date | None
    weights: str
    claims: Mapping[str, object] | None
    preferences: Literal["none", "observed"]


def _at(asked: _Asked, on: date) -> tuple[AveragePoint, tuple[str, ...]]:
    """The point of a day, and the notes on how preferences were counted."""
    rates = compile_rates(asked.regime, asked.destination, [asked.origin], on, asked.known, claims=asked.claims,
                          preferences=asked.preferences)  # fmt: skip
    weight = _weights(rates, asked.origin, asked.destination, asked.weights)
    return _point(rates, weight, asked.origin), rates.notes


def _ahead(asked: _Asked, now: AveragePoint, notes: tuple[str, ...]) -> tuple[AveragePoint, tuple[str, ...]]:
    """The point at the next announced step, dated the day on which it stood announced; the same point if there is none."""
    days = change_days(asked.regime, asked.origin, asked.destination, asked.known)
    for step in sorted(d for d in days if d > now.on):
        then, more = _at(asked, step)
        measures = {n for n in (*now.by_programme, *then.by_programme) if n not in ("mfn", "column2")}
        if any(abs(now.by_programme.get(n, 0.0) - then.by_programme.get(n, 0.0)) > 1e-12 for n in measures):
            return replace(then, on=now.on, step=step), more
    return now, notes


def _weights(rates: CompiledRates, origin: str, destination: str, weights: str) -> Float[ndarray, " k"]:
    if weights == "simple":
        return np.ones(len(rates.products))
    return read_weights(destination).matrix(rates.products, [origin])[:, 0]


def _weight_words(origin: str, destination: str, weights: str) -> tuple[str, tuple[str, ...]]:
    if weights == "simple":
        return "simple mean over tariff lines", ()
    table = read_weights(destination)
    words = {
        "own": (),
        "union": (f"{origin}'s goods are weighted by the mix of its whole union",),
        "all partners": (f"{origin} has no weights of its own: the mix of all partners stands in",),
    }
    return f"{table.source}; chapters 98 and 99 left out", words[table.basis(origin)]


def _point(rates: CompiledRates, weight: Float[ndarray, " k"], origin: str) -> AveragePoint:
    base = _mean(rates.base[:, 0], weight)
    parts = {name: _mean(value[:, 0], weight)[0] for name, value in rates.by_programme.items()}
    if base[0] is None:
        return AveragePoint(rates.on, None, None, _known(parts), 0.0, len(weight), "no base rate is known")
    name = "column2" if pays_column_2(origin, rates.on) and rates.destination == "USA" else "mfn"
    split = {name: base[0]}
    for programme, value in _known(parts).items():
        if value:
            split[programme] = split.get(programme, 0.0) + value
    return AveragePoint(rates.on, sum(split.values()), base[0], split, base[1], int(np.count_nonzero(weight)))


def _known(parts: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in parts.items() if value is not None}


def _mean(rate: Float[ndarray, " k"], weight: Float[ndarray, " k"]) -> tuple[float | None, float]:
    """The mean over the lines where the rate is known, and their share of all weight."""
    known = ~np.isnan(rate)
    total, held = float(weight.sum()), float(weight[known].sum())
    if total <= 0:
        raise NoAnswerError("average", "this origin sold nothing in the baseline year", "", "Use --weights simple")
    return (float((rate[known] * weight[known]).sum() / held) if held > 0 else None), held / total


def _differs(a: AveragePoint, b: AveragePoint) -> bool:
    names = a.by_programme.keys() | b.by_programme.keys()
    return any(abs(a.by_programme.get(n, 0.0) - b.by_programme.get(n, 0.0)) > 1e-12 for n in names)


def _days(
    regime: Regime,
    origin: str,
    destination: str,
    since: date | str | None,
    until: date | str | None,
    known: date | None,
    reading: Reading = "law",
) -> list[date]:
    if since is None or until is None:
        raise DateError("average", "no day", "--on DATE, or --since DATE and --until DATE")
    first, last = day(since, "since"), day(until, "until")
    if last < first:
        raise DateError("until", f"{last} is before {first}", "a day on or after --since")
    moves = change_days(regime, origin, destination, known)
    if reading != "law":
        moves = looked_at_days(regime, origin, destination)
    found = moves | set(edition_days(destination))
    return [first, *sorted(d for d in found if first < d <= last)]


__all__ = ["EU", "Average", "AveragePoint", "average", "change_days"]
