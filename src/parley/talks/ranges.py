"""The same war under every elasticity set: how far its answer hangs on an estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

from parley.errors import NotSolvedError
from parley.talks.outcome import Outcome
from parley.world.world import World


def over_sets(worlds: Mapping[str, World], play: Callable[[World], Outcome]) -> dict:
    """{player: {payoff_pct, mean_rate}} as ranges over the sets, and what was not solved.

    worlds: the same world by the name of its elasticity set. play: the game, such as a call of `nash`.
    """
    found: dict[str, Outcome] = {}
    failed: dict[str, str] = {}
    for name, world in worlds.items():
        try:
            found[name] = play(world)
        except NotSolvedError as error:
            failed[name] = str(error)
    players = next(iter(found.values())).players if found else ()
    ranges = {
        p: {
            "payoff_pct": spread({name: o.equilibria[0].payoff_pct[p] for name, o in found.items()}),
            "mean_rate": spread({name: o.spread(p)[1] for name, o in found.items()}),
        }
        for p in players
    }
    return {"range": ranges, "range_not_solved": failed}


def spread(by_set: Mapping[str, float]) -> dict:
    """{low, median, high, over, sign_differs, by_set} of one number over named sets."""
    values = list(by_set.values())
    return {
        "low": min(values),
        "median": median(values),
        "high": max(values),
        "over": sorted(by_set),
        "sign_differs": min(values) < 0 < max(values),
        "by_set": dict(by_set),
    }
