"""The speeds that the trade room is held to, beside another checkout in one run: processor seconds, and the ratio pair by pair.

Run: python benchmarks/bench_speed.py OTHER_CHECKOUT [--runs 5] [--only links] [--shared ../shared/data]
     (git worktree add --detach OTHER_CHECKOUT COMMIT makes one)

Each tree answers in a process of its own that keeps its worlds ready, on one thread. The two take turns, so that a busy machine
slows both alike. What is timed is what users call: the default arguments, certificates and checks included; no start is kept.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
MANY = 48  # scenarios side by side: the time of a thousand is taken from them
LINKS = "caliendo_parro"


def links_31(shared: Path) -> tuple[Any, list[Any]]:
    """The balanced 31 × 40 world, and rates of many scenarios: a tenth of all cells moved by up to 50 points."""
    import numpy as np
    from bench_solve import nafta

    base, t = nafta(shared)
    draw, off = np.random.default_rng(0), 1 - np.eye(len(base.countries))[:, :, None]
    return base, [t + off * draw.uniform(0, 0.5, t.shape) * (draw.random(t.shape) < 0.1) for _ in range(MANY)]


def scenarios(shared: Path) -> Callable[[], object]:
    """Many scenarios of 31 × 40 with links, each a certified equilibrium."""
    from parley.trade.batch import solve_each

    base, rates = cache(links_31)(shared)
    return lambda: [eq.passes for eq in solve_each(base, rates, model=LINKS, deficits="balanced")]


def linked_81() -> Any:
    """The balanced 81 × 28 world with links."""
    from parley.trade.solve import balance
    from parley.world.read import read_world

    return balance(read_world("oecd-2022", links=True), model=LINKS)


def war(shared: Path) -> Callable[[], object]:
    """Exact Nash with links: 81 players, both starts and the check by deviations."""
    from parley.talks.game import nash

    return partial(nash, linked_81(), None, "full", model=LINKS, unions=())


def reply(shared: Path) -> Callable[[], object]:
    """One best reply with links: both starts and the check by deviations."""
    from parley.talks.game import respond

    return partial(respond, linked_81(), "USA", "full", model=LINKS, unions=())


def what_if(reading: str) -> Callable[[Path], Callable[[], object]]:
    """The core of a what-if: the law of its days, the two wedges of every cell, the move to the day before, and one solve."""

    def made(shared: Path) -> Callable[[], object]:
        from parley.scenario import baseline, scenario

        asked = scenario.read_scenario()
        if hasattr(asked, "reading"):  # trees before it read the law as written alone
            asked = asked.replaced(reading=reading)
        kept = [f for f in vars(baseline).values() if hasattr(f, "cache_clear") and f.__module__ == baseline.__name__]

        def run() -> object:
            for each in kept:
                each.cache_clear()  # what this process knows of worlds and cells: a new question has none of it
            held = baseline.calibrate(asked)
            return baseline.equilibrium_under(held, baseline.schedule_on(held, asked.on)).residual

        return run

    return made


def asked_anew(measure: str) -> Callable[[Path], Callable[[], object]]:
    """A what-if on the kept baseline under a rate that nobody has asked for: the law of its day made anew, and one solve."""

    def made(shared: Path) -> Callable[[], object]:
        from parley.scenario.baseline import equilibrium_under
        from parley.scenario.scenario import Change, read_scenario
        from parley.web.solver import baseline_and_law

        asked, draw = read_scenario(), Random()
        baseline_and_law(asked)

        def run() -> object:
            change = Change(set=measure, rate=draw.uniform(0.05, 0.5))
            return equilibrium_under(*baseline_and_law(asked.replaced(change=(change,)))).residual

        return run

    return made


def plain(model: str) -> Callable[[Path], Callable[[], object]]:
    """One solve under the default closure, 145 and 125 percent between two countries."""

    def made(shared: Path) -> Callable[[], object]:
        from bench_solve import war as rates

        from parley.trade.solve import solve
        from parley.world.read import read_world

        world = read_world("oecd-2022", links=model == LINKS)
        t = rates(world)
        return lambda: [solve(world, t, model=model).passes for _ in range(20)]

    return made


QUESTIONS: dict[str, tuple[str, float, Callable[[Path], Callable[[], object]]]] = {
    "scenarios": ("1,000 scenarios of 31 × 40 with links", 1000 / MANY, scenarios),
    "nash": ("exact Nash with links, 81 × 28, default call", 1.0, war),
    "reply": ("one best reply with links, 81 × 28, default call", 1.0, reply),
    "what_if": ("core of a what-if: law, two wedges, one solve", 1.0, what_if("statutory")),
    "what_if_paid": ("the same by duties paid", 1.0, what_if("paid")),
    "anew_one": ("a what-if never asked, on China alone", 1.0, asked_anew("us-ieepa-fentanyl-cn")),
    "anew_all": ("a what-if never asked, on everyone", 1.0, asked_anew("us-ieepa-reciprocal")),
    "plain": ("one solve, default closure, 81 × 28", 1 / 20, plain("armington")),
    "links": ("one solve with links, 81 × 28", 1 / 20, plain(LINKS)),
}


def answer(name: str, shared: Path) -> None:
    """Answers one question whenever a line comes in, with the processor seconds that it took."""
    sys.path.insert(0, str(HERE))
    run = QUESTIONS[name][2](shared)
    run()
    for _ in sys.stdin:
        began = time.process_time()
        run()
        print(time.process_time() - began, flush=True)


def opened(tree: Path, name: str, shared: Path, folder: str) -> subprocess.Popen[str]:
    """A process of a tree that answers a question; what it keeps, it keeps in a cache of this run's own."""
    given = {**os.environ, "PYTHONPATH": str(tree / "src"), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    given["PARLEY_CACHE"] = folder
    words = [sys.executable, str(Path(__file__).resolve()), str(tree), "--shared", str(shared), "--answer", name]
    return subprocess.Popen(words, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def taken(process: subprocess.Popen[str]) -> float:
    """The processor seconds of one more answer."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def compare(name: str, other: Path, shared: Path, runs: int) -> None:
    """Print one row: seconds of both trees, and the median ratio of the pairs."""
    words, per, _ = QUESTIONS[name]
    with TemporaryDirectory() as folder:
        trees = [opened(tree, name, shared, folder) for tree in (HERE.parent, other)]
        found = [[per * taken(process) for process in trees] for _ in range(runs)]
        for process in trees:
            process.communicate()
    ours, theirs = (statistics.median(x) for x in zip(*found, strict=True))
    ratio = statistics.median(a / b for a, b in found)
    print(f"{words:55} this {ours:8.4f} s  other {theirs:8.4f} s  ratio {ratio:.2f}", flush=True)


def main() -> None:
    """One row a question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", choices=("", *QUESTIONS))
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--answer", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        answer(asked.answer, asked.shared)
        return
    for name in [asked.only] if asked.only else QUESTIONS:
        compare(name, asked.other.resolve(), asked.shared.resolve(), asked.runs)


if __name__ == "__main__":
    main()
