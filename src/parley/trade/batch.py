"""Many changes of one world, one certified equilibrium each: solved side by side where the model can, in the order given."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy import ndarray

from parley.arguments import checked, plan_of
from parley.errors import InputError
from parley.question import Count
from parley.rates import Wedges
from parley.trade.anderson import accelerate_many
from parley.trade.closure import Closure, closure_of
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model
from parley.trade.problem import prepare, wedges_of
from parley.trade.solve import LED, MEMORY, SAFETY, TOLERANCE, balance, finish, is_balanced, keep_freed, solve
from parley.world.world import World

Change = ndarray | Wedges | tuple[World, ndarray | Wedges]
AT_ONCE = 16  # scenarios side by side: their matrices still lie in the cache


@checked
def solve_each(
    world: World, changes: Iterable[Change], *, at_once: Count = AT_ONCE, **asked: Any
) -> Iterator[Equilibrium]:
    """The Equilibrium of each change in turn, as `solve(world, change, **asked)` gives it to the tolerance.

    Parameters
    ----------
    world
        The baseline.
    changes
        Each new rates or Wedges; or (another world of the same size, its rates), such as one with drawn elasticities.
    at_once
        How many are solved together.
    asked
        Further arguments of `solve`.

    Returns
    -------
    iterator of Equilibrium
        Nothing is kept: what an equilibrium is wanted for must be taken from it as it comes.

    Raises
    ------
    InputError, NotSolvedError
        As in `solve`.

    Examples
    --------
    >>> import parley
    >>> world = parley.read_world("oecd-2022")
    >>> [eq.residual < 1e-9 for eq in parley.solve_each(world, [world.t, 1.1 * world.t])]
    [True, True]
    """
    if "t_new" in asked:
        raise InputError("solve_each: t_new", "given beside changes", "new rates as changes alone")
    return _each(world, iter(changes), at_once, plan_of(solve).words(asked))


def _each(world: World, todo: Iterator[Change], at_once: int, asked: dict[str, Any]) -> Iterator[Equilibrium]:
    """The Equilibrium of each change in turn, so many solved together."""
    while chunk := list(islice(todo, at_once)):
        pairs = [change if isinstance(change, tuple) else (world, change) for change in chunk]
        yield from _solved(pairs, asked)


def _solved(pairs: list[tuple[World, ndarray | Wedges]], asked: dict[str, Any]) -> Iterator[Equilibrium]:
    module, closure = read_model(asked.get("model", "armington")), _closure(pairs[0][0], asked)
    alone = any(asked.get(name) is not None for name in ("export_tax", "start", "iceberg_hat", "demand_hat"))
    alone = alone or bool(closure.chosen)
    if len(pairs) == 1 or alone or closure.elastic or not hasattr(module.Iteration, "together"):
        for world, change in pairs:
            yield solve(world, change, **asked)
        return
    keep_freed()
    began, tolerance = time.perf_counter(), asked.get("tolerance", TOLERANCE)
    held = _at_rest([world for world, _ in pairs], asked)
    problems = [prepare(w, wedges_of(w, change), closure) for w, (_, change) in zip(held, pairs, strict=True)]
    single = [module.Iteration(problem) for problem in problems]
    rows = single[0].together(single)
    x = np.array([iteration.start() for iteration in single])
    found = accelerate_many(rows.led_rows, x, SAFETY * tolerance, LED, rows.take, MEMORY)
    named = module.__name__.rsplit(".", 1)[1], asked.get("numeraire", "world_labour"), began
    for problem, iteration, point, (_, change) in zip(problems, single, found, pairs, strict=True):
        if point.residual <= SAFETY * tolerance:
            eq = finish(problem, iteration.state(point.x), point, ("side by side",), named)
            if eq.residual <= tolerance:
                yield eq
                continue
        yield solve(problem.world, change, **asked)


def _closure(world: World, asked: dict[str, Any]) -> Closure:
    named = {"deficits": "world_share", "revenue": "lump_sum", "numeraire": "world_labour", "transfers": None}
    named |= {"labour_supply": 0.0, "tax_rate": None, "capital": "fixed", "closures": (), "model": "armington"}
    return closure_of(world, **{name: asked.get(name, default) for name, default in named.items()})


def _at_rest(worlds: list[World], asked: dict[str, Any]) -> list[World]:
    """The worlds, each balanced first where that is asked for: once for each that differs."""
    if asked.get("deficits") != "balanced":
        return worlds
    held = {id(w): w if is_balanced(w) else balance(w, model=asked.get("model", "armington")) for w in worlds}
    return [held[id(w)] for w in worlds]
