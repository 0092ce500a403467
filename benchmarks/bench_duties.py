"""Rows a second of `parley law duties`, and the ratio to naive SQL in the same run.

    python benchmarks/bench_duties.py [ROWS] [FOLDER]

Each run is a process of its own, so that its peak memory is its own. The last two take the Parquet file ten times.

Wall and CPU seconds are both given: on a busy machine the second is the steadier. "Naive" joins every line with every
measure by prefix, origin and day and picks the winner of each layer; it stacks nothing, so it is less than the question.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from parley.law.regime import read_regime
from parley.law.shipments.run import duties

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


def run(name: str, inputs: list[Path], out: Path | None = None) -> float:
    """Prints rows a second of a run in a process of its own; gives back wall seconds a row."""
    code = f"from bench_duties import one; one({[str(p) for p in inputs]!r}, {str(out or '')!r})"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    rows, wall, cpu, peak = map(float, told.stdout.split())
    print(
        f"{name:<28} {rows / wall / 1e6:8.3f} M rows/s   wall {wall:7.2f} s   CPU {cpu:7.2f} s   peak {peak:.2f} GB",
        flush=True,
    )
    return wall / rows


def one(inputs: list[str], out: str) -> None:
    """Prints rows, wall and CPU seconds of the faster of two runs, and the peak memory in GB."""
    best = (float("inf"), 0.0, 0)
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        rows = duties(inputs, out or None).rows
        best = min(best, (time.perf_counter() - wall, time.process_time() - cpu, rows))
    peak = next(
        x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM")
    )  # this process's own
    print(best[2], best[0], best[1], int(peak.split()[1]) / 1e6)


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
    with tempfile.TemporaryDirectory(dir=folder) as home:
        out = Path(home)
        copies = [out / f"{k}.parquet" for k in range(10)]
        for copy in copies:
            copy.hardlink_to(parquet)
        fast = run("Parquet, totals", [parquet])
        run("Parquet to Parquet", [parquet], out / "o.parquet")
        run("CSV, totals", [text])
        run("CSV to CSV", [text], out / "o.csv")
        run("Parquet ten times, totals", copies)
        run("Parquet ten times, written", copies, out / "ten.parquet")
    start = time.perf_counter()
    naive(parquet, NAIVE_ROWS)
    print(f"ratio to naive SQL, row for row: {(time.perf_counter() - start) / NAIVE_ROWS / fast:,.0f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(home)
        )
