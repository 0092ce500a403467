"""How far an answer depends on the trade elasticities: the same question under every published set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median

from parley.trade.answers import Range
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import by_country
from parley.world.elasticity import elasticity_sets, read_elasticities
from parley.world.world import World

Answers = dict[str, dict[str, dict[str, float]]]


def across_sets(
    world: World, answer: Callable[[World], Equilibrium], sets: Iterable[str] | None = None
) -> dict[str, dict[str, Range]]:
    """{ISO3: {indicator: {low, median, high, over, sign_differs}}} over elasticity sets (default: all packaged ones).

    answer: from a world to its equilibrium; it is called once a set, so that wedges inside a cell may follow theta too.
    """
    answers = answers_by_set(world, answer, sets)
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
        "over": sorted(values, key=values.__getitem__),
        "sign_differs": low < 0 < high,
    }
