"""A question that comes while the server reads the law waits for that, and only then has its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.scenario.questions import WhatIf
from parley.web.api import Service
from parley.web.problems import Problem
from parley.web.reading import asked
from parley.web.scenario_live import begun, prepare
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
