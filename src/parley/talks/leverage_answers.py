"""What leverage gives as JSON: harm by sector, by product, and of lists. Harm is a loss of real income, percent of welfare."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from parley.talks.answers import Modelled


class Harm(TypedDict):
    """Harm of one point of duty more on both sides, and the target's per own harm; null with a reason."""

    id: str
    own_harm_pct: float
    target_harm_pct: float
    ratio: float | None
    reason: str | None


class SectorHarm(Harm):
    """A sector's, with its name."""

    name: str


class ProductHarm(Harm):
    """A product's, with its sector."""

    sector: str


class RatedHarm(ProductHarm):
    """The same with the mean rate that its lines pay now, a fraction."""

    rate: float


class Exact(TypedDict):
    """A list's harm by solving again."""

    own_harm_pct: float
    target_harm_pct: float
    residual: float


class ListPart(TypedDict):
    """A list of so many products at `points` of duty each, to first order."""

    products: int
    points: float
    own_harm_pct: float
    target_harm_pct: float
    ratio: float | None


class SolvedList(ListPart):
    """The same, also by solving again; with its codes where they are told."""

    exact: Exact
    codes: NotRequired[list[str]]


class BestList(SolvedList):
    """The best list under a budget of own harm."""

    budget_pct: float


class UsedList(SolvedList):
    """A list really used, beside the best of no more own harm: products on both, and its harm as a share of the best's."""

    name: str
    best_of_the_same_cost: SolvedList
    shared_products: int
    share_of_best_harm: float | None


Sectors = list[SectorHarm]  # named here: in the answer, `list` is a key
Rated = list[RatedHarm]
Used = list[UsedList]


class LeveragePart(Modelled):
    """Harm by sector and product (none, with a reason, where no law reaches), the best list, and the lists really used."""

    player: str
    target: str
    at: str
    law: str
    payoff: str
    residual: float
    sectors: Sectors
    digits: int
    products: Rated
    shares_are: NotRequired[str]
    list: BestList | None
    used: Used
    reason: str | None
