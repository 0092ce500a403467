"""Rows a second on Spark and locally for the same file.

    python benchmarks/bench_spark.py 2000000 [--cores 2] [--claims] [--beside CHECKOUT] [--bare]

Both write every row to Parquet with its duty and reason and sum by origin and month; each has run once before, and the
start and the law, which a run of 10,000 rows bears too, are taken off. CPU seconds are those of Python, Java and the
Python processes that Java starts. --beside: whole runs, each in a process of its own from Spark's start on, by this checkout and
by another; a run of a thousand rows before it fills the cache of the law.
--bare: what Spark itself takes to read such rows, pass them through Python as they are, and write them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "builders"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--claims", action="store_true")
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("FILE", "OUT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(*asked.one, asked.cores)
        return
    if asked.bare:
        bare(asked.rows, asked.cores, asked.claims)
        return
    if asked.beside:
        beside(asked.rows, asked.beside, asked.cores, asked.claims)
        return
    from parley.law.shipments.run import Options, duties
    from parley.law.shipments.spark import duties_on_spark, session
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    spark = session(f"local[{asked.cores}]")
    options = Options(threads=asked.cores)
    with tempfile.TemporaryDirectory() as folder:
        small, file = f"{folder}/small.parquet", f"{folder}/in.parquet"
        write_shipments(10_000, Path(small), claims=asked.claims)
        write_shipments(asked.rows, Path(file), claims=asked.claims)
        ours = tell("local", asked.rows, small, file, lambda f, out: duties([f], out, options=options), None)
        theirs = tell("spark", asked.rows, small, file, lambda f, out: duties_on_spark([f], out, spark=spark), spark)
    assert ours == theirs, (ours, theirs)
    print(f"load {os.getloadavg()[0]:.1f}")
    spark.stop()


def one(file: str, out: str, cores: int) -> None:
    """A whole run, Spark's start included: rows, duty, wall and CPU seconds of all and of the start, as JSON."""
    start = time.perf_counter()
    from parley.law.shipments.spark import duties_on_spark, session

    spark = session(f"local[{cores}]")
    begun = time.perf_counter() - start, cpu_seconds(spark)
    found = duties_on_spark([file], out, spark=spark)
    print(json.dumps([found.rows, found.duty_total, time.perf_counter() - start, cpu_seconds(spark), *begun]))
    spark.stop()


def bare(rows: int, cores: int, claims: bool) -> None:
    """What a run would take if duties took nothing: rows read, passed through Python unchanged, and written."""
    from parley.law.shipments.spark import session
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    with tempfile.TemporaryDirectory() as folder:
        write_shipments(rows, Path(f"{folder}/in.parquet"), claims=claims)
        spark = session(f"local[{cores}]")
        begun, frame = cpu_seconds(spark), spark.read.parquet(f"{folder}/in.parquet")
        frame.mapInArrow(lambda batches: batches, frame.schema).write.parquet(f"{folder}/out.parquet")
        print(f"bare: {rows:,} rows, CPU {cpu_seconds(spark):.1f} s, of which Spark's start {begun:.1f} s")
        spark.stop()


def beside(rows: int, checkout: Path, cores: int, claims: bool) -> None:
    """Whole runs by this checkout and by another, and how many times as fast this one is."""
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    made: list[tuple[int, float, float, float, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (1_000, rows):
            write_shipments(count, Path(f"{folder}/{count}.parquet"), claims=claims)
        for k, tree in enumerate((Path(__file__).parents[1], checkout)):
            for count in (1_000, rows):
                words = [
                    __file__,
                    str(count),
                    "--cores",
                    str(cores),
                    "--one",
                    f"{folder}/{count}.parquet",
                    f"{folder}/{k}-{count}.parquet",
                ]
                env = {**os.environ, "PYTHONPATH": str(tree / "src")}
                told = subprocess.run(
                    [sys.executable, *words], env=env, capture_output=True, text=True, check=True
                ).stdout
            made.append(tuple(json.loads(told.strip().splitlines()[-1])))
    for name, run in zip(("here", str(checkout)), made, strict=True):
        _, _, wall, cpu, start, start_cpu = run
        print(
            f"{name}: {rows:,} rows, CPU {cpu:.1f} s, of which Spark's start {start_cpu:.1f} s; wall {wall:.1f} s, start {start:.1f} s"
        )
    here, other = made
    assert here[:2] == other[:2], made
    run_cpu, run_wall = (other[3] - other[5]) / (here[3] - here[5]), (other[2] - other[4]) / (here[2] - here[4])
    print(f"times as fast: CPU {other[3] / here[3]:.1f} with the start, {run_cpu:.1f} without; "
          f"wall {other[2] / here[2]:.1f} and {run_wall:.1f}; load {os.getloadavg()[0]:.1f}")  # fmt: skip


def tell(
    name: str, rows: int, small: str, file: str, run: Callable[[str, str], Any], spark: Any
) -> tuple[int, int, float]:
    """The rows a second of an engine: the whole file less the ten thousand rows that bear the start and the law. Gives back
    rows, those without a duty, and the duty."""
    run(small, f"{small}.{name}-warm.parquet")
    found = [timed(lambda f=f: run(f, f"{f}.{name}.parquet"), spark) for f in (small, file)]
    (wall, cpu, _), (wall_all, cpu_all, told) = found
    seconds, cpu_seconds = wall_all - wall, cpu_all - cpu
    print(f"{name}: {rows:,} rows beyond a run of 10,000: {seconds:.1f} s, {rows / seconds:,.0f} rows a second; "
          f"CPU {cpu_seconds:.1f} s, {rows / cpu_seconds:,.0f} rows a CPU second; the run of 10,000: {wall:.1f} s")  # fmt: skip
    return told.rows, told.rejected, told.duty_total


def timed(run: Callable[[], Any], spark: Any) -> tuple[float, float, Any]:
    """Wall and CPU seconds of a run, and what it gave."""
    start, cpu = time.perf_counter(), cpu_seconds(spark)
    made = run()
    return time.perf_counter() - start, cpu_seconds(spark) - cpu, made


def cpu_seconds(spark: Any) -> float:
    """Of this process, and of Spark's and all that it started."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    java = 0.0 if spark is None else of_tree(spark._jvm.java.lang.ProcessHandle.current().pid())
    return own.ru_utime + own.ru_stime + java


def of_tree(pid: int) -> float:
    """CPU seconds of a process and of those that it started, also of those that have ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        children = {c for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()}
    except OSError:  # it has ended in the meantime
        return 0.0
    return sum(map(int, told)) / os.sysconf("SC_CLK_TCK") + sum(of_tree(int(c)) for c in children)


if __name__ == "__main__":
    main()
