"""The server looks ahead: tables of law for days that nobody asked for, made when nobody asks."""

from __future__ import annotations

import asyncio
import itertools
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.law.same_days import first_alike
from parley.scenario import levy
from parley.scenario.baseline import calibrate
from parley.scenario.levy import regime_of
from parley.scenario.questions import WhatIf
from parley.scenario.scenario import read_scenario
from parley.web import ahead, solver
from parley.web.reading import asked
from parley.web.scenarios import scenario_of


def test_every_day_of_the_conflict_is_alike_to_one_that_is_prepared() -> None:
    scenario = read_scenario()
    regime, days = regime_of(scenario), ahead.stretches()
    assert [abs(d - scenario.on) for d in days] == sorted(abs(d - scenario.on) for d in days)
    last = min(d for party in scenario.parties if (d := regime.law_known_to(party)))
    every = [scenario.before + timedelta(n) for n in range((last - scenario.before).days + 1)]
    for party in scenario.parties:
        first = {first_alike(regime, party, day, None) for day in every}
        assert {day for day in first if day >= scenario.before} <= set(days)


@pytest.mark.slow
def test_what_was_prepared_is_not_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    monkeypatch.setattr(ahead, "stretches", lambda: (date(2025, 5, 16),))
    done = SimpleNamespace(value=0)
    monkeypatch.setattr(ahead.os, "nice", lambda _: None)  # of this process
    ahead.look_ahead(done)
    assert (done.value, list(ahead.prepared(done.value))) == (1, [])

    def again(*_: Any, **__: Any) -> Any:
        raise AssertionError("compiled again")

    monkeypatch.setattr(levy, "compile_rates", again)
    monkeypatch.setattr("parley.law.paid.kept.ashore", again)
    monkeypatch.setattr("parley.law.paid.kept.afloat", again)
    _, law = solver.baseline_and_law(scenario_of(asked(WhatIf, on="2025-05-23")))  # as the page of that day asks
    assert {levy.on for levy in law.values()} == {date(2025, 5, 23)}


def test_what_looks_ahead_begins_when_nobody_asks_and_gives_way_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def process(target: Any, args: tuple[Any, ...], **_: Any) -> Any:
        assert target is ahead.look_ahead
        return SimpleNamespace(
            start=lambda: told.append(f"begun at {args[0].value}"),
            is_alive=lambda: "made" not in told,
            kill=lambda: told.append("ended"),
        )

    monkeypatch.setattr(ahead, "QUIET", 0.06)
    done = SimpleNamespace(value=0)

    async def until(*said: str) -> None:
        while told != [*said]:
            await asyncio.sleep(0.001)

    async def served() -> None:
        busy = [True]
        looks = ahead.Ahead(SimpleNamespace(Process=process, Value=lambda *_: done))
        looking = asyncio.create_task(looks.run(lambda: busy[0]))
        await asyncio.sleep(0.15)
        assert not told
        busy[0] = False
        await until("begun at 0")
        done.value = 3
        looks.heard()
        looks.heard()
        await until("begun at 0", "ended", "begun at 3")
        busy[0] = True
        await until("begun at 0", "ended", "begun at 3", "ended")
        busy[0] = False
        await until("begun at 0", "ended", "begun at 3", "ended", "begun at 3")
        told.append("made")
        await looking

    asyncio.run(asyncio.wait_for(served(), 30))


@pytest.mark.slow
def test_a_baseline_of_another_day_is_that_of_the_day_itself() -> None:
    """Days of one set of lines share it; the next edition of the tariff has other lines."""
    from parley.scenario.situation import found

    shipped = read_scenario().replaced(folder=".")
    bare = {"title": "", "product": (), "option": (), "deadline": None, "signal": None, "until": None}
    grounds = []
    for day in (shipped.on, date(2025, 5, 23), date(2025, 7, 20)):
        scenario = found(shipped.replaced(on=day, **bare)).replaced(title="")
        made, own = solver.baseline_and_law(scenario)[0], calibrate(scenario)
        assert made.scenario == scenario
        np.testing.assert_array_equal(made.world.X, own.world.X)
        np.testing.assert_array_equal(made.world.t, own.world.t)
        for party, levy_before in own.before.items():
            np.testing.assert_array_equal(made.before[party].rate, levy_before.rate)
            np.testing.assert_array_equal(made.year[party].rate, own.year[party].rate)
        grounds.append(made.world)
    assert any(a is b for a, b in itertools.pairwise(grounds))
