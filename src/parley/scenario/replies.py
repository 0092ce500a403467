"""What each party's best rate on the other would be, and the war that both slide into: exact, with and without links.

Played from the law of the scenario's day: payoffs are against holding every duty of that day. One rate per party on all
goods from the other; the rates on everybody else stay, and services bear none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from parley.errors import InputError, NoAnswerError
from parley.scenario.baseline import Baseline, equilibrium_under, over_sets, under_model
from parley.scenario.game import closed
from parley.scenario.levy import Schedule
from parley.scenario.trade import LINKED, PLAIN
from parley.talks.answers import Certificate, ExactReplies, Ranges, RepliesOfModel, ReplyRate
from parley.talks.game import nash, respond
from parley.talks.outcome import Outcome
from parley.trade.models import read_model
from parley.trade.solve import rebase
from parley.world.elasticity import horizon_of, ranged, set_in_words
from parley.world.read import worlds
from parley.world.world import World

INSTRUMENT = "bilateral"
EXTREMES = "the published sets of the lowest and the highest mean elasticity, and the scenario's own"


def exact_replies(baseline: Baseline, after: Schedule, ranges: bool = True) -> ExactReplies | None:
    """{without_links, with_links} of best replies and the war between the first two parties; None for fewer than two."""
    if len(baseline.scenario.parties) < 2:
        return None
    first, second = baseline.scenario.parties[:2]
    model = baseline.scenario.model
    other = PLAIN if read_model(model).LINKS else LINKED
    found = {_key(model): _played(baseline, model, after, ranges)}
    if other == PLAIN or baseline.raw.has_links or baseline.raw.name in worlds():
        found[_key(other)] = _played(baseline, other, after, ranges)
    return {
        "instrument": f"{INSTRUMENT}: one rate on all goods from the other party, in place of its rates of the day",
        "moves": "in a best response, one rate of one party on all goods of the other. "
        f"In the war, one of each of {first} and {second}. "
        f"All other rates stay those in force on {baseline.scenario.on}",
        "base_day": baseline.scenario.on.isoformat(),
        "base": f"the tariffs in force on {baseline.scenario.on}",
        "against": f"holding every duty of {baseline.scenario.on}",
        "payoff": "percent change of real income",
        "rate_now": f"the mean duty collected on those goods, weighted by trade under the law of {baseline.scenario.before}",
        "ranges": f"over {EXTREMES}",
        "without_links": found.get("without_links"),
        "with_links": found.get("with_links"),
    }


def _key(model: str) -> str:
    return "with_links" if read_model(model).LINKS else "without_links"


def _played(baseline: Baseline, model: str, after: Schedule, ranges: bool) -> RepliesOfModel:
    """Replies and war by a model under the scenario's set, with certificates; their figures as ranges over the published sets."""
    try:
        closed(baseline.scenario)
        baseline = baseline if model == baseline.scenario.model else under_model(baseline, model)
        replies, war = _play(baseline, after, True)
    except (InputError, NoAnswerError) as error:  # a closure that best responses are not derived under, or none found
        return {"model": model, "replies": None, "war": None, "reason": str(error), "range": None}

    def figures(held: Baseline) -> dict[str, float | None]:
        known = np.array_equal(held.raw.theta, baseline.raw.theta)
        return _figures(replies, war) if known else _figures(*_play(held, after, False))

    over: Ranges = over_sets(baseline, figures, _extremes(baseline)) if ranges else {"range": None}
    world = _today(baseline, after)
    now = {party: _now(baseline, world, party) for party in replies}
    return {
        "model": baseline.scenario.model,
        "elasticities": set_in_words(baseline.raw.elasticities),
        "horizon": horizon_of(baseline.raw.elasticities),
        "notes": list(baseline.raw.notes),
        "replies": [{**_row(found, party, now), **_proof(found)} for party, found in replies.items()],
        "war": {
            "players": [_row(war, party, now) for party in war.players],
            "equilibria": war.passed,
            **_proof(war),
        },
        **over,
    }


def _play(baseline: Baseline, after: Schedule, check: bool) -> tuple[dict[str, Outcome], Outcome]:
    """(each party's best reply, the war), from the equilibrium of the day; from two starts where they are cheap."""
    several = check and not read_model(baseline.scenario.model).LINKS
    world = _today(baseline, after)
    first, second = baseline.scenario.parties[:2]
    how: dict[str, Any] = {
        "model": baseline.scenario.model, "deficits": baseline.scenario.deficits, "sectors": _goods(world), "check": check,
        "capital": baseline.scenario.capital,
        "starts": ("base", "high") if several else ("base",),
    }  # fmt: skip
    replies = {
        own: respond(world, own, INSTRUMENT, partners=[rival], **how)
        for own, rival in ((first, second), (second, first))
    }
    return replies, nash(world, (first, second), INSTRUMENT, partners=(first, second), **how)


def _today(baseline: Baseline, after: Schedule) -> World:
    """The equilibrium of the day as a baseline."""
    return baseline.once(("today", *after.items()), lambda: rebase(equilibrium_under(baseline, after)))


def _goods(world: World) -> list[str]:
    """The sectors that bear a duty somewhere."""
    return [name for s, name in enumerate(world.sectors) if world.t[:, :, s].any()]


def _extremes(baseline: Baseline) -> list[str]:
    """The sets of the lowest and the highest mean elasticity, and the baseline's own."""
    mean = {name: float(np.mean(theta)) for name, theta in ranged(baseline.raw).items()}
    own = [baseline.raw.elasticities] if baseline.raw.elasticities in mean else []
    return (
        sorted({*own, min(mean, key=lambda name: mean[name]), max(mean, key=lambda name: mean[name])}) if mean else []
    )


def _now(baseline: Baseline, world: World, party: str) -> float:
    """The mean duty collected on the rival's goods, weighted by trade under the law of before."""
    first, second = (baseline.world.index(p) for p in baseline.scenario.parties[:2])
    n, i = (first, second) if world.index(party) == first else (second, first)
    goods = [s for s in range(len(world.sectors)) if world.t[:, :, s].any()]
    weight = baseline.world.X[n, i, goods]
    return float((weight * world.t[n, i, goods]).sum() / weight.sum())


def _row(found: Outcome, party: str, now: Mapping[str, float]) -> ReplyRate:
    """A party's rate now and then, and what it is worth to it against holding."""
    gain = found.equilibria[0].payoff_pct[party]
    return {"player": party, "rate_now": now[party], "rate": found.spread(party)[1], "gain_pct": gain}


def _proof(found: Outcome) -> Certificate:
    return {
        "residual": found.residual,
        "max_deviation_gain": found.max_deviation_gain,
        "verdict": found.verdict,
        "called": found.called,
        "starts": [start.as_json() for start in found.starts],
    }


def _figures(replies: Mapping[str, Outcome], war: Outcome) -> dict[str, float | None]:
    """Rates and gains by name, for the ranges."""
    found: dict[str, float | None] = {}
    for words, outcomes in (("reply", replies), ("war", dict.fromkeys(war.players, war))):
        for party, outcome in outcomes.items():
            found[f"{words} {party} rate"] = outcome.spread(party)[1]
            found[f"{words} {party} gain_pct"] = outcome.equilibria[0].payoff_pct[party]
    return found
