"""The application: routes, the gate around them, and what starts and stops with it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from parley.errors import ParleyError
from parley.web import api, pages, upload_pages
from parley.web.ahead import Ahead
from parley.web.by_name import ByName
from parley.web.delivery import Delivery
from parley.web.guard import Guard
from parley.web.jobs import Jobs
from parley.web.pool import Pool, started_by
from parley.web.problems import Problem, json_problem, not_found, problem_of, wants_page
from parley.web.scenario_live import prepare
from parley.web.settings import Settings, checked
from parley.web.store import Store
from parley.web.uploads import Uploads


def make_app(settings: Settings | None = None) -> ASGIApp:
    """The application under settings; loopback alone by default."""
    settings = checked(settings or Settings())
    ahead = Ahead(started_by(settings.warm))

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        pool = Pool(settings)
        await pool.start()
        jobs = Jobs(pool, Store(Path(settings.store)) if settings.store else None)
        await jobs.resume()
        app.state.service = api.Service(jobs)
        app.state.uploads = Uploads(jobs)
        app.state.uploads.start()
        first = (_prepared(app.state.service), ahead.run(pool.is_busy)) if settings.warm else ()
        preparing = [asyncio.create_task(task) for task in first]
        try:
            yield
        finally:
            for task in preparing:
                task.cancel()
            await app.state.service.jobs.stop()
            await app.state.uploads.stop()
            await pool.stop()
            ahead.end()

    routes = [*api.routes(), *pages.routes(settings), *upload_pages.routes(), *pages.static()]
    inside = Starlette(
        routes=[ByName(routes), *routes],
        exception_handlers={HTTPException: _http, Exception: _any, Problem: _any, ParleyError: _any},
        lifespan=life,
    )
    # outermost, so that an answer to a fault of ours carries the headers too
    return Guard(Delivery(inside), settings, ahead.heard)


async def _prepared(service: api.Service) -> None:
    """Answers the shipped question; what was read for it stays, and a later collection need not walk through it."""
    await prepare(service)
    gc.freeze()


async def _http(request: Request, error: Exception) -> Response:
    """Starlette's own refusals in our form."""
    status = getattr(error, "status_code", 500)
    if status == 404:
        return await _any(request, not_found(request.url.path))
    found = f"{request.method} at {request.url.path[:80]}"
    allowed = (getattr(error, "headers", None) or {}).get("Allow", "")
    answer = await _any(request, Problem(status, "address", found, allowed))
    if allowed:
        answer.headers["Allow"] = allowed
    return answer


async def _any(request: Request, error: Exception) -> Response:
    """Any error as a problem object, or as a page where a person asks."""
    problem = problem_of(error)
    return pages.problem_page(request, problem) if wants_page(request) else json_problem(problem)
