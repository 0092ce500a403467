"""A question that comes while the server reads the law waits for that, and only then has its own time."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.cache_folder import kept_or_made
from parley.scenario.baseline import world_of
from parley.scenario.levy import origins_of, regime_of, touched_origins, unchanged_regime
from parley.scenario.questions import WhatIf
from parley.web import scenario_live, scenarios, solver
from parley.web.api import Service
from parley.web.problems import Problem
from parley.web.reading import asked
from parley.web.scenario_controls import changed_for_everyone
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


HELD = """
import resource, sys
import numpy as np
from parley.web import solver

def fresh():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(4):
        np.ones(1_500_000)  # a table of rates, twelve megabytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

solver.hold_on()
fresh()
held = fresh()
solver.give_back()
print(held, fresh())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="memory is held by the GNU C library alone")
def test_a_worker_holds_memory_from_one_answer_to_the_next_until_it_gives_it_back() -> None:
    """Counted in pages that the system had to fetch."""
    plain = {**os.environ, "NUMPY_MADVISE_HUGEPAGE": "0"}  # pages of one size
    said = subprocess.run(
        [sys.executable, "-c", HELD], capture_output=True, text=True, check=True, timeout=60, env=plain
    )
    held, given_back = map(int, said.stdout.split())
    assert held < 100 < 2_500 < given_back


def test_what_is_changed_beforehand_falls_on_nearly_all_origins() -> None:
    """The change that a server answers before it is asked touches the law of all origins but the few that its act excepts."""
    (text,) = changed_for_everyone()
    scenario = scenarios.scenario_of(asked(WhatIf, set=(text,)))
    origins = origins_of(scenario, world_of(scenario), "USA")
    touched = touched_origins(unchanged_regime(scenario), regime_of(scenario), origins)
    assert 0.9 * len(origins) < len(touched)


def test_first_figures_do_not_wait_for_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law that a core made is written once its answer is sent; another task writes at once."""
    place, sent = tmp_path / "law.txt", list[bool]()
    asked = iter([("core", b""), ("talks", b"")])

    class Pipe:
        def poll(self, seconds: float) -> bool:
            return True

        def recv(self) -> tuple[str, bytes]:
            place.unlink(missing_ok=bool(not sent))
            try:
                return next(asked)
            except StopIteration:
                raise EOFError from None

        def send(self, said: object) -> None:
            sent.append(place.exists())

    def made(payload: bytes, tell: object) -> dict[str, str]:
        return {"law": kept_or_made(place, bytes.decode, lambda: "law", str.encode, 5)}

    monkeypatch.setattr(solver.signal, "signal", lambda *_: None)
    monkeypatch.setattr(solver, "hold_on", lambda: None)
    monkeypatch.setattr(solver, "TASKS", {"core": made, "talks": made})
    solver.work(Pipe())  # type: ignore[arg-type]
    assert sent == [False, True]
