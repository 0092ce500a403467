"""A question that takes longer than a page may: its page says how far it is, asks again, and becomes the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from parley.web import ask_view, commands, reading
from parley.web.api import Service, refusal_of
from parley.web.guard import client_of
from parley.web.jobs import Job, name_of
from parley.web.rendering import rendered

TOLD = 10.0  # seconds for which a refusal is told again; later the question is asked anew


def or_answer(
    command: commands.Command, shows: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """The page of a command: how far its work is, until the answer is there."""

    async def page(request: Request) -> Response:
        return await working(command, request) or await shows(request)

    return page


async def working(command: commands.Command, request: Request) -> Response | None:
    """The page of a question whose answer is not there yet; None where it is, or where nothing is asked. Raises Problem."""
    pairs = reading.pairs_of(request.scope["query_string"].decode("latin-1"))
    if not ask_view.is_asked(pairs):
        return None
    job = await _job_of(command, ask_view.question_of(command, pairs), request)
    if job and job.problem:
        raise refusal_of(job)
    if not job or job.state == "done":
        return None
    text = rendered(
        "waiting.html.j2", title=ask_view.title_of(command), here="/ask", form=f"/ask{command.path}", job=job.row()
    )
    return Response(text, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


async def _job_of(command: commands.Command, asked: object, request: Request) -> Job | None:
    """The job of a question, begun where none is under way, after a moment's wait; None where its answer is kept."""
    service: Service = request.app.state.service
    payload = await service.in_thread(lambda: commands.payload_of(command, asked))
    name = name_of("command", payload)
    if name in service.jobs.answers:
        return None
    job = service.shown.get(name)
    if not job or job.state in ("done", "cancelled") or time.monotonic() - (job.ended or time.monotonic()) > TOLD:
        kind = command.path[1:]
        limit = service.settings.brief_seconds * commands.LONGER.get(kind, 1)
        job = service.jobs.start(kind, {"": ("command", payload)}, "command", limit, client_of(request.scope))
        held = {n: j for n, j in service.shown.items() if j.id in service.jobs.jobs}
        service.shown = {**held, name: job}
    if job.task:
        await asyncio.wait([job.task], timeout=service.settings.wait_seconds)
    return job
