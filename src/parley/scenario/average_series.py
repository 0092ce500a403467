"""Average rates over time, for each party on each other's goods: from the comparison day on, as known, with what is scheduled."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from parley.codes import members, name_in_text
from parley.law.average import AveragePoint, average
from parley.law.kept_answers import kept_answer
from parley.law.regime import Regime
from parley.law.stand_in import has_schedule
from parley.law.trade_weights import WEIGHTED
from parley.scenario.scenario import Scenario

BASE = ("mfn", "column2")  # what is no act of trade policy against a partner: the schedule's own columns


class AverageStep(TypedDict):
    """From a day on: the average rate and what acts add to the ordinary rate, fractions of value; null where law cannot say.

    scheduled: whether the day lies past the day that was asked.
    """

    on: str
    rate: float | None
    added: float | None
    scheduled: bool


class AverageSeries(TypedDict):
    """One party's average on another's goods, as steps. reason: why there are none, or why the whole rate is unknown."""

    origin: str
    destination: str
    weights: str
    reason: str | None
    steps: list[AverageStep]


def average_series(regime: Regime, scenario: Scenario) -> list[AverageSeries]:
    """A series for each pair of parties, from the comparison day to `until`."""
    pairs = [(origin, levier) for levier in scenario.parties for origin in scenario.parties if origin != levier]
    return [_kept(regime, scenario, origin, levier) for origin, levier in pairs]


def _kept(regime: Regime, scenario: Scenario, origin: str, levier: str) -> AverageSeries:
    asked = (origin, scenario.on, scenario.known, scenario.before, scenario.until)
    return kept_answer(
        "averages", regime, levier, asked, AverageSeries, lambda: _series(regime, scenario, origin, levier)
    )


def _series(regime: Regime, scenario: Scenario, origin: str, levier: str) -> AverageSeries:
    if not has_schedule(levier):
        reason = f"no tariff schedule of {name_in_text(levier)} is packaged"
        return {"origin": origin, "destination": levier, "weights": "", "reason": reason, "steps": []}
    until = scenario.until or scenario.on
    found = average(
        regime, members(origin)[0] if levier not in WEIGHTED else origin, levier, since=scenario.before, until=until,
        known=scenario.known, weights="imports" if levier in WEIGHTED else "simple",
    )  # fmt: skip
    return {
        "origin": origin,
        "destination": levier,
        "weights": found.weights,
        "reason": next((p.reason for p in reversed(found.points) if p.reason), None),
        "steps": [_step(p, scenario.on) for p in found.points],
    }


def _step(point: AveragePoint, on: date) -> AverageStep:
    added = None if point.branches else sum(v for name, v in point.by_programme.items() if name not in BASE)
    return {"on": point.on.isoformat(), "rate": point.rate, "added": added, "scheduled": point.on > on}
