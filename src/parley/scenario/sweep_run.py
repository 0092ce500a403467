"""Runs a sweep: unfinished chunks over a pool of processes or a cluster, each journalled as it ends, then the results."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from pathlib import Path

from parley import extras
from parley.errors import InputError, NoAnswerError
from parley.scenario.answers import Cell, SweepRun
from parley.scenario.journal import Journal
from parley.scenario.sweep import Plan, chunk_name, solve_chunk

Chunk = tuple[int, int, int]
Found = list[tuple[Chunk, list[Cell]]]
Tell = Callable[[str], None]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
TRIES = 3  # a chunk whose worker dies (of memory, or killed) is given to another twice


def run_sweep(
    plan: Plan,
    out: Path,
    *,
    workers: int = 0,
    cluster: str | None = None,
    fresh: bool = False,
    tell: Tell = lambda text: None,
) -> tuple[Found, SweepRun]:
    """(cells by chunk in the order of the plan, what the run did). Finished chunks of the journal in `out` are not solved again.

    The answer is the same for any number of workers, in any order, and however often it was interrupted.
    """
    began = time.monotonic()
    with Journal(out, plan.key, fresh=fresh) as journal:
        left = [chunk for chunk in plan.chunks if chunk_name(plan, chunk) not in journal.done]
        resumed = len(plan.chunks) - len(left)
        tell(f"sweep: {plan.cells} equilibria in {len(plan.chunks)} chunks, {resumed} finished before")
        if left:
            done = resumed
            for chunk, cells in _solved(plan, left, workers or os.cpu_count() or 1, cluster):
                journal.add(chunk_name(plan, chunk), cells)
                done += 1
                tell(f"sweep: {done} of {len(plan.chunks)} chunks, {_rest(began, done - resumed, len(left))} to go")
        found = [(chunk, journal.done[chunk_name(plan, chunk)]) for chunk in plan.chunks]
    did: SweepRun = {
        "chunks": len(plan.chunks), "resumed": resumed, "workers": None if cluster else workers or os.cpu_count() or 1,
        "cluster": cluster, "seconds": time.monotonic() - began,
    }  # fmt: skip
    return found, did


def _rest(began: float, done: int, of: int) -> str:
    seconds = (time.monotonic() - began) / done * (of - done)
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _solved(plan: Plan, left: list[Chunk], workers: int, cluster: str | None) -> Iterator[tuple[Chunk, list[Cell]]]:
    """Each chunk with its cells, as they end."""
    if cluster is not None:
        yield from _by_cluster(plan, left, cluster)
        return
    for _ in range(TRIES):
        finished = set()
        try:
            with _pool(workers) as pool:
                for chunk, cells in _each(pool, plan, left):
                    finished.add(chunk)
                    yield chunk, cells
            return
        except BrokenProcessPool:
            left = [chunk for chunk in left if chunk not in finished]
    raise NoAnswerError(
        "sweep", f"a worker died {TRIES} times; {len(left)} chunks are not done", "memory for every worker",
        "Run the same command again with fewer --workers: what is finished is kept",
    )  # fmt: skip


def _each(pool: Executor, plan: Plan, left: list[Chunk]) -> Iterator[tuple[Chunk, list[Cell]]]:
    waiting: dict[Future, Chunk] = {pool.submit(solve_chunk, plan, chunk): chunk for chunk in left}
    try:
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes with one thread each in the array libraries: one and two threads differ in the last bits."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_watch) as pool:
            yield pool
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _watch() -> None:
    """Ends a worker whose parent was killed: it would wait for work for ever."""
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _by_cluster(plan: Plan, left: list[Chunk], address: str) -> Iterator[tuple[Chunk, list[Cell]]]:
    """The same over a Dask cluster, whose workers have parley and see the files that the sweep names."""
    try:
        from distributed import Client  # pyright: ignore[reportMissingImports]
        from distributed import as_completed as completed  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise extras.without("distributed", "--cluster") from None
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            "--cluster", f"no Dask scheduler at {address!r} ({error})", "such as tcp://host:8786"
        ) from None
    with client:
        futures = {client.submit(solve_chunk, plan, chunk, pure=False): chunk for chunk in left}
        for future in completed(list(futures), loop=client.loop):
            yield futures[future], future.result()
