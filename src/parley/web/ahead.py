"""Tables of law for days that nobody has asked for yet: made while the server has nothing to do, and kept in the cache.

A table serves every day alike in law (law/same_days.py), so that some hundred of them serve every day of the conflict.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from parley.errors import ParleyError

QUIET = 60.0  # seconds without a question after which the server looks ahead


class Ahead:
    """The process that looks ahead: begun once nobody has asked for a while, ended as soon as somebody asks, begun again later.

    context: what starts it (`multiprocessing`). It is ended, not held: a server that dies would leave a held one for ever.
    """

    def __init__(self, context: Any) -> None:
        self.context, self.process, self.asked = context, None, -math.inf

    def heard(self) -> None:
        """Somebody asks: what looks ahead gives way at once."""
        self.asked = time.monotonic()
        self.end()

    async def run(self, busy: Callable[[], bool]) -> None:
        """Looks ahead whenever nobody has asked for a while, until all is made. busy: whether something is being answered."""
        done = self.context.Value("i", 0)
        while self.process is None or self.process.is_alive():
            await asyncio.sleep(QUIET / 60)
            if busy():
                self.heard()
            elif self.process is None and time.monotonic() - self.asked >= QUIET:
                self.process = self.context.Process(target=look_ahead, args=(done,), daemon=True, name="parley-ahead")
                self.process.start()

    def end(self) -> None:
        """Ends the process: what it was making is lost, what it had made is kept."""
        if self.process is not None:
            self.process.kill()
            self.process = None


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


def prepared(done: int = 0) -> Iterator[date]:
    """Each of these days but the first `done`, once what its page asks of the law is kept, or its law is found not to be known."""
    from parley.scenario.questions import WhatIf
    from parley.web.reading import asked
    from parley.web.scenarios import scenario_of
    from parley.web.solver import baseline_and_law

    for day in stretches()[done:]:
        with suppress(ParleyError):
            baseline_and_law(scenario_of(asked(WhatIf, on=day.isoformat())))
        yield day


def look_ahead(done: Any) -> None:
    """Makes them all at the lowest priority: what a process of the server does that asks nothing. done: how many are made, shared."""
    if hasattr(os, "nice"):
        os.nice(19)
    for _ in prepared(done.value):
        done.value += 1
