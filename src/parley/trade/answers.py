"""What the trade room answers with: figures by country with their definitions and labels, ranges, quantiles, a world's accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple, NotRequired, TypedDict, get_type_hints

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.array_types import Float
    from parley.trade.indicators import Measured


class Indicator(NamedTuple):
    """What an indicator is, how it is computed, and what a table that shows it calls it.

    value: by country: new over old, or percent of what `share_of` names. label: empty where only JSON and data frames have it.
    """

    says: str
    value: Callable[[Measured], Float[ndarray, " n"]]
    label: str = ""
    share_of: str = ""


class Indicators(TypedDict):
    """What an equilibrium means for one country: percent, but for shares of GDP in percent; null where it has no such trade.

    One field is one indicator: its definition, its formula and its label are read from here, in this order.
    """

    welfare_pct: Annotated[
        float,
        Indicator(
            "real income (earnings, duties and transfers over the price of final consumption), change; less the "
            "cost of effort where labour responds, and less revenue where it is wasted",
            lambda m: m.eq.welfare_hat,
            "welfare",
        ),
    ]
    real_wage_pct: Annotated[
        float,
        Indicator("wage over the price of final consumption, change", lambda m: m.eq.w_hat / m.level, "real wage"),
    ]
    terms_of_trade_pct: Annotated[
        float | None,
        Indicator(
            "price of own exports over price of imports before duty, geometric means at baseline shares",
            lambda m: m.terms_of_trade,
            "terms of trade",
        ),
    ]
    exports_pct: Annotated[
        float | None,
        Indicator(
            "value of exports before duty, in units of the numeraire (default: world labour income), change",
            lambda m: m.exports(m.flows.new),
            "exports",
        ),
    ]
    imports_pct: Annotated[
        float | None,
        Indicator(
            "value of imports before duty, in units of the numeraire (default: world labour income), change",
            lambda m: m.imports(m.flows.new),
            "imports",
        ),
    ]
    exports_volume_pct: Annotated[
        float | None, Indicator("exports at baseline prices, change", lambda m: m.exports(m.volume))
    ]
    imports_volume_pct: Annotated[
        float | None, Indicator("imports at baseline prices, change", lambda m: m.imports(m.volume))
    ]
    tariff_revenue_pct_gdp: Annotated[
        float,
        Indicator(
            "duties as a share of GDP (labour income, profits if any, and duties), level after the change",
            lambda m: 100 * m.eq.revenue_new / (m.eq.income_new - m.eq.D_new),
            "duties",
            share_of="GDP",
        ),
    ]
    tariff_revenue_base_pct_gdp: Annotated[
        float,
        Indicator(
            "duties as a share of GDP, level before the change",
            lambda m: 100 * m.base.revenue / (m.base.income - m.base.D),
            share_of="GDP",
        ),
    ]
    price_level_pct: Annotated[
        float,
        Indicator(
            "price of final consumption in units of the numeraire (default: world labour income), change",
            lambda m: m.level,
        ),
    ]
    prices_pct: Annotated[
        float,
        Indicator("price of final consumption over the home wage, change", lambda m: m.level / m.eq.w_hat),
    ]
    goods_prices_pct: Annotated[
        float | None,
        Indicator(
            "price of the goods in final consumption over the home wage, change; goods are the sectors that tariff lines fall "
            "into, or all where that is not known",
            lambda m: m.goods_level / m.eq.w_hat,
        ),
    ]
    tariff_revenue_pct_imports: Annotated[
        float | None,
        Indicator(
            "duties after the change as a share of the goods imported in the baseline, before duty, level",
            lambda m: 100 * m.duties(m.eq.revenue_new),
            share_of="baseline imports of goods",
        ),
    ]
    tariff_revenue_base_pct_imports: Annotated[
        float | None,
        Indicator(
            "duties as a share of the goods imported, before duty, level before the change",
            lambda m: 100 * m.duties(m.base.revenue),
            share_of="baseline imports of goods",
        ),
    ]
    wage_pct: Annotated[
        float,
        Indicator("wage in units of the numeraire (default: world labour income), change", lambda m: m.eq.w_hat),
    ]
    employment_pct: Annotated[
        float,
        Indicator(
            "hours worked, change: zero unless labour supply responds or wages have a floor", lambda m: m.eq.L_hat
        ),
    ]
    capital_pct: Annotated[
        float, Indicator("capital, change: zero unless it adjusts to its steady state", lambda m: m.eq.K_hat)
    ]
    trade_deficit_pct_gdp: Annotated[
        float,
        Indicator(
            "imports less exports before duty as a share of GDP, level after the change",
            lambda m: 100 * m.eq.trade_deficit_new / (m.eq.income_new - m.eq.D_new),
            share_of="GDP",
        ),
    ]


INDICATORS: dict[str, Indicator] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Indicators, include_extras=True).items()
}
DEFINITIONS: dict[str, str] = {name: row.says for name, row in INDICATORS.items()}


class CountryEffects(Indicators):
    """The indicators of a country, with its name."""

    name: str


class Range(TypedDict):
    """A figure over elasticity sets, in its own unit. over: the sets by value; sign_differs: whether any two are of opposite sign.

    spans: what low and high are the ends of, in words.
    """

    low: float
    median: float
    high: float
    over: list[str]
    sign_differs: bool
    spans: str


class Quantiles(TypedDict):
    """A figure over draws of the elasticities, in its own unit. positive: the share of draws in which it is above zero."""

    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float
    positive: float


class DrawPlan(TypedDict):
    """How elasticities are drawn. spread: of log theta; common: correlation between sectors."""

    count: int
    seed: int
    spread: float
    common: float


class DrawsAnswer(DrawPlan):
    """Quantiles over draws by country and indicator. around: the set that is the median; spans: what they are over, in words."""

    around: str
    spans: str
    quantiles: dict[str, dict[str, Quantiles]]


class CountryAccounts(TypedDict):
    """A country in a world's accounts. income: the world's money (packaged: million US dollars, of all output).

    Gains are against autarky, null where they are infinite. materials_moved_pct, cells_repaired: what fitting the links changed.
    """

    income: float
    deficit_pct: float
    tariff_revenue_pct_imports: float | None
    gains_from_trade_pct: float | None
    gains_with_links_pct: NotRequired[float | None]
    materials_moved_pct: NotRequired[float]
    cells_repaired: NotRequired[int]


class AccountsAnswer(TypedDict):
    """`trade worlds NAME`: the accounts of one world, checked. at_rest: whether spending is what shares and links imply.

    theta: trade elasticity by sector; empty_own_cells: how many countries and sectors are without own goods.
    """

    name: str
    year: int
    countries: int
    sectors: list[str]
    links: bool
    at_rest: bool
    elasticities: str
    theta: list[float]
    empty_own_cells: int
    notes: list[str]
    accounts: dict[str, CountryAccounts]


class WelfareSplit(TypedDict):
    """Welfare of a country in percent of income, in logs: four parts, and their sum along the whole change."""

    terms_of_trade_pct: float
    volume_of_trade_pct: float
    transfers_pct: float
    profits_pct: float
    welfare_log_pct: float


class OriginOutcome(TypedDict):
    """One origin of a product in partial equilibrium. imports: before duty, money as given; all others are fractions.

    before, after: rates; pass_through: null where the rate does not move.
    """

    origin: str
    imports: float
    before: float
    after: float
    buyer_price_change: float
    seller_price_change: float
    pass_through: float | None
    quantity_change: float
    imports_change: float


class ProductElasticities(TypedDict):
    """The elasticities assumed: positive; supply null where it is infinite."""

    demand: float
    substitution: float
    supply: float | None


class ProductAnswer(TypedDict):
    """What a duty on one product does. price_change: fraction; buyers, revenue, welfare, sellers: changes, money as given.

    left_out: origins whose rate is not known as a fraction; residual: the largest gap of an origin's market.
    """

    product: str | None
    destination: str | None
    origins: list[OriginOutcome]
    price_change: float
    buyers: float
    revenue: float
    welfare: float
    sellers: float
    elasticities: ProductElasticities
    residual: float
    left_out: list[str]


@dataclass(frozen=True)
class Headline:
    """One row: the indicator's name as in `indicators`, what a table calls it, and its unit where it is no change in percent."""

    name: str
    label: str
    share_of: str = ""

    @property
    def heading(self) -> str:
        """The label with its unit."""
        return f"{self.label}, % of {self.share_of}" if self.share_of else f"{self.label} %"


HEADLINES = tuple(Headline(name, row.label, row.share_of) for name, row in INDICATORS.items() if row.label)


def headlines() -> tuple[Headline, ...]:
    """Every row."""
    return HEADLINES


def changes() -> list[Headline]:
    """The rows that are changes in percent: they have a range over elasticity sets and a sign."""
    return [row for row in headlines() if not row.share_of]


def headline_names() -> tuple[str, ...]:
    """The names alone."""
    return tuple(row.name for row in headlines())
