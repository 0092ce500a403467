"""Sign, or face the rate: who has a country rate due, what it costs, and how likely enforcement must be to make signing pay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from parley.codes import country_name, members, union_of
from parley.errors import ScenarioError
from parley.law.measure import Measure
from parley.law.regime import Regime, knowledge
from parley.law.scope import covers_origin
from parley.record.ledger import read_ledger
from parley.scenario.deeds import deadline_slips
from parley.scenario.levy import Schedule, levying
from parley.scenario.scenario import Deadline, Scenario
from parley.scenario.walk import Ground, ground_of, schedule_on, solve_on, wedges_of
from parley.tables import Wedges
from parley.talks.games.deadline import Stakes, Threshold, thresholds
from parley.trade.equilibrium import Equilibrium
from parley.world.world import World

Rates = Mapping[str, tuple[float, float, Measure]]  # partner → rate now, rate then, the measure that brings it


def deadline_of(scenario: Scenario, ground: Ground | None = None, after: Schedule | None = None) -> dict[str, Any]:
    """The answer of `talks deadline` (design §7): every partner with a country rate due, with p* where a model reaches it."""
    asked = _asked(scenario)
    ground = ground or ground_of(scenario)
    after = after or schedule_on(ground, scenario.on)
    due = country_rates(ground.regime, scenario, asked)
    stakes, solves, residual = _stakes(ground, after, due, asked)
    return {
        "deadline": asked.on.isoformat(),
        "by": asked.by,
        "terms": dict(asked.terms),
        "terms_are": "assumptions of the scenario, not terms that anyone offered",
        "elasticities": ground.raw.elasticities,
        "unit": "percent of welfare; a union's is the sum of its members' real incomes",
        "players": [_row(found, due) for found in thresholds(stakes)],
        "enforcement": deadline_slips(read_ledger(), scenario.known, ground.regime, scenario.on, asked.by),
        "solves": solves,
        "residual": residual,
    }


def country_rates(regime: Regime, scenario: Scenario, asked: Deadline) -> Rates:
    """Country rates that are law on the deadline, as known to the scenario, and not yet on its day; the EU once."""
    known = knowledge(scenario.known)
    due: dict[str, tuple[float, float, Measure]] = {}
    for m in regime.at(asked.on, known, asked.by):
        if m.at(scenario.on, known) or m.combine not in ("add", "total") or "*" in m.origins or m.rate is None:
            continue
        if "*" not in m.products:
            continue
        for origin in dict.fromkeys(union_of(o) for o in m.origins):
            if origin not in asked.exempt:
                now = _rate_in_layer(regime, m.key, members(origin)[0], scenario.on, known, asked.by)
                due[origin] = (now, m.rate, m)
    return dict(sorted(due.items()))


def _rate_in_layer(regime: Regime, layer: str, origin: str, on: date, known: date, by: str) -> float:
    """The rate that a layer's general measure puts on an origin on a day, exclusions by product aside; 0 where it has none."""
    general = (
        m
        for m in regime.at(on, known, by)
        if m.key == layer and "*" in m.products and m.combine != "zero" and not m.when
    )
    rows = [m for m in general if covers_origin(m, origin)]
    first = max(rows, key=lambda m: (m.rank, m.rate or 0.0), default=None)
    return float(first.rate or 0.0) if first else 0.0


def _asked(scenario: Scenario) -> Deadline:
    if scenario.deadline is None:
        raise ScenarioError("[deadline]", "missing", "[deadline] with on, by and terms (sign, wait, punished)")
    if scenario.deadline.by not in levying(scenario):
        raise ScenarioError(
            "[deadline] by", f"no law of {scenario.deadline.by} in the package", ", ".join(levying(scenario))
        )
    return scenario.deadline


def _stakes(ground: Ground, after: Schedule, due: Rates, asked: Deadline) -> tuple[list[Stakes], int, float]:
    """What each partner gets by signing, waiting unpunished, and being punished: two solves a partner and one for all."""
    now = wedges_of(ground, ground.before, after)
    then = wedges_of(ground, ground.before, {**after, asked.by: schedule_on(ground, asked.on)[asked.by]})
    wait = solve_on(ground, now)
    found, residuals = [], [wait.residual]
    for partner, (rate_now, rate_then, _) in due.items():
        inside = [c for c in members(partner) if c in ground.world.countries]
        if len(inside) < len(members(partner)):
            found.append(Stakes(partner, rate_now, rate_then, reason="law only: not an economy of this world"))
            continue
        at = [ground.world.index(c) for c in inside]
        signed = solve_on(ground, _signed(now, ground.world, at, asked.by), start=wait)
        punished = solve_on(ground, _punished(now, then, ground.world, at, asked.by), start=wait)
        residuals += [signed.residual, punished.residual]
        worth = [welfare_of(eq, at) for eq in (signed, wait, punished)]
        found.append(Stakes(partner, rate_now, rate_then, *worth, members=tuple(inside)))
    return found, len(residuals), max(residuals)


def welfare_of(eq: Equilibrium, at: list[int]) -> float:
    """Percent change of the real income of a country, or of a union as one: sum I W_hat / sum I − 1."""
    income = eq.world.base.income[at]
    return float(100 * (income @ eq.welfare_hat[at] / income.sum() - 1))


def _signed(now: Wedges, world: World, at: list[int], by: str) -> Wedges:
    """The partner's own duties on the hub's goods go to zero; all else as now."""
    hub = world.index(by)
    tau_hat, revenue = now.tau_hat.copy(), now.revenue_share.copy()
    tau_hat[at, hub] = 1 / (1 + world.t[at, hub])
    revenue[at, hub] = 0.0
    return Wedges(tau_hat, revenue)


def _punished(now: Wedges, then: Wedges, world: World, at: list[int], by: str) -> Wedges:
    """The hub levies on the partner what is scheduled for the deadline; all else as now."""
    hub = world.index(by)
    tau_hat, revenue = now.tau_hat.copy(), now.revenue_share.copy()
    tau_hat[hub, at], revenue[hub, at] = then.tau_hat[hub, at], then.revenue_share[hub, at]
    return Wedges(tau_hat, revenue)


def _row(found: Threshold, due: Rates) -> dict[str, Any]:
    name = found.stakes.id
    measure = due[name][2]
    return found.as_json() | {"name": country_name(name), "measure": measure.id, "source": measure.source}


def worst(players: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The rows with the largest cost, for a short table."""
    known = [p for p in players if p["cost_pct"] is not None and np.isfinite(p["cost_pct"])]
    return sorted(known, key=lambda p: -p["cost_pct"])[:count]
