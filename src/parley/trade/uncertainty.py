"""How far an answer depends on the trade elasticities: the same question under every published set, or under draws.

Draws are log-normal around a set, with one factor that all sectors share; seeded, one by one:

    theta[d,s] = theta[s] exp(spread (sqrt(common) z[d] + sqrt(1 − common) e[d,s])),   z, e standard normal

so that theta[s] is the median, `spread` the standard deviation of log theta, and `common` the correlation between any
two sectors. Draw d depends on the seed and on d alone: more draws, or another order, leave it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy import ndarray

from parley.arguments import checked, checked_fields
from parley.array_types import Float
from parley.errors import InputError
from parley.trade.answers import Quantiles, Range
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import by_country
from parley.world.elasticity import elasticity_sets, published_spread, read_elasticities, set_in_words, spans_of
from parley.world.world import World

Answers = dict[str, dict[str, dict[str, float]]]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_DRAWS = 1_000_000


def across_sets(
    world: World, answer: Callable[[World], Equilibrium], sets: Iterable[str] | None = None
) -> dict[str, dict[str, Range]]:
    """{ISO3: {indicator: {low, median, high, over, sign_differs}}} over elasticity sets (default: all packaged ones).

    answer: from a world to its equilibrium; it is called once a set, so that wedges inside a cell may follow theta too.
    """
    return ranges_of(answers_by_set(world, answer, sets))


def ranges_of(answers: Answers) -> dict[str, dict[str, Range]]:
    """{ISO3: {indicator: range}} of the answers of some sets."""
    first = next(iter(answers.values()))
    return {c: {name: _range(answers, c, name) for name in figures} for c, figures in first.items()}


def answers_by_set(world: World, answer: Callable[[World], Equilibrium], sets: Iterable[str] | None = None) -> Answers:
    """{set: {ISO3: {indicator: value}}}: each set's own answer."""
    names = list(elasticity_sets() if sets is None else sets)
    return {name: by_country(answer(world.with_theta(read_elasticities(name, world), name))) for name in names}


def _range(answers: Answers, country: str, indicator: str) -> Range:
    """low, median and high of one figure; over: the sets by value; sign_differs: whether any two signs are opposite."""
    values = {name: figures[country][indicator] for name, figures in answers.items()}
    low, high = min(values.values()), max(values.values())
    return {
        "low": low,
        "median": median(values.values()),
        "high": high,
        "over": [set_in_words(name) for name in sorted(values, key=values.__getitem__)],
        "sign_differs": low < 0 < high,
        "spans": spans_of(values),
    }


@checked_fields
@dataclass(frozen=True)
class Draws:
    """How elasticities are drawn. count: how many; seed; spread: of log theta; common: correlation between sectors."""

    count: int
    seed: int
    spread: float
    common: float

    def theta(self, middle: Float[ndarray, " s"], draw: int) -> Float[ndarray, " s"]:
        """theta of one draw, counted from 0, around the middle."""
        normal = np.random.Generator(np.random.PCG64(np.random.SeedSequence((self.seed, draw))))
        z = normal.standard_normal(1 + len(middle))
        return middle * np.exp(self.spread * (np.sqrt(self.common) * z[0] + np.sqrt(1 - self.common) * z[1:]))


@checked
def draws_of(count: int, seed: int = 0, spread: float | None = None, common: float | None = None) -> Draws:
    """The Draws of these numbers, checked; spread and common default to what the published sets show."""
    if not 0 <= count <= MOST_DRAWS:
        raise InputError("draws", f"{count} draws", f"0 to {MOST_DRAWS:,}")
    if seed < 0:
        raise InputError("draws", f"seed is {seed}", "0 or a positive integer")
    found = published_spread()
    spread, common = found[0] if spread is None else spread, found[1] if common is None else common
    if not 0 <= spread <= 2:
        raise InputError("draws", f"spread is {spread}", "0 to 2: the standard deviation of log elasticities")
    if not 0 <= common <= 1:
        raise InputError("draws", f"common is {common}", "0 to 1: the correlation between sectors")
    return Draws(count, seed, float(spread), float(common))


def quantiles(
    answers: Iterable[Mapping[str, Mapping[str, float]]], indicators: Iterable[str] | None = None
) -> dict[str, dict[str, Quantiles]]:
    """{ISO3: {indicator: {p05 p25 p50 p75 p95 mean positive}}} of answers {ISO3: {indicator: value}}, one a draw.

    positive: the share of draws in which the figure is above zero.
    """
    held = list(answers)
    if not held:
        return {}
    names = tuple(indicators or next(iter(held[0].values())))
    values = np.array([[[figures[name] for name in names] for figures in answer.values()] for answer in held])
    at = np.quantile(values, QUANTILES, axis=0)
    mean, positive = values.mean(axis=0), (values > 0).mean(axis=0)
    made: dict[str, dict[str, Quantiles]] = {}
    for c, country in enumerate(held[0]):
        made[country] = {}
        for k, name in enumerate(names):
            p05, p25, p50, p75, p95 = at[:, c, k].tolist()
            made[country][name] = {
                "p05": p05, "p25": p25, "p50": p50, "p75": p75, "p95": p95,
                "mean": float(mean[c, k]), "positive": float(positive[c, k]),
            }  # fmt: skip
    return made
