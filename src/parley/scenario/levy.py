"""What a party levies on a day, line by line: the law of a scenario's regime as numbers, with the weights to bundle them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import members, union_of
from parley.errors import ScenarioError, named
from parley.frozen import frozen, read_only
from parley.law.acts import read_act
from parley.law.compiled import compile_rates, read_schedule
from parley.law.edition import edition_days
from parley.law.explain import FIRST_DAY
from parley.law.kept_answers import kept_of_files
from parley.law.kept_rates import Table, kept_rates, put_columns
from parley.law.law_package import VERSION, law_in_use
from parley.law.measure import Measure, covers_origin
from parley.law.paid.kept import kept_paid
from parley.law.readings import seen_on
from parley.law.regime import Regime, knowledge, read_regime, with_rate
from parley.law.releases import read_release
from parley.law.stand_in import has_schedule, stand_in_codes, stand_in_rates
from parley.law.trade_weights import FILES as WEIGHED
from parley.scenario.import_values import imports_of
from parley.scenario.scenario import Change, Scenario
from parley.world.grid import sectors_of
from parley.world.world import World

BASE_DAY = "07-01"  # the middle of a world's base year stands for the law of that year
MOST_KEPT = 6  # lists of lines


class Rates(NamedTuple):
    """Rates [k, i], fractions; law: the same as written, where `rate` is what importers pay, else None."""

    rate: Float[ndarray, "k i"]
    law: Float[ndarray, "k i"] | None = None


@dataclass(frozen=True, eq=False)
@read_only
class Levy:
    """What one party levies on a day, line by line and by origin: rates [k, i], fractions; NaN where unknown.

    origins: the world's, a customs union once. weight: [k, i] baseline customs value, or ones for simple means.
    law: the rates as written, where `rate` is what importers pay; else None.
    entered: the day whose entries pay the law of `on`, where an option restores it or brings it forward; None: its own.
    like, touched: the levy from which this one differs in the columns touched alone, where it was made from another.
    """

    destination: str
    products: tuple[str, ...]
    origins: tuple[str, ...]
    rate: Float[ndarray, "k i"]
    weight: Float[ndarray, "k i"]
    on: date
    weight_source: str
    law: Float[ndarray, "k i"] | None = None
    like: Levy | None = None
    touched: tuple[int, ...] = ()
    entered: date | None = None

    def with_rate(self, rate: Float[ndarray, "k i"]) -> Levy:
        """The same lines and origins at other rates, wherever they differ."""
        return replace(self, rate=rate, law=None, like=None, touched=())

    def with_part(self, touched: Sequence[int], part: Rates) -> Levy:
        """The same levy with other rates in some of its columns."""
        written = part.rate if part.law is None else part.law
        if len(touched) == len(self.origins):
            return replace(self, rate=part.rate, law=None if self.law is None else written, like=None, touched=())
        law = None if self.law is None else put_columns(self.law, touched, written)
        return replace(
            self, rate=put_columns(self.rate, touched, part.rate), law=law, like=self, touched=tuple(touched)
        )

    @cached_property
    def as_written(self) -> Levy:
        """The levy by the law as written; itself, where it is that."""
        if self.law is None:
            return self
        return replace(self, rate=self.law, law=None, like=self.like and self.like.as_written)


Schedule = Mapping[str, Levy]  # by levying party


def regime_of(scenario: Scenario) -> Regime:
    """The packaged regime, or that of an earlier release, with the scenario's changes, in the order of the file."""
    return apply_changes(unchanged_regime(scenario), scenario.change, scenario)


def unchanged_regime(scenario: Scenario) -> Regime:
    """The law before a scenario's changes: today's, or that of the release whose conventions it pins."""
    if scenario.law_version:
        _check_version(scenario)
    return read_release(scenario.conventions) if scenario.conventions else read_regime()


def _check_version(scenario: Scenario) -> None:
    """Nothing, if the law in use is the one that a scenario pins. Raises ScenarioError."""
    used, wanted = law_in_use().version, scenario.law_version
    if wanted != used:
        where = f"{scenario.file or 'scenario'} law_version"
        hint = f"Where it is at hand, set {VERSION}={wanted}; else pip install parley-law=={wanted}"
        raise ScenarioError(where, f"{wanted!r}, and the law in use is {used}", used, hint)


def apply_changes(regime: Regime, changes: tuple[Change, ...], scenario: Scenario) -> Regime:
    """A new regime: measures dropped, suspended, added or set to another rate. A change without a day holds from the scenario's day."""
    for change in changes:
        start = change.start or scenario.on
        if change.drop:
            with named("drop"):
                regime = regime.without(change.drop, start)
        elif change.suspend:
            with named("suspend"):
                regime = regime.suspended(change.suspend, start, change.until)
        elif change.add:
            regime = regime.plus(read_act(Path(scenario.folder, change.add)))
        else:
            with named("set"):
                regime = with_rate(regime, change.set, float(change.rate or 0.0), start)
    return regime


def mirrors(scenario: Scenario) -> bool:
    """Whether China's imports are weighed by the mirror of American exports, as today, or its lines alike, as earlier releases did."""
    return not scenario.conventions


def schedule_of(
    regime: Regime,
    scenario: Scenario,
    world: World,
    on: date,
    known: date | None,
    unchanged: tuple[Regime, Schedule] | None = None,
    entered: date | None = None,
) -> Schedule:
    """What every party levies on a day; countries that are no party keep the world's own rates. entered: as `Levy` has it.

    Origins that a scenario's changes leave alone have the law before the changes: `unchanged`, or as it is kept.
    """
    plain = unchanged[0] if unchanged else regime
    if scenario.change and not unchanged:
        plain = replace(regime, measures=unchanged_regime(scenario).measures)

    def levied(party: str) -> Levy:
        origins = origins_of(scenario, world, party)
        few = scenario.change and len(touched_origins(plain, regime, origins)) < len(origins)
        held = unchanged[1][party] if unchanged else None
        if held is None and (not few or _same_law(plain, regime, party, on, known)):
            return levy_of(regime, scenario, world, party, on, known, entered)
        held = held or levy_of(plain, scenario, world, party, on, known, entered)
        return changed_levy(held, plain, regime, scenario, world)

    return {party: levied(party) for party in levying(scenario)}


def _same_law(before: Regime, after: Regime, party: str, on: date, known: date | None) -> bool:
    """Whether two regimes have the same rows of a party on a day, by the law and as customs collects it."""
    rows = [
        (r.at(on, knowledge(known), party), r.as_collected().at(on, seen_on(on, known), party)) for r in (before, after)
    ]
    return rows[0] == rows[1]


def levying(scenario: Scenario) -> tuple[str, ...]:
    """The parties, each of which levies: by its packaged schedule, or by the world's rates and its acts on a stand-in for one."""
    return scenario.parties


def paid_parties(scenario: Scenario) -> tuple[str, ...]:
    """The parties whose duties a scenario reads as importers pay them: those whose importers' claims are packaged."""
    return tuple(p for p in levying(scenario) if p in WEIGHED) if scenario.read_as == "paid" else ()


def as_written(schedule: Schedule) -> Schedule:
    """What the parties levy by the law as written."""
    return {party: levy.as_written for party, levy in schedule.items()}


def levy_of(
    regime: Regime,
    scenario: Scenario,
    world: World,
    party: str,
    on: date,
    known: date | None,
    entered: date | None = None,
) -> Levy:
    """What one party levies on a day on all its origins; one that somebody holds still, where the world's own rates are no part."""
    origins, lines = origins_of(scenario, world, party), lines_of(regime, scenario, world, party)
    shared = scenario.parties, mirrors(scenario)
    entered = entered if party in paid_parties(scenario) else None  # a law as written asks for no entries

    def looked_up() -> Levy:
        weight, _, source = imports_of(party, lines, origins, *shared)
        found = rates_on(regime, scenario, world, (party, origins, on, entered), range(len(origins)), lines)
        return Levy(party, lines, origins, found.rate, weight, on, source, found.law, entered=entered)

    if party not in WEIGHED:
        return looked_up()
    key = party, origins, lines, on, entered, known, scenario.known, *shared, paid_parties(scenario)
    held: WeakValueDictionary[Hashable, Levy] = regime.once("levies", (), WeakValueDictionary)
    levy = held[key] = held.get(key) or looked_up()
    return levy


def changed_levy(base: Levy, before: Regime, after: Regime, scenario: Scenario, world: World) -> Levy:
    """A levy under another regime: only the origins that some changed row covers are looked up again."""
    touched = touched_origins(before, after, base.origins)
    if not touched:
        return base
    asked = (base.destination, base.origins, base.on, base.entered)
    return base.with_part(touched, rates_on(after, scenario, world, asked, touched, base.products, alone=True))


def touched_origins(before: Regime, after: Regime, origins: Sequence[str]) -> list[int]:
    """The places of the origins that some changed row covers."""
    rows = changed_rows(before, after)
    return [i for i, o in enumerate(origins) if any(covers_origin(m, members(o)[0]) for m in rows)]


def changed_rows(before: Regime, after: Regime) -> list[Measure]:
    """The rows that only one of two regimes holds; a regime made from another shares all rows that it does not change."""
    ids = [{id(m) for m in regime.measures} for regime in (before, after)]
    return [m for m in before.measures if id(m) not in ids[1]] + [m for m in after.measures if id(m) not in ids[0]]


def origins_of(scenario: Scenario, world: World, party: str) -> tuple[str, ...]:
    """Whose goods a party's levy is asked on: the world's where import weights are known, else the other parties'; a union once."""
    sellers = world.countries if party in WEIGHED else scenario.parties
    return tuple(dict.fromkeys(union_of(c) for c in sellers if c != party))


def rates_on(
    regime: Regime,
    scenario: Scenario,
    world: World,
    asked: tuple[str, tuple[str, ...], date, date | None],
    chosen: Sequence[int],
    lines: tuple[str, ...],
    alone: bool = False,
) -> Rates:
    """Base plus added for the chosen of a party's origins, with two stand-ins for a base that is no fraction of value.

    alone: the law is that of one question.

    A specific duty: the equivalent collected in the year of the weights. A party without such weights: the world's mean by sector.
    In the scenario's reading "paid": what importers pay, where it is known what they claim.
    """
    party, origins, on, entered = asked
    sellers = [members(origins[i])[0] for i in chosen]
    if party not in WEIGHED:
        # on every day alike: a base known on one day and not on another would look like a change of duty
        base = _sector_means(world, party, lines, tuple(sellers))
        return Rates(frozen(base + _added(regime, party, sellers, on, scenario, lines)))
    rates = _compiled(regime, party, sellers, on, scenario, lines, "observed")
    collected = imports_of(party, lines, origins, scenario.parties, mirrors(scenario))[1]
    if len(chosen) < len(origins):
        collected = collected[:, list(chosen)]
    law = frozen(np.where(np.isnan(rates.base), collected, rates.base) + rates.added)
    if not paid_parties(scenario):
        return Rates(law)
    paid = kept_paid(regime, party, sellers, on, scenario.known, lines, alone=alone, entered=entered)
    return Rates(frozen(np.where(np.isnan(paid), law, paid)), law)


def _added(
    regime: Regime, party: str, sellers: Sequence[str], on: date, scenario: Scenario, lines: tuple[str, ...]
) -> Float[ndarray, "k c"]:
    """What a party's acts add: on its own schedule, or on the codes that stand for one, where acts without a list add nothing."""
    if has_schedule(party):
        return _compiled(regime, party, sellers, on, scenario, lines, "none").added
    return np.nan_to_num(stand_in_rates(regime, party, sellers, on, scenario.known, lines).added)


def _compiled(
    regime: Regime,
    party: str,
    sellers: Sequence[str],
    on: date,
    scenario: Scenario,
    lines: tuple[str, ...],
    preferences: Literal["none", "observed"],
) -> Table:
    """The rates of a party on a day as averages count them, from the cache where it holds them."""

    def made(day: date, some: Sequence[str] | None) -> Table:
        found = compile_rates(
            regime, party, sellers, day, scenario.known, some, preferences=preferences, split=False, content="counted"
        )
        return Table(found.base, found.added)

    return kept_rates(regime, (party, sellers, on, scenario.known), lines, preferences, made)


def _sector_means(world: World, party: str, lines: tuple[str, ...], origins: tuple[str, ...]) -> Float[ndarray, "k i"]:
    """The world's own base rate of each line's sector; NaN where a line has no sector."""
    names, at = sectors_of(lines, world.name, world.sectors), {s: k for k, s in enumerate(world.sectors)}
    place = np.array([at[s] if s else -1 for s in names])
    rates = world.t[_place(world, party)][[_place(world, o) for o in origins]]
    return np.where(place[:, None] >= 0, rates.T[place], np.nan)


def _place(world: World, party: str) -> int:
    """The position of a party, or of the first member of a union that the world holds."""
    found = world.places(party) or world.places(union_of(party))
    return found[0] if found else world.index(party)


def days_of(scenario: Scenario, world: World) -> tuple[date, ...]:
    """Every day whose law a scenario asks for: that of the base year, before, on, its options' and its deadline's."""
    later = [o.law_of for o in scenario.option if o.law_of] + ([scenario.deadline.on] if scenario.deadline else [])
    return (base_day(world, scenario), scenario.before, scenario.on, *later)


def base_day(world: World, scenario: Scenario) -> date:
    """The day whose law stands for a world's base year; a world that names none, or one before 2018, is of the day before itself."""
    day = date.fromisoformat(f"{world.year:04}-{BASE_DAY}") if world.year else scenario.before
    return day if FIRST_DAY <= day < scenario.before else scenario.before


def lines_of(regime: Regime, scenario: Scenario, world: World, party: str) -> tuple[str, ...]:
    """The tariff lines that stand in the editions of all the scenario's days, so that every comparison is of the same lines."""
    if not has_schedule(party):
        return stand_in_codes(regime, party)
    return _lines_of(party, days_of(scenario, world))


@lru_cache(maxsize=16)  # some 1.5 MB each
def _lines_of(party: str, days: tuple[date, ...]) -> tuple[str, ...]:
    """The lines that stand on every one of some days, from the cache where it holds them."""
    return kept_of_files("lines", (party, days), tuple[str, ...], lambda: _lines_on_all(party, days), MOST_KEPT)


def _lines_on_all(party: str, days: tuple[date, ...]) -> tuple[str, ...]:
    held, turns = read_schedule(party), edition_days(party)
    first = {bisect_right(turns, d): d.toordinal() for d in days}.values()  # one day of each edition
    kept = [[held.lines[k].code for k in np.flatnonzero((held.start <= d) & (d < held.end)).tolist()] for d in first]
    return tuple(sorted(set(kept[0]).intersection(*kept[1:])))
