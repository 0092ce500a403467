"""The scenario's page as it is worked out: the core first, then ranges, talks and deadline as they arrive.

One piece of the page is one template. A browser without scripts gets the pieces in the order of the page, as one answer that
grows; the page's script gets them as server-sent events after each change, and puts each in its place.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from parley.scenario.questions import WhatIf
from parley.web import scenarios
from parley.web.form_fields import LABELS
from parley.web.problems import ProblemDetails, problem_of
from parley.web.reading import asked as asked_plainly
from parley.web.reading import read_pairs
from parley.web.rendering import addressed, rendered, shown
from parley.web.scenario_controls import changed_for_everyone
from parley.web.scenario_view import frame, rehearse, situations, with_parts
from parley.web.view import View

if TYPE_CHECKING:
    from parley.web.api import Service

LOG = logging.getLogger("parley.web")
FIRST = ("head", "tiles", "map", "controls", "ranking", "sectors", "again")  # pieces that the core is enough for
LATER = {"ranges": ("trade", "trade_ranges"), "talks": ("talks", "talks"), "deadline": ("deadline", "deadline")}
DRAWN = {"map": ("map",), "ranking": ("welfare",)}  # charts by piece
QUIET = 0.1  # seconds between two looks at whether somebody asks
SLOT = re.compile(r"<!--slot (\w+)-->")
EVENTS = "text/event-stream"
Tasks = Mapping[str, "asyncio.Task[dict[str, Any]]"]


@dataclass(frozen=True)
class Live:
    """A scenario whose core is solved. view: the page with the core; stands: the core under the law unchanged, if it was changed."""

    service: Service
    scenario: Any
    view: View
    core: Mapping[str, Any]
    stands: Mapping[str, Any] | None

    def ask(self) -> Tasks:
        """The parts that take longer, asked for all at once."""
        return {
            name: asyncio.create_task(self.service.solved(task, self.scenario)) for name, (_, task) in LATER.items()
        }

    async def piece(self, name: str, tasks: Tasks) -> str:
        """One piece of the page as HTML; of a part that could not be answered, the reason."""
        if name not in LATER:
            return await self.service.in_thread(lambda: drawn(self.view, name))
        part = LATER[name][0]
        try:
            found = await tasks[name]
        except Exception as error:
            refused = {name: problem_of(error)}
            return await self.service.in_thread(lambda: drawn(told(self.view, {"refused": refused}), name))
        parts = {"trade": self.core, part: found}
        return await self.service.in_thread(lambda: drawn(with_parts(self.view, parts, self.stands), name))


def told(view: View, more: Mapping[str, Any]) -> View:
    """A view that is told more."""
    return replace(view, context={**view.context, **more})


def drawn(view: View, name: str) -> str:
    """One piece of a view as HTML."""
    charts = {chart: view.charts[chart] for chart in DRAWN.get(name, ())}
    return shown(replace(view, template=f"scenario_{name}.html.j2", charts=charts))


async def begun(asked: WhatIf, service: Service) -> Live:
    """The scenario with its core, once the server is ready. Raises what the question or the solve is refused for."""
    scenario, plain = await situations(asked, service)
    await (
        service.ready.wait()
    )  # so that the first visitor's question has its own time, and not that of the law's reading
    both = [service.solved("core", s) for s in ((scenario, plain) if scenario.change else (scenario,))]
    core, *beside = await asyncio.gather(*both)
    stands = beside[0] if beside else None
    view = await service.in_thread(lambda: with_parts(frame(asked, scenario), {"trade": core}, stands))
    return Live(service, scenario, view, core, stands)


async def page(live: Live, base: str = "") -> AsyncGenerator[str, None]:
    """The page in its own order, each part of it as soon as it is there. base: of the server, as it was asked."""
    slots = {name: f"<!--slot {name}-->" for name in (*FIRST, *LATER)}
    whole = await live.service.in_thread(lambda: shown(told(replace(live.view, charts={}), {"slots": slots})))
    tasks = live.ask()
    try:
        for place, text in enumerate(SLOT.split(whole)):
            yield addressed(await live.piece(text, tasks) if place % 2 else text, base)
    finally:
        unasked(tasks)


async def events(pairs: list[tuple[str, str]], service: Service) -> AsyncGenerator[str, None]:
    """The pieces as server-sent events, in the order in which they are ready; a refusal is an event too."""
    try:
        live = await begun(read_pairs(WhatIf, pairs), service)
    except Exception as error:
        yield event("refused", refusal(problem_of(error)))
        return
    async with aclosing(pieces(live)) as ready:
        async for name, text in ready:
            yield event(name, text)
    yield event("done", "")


async def pieces(live: Live) -> AsyncGenerator[tuple[str, str], None]:
    """The pieces by name in the order in which they are ready: what takes longer is begun when the first figures stand."""
    for name in FIRST:
        yield name, await live.piece(name, {})
    tasks = live.ask()
    try:
        for ready in asyncio.as_completed([asyncio.create_task(named(live, name, tasks)) for name in LATER]):
            yield await ready
    finally:
        unasked(tasks)


async def named(live: Live, name: str, tasks: Tasks) -> tuple[str, str]:
    """A piece with its name."""
    return name, await live.piece(name, tasks)


def unasked(tasks: Tasks) -> None:
    """Lets go of the parts that nobody waits for any more."""
    for task in tasks.values():
        task.cancel()


def event(name: str, text: str) -> str:
    """One server-sent event."""
    lines = "\n".join(f"data: {line}" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n\n"


def refusal(problem: ProblemDetails) -> str:
    """A refusal as a piece of a page."""
    return rendered("refusal.html.j2", problem=problem, label=LABELS.get(problem["where"], ""))


async def prepare(service: Service) -> None:
    """Has the workers stand ready and answers the shipped question once, so that the first visitor does not wait for it; then,
    while nobody asks, a change on everyone and another day's situation, which read what neither needs.
    """
    try:  # the chart engine starts while the first worker reads the law
        await asyncio.gather(service.jobs.pool.warm(service.ready.set), service.in_thread(rehearse))
        async with aclosing(pieces(await begun(asked_plainly(WhatIf), service))) as ready:
            async for _ in ready:
                pass
        while service.jobs.pool.is_busy():
            await asyncio.sleep(QUIET)
        await begun(asked_plainly(WhatIf, set=changed_for_everyone()), service)
        await service.in_thread(scenarios.rehearse)
    except Exception as error:  # the first visitor will be told
        LOG.warning("the shipped scenario could not be prepared: %s", error)
    finally:
        service.ready.set()
