"""Spark's plan, and rows a second on Spark and on DuckDB for the same query on the same file.

    python benchmarks/bench_spark.py 2000000 [--cores 2] [--claims]

Both engines write every row to Parquet with its duty and reason and sum by origin and month; each has run once
before, and the start and the law, which a run of 10,000 rows bears too, are taken off.
"""

from __future__ import annotations

import argparse
import os
import resource
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
    asked = parser.parse_args()
    from parley.law.shipments.run import Options, duties
    from parley.law.shipments.spark import duties_on_spark, operators, plan, session
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    spark = session(f"local[{asked.cores}]")
    with tempfile.TemporaryDirectory() as folder:
        small, file = f"{folder}/small.parquet", f"{folder}/in.parquet"
        write_shipments(10_000, Path(small), claims=asked.claims)
        write_shipments(asked.rows, Path(file), claims=asked.claims)
        found = operators(plan([small], spark=spark)[1], 110)
        print("\n".join(x for x in found if not x.startswith(("BroadcastExchange", "Scan ExistingRDD"))))
        options = Options(threads=asked.cores, gather_from=1 << 60)
        tell("duckdb", asked.rows, small, file, lambda f, out: duties([f], out, options=options), None)
        tell(
            "spark",
            asked.rows,
            small,
            file,
            lambda f, out: duties_on_spark([f], out, options=options, spark=spark),
            spark,
        )
    print(f"load {os.getloadavg()[0]:.1f}")
    spark.stop()


def tell(name: str, rows: int, small: str, file: str, run: Callable[[str, str], object], spark: Any) -> None:
    """The rows a second of an engine: the whole file less the ten thousand rows that bear the start and the law."""
    run(small, f"{small}.{name}-warm.parquet")
    first, whole = (timed(lambda f=f: run(f, f"{f}.{name}.parquet"), spark) for f in (small, file))
    seconds, cpu = whole[0] - first[0], whole[1] - first[1]
    print(f"{name}: {rows:,} rows beyond a run of 10,000: {seconds:.1f} s, {rows / seconds:,.0f} rows a second; "
          f"CPU {cpu:.1f} s, {rows / cpu:,.0f} rows a CPU second; the run of 10,000: {first[0]:.1f} s")  # fmt: skip


def timed(run: Callable[[], object], spark: Any) -> tuple[float, float]:
    """Wall and CPU seconds of a run; on Spark those of its process too."""
    start, cpu = time.perf_counter(), cpu_seconds(spark)
    run()
    return time.perf_counter() - start, cpu_seconds(spark) - cpu


def cpu_seconds(spark: Any) -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    jvm = 0.0
    if spark is not None:
        pid = spark._jvm.java.lang.ProcessHandle.current().pid()
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]  # user and system time
        jvm = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return own.ru_utime + own.ru_stime + jvm


if __name__ == "__main__":
    main()
