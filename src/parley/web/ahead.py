"""Tables of law for days that nobody has asked for yet: made while the server has nothing to do, and kept in the cache.

A table serves every day alike in law (law/same_days.py), so that some hundred of them serve every day of the conflict.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

from parley.errors import ParleyError
from parley.scenario.scenario import Scenario, read_scenario

QUIET = 60.0  # seconds without a question after which the server looks ahead


def stretches(scenario: Scenario) -> tuple[date, ...]:
    """The first days of the stretches of law from the day of comparison to the last that is read for every party, the nearest first."""
    from parley.law.same_days import turns
    from parley.scenario.levy import regime_of

    regime = regime_of(scenario)
    read = [d for party in scenario.parties if (d := regime.law_known_to(party))]
    days = {d for party in scenario.parties for d in turns(regime, party, scenario.known)}
    within = (d for d in days if scenario.before <= d <= min(read, default=scenario.on))
    return tuple(sorted(within, key=lambda d: (abs(d - scenario.on), d)))


def prepared(scenario: Scenario) -> Iterator[date]:
    """Each of these days, once the rates of its parties are kept; a day whose law is not known is passed over."""
    from parley.scenario.levy import schedule_of
    from parley.web.solver import baseline_and_law

    baseline, _ = baseline_and_law(scenario)
    for day in stretches(scenario):
        try:
            schedule_of(baseline.regime, scenario, baseline.raw, day, scenario.known)
        except ParleyError:
            continue
        yield day


def look_ahead() -> None:
    """Makes them all for the shipped scenario, at the lowest priority: what a process of the server does that asks nothing."""
    if hasattr(os, "nice"):
        os.nice(19)
    for _ in prepared(read_scenario().replaced(folder=".")):
        pass
