"""Any answer of a scenario under every published elasticity set: its figures as ranges, on the same law and flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from parley.errors import NoAnswerError
from parley.scenario.baseline import Baseline, recalibrated
from parley.talks.answers import Ranges
from parley.talks.ranges import spread
from parley.world.elasticity import elasticity_sets, read_elasticities, read_set

Figures = Mapping[str, float | None]


def over_sets(baseline: Baseline, figures: Callable[[Baseline], Figures], only: Sequence[str] | None = None) -> Ranges:
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
        "range": {key: spread(by_set) for key, by_set in found.items()},
        "range_not_solved": failed,
        "range_reason": reason,
    }
