"""What an item of linkage does in full, not at the margin: the world is solved again with it, from the same state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from parley.frozen import frozen
from parley.rates import Wedges
from parley.scenario.barriers import barriers_of
from parley.scenario.baseline import Baseline
from parley.scenario.options import Commitment, levies_of, met, solve_grid
from parley.talks.games.linkage import EASED, Item, Linkage
from parley.talks.joint import with_transfers
from parley.talks.linkage_answers import SolvedItem, StepPriced
from parley.talks.objective import welfare_pct
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import rebase, solve
from parley.world.world import World

Players = Mapping[str, Sequence[int]]


def solved_items(eq: Equilibrium, players: Players, found: Linkage) -> list[SolvedItem]:
    """Every item at its own amount, from the state of an equilibrium, beside its slope.

    A purchase in full is so much more sold once all prices have answered; its slope counts a unit moved before they do.
    """
    world = rebase(eq)
    return [_solved(world, eq, players, item, found) for item in found.items]


def named_steps(baseline: Baseline, players: Players, found: Linkage) -> list[StepPriced]:
    """Every option of a scenario in place of its player's first one, the others holding theirs; none where there are no options."""
    if len(baseline.scenario.options()) < 2:
        return []
    levies = levies_of(baseline)
    grid, barriers = solve_grid(baseline, levies).grid, barriers_of(baseline, levies)
    held = {p: own[0] for p, own in zip(grid.players, grid.options, strict=True)}
    before, rows = grid.payoff_of(held), list[StepPriced]()
    for p, own in zip(grid.players, grid.options, strict=True):
        for option in own[1:]:
            after = grid.payoff_of({**held, p: option})
            change = {name: _points(after[name], before[name]) for name in players if name in after}
            received = found.received_pct
            rows.append({
                "player": p, "option": option, "in_place_of": held[p],
                "direction": barriers.move(p, held[p], option).direction, "welfare_pct": change,
                "money": {name: v / received[name] if received[name] else None for name, v in change.items()},
            })  # fmt: skip
    return rows


def _points(after: float, before: float) -> float:
    """A change in percent of the state before, of two that are in percent of the baseline."""
    return 100 * ((100 + after) / (100 + before) - 1)


def _solved(world: World, eq: Equilibrium, players: Players, item: Item, found: Linkage) -> SolvedItem:
    there, subsidy = _with(world, eq, players, item)
    welfare = {p: welfare_pct(there, own) for p, own in players.items()}
    received = found.received_pct
    return {
        "id": item.id, "welfare_pct": welfare, "slope_pct": dict(found.worth_pct[item.id]),
        "money": {p: v / received[p] if received[p] else None for p, v in welfare.items()},
        "implied_subsidy": subsidy,
    }  # fmt: skip


def _with(world: World, eq: Equilibrium, players: Players, item: Item) -> tuple[Equilibrium, float | None]:
    """(the equilibrium with one item conceded, of a purchase the subsidy on the price that brings it about)."""
    how = {"model": eq.model, **eq.closure.asked, "tolerance": 1e-12}
    actor, partner = list(players[item.actor]), list(players[item.partner])
    chosen = [world.sectors.index(s) for s in item.sectors or world.sectors]
    cells = np.ix_(actor, partner, chosen)
    if item.kind == "tariff":
        t = world.t.copy()
        t[cells] -= 0.01 * item.unit
        return solve(world, t, **how), None
    if item.kind == "transfer":
        income, money = world.base.income, np.zeros(len(world.countries))
        for own, paid in ((actor, -item.unit), (partner, item.unit)):
            money[own] += paid * income[own] / income[own].sum()
        if eq.closure.chosen:
            return solve(world, transfers=money, **how), None
        return solve(with_transfers(world, money), **how), None
    if item.kind in EASED:
        eased = np.ones_like(world.X)
        eased[np.ix_(partner, actor, chosen)] = np.exp(-0.01 * item.unit)
        return solve(world, iceberg_hat=eased, **how), None
    still = Wedges(frozen(np.ones_like(world.t)), frozen(world.t / (1 + world.t)))
    asked = Commitment(item.actor, item.partner, item.unit, *map(np.array, (actor, partner, chosen)))
    there, subsidies = met(still, [asked], lambda wedges, start: solve(world, wedges, start=start, **how))
    return there, subsidies[0]
