"""What imports do within a year: a response in partial equilibrium, for an elasticity at which the models have none.

Boehm, Levchenko and Pandalai-Nayar (2023): within a year of a tariff imports before duty answer 1 + t by epsilon = −0.76. The
model's theta would be |epsilon| − 1 < 0. So each cell's imports move by the sum over its lines of (1 + t)_hat^epsilon, at the
sellers' prices and with all else still: nothing is diverted to other sellers, and no welfare follows.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.scenario.answers import BuyerResponse, ImportResponse, ResponseAnswer
from parley.scenario.baseline import Baseline, calibrate, schedule_on, under_statute, wedges_of
from parley.scenario.clocks import scenario_clocks
from parley.scenario.levy import Schedule, as_written
from parley.scenario.scenario import Scenario, set_of
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import foreign_flows
from parley.world.elasticity import read_set, set_in_words, set_of_horizon

YEAR = "year"
CLOSES = ("model", "deficits", "revenue", "capital", "wage_floor", "labour_supply", "tax_rate", "numeraire")
SELLERS = 5  # shown of each buyer, beside the other parties
SEEN = 1e-6  # of trade: a smaller change is none
SAYS = (
    "Imports before duty at the sellers' prices, each tariff line by (1 + t) to the power of epsilon; trade is not diverted to other "
    "sellers. At this horizon theta = |epsilon| − 1 is not positive, so there is no equilibrium, welfare or game."
)


def is_partial(scenario: Scenario) -> bool:
    """Whether the scenario's elasticities give import responses alone."""
    named = set_of(scenario)
    return bool(named) and read_set(named).partial


def response_answer(scenario: Scenario, **asked: object) -> ResponseAnswer:
    """The answer of `trade solve` at a horizon without an equilibrium. asked: what only an equilibrium could take, refused."""
    if scenario.rates:
        raise InputError("horizon", f"{YEAR}, with rates of your own", "a law: its tariff lines are what responds")
    plain = Scenario(on=scenario.on)
    closes = {name: said for name in CLOSES if (said := getattr(scenario, name)) != getattr(plain, name)}
    for name, said in (closes | {name: said for name, said in asked.items() if said}).items():
        hint = "Within a year each tariff line responds alone: no model is solved"
        raise InputError("horizon", f"{YEAR}, with {name} {said}", f"decade or long_run, or no {name}", hint)
    baseline = calibrate(scenario.replaced(elasticities=""))
    law, after = under_statute(baseline), schedule_on(baseline, scenario.on)
    named = set_of(scenario)
    found = import_response(baseline, after, None, named)
    beside = None if law is baseline else import_response(law, as_written(after), None, named)["buyers"]
    told = {"parties": list(scenario.parties), "against": f"the law of {scenario.before}", "statutory": beside}
    return cast(ResponseAnswer, {**scenario_clocks(scenario), **found, **told})


def import_response(
    baseline: Baseline, after: Schedule, eq: Equilibrium | None, named: str | None = None
) -> ImportResponse:
    """The ImportResponse of a law against that of the day before; eq: whose trade stands beside it."""
    name = named or set_of_horizon(YEAR)
    held = read_set(name)
    epsilon = held.epsilon or 0.0
    hat = imports_hat(baseline, after, epsilon)
    before = baseline.world.X / (1 + baseline.world.t)
    own = np.arange(len(before))
    before[own, own] = 0.0
    there = None if eq is None else foreign_flows(eq)
    flows = (before.sum(axis=2), (before * hat).sum(axis=2))
    beside = None if there is None else (there.base.sum(axis=2), there.new.sum(axis=2))
    buyers = [_buyer(baseline, party, flows, beside) for party in baseline.scenario.parties]
    return {
        "horizon": held.horizon,
        "elasticities": set_in_words(name),
        "epsilon": epsilon,
        "says": SAYS,
        "buyers": buyers,
    }


def imports_hat(baseline: Baseline, after: Schedule, epsilon: float) -> Float[ndarray, "n i s"]:
    """Imports before duty, new over old: sum over a cell's lines of shares times tau_hat^epsilon.

    With eta = |epsilon| among lines the price wedge gives spending tau_hat^(1−eta), and 1 − r what of it is no duty.
    """
    wedges, t = wedges_of(baseline, baseline.before, after, eta=abs(epsilon)), baseline.world.t
    spent = wedges.tau_hat ** (1 + epsilon)
    return spent * (1 - wedges.revenue_share) * (1 + t)


def _buyer(
    baseline: Baseline, party: str, flows: tuple[ndarray, ndarray], beside: tuple[ndarray, ndarray] | None
) -> BuyerResponse:
    """One buyer's row: all imports, the other parties, and those whose sales to it change most."""
    world, (old, new) = baseline.world, flows
    n = world.index(party)
    others = [world.index(p) for p in baseline.scenario.parties if p != party]
    changed = np.abs(new[n] - old[n])
    moved = [int(i) for i in np.argsort(-changed) if changed[i] > SEEN * old[n, i] and int(i) not in (n, *others)]
    shown = [*others, *moved[:SELLERS]]
    return {
        "buyer": party,
        "imports_pct": _pct(flows, n, None),
        "equilibrium_pct": None if beside is None else _pct(beside, n, None),
        "sellers": [
            {
                "seller": world.countries[i],
                "imports_pct": _pct(flows, n, i),
                "equilibrium_pct": None if beside is None else _pct(beside, n, i),
            }
            for i in shown
        ],
    }


def _pct(flows: tuple[ndarray, ndarray], n: int, i: int | None) -> float | None:
    """Percent change of n's imports, from one seller or from all."""
    old, new = (float(part[n].sum() if i is None else part[n, i]) for part in flows)
    return 100 * (new / old - 1) if old > 0 else None
