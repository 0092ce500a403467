"""Sign, or face the rate: who has a country rate due, what it costs, and how likely enforcement must be to make signing pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np

from parley.codes import country_name, members, union_of
from parley.errors import ScenarioError
from parley.fixed import fixed_fields
from parley.law.measure import Measure, covers_origin
from parley.law.regime import Regime, knowledge
from parley.rates import Wedges
from parley.record.ledger import read_ledger
from parley.scenario.baseline import Baseline, calibrate, equilibrium_under, schedule_on, solve_on, wedges_of
from parley.scenario.deeds import deadline_slips
from parley.scenario.game import modelled
from parley.scenario.levy import Levy, Schedule, levying
from parley.scenario.scenario import Deadline, Scenario
from parley.talks.deadline_answers import DeadlinePart, DeadlinePlayer, Enforcement
from parley.talks.games.deadline import Stage, Stakes, Threshold, stage_of, stakes_of, thresholds, with_cut
from parley.talks.games.joint_play import joint_part
from parley.talks.games.signing import check_p
from parley.trade.equilibrium import Equilibrium

Rates = Mapping[str, tuple[float, float, Measure]]  # partner → rate now, rate then, the measure that brings it


def deadline_of(
    scenario: Scenario,
    baseline: Baseline | None = None,
    after: Schedule | None = None,
    *,
    joint: bool = False,
    p: Sequence[float] = (),
) -> DeadlinePart:
    """The answer of `talks deadline`: every partner with a country rate due, with p* where a model reaches it.

    joint: also the joint game, in which all choose at once, and the hub's best terms (talks/games/joint_play.py); at each of p,
    or at those of the record.
    """
    asked = deadline_in(scenario)
    check_p(*p)
    baseline = baseline or calibrate(scenario)
    after = after or schedule_on(baseline, scenario.on)
    due = country_rates(baseline.regime, scenario, asked)
    reached, law_only = _reached(baseline, due)
    record = cast(Enforcement, deadline_slips(read_ledger(), scenario.known, baseline.regime, scenario.on, asked.by))
    table = DeadlineTable(baseline, asked, after, due, reached)
    stage = table.stage(asked.cut, asked.rate)
    rates = {name: due[name][:2] for name in due}
    stakes, residual = stakes_of(stage, rates) if reached else ([], stage.wait.residual)
    found: DeadlinePart = {
        "deadline": asked.on.isoformat(),
        "by": asked.by,
        "terms": dict(asked.terms),
        "terms_are": "assumptions of the scenario, not terms that anyone offered",
        "signing": {"cut": asked.cut, "rate": asked.rate},
        **modelled(baseline),
        "unit": "percent of welfare; a union's is the sum over its members",
        "payoff": "each country's payoffs hold the others to waiting unpunished; the joint game lets all choose",
        "players": [_row(f, due) for f in thresholds([*stakes, *law_only])],
        "enforcement": record,
        "solves": 1 + 2 * len(reached),
        "residual": residual,
    }
    if not (joint and reached):
        return found
    offers = {rate: table.offer(rate) for rate in dict.fromkeys((asked.rate, 0.0))}
    return {**found, **joint_part(stage, stakes, offers, record, p)}


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


def deadline_in(scenario: Scenario) -> Deadline:
    """The deadline of a scenario. Raises ScenarioError where it has none, or one of a country whose law is not in the package."""
    if scenario.deadline is None:
        found = f"none stands in the scenario of {scenario.on}"
        raise ScenarioError(
            "deadline", found, "a day such as 2025-05-02, or [deadline] with on, by and terms in a file"
        )
    if scenario.deadline.by not in levying(scenario):
        raise ScenarioError(
            "[deadline] by", f"the package holds no law for {scenario.deadline.by}", ", ".join(levying(scenario))
        )
    return scenario.deadline


def _reached(baseline: Baseline, due: Rates) -> tuple[dict[str, tuple[int, ...]], list[Stakes]]:
    """(positions of the partners that the world holds whole, those that only law knows)."""
    reached, law_only = {}, []
    for partner, (rate_now, rate_then, _) in due.items():
        inside = baseline.world.places(partner)
        if partner not in baseline.world.countries and len(inside) < len(members(partner)):
            law_only.append(Stakes(partner, rate_now, rate_then, reason="law only: not an economy of this world"))
        else:
            reached[partner] = inside
    return reached, law_only


@dataclass(frozen=True, eq=False)
@fixed_fields
class DeadlineTable:
    """A scenario's deadline on its world: the stage that any terms make."""

    baseline: Baseline
    asked: Deadline
    after: Schedule
    due: Rates
    reached: Mapping[str, tuple[int, ...]]

    @property
    def hub(self) -> tuple[str, tuple[int, ...]]:
        """Who set the deadline, with the positions of its members."""
        return self.asked.by, self.baseline.world.places(self.asked.by)

    def stage(self, cut: float, rate: float | None) -> Stage:
        """The Stage if signers give up a part of their duties on the hub's goods and keep a country rate (None: today's)."""
        by, baseline = self.asked.by, self.baseline
        now = wedges_of(baseline, baseline.before, self.after)
        then = wedges_of(baseline, baseline.before, {**self.after, by: self._then})
        signed = with_cut(self.offer(rate), self.hub[1], self.reached, cut)
        if not self.reached:
            return Stage(baseline.world, self.hub, {}, now, then, signed, self._solve, self._solve(now, None))
        return stage_of(baseline.world, self.hub, self.reached, (now, then, signed), self._solve)

    def offer(self, rate: float | None) -> Wedges:
        """What all levy when every partner due keeps a country rate (None: today's) and gives up nothing itself."""
        levied = self.after if rate is None else {**self.after, self.asked.by: self._levied(rate)}
        return wedges_of(self.baseline, self.baseline.before, levied)

    def _solve(self, wedges: Wedges, start: Equilibrium | None) -> Equilibrium:
        if start is None:  # of what all levy today, whatever the terms
            return equilibrium_under(self.baseline, self.after)
        return solve_on(self.baseline, wedges, start=start)

    @property
    def _then(self) -> Levy:
        return schedule_on(self.baseline, self.asked.on, self.baseline.scenario.on)[self.asked.by]

    def _levied(self, rate: float) -> Levy:
        """The hub's levy when every partner due pays a country rate, on the share of each line that its rate will fall on."""
        now, then = self.after[self.asked.by], self._then
        lines = now.rate.copy()
        for partner, (rate_now, rate_then, _) in self.due.items():
            if partner in now.origins and rate_then != rate_now:
                i = now.origins.index(partner)
                share = np.clip((then.rate[:, i] - lines[:, i]) / (rate_then - rate_now), 0.0, 1.0)
                lines[:, i] += share * (rate - rate_now)
        return now.with_rate(lines)


def _row(found: Threshold, due: Rates) -> DeadlinePlayer:
    name = found.stakes.id
    measure = due[name][2]
    return {**found.as_json(), "name": country_name(name), "measure": measure.id, "source": measure.source}
