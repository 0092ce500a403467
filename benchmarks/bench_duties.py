"""Rows a second of `parley law duties` as the table of docs/shipments.md, beside another checkout's in the same run if one is named.

    python benchmarks/bench_duties.py [ROWS] [--folder FOLDER] [--beside CHECKOUT] [--times 10] [--naive] [--bare]

Each run is a process of its own, so that its peak memory is its own; the faster of two is given. The law is in the cache.
CPU seconds are the steadier on a busy machine. --times: a last pair of lines takes the Parquet file so many times.
--bare: of the written text with faults alone; what it takes where duties are given, as an earlier run found them, and where no line
is judged: a text is read, cut into columns, and written with an empty column behind each line.
--naive: the ratio to joining every line with every measure in plain SQL, which stacks nothing: less than the question.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

NAIVE_ROWS = 2_000
PROCESSES = 3
SAID = {
    "clean.parquet": "Parquet",
    "clean.csv": "CSV",
    "faults.csv": "CSV, 1 % faulty",
    "claims.csv": "CSV with claims",
}
HERE = Path(__file__).parents[1]
UNJUDGED = """
from parley.law.shipments import results, run
from parley.law.shipments.read import repeated
from parley.law.shipments.totals import Sums

def unjudged(self, number, piece):
    rows = self.reader.read(piece)
    part = self.out.made(piece, rows, [[repeated(None, len(batch))] for batch in rows.batches])
    return run.Done([Sums.none(rows.count)], results.refused_lines([], rows), part, [])

run.Writer.judge = unjudged
"""
GIVEN = """
import threading
from parley.law.shipments import run

known, here, judge, whole = {}, threading.local(), run.judge, run.Writer.judge

def given(law, batch):
    here.batch += 1
    place = here.piece, here.batch
    if place not in known:
        known[place] = judge(law, batch)
    return known[place]

def piece_by_piece(self, number, piece):
    here.piece, here.batch = number, 0
    return whole(self, number, piece)

run.judge, run.Writer.judge = given, piece_by_piece
"""
ONE = """
import json, sys, time
from pathlib import Path
from parley.law.shipments.run import duties
inputs, out = json.loads(sys.argv[1]), sys.argv[2] or None
best = (float("inf"), 0.0)
for _ in range(2):
    wall, cpu = time.perf_counter(), time.process_time()
    found = duties(inputs, out)
    best = min(best, (time.process_time() - cpu, time.perf_counter() - wall))
peak = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
print(json.dumps([found.rows, found.rejected, found.duty_total, best[1], best[0], int(peak.split()[1]) / 1e6]))
"""


class Run(NamedTuple):
    """What a run came to: rows, rows without a duty, dollars; wall and CPU seconds; peak memory in GB."""

    rows: int
    rejected: int
    duty: float
    wall: float
    cpu: float
    peak: float


def generator():
    """builders/shipments.py as a module."""
    spec = importlib.util.spec_from_file_location("shipments", HERE / "builders" / "shipments.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def run(checkout: Path, inputs: Sequence[Path], out: Path | None, before: str = "") -> Run:
    """A run by a checkout's source. before: code that runs first."""
    told = subprocess.run(
        [sys.executable, "-c", before + ONE, json.dumps([str(p) for p in inputs]), str(out or "")],
        env={**os.environ, "PYTHONPATH": str(checkout / "src")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Run(*json.loads(told.stdout))


def line(name: str, inputs: Sequence[Path], out: Path | None, beside: Path | None) -> None:
    """A line of the table; with another checkout its seconds, by the clock and of CPU, and how many times as many they are."""
    made = run(HERE, inputs, out)
    cells = [
        name,
        f"{made.rows / made.wall / 1e6:.1f}",
        f"{made.wall:.1f} s",
        f"{made.cpu:.1f} s",
        f"{made.peak:.2f} GB",
    ]
    if beside:
        other = run(beside, inputs, out)
        assert made[:2] == other[:2], (made, other)
        assert abs(made.duty - other.duty) < 0.01, (made, other)
        cells += [
            f"{other.wall:.1f} s",
            f"{other.wall / made.wall:.1f}",
            f"{other.cpu:.1f} s",
            f"{other.cpu / made.cpu:.1f}",
        ]
    print("| " + " | ".join(cells) + " |", flush=True)


def bare(rows: int, folder: Path, beside: Path | None) -> None:
    """A written text with faults, in the ways of this checkout, and by the other: the best of several processes."""
    text, out = folder / f"{rows}-faults.csv", folder / "bare.csv"
    if not text.exists():
        generator().write_shipments(rows, text, faults=0.01)
    ways = {"judged": (HERE, ""), "duties given": (HERE, GIVEN), "not judged": (HERE, UNJUDGED)} | (
        {"before": (beside, "")} if beside else {}
    )
    for name, (checkout, code) in ways.items():
        made = min((run(checkout, [text], out, code) for _ in range(PROCESSES)), key=lambda r: r.wall)
        print(f"{name}: {made.wall:.2f} s, CPU {made.cpu:.2f} s", flush=True)


def naive(path: Path, rows: int) -> float:
    """Seconds a row of lines × measures in plain SQL."""
    import duckdb

    from parley.law.regime import read_regime

    measures = [m for m in read_regime(authority="USA").measures if m.products]
    con, start = duckdb.connect(), time.perf_counter()
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
    return (time.perf_counter() - start) / rows


def main(rows: int, folder: Path, beside: Path | None, times: int) -> None:
    """Totals and rows written, of Parquet and of text: clean, one in a hundred faulty, with claims."""
    write, files = generator().write_shipments, {}
    for name, more in (
        ("clean.parquet", {}),
        ("clean.csv", {}),
        ("faults.csv", {"faults": 0.01}),
        ("claims.csv", {"claims": True}),
    ):
        files[name] = folder / f"{rows}-{name}"
        if not files[name].exists():
            write(rows, files[name], **more)
    print(
        "| from, to | million rows a second | wall | CPU | peak memory |"
        + (" wall before | times | CPU before | times |" if beside else "")
    )
    print("|---|---|---|---|---|" + ("---|---|---|---|" if beside else ""))
    with tempfile.TemporaryDirectory(dir=folder) as home:
        for name, said in SAID.items():
            line(f"{said}, totals", [files[name]], None, beside)
            out = Path(home, f"out{files[name].suffix}")
            line(f"{said} to {'Parquet' if out.suffix == '.parquet' else 'CSV'}", [files[name]], out, beside)
        copies = [Path(home, f"{k}.parquet") for k in range(times)]
        for copy in copies:
            copy.hardlink_to(files["clean.parquet"])
        if copies:
            line(f"Parquet {times} times, totals", copies, None, beside)
            line(f"Parquet {times} times, written", copies, Path(home, "many.parquet"), beside)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--bare", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        place = asked.folder or Path(own)
        (bare(asked.rows, place, asked.beside) if asked.bare else main(asked.rows, place, asked.beside, asked.times))
        if asked.naive:
            print(
                f"naive SQL: {naive(place / f'{asked.rows}-clean.parquet', NAIVE_ROWS) * 1e6:,.0f} microseconds a row"
            )
