"""Exchange rates between what is on the table: points of tariff, transfers, purchases, limits on technology, export controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parley.errors import InputError, unknown_name
from parley.fixed import fixed_fields
from parley.talks.linkage_answers import BreakEven, Exchange, LinkageItem, LinkagePart, Prices
from parley.talks.marginal import Margin, margin_of
from parley.talks.objective import WELFARE, Objective
from parley.trade.equilibrium import Equilibrium

KINDS = {
    "tariff": "one point of duty less, by `actor` on all goods (or `sectors`) of `partner`",
    "transfer": "one unit of money from `actor` to `partner`",
    "purchase": "one unit of `actor`'s spending moved from its usual suppliers to `partner`: it costs the buyer only as far as "
    "a better supplier is displaced",
    "technology": "one percent less iceberg cost on what `partner` buys of `actor` in `sectors`: a limit eased",
    "export_control": "one percent less iceberg cost on what `partner` buys of `actor` in `sectors`: an export control eased",
}
EASED = ("technology", "export_control")  # both are an iceberg cost on what the partner buys


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
@fixed_fields
class Linkage:
    """What each item is worth to each player, percent of its objective, and what it trades for.

    rates: for each player, how many of one item weigh as much as one of another; None where the other is worth nothing.
    received_pct: by player, what one unit of money from another player is worth to it.
    """

    items: tuple[Item, ...]
    worth_pct: Mapping[str, Mapping[str, float]]
    received_pct: Mapping[str, float]

    def rate(self, player: str, give: str, take: str) -> float | None:
        """How many `take` the player needs for one `give` to be as well off as before."""
        given, taken = self.worth_pct[give][player], self.worth_pct[take][player]
        return None if taken == 0 else -given / taken

    def price(self, player: str, of: str, unit: str) -> float | None:
        """How many `unit` one `of` is worth to the player: 1 in itself, and p(a in c) = p(a in b) p(b in c)."""
        worth = self.worth_pct[unit][player]
        return None if worth == 0 else self.worth_pct[of][player] / worth

    def money(self, player: str, of: str) -> float | None:
        """What one `of` is worth to the player in money received from another player."""
        received = self.received_pct[player]
        return None if received == 0 else self.worth_pct[of][player] / received

    def break_even(self) -> list[BreakEven]:
        """Every pair in which the one who takes has something to give, both ways round."""
        return [_break_even(self, a, b) for a in self.items for b in self.items if a.actor == b.partner != b.actor]

    def as_json(self) -> LinkagePart:
        """Worth by item and player; every pair's exchange rate, prices, money and break-even amounts."""
        names = [item.id for item in self.items]
        players = list(next(iter(self.worth_pct.values())))
        pairs: list[Exchange] = [
            {"give": a, "take": b, "of": {p: self.rate(p, a, b) for p in players}}
            for a in names for b in names if a != b
        ]  # fmt: skip
        prices: Prices = {a: {b: {p: self.price(p, a, b) for p in players} for b in names} for a in names}
        return {
            "items": [_told(item) for item in self.items],
            "worth_pct": {name: dict(worth) for name, worth in self.worth_pct.items()}, "exchange": pairs,
            "prices": prices, "money": {a: {p: self.money(p, a) for p in players} for a in names},
            "break_even": self.break_even(),
            "exact_for": "small steps: all are slopes at the present rates, from one adjoint",
        }  # fmt: skip


def _break_even(found: Linkage, give: Item, take: Item) -> BreakEven:
    """One `give` for some `take`: what the giver needs at least, and what the taker can pay at most."""
    giver, taker = give.actor, take.actor
    worth = found.worth_pct
    costs, brings = worth[give.id][giver], worth[take.id][giver]
    gains, pays = worth[give.id][taker], worth[take.id][taker]
    least = 0.0 if costs >= 0 else -costs / brings if brings > 0 else None
    most = None if pays >= 0 and gains >= 0 else max(0.0, -gains / pays) if pays < 0 else 0.0
    return {
        "give": give.id, "take": take.id, "giver": giver, "taker": taker, "giver_needs": least, "taker_can_pay": most,
        "both_gain": least is not None and gains > 0 and (most is None or least < most),
        "reason": _reason(giver, taker, (least, most), gains),
    }  # fmt: skip


def _reason(giver: str, taker: str, ends: tuple[float | None, float | None], gains: float) -> str:
    least, most = ends
    if gains <= 0:
        return f"what {giver} would give does not help {taker}"
    if least is None:
        return f"no amount makes up to {giver} for what it gives"
    free = f"it costs {giver} nothing; " if least == 0 else ""
    if most is None:
        return f"{free}what {taker} would give costs it nothing: any amount from {least:.4g} up"
    if least < most:
        return f"{free}both gain from {least:.4g} to {most:.4g}"
    return f"{giver} needs {least:.4g}, more than the {most:.4g} that {taker} can pay"


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
    return Linkage(tuple(items), worth, _received(margin, players))


def _received(margin: Margin, players: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """What one unit of money is worth to each player that it comes to, from the first other one; percent."""
    found = {}
    for k, name in enumerate(players):
        giver = next(other for other in players if other != name)
        found[name] = 100 * _slope(margin, k, Item("", "transfer", giver, name), players)
    return found


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
    if item.kind in EASED:
        return float(-0.01 * margin.by_price(k)[np.ix_(partner, actor, chosen)].sum())
    weight = eq.X_new[cell]
    return float((margin.by_purchase(k)[cell] * weight).sum() / weight.sum())
