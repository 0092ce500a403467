"""What people ask first: dearer goods, dollars a household, what the Treasury takes in ten years, and exports of named sectors.

Ten years of duties are those of one equilibrium, repeated: imports grow by a rate that is the user's assumption, and
nothing else moves. Income and payroll taxes that fall with the tax base are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import unknown_name
from parley.law.trade_weights import FILES as WEIGHED
from parley.law.trade_weights import read_weights
from parley.scenario.answers import Ranges
from parley.scenario.answers_first import FirstAsked, SectorExports, Span, TenYears
from parley.scenario.baseline import Baseline, Schedule, naive_wedges
from parley.scenario.household_cost import cost_of
from parley.trade.answers import CountryEffects, Range
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import foreign_flows
from parley.world.elasticity import horizon_in_words, horizon_of, set_in_words, spans_of
from parley.world.grid import goods_sectors
from parley.world.read import sector_names, worlds
from parley.world.world import World

YEARS = 10
SINGLE = (
    "prices_pct",
    "goods_prices_pct",
    "employment_pct",
    "tariff_revenue_pct_imports",
    "tariff_revenue_base_pct_imports",
    "real_wage_pct",
    "welfare_pct",
)
REVENUE = (
    "duties of the equilibrium ({horizon}) less those of the comparison day, over ten years; goods imported in {year} "
    "({usd:,.0f} billion dollars) "
    "grow by {growth:g} % a year, an assumption of yours; static: with imports as they were; other taxes are not in it"
)


def first_asked(
    baseline: Baseline,
    after: Schedule,
    eq: Equilibrium,
    countries: Mapping[str, CountryEffects],
    ranges: Ranges,
    growth_pct: float = 0.0,
) -> list[FirstAsked]:
    """The figures of each party that levies in the world. growth_pct: of base imports a year, percent."""
    scenario, horizon = baseline.scenario, horizon_of(baseline.raw.elasticities)
    made: list[FirstAsked] = []
    for party in (p for p in scenario.parties if p in countries):
        held = ranges.get(party) or _alone(countries[party], eq.world.elasticities)
        cost = cost_of(party, held["real_wage_pct"], held["welfare_pct"], scenario, horizon)
        made.append({
            "party": party, "consumer_prices_pct": _span(held["prices_pct"]), "goods_prices_pct": _span(held.get("goods_prices_pct")),
            "employment_pct": _span(held.get("employment_pct")) if hours_move(eq) else None,
            "household": cost, "revenue": _ten_years(baseline, after, party, held, growth_pct),
        })  # fmt: skip
    return made


def hours_move(eq: Equilibrium) -> bool:
    """Whether the closure gives jobs: hours respond to the wage, or fall where wages have a floor."""
    return eq.closure.elastic or eq.closure.floor is not None


def _alone(found: CountryEffects, elasticities: str) -> dict[str, Range]:
    """Ranges of one set alone."""
    figures: Mapping[str, object] = {**found}
    return {
        name: {"low": value, "median": value, "high": value, "over": [set_in_words(elasticities)], "sign_differs": False,
               "spans": spans_of([elasticities])}
        for name in SINGLE if isinstance(value := figures[name], float) and value == value
    }  # fmt: skip


def _span(found: Range | None, of: Callable[[float], float] = float) -> Span | None:
    """A range's ends under a rising function; None where there is none."""
    if found is None:
        return None
    return {"low": of(found["low"]), "median": of(found["median"]), "high": of(found["high"]), "spans": found["spans"]}


def _ten_years(
    baseline: Baseline, after: Schedule, party: str, held: Mapping[str, Range], growth_pct: float
) -> TenYears | None:
    """More duties over ten years, billions of dollars, with imports as they answer and as they were."""
    if "tariff_revenue_pct_imports" not in held:
        return None
    year, imports = _imports(baseline, party)
    times = imports * sum((1 + growth_pct / 100) ** k for k in range(YEARS)) / 100
    before = held["tariff_revenue_base_pct_imports"]["median"]
    more = _span(held["tariff_revenue_pct_imports"], lambda share: (share - before) * times)
    static = _static_pct(baseline, after, party)
    return {
        "years": YEARS,
        "more_usd_bn": more,
        "static_usd_bn": (static - before) * times,
        "imports_usd_bn": imports,
        "imports_year": year,
        "growth_pct": growth_pct,
        "basis": REVENUE.format(
            horizon=horizon_in_words(horizon_of(baseline.raw.elasticities)), year=year, usd=imports, growth=growth_pct
        ),
    }


def _imports(baseline: Baseline, party: str) -> tuple[int, float]:
    """A year and its imports, billions of dollars: by line where they are packaged, else the dataset's."""
    if party in WEIGHED:
        return 2024, float(read_weights(party).value.sum()) / 1e9
    return baseline.raw.year, float(_goods(baseline.raw, party).sum()) / 1000


def _goods(world: World, party: str) -> Float[ndarray, "i s"]:
    """A party's imports of goods before duty, by seller and sector."""
    n = world.index(party)
    base = world.X[n] / (1 + world.t[n])
    base[n] = 0.0
    return base * np.isin(world.sectors, goods_sectors(world.sectors))


def _static_pct(baseline: Baseline, after: Schedule, party: str) -> float:
    """Duties on the imports of the baseline at the mean rates of the day, percent of them."""
    share = naive_wedges(baseline, baseline.before, after).revenue_share[baseline.world.index(party)]
    base = _goods(baseline.world, party)
    return 100 * float((base * share / (1 - share)).sum() / base.sum())


def exports_by_sector(eq: Equilibrium, parties: Sequence[str], chosen: Sequence[str] = ()) -> list[SectorExports]:
    """Exports before foreign duty by party and sector, to all and to the other parties: billions of dollars, percent change.

    chosen: sectors by code, or by words of their names; none: all. Raises InputError with the nearest name.
    """
    flows, world = foreign_flows(eq), eq.world
    names = sector_names(world.name) if world.name in worlds() else {}
    kept = dict.fromkeys(s for text in chosen for s in _sectors(text, world.sectors, names)) or world.sectors
    rows: list[SectorExports] = []
    for seller in parties:
        n, rivals = world.index(seller), [world.index(p) for p in parties if p != seller]
        for code in kept:
            s = world.sectors.index(code)
            base, new = flows.base[:, n, s], flows.new[:, n, s]
            rows.append({
                "seller": seller, "sector": code, "name": names.get(code, code), "exports_usd_bn": float(base.sum()) / 1000,
                "exports_pct": _pct(base.sum(), new.sum()), "to_parties_usd_bn": float(base[rivals].sum()) / 1000,
                "to_parties_pct": _pct(base[rivals].sum(), new[rivals].sum()),
            })  # fmt: skip
    return rows


def _sectors(text: str, sectors: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    """The sectors that a word names."""
    word = text.strip().casefold()
    found = [s for s in sectors if s.casefold() == word] or [
        s for s in sectors if word and word in names.get(s, "").casefold()
    ]
    if not found:
        raise unknown_name("sector", "sector", text, [*sectors, *names.values()])
    yield from found


def _pct(base: float, new: float) -> float | None:
    return 100 * (float(new) / float(base) - 1) if base > 0 else None
