"""How far welfare depends on what closes the model, beside how far it depends on the elasticities; and which of them most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from parley.errors import InputError, NotSolvedError, WorldError
from parley.scenario.answers import ClosureRange, OtherModel, Ranges
from parley.scenario.baseline import Baseline, wedges_of
from parley.scenario.levy import Schedule
from parley.scenario.scenario import Scenario
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import by_country
from parley.trade.models import read_model
from parley.trade.solve import solve

OWN = "as asked"
ELASTICITIES, LINKS = "elasticities", "links"
OTHERS = {"deficits": ("deficits", ("world_share", "endogenous")), "capital": ("capital", ("fixed", "steady_state"))}


def over_closures(
    baseline: Baseline, after: Schedule, eq: Equilibrium, sets: Ranges, other: OtherModel | None
) -> dict[str, ClosureRange]:
    """{ISO3: ClosureRange}: the answer as asked, each closure changed alone, with or without links, and the range over sets.

    A closure that the dataset or the model cannot take is left out.
    """
    welfare = {OWN: _welfare(by_country(eq))}
    sources: dict[str, str] = {}
    for source, (field, names) in OTHERS.items():
        asked = getattr(baseline.scenario, field)
        name = next(name for name in reversed(names) if name != asked)
        found = _under(baseline, after, eq, baseline.scenario.replaced(**{field: name}))
        if found is not None:
            welfare[f"{source} {name}"], sources[f"{source} {name}"] = found, source
    if other is not None:
        label = f"{'with' if read_model(other['model']).LINKS else 'without'} links"
        welfare[label], sources[label] = _welfare(other["countries"]), LINKS
    return {c: _row(c, {name: values[c] for name, values in welfare.items()}, sources, sets) for c in welfare[OWN]}


def _under(baseline: Baseline, after: Schedule, eq: Equilibrium, scenario: Scenario) -> dict[str, float] | None:
    """Welfare by country under another closure, from the same baseline; None where it cannot be had."""
    wedges = wedges_of(baseline, baseline.before, after)
    try:
        there = solve(baseline.world, wedges, model=scenario.model, **scenario.closures())
    except (InputError, WorldError, NotSolvedError):
        return None
    return _welfare(by_country(there))


def _welfare(countries: Mapping[str, Mapping[str, object]]) -> dict[str, float]:
    return {c: cast(float, figures["welfare_pct"]) for c, figures in countries.items()}


def _row(country: str, welfare: dict[str, float], sources: dict[str, str], sets: Ranges) -> ClosureRange:
    """One country's figures; a source's width is the distance between the answer as asked and that with it changed."""
    own = welfare[OWN]
    width = {source: abs(welfare[name] - own) for name, source in sources.items()}
    ends = list(welfare.values())
    found = sets[country]["welfare_pct"] if country in sets else None
    if found:
        width[ELASTICITIES] = found["high"] - found["low"]
        ends += [found["low"], found["high"]]
    largest = max(width, key=width.__getitem__) if width else ELASTICITIES
    span = _spans(list(sources), len(found["over"]) if found else 0)
    return {
        "welfare_pct": welfare,
        "low": min(ends),
        "high": max(ends),
        "spans": span,
        "width": width,
        "largest": largest,
    }


def _spans(changed: list[str], sets: int) -> str:
    """What a range over closures spans, in words."""
    ranged = f", and {sets} elasticity sets under the closure as asked" if sets else ""
    return f"lowest to highest of the answer {', '.join([OWN, *changed])}, each changed alone{ranged}. Flows and law stay the same"
