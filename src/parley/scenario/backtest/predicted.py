"""What the model says of a window: the ratio of new to old trade by partner and sector, under one law, reading and elasticity set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen, read_only
from parley.law.paid.tables import REST
from parley.scenario.backtest.trade import Sector, Trade
from parley.scenario.backtest.windows import Window
from parley.scenario.baseline import calibrate, equilibrium_under, recalibrated, schedule_on
from parley.scenario.scenario import EffectsReading, Scenario
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import foreign_flows, ratio
from parley.world.elasticity import read_elasticities
from parley.world.world import World

BUYER = "USA"
PARTIES = (BUYER, "CHN")  # whose laws move; the others keep the rates of the dataset


@dataclass(frozen=True, eq=False)
@read_only
class Predicted:
    """New over old value before duty: US imports [i, n] by partner and sector, exports [j] by partner and [g] by sector.

    NaN where the dataset has no such trade.
    """

    imports: Float[ndarray, "i n"]
    exports: Float[ndarray, " j"]
    groups: Float[ndarray, " g"]
    residual: float


def predicted(
    window: Window,
    trade: Trade,
    reading: EffectsReading,
    sets: Sequence[str],
    model: str = "armington",
    known: date | None = None,
) -> Iterator[tuple[str, Predicted]]:
    """(elasticity set, Predicted) of a window's law, by each set in turn."""
    baseline = calibrate(scenario_of(window, reading, model, known))
    after = schedule_on(baseline, window.law)
    for name in sets:
        raw = baseline.raw.with_theta(read_elasticities(name, baseline.raw), name)
        eq = equilibrium_under(recalibrated(baseline, raw), after)
        yield name, _ratios(eq, trade)


def scenario_of(window: Window, reading: EffectsReading, model: str, known: date | None) -> Scenario:
    """The question behind a window."""
    return Scenario(
        on=window.law,
        known=known,
        before=window.before,
        parties=PARTIES,
        model=model,
        reading=reading,
        elasticities="U4",
    )


def _ratios(eq: Equilibrium, trade: Trade) -> Predicted:
    flows, world = foreign_flows(eq), eq.world
    own = world.index(BUYER)
    base, new = flows.base[own], flows.new[own]
    imports = ratio(*(_gathered(x, world, trade.partners, trade.sectors) for x in (new, base)))
    to = [_gathered(x[:, own], world, trade.buyers, trade.groups) for x in (flows.new, flows.base)]
    exports = ratio(*(x.sum(axis=1) for x in to))
    return Predicted(frozen(imports), frozen(exports), frozen(ratio(*(x.sum(axis=0) for x in to))), eq.residual)


def _gathered(
    flow: Float[ndarray, "c s"], world: World, partners: Sequence[str], sectors: Sequence[Sector]
) -> Float[ndarray, "i n"]:
    """Flows with countries and sectors of the dataset, summed by partner and sector of the trade figures; the rest are all others."""
    named = {p: world.places(p) for p in partners if p != REST}
    left = set(range(len(world.countries))) - {k for places in named.values() for k in places} - {world.index(BUYER)}
    rows = [sorted(left) if p == REST else list(named[p]) for p in partners]
    columns = [[world.sectors.index(s) for s in sector.world if s in world.sectors] for sector in sectors]
    return np.array([[flow[np.ix_(r, c)].sum() for c in columns] for r in rows])
