"""What the duties of a day do against the law of `before`: countries, ranges, and the cells where exclusions matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parley.codes import country_name
from parley.scenario.levy import Schedule, base_day
from parley.scenario.scenario import Scenario
from parley.scenario.walk import (
    Ground,
    cells_of,
    ground_of,
    ground_on,
    naive_wedges,
    schedule_on,
    solve_on,
    wedges_of,
    world_of,
)
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import DEFINITIONS, by_country, foreign_flows
from parley.trade.uncertainty import across_sets
from parley.world.elasticity import elasticity_sets, read_set
from parley.world.read import sector_names, worlds
from parley.world.world import World

THIRD = 5  # gainers and losers shown beside the parties


def solve_scenario(scenario: Scenario, *, ranges: bool = True) -> dict[str, Any]:
    """The answer of `trade solve` (design §7): countries under the scenario's set, ranges over every published set."""
    ground = ground_of(scenario)
    return trade_section(ground, schedule_on(ground, scenario.on), ranges=ranges)


def trade_section(ground: Ground, after: Schedule, *, ranges: bool = True) -> dict[str, Any]:
    """The trade part of an Answer. The default set's equilibrium is certified; so is every other, or the run refuses."""
    eq = solve_on(ground, wedges_of(ground, ground.before, after))
    countries = {c: {"name": country_name(c), **found} for c, found in by_country(eq).items()}

    spread = ranges_of(ground, after, countries) if ranges else {}
    return {
        **_facts(ground, eq),
        "countries": countries,
        "range": spread,
        "with_links": with_links(ground, after),
        "most_affected": most_affected(countries, ground.scenario.parties),
        "bilateral": bilateral(eq, ground.scenario.parties),
        "spending_share": spending_share(eq, ground.scenario.parties),
        "exclusions": exclusion_cells(ground, after, eq),
        "definitions": DEFINITIONS,
    }


LINKED = "caliendo_parro"


def with_links(ground: Ground, after: Schedule) -> dict[str, Any] | None:
    """The same question with input-output links, where the scenario's own model has none and the world can be given them.

    Links are an assumption: shares of another source and year, fitted to the world's flows (its notes say how).
    """
    scenario = ground.scenario.replaced(model=LINKED)
    if ground.scenario.model == LINKED or ground.raw.name not in worlds():
        return None
    linked = ground_on(replace(ground, scenario=scenario), world_of(scenario))
    eq = solve_on(linked, wedges_of(linked, linked.before, after))
    found = by_country(eq)
    return {
        "model": eq.model,
        "elasticities": linked.raw.elasticities,
        "residual": eq.residual,
        "passes": eq.passes,
        "notes": list(linked.raw.notes),
        "countries": {c: {"name": country_name(c), **found[c]} for c in found},
    }


def ranges_of(ground: Ground, after: Schedule, own: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """{ISO3: {indicator: range}} over every published set that covers the world's sectors; each set with its own move and wedges.

    Where none does (a user's own sectors), the range is that of the world's own elasticities alone, and says so.
    """

    def under(world: World) -> Equilibrium:
        other = ground_on(ground, world)
        return solve_on(other, wedges_of(other, other.before, after))

    sets = [name for name in elasticity_sets() if {*ground.raw.sectors} <= {*read_set(name).theta}]
    if sets:
        return across_sets(ground.raw, under, sets)
    return {
        c: {k: _point(v, ground.raw.elasticities) for k, v in found.items() if k != "name"} for c, found in own.items()
    }


def _point(value: float, over: str) -> dict[str, Any]:
    return {"low": value, "median": value, "high": value, "over": [over], "sign_differs": False}


def _facts(ground: Ground, eq: Equilibrium) -> dict[str, Any]:
    scenario = ground.scenario
    return {
        "model": eq.model,
        "world": ground.world.name,
        "year": ground.raw.year,
        "size": [len(ground.world.countries), len(ground.world.sectors)],
        "elasticities": ground.raw.elasticities,
        "deficits": eq.deficits,
        "revenue": eq.revenue,
        "against": f"the law of {scenario.before}",
        "residual": eq.residual,
        "walras": eq.walras,
        "passes": eq.passes,
        "seconds": eq.seconds,
        "moved": {
            "from": base_day(ground.raw, scenario).isoformat(),
            "to": scenario.before.isoformat(),
            "residual": _residual(ground),
        },
        "weights": {party: levy.weight_source for party, levy in ground.before.items()},
    }


def _residual(ground: Ground) -> float | None:
    return ground.moved.residual if ground.moved else None


def _pairs(parties: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(buyer, seller) for buyer in parties for seller in parties if buyer != seller]


def bilateral(eq: Equilibrium, parties: tuple[str, ...]) -> list[dict[str, Any]]:
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


def spending_share(eq: Equilibrium, parties: tuple[str, ...]) -> list[dict[str, Any]]:
    """The share of all that a party spends, goods and services, that went to another before the change."""
    X, index = eq.world.X, eq.world.index
    return [
        {"buyer": b, "seller": s, "share": float(X[index(b), index(s)].sum() / X[index(b)].sum())}
        for b, s in _pairs(parties)
    ]


def most_affected(countries: Mapping[str, Mapping[str, Any]], parties: tuple[str, ...]) -> dict[str, list[str]]:
    """Third countries with the largest gains and losses of welfare; the rest of the world is no country."""
    third = sorted((c for c in countries if c not in parties and c != "ROW"), key=lambda c: countries[c]["welfare_pct"])
    return {"lose": third[:THIRD], "gain": third[::-1][:THIRD]}


def exclusion_cells(ground: Ground, after: Schedule, eq: Equilibrium) -> dict[str, Any]:
    """Sectors that an exclusion splits: the naive mean rate beside the two wedges, at both ends of the elasticity within a cell."""
    scenario, world = ground.scenario, ground.world
    levier = scenario.parties[0]
    target = scenario.parties[-1]
    ends = {"upper": None, "lower": 1.0}  # 1 + theta, and 1 (design §4)
    cells = {end: cells_of(ground, ground.before[levier], after[levier], eta) for end, eta in ends.items()}
    i = after[levier].origins.index(target)
    names = sector_names(world.name) if world.name in worlds() else {}
    rows = [
        _cell_row(world.sectors[s], names, cells, i, s)
        for s in range(len(world.sectors))
        if _split(cells["upper"], i, s)
    ]
    welfare = {
        "two_wedges": eq.welfare_hat,
        "two_wedges_eta_1": solve_on(ground, wedges_of(ground, ground.before, after, 1.0), start=eq).welfare_hat,
        "naive": solve_on(ground, naive_wedges(ground, ground.before, after), start=eq).welfare_hat,
    }
    return {
        "levied_by": levier,
        "origin": target,
        "sectors": sorted(rows, key=lambda row: row["price_wedge"] - row["mean_rate"]),
        "welfare_pct": {
            way: {p: 100 * (float(hats[world.index(p)]) - 1) for p in scenario.parties} for way, hats in welfare.items()
        },
    }


def _split(cells: Any, i: int, s: int) -> bool:
    """Whether the mean rate and the price wedge differ enough to matter: by a point or more."""
    return bool(cells.tau_hat[i, s] > 0) and abs(_mean_change(cells, i, s) - (cells.tau_hat[i, s] - 1)) > 0.01


def _mean_change(cells: Any, i: int, s: int) -> float:
    return float((1 + cells.mean_new[i, s]) / (1 + cells.mean_base[i, s]) - 1)


def _cell_row(sector: str, names: Mapping[str, str], cells: Mapping[str, Any], i: int, s: int) -> dict[str, Any]:
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
