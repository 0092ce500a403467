"""The results of a sweep as tables: one row for each cell and country, and quantiles by scenario and set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parley.scenario.sweep import Plan
from parley.trade.draws import quantiles

Found = list[tuple[tuple[int, int, int], list[dict[str, Any]]]]


def set_name(name: str) -> str:
    """A set as it is called in the results: the file's name for the user's own."""
    return Path(name).name if name.endswith(".toml") else name


def columns(plan: Plan) -> list[str]:
    """The columns of the results."""
    keys = ["scenario", "model", "world", "deficits", "elasticities", "draw", "country"]
    return [*keys, *plan.indicators, "residual", "reason"]


def result_rows(plan: Plan, found: Found) -> Iterator[list[Any]]:
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


def summary(plan: Plan, found: Found) -> list[dict[str, Any]]:
    """By scenario, over all sets and for each: cells, refusals, the worst residual, and quantiles of every figure."""
    made = []
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
                    "cells": len(cells),
                    "refused": len(cells) - len(solved),
                    "reason": next((c["reason"] for c in cells if "reason" in c), None),
                    "residual": max((c["residual"] for c in solved), default=None),
                    "quantiles": quantiles(answers, plan.indicators),
                }
            )
    return made
