"""What the games give as JSON: parts of the answers of `parley talks`, by game. Shares of welfare are percent."""

from __future__ import annotations

from typing import TypedDict


class FlowCost(TypedDict):
    """What a month of holding out costs, percent of a year's welfare."""

    cost_pct_a_month: float


class Assumed(TypedDict):
    """What the user assumes of a side, percent of a year's welfare."""

    prize_pct: float
    audience_pct_a_month: float


class YieldsAtOnce(TypedDict):
    """A pure equilibrium of a war of attrition."""

    yields_at_once: str
    because: str


class MixedAttrition(TypedDict):
    """Chance a month that each yields at the start, chance that it is the one, months until it is over; null without one."""

    yields_a_month: dict[str, float | None]
    yields_first: dict[str, float | None]
    expected_months: float | None
    median_months: float | None


class AttritionPart(TypedDict):
    """Who can hold out longer: what the model gave and what was assumed, apart; then what follows, by player."""

    players: list[str]
    from_the_model: dict[str, FlowCost]
    assumed: dict[str, Assumed]
    assumption: str
    patience_months: dict[str, float | None]
    pure_equilibria: list[YieldsAtOnce]
    mixed_equilibrium: MixedAttrition
    reason: str
    unit: str
