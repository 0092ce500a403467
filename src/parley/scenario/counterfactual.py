"""A question of trade that can be asked again under other elasticities: of the law of two days, or of the user's own rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.csv_tables import number_of, read_csv
from parley.errors import InputError, ScenarioError, unknown_name, warn_of_percent
from parley.scenario.answers import Ranges
from parley.scenario.baseline import (
    Baseline,
    Schedule,
    calibrate,
    equilibrium_under,
    recalibrated,
    schedule_on,
    world_of,
)
from parley.scenario.scenario import Scenario, beside, set_of
from parley.text_files import FileKind
from parley.trade.answers import DrawsAnswer
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import by_country
from parley.trade.solve import solve
from parley.trade.uncertainty import Draws, answers_by_set, quantiles, ranges_of
from parley.world.elasticity import (
    covers,
    every_set,
    horizon_in_words,
    horizon_of,
    is_own,
    set_in_words,
    sets_beside,
    spans_of,
)
from parley.world.world import World

RATE_COLUMNS = ("buyer", "seller", "sector", "rate")
RATES = FileKind(f"a .csv with columns {', '.join(RATE_COLUMNS)}")


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """A scenario's question. raw: its world; under: from that world, perhaps with other elasticities, to the equilibrium."""

    scenario: Scenario
    raw: World
    under: Callable[[World], Equilibrium]


@checked
def counterfactual_of(scenario: Scenario) -> Counterfactual:
    """The question of a scenario: its own rates where it names a file of them, else the law of its days."""
    if scenario.rates:
        return rates_counterfactual(scenario)
    baseline = calibrate(scenario)
    return law_counterfactual(baseline, schedule_on(baseline, scenario.on))


def law_counterfactual(baseline: Baseline, after: Schedule) -> Counterfactual:
    """What a law does against that of the day before; each set of elasticities with its own move and wedges."""

    def under(world: World) -> Equilibrium:
        other = recalibrated(baseline, world)
        return equilibrium_under(other, after)

    return Counterfactual(baseline.scenario, baseline.raw, under)


def rates_counterfactual(scenario: Scenario) -> Counterfactual:
    """What new rates do against the world's own base rates; no law is asked."""
    world = world_of(scenario)
    t_new = read_rates(beside(scenario, scenario.rates), world)

    def under(held: World) -> Equilibrium:
        return solve(held, t_new, model=scenario.model, **scenario.closures())

    return Counterfactual(scenario, world, under)


def read_rates(path: str | Path, world: World) -> Float[ndarray, "n i s"]:
    """New rates [n, i, s] from a .csv with buyer, seller, sector, rate (a fraction); cells without a row keep theirs.

    "*" stands for every buyer, seller or sector; a later row wins. Raises InputError with the row.
    """
    t, own = world.t.copy(), np.arange(len(world.countries))
    names = (world.countries, world.countries, world.sectors)
    for where, row in read_csv(path, RATES, RATE_COLUMNS, f"rates {Path(path).name}").rows():
        places = [_places(where, row, name, held) for name, held in zip(RATE_COLUMNS, names, strict=False)]
        rate = _rate(where, row["rate"])
        if row["buyer"] == row["seller"] != "*" and rate:
            raise InputError(
                where, f"rate {row['rate']} of {row['buyer']} on its own goods", "another seller, or * for all"
            )
        t[np.ix_(*places)] = rate
        warn_of_percent(rate, where)
    t[own, own] = 0.0
    return t


def _places(where: str, row: Mapping[str, str], column: str, names: tuple[str, ...]) -> list[int]:
    code = row[column]
    if code == "*":
        return list(range(len(names)))
    if code not in names:
        raise unknown_name(where, column, code, (*names, "*"))
    return [names.index(code)]


def _rate(where: str, text: str) -> float:
    value = number_of(text)
    if value is None or not -1 < value <= 100:
        raise InputError(
            where, f"rate is {text[:40]!r}", "a fraction above -1, at most 100: for 145 percent write 1.45"
        )
    return value


def sets_for(asked: Counterfactual) -> list[str]:
    """The published sets of the question's horizon that cover the world's sectors, and the user's own where it is a file."""
    own, sectors = set_of(asked.scenario), asked.raw.sectors
    mine = [own] if is_own(own) else []
    return [*sets_beside(asked.raw.elasticities, sectors), *(name for name in mine if covers(name, sectors))]


def _unnamed(asked: Counterfactual) -> list[str]:
    """The world's own elasticities, where they are no set: they answer the question, so a range has them too."""
    own = asked.raw.elasticities
    return [] if own in every_set() or is_own(asked.scenario.elasticities) else [own]


def over_sets(asked: Counterfactual, own: Equilibrium) -> Ranges:
    """{ISO3: {indicator: range}} over `sets_for` and the world's own elasticities."""
    made = answers_by_set(asked.raw, asked.under, sets_for(asked))
    return ranges_of(made | {name: by_country(own) for name in _unnamed(asked)})


def spans(asked: Counterfactual) -> str:
    """What the range of an answer is over, in words: the sets, and the one closure that all of them are solved with."""
    scenario = asked.scenario
    horizon = horizon_in_words(horizon_of(asked.raw.elasticities))
    closure = (
        f"Model and closure: {scenario.model}, {horizon}, deficits {scenario.deficits}, revenue {scenario.revenue}"
    )
    closure += "" if scenario.capital == "fixed" else f", capital {scenario.capital}"
    return f"{spans_of([*sets_for(asked), *_unnamed(asked)])}. {closure}"


def over_draws(asked: Counterfactual, draws: Draws, tell: Callable[[str], None] = lambda text: None) -> DrawsAnswer:
    """Quantiles over draws of the elasticities around the question's own: the `draws` of `trade solve`.

    Raises ScenarioError where there is no draw. A draw that cannot be solved stops the answer with its residual: quantiles
    over the others alone would hide it.
    """
    if draws.count < 1:
        raise ScenarioError("draws", "0 draws", "1 or more")
    answers, around = [], set_in_words(asked.raw.elasticities)
    for draw in range(draws.count):
        theta = draws.theta(asked.raw.theta, draw)
        answers.append(by_country(asked.under(asked.raw.with_theta(theta, f"draw {draw}"))))
        tell(f"draws: {draw + 1} of {draws.count} solved")
    return {
        "count": draws.count,
        "seed": draws.seed,
        "spread": draws.spread,
        "common": draws.common,
        "around": around,
        "spans": f"{draws.count} draws of the elasticities around {around}; flows, law, model and closure stay "
        "the same",
        "quantiles": quantiles(answers),
    }
