"""What linkage gives as JSON: worth, prices of items in one another and in money, break-even amounts both ways, steps solved again."""

from __future__ import annotations

from typing import TypedDict

from parley.talks.sustain_answers import Direction

Prices = dict[str, dict[str, dict[str, float | None]]]  # {item: {in which item: {player: how many}}}


class LinkageItem(TypedDict):
    """A favour that an actor does a partner. unit: what one of it is, in its kind's measure (a point, money, a percent)."""

    id: str
    kind: str
    actor: str
    partner: str
    sectors: list[str]
    unit: float
    says: str


class Exchange(TypedDict):
    """How many of `take` each player needs for one `give`; null where `take` is worth nothing to it."""

    give: str
    take: str
    of: dict[str, float | None]


class BreakEven(TypedDict):
    """One `give` of the giver for some `take` of the taker: the amounts between which both gain.

    giver_needs: so many of `take` leave the giver no worse off; null: none does. taker_can_pay: so many leave the taker no
    worse off; null: any amount does, for `take` costs it nothing. both_gain: whether any amount lies between the two.
    """

    give: str
    take: str
    giver: str
    taker: str
    giver_needs: float | None
    taker_can_pay: float | None
    both_gain: bool
    reason: str


class SolvedItem(TypedDict):
    """One item in full, by solving again, beside what its slope says, percent of welfare by player.

    implied_subsidy: of a purchase, the part of the price that would bring it about: by so much the supplier is worse than
    those that it displaces; null of all else. money: what the item in full is worth, in the world's money.
    """

    id: str
    welfare_pct: dict[str, float]
    slope_pct: dict[str, float]
    money: dict[str, float | None]
    implied_subsidy: float | None


class StepPriced(TypedDict):
    """A named option of one player in place of another, all others keeping theirs: welfare in percent, and what it is worth in

    the world's money received from another player. Of whom it costs, that is the least to be paid; of whom it helps, the most.
    direction: what it does to the player's barriers against the others, duties, limits and purchases together.
    """

    player: str
    option: str
    in_place_of: str
    direction: Direction
    welfare_pct: dict[str, float]
    money: dict[str, float | None]


class LinkagePart(TypedDict):
    """What each item is worth to each player, percent of welfare, and what trades for what."""

    items: list[LinkageItem]
    worth_pct: dict[str, dict[str, float]]
    exchange: list[Exchange]
    prices: Prices  # of each item in each, itself included (1): worth over worth
    money: dict[str, dict[str, float | None]]  # by item and player: worth in money received from another player
    break_even: list[BreakEven]
    exact_for: str
