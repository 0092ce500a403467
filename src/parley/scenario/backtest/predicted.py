"""What the model says of a window: the ratio of new to old trade by partner and sector, under one law, reading and elasticity set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen, read_only
from parley.law.paid.tables import REST
from parley.scenario.backtest.trade import Sector, Trade
from parley.scenario.backtest.windows import Window
from parley.scenario.baseline import Baseline, calibrate, equilibrium_under, recalibrated, schedule_on
from parley.scenario.import_response import imports_hat
from parley.scenario.levy import Schedule, regime_of
from parley.scenario.scenario import EffectsReading, Scenario
from parley.trade.indicators import foreign_flows, ratio
from parley.world.elasticity import read_elasticities, read_set
from parley.world.world import World

BUYER = "USA"
SAME = 1e-12  # of a ratio: rounding
Flow = Float[ndarray, "n i s"]
PARTIES = (BUYER, "CHN", "CAN")  # whose laws move, and the answers to them; the others keep the rates of the dataset


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
    scenario = scenario_of(window, reading, model, known)
    baseline = calibrate(scenario, replace(regime_of(scenario), claims_seen=known))
    after = schedule_on(baseline, window.law)
    for name in sets:
        held = read_set(name)
        if held.partial:
            yield name, _responses(baseline, after, held.epsilon or 0.0, trade)
            continue
        raw = baseline.raw.with_theta(read_elasticities(name, baseline.raw), name)
        eq = equilibrium_under(recalibrated(baseline, raw), after)
        flows = foreign_flows(eq)
        yield name, _ratios(flows.base, flows.new, eq.world, trade, eq.residual)


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


def _responses(baseline: Baseline, after: Schedule, epsilon: float, trade: Trade) -> Predicted:
    """Imports at an elasticity without an equilibrium: each cell's own duty moves it, and nothing else does."""
    world, own = baseline.world, np.arange(len(baseline.world.countries))
    base = world.X / (1 + world.t)
    base[own, own] = 0.0
    return _ratios(base, base * imports_hat(baseline, after, epsilon), world, trade, 0.0)


def _ratios(base: Flow, new: Flow, world: World, trade: Trade, residual: float) -> Predicted:
    """New over old of flows before duty [n, i, s]."""
    own = world.index(BUYER)
    imports = _grown(*(_gathered(x[own], world, trade.partners, trade.sectors) for x in (new, base)))
    to = [_gathered(x[:, own], world, trade.buyers, trade.groups) for x in (new, base)]
    exports = _grown(*(x.sum(axis=1) for x in to))
    return Predicted(imports, exports, _grown(*(x.sum(axis=0) for x in to)), residual)


def _grown(new: Float[ndarray, "*c"], base: Float[ndarray, "*c"]) -> Float[ndarray, "*c"]:
    """New over old; what moved by rounding alone did not move, so that such cells are alike in ranks and signs."""
    found = ratio(new, base)
    return frozen(np.where(np.abs(found - 1) < SAME, 1.0, found))


def _gathered(
    flow: Float[ndarray, "c s"], world: World, partners: Sequence[str], sectors: Sequence[Sector]
) -> Float[ndarray, "i n"]:
    """Flows with countries and sectors of the dataset, summed by partner and sector of the trade figures; the rest are all others."""
    named = {p: world.places(p) for p in partners if p != REST}
    left = set(range(len(world.countries))) - {k for places in named.values() for k in places} - {world.index(BUYER)}
    rows = [sorted(left) if p == REST else list(named[p]) for p in partners]
    columns = [[world.sectors.index(s) for s in sector.world if s in world.sectors] for sector in sectors]
    return np.array([[flow[np.ix_(r, c)].sum() for c in columns] for r in rows])
