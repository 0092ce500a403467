"""A rate's journey: the law of a day, line by line → wedges on the world's grid → an equilibrium that starts from the day before.

The world's flows are of its base year; the question's baseline is the law of `scenario.before`. So the world first moves, with one
solve, from the law of its base year to the law of that day; then comes the shock (docs/method.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy import ndarray

from parley.arguments import checked, unchecked
from parley.array_types import Bool, Float
from parley.codes import countries, union_of
from parley.errors import NoAnswerError, WorldError, did_you_mean, nearest_codes
from parley.frozen import frozen
from parley.law.regime import Regime
from parley.rates import RateTable, Wedges
from parley.scenario.levy import (
    Levy,
    Rates,
    Schedule,
    apply_changes,
    as_written,
    base_day,
    changed_levy,
    regime_of,
    schedule_of,
)
from parley.scenario.of_levy import Asked, of_levy
from parley.scenario.scenario import Option, Scenario, beside, set_of
from parley.talks.answers import Ranges
from parley.talks.ranges import spread
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model
from parley.trade.solve import rebase, solve
from parley.world.elasticity import is_own, ranged, spans_of
from parley.world.grid import (
    CellLines,
    CellWedges,
    base_rates,
    cell_lines,
    place_wedges,
    sectors_of,
    wedges_at,
    with_rows,
)
from parley.world.read import FILE_ENDS, read_world, worlds
from parley.world.union import UNIONS, one_economy
from parley.world.world import World

Place = tuple[str, tuple[str, ...]]  # world and its sectors
Figures = Mapping[str, float | None]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Baseline:
    """Where every question of a scenario starts: the regime, the world moved to the day before, and the law of that day.

    own: cells whose base rates, whatever the elasticities, are the law of the base year and that of the day before.
    """

    scenario: Scenario
    regime: Regime
    raw: World
    year: Schedule
    before: Schedule
    own: tuple[tuple[CellWedges, ...], tuple[CellWedges, ...]]
    world: World
    moved: Equilibrium | None
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made of this baseline under a key, or is made now: of things that nobody can change."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


@checked
def calibrate(scenario: Scenario, regime: Regime | None = None) -> Baseline:
    """The baseline of a scenario under its own elasticity set. regime: that of the scenario, where it is at hand."""
    raw = world_of(scenario)
    _check_countries(scenario, raw)
    regime = regime or regime_of(scenario)
    year = schedule_of(regime, scenario, raw, base_day(raw, scenario), scenario.known)
    before = schedule_of(regime, scenario, raw, scenario.before, scenario.known)
    return _based(scenario, regime, raw, year, before)


def _based(scenario: Scenario, regime: Regime, raw: World, year: Schedule, before: Schedule) -> Baseline:
    """The baseline of what the parties levied in the world's base year and on the day before."""
    baseline = Baseline(scenario, regime, raw, year, before, ((), ()), raw, None)
    at_year = tuple(cells_of(baseline, year[party], levy) for party, levy in before.items())
    return _rebased(replace(baseline, own=(at_year, tuple(cells_of(baseline, x, x) for x in before.values()))))


def _check_countries(scenario: Scenario, world: World) -> None:
    """Law is asked by ISO code. Raises WorldError where a party is not in the world, or a country of it is none of ISO's."""
    hint = 'Name parties that are, or give new rates of your own in place of the law (rates = "…csv", or --rates)'
    lacking = [party for party in scenario.parties if not world.places(party)]
    if lacking:
        near = did_you_mean(nearest_codes(lacking[0], (*world.countries, *UNIONS)))
        hint = f"{near} {hint}" if near else hint
        raise WorldError(
            f"world {world.name}", f"the party {lacking[0]} is not in it", ", ".join(world.countries), hint
        )
    foreign = [code for code in world.countries if code not in countries() and code not in ("ROW", *UNIONS)]
    if foreign:
        raise WorldError(f"world {world.name}", f"no law can be asked of {foreign[0]!r}", "ISO3 codes, and ROW", hint)


def world_of(scenario: Scenario) -> World:
    """The world of a scenario, with links if the model uses them; a union that is a party is one economy of it."""
    world = _world_named(scenario)
    for union in (p for p in scenario.parties if p in UNIONS):
        world = one_economy(world, union)
    return world


def _world_named(scenario: Scenario) -> World:
    """The packaged world of that name, or the user's own from a path beside the scenario."""
    path = beside(scenario, scenario.world)
    mine = scenario.world not in worlds() and (os.path.exists(path) or Path(path).suffix in FILE_ENDS)
    links = True if read_model(scenario.model).LINKS else None
    if not mine and not is_own(scenario.elasticities):
        return _packaged(scenario.world, scenario.elasticities or None, links)
    return read_world(path if mine else scenario.world, elasticities=set_of(scenario) or None, links=links)


@lru_cache(maxsize=16)
def _packaged(name: str, elasticities: str | None, links: bool | None) -> World:
    """A packaged world: its files do not change, so each is read once."""
    return read_world(name, elasticities=elasticities, links=links)


def recalibrated(baseline: Baseline, raw: World) -> Baseline:
    """The same question on another world of the same shape, such as one with other elasticities; the law is used again."""
    held = baseline.raw
    same = all(a is b for a, b in ((raw.X, held.X), (raw.t, held.t), (raw.gamma, held.gamma))) and np.array_equal(
        raw.theta, held.theta
    )
    return baseline if same else _rebased(replace(baseline, raw=raw))


def under_model(baseline: Baseline, model: str) -> Baseline:
    """The same question by another model, on the world as that model needs it: with links, or without."""
    scenario = baseline.scenario.replaced(model=model)
    return baseline.once(
        ("model", model), lambda: _rebased(replace(baseline, scenario=scenario, raw=world_of(scenario)))
    )


def under_statute(baseline: Baseline) -> Baseline:
    """The same question by the law as written; the same baseline where no party's duties are read otherwise."""
    year, before = as_written(baseline.year), as_written(baseline.before)
    if all(levy is baseline.before[party] for party, levy in before.items()):
        return baseline
    scenario = baseline.scenario.replaced(reading="statutory")
    return baseline.once("statutory", lambda: _based(scenario, baseline.regime, baseline.raw, year, before))


def _rebased(baseline: Baseline) -> Baseline:
    """The baseline with its world at the law of the base year, then moved by one solve to the law of the day before.

    The moved world carries the rates of that law itself, so that no change from it is no change at all.
    """
    raw = baseline.raw
    note = f"duties of {', '.join(baseline.year)} from the law of {base_day(raw, baseline.scenario)}"
    start = replace(baseline, world=raw.with_arrays(raw.X, base_rates(raw, baseline.own[0]), note))
    duties = wedges_of(start, baseline.year, baseline.before)  # taxes on labour are those of the day before
    scenario = baseline.scenario
    moved = solve(start.world, duties, model=scenario.model, deficits=scenario.deficits, capital=scenario.capital)
    world = rebase(moved)
    world = world.with_arrays(
        world.X, base_rates(world, baseline.own[1]), f"moved by one solve to the law of {baseline.scenario.before}"
    )
    return replace(start, world=world, moved=moved)


def cells_of(baseline: Baseline, before: Levy, after: Levy, eta: float | None = None) -> CellWedges:
    """The two wedges per origin and sector of one party's change (docs/method.md).

    Lines unknown at the baseline (the base year's law or the day before) are left out; a line whose later duty cannot be stated
    as a fraction of value keeps its rate.
    """
    asked = (baseline.year[after.destination], baseline.before[after.destination], before)
    place = (baseline.raw.name, baseline.raw.sectors)
    return _cells(asked, after, place, tuple(baseline.raw.theta), eta)


@of_levy(64)
def _cells(asked: Asked, after: Levy, place: Place, theta: tuple[float, ...], eta: float | None) -> CellWedges:
    """The cells of a change at elasticities; of a levy that differs from another in a few origins, those rows alone are new."""
    made = partial(wedges_at, theta=np.array(theta), eta=eta)
    if after.like is None:
        return made(_lines(asked, after, place, None))
    part = made(_lines(asked, after, place, after.touched))
    return with_rows(_cells(asked, after.like, place, theta, eta), after.touched, part)


@of_levy(4)
def _lines(asked: Asked, after: Levy, place: Place, columns: tuple[int, ...] | None) -> CellLines:
    """A change's lines by cell, gathered once whatever the elasticities; of all origins, or of some columns.

    asked: the levies of the base year, of the day before, and before the change.
    """
    world, sectors = place
    origins = after.origins if columns is None else tuple(after.origins[i] for i in columns)
    old, known, weight = _old(asked, asked[2], columns)
    new = old
    if after is not asked[2]:
        new = _some(after.rate, columns)
        new = frozen(np.where(known & ~np.isnan(new), new, old))
    if after.weight is not asked[2].weight:
        weight = frozen(_some(after.weight, columns))
    table = unchecked(
        RateTable, after.destination, after.products, origins, old, new, weight,
        asked[2].on, after.on, date.max, after.weight_source,
    )  # fmt: skip
    return cell_lines(table, sectors, sectors_of(after.products, world, sectors))


@of_levy(2)
def _old(
    asked: Asked, before: Levy, columns: tuple[int, ...] | None
) -> tuple[Float[ndarray, "k i"], Bool[ndarray, "k i"], Float[ndarray, "k i"]]:
    """The rates before a change, of all origins or some, NaN where the baseline knows none; where it does; each line's weight."""
    year, day_before, old = (_some(levy.rate, columns) for levy in asked)
    known = np.isfinite(year) & np.isfinite(day_before)
    return frozen(np.where(known, old, np.nan)), known, frozen(_some(before.weight, columns))


def _some(table: Float[ndarray, "k i"], columns: tuple[int, ...] | None) -> Float[ndarray, "k i"]:
    """The columns of some origins, or all."""
    return table if columns is None else np.take(table, columns, axis=1)


def wedges_of(baseline: Baseline, before: Schedule, after: Schedule, eta: float | None = None) -> Wedges:
    """The wedges of every party's change on the baseline's world; cells that no party changes keep their base rate."""
    return place_wedges(baseline.world, [cells_of(baseline, before[party], levy, eta) for party, levy in after.items()])


def naive_wedges(baseline: Baseline, before: Schedule, after: Schedule) -> Wedges:
    """What a single import-weighted mean rate per cell would give: the usual shortcut, shown beside the two wedges."""
    cells = [cells_of(baseline, before[party], levy) for party, levy in after.items()]
    return Wedges.from_rates(
        base_rates(baseline.world, [replace(c, mean_base=c.mean_new) for c in cells]), baseline.world.t
    )


@checked
def solve_on(
    baseline: Baseline,
    wedges: Wedges,
    start: Equilibrium | None = None,
    iceberg_hat: Float[ndarray, "n i s"] | None = None,
) -> Equilibrium:
    """The equilibrium under wedges, from the baseline's world, by the scenario's model and closures."""
    scenario = baseline.scenario
    closures = scenario.closures()
    return solve(baseline.world, wedges, model=scenario.model, start=start, iceberg_hat=iceberg_hat, **closures)


def equilibrium_under(baseline: Baseline, after: Schedule) -> Equilibrium:
    """The equilibrium under what the parties levy later, against the day before: solved once for each baseline."""
    return baseline.once(
        ("equilibrium", *after.items()), lambda: solve_on(baseline, wedges_of(baseline, baseline.before, after))
    )


@lru_cache(maxsize=8)
def schedule_on(baseline: Baseline, on: date, entered: date | None = None) -> Schedule:
    """What the parties levy on a day by the baseline's regime, as known to the scenario; kept for the few days that are asked again.

    entered: as `Levy` has it.
    """
    return schedule_of(baseline.regime, baseline.scenario, baseline.raw, on, baseline.scenario.known, entered=entered)


def levy_under(baseline: Baseline, option: Option) -> Levy:
    """What an option's player levies: its law of the day with changes, or that of another day, on all goods or some partners'.

    The law of another day is paid by the entries of the scenario's: goods on the water then, and claims as then made.
    """
    scenario = baseline.scenario
    regime = apply_changes(baseline.regime, option.changes, scenario)

    def on(day: date) -> Levy:
        entered = None if day == scenario.on else scenario.on
        held = schedule_on(baseline, day, entered)[option.player]
        return changed_levy(held, baseline.regime, regime, scenario, baseline.raw)

    levy = on(option.law_of or scenario.on)
    return with_columns(on(scenario.on), levy, option.toward) if option.toward else levy


def with_columns(levy: Levy, other: Levy, partners: Sequence[str]) -> Levy:
    """A levy with another's rates on the goods of some partners."""
    wanted = {union_of(p) for p in partners}
    touched = tuple(i for i, origin in enumerate(levy.origins) if origin in wanted)
    law = None if other.law is None else other.law[:, touched]
    return levy.with_part(touched, Rates(other.rate[:, touched], law))


def equilibrium_at(baseline: Baseline, state: str) -> Equilibrium:
    """The equilibrium under the law of the scenario's day ("on"), or under that of the day before ("before")."""
    schedule = schedule_on(baseline, baseline.scenario.on) if state == "on" else baseline.before
    return equilibrium_under(baseline, schedule)


def over_sets(baseline: Baseline, figures: Callable[[Baseline], Figures], only: Sequence[str] | None = None) -> Ranges:
    """{range: {figure: {low, median, high, over, sign_differs, by_set, spans}}, spans, range_not_solved, range_reason}.

    figures: named numbers of one baseline; None where there is none under that set (then the set is missing from `over`).
    only: these sets; None: every published one of the question's horizon that covers the world's sectors, and the world's own.
    """
    found: dict[str, dict[str, float]] = {}
    failed: dict[str, str] = {}
    sets = {name: theta for name, theta in ranged(baseline.raw).items() if only is None or name in only}
    for name, theta in sets.items():
        try:
            made = figures(recalibrated(baseline, baseline.raw.with_theta(theta, name)))
        except NoAnswerError as error:
            failed[name] = str(error)
            continue
        for key, value in made.items():
            if value is not None:
                found.setdefault(key, {})[name] = value
    reason = None if sets else "no published set covers the sectors of this world"
    return {
        "range": {key: spread(by_set) for key, by_set in found.items()},
        "spans": spans_of([name for name in sets if name not in failed]),
        "range_not_solved": failed,
        "range_reason": reason,
    }
