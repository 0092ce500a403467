"""What scenarios answer about trade: each TypedDict is the JSON of a command, key by key. Percent unless a name says otherwise."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict, final

from parley.scenario.answers_first import FirstAsked, SectorExports
from parley.scenario.clocks import ScenarioClocks
from parley.scenario.scenario import Closures
from parley.trade.answers import CountryEffects, DrawPlan, DrawsAnswer, ProductAnswer, Quantiles, Range, WelfareSplit

Ranges = dict[str, dict[str, Range]]
"""By country and indicator."""


class Certified(TypedDict):
    """By which model and elasticities, with the certificate: the relative error, and how many passes it took."""

    model: str
    elasticities: str
    horizon: str  # year, decade or long_run: of the elasticities; "not stated" of one's own
    residual: float
    passes: int
    notes: list[str]


class Solved(Certified, Closures):
    """What was solved, on what, by which closures. size: countries, sectors; walras: relative error; seconds: of the solve.

    assumes: what the user of a closure must answer for, one sentence each.
    """

    assumes: list[str]
    world: str
    year: int
    size: list[int]
    walras: float
    seconds: float


class MostAffected(TypedDict):
    """Third countries with the largest losses and gains of welfare, the largest first."""

    lose: list[str]
    gain: list[str]


class RatesSection(Solved):
    """What new rates do by country. range: over the published elasticity sets, empty where it was not asked for."""

    parties: list[str]
    against: str
    countries: dict[str, CountryEffects]
    range: Ranges
    spans: str | None  # what the range is over, in words; null where it was not asked for
    draws: DrawsAnswer | None
    most_affected: MostAffected
    definitions: dict[str, str]


Moved = TypedDict("Moved", {"from": str, "to": str, "residual": float | None})
Moved.__doc__ = "The world's move by one solve from the law of its base year to that of the day before."


class OtherModel(Certified):
    """The countries of the same question by another model, with its certificate."""

    countries: dict[str, CountryEffects]


class OtherReading(OtherModel):
    """The countries of the same question by another reading of the law, with its certificate."""

    reading: str


class BilateralChange(TypedDict):
    """Imports of one party from another, before duty: percent change, and billions of dollars before it."""

    buyer: str
    seller: str
    pct: float
    base_usd_bn: float


class SpendingShare(TypedDict):
    """The fraction of all that a party spends that went to another before the change."""

    buyer: str
    seller: str
    share: float


class SplitSector(TypedDict):
    """A sector that an exclusion splits: changes of the factor 1 + rate, and shares collected; all fractions.

    mean_rate: by the naive mean; price_wedge: by substitution of 1 + theta within the cell; …_eta_1: by one of 1.
    """

    sector: str
    name: str
    mean_rate: float
    price_wedge: float
    price_wedge_eta_1: float
    collected_share: float
    collected_share_eta_1: float


class WelfareByWedges(TypedDict):
    """Welfare of the parties by two wedges a cell, the same at the other end of substitution, and by naive means."""

    two_wedges: dict[str, float]
    two_wedges_eta_1: dict[str, float]
    naive: dict[str, float]


class ExclusionCells(TypedDict):
    """Where exclusions matter: the sectors that they split, and what that does to the parties' welfare."""

    levied_by: str
    origin: str
    sectors: list[SplitSector]
    welfare_pct: WelfareByWedges


class SellerResponse(TypedDict):
    """Imports from one seller before duty, percent change: within the year, and in the answer's own equilibrium."""

    seller: str
    imports_pct: float | None
    equilibrium_pct: float | None


class BuyerResponse(TypedDict):
    """Imports of one buyer before duty from all, and from those sellers whose duties change most of its trade."""

    buyer: str
    imports_pct: float | None
    equilibrium_pct: float | None
    sellers: list[SellerResponse]


class ImportResponse(TypedDict):
    """What imports do within a year: cell by cell (1 + t)_hat^epsilon, all else still; no welfare, and why. Percent."""

    horizon: str
    elasticities: str
    epsilon: float
    says: str
    buyers: list[BuyerResponse]


class ResponseAnswer(ScenarioClocks, ImportResponse):
    """`trade solve --horizon year`: import responses alone; equilibrium_pct is null. against: whose tariffs.

    statutory: the buyers by the law as written, beside the reading "paid"; null where that is the answer itself.
    """

    parties: list[str]
    against: str
    statutory: list[BuyerResponse] | None


class ClosureRange(TypedDict):
    """Welfare of a country, percent: as asked and with one closure changed at a time; low, high: over these and the sets.

    width: by source, how far it moves welfare (of elasticities: highest less lowest over the sets). largest: the source that
    moves it most. spans: what low and high span, in words.
    """

    welfare_pct: dict[str, float]
    low: float
    high: float
    spans: str
    width: dict[str, float]
    largest: str


class TradeSection(RatesSection):
    """What the law of a day does against that of `before`. weights: by party, where its import weights are from.

    within_year: what imports do within a year, beside the equilibrium's own. over_closures: by country, empty where no range
    was asked for.
    """

    within_year: ImportResponse
    over_closures: dict[str, ClosureRange]
    moved: Moved
    weights: dict[str, str]
    with_links: OtherModel | None
    without_links: OtherModel | None
    statutory: (
        OtherReading | None
    )  # beside the reading "paid": the law as written; null where that is the answer itself
    bilateral: list[BilateralChange]
    spending_share: list[SpendingShare]
    first_asked: list[FirstAsked]
    exports_by_sector: list[SectorExports]
    exclusions: ExclusionCells


class RatesAnswer(ScenarioClocks, RatesSection):
    """`trade solve` with rates of the user's own: no law stands behind it, so its clocks are null."""


class SolveAnswer(ScenarioClocks, TradeSection):
    """`trade solve`: what the law of a day does, country by country."""


class SectorImports(TypedDict):
    """Imports of a party in a sector before duty, from all and from the other parties: billions of dollars, percent change."""

    buyer: str
    sector: str
    name: str
    imports_usd_bn: float
    imports_pct: float | None
    from_parties_usd_bn: float
    from_parties_pct: float | None


class SectorsAnswer(SolveAnswer):
    """The same with the parties' imports by sector."""

    sectors: list[SectorImports]


class SectorRate(TypedDict):
    """The mean rate on one sector's goods of one partner, by its imports, on the comparison day and on the day asked: fractions.

    Null where no product of the sector has a known rate.
    """

    buyer: str
    seller: str
    sector: str
    name: str
    before: float | None
    on: float | None


class CoreAnswer(ScenarioClocks, Solved):
    """What is known after one solve: rates by sector, welfare by country, imports by sector; no ranges and no second model."""

    parties: list[str]
    against: str
    rates: list[SectorRate]
    countries: dict[str, CountryEffects]
    bilateral: list[BilateralChange]
    sectors: list[SectorImports]


class PartialAnswer(ScenarioClocks, ProductAnswer):
    """`trade partial`: one product; the clocks are null for rates of the user's own."""


class AttributedPart(TypedDict):
    """A piece of the law's change and what it adds to welfare by country; standard_error: of sampled orders."""

    id: str
    name: str
    levied_by: str | None
    measures: list[str]
    since: str | None
    welfare_pct: dict[str, float]
    standard_error: dict[str, float] | None


class DecomposeAnswer(ScenarioClocks):
    """`trade decompose`: how much of a welfare change each part contributes. parts and remainder_pct add up to welfare_pct.

    orders: how many random ones, where not every subset was solved; split_gap_pct: what the four parts of `split` miss at most.
    """

    method: Literal["shapley", "shapley sampled", "path"]
    by: str
    orders: int | None
    model: str
    world: str
    elasticities: str
    horizon: str  # year, decade or long_run: of the elasticities; "not stated" of one's own
    deficits: str
    against: str
    welfare_pct: dict[str, float]
    parts: list[AttributedPart]
    remainder_pct: dict[str, float] | None
    split: dict[str, WelfareSplit]
    split_gap_pct: float
    split_pieces: int
    residual: float
    solves: int


@final
class SolvedCell(TypedDict):
    """One equilibrium of a sweep; draw 0 is the set itself. values: by country, the sweep's indicators in their order."""

    draw: int
    residual: float
    passes: int
    values: dict[str, list[float]]


@final
class RefusedCell(TypedDict):
    """A cell that could not be certified, and why."""

    draw: int
    residual: float | None
    reason: str


Cell = SolvedCell | RefusedCell


class SweepRun(TypedDict):
    """What a run did: chunks in all, those finished before, and how it was spread out."""

    chunks: int
    resumed: int
    workers: int | None
    cluster: str | None
    seconds: float


class SweepRow(TypedDict):
    """A scenario of a sweep under one set, or under all: cells, refusals with the first reason, the worst residual, quantiles.

    quantiles: by country and indicator.
    """

    scenario: str
    model: str
    elasticities: str
    horizon: str  # of the set; of all sets, their horizons with commas
    cells: int
    refused: int
    reason: str | None
    residual: float | None
    spans: str  # what the quantiles are over, in words
    quantiles: dict[str, dict[str, Quantiles]]


class SweepAnswer(SweepRun):
    """`trade sweep`: what was solved and by whom, the summary, and the files written. on is null: each scenario has its own."""

    title: str
    cells: int
    refused: int
    draws: DrawPlan
    on: None
    known: date | None
    law_known_to: date | None
    law_version: str
    beyond_known: bool
    summary: list[SweepRow]
    files: list[str]
