"""Killed at any moment, then run again: the same bytes. A file of nothing but bad rows ends in as many reasons."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import duckdb
import pytest

from drawn import drawn
from parley.law.shipments.run import Options, duties

RUN = """
import sys
from parley.law.shipments.run import Options, duties
options = Options(threads=1, piece_bytes=20_000, piece_rows=2_000)
duties([sys.argv[1]], sys.argv[2], options=options)
"""
KINDS = [
    ("csv", "csv"),
    ("csv", "parquet"),
    ("parquet", "parquet"),
    ("parquet", "csv"),
]  # of a source and of what is written
KILLS = int(os.environ.get("PARLEY_KILLS", "3"))  # random moments for each kind of file
HEAD = "id,product,origin,entry_date,value\n"


def write_file(path: Path, rows: int) -> None:
    """Rows of which every seventh has no duty."""
    lines = (
        f"{n},{'9503000073' if n % 7 else '9503'},CHN,2025-05-0{1 + n % 9},{n}.{n % 100:02}\n"
        for n in range(1, rows + 1)
    )
    path.write_text(HEAD + "".join(lines))


def killed(source: Path, out: Path, after: float, log: Path) -> bool:
    """Runs, and kills −9 after some seconds; whether the run was still going."""
    with log.open("ab") as stream:
        process = subprocess.Popen([sys.executable, "-c", RUN, str(source), str(out)], stdout=stream, stderr=stream)
        try:
            process.wait(after)
            assert process.returncode == 0, log.read_text()
            return False
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            return True


def bytes_of(out: Path) -> tuple[bytes, bytes]:
    return out.read_bytes(), out.with_name(out.name + ".rejects.csv").read_bytes()


@pytest.mark.slow
def test_killed_at_any_moment_and_resumed_the_bytes_are_the_same(tmp_path: Path) -> None:
    source, log = tmp_path / "in.csv", tmp_path / "log"
    write_file(source, 30_000)
    whole, out = tmp_path / "whole.csv", tmp_path / "out.csv"
    assert not killed(source, whole, 600, log)  # the first run also compiles the law, which is kept: time the second
    start = time.monotonic()
    assert not killed(source, tmp_path / "again.csv", 600, log)
    took, kills = time.monotonic() - start, 0
    for step in range(1, 40):  # each run goes on where the last one was cut off, and may live a little longer
        if not killed(source, out, took * (0.2 + 0.04 * step), log) or out.exists():
            break  # it ended, or was killed on its way out: either way what stands is whole
        kills += 1
    assert kills > 0
    if Path(f"{out}.parley-work").exists():
        assert not killed(source, out, 600, log)
    assert bytes_of(out) == bytes_of(whole) == bytes_of(tmp_path / "again.csv")
    for name in ("again.csv", "again.csv.rejects.csv"):
        (tmp_path / name).unlink()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "log") == sorted(
        ["in.csv", "out.csv", "out.csv.rejects.csv", "whole.csv", "whole.csv.rejects.csv"]
    )


@pytest.mark.slow
@pytest.mark.parametrize(("source_kind", "kind"), drawn(KINDS, 2))
def test_killed_at_random_moments_the_next_run_ends_in_the_same_bytes(
    source_kind: str, kind: str, tmp_path: Path
) -> None:
    source, log, draw = tmp_path / f"in.{source_kind}", tmp_path / "log", Random(KILLS)
    write_file(tmp_path / "in.csv", 30_000)
    if source_kind == "parquet":
        duckdb.sql(f"COPY (SELECT * REPLACE (CAST(product AS VARCHAR) AS product) FROM '{tmp_path / 'in.csv'}') "
                   f"TO '{source}' (ROW_GROUP_SIZE 2048)")  # fmt: skip
    whole = tmp_path / f"whole.{kind}"
    assert not killed(source, whole, 600, log)  # compiles the law, which is kept: time the second
    start = time.monotonic()
    assert not killed(source, tmp_path / f"again.{kind}", 600, log)
    took, kills, resumed = time.monotonic() - start, 0, 0
    for number in range(KILLS):
        out, cut = tmp_path / f"out-{number}.{kind}", 0
        while cut < 5 and killed(source, out, took * draw.uniform(0.3, 1.0), log):
            cut += 1
        took *= 1.0 if cut else 0.8  # the machine is faster now than it was
        resumed += cut > 0 and not out.exists()
        assert not killed(source, out, 600, log)
        assert bytes_of(out) == bytes_of(whole), f"cut off {cut} times"
        kills += cut
    print(f"{source_kind} to {kind}: {kills} kills in {KILLS} runs, {resumed} of which were resumed")
    assert kills > 0
    assert not [
        p.name
        for p in tmp_path.iterdir()
        if p.name.split(".")[0] not in ("in", "log", "whole", "again", *(f"out-{n}" for n in range(KILLS)))
    ]


@pytest.mark.slow
def test_an_interrupted_run_goes_on_from_its_last_piece(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    write_file(source, 600)
    options = Options(threads=1, piece_bytes=8_000)
    whole = duties([str(source)], tmp_path / "whole.csv", options=options)

    class Stop(Exception):
        pass

    def stop(rows: int, *_: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        duties([str(source)], tmp_path / "out.csv", options=options, progress=stop)
    again = duties([str(source)], tmp_path / "out.csv", options=options)
    assert again.resumed_rows > 0
    assert (again.rows, again.rejected, again.duty_total) == (whole.rows, whole.rejected, whole.duty_total)
    assert bytes_of(tmp_path / "out.csv") == bytes_of(tmp_path / "whole.csv")


@pytest.mark.slow
def test_a_million_bad_rows_of_parquet_end_in_a_million_reasons(tmp_path: Path) -> None:
    duckdb.sql(f"""COPY (SELECT k AS id, CASE WHEN k % 5 = 0 THEN '95' ELSE '9503000073' END AS product,
 CASE WHEN k % 5 = 1 THEN 'Chinna' ELSE 'CHN' END AS origin, CASE WHEN k % 5 = 2 THEN '2025-02-30' ELSE '2025-05-02' END AS entry_date,
 CASE WHEN k % 5 = 3 THEN -1.0 WHEN k % 5 <> 4 THEN 1.0 END AS value FROM range(1000000) t(k))
 TO '{tmp_path / "in.parquet"}'""")
    options = Options(threads=2)
    found = duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=options)
    assert (found.rows, found.rejected, sum(found.by_reason.values())) == (1_000_000,) * 3
    assert set(found.by_reason.values()) == {200_000, 400_000}  # two of the five have no value that is one
    con = duckdb.connect()
    rows = con.execute(f"SELECT row FROM read_csv('{tmp_path / 'out.parquet.rejects.csv'}')").fetchnumpy()["row"]
    assert list(rows) == list(range(1, 1_000_001))
    held = con.execute(f"SELECT count(reject_reason), count(duty) FROM '{tmp_path / 'out.parquet'}'").fetchall()
    assert held == [(1_000_000, 0)]


@pytest.mark.slow
def test_a_million_bad_rows_end_in_a_million_reasons(tmp_path: Path) -> None:
    kinds = ("95,CHN,2025-05-02,1", "9503000073,Chinna,2025-05-02,1", "9503000073,CHN,2025-02-30,1",
             "9503000073,CHN,2025-05-02,none", "9503000073,CHN,2025-05-02")  # fmt: skip
    (tmp_path / "in.csv").write_text(HEAD + "".join(f"{n},{kinds[n % 5]}\n" for n in range(1_000_000)))
    found = duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(threads=2))
    assert (found.rows, found.rejected) == (1_000_000, 1_000_000)
    with (tmp_path / "out.csv.rejects.csv").open("rb") as stream:
        next(stream)
        rows = [int(line.split(b",", 2)[1]) for line in stream]
    assert rows == list(range(1, 1_000_001))
    assert sum(found.by_reason.values()) == 1_000_000
