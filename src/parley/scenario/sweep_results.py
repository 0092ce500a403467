"""The results of a sweep as tables: one row for each cell and country, and quantiles by scenario and set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from parley.law.explain import is_beyond
from parley.law.law_package import law_in_use
from parley.law.regime import measures_folder, read_to
from parley.scenario.answers import SweepAnswer, SweepRow, SweepRun
from parley.scenario.sweep import Plan
from parley.scenario.sweep_run import Found
from parley.trade.uncertainty import quantiles
from parley.world.elasticity import horizon_of

Field = str | int | float | None


def set_name(name: str) -> str:
    """A set as it is called in the results: the file's name for the user's own."""
    return Path(name).name if name.endswith(".toml") else name


def columns(plan: Plan) -> list[str]:
    """The columns of the results."""
    keys = ["scenario", "model", "world", "deficits", "elasticities", "draw", "country"]
    return [*keys, *plan.indicators, "residual", "reason"]


def result_rows(plan: Plan, found: Found) -> Iterator[list[Field]]:
    """One row for each cell and country, in the order of the plan; a refused cell is one row with its reason and no figures."""
    for (q, s, _), cells in found:
        name, scenario = plan.questions[q]
        world = Path(scenario.world).name
        head = [name, scenario.model, world, scenario.deficits, set_name(plan.sets[s])]
        for cell in cells:
            if "reason" in cell:
                yield [*head, cell["draw"], None, *[None] * len(plan.indicators), cell["residual"], cell["reason"]]
                continue
            for country, figures in cell["values"].items():
                yield [*head, cell["draw"], country, *figures, cell["residual"], None]


def summary(plan: Plan, found: Found) -> list[SweepRow]:
    """By scenario, over all sets and for each: cells, refusals, the worst residual, and quantiles of every figure."""
    made: list[SweepRow] = []
    for q, (name, scenario) in enumerate(plan.questions):
        for s in (None, *range(len(plan.sets))):
            cells = [c for (a, b, _), held in found if a == q and s in (None, b) for c in held]
            solved = [c for c in cells if "values" in c]
            answers = [
                {c: dict(zip(plan.indicators, v, strict=True)) for c, v in cell["values"].items()} for cell in solved
            ]
            made.append(
                {
                    "scenario": name,
                    "model": scenario.model,
                    "elasticities": "all" if s is None else set_name(plan.sets[s]),
                    "horizon": ", ".join(
                        dict.fromkeys(map(horizon_of, plan.sets if s is None else plan.sets[s : s + 1]))
                    ),
                    "cells": len(cells),
                    "refused": len(cells) - len(solved),
                    "reason": next((c["reason"] for c in cells if "reason" in c), None),
                    "residual": max((c["residual"] for c in solved), default=None),
                    "spans": _spans(plan, None if s is None else set_name(plan.sets[s]), len(solved)),
                    "quantiles": quantiles(answers, plan.indicators),
                }
            )
    return made


def _spans(plan: Plan, one: str | None, cells: int) -> str:
    """What a row's quantiles are over, in words."""
    sets = (
        f"the elasticity set {one}"
        if one
        else f"{len(plan.sets)} elasticity sets ({', '.join(map(set_name, plan.sets))})"
    )
    return f"{cells} solved cells: {plan.draws[0] or 'no'} draws around {sets}; one law, model and closure"


def sweep_answer(plan: Plan, made: list[SweepRow], did: SweepRun, files: Sequence[Path]) -> SweepAnswer:
    """The answer of `trade sweep`. made: the summary; did: what the run did; files: what was written."""
    count, seed, spread, common = plan.draws
    days = [r.law_known_to for r in read_to(measures_folder())]
    return {
        **did,
        "title": plan.title,
        "cells": plan.cells,
        "refused": sum(row["refused"] for row in made if row["elasticities"] == "all"),
        "draws": {"count": count, "seed": seed, "spread": spread, "common": common},
        "on": None,
        "known": min(days),
        "law_known_to": min(days),
        "law_version": law_in_use().version,
        "beyond_known": is_beyond(min(days), max(days), None),
        "summary": made,
        "files": [str(path) for path in files],
    }
