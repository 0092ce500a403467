"""What the duties of a day do against the law of `before`: countries, ranges, and the cells where exclusions matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from parley.arguments import checked
from parley.codes import country_name
from parley.scenario.answers import (
    BilateralChange,
    ExclusionCells,
    MostAffected,
    OtherModel,
    OtherReading,
    RatesAnswer,
    RatesSection,
    ResponseAnswer,
    SolveAnswer,
    Solved,
    SpendingShare,
    SplitSector,
    TradeSection,
)
from parley.scenario.baseline import (
    Baseline,
    calibrate,
    cells_of,
    equilibrium_under,
    naive_wedges,
    schedule_on,
    solve_on,
    under_model,
    under_statute,
    wedges_of,
)
from parley.scenario.clocks import NO_CLOCKS, scenario_clocks
from parley.scenario.closure_ranges import over_closures
from parley.scenario.counterfactual import law_counterfactual, over_draws, over_sets, rates_counterfactual, spans
from parley.scenario.first_asked import exports_by_sector, first_asked
from parley.scenario.import_response import import_response, is_partial, response_answer
from parley.scenario.levy import Schedule, as_written, base_day
from parley.scenario.scenario import Scenario
from parley.trade.answers import DEFINITIONS, CountryEffects
from parley.trade.closure import taken_by
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import by_country, foreign_flows
from parley.trade.uncertainty import Draws
from parley.world.elasticity import horizon_of, set_in_words
from parley.world.grid import CellWedges
from parley.world.read import sector_names, worlds
from parley.world.world import World

Tell = Callable[[str], None]


def _silent(text: str) -> None:
    """Nobody listens."""


THIRD = 5  # gainers and losers shown beside the parties


@checked
def solve_scenario(
    scenario: Scenario,
    *,
    ranges: bool = True,
    draws: Draws | None = None,
    tell: Tell = _silent,
    import_growth: float = 0.0,
    sectors: Sequence[str] = (),
) -> SolveAnswer | RatesAnswer | ResponseAnswer:
    """The answer of `trade solve`: countries under the scenario's set, ranges over every published set."""
    if is_partial(scenario):
        beside = {"draws": draws and draws.count, "sector": ", ".join(sectors), "import_growth": import_growth}
        return response_answer(scenario, **beside)
    if scenario.rates:
        return {**NO_CLOCKS, **rates_section(scenario, ranges=ranges, draws=draws, tell=tell)}
    baseline = calibrate(scenario)
    made = trade_section(
        baseline, schedule_on(baseline, scenario.on), ranges=ranges, draws=draws, tell=tell, import_growth=import_growth,
        sectors=sectors,
    )  # fmt: skip
    return {**scenario_clocks(scenario), **made}


def trade_section(
    baseline: Baseline,
    after: Schedule,
    *,
    ranges: bool = True,
    draws: Draws | None = None,
    tell: Tell = _silent,
    eq: Equilibrium | None = None,
    linked: Baseline | None = None,
    written: Baseline | None = None,
    import_growth: float = 0.0,
    sectors: Sequence[str] = (),
) -> TradeSection:
    """The trade part of an Answer. The default set's equilibrium is certified; so is every other, or the run refuses.

    eq, linked, written: the equilibrium, and the baselines with links and by statute, where they are there already.
    import_growth: percent a year, of ten years of duties; sectors: those whose exports are listed, none: all.
    """
    scenario = baseline.scenario
    eq = eq or equilibrium_under(baseline, after)
    countries, asked = named_effects(eq), law_counterfactual(baseline, after)
    found = over_sets(asked, eq) if ranges else {}
    other = with_links(baseline, after, linked), without_links(baseline, after)
    return {
        **solved(baseline.raw, eq),
        "parties": list(scenario.parties),
        "against": f"the law of {scenario.before}",
        "moved": {
            "from": base_day(baseline.raw, scenario).isoformat(),
            "to": scenario.before.isoformat(),
            "residual": _residual(baseline),
        },
        "weights": {party: levy.weight_source for party, levy in baseline.before.items()},
        "countries": countries,
        "range": found,
        "spans": spans(asked) if ranges else None,
        "over_closures": over_closures(baseline, after, eq, found, other[0] or other[1]) if ranges else {},
        "draws": over_draws(asked, draws, tell) if draws else None,
        "within_year": import_response(baseline, after, eq),
        "with_links": other[0],
        "without_links": other[1],
        "statutory": by_statute(baseline, after, written),
        "most_affected": most_affected(countries, scenario.parties),
        "bilateral": bilateral(eq, scenario.parties),
        "spending_share": spending_share(eq, scenario.parties),
        "first_asked": first_asked(baseline, after, eq, countries, found, import_growth),
        "exports_by_sector": exports_by_sector(eq, scenario.parties, sectors),
        "exclusions": exclusion_cells(baseline, after, eq),
        "definitions": DEFINITIONS,
    }


def rates_section(
    scenario: Scenario, *, ranges: bool = True, draws: Draws | None = None, tell: Tell = _silent
) -> RatesSection:
    """The same for rates of the user's own: no law, so no exclusions, and the base rates are the world's."""
    asked = rates_counterfactual(scenario)
    eq = asked.under(asked.raw)
    countries = named_effects(eq)
    return {
        **solved(asked.raw, eq),
        "parties": [],
        "against": "the world's base rates",
        "countries": countries,
        "range": over_sets(asked, eq) if ranges else {},
        "spans": spans(asked) if ranges else None,
        "draws": over_draws(asked, draws, tell) if draws else None,
        "most_affected": most_affected(countries, ()),
        "definitions": DEFINITIONS,
    }


def named_effects(eq: Equilibrium) -> dict[str, CountryEffects]:
    """{ISO3: the indicators, with the country's name}."""
    return {c: cast(CountryEffects, {"name": country_name(c), **found}) for c, found in by_country(eq).items()}


LINKED, PLAIN = "caliendo_parro", "armington"


def with_links(baseline: Baseline, after: Schedule, linked: Baseline | None = None) -> OtherModel | None:
    """The same question with input-output links, where the scenario's own model has none and the world has or can be given them.

    Links of a packaged world are an assumption: shares of another source and year, fitted to its flows (its notes say how).
    """
    return _by_model(linked or under_model(baseline, LINKED), after) if takes_links(baseline) else None


def takes_links(baseline: Baseline) -> bool:
    """Whether a question without links can also be asked with them: of this world, under what closes the model."""
    own = baseline.scenario
    given = own.model != LINKED and (baseline.raw.has_links or baseline.raw.name in worlds())
    return given and taken_by(LINKED, **own.closures())


def without_links(baseline: Baseline, after: Schedule) -> OtherModel | None:
    """The same question without input-output links, where the scenario's own model has them."""
    return _by_model(under_model(baseline, PLAIN), after) if baseline.scenario.model == LINKED else None


def by_statute(baseline: Baseline, after: Schedule, written: Baseline | None = None) -> OtherReading | None:
    """The same question by the law as written, where some party's duties are read as paid."""
    other = written or under_statute(baseline)
    return None if other is baseline else {"reading": "statutory", **_by_model(other, as_written(after))}


def _by_model(other: Baseline, after: Schedule) -> OtherModel:
    """The countries of the same question on another model's baseline, with its certificate."""
    eq = equilibrium_under(other, after)
    return {
        "model": eq.model,
        "elasticities": set_in_words(other.raw.elasticities),
        "horizon": horizon_of(other.raw.elasticities),
        "residual": eq.residual,
        "passes": eq.passes,
        "notes": list(other.raw.notes),
        "countries": named_effects(eq),
    }


def solved(raw: World, eq: Equilibrium) -> Solved:
    """What was solved, on what, by which closures, with the certificate."""
    return {
        "model": eq.model,
        "world": raw.name,
        "year": raw.year,
        "size": [len(raw.countries), len(raw.sectors)],
        "elasticities": set_in_words(raw.elasticities),
        "horizon": horizon_of(raw.elasticities),
        "deficits": eq.deficits,
        "revenue": eq.revenue,
        "capital": capital_of(eq),
        "wage_floor": None if eq.closure.floor is None else float(eq.closure.floor.max()),
        "assumes": eq.closure.assumes,
        "labour_supply": eq.closure.labour_supply,
        "tax_rate": eq.closure.tax_rate,
        "numeraire": eq.numeraire,
        "residual": eq.residual,
        "walras": eq.walras,
        "passes": eq.passes,
        "seconds": eq.seconds,
        "notes": list(raw.notes),
    }


def capital_of(eq: Equilibrium) -> str:
    """The closure of capital, by name."""
    return "fixed" if eq.closure.capital is None else "steady_state"


def _residual(baseline: Baseline) -> float | None:
    return baseline.moved.residual if baseline.moved else None


def _pairs(parties: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(buyer, seller) for buyer in parties for seller in parties if buyer != seller]


def bilateral(eq: Equilibrium, parties: tuple[str, ...]) -> list[BilateralChange]:
    """Percent change of the value of imports before duty between the parties, in units of world labour income."""
    flows, index = foreign_flows(eq), eq.world.index
    return [
        {
            "buyer": b,
            "seller": s,
            "pct": 100 * (float(flows.new[index(b), index(s)].sum() / flows.base[index(b), index(s)].sum()) - 1),
            "base_usd_bn": float(flows.base[index(b), index(s)].sum()) / 1000,
        }
        for b, s in _pairs(parties)
    ]


def spending_share(eq: Equilibrium, parties: tuple[str, ...]) -> list[SpendingShare]:
    """The share of all that a party spends, goods and services, that went to another before the change."""
    X, index = eq.world.X, eq.world.index
    return [
        {"buyer": b, "seller": s, "share": float(X[index(b), index(s)].sum() / X[index(b)].sum())}
        for b, s in _pairs(parties)
    ]


def most_affected(countries: Mapping[str, CountryEffects], parties: tuple[str, ...]) -> MostAffected:
    """Third countries with the largest gains and losses of welfare; the rest of the world is no country."""
    third = sorted((c for c in countries if c not in parties and c != "ROW"), key=lambda c: countries[c]["welfare_pct"])
    return {"lose": third[:THIRD], "gain": third[::-1][:THIRD]}


def exclusion_cells(baseline: Baseline, after: Schedule, eq: Equilibrium) -> ExclusionCells:
    """Sectors that an exclusion splits: the naive mean rate beside the two wedges, at both ends of the elasticity within a cell."""
    scenario, world = baseline.scenario, baseline.world
    levier = scenario.parties[0]
    target = scenario.parties[-1]
    ends = {"upper": None, "lower": 1.0}  # 1 + theta, and 1
    cells = {end: cells_of(baseline, baseline.before[levier], after[levier], eta) for end, eta in ends.items()}
    i = after[levier].origins.index(target)
    names = sector_names(world.name) if world.name in worlds() else {}
    rows = [
        _cell_row(world.sectors[s], names, cells, i, s)
        for s in range(len(world.sectors))
        if _split(cells["upper"], i, s)
    ]
    eta_1 = solve_on(baseline, wedges_of(baseline, baseline.before, after, 1.0), start=eq)
    naive = solve_on(baseline, naive_wedges(baseline, baseline.before, after), start=eq)
    return {
        "levied_by": levier,
        "origin": target,
        "sectors": sorted(rows, key=lambda row: row["price_wedge"] - row["mean_rate"]),
        "welfare_pct": {
            "two_wedges": _of_parties(eq, scenario.parties),
            "two_wedges_eta_1": _of_parties(eta_1, scenario.parties),
            "naive": _of_parties(naive, scenario.parties),
        },
    }


def _of_parties(eq: Equilibrium, parties: tuple[str, ...]) -> dict[str, float]:
    """Welfare of the parties, percent."""
    return {p: 100 * (float(eq.welfare_hat[eq.world.index(p)]) - 1) for p in parties}


def _split(cells: CellWedges, i: int, s: int) -> bool:
    """Whether the mean rate and the price wedge differ enough to matter: by a point or more."""
    return bool(cells.tau_hat[i, s] > 0) and abs(_mean_change(cells, i, s) - (cells.tau_hat[i, s] - 1)) > 0.01


def _mean_change(cells: CellWedges, i: int, s: int) -> float:
    return float((1 + cells.mean_new[i, s]) / (1 + cells.mean_base[i, s]) - 1)


def _cell_row(sector: str, names: Mapping[str, str], cells: Mapping[str, CellWedges], i: int, s: int) -> SplitSector:
    upper, lower = cells["upper"], cells["lower"]
    return {
        "sector": sector,
        "name": names.get(sector, sector),
        "mean_rate": _mean_change(upper, i, s),
        "price_wedge": float(upper.tau_hat[i, s] - 1),
        "price_wedge_eta_1": float(lower.tau_hat[i, s] - 1),
        "collected_share": float(upper.r_new[i, s]),
        "collected_share_eta_1": float(lower.r_new[i, s]),
    }
