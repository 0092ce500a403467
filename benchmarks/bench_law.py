"""Times of the law room: python benchmarks/bench_law.py [--runs 20] [--sample 400].

One product explained, warm (goal 5 ms); `parley law rate` from a cold start (0.4 s); one day of every line from every
origin, compiled (2 s); the full panel of 2025, every line × every origin × every day, as rule sets (10 s, 2 GB). The
same run explains a sample of the panel's cells one by one, checks that both agree, and says how much longer the naive
loop would take.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from parley.codes import countries
from parley.law.compiled import compile_rates
from parley.law.panel import Panel, compile_panel
from parley.law.regime import Regime, read_regime

DAY = date(2025, 5, 2)
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
SMARTPHONE = "8517130000"
AGREE = 1e-12  # both sides are sums of the same few decimal rates


def timed(what: str, run: Callable[[], object], runs: int, goal: float) -> None:
    """Print the best and the median time of a call in milliseconds, beside its goal."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - began))
    print(f"{what:<58} best {min(times):8.1f}  median {statistics.median(times):8.1f} ms  goal {1000 * goal:,.0f} ms")


def processor_time() -> float:
    """Seconds of processor time of all processes that ended so far: what a busy machine does not change."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cold_rate() -> None:
    """`parley law rate` in a process of its own."""
    asked = ["law", "rate", SMARTPHONE, "--origin", "CHN", "--on", str(DAY), "--json"]
    subprocess.run([sys.executable, "-m", "parley.cli.main", *asked], check=True, stdout=subprocess.DEVNULL)


def memory() -> float:
    """Largest resident memory of this process so far, in gigabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def naive(regime: Regime, panel: Panel, size: int) -> tuple[float, float, int]:
    """Seconds a cell of the naive loop and of the panel, and how many cells disagree, on random cells."""
    draw, took = random.Random(2025), [0.0, 0.0]
    wrong = 0
    for _ in range(size):
        on = YEAR[0] + timedelta(draw.randrange(panel.days))
        k = next(k for k, p in enumerate(panel.periods) if p.start <= on < p.end)
        product = draw.choice(panel.periods[k].table.edition.codes)
        origin = draw.choice(panel.origins)
        began = time.perf_counter()
        found = regime.explain(product, origin, panel.destination, on)
        between = time.perf_counter()
        cell = panel.cell(product, origin, on)
        took = [took[0] + between - began, took[1] + time.perf_counter() - between]
        wrong += not all(_same(a, b) for a, b in zip(cell, (found.base_rate, found.added_rate), strict=True))
    return took[0] / size, took[1] / size, wrong


def _same(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else abs(a - b) <= AGREE


def main() -> None:
    """Print every time, the ratio to the naive loop and the memory; exit 1 where panel and definition disagree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--sample", type=int, default=400)
    asked = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    regime = read_regime()
    origins = [c for c in countries() if c not in ("USA", "EUU")]
    regime.explain(SMARTPHONE, "CHN", "USA", DAY)
    timed("explain one product, warm", lambda: regime.explain(SMARTPHONE, "CHN", "USA", DAY), asked.runs, 0.005)
    before = processor_time()
    timed("parley law rate --json, cold start", cold_rate, 5, 0.4)
    print(f"{'  its processor time, mean':<58} {1000 * (processor_time() - before) / 5:8.1f} ms")
    timed("compile one day, first call", lambda: compile_rates(regime, "USA", origins, DAY), 1, 2)
    timed(
        f"compile one day, every line × {len(origins)} origins",
        lambda: compile_rates(regime, "USA", origins, DAY),
        5,
        2,
    )
    began = time.perf_counter()
    panel = compile_panel(regime, "USA", origins, *YEAR)
    seconds = time.perf_counter() - began
    sets = sum(len(p.table.stacks) for p in panel.periods)
    print(f"{'full panel of 2025, compiled':<58} {seconds:.2f} s  goal 10 s")
    print(
        f"  {panel.cells:,} cells in {len(panel.periods)} periods, {sets:,} rule sets, {panel.size / 1e6:.1f} MB of arrays"
    )
    slow, fast, wrong = naive(regime, panel, asked.sample)
    print(f"  one cell: naive {1e6 * slow:,.0f} µs, compiled {1e6 * fast:,.1f} µs; {wrong} of {asked.sample} disagree")
    print(
        f"  naive loop over the panel: {slow * panel.cells / 86400:,.0f} days, {slow * panel.cells / seconds:,.0f} times as long"
    )
    print(f"  largest memory {memory():.2f} GB  goal 2 GB")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
