"""Worker processes: one question each at a time, a bounded queue, a time limit that ends the process, cancel alike.

One worker more than asked for takes quick questions alone, so that a page's first figures wait for nobody's long ones.
On Linux workers part from one process that has read the law: it is read once, held once in memory, and there at once where a
worker is replaced.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parley.errors import InputError, NoAnswerError
from parley.web.problems import Problem
from parley.web.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

LOG = logging.getLogger("parley.web")
ENDS = 1.0  # seconds in which a worker may end by itself before it is killed
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # one each: the workers are the parallel part
QUICK = ("core",)  # tasks of a fraction of a second
Tell = Callable[[str], None]


@dataclass(eq=False)
class Worker:
    """A process, our end of its pipe, whether it is kept for quick questions, and the scenario bases that it has seen."""

    process: Any
    pipe: Any
    quick: bool = False
    seen: set[str] = field(default_factory=set)

    def end(self) -> None:
        """Kills the process: what it computed is lost, nothing that was acknowledged is."""
        self.process.kill()
        self.process.join(ENDS)
        self.pipe.close()


class Pool:
    """The workers of one server. `run` waits for one, asks it, and gives its answer as JSON bytes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self.waiting = 0
        self.closed = False
        self.turn = asyncio.Condition()
        self.threads = ThreadPoolExecutor(settings.workers + 2, "parley-pipe")

    async def start(self) -> None:
        """Begins to start the workers; who asks before they are there waits for them."""
        self.starting = asyncio.create_task(self._staffed())

    async def _staffed(self) -> None:
        try:
            for k in range(self.settings.workers + 1):
                await self._join(await asyncio.to_thread(self._started, quick=k == 0))
        except (OSError, EOFError) as error:  # what waits for a worker is refused when its time is over
            LOG.error("a worker could not be started: %s", error)

    async def _join(self, worker: Worker) -> None:
        """One more that may be asked; none where the server has ended meanwhile."""
        if self.closed:
            worker.end()
            return
        async with self.turn:
            self.idle.append(worker)
            self.turn.notify_all()

    async def warm(self, ready: Callable[[], None] = lambda: None) -> None:
        """Has each worker read the law and stand on the shipped scenario, the quick one first; ready: called after that one."""
        await self._warm(quick=True)
        ready()
        await asyncio.gather(*(self._warm() for _ in range(self.settings.workers)))

    async def _warm(self, quick: bool = False) -> None:
        try:
            await self.run("warm", b"", "shipped", 120.0, quick=quick)
        except (Problem, InputError, NoAnswerError) as error:
            LOG.warning("a worker could not be prepared: %s", error)

    def is_busy(self) -> bool:
        """Whether somebody's question is being answered, or waits for that."""
        return bool(self.busy or self.waiting)

    def _started(self, quick: bool = False) -> Worker:
        from parley.web.solver import work

        context = started_by(self.settings.warm)
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs,), daemon=True, name="parley-worker")
        process.start()
        theirs.close()
        return Worker(process, ours, quick)

    async def stop(self) -> None:
        """Ends every worker."""
        self.closed = True
        for worker in (*self.idle, *self.busy):
            worker.end()
        self.threads.shutdown(wait=False, cancel_futures=True)

    async def run(
        self, task: str, payload: bytes, key: str, seconds: float, tell: Tell = lambda text: None, quick: bool = False
    ) -> bytes:
        """The answer as JSON bytes. Raises Problem when busy or out of time, InputError and NoAnswerError as the worker did."""
        worker = await self._take(key, seconds, quick or task in QUICK)
        kept = False
        try:
            answer = await asyncio.wait_for(self._ask(worker, task, payload, tell), seconds)
            kept = True
            worker.seen.add(key)
        except TimeoutError:
            hint = "Ask for less: fewer options, no ranges; or use the command line, which has no limit"
            raise Problem(504, task, f"not done within {seconds:g} seconds", "", hint) from None
        finally:
            await self._give(worker, kept)
        return _read(task, *answer)

    def _fit(self, key: str, quick: bool) -> Worker | None:
        """The idle worker that answers soonest: the one for quick questions, or one that knows the scenario."""
        fit = (w for w in self.idle if quick or not w.quick)
        return max(fit, key=lambda w: (w.quick, key in w.seen), default=None)

    async def _take(self, key: str, seconds: float, quick: bool) -> Worker:
        """An idle worker that may be asked. Raises Problem where too many wait, or for too long."""
        if self.waiting >= self.settings.waiting or self.closed:
            raise Problem(
                503, "server", f"{self.waiting} questions already wait for a solver", "", "Ask again in a moment"
            )
        self.waiting += 1
        try:
            async with self.turn:
                worker = await asyncio.wait_for(self.turn.wait_for(lambda: self._fit(key, quick)), seconds)
                assert worker
                self.idle.remove(worker)
                self.busy.add(worker)
                return worker
        except TimeoutError:
            raise Problem(503, "server", "every solver is busy", "", "Ask again in a moment") from None
        finally:
            self.waiting -= 1

    async def _give(self, worker: Worker, kept: bool) -> None:
        """Puts a worker back; one that was stopped in the middle, or died, is replaced."""
        self.busy.discard(worker)
        if self.closed:
            return
        if not kept or not worker.process.is_alive():
            worker.end()
            worker = self._started(worker.quick)
        await self._join(worker)

    async def _ask(self, worker: Worker, task: str, payload: bytes, tell: Tell) -> tuple[str, Any]:
        loop, began = asyncio.get_running_loop(), time.monotonic()
        try:
            worker.pipe.send((task, payload))
            while True:
                kind, content = await loop.run_in_executor(self.threads, worker.pipe.recv)
                if kind != "tell":
                    LOG.info("%s: %s in %.2f s", task, kind, time.monotonic() - began)
                    return kind, content
                tell(content)
        except (EOFError, OSError):
            return "fault", f"the worker of {task} ended"


def started_by(warm: bool) -> SpawnContext | ForkServerContext:
    """What starts workers: on Linux, where they are to stand ready, a process that has read all that they share (standing.py)."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    if not warm or sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["parley.web.standing"])
    return context


def begin() -> None:
    """Has that process read what workers share from now on, while the server reads its own modules; elsewhere nothing."""
    if sys.platform == "linux":
        from multiprocessing.forkserver import ensure_running

        started_by(warm=True)
        ensure_running()


def _read(task: str, kind: str, content: Any) -> bytes:
    """The bytes of an answer; a refusal as the error that it was."""
    if kind == "done":
        return content
    if kind == "refused":
        code, said = content
        words = [str(said.get(name, "")) for name in ("where", "found", "allowed", "hint")]
        raise (InputError if code == 2 else NoAnswerError)(*words)
    LOG.error("%s failed in a worker: %s", task, content)
    raise Problem(500, "parley", "a fault of ours", "", "The log of the server says where; please report it")
