"""Seconds until the first figures of the scenario page stand: law, rates by sector, one solve, map and ranking.

Run: python benchmarks/bench_first_figures.py [--times 3] [--beside OTHER_CHECKOUT]

Each figure is processor time, and the time of the clock after a stroke. served: `parley serve` with an empty cache, from its
start to the last of these pieces, asked at once by the page's own address; processor time is that of all its processes by then.
The other states take the page's own path (`web/scenario_live.py`) in one process.
new: a new process with an empty cache, from its start. warm: a process prepared as a server's are, which has answered the
shipped scenario, with the cache that this leaves, on a question never asked. running: the same, once the process has answered
two more, with duties at other rates. alike: as warm, where another process asked the day before, on which the law was the same.
kept: as warm, where another process asked the question itself.
Modules and templates are compiled before, as an installer does. Least of so many processes; other work on the machine makes
every figure larger. --beside: in turn with another checkout that has the page.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

HERE = Path(__file__).parents[1]
QUESTIONS = {
    "as shipped": {},
    "a duty at another rate": {"set": ("us-ieepa-reciprocal-cn=0.2",)},
    "a duty on everyone at another rate": {"set": ("us-ieepa-reciprocal=0.2",)},
    "a duty off": {"drop": ("us-ieepa-fentanyl-cn",)},
    "three weeks later": {"on": "2025-05-23"},
    "the next tariff edition": {"on": "2025-11-20"},
    "the next year's edition": {"on": "2026-01-20"},
    "another day to compare with": {"before": "2025-03-20"},
}
STATES = ("served", "new", "warm", "running", "alike", "kept")
BEFORE = [
    {"set": ("us-ieepa-reciprocal=0.15",)},
    {"set": ("us-ieepa-fentanyl-cn=0.15",)},
]  # what a running server has been asked
LAST = b"event: again"  # the last of the first pieces
ONE = """
import asyncio, json, sys, time
from contextlib import suppress
from types import SimpleNamespace
import msgspec
from parley.json_values import plain
from parley.scenario.questions import WhatIf
from parley.web import reading, scenario_live, solver

class Here:
    "The service of a page, in this process."
    ready = asyncio.Event()

    async def solved(self, task, scenario):
        answer = solver.TASKS[task](solver.scenario_bytes(scenario), lambda text: None)
        return msgspec.json.decode(msgspec.json.encode(plain(answer)))

    async def in_thread(self, work):
        return work()

async def shown(values):
    service = Here()
    service.ready.set()
    live = await scenario_live.begun(reading.asked(WhatIf, **values), service)
    return [await live.piece(name, {}) for name in scenario_live.FIRST]

*before, last = json.loads(sys.argv[1])
if before:
    solver.warm(b"", lambda text: None)
    with suppress(ImportError):  # another checkout may know no such start
        from parley.web.scenario_view import rehearse
        rehearse()
for values in before:
    asyncio.run(shown(values))
began, clock = time.process_time() if before else 0.0, time.perf_counter() if before else 0.0
assert all(asyncio.run(shown(last)))
print(time.process_time() - began, time.perf_counter() - clock)
"""
Seconds = tuple[float, float]  # of processors, by the clock


def seconds_of(tree: Path, questions: list[dict[str, object]], cache: str) -> Seconds:
    """Those of the last of some questions in a process of its own; of a single one, those of the whole process."""
    asked, began = [sys.executable, "-c", ONE, json.dumps(questions)], time.perf_counter()
    made = subprocess.run(asked, env=surroundings(tree, cache), check=True, capture_output=True, text=True)
    cpu, clock = map(float, made.stdout.split())
    return cpu, clock if questions[1:] else time.perf_counter() - began


def surroundings(tree: Path, cache: str) -> dict[str, str]:
    """The variables of a process of a checkout."""
    own = {
        "PYTHONPATH": str(tree / "src"),
        "PARLEY_CACHE": cache,
        "OMP_NUM_THREADS": "1",
        "PYTHONPYCACHEPREFIX": code_of(tree),
    }
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own


def served(tree: Path, values: dict[str, object], cache: str) -> Seconds:
    """Those of a server from its start to the first figures of a question."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    began = time.perf_counter()
    asked = [sys.executable, "-m", "parley.cli.main", "serve", "--port", str(port), "--store", f"{cache}/jobs.sqlite"]
    server = subprocess.Popen(asked, env=surroundings(tree, cache), stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/scenario/live?{urlencode(values, doseq=True)}"
        while server.poll() is None:
            try:
                with urlopen(address, timeout=120) as pieces:
                    if any(line.startswith(LAST) for line in pieces):
                        return cpu_of(server.pid), time.perf_counter() - began
            except URLError:  # it does not listen yet
                time.sleep(0.01)
        raise SystemExit("the server ended, or answered without these pieces")
    finally:
        server.terminate()
        server.wait()


def cpu_of(process: int) -> float:
    """Processor time of a process and of all that it began, as Linux counts it."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    children = [
        child for task in Path(f"/proc/{process}/task").glob("*/children") for child in task.read_text().split()
    ]
    return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK") + sum(cpu_of(int(child)) for child in children)


@cache
def code_of(tree: Path) -> str:
    """Where the compiled modules of a checkout are kept for as long as this runs."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def taken(tree: Path, state: str, values: dict[str, object]) -> Seconds:
    """Those of a question in a state of process and cache."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        if state == "served":
            return served(tree, values, cache)
        if state == "new":
            return seconds_of(tree, [values], cache)
        asked = {"alike": day_before, "kept": lambda same: same}.get(state)
        seconds_of(tree, [{}, *([asked(values)] if asked else [])], cache)
        return seconds_of(tree, [{}, *(BEFORE if state == "running" else []), values], cache)


def day_before(values: dict[str, object]) -> dict[str, object]:
    """The question of the day before."""
    return {**values, "on": str(date.fromisoformat(str(values["on"])) - timedelta(1))}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="processes a figure")
    parser.add_argument("--beside", type=Path, help="another checkout, in turn")
    parser.add_argument("--only", nargs="+", choices=tuple(QUESTIONS), default=tuple(QUESTIONS))
    parser.add_argument("--states", nargs="+", choices=STATES, default=STATES)
    at = parser.parse_args()
    trees = [HERE, *([at.beside] if at.beside else [])]
    for tree in trees:
        taken(tree, "new", {})  # compiles the modules
    print("seconds: processor/clock" + (", and of the other tree" if at.beside else ""))
    for name, state in product(at.only, at.states):
        if state == "alike" and "on" not in QUESTIONS[name]:
            continue
        found = [[taken(tree, state, QUESTIONS[name]) for tree in trees] for _ in range(at.times)]
        least = [[min(part) for part in zip(*each, strict=True)] for each in zip(*found, strict=True)]
        ratio = f"  ratio {statistics.median(a[0] / b[0] for a, b in found):.2f}" if at.beside else ""
        shown = "  ".join(f"{cpu:5.2f} /{clock:5.2f}" for cpu, clock in least)
        print(f"{name:34} {state:6} {shown}{ratio}", flush=True)


if __name__ == "__main__":
    main()
