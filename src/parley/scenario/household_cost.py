"""What the tariffs do to the prices that households pay, per 100 of spending and, where a household's spending is known, in money.

Prices are those of final consumption over the home wage: how much dearer the same basket becomes for who earns a wage. Duty
revenue is not handed back in it; real income, which has it, stands beside.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import lru_cache
from importlib import resources

from parley.codes import name_in_text
from parley.scenario.answers import TradeSection
from parley.scenario.answers_first import HouseholdCost, Span, Spending
from parley.scenario.scenario import Household, Scenario
from parley.trade.answers import Range
from parley.world.elasticity import horizon_in_words

BASIS = (
    "price of final consumption over the home wage, {horizon}, against the comparison day; without the duty revenue that comes back. "
    "Times spending: what the basket of before costs more"
)


def household_costs(scenario: Scenario, trade: TradeSection) -> list[HouseholdCost]:
    """The figures of each party whose range is there; the household of the scenario is the first party's."""
    found = {p: trade["range"][p] for p in scenario.parties if p in trade["range"]}
    return [
        cost_of(p, ranges["real_wage_pct"], ranges["welfare_pct"], scenario, trade["horizon"])
        for p, ranges in found.items()
    ]


def cost_of(party: str, wage: Range, welfare: Range, scenario: Scenario, horizon: str) -> HouseholdCost:
    """One party's figures from the ranges of its real wage and its real income at a horizon."""
    spent = _spending(scenario, party)
    prices = _span(wage, lambda x: 100 * (1 / (1 + x / 100) - 1))
    income = _span(welfare, lambda x: x)
    cost = _times(prices, spent["spending"] / 100) if spent else None
    return {
        "party": party,
        "prices_pct": prices,
        "income_pct": income,
        "household": spent,
        "cost": cost,
        "income": _times(income, spent["spending"] / 100) if spent else None,
        "total": _times(cost, spent["number"] / 1e9) if cost and spent and spent["number"] else None,
        "basis": BASIS.format(horizon=horizon_in_words(horizon)),
        "reason": None if spent else f"no household's spending in {name_in_text(party)} is packaged: give yours",
    }


def _span(found: Range, of: Callable[[float], float]) -> Span:
    """The figure's ends under a monotone function, in order."""
    ends = sorted((of(found["low"]), of(found["high"])))
    return {"low": ends[0], "median": of(found["median"]), "high": ends[1], "spans": found["spans"]}


def _times(span: Span, factor: float) -> Span:
    low, median, high = (span[end] * factor for end in ("low", "median", "high"))
    return {"low": low, "median": median, "high": high, "spans": span["spans"]}


def _spending(scenario: Scenario, party: str) -> Spending | None:
    """The household of the user where it is the first party's, else the packaged one."""
    own = scenario.household if party == scenario.parties[0] else None
    return _own(own) if own else packaged_spending().get(party)


def _own(given: Household) -> Spending:
    return {"spending": given.spending, "number": given.number, "year": None, "money": "money as given",
            "source": "the user", "address": None}  # fmt: skip


@lru_cache(maxsize=1)
def packaged_spending() -> dict[str, Spending]:
    """The packaged households by country (world/sources/households.csv)."""
    text = resources.files("parley.world").joinpath("sources", "households.csv").read_text("utf-8")
    return {
        row["country"]: {
            "spending": float(row["spending"]), "number": float(row["households"]), "year": int(row["year"]),
            "money": row["money"], "source": row["source"], "address": row["address"],
        }
        for row in csv.DictReader(text.splitlines())
    }  # fmt: skip
