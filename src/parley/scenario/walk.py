"""A rate's journey: the law of a day, line by line → wedges on the world's grid → an equilibrium that starts from the day before.

The world's flows are of its base year; the question's baseline is the law of `scenario.before`. So the world first moves, with one
solve, from the law of its base year to the law of that day; then comes the shock (method §1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.codes import union_of
from parley.law.compiled import compile_rates, read_schedule
from parley.law.explain import FIRST_DAY
from parley.law.measure import read_act
from parley.law.regime import Regime, read_regime
from parley.law.trade_weights import FILES as WEIGHED
from parley.law.trade_weights import read_weights
from parley.scenario.scenario import Change, Option, Scenario
from parley.tables import RateTable, Wedges
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import rebase, solve
from parley.world.grid import CellWedges, base_rates, cell_wedges, place_wedges, sector_of
from parley.world.read import read_world
from parley.world.world import World

BASE_DAY = "07-01"  # the middle of a world's base year stands for the law of that year


@dataclass(frozen=True, eq=False)
class Levy:
    """What one party levies on a day, line by line and by origin: rates [k, i], fractions; NaN where unknown.

    origins: the world's, a customs union once. weight: [k, i] baseline customs value, or ones for simple means.
    """

    destination: str
    products: tuple[str, ...]
    origins: tuple[str, ...]
    rate: Float[ndarray, "k i"]
    weight: Float[ndarray, "k i"]
    on: date
    weight_source: str


Schedule = Mapping[str, Levy]  # by levying party


@dataclass(frozen=True, eq=False)
class Ground:
    """Where every question of a scenario starts: the regime, the world moved to the day before, and the law of that day."""

    scenario: Scenario
    regime: Regime
    raw: World
    year: Schedule
    before: Schedule
    world: World
    moved: Equilibrium | None


def regime_of(scenario: Scenario) -> Regime:
    """The packaged regime with the scenario's changes, in the order of the file."""
    return apply_changes(read_regime(), scenario.change, scenario)


def apply_changes(regime: Regime, changes: tuple[Change, ...], scenario: Scenario) -> Regime:
    """A new regime: measures dropped, added or set to another rate. A change without a day holds from the scenario's day."""
    for change in changes:
        start = change.start or scenario.on
        if change.drop:
            regime = regime.without(change.drop, start)
        elif change.add:
            regime = regime.plus(read_act(Path(scenario.folder, change.add)))
        else:
            regime = regime.set_rate(change.set, float(change.rate or 0.0), start)
    return regime


def schedule_of(regime: Regime, scenario: Scenario, world: World, on: date, known: date | None) -> Schedule:
    """What every party levies on a day: on all origins where import weights are known, else on the other parties."""
    return {party: levy_of(regime, scenario, world, party, on, known) for party in scenario.parties}


def levy_of(regime: Regime, scenario: Scenario, world: World, party: str, on: date, known: date | None) -> Levy:
    """What one party levies on a day: base plus added, with two stand-ins for a base that the law does not give as a fraction.

    A specific duty: the equivalent collected in the year of the weights. A base known for no line: the world's mean by sector.
    """
    weighed = party in WEIGHED
    sellers = [c for c in world.countries if c != party] if weighed else [p for p in scenario.parties if p != party]
    asked = {union_of(c): c for c in reversed(sellers)}
    origins, lines = tuple(asked), lines_of(party, days_of(scenario, world))
    rates = compile_rates(
        regime, party, tuple(asked.values()), on, known, lines, preferences="observed" if weighed else "none"
    )
    weight, collected, source = imports_of(party, lines, origins, scenario.parties)
    if np.isnan(rates.base).all():
        collected = _sector_means(world, party, lines, tuple(asked.values()))
    rate = np.where(np.isnan(rates.base), collected, rates.base) + rates.added
    return Levy(party, lines, origins, rate, weight, on, source)


def _sector_means(world: World, party: str, lines: tuple[str, ...], origins: tuple[str, ...]) -> Float[ndarray, "k i"]:
    """The world's own base rate of each line's sector; NaN where a line has no sector."""
    names = sectors_of(lines, world.name, world.sectors)
    place = np.array([world.sectors.index(s) if s else -1 for s in names])
    rates = world.t[world.index(party)][[world.index(o) for o in origins]]
    return np.where(place[:, None] >= 0, rates.T[place], np.nan)


def days_of(scenario: Scenario, world: World) -> tuple[date, ...]:
    """Every day whose law a scenario asks for: that of the base year, before, on, its options' and its deadline's."""
    later = [o.law_of for o in scenario.option if o.law_of] + ([scenario.deadline.on] if scenario.deadline else [])
    return (base_day(world, scenario), scenario.before, scenario.on, *later)


def base_day(world: World, scenario: Scenario) -> date:
    """The day whose law stands for a world's base year; a world that names none, or one before 2018, is of the day before itself."""
    day = date.fromisoformat(f"{world.year:04}-{BASE_DAY}") if world.year else scenario.before
    return day if FIRST_DAY <= day < scenario.before else scenario.before


@cache
def lines_of(party: str, days: tuple[date, ...]) -> tuple[str, ...]:
    """The tariff lines that stand in the editions of all the days, so that every comparison is of the same lines."""
    held = read_schedule(party)
    kept = [
        {held.lines[k].code for k in np.flatnonzero((held.start <= d.toordinal()) & (d.toordinal() < held.end))}
        for d in days
    ]
    return tuple(sorted(set.intersection(*kept)))


@cache
def imports_of(
    party: str, products: tuple[str, ...], origins: tuple[str, ...], parties: tuple[str, ...]
) -> tuple[ndarray, ndarray, str]:
    """(customs value [k, i], ordinary duty collected as a fraction [k, i], source) of a party's imports.

    Duty charged on the parties' own goods holds additional duties too, so for them the other origins' collection is taken.
    """
    shape = (len(products), len(origins))
    if party not in WEIGHED:
        return (
            np.ones(shape),
            np.full(shape, np.nan),
            "simple means over product lines: no import weights by line are packaged",
        )
    weights = read_weights(party)
    weight = weights.matrix(products, origins)
    rivals = np.isin(weights.partners, [p for p in parties if p != party])
    others = replace(weights, value=np.where(rivals, 0.0, weights.value), duty=np.where(rivals, 0.0, weights.duty))
    value, duty = others.matrix(products, origins), replace(others, value=others.duty).matrix(products, origins)
    return weight, _ratio(duty, value), weights.source


def _ratio(duty: Float[ndarray, "k i"], value: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """Duty over value; where an origin sold nothing, that of all origins together; NaN where nobody did."""
    with np.errstate(invalid="ignore", divide="ignore"):
        own, all_origins = duty / value, duty.sum(axis=1) / value.sum(axis=1)
    return np.where(value > 0, own, all_origins[:, None])


def ground_of(scenario: Scenario) -> Ground:
    """The ground of a scenario under its own elasticity set."""
    raw = world_of(scenario)
    regime = regime_of(scenario)
    year = schedule_of(regime, scenario, raw, base_day(raw, scenario), scenario.known)
    before = schedule_of(regime, scenario, raw, scenario.before, scenario.known)
    return _moved(Ground(scenario, regime, raw, year, before, raw, None))


def world_of(scenario: Scenario) -> World:
    """The packaged world of that name, or the user's own from an .npz beside the scenario."""
    beside = Path(scenario.folder, scenario.world)
    name = str(beside) if scenario.world.endswith(".npz") else scenario.world
    return read_world(name, elasticities=scenario.elasticities or None)


def ground_on(ground: Ground, raw: World) -> Ground:
    """The same question on another world of the same shape, such as one with other elasticities; the law is used again."""
    return _moved(replace(ground, raw=raw))


def _moved(ground: Ground) -> Ground:
    """The ground with its world at the law of the base year, then moved by one solve to the law of the day before.

    The moved world carries the rates of that law itself, so that no change from it is no change at all.
    """
    raw = ground.raw
    own = [cells_of(ground, levy, levy) for levy in ground.year.values()]
    note = f"duties of {', '.join(ground.year)} from the law of {base_day(raw, ground.scenario)}"
    start = replace(ground, world=raw.with_arrays(raw.X, base_rates(raw, own), note))
    moved = solve_on(start, wedges_of(start, ground.year, ground.before))
    world, then = rebase(moved), [cells_of(ground, levy, levy) for levy in ground.before.values()]
    world = world.with_arrays(
        world.X, base_rates(world, then), f"moved by one solve to the law of {ground.scenario.before}"
    )
    return replace(start, world=world, moved=moved)


def cells_of(ground: Ground, before: Levy, after: Levy, eta: float | None = None) -> CellWedges:
    """The two wedges per origin and sector of one party's change (method §3).

    Lines unknown at the baseline (the base year's law or the day before) are left out; a line whose later duty cannot be stated
    as a fraction of value keeps its rate.
    """
    party = after.destination
    baseline = np.isfinite(ground.year[party].rate) & np.isfinite(ground.before[party].rate)
    old = np.where(baseline, before.rate, np.nan)
    new = (
        old
        if after is before
        else np.where(baseline & np.isnan(after.rate), old, np.where(baseline, after.rate, np.nan))
    )
    table = RateTable(
        party, after.products, after.origins, old, new, after.weight, before.on, after.on,
        ground.scenario.known or date.max, after.weight_source,
    )  # fmt: skip
    return cell_wedges(table, ground.raw, eta, sectors_of(after.products, ground.raw.name, ground.raw.sectors))


@cache
def sectors_of(products: tuple[str, ...], world: str, sectors: tuple[str, ...]) -> tuple[str | None, ...]:
    """The world's sector of each line, looked up once for a list of lines."""
    return tuple(s if s in sectors else None for s in sector_of(products))


def wedges_of(ground: Ground, before: Schedule, after: Schedule, eta: float | None = None) -> Wedges:
    """The wedges of every party's change on the ground's world; cells that no party changes keep their base rate."""
    return place_wedges(ground.world, [cells_of(ground, before[party], levy, eta) for party, levy in after.items()])


def naive_wedges(ground: Ground, before: Schedule, after: Schedule) -> Wedges:
    """What a single import-weighted mean rate per cell would give: the usual shortcut, shown beside the two wedges."""
    cells = [cells_of(ground, before[party], levy) for party, levy in after.items()]
    return Wedges.from_rates(
        base_rates(ground.world, [replace(c, mean_base=c.mean_new) for c in cells]), ground.world.t
    )


def solve_on(ground: Ground, wedges: Wedges, start: Equilibrium | None = None) -> Equilibrium:
    """The equilibrium under wedges, from the ground's world, by the scenario's model and closures."""
    scenario = ground.scenario
    return solve(
        ground.world, wedges, model=scenario.model, deficits=scenario.deficits, revenue=scenario.revenue, start=start
    )


def schedule_on(ground: Ground, on: date, regime: Regime | None = None) -> Schedule:
    """What the parties levy on a day by the ground's regime, or by another, as known to the scenario."""
    return schedule_of(regime or ground.regime, ground.scenario, ground.raw, on, ground.scenario.known)


def levy_under(ground: Ground, option: Option) -> Levy:
    """What an option's player levies: its law of the day with changes, or the law scheduled for a later day."""
    scenario = ground.scenario
    regime = apply_changes(ground.regime, option.changes, scenario)
    on = option.law_of or scenario.on
    return levy_of(regime, scenario, ground.raw, option.player, on, scenario.known)
