"""Seconds until the first figures of the scenario page stand: law, rates by sector, one solve, map and ranking.

Run: python benchmarks/bench_first_figures.py [--times 3] [--beside OTHER_CHECKOUT]

`parley serve` is asked by the page's own address, for its pieces in order. Each figure is processor time of all processes of the
server, and after a stroke the time of the clock, to the last of these pieces.
served: with an empty cache, from the start of the server, asked at once. warm: once the server stands and has answered the
shipped scenario, on a question never asked. alike: as warm, where another server asked the day before, on which the law was the
same. kept: as warm, where another server asked the question itself.
Modules and templates are compiled before, as an installer does. Least of so many servers; other work on the machine makes
every figure larger. --beside: in turn with another checkout that has the page.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

HERE = Path(__file__).parents[1]
QUESTIONS = {
    "as shipped": {},
    "a duty at another rate": {"set": ("us-ieepa-reciprocal-cn=0.2",)},
    "a duty on everyone at another rate": {"set": ("us-ieepa-reciprocal=0.2",)},
    "a duty off": {"drop": ("us-ieepa-fentanyl-cn",)},
    "another model": {"model": "krugman"},
    "other elasticities": {"elasticities": "CP"},
    "three weeks later": {"on": "2025-05-23"},
    "the next tariff edition": {"on": "2025-11-20"},
    "the next year's edition": {"on": "2026-01-20"},
    "another day to compare with": {"before": "2025-03-20"},
}
STATES = ("served", "warm", "alike", "kept")
LAST = b"event: again"  # the last of the first pieces
QUIET, LOOK = 0.02, 1.0  # seconds of processor time that a server with nothing to do takes at most, between two looks
Seconds = tuple[float, float]  # of processors, by the clock


def surroundings(tree: Path, cache: str) -> dict[str, str]:
    """The variables of a process of a checkout."""
    own = {
        "PYTHONPATH": str(tree / "src"),
        "PARLEY_CACHE": cache,
        "OMP_NUM_THREADS": "1",
        "PYTHONPYCACHEPREFIX": code_of(tree),
    }
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own


@contextmanager
def server(tree: Path, cache: str) -> Iterator[Server]:
    """A server of a checkout with a cache, from its start; ended afterwards."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    asked = [sys.executable, "-m", "parley.cli.main", "serve", "--port", str(port), "--store", f"{cache}/jobs.sqlite"]
    process = subprocess.Popen(asked, env=surroundings(tree, cache), stderr=subprocess.DEVNULL)
    try:
        yield Server(process, f"http://127.0.0.1:{port}/scenario/live")
    finally:
        process.terminate()
        process.wait()


class Server(NamedTuple):
    """A running server and the address of the page's pieces."""

    process: subprocess.Popen[bytes]
    address: str

    def cpu(self) -> float:
        """Processor time of all its processes."""
        return cpu_of(self.process.pid)

    def ask(self, values: dict[str, object]) -> None:
        """Returns when the first figures of a question are there; the rest is read on."""
        while self.process.poll() is None:
            try:
                with urlopen(f"{self.address}?{urlencode(values, doseq=True)}", timeout=120) as pieces:
                    if any(line.startswith(LAST) for line in pieces):
                        return
                    break
            except URLError:  # it does not listen yet
                time.sleep(0.01)
        raise SystemExit("the server ended, or answered without these pieces")

    def stand(self) -> None:
        """Returns when the server has answered the shipped scenario and has nothing to do."""
        self.ask({})
        before = -1.0
        while self.cpu() - before > QUIET:
            before = self.cpu()
            time.sleep(LOOK)


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
    """Those of a question in a state of server and cache."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        if state in ("alike", "kept"):
            with server(tree, cache) as other:
                other.stand()
                other.ask(day_before(values) if state == "alike" else values)
                other.stand()
        began = time.perf_counter()
        with server(tree, cache) as asked:
            cpu = 0.0
            if state != "served":
                asked.stand()
                began, cpu = time.perf_counter(), asked.cpu()
            asked.ask(values)
            clock = time.perf_counter() - began
            return asked.cpu() - cpu, clock


def day_before(values: dict[str, object]) -> dict[str, object]:
    """The question of the day before."""
    return {**values, "on": str(date.fromisoformat(str(values["on"])) - timedelta(1))}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="servers a figure")
    parser.add_argument("--beside", type=Path, help="another checkout, in turn")
    parser.add_argument("--only", nargs="+", choices=tuple(QUESTIONS), default=tuple(QUESTIONS))
    parser.add_argument("--states", nargs="+", choices=STATES, default=STATES)
    at = parser.parse_args()
    trees = [HERE, *([at.beside] if at.beside else [])]
    for tree in trees:
        taken(tree, "served", {})  # compiles the modules
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
