"""What each party's best rate on the other would be, and the war that both slide into: exact, with and without links.

Played from the law of the scenario's day: payoffs are against holding every duty of that day. One rate per party on all
goods from the other; the rates on everybody else stay. Cells that carry two wedges keep the rate they collect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parley.errors import NoAnswerError
from parley.scenario.levy import Schedule
from parley.scenario.over_sets import over_sets
from parley.scenario.trade import LINKED, PLAIN
from parley.scenario.walk import Ground, ground_on, solve_on, wedges_of, world_of
from parley.talks.game import nash, respond
from parley.talks.outcome import Outcome
from parley.trade.models import read_model
from parley.trade.solve import rebase
from parley.world.read import worlds
from parley.world.world import World

INSTRUMENT = "bilateral"


def exact_replies(ground: Ground, after: Schedule, ranges: bool = True) -> dict[str, Any] | None:
    """{without_links, with_links} of best replies and the war between the first two parties; None for fewer than two."""
    if len(ground.scenario.parties) < 2:
        return None
    model = ground.scenario.model
    other = PLAIN if read_model(model).LINKS else LINKED
    found = {_key(model): _played(ground, after, ranges)}
    if other == PLAIN or ground.raw.has_links or ground.raw.name in worlds():
        scenario = ground.scenario.replaced(model=other)
        found[_key(other)] = _played(ground_on(replace(ground, scenario=scenario), world_of(scenario)), after, ranges)
    return {
        "instrument": f"{INSTRUMENT}: one rate on all goods from the other party, in place of its rates of the day",
        "against": f"holding every duty of {ground.scenario.on}",
        "payoff": "percent change of real income",
        **{key: found.get(key) for key in ("without_links", "with_links")},
    }


def _key(model: str) -> str:
    return "with_links" if read_model(model).LINKS else "without_links"


def _played(ground: Ground, after: Schedule, ranges: bool) -> dict[str, Any]:
    """Replies and war under the scenario's set, with certificates; their figures as ranges over the published sets."""
    try:
        replies, war = _play(ground, after, True)
    except NoAnswerError as error:
        return {"model": ground.scenario.model, "replies": None, "war": None, "reason": str(error)}
    over = over_sets(ground, lambda held: _figures(*_play(held, after, False))) if ranges else {"range": None}
    return {
        "model": ground.scenario.model,
        "elasticities": ground.raw.elasticities,
        "notes": list(ground.raw.notes),
        "replies": [_row(found, party) for party, found in replies.items()],
        "war": {
            "players": [_row(war, party) for party in war.players],
            "equilibria": len(war.equilibria),
            **_proof(war),
        },
        **over,
    }


def _play(ground: Ground, after: Schedule, check: bool) -> tuple[dict[str, Outcome], Outcome]:
    """(each party's best reply, the war), from the equilibrium of the day."""
    world = _today(ground, after)
    first, second = ground.scenario.parties[:2]
    how: dict[str, Any] = {
        "model": ground.scenario.model, "deficits": ground.scenario.deficits, "check": check,
        "starts": ("base", "high") if check else ("base",),
    }  # fmt: skip
    replies = {
        own: respond(world, own, INSTRUMENT, partners=[rival], **how)
        for own, rival in ((first, second), (second, first))
    }
    return replies, nash(world, (first, second), INSTRUMENT, partners=(first, second), **how)


def _today(ground: Ground, after: Schedule) -> World:
    return rebase(solve_on(ground, wedges_of(ground, ground.before, after)))


def _row(found: Outcome, party: str) -> dict[str, Any]:
    """A party's rate now and then, and what it is worth to it against holding."""
    now = _mean(found, party)
    return {
        "player": party,
        "rate_now": now,
        "rate": found.spread(party)[1],
        "gain_pct": found.equilibria[0].payoff_pct[party],
        **(_proof(found) if len(found.players) == 1 else {}),
    }


def _mean(found: Outcome, party: str) -> float:
    """The mean rate of the day on what is free to move, weighted by baseline spending."""
    held = found.equilibria[0]
    return replace(found, equilibria=(replace(held, tariffs=held.equilibrium.world.t),)).spread(party)[1]


def _proof(found: Outcome) -> dict[str, Any]:
    return {
        "residual": found.residual,
        "max_deviation_gain": found.max_deviation_gain,
        "starts": [vars(start) for start in found.starts],
    }


def _figures(replies: Mapping[str, Outcome], war: Outcome) -> dict[str, float | None]:
    """Rates and gains by name, for the ranges."""
    found: dict[str, float | None] = {}
    for words, outcomes in (("reply", replies), ("war", dict.fromkeys(war.players, war))):
        for party, outcome in outcomes.items():
            found[f"{words} {party} rate"] = outcome.spread(party)[1]
            found[f"{words} {party} gain_pct"] = outcome.equilibria[0].payoff_pct[party]
    return found
