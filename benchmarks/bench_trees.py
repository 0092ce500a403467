"""Whole commands of this tree beside those of another checkout, in turn: CPU seconds, medians and the ratio pair by pair.

Run: python benchmarks/bench_trees.py OTHER_CHECKOUT [--runs 7]      (git worktree add OTHER_CHECKOUT COMMIT makes one)

Each tree keeps a cache of its own, warmed by one run that is not counted. Figures in docs are ratios: machines differ.
"""

from __future__ import annotations

import argparse
import os
import resource
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
)


def seconds(tree: Path, command: str, cache: str) -> float:
    """CPU seconds of one run, children included."""
    given = {**os.environ, "PYTHONPATH": str(tree / "src"), "PARLEY_CACHE": cache}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-m", "parley.cli.main", *command.split()]
    subprocess.run(words, env=given, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """One row a command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        for command in COMMANDS:
            pairs = [(seconds(HERE, command, one), seconds(asked.other, command, two)) for _ in range(asked.runs + 1)][
                1:
            ]  # the first warms the caches
            ours, theirs = (statistics.median(x) for x in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"{command:70} this {ours:.3f}  other {theirs:.3f}  ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
