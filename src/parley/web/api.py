"""The HTTP API under /api/v1: the same verbs and keys as `--json`; long work as jobs with progress and cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import date
from functools import lru_cache, partial
from typing import Any, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parley.codes import bare, today
from parley.json_values import JsonObject, plain
from parley.law.answers_feed import MEDIA_TYPE as FEED
from parley.scenario.toml import as_toml
from parley.web import brief_files, commands, openapi, paging, questions, reading, scenarios, solver
from parley.web.delivery import kept
from parley.web.guard import client_of
from parley.web.jobs import Job, Jobs
from parley.web.problems import Problem
from parley.web.verbs import VERBS, Verb, verb_of

ROOT = "/api/v1"
AT_ONCE = 4  # answers worked out in threads at once
TARIFF_LINE = 8  # digits of a code that has a line or a few
QUEUED = 64  # and waiting for one
JSON = "application/json"
Value = TypeVar("Value")


class Service:
    """What the routes of one server share: its jobs, and the threads that answer short questions."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.settings = jobs, jobs.pool.settings
        self.threads = asyncio.Semaphore(AT_ONCE)
        self.queued = 0
        self.read, self.reading = set[str](), asyncio.Lock()  # countries whose law was asked for
        self.shown: dict[str, Job] = {}  # the jobs of pages that wait for their answer, by its name
        self.ready = asyncio.Event()  # that the worker of first figures has read the law, or could not
        if not self.settings.warm:
            self.ready.set()

    async def ask(self, verb: Verb, asked: Any) -> bytes:
        """The JSON bytes of a verb's answer, wherever it is worked out."""
        if verb.where == "loop":
            return encoded(verb.answered(asked))
        if verb.where == "thread":
            return await self.in_thread(lambda: encoded(verb.answered(asked)))
        return await self.jobs.answer(verb.where, reading.sent(asked), "law", self.settings.solve_seconds)

    async def in_thread(self, work: Callable[[], Value]) -> Value:
        """What a function gives back, in one of few threads. Raises Problem where too many wait."""
        if self.queued >= QUEUED:
            raise Problem(503, "server", f"{self.queued} questions already wait", "", "Ask again in a moment")
        self.queued += 1
        try:
            async with self.threads:
                return await run_in_threadpool(work)
        finally:
            self.queued -= 1

    async def run(self, command: commands.Command, asked: Any) -> bytes:
        """The JSON bytes of a command that a worker runs."""
        payload = await self.in_thread(lambda: commands.payload_of(command, asked))
        return await self.jobs.answer("command", payload, "command", self.settings.brief_seconds)

    async def solved(self, task: str, scenario: Any) -> JsonObject:
        """A room's answer to a scenario, as a plain object."""
        payload, base = solver.scenario_bytes(scenario), base_of(scenario)
        return msgspec.json.decode(await self.jobs.answer(task, payload, base, self.settings.solve_seconds))


def base_of(scenario: Any) -> str:
    """The name of a scenario's baseline: workers that stand on it answer sooner."""
    return solver.scenario_bytes(scenario.replaced(change=(), title="")).decode()


def encoded(answer: Mapping[str, Any]) -> bytes:
    """An answer as JSON bytes."""
    return msgspec.json.encode(plain(answer))


@lru_cache(maxsize=8_192)
def rate_of(query: str, today: date) -> Response:
    """The answer to a rate question by its address, given on a day: the law of the package does not change while the server runs."""
    del today  # where the question names no day, it may count
    verb = verb_of("/law/rate")
    made = encoded(verb.answered(reading.read_query(verb.question, query, as_typed=True)))
    return kept(Response(made, media_type=JSON))


@lru_cache(maxsize=16_384)
def short_of(query: str) -> tuple[bool, str]:
    """Whether the code of a rate question is so short that its lines are not answered in a millisecond; and who levies."""
    asked = reading.read_query(verb_of("/law/rate").question, query, as_typed=True)
    return len(bare(asked.product)) < TARIFF_LINE, asked.destination


async def rate(request: Request, query: str) -> Response:
    """The answer to a rate question: beside the loop where it takes long, as the first one does that reads a country's law."""
    service, (many, destination) = service_of(request), short_of(query)
    if not many and destination in service.read:
        return rate_of(query, today())
    work = partial(rate_of, query, today())
    async with nullcontext() if destination in service.read else service.reading:  # one reads, the others wait for it
        if many or destination not in service.read:
            made = await service.in_thread(work)
            service.read.add(destination)
            return made
    return work()


def service_of(request: Request) -> Service:
    """The service behind a request."""
    return request.app.state.service


def route_of(verb: Verb) -> Route:
    """The route of one verb."""

    async def answer(request: Request) -> Response:
        query = request.scope["query_string"].decode("latin-1")
        if verb.where == "loop":
            return await rate(request, query)
        pairs, part = paging.taken(query) if verb.rows else (reading.pairs_of(query), paging.WHOLE)
        asked = reading.read_pairs(verb.question, pairs, as_typed=True)
        if part == paging.WHOLE:
            return Response(await service_of(request).ask(verb, asked), media_type=JSON)
        found, total = await in_thread(request, lambda: paging.cut(verb.answered(asked), verb.rows, part))
        named = paging.headers(ROOT + verb.path, pairs, part, total)
        return Response(encoded(found), media_type=JSON, headers=named)

    return Route(ROOT + verb.path, answer, methods=["GET"])


def command_route(command: commands.Command) -> Route:
    """The route of a command that is run as it is: by GET where it looks up, by POST where it solves."""

    async def look_up(request: Request) -> Response:
        asked = reading.read_query(command.question, request.scope["query_string"].decode("latin-1"))
        made = await service_of(request).run(command, asked)
        return Response(made, media_type=FEED if getattr(asked, "feed", False) else JSON)

    async def solve(request: Request) -> Response:
        asked = reading.read_body(command.question, await json_body(request))
        payload = await in_thread(request, lambda: commands.payload_of(command, asked))
        return await done_or_job(
            request, command.path[1:], {"": ("command", payload)}, "command", getattr(asked, "wait", 0.0)
        )

    method, answer = ("POST", solve) if command.posted else ("GET", look_up)
    return Route(ROOT + command.path, answer, methods=[method])


async def trade_solve(request: Request) -> Response:
    """POST /trade/solve: the shipped scenario, changed; sync if it is done in time, a job otherwise."""
    asked = reading.read_body(questions.Solve, await json_body(request))
    scenario = await in_thread(request, lambda: scenarios.scenario_of(asked))
    part = "trade_ranges" if asked.ranges else "trade", solver.scenario_bytes(scenario)
    if any(getattr(asked, name) for name in commands.OF_THE_COMMAND):
        part = "command", commands.solve_payload(as_toml(scenario), asked)
    return await done_or_job(request, "trade/solve", {"": part}, base_of(scenario), asked.wait)


async def scenario_solve(request: Request) -> Response:
    """POST /scenario/solve: a scenario of the user's own, as JSON or as TOML text."""
    if media_type(request) in ("application/toml", "text/plain"):
        asked = questions.OwnScenario(toml=text_of(await request.body()))
    else:
        asked = reading.read_body(questions.OwnScenario, await json_body(request))
    scenario = await in_thread(request, lambda: scenarios.own_scenario(asked))
    payload = solver.scenario_bytes(scenario)
    tasks = {
        room: ("trade_ranges" if (room, asked.ranges) == ("trade", True) else room, payload) for room in asked.rooms
    }
    if not tasks:
        raise Problem(400, "rooms", "none", "trade, talks, deadline")
    return await done_or_job(request, "scenario/solve", tasks, base_of(scenario), asked.wait)


async def brief(request: Request) -> Response:
    """POST /brief: the whole briefing, always a job."""
    asked = reading.read_body(questions.Brief, await json_body(request))
    if toml := asked.toml:
        scenario = await in_thread(request, lambda: scenarios.own_text(toml))
    else:
        scenario = await in_thread(request, lambda: scenarios.brief_of(asked))
    return await done_or_job(request, "brief", {"": ("brief", solver.scenario_bytes(scenario))}, base_of(scenario), 0.0)


async def in_thread(request: Request, work: Callable[[], Value]) -> Value:
    """A scenario, read and checked beside the loop: it may be long."""
    return await service_of(request).in_thread(work)


async def done_or_job(
    request: Request, kind: str, parts: dict[str, tuple[str, bytes]], base: str, wait: float
) -> Response:
    """200 with the answer where it is there within the wait; 202 with the job otherwise. A refusal is a refusal."""
    service = service_of(request)
    quick = kind in ("trade/solve", "scenario/solve")
    limit = service.settings.solve_seconds if quick else service.settings.brief_seconds * commands.LONGER.get(kind, 1)
    job = service.jobs.start(kind, parts, base, limit, client_of(request.scope))
    if wait and job.task:
        await asyncio.wait([job.task], timeout=wait)
    if job.state == "done" and kind != "brief":
        return Response(job.answer, media_type=JSON, headers={"Content-Location": job.row()["links"].get("result", "")})
    if job.problem:
        raise refusal_of(job)
    await service.jobs.acknowledge(job)
    return Response(encoded(job.row()), 202, {"Location": job.row()["links"]["self"]}, JSON)


def refusal_of(job: Job) -> Problem:
    """The problem of a job, raised again."""
    said = job.problem or {}
    return Problem(said["status"], said["where"], said["found"], said["allowed"], said["hint"])


async def job(request: Request) -> Response:
    """GET or DELETE /jobs/{id}: its state and progress; or its end."""
    jobs, id = service_of(request).jobs, request.path_params["id"]
    found = await jobs.cancel(id) if request.method == "DELETE" else jobs.find(id)
    return Response(encoded(found.row()), media_type=JSON, headers={"Cache-Control": "no-store"})  # it moves


async def job_result(request: Request) -> Response:
    """GET /jobs/{id}/result: the answer, once it is there; a briefing also as a file of another format."""
    found = service_of(request).jobs.find(request.path_params["id"])
    if found.state != "done":
        raise Problem(409, "job", f"is {found.state}", "done", "Ask its own address for its state")
    form = brief_files.checked(request.query_params.get("format", "json"), found)
    if form == "json":
        return Response(found.answer, media_type=JSON)
    return await in_thread(request, lambda: brief_files.file_of(found.answer, form))


def media_type(request: Request) -> str:
    """The media type of a body, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold()


async def json_body(request: Request) -> bytes:
    """A body that says that it is JSON. Raises Problem: a form of another site cannot say so."""
    if media_type(request) != JSON:
        raise Problem(415, "Content-Type", media_type(request)[:60] or "none", JSON)
    return await request.body()


def text_of(body: bytes) -> str:
    """The text of a body. Raises Problem where it is no UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "body", "is not UTF-8 text", "a scenario in TOML") from None


async def document(request: Request) -> Response:
    """GET /openapi.json."""
    del request
    return _document()


@lru_cache(maxsize=1)
def _document() -> Response:
    return kept(Response(openapi.text(), media_type=JSON))


def routes() -> list[Route]:
    """Every route of the API."""
    return [
        *(route_of(verb) for verb in VERBS),
        *(command_route(command) for command in commands.commands().values()),
        Route(f"{ROOT}/trade/solve", trade_solve, methods=["POST"]),
        Route(f"{ROOT}/scenario/solve", scenario_solve, methods=["POST"]),
        Route(f"{ROOT}/brief", brief, methods=["POST"]),
        Route(f"{ROOT}/jobs/{{id}}", job, methods=["GET", "DELETE"]),
        Route(f"{ROOT}/jobs/{{id}}/result", job_result, methods=["GET"]),
        Route(f"{ROOT}/openapi.json", document, methods=["GET"]),
    ]
