"""Tables of law for days that nobody has asked for yet: made while the server has nothing to do, and kept in the cache.

A table serves every day alike in law (law/same_days.py), so that some hundred of them serve every day of the conflict.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

from parley.errors import ParleyError

QUIET = 60.0  # seconds without a question after which the server looks ahead


def stretches() -> tuple[date, ...]:
    """The first days of the stretches of law from the day of comparison of the shipped scenario to the last that is read for
    every party, the nearest to its day first.
    """
    from parley.law.same_days import turns
    from parley.scenario.levy import regime_of
    from parley.scenario.scenario import read_scenario

    scenario = read_scenario()
    regime = regime_of(scenario)
    read = [d for party in scenario.parties if (d := regime.law_known_to(party))]
    days = {d for party in scenario.parties for d in turns(regime, party, None)}
    within = (d for d in days if scenario.before <= d <= min(read, default=scenario.on))
    return tuple(sorted(within, key=lambda d: (abs(d - scenario.on), d)))


def prepared() -> Iterator[date]:
    """Each of these days, once what its page asks of the law is kept; a day whose law is not known is passed over."""
    from parley.scenario.questions import WhatIf
    from parley.web.reading import asked
    from parley.web.scenarios import scenario_of
    from parley.web.solver import baseline_and_law

    for day in stretches():
        try:
            baseline_and_law(scenario_of(asked(WhatIf, on=day.isoformat())))
        except ParleyError:
            continue
        yield day


def look_ahead() -> None:
    """Makes them all at the lowest priority: what a process of the server does that asks nothing."""
    if hasattr(os, "nice"):
        os.nice(19)
    for _ in prepared():
        pass
