"""Decisions counted: how often the best reply was chosen, by group, beside naive rules; political weights fitted and tested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import comb
from statistics import median

import numpy as np

from parley.record.shares import share_of
from parley.scenario.answers_hindcast import Fitted, Rate, Score
from parley.scenario.hindcast import Choice
from parley.scenario.switch_points import HEAVIEST

TRAINED_BEFORE = date(2021, 1, 1)  # weights are fitted on 2018 to 2020 and tested on 2025 and 2026
OWN = "the scenario's outcomes"
STEP = 0.05  # of the weights tried


def rate_of(hits: int, of: int) -> Rate:
    """hits of so many with Wilson's interval."""
    found = share_of(hits, of)
    return {"hits": hits, "of": of, "share": found["share"], **found["wilson"],
            "spans": f"95 % interval of a share (Wilson) from {hits} of {of} choices"}  # fmt: skip


def chance_of(scored: Sequence[float], did: Sequence[bool]) -> float | None:
    """The share of all ways to pick as many that would rank at least as high: the exact one-sided rank-sum test, ties at midranks.

    None where all or none did. It needs no second case, as an interval does.

    Examples
    --------
    >>> chance_of([3.0, 2.0, 1.0, 0.0], [True, False, False, False])
    0.25
    """
    of, picked = len(scored), sum(did)
    if not 0 < picked < of:
        return None
    twice = [sum((other < own) * 2 + (other == own) for other in scored) for own in scored]  # midranks, doubled
    ways: list[dict[int, int]] = [{0: 1}, *({} for _ in range(picked))]
    for rank in twice:
        for k in range(picked, 0, -1):
            for total, count in ways[k - 1].items():
                ways[k][total + rank] = ways[k].get(total + rank, 0) + count
    seen = sum(rank for rank, one in zip(twice, did, strict=True) if one)
    return sum(count for total, count in ways[picked].items() if total >= seen) / comb(of, picked)


def scores(choices: Sequence[Choice], own: Sequence[Choice] = ()) -> list[Score]:
    """All decisions, those of either round, of either side, and those that one of the found options names.

    own: a scenario's outcomes, counted before and apart: packaged points may be the same choices.
    """
    groups: dict[str, Callable[[Choice], bool]] = {
        "all": lambda c: True,
        "2018 to 2020": is_early,
        "2025 and 2026": lambda c: not is_early(c),
        "United States": lambda c: c.decision.decider == "USA",
        "China": lambda c: c.decision.decider == "CHN",
        "one of the options found": lambda c: c.named,
        "a duty raised": lambda c: c.decision.kind in ("come", "match", "threat", "raise"),
        "duties held": lambda c: c.decision.kind == "hold",
        "a duty lowered": lambda c: c.decision.kind in ("back", "lower"),
    }
    first = [_score(OWN, own)] if own else []
    return first + [_score(name, [c for c in choices if wanted(c)]) for name, wanted in groups.items()]


def _score(name: str, own: Sequence[Choice]) -> Score:
    n = len(own)
    return {
        "group": name,
        "best_reply": rate_of(sum(c.is_best() for c in own), n),
        "in_equilibrium": rate_of(sum(c.in_equilibrium for c in own), n),
        "undominated": rate_of(sum(not c.dominated_by for c in own), n),
        "hold": rate_of(sum(held(c) for c in own), n),
        "chance": float(np.mean([1 / len(c.options) for c in own])) if own else None,
        "median_regret_pct": median(c.regret for c in own) if own else None,
    }


def is_early(choice: Choice) -> bool:
    """Of the round of 2018 to 2020."""
    return choice.decision.date < TRAINED_BEFORE


def held(choice: Choice) -> bool:
    """Whether "hold" was the choice."""
    return choice.options[choice.chosen] == "hold"


def fitted(choices: Sequence[Choice]) -> list[Fitted]:
    """Each side's weight on protected industries, fitted on its earlier choices alone and tested on its later ones."""
    players = sorted({c.decision.decider for c in choices if is_early(c)}, key=lambda p: p != "USA")
    return [_fitted(p, [c for c in choices if c.decision.decider == p]) for p in players]


def _fitted(player: str, own: Sequence[Choice]) -> Fitted:
    early, late = [c for c in own if is_early(c)], [c for c in own if not is_early(c)]
    weight = best_weight(early)
    return {
        "player": player,
        "weight": weight,
        "trained": _hits(early, weight),
        "tested": _hits(late, weight),
        "unweighted": _hits(late, 0.0),
        "hold": rate_of(sum(held(c) for c in late), len(late)),
    }


def best_weight(choices: Sequence[Choice]) -> float:
    """The least weight, on a grid of steps, under which most of the choices are best replies."""
    tried = np.round(np.arange(0, HEAVIEST + STEP / 2, STEP), 10)
    hits = [sum(c.is_best(float(b)) for c in choices) for b in tried]
    return float(tried[int(np.argmax(hits))])


def _hits(choices: Sequence[Choice], weight: float) -> Rate:
    return rate_of(sum(c.is_best(weight) for c in choices), len(choices))
