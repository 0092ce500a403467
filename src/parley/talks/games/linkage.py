"""Exchange rates between what is on the table: points of tariff, transfers, purchases, limits on technology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parley.errors import InputError, unknown_name
from parley.talks.answers import Exchange, LinkageItem, LinkagePart
from parley.talks.marginal import Margin, margin_of
from parley.talks.objective import WELFARE, Objective
from parley.trade.equilibrium import Equilibrium

KINDS = {
    "tariff": "one point of duty less, by `actor` on all goods (or `sectors`) of `partner`",
    "transfer": "one unit of money from `actor` to `partner`",
    "purchase": "one unit of `actor`'s spending moved from its usual suppliers to `partner`",
    "technology": "one percent less iceberg cost on what `partner` buys of `actor` in `sectors`: a limit eased",
}


@dataclass(frozen=True)
class Item:
    """One thing that can be conceded. unit: how much of it is one; for money, in the world's unit."""

    id: str
    kind: str
    actor: str
    partner: str
    sectors: tuple[str, ...] = ()
    unit: float = 1.0


@dataclass(frozen=True)
class Linkage:
    """What each item is worth to each player, percent of its objective, and what it trades for.

    rates: for each player, how many of one item weigh as much as one of another; None where the other is worth nothing.
    """

    items: tuple[Item, ...]
    worth_pct: Mapping[str, Mapping[str, float]]

    def rate(self, player: str, give: str, take: str) -> float | None:
        """How many `take` the player needs for one `give` to be as well off as before."""
        given, taken = self.worth_pct[give][player], self.worth_pct[take][player]
        return None if taken == 0 else -given / taken

    def as_json(self) -> LinkagePart:
        """Worth by item and player; every pair's exchange rate."""
        names = [item.id for item in self.items]
        players = list(next(iter(self.worth_pct.values())))
        pairs: list[Exchange] = [
            {"give": a, "take": b, "of": {p: self.rate(p, a, b) for p in players}}
            for a in names for b in names if a != b
        ]  # fmt: skip
        return {
            "items": [_told(item) for item in self.items],
            "worth_pct": {name: dict(worth) for name, worth in self.worth_pct.items()}, "exchange": pairs,
            "exact_for": "small steps: all are slopes at the present rates, from one adjoint",
        }  # fmt: skip


def _told(item: Item) -> LinkageItem:
    return {"id": item.id, "kind": item.kind, "actor": item.actor, "partner": item.partner,
            "sectors": list(item.sectors), "unit": item.unit, "says": KINDS[item.kind]}  # fmt: skip


def linkage(
    eq: Equilibrium,
    players: Mapping[str, Sequence[int]],
    items: Sequence[Item],
    objective: Objective = WELFARE,
) -> Linkage:
    """The Linkage of items at an equilibrium: slopes by one adjoint. players: name → members' positions."""
    margin = margin_of(eq, tuple(tuple(own) for own in players.values()), objective)
    for item in items:
        _check(item, players, eq)
    worth = {
        item.id: {name: 100 * item.unit * _slope(margin, k, item, players) for k, name in enumerate(players)}
        for item in items
    }
    return Linkage(tuple(items), worth)


def _check(item: Item, players: Mapping[str, Sequence[int]], eq: Equilibrium) -> None:
    if item.kind not in KINDS:
        raise unknown_name(f"linkage: {item.id}", "kind", item.kind, KINDS)
    for name in (item.actor, item.partner):
        if name not in players:
            raise unknown_name(f"linkage: {item.id}", "player", name, players)
    for sector in item.sectors:
        if sector not in eq.world.sectors:
            raise unknown_name(f"linkage: {item.id}", "sector", sector, eq.world.sectors)
    if item.actor == item.partner:
        raise InputError(f"linkage: {item.id}", "actor and partner are the same", "two players")


def _slope(margin: Margin, k: int, item: Item, players: Mapping[str, Sequence[int]]) -> float:
    """dO_k by one of the item, for the actor's favour to the partner."""
    eq, actor, partner = margin.eq, list(players[item.actor]), list(players[item.partner])
    income = eq.world.base.income
    if item.kind == "transfer":
        r = margin.by_income(k)
        given, taken = ((r[own] @ income[own]) / income[own].sum() for own in (actor, partner))
        return float(taken - given)
    chosen = [eq.world.sectors.index(s) for s in item.sectors or eq.world.sectors]
    cell = np.ix_(actor, partner, chosen)
    if item.kind == "tariff":
        return float(-0.01 * (margin.by_rate(k)[cell] / (1 + eq.t_new[cell])).sum())
    if item.kind == "technology":
        return float(-0.01 * margin.by_price(k)[np.ix_(partner, actor, chosen)].sum())
    weight = eq.X_new[cell]
    return float((margin.by_purchase(k)[cell] * weight).sum() / weight.sum())
