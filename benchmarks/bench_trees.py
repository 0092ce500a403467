"""Whole commands of this tree beside those of another checkout, in turn: CPU seconds, medians and the ratio pair by pair.

Run: python benchmarks/bench_trees.py OTHER_CHECKOUT [--runs 7]      (git worktree add OTHER_CHECKOUT COMMIT makes one)
     python benchmarks/bench_trees.py OTHER_CHECKOUT --only brief [--fresh | --without starts] [--threads 1]

Each tree keeps a cache of its own, warmed by one run that is not counted; --fresh: an empty one for every run, as on a first
run. --without: one folder of the caches is emptied before every run, which shows what it saves. --threads: OMP_NUM_THREADS of
both; without it both choose for themselves. Figures in docs are ratios: machines differ.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parents[1]
COMMANDS = (
    "law rate 8517.13.00.00 --origin CHN --on 2025-05-02 --json",
    "law average --origin CHN --on 2025-05-02 --json",
    "law timeline --origin CHN --since 2025-01-01 --until 2025-12-31 --json",
    "trade solve --no-ranges --json",
    "talks grid --json",
    "brief --out brief",
)


def seconds(tree: Path, command: str, cache: str, threads: str) -> float:
    """CPU seconds of one run, children included."""
    given = {**os.environ, "PYTHONPATH": str(tree / "src"), "PARLEY_CACHE": cache}
    given |= {"OMP_NUM_THREADS": threads} if threads else {}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-m", "parley.cli.main", *command.split()]
    kept_apart = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": cache}
    subprocess.run(words, env=given, check=True, **kept_apart)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pairs(other: Path, command: str, runs: int, fresh: bool, without: str, threads: str) -> list[tuple[float, float]]:
    """CPU seconds of this tree and of the other, run by run; the first warms the caches, and is not among them."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs + 1):
            caches = [Path(folder, name, str(run) if fresh else "kept") for name in ("this", "other")]
            for cache in caches:
                cache.mkdir(parents=True, exist_ok=True)
                if without:
                    shutil.rmtree(cache / without, ignore_errors=True)
            found.append(tuple(seconds(tree, command, str(cache), threads)
                               for tree, cache in zip((HERE, other), caches, strict=True)))  # fmt: skip
    return found[1:]


def main() -> None:
    """One row a command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", default="", help="commands that start so")
    parser.add_argument("--fresh", action="store_true", help="an empty cache for every run")
    parser.add_argument(
        "--without", default="", help="a folder of the caches, such as starts, emptied before every run"
    )
    parser.add_argument("--threads", default="", help="OMP_NUM_THREADS of both")
    asked = parser.parse_args()
    for command in (c for c in COMMANDS if c.startswith(asked.only)):
        found = pairs(asked.other.resolve(), command, asked.runs, asked.fresh, asked.without, asked.threads)
        ours, theirs = (statistics.median(x) for x in zip(*found, strict=True))
        ratio = statistics.median(a / b for a, b in found)
        print(f"{command:70} this {ours:.3f}  other {theirs:.3f}  ratio {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
