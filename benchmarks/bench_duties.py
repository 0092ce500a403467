"""Rows a second of `parley law duties`, and the ratio to naive SQL in the same run.

    python benchmarks/bench_duties.py [ROWS] [FOLDER]

Wall and CPU seconds are both given: on a busy machine the second is the steadier. "Naive" joins every line with every
measure by prefix, origin and day and picks the winner of each layer; it stacks nothing, so it is less than the question.
"""

from __future__ import annotations

import importlib.util
import resource
import sys
import tempfile
import time
from pathlib import Path

from parley.law.regime import read_regime
from parley.law.shipments.run import Options, duties

NAIVE_ROWS = 2_000


def generator():
    """builders/shipments.py as a module."""
    path = Path(__file__).parents[1] / "builders" / "shipments.py"
    spec = importlib.util.spec_from_file_location("shipments", path)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def timed(name: str, rows: int, run) -> float:
    """Prints rows a second; gives back wall seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{name:<28} {rows / wall / 1e6:8.3f} M rows/s   wall {wall:7.2f} s   CPU {cpu:7.2f} s   peak so far {peak:.2f} GB",
        flush=True,
    )
    return wall


def naive(path: Path, rows: int) -> None:
    """Lines × measures in plain SQL."""
    import duckdb

    measures = [m for m in read_regime(authority="USA").measures if m.products]
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE m (id INTEGER, layer VARCHAR, rank INTEGER, rate DOUBLE, prefix VARCHAR, origin VARCHAR, a DATE, b DATE)"
    )
    for n, m in enumerate(measures):
        for prefix in m.products:
            for origin in m.origins:
                con.execute("INSERT INTO m VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                            [n, m.key, m.rank, m.rate or 0.0, prefix.strip("*"), origin, m.start, m.end])  # fmt: skip
    con.execute(f"""SELECT sum(value * rate) FROM (SELECT l.value, m.rate, row_number() OVER (PARTITION BY l.id, m.layer
 ORDER BY m.rank DESC, m.rate DESC) AS place FROM (SELECT * FROM '{path}' LIMIT {rows}) l JOIN m ON starts_with(l.product, m.prefix)
 AND m.origin IN ('*', l.origin) AND l.entry_date >= m.a AND (m.b IS NULL OR l.entry_date < m.b)) WHERE place = 1""").fetchall()


def main(rows: int, folder: Path) -> None:
    """Aggregate, write Parquet, CSV to totals, CSV to CSV; then the naive query."""
    parquet, text = folder / "shipments.parquet", folder / "shipments.csv"
    write = generator().write_shipments
    write(rows, parquet)
    write(rows, text)
    options = Options()
    with tempfile.TemporaryDirectory(dir=folder) as out:
        fast = timed("Parquet, totals", rows, lambda: duties([str(parquet)], options=options))
        timed("Parquet to Parquet", rows, lambda: duties([str(parquet)], f"{out}/o.parquet", options=options))
        timed("CSV, totals", rows, lambda: duties([str(text)], options=options))
        timed("CSV to CSV", rows, lambda: duties([str(text)], f"{out}/o.csv", options=options))
    slow = timed("naive SQL", NAIVE_ROWS, lambda: naive(parquet, NAIVE_ROWS))
    print(f"ratio to naive SQL, row for row: {(slow / NAIVE_ROWS) / (fast / rows):,.0f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(home)
        )
