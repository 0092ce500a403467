"""Long questions as jobs: named, with progress, cancelled on request; and short ones kept, so that they are solved once."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import NotRequired, TypedDict

import msgspec

from parley.web.pool import Pool
from parley.web.problems import Problem, ProblemDetails, by_keys, problem_of
from parley.web.store import Kept, State, Store

KEPT_ANSWERS = 64
KEPT_JOBS = 64
PROGRESS = 40  # lines of progress kept


class JobLinks(TypedDict):
    """The addresses of a job and, once it is done, of its answer."""

    self: str
    result: NotRequired[str]


class JobStatus(TypedDict):
    """A long question: its state, what it said on the way, and the seconds it took up to now."""

    id: str
    kind: str
    state: State
    progress: list[str]
    seconds: float
    problem: ProblemDetails | None
    links: JobLinks


@dataclass(eq=False)
class Job:
    """One long question: its state, what it said on the way, and its answer as JSON bytes."""

    id: str
    kind: str
    began: float
    state: State = "running"
    progress: list[str] = field(default_factory=list)
    answer: bytes = b""
    problem: ProblemDetails | None = None
    ended: float | None = None
    task: asyncio.Task[None] | None = None
    kept: Kept | None = None
    acknowledged: bool = False
    client: str = ""

    def tell(self, text: str) -> None:
        """Notes a line of progress; the oldest goes."""
        self.progress += [text] if text else []
        del self.progress[:-PROGRESS]

    def row(self) -> JobStatus:
        """The job as its address shows it."""
        seconds = (self.ended or time.monotonic()) - self.began
        place = f"/api/v1/jobs/{self.id}"
        links: JobLinks = {"self": place, "result": f"{place}/result"} if self.state == "done" else {"self": place}
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "progress": list(self.progress),
            "seconds": round(seconds, 3),
            "problem": by_keys(self.problem) if self.problem else None,
            "links": links,
        }


@dataclass(eq=False)
class Flight:
    """A question on its way to its answer: how many wait for it, and whether a worker has begun."""

    waiting: int = 0
    begun: bool = False
    task: asyncio.Task[bytes] | None = None

    def tell(self, text: str) -> None:
        """A worker said something: it has begun."""
        del text
        self.begun = True


class Jobs:
    """The jobs and kept answers of one server."""

    def __init__(self, pool: Pool, store: Store | None = None) -> None:
        self.pool, self.store = pool, store
        self.jobs: OrderedDict[str, Job] = OrderedDict()
        self.answers: OrderedDict[str, bytes] = OrderedDict()
        self.flying: dict[str, Flight] = {}
        self.stopping = False

    async def answer(self, task: str, payload: bytes, base: str, seconds: float) -> bytes:
        """The answer, from what is kept, from one who already asked, or from a worker; what nobody waits for is not begun."""
        name = name_of(task, payload)
        if name in self.answers:
            self.answers.move_to_end(name)
            return self.answers[name]
        flight = self.flying.get(name) or self._sent_off(name, task, payload, base, seconds)
        assert flight.task
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.begun:  # nobody wants it any more, and no worker has it
                flight.task.cancel()

    def _sent_off(self, name: str, task: str, payload: bytes, base: str, seconds: float) -> Flight:
        flight = self.flying[name] = Flight()
        flight.task = asyncio.create_task(self.pool.run(task, payload, base, seconds, flight.tell))
        flight.task.add_done_callback(lambda done: self._landed(name, done))
        return flight

    def _landed(self, name: str, done: asyncio.Task[bytes]) -> None:
        self.flying.pop(name, None)
        if not done.cancelled() and done.exception() is None:
            self.keep(name, done.result())

    def keep(self, name: str, answer: bytes) -> None:
        """Keeps an answer; the oldest goes."""
        self.answers[name] = answer
        while len(self.answers) > KEPT_ANSWERS:
            self.answers.popitem(last=False)

    def start(self, kind: str, parts: dict[str, tuple[str, bytes]], base: str, seconds: float, client: str = "") -> Job:
        """A new job: one answer for each part, together one object; a single part named "" is the object itself.

        Raises Problem where as many run as may, or half of them for this client while others can reach the server.
        """
        settings, running = self.pool.settings, [job.client for job in self.jobs.values() if job.state == "running"]
        if len(running) >= settings.waiting:
            raise Problem(503, "server", f"{len(running)} jobs are running", "", "Ask again in a moment")
        if not settings.loopback and running.count(client) >= (most := settings.waiting // 2):
            raise Problem(
                429, "client", f"{most} jobs from this address are running", "one later", "Or end one (DELETE)"
            )
        return self._begin(Kept(secrets.token_urlsafe(12), kind, parts, base, seconds), client)

    def _begin(self, asked: Kept, client: str = "") -> Job:
        job = Job(asked.id, asked.kind, time.monotonic(), kept=asked, client=client)
        self.jobs[job.id] = job
        self._forget()
        job.task = asyncio.create_task(self._work(job, asked.parts, asked.base, asked.seconds))
        return job

    async def acknowledge(self, job: Job) -> None:
        """Puts a job on the disk before its asker is told of it; its end goes there too."""
        if self.store and job.kept:
            await asyncio.to_thread(self.store.keep, self._kept(job, "running", b"", None))
            job.acknowledged = True
            if job.state != "running":  # it ended meanwhile
                await asyncio.to_thread(self.store.keep, self._kept(job, job.state, job.answer, job.problem))

    def _kept(self, job: Job, state: State, answer: bytes, problem: ProblemDetails | None) -> Kept:
        assert job.kept
        return replace(job.kept, state=state, answer=answer, problem=msgspec.json.encode(problem))

    async def resume(self) -> None:
        """Takes up the jobs of an earlier run: those that had ended are answered for, the others begin again."""
        for kept in await asyncio.to_thread(self.store.jobs) if self.store else ():
            if kept.state == "running":
                self._begin(kept).acknowledged = True
                continue
            now = time.monotonic()
            problem = msgspec.json.decode(kept.problem, type=ProblemDetails | None)
            self.jobs[kept.id] = Job(
                kept.id, kept.kind, now, kept.state, answer=kept.answer, problem=problem, ended=now
            )

    def _forget(self) -> None:
        """Drops the oldest jobs that have ended."""
        ended = [id for id, job in self.jobs.items() if job.state != "running"]
        for id in ended[: max(0, len(self.jobs) - KEPT_JOBS)]:
            del self.jobs[id]

    async def _work(self, job: Job, parts: dict[str, tuple[str, bytes]], base: str, seconds: float) -> None:
        answer, problem = b"", None
        try:
            made = {n: await self._part(job, *part, base, seconds) for n, part in parts.items()}
            answer, state = made[""] if "" in made else joined(made), "done"
        except asyncio.CancelledError:
            state = "cancelled"
        except Exception as error:
            problem = problem_of(error)
            state = "refused" if problem["status"] < 500 else "failed"
        try:  # on the disk before anyone is told
            if self.store and job.acknowledged and not self.stopping:
                await asyncio.to_thread(self.store.keep, self._kept(job, state, answer, problem))
        finally:
            job.answer, job.problem, job.ended = answer, problem, time.monotonic()
            job.state = state

    async def _part(self, job: Job, task: str, payload: bytes, base: str, seconds: float) -> bytes:
        name = name_of(task, payload)
        if name in self.answers:
            return self.answers[name]
        answer = await self.pool.run(task, payload, base, seconds, job.tell)
        self.keep(name, answer)
        return answer

    def find(self, id: str) -> Job:
        """The job of that id. Raises Problem."""
        if id not in self.jobs:
            raise Problem(404, "job", f"no job {id[:40]!r}", f"a job of this run of the server, the last {KEPT_JOBS}")
        return self.jobs[id]

    async def cancel(self, id: str) -> Job:
        """The job, ended; the worker's process ends with it."""
        job = self.find(id)
        if job.task and not job.task.done():
            job.task.cancel()
            await asyncio.wait([job.task])
            if job.state == "running":  # it was cancelled before it began
                job.state, job.ended = "cancelled", time.monotonic()
        return job

    async def stop(self) -> None:
        """Ends every job; one that was acknowledged begins again with the next run."""
        self.stopping = True
        for job in self.jobs.values():
            if job.task:
                job.task.cancel()
        for flight in self.flying.values():
            if flight.task:
                flight.task.cancel()


def name_of(task: str, payload: bytes) -> str:
    """The name under which an answer is kept."""
    return f"{task}:{hashlib.sha256(payload).hexdigest()}"


def joined(parts: dict[str, bytes]) -> bytes:
    """One JSON object of named JSON texts."""
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), text) for name, text in parts.items()) + b"}"
