"""From the law to the duty collected in a month, by partner and sector: each cause's step, the reading, and what it leaves.

Steps down to goods on the water are taken at the weights of 2024; then chapters 98 and 99 come in, and the goods of the month.
No step looks at duty collected: what the reading leaves is printed as unexplained.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import read_only
from parley.law.compiled import CompiledRates
from parley.law.edition import edition_days
from parley.law.paid.causes import BY_LINE, Cause
from parley.law.paid.lines import paid_rates
from parley.law.paid.mix import special_kept
from parley.law.paid.tables import ALL, SPECIAL, Months, read_months, sector_places
from parley.law.readings import looked_at_days
from parley.law.regime import Regime
from parley.law.trade_weights import read_weights

LAW = "law"
Stage = str  # LAW or a cause


class BridgeRow(TypedDict):
    """A month of one partner, sector or both, fractions of customs value: law + steps = reading; reading − paid = unexplained.

    value: customs value of the month in dollars. paid: calculated duty over it; null where nothing was imported.
    """

    partner: str
    sector: str
    month: str
    value: float
    law: float
    steps: dict[str, float]
    reading: float
    paid: float | None
    unexplained: float | None


@dataclass(frozen=True, eq=False)
@read_only
class MonthRates:
    """Mean rates of a month's days by partner and sector at the weights of 2024 [i, n], one table a stage; weight: dollars of 2024."""

    month: str
    weight: Float[ndarray, "i n"]
    law: Float[ndarray, "i n"]
    steps: Mapping[str, Float[ndarray, "i n"]]


def month_days(month: str) -> list[date]:
    """The days of a month, YYYY-MM."""
    first = date.fromisoformat(f"{month}-01")
    return [first + timedelta(n) for n in range(monthrange(first.year, first.month)[1])]


def spans(regime: Regime, origins: Sequence[str], days: Sequence[date], destination: str = "USA") -> list[list[date]]:
    """Runs of days between which no law that any reading sees changes."""
    moves = set(edition_days(destination)).union(*(looked_at_days(regime, o, destination) for o in origins))
    made: list[list[date]] = []
    for d in days:
        if not made or d in moves:
            made.append([])
        made[-1].append(d)
    return made


def month_rates(
    regime: Regime, month: str, law_only: bool = False, progress: Callable[[str], None] | None = None
) -> MonthRates:
    """The rates of a month: the law, and after each cause. law_only: the law alone, without the causes."""
    origins, held = read_weights("USA").partners, read_months()
    rows = np.array([held.partners.index(held.partner(o)) for o in origins])
    shape = (len(held.partners), len(held.sectors))
    sums = {stage: np.zeros(shape) for stage in (LAW, *BY_LINE)}
    weight, known, days = np.zeros(shape), np.zeros(shape), month_days(month)
    for span in spans(regime, origins, days):
        tables = _tables(regime, origins, span, law_only)
        part = len(span) / len(days)
        value = read_weights("USA").matrix(tables[LAW].products, origins)
        told = ~np.isnan(tables[LAW].base)
        places = sector_places(tables[LAW].products, held.sectors)
        weight += part * _gathered(value, rows, places, shape)
        known += part * _gathered(value * told, rows, places, shape)
        for stage, table in tables.items():
            sums[stage] += part * _gathered(np.where(told, np.nan_to_num(table.rate), 0.0) * value, rows, places, shape)
        if progress:
            progress(f"{month}: {span[0]} to {span[-1]}")
    rates = {s: np.divide(v, known, out=np.zeros(shape), where=known > 0) for s, v in sums.items()}
    return MonthRates(month, weight, rates[LAW], {c: rates[c] for c in BY_LINE})


def _tables(regime: Regime, origins: Sequence[str], span: Sequence[date], law_only: bool) -> dict[Stage, CompiledRates]:
    if law_only:
        from parley.law.paid.day import Day

        return {LAW: Day(regime, "USA", tuple(origins), span[0], None, False).compiled()}
    found = paid_rates(regime, "USA", origins, span, split=False)
    return {LAW: found.law, **found.after}


def _gathered(
    cells: Float[ndarray, "k i"], rows: ndarray, places: ndarray, shape: tuple[int, int]
) -> Float[ndarray, "p n"]:
    """Lines and origins summed by partner of the months and sector; lines without a sector left out."""
    made = np.zeros((shape[0], shape[1] + 1))
    by_sector = np.zeros((shape[1] + 1, cells.shape[1]))
    np.add.at(by_sector, places, cells)
    np.add.at(made, rows, by_sector.T)
    return made[:, :-1]


def ordinary_value(held: Months, month: str) -> Float[ndarray, "i n"]:
    """A month's customs value but for chapters 98 and 99."""
    value = np.array(held.value[:, :, held.months.index(month)])
    nth = [held.sectors.index(s) for s in SPECIAL]
    value[:, nth] *= (1 - special_kept())[:, None]
    value[:, nth[0]] = 0.0
    return value


def bridge(rates: MonthRates, partner: str = ALL, sector: str = "") -> BridgeRow:
    """The bridge of one partner of the months, or of all; of one 3-digit NAICS, or of all. Raises ValueError on another."""
    held = read_months()
    who = range(len(held.partners)) if partner == ALL else [held.partners.index(partner)]
    what = [held.sectors.index(sector)] if sector else range(len(held.sectors))
    return bridge_row(rates, list(who), list(what), (partner, sector or "all"))


def bridge_row(rates: MonthRates, partners: Sequence[int], sectors: Sequence[int], names: tuple[str, str]) -> BridgeRow:
    """The bridge of some partners and sectors together, named (partner, sector)."""
    held = read_months()
    m, at = held.months.index(rates.month), np.ix_(list(partners), list(sectors))
    weight = rates.weight[at]
    stages = [_mean(x[at], weight) for x in (rates.law, *(rates.steps[c] for c in BY_LINE))]
    whole, ordinary = float(held.value[:, :, m][at].sum()), ordinary_value(held, rates.month)[at]
    last = rates.steps[BY_LINE[-1]][at]
    filled = np.where(weight > 0, last, stages[-1])  # a sector without imports in 2024 has the mean of the rest
    with_special = stages[-1] * (ordinary.sum() / whole if whole else 1.0)
    reading = float((filled * ordinary).sum() / whole) if whole else with_special
    stages = [*stages, with_special, reading]
    causes: tuple[Cause, ...] = (*BY_LINE, "special", "mix")
    steps = {c: b - a for c, a, b in zip(causes, stages, stages[1:], strict=False)}
    paid = float(held.duty[:, :, m][at].sum()) / whole if whole else None
    return {"partner": names[0], "sector": names[1], "month": rates.month, "value": whole, "law": stages[0], "steps": steps,
            "reading": reading, "paid": paid, "unexplained": None if paid is None else reading - paid}  # fmt: skip


def _mean(rate: Float[ndarray, "i n"], weight: Float[ndarray, "i n"]) -> float:
    total = float(weight.sum())
    return float((rate * weight).sum() / total) if total else 0.0
