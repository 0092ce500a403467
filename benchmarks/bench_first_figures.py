"""CPU seconds until the first figures of the scenario page stand: law, rates by sector, one solve, map and ranking.

Run: python benchmarks/bench_first_figures.py [--times 3] [--beside OTHER_CHECKOUT]

Each question takes the page's own path (`web/scenario_live.py`) in one process, to the last piece that the core is enough for.
new: a new process with an empty cache, from its start. warm: a process that stands as a server's do and has answered the
shipped scenario, with the cache that this leaves, on a question never asked. alike: the same, where another process asked
the day before, on which the law was the same. kept: the same, where another process asked the question itself.
Modules and templates are compiled before, as an installer does. Least of so many processes; other work on the machine makes
every figure larger. --beside: in turn with another checkout that has the page.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path

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
STATES = ("new", "warm", "alike", "kept")
ONE = """
import asyncio, json, sys, time
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
for values in before:
    asyncio.run(shown(values))
began = time.process_time() if before else 0.0
assert all(asyncio.run(shown(last)))
print(time.process_time() - began)
"""


def cpu_of(tree: Path, questions: list[dict[str, object]], cache: str) -> float:
    """CPU seconds of the last of some questions in a process of its own; of a single one, those of the whole process."""
    own = {
        "PYTHONPATH": str(tree / "src"),
        "PARLEY_CACHE": cache,
        "OMP_NUM_THREADS": "1",
        "PYTHONPYCACHEPREFIX": code_of(tree),
    }
    given = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own
    asked = [sys.executable, "-c", ONE, json.dumps(questions)]
    return float(subprocess.run(asked, env=given, check=True, capture_output=True, text=True).stdout)


@cache
def code_of(tree: Path) -> str:
    """Where the compiled modules of a checkout are kept for as long as this runs."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def taken(tree: Path, state: str, values: dict[str, object]) -> float:
    """CPU seconds of a question in a state of process and cache."""
    with tempfile.TemporaryDirectory() as cache:
        if state == "new":
            return cpu_of(tree, [values], cache)
        asked = [] if state == "warm" else [values if state == "kept" else day_before(values)]
        cpu_of(tree, [{}, *asked], cache)
        return cpu_of(tree, [{}, values], cache)


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
    print("CPU seconds" + (", and of the other tree" if at.beside else ""))
    for name, state in product(at.only, at.states):
        if state == "alike" and "on" not in QUESTIONS[name]:
            continue
        found = [[taken(tree, state, QUESTIONS[name]) for tree in trees] for _ in range(at.times)]
        least = [min(each) for each in zip(*found, strict=True)]
        ratio = f"  ratio {statistics.median(a / b for a, b in found):.2f}" if at.beside else ""
        print(f"{name:28} {state:5} " + "  ".join(f"{x:5.2f}" for x in least) + ratio, flush=True)


if __name__ == "__main__":
    main()
