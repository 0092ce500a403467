"""A game's figures over elasticity sets: low, median and high, what they span, and the sets that were not solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeVar

from parley.errors import NotSolvedError
from parley.talks.answers import PlayerRanges, Spread
from parley.talks.outcome import Outcome
from parley.world.elasticity import set_in_words, spans_of
from parley.world.world import World

Played = TypeVar("Played")
Figures = Mapping[str, Mapping[str, float]]


def outcome_figures(found: Outcome) -> Figures:
    """{player: {payoff_pct, mean_rate}} of a war or a best reply."""
    paid = found.equilibria[0].payoff_pct
    return {p: {"payoff_pct": paid[p], "mean_rate": found.spread(p)[1]} for p in found.players}


def over_sets(
    worlds: Mapping[str, World], play: Callable[[World], Played], figures: Callable[[Played], Figures]
) -> PlayerRanges:
    """{player: {figure: range over the sets}}, what they span, and what was not solved.

    worlds: the same world by the name of its elasticity set. play: the game, such as a call of `nash`. figures: of one game.
    """
    found: dict[str, Figures] = {}
    failed: dict[str, str] = {}
    for name, world in worlds.items():
        try:
            found[name] = figures(play(world))
        except NotSolvedError as error:
            failed[name] = str(error)
    first = next(iter(found.values()), {})
    ranges = {
        p: {key: spread({name: made[p][key] for name, made in found.items()}) for key in own}
        for p, own in first.items()
    }
    return {"range": ranges, "spans": spans_of(found), "range_not_solved": failed}


def spread(by_set: Mapping[str, float]) -> Spread:
    """{low, median, high, over, sign_differs, by_set, spans} of one number over named sets."""
    values = list(by_set.values())
    return {
        "low": min(values),
        "median": median(values),
        "high": max(values),
        "over": sorted(map(set_in_words, by_set)),
        "sign_differs": min(values) < 0 < max(values),
        "by_set": dict(by_set),
        "spans": spans_of(by_set),
    }
