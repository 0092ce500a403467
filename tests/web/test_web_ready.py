"""A question that comes while the server reads the law waits for that, and only then has its own time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.scenario.questions import WhatIf
from parley.web import scenario_live
from parley.web.api import Service
from parley.web.problems import Problem
from parley.web.reading import asked
from parley.web.scenario_live import FIRST, LATER, Live, begun, pieces, prepare
from parley.web.settings import Settings


class Jobs:
    """Jobs that note what they are asked, and refuse it."""

    def __init__(self, settings: Settings, warms: bool = True) -> None:
        self.pool, self.warms = SimpleNamespace(settings=settings, warm=self.warm), warms
        self.asked: list[str] = []

    async def answer(self, task: str, *rest: object) -> bytes:
        del rest
        self.asked.append(task)
        raise Problem(503, "server", "busy", "")

    async def warm(self, ready: Callable[[], None]) -> None:
        if not self.warms:
            raise OSError("no worker")
        ready()


def service_of(**given: Any) -> tuple[Service, Jobs]:
    jobs = Jobs(Settings(**given))
    return Service(cast(Any, jobs)), jobs


def test_the_first_question_waits_until_the_law_is_read() -> None:
    async def told() -> tuple[list[str], list[str]]:
        service, jobs = service_of()
        waiting = asyncio.create_task(begun(asked(WhatIf), service))
        await asyncio.sleep(0.1)
        before = list(jobs.asked)
        service.ready.set()
        with pytest.raises(Problem):
            await waiting
        return before, jobs.asked

    assert asyncio.run(told()) == ([], ["core"])


@pytest.mark.parametrize("warms", [True, False])
def test_nobody_waits_for_ever(warms: bool) -> None:
    """Whether the law could be read or not; and on a server that prepares nothing."""

    async def ready() -> bool:
        service, jobs = service_of()
        jobs.warms = warms
        await prepare(service)
        return service.ready.is_set() and (jobs.asked == ["core"]) == warms

    assert asyncio.run(ready())

    async def unprepared() -> bool:
        return service_of(warm=False)[0].ready.is_set()

    assert asyncio.run(unprepared())


def test_what_takes_longer_is_begun_when_the_first_figures_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    service, jobs = service_of()
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(scenario_live, "drawn", lambda view, name: name)
    monkeypatch.setattr(scenario_live, "told", lambda view, more: view)

    async def shown() -> None:
        live = Live(service, cast(Any, SimpleNamespace()), cast(Any, None), {}, None)
        monkeypatch.setattr(Live, "ask", lambda self: {n: asyncio.create_task(jobs.answer(n)) for n in LATER})
        async for name, _ in pieces(live):
            seen.append((name, len(jobs.asked)))

    asyncio.run(shown())
    assert seen[: len(FIRST)] == [(name, 0) for name in FIRST]
    assert {name for name, _ in seen[len(FIRST) :]} == set(LATER) == set(jobs.asked)


BESIDE = """
import os, sys
os.sched_getaffinity = lambda process: set(range(int(sys.argv[2])))
from parley.web.meanwhile import meanwhile

def work():
    with open(sys.argv[1], "w") as kept:
        kept.write(str(os.getpid()))
    raise OSError("lost")

with meanwhile(work):
    print(os.getpid())
print(os.getpid())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes part on Linux alone")
@pytest.mark.parametrize("processors", [1, 2])
def test_work_beside_is_done_when_the_block_ends(tmp_path: Path, processors: int) -> None:
    """By another process, whatever becomes of it; not at all where no processor is free."""
    kept = tmp_path / "kept"
    asked = [sys.executable, "-c", BESIDE, str(kept), str(processors)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert said[0] == said[1]
    assert kept.exists() == (processors > 1)
    assert not kept.exists() or kept.read_text() not in said
