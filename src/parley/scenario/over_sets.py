"""Any answer of a scenario under every published elasticity set: its figures as ranges, on the same law and flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, cast

from parley.errors import NoAnswerError
from parley.scenario.baseline import Baseline, recalibrated
from parley.talks.ranges import spread
from parley.trade.answers import Range
from parley.world.elasticity import elasticity_sets, read_elasticities, read_set

Figures = Mapping[str, float | None]


class SetsRange(Range):
    """A range with each set's own figure."""

    by_set: dict[str, float]


class OverSets(TypedDict):
    """Figures as ranges. range_not_solved: by set, why it has no answer; range_reason: why there is no range at all."""

    range: dict[str, SetsRange]
    range_not_solved: dict[str, str]
    range_reason: str | None


def over_sets(
    baseline: Baseline, figures: Callable[[Baseline], Figures], only: Sequence[str] | None = None
) -> OverSets:
    """{range: {figure: {low, median, high, over, sign_differs, by_set}}, range_not_solved, range_reason}.

    figures: named numbers of one baseline; None where there is none under that set (then the set is missing from `over`).
    only: these sets; None: every published one that covers the world's sectors.
    """
    found: dict[str, dict[str, float]] = {}
    failed: dict[str, str] = {}
    names = elasticity_sets() if only is None else only
    sets = [name for name in names if {*baseline.raw.sectors} <= {*read_set(name).theta}]
    for name in sets:
        try:
            made = figures(recalibrated(baseline, baseline.raw.with_theta(read_elasticities(name, baseline.raw), name)))
        except NoAnswerError as error:
            failed[name] = str(error)
            continue
        for key, value in made.items():
            if value is not None:
                found.setdefault(key, {})[name] = value
    reason = None if sets else "no published set covers the sectors of this world"
    return {
        "range": {key: cast(SetsRange, spread(by_set)) for key, by_set in found.items()},
        "range_not_solved": failed,
        "range_reason": reason,
    }


def deadline_figures(answer: Mapping[str, Any]) -> Figures:
    """p* by country."""
    return {row["id"]: row["p_star"] for row in answer["players"]}


def signal_figures(found: Mapping[str, Any]) -> Figures:
    """The cost of the step, and what would make it costly."""
    return {key: found[key] for key in ("cost_pct", "weight_break_even", "lost_position_break_even_pct")}


def leverage_figures(answer: Mapping[str, Any]) -> Figures:
    """The target's harm per own harm by sector; none where one of them gains."""
    return {row["id"]: row["ratio"] for row in answer["sectors"]}


def linkage_figures(answer: Mapping[str, Any]) -> Figures:
    """What each item is worth to each party."""
    return {f"{name} | {p}": v for name, worth in answer["worth_pct"].items() for p, v in worth.items()}


def weights_figures(answer: Mapping[str, Any]) -> Figures:
    """Weights by sector, and that of duties."""
    return {row["id"]: row["weight"] for row in answer["sectors"]} | {"duties": answer["revenue_weight"]}


def sustain_figures(answer: Mapping[str, Any]) -> Figures:
    """The least discount factor by player."""
    return {row["player"]: row["delta"] for row in answer["patience"]}


def attrition_figures(answer: Mapping[str, Any]) -> Figures:
    """What a month of holding out costs, by player."""
    return {p: own["cost_pct_a_month"] for p, own in answer["from_the_model"].items()}


def path_figures(answer: Mapping[str, Any]) -> Figures:
    """What the path has cost by its end, by party."""
    return dict(answer["paid_so_far_pct"])
