"""What people ask first of a change of duties, as plain data. Percent, dollars and billions of dollars as the names say."""

from __future__ import annotations

from typing import TypedDict


class Span(TypedDict):
    """A figure with its lowest and highest over what `spans` names, in its own unit."""

    low: float
    median: float
    high: float
    spans: str


class Spending(TypedDict):
    """What a household spends in a year. number: of households, null where it was not said. year: null of the user's own."""

    spending: float
    number: float | None
    year: int | None
    money: str
    source: str
    address: str | None


class HouseholdCost(TypedDict):
    """One party. prices_pct, income_pct: percent; cost, income: money a household and year; total: billions, all households.

    household: whose spending was taken; reason: why the figures in money are missing.
    """

    party: str
    prices_pct: Span
    income_pct: Span
    household: Spending | None
    cost: Span | None
    income: Span | None
    total: Span | None
    basis: str
    reason: str | None


class TenYears(TypedDict):
    """More revenue from duties over so many years, billions of dollars: more: with imports as they answer; static: as they were.

    imports_usd_bn: imports of a year that the shares are multiplied with; growth_pct: of these a year, the user's assumption.
    """

    years: int
    more_usd_bn: Span | None
    static_usd_bn: float
    imports_usd_bn: float
    imports_year: int
    growth_pct: float
    basis: str


class FirstAsked(TypedDict):
    """One party. Prices of final consumption over the home wage, percent: of all, and of goods; null where these are not told apart.

    employment_pct: hours worked; null where the closure holds them, for then no job depends on the duties.
    """

    party: str
    consumer_prices_pct: Span | None
    goods_prices_pct: Span | None
    employment_pct: Span | None
    household: HouseholdCost
    revenue: TenYears | None


class SectorExports(TypedDict):
    """Exports of a party in a sector before foreign duty, to all and to the other parties: billions of dollars, percent change."""

    seller: str
    sector: str
    name: str
    exports_usd_bn: float
    exports_pct: float | None
    to_parties_usd_bn: float
    to_parties_pct: float | None
