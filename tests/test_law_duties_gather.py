"""The fast way for Parquet (gather) gives what the query gives: rows, rejects, sums, whatever the file holds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from random import Random

import duckdb
import pytest

from law_worlds import draw_world
from parley.law.regime import Regime
from parley.law.shipments.parquet_join import join_parquet
from parley.law.shipments.run import Options, duties
from parley.law.shipments.totals import Report

pytest.importorskip("pyarrow")
FAST, FULL = Options(threads=2, gather_from=1, piece_rows=4_000), Options(threads=2, gather_from=1 << 60)


pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))


def write_lines(path: Path, rows: int, days: str = "DATE") -> None:
    """Lines good and bad: unknown codes and countries, no value, days before and beyond, duties by quantity, origins of column 2."""
    duckdb.sql(f"""COPY (SELECT k AS id,
 CASE k % 11 WHEN 0 THEN '0201.10.05.10' WHEN 1 THEN '9999999999' WHEN 2 THEN NULL WHEN 3 THEN '0805.10.00.20' WHEN 4 THEN ' 6109100012'
 ELSE (['8517130000', '8703230190', '9503000073', '7210490091', '6109100012'])[1 + k % 5] END AS product,
 (['CHN', 'DEU', 'Canada', 'MEX', 'RUS', 'JPN', 'KOR', 'Narnia', 'USA', 'cuba', NULL])[1 + (k * 7) % 11] AS origin,
 CAST(DATE '2024-12-20' + CAST((k * 13) % 700 AS INTEGER) * CASE WHEN k % 97 = 0 THEN 20 WHEN k % 89 = 0 THEN -9 ELSE 1 END
 AS {days}) AS entry_date,
 CASE WHEN k % 53 = 0 THEN -1.0 WHEN k % 59 = 0 THEN NULL WHEN k % 61 = 0 THEN 3e9 ELSE round((k * 7919 % 1000003) / 7.0, 2) END AS value,
 CASE WHEN k % 3 <> 0 THEN k % 50 + 0.5 END AS quantity, 'line ' || k AS note FROM range(1, {rows + 1}) t(k))
 TO '{path}' (ROW_GROUP_SIZE 2048)""")


def rows_of(path: Path) -> list[tuple]:
    return duckdb.connect().execute(f"SELECT * FROM read_parquet('{path}')").fetchall()


def told(found: Report) -> Report:
    return replace(found, seconds=0.0, out="", rejects="")


def both(source: Path, folder: Path, regime: Regime | None = None, fast: Options = FAST, full: Options = FULL) -> None:
    """Written and summed both ways: the same rows in the same order, rejects, reasons and totals."""
    one = duties([str(source)], folder / "fast.parquet", regime=regime, options=fast)
    two = duties([str(source)], folder / "full.parquet", regime=regime, options=full)
    assert told(one) == told(two)
    assert rows_of(folder / "fast.parquet") == rows_of(folder / "full.parquet")
    kinds = [duckdb.sql(f"DESCRIBE SELECT * FROM '{folder / n}.parquet'").fetchall() for n in ("fast", "full")]
    assert kinds[0] == kinds[1]
    rejects = [folder / f"{n}.parquet.rejects.csv" for n in ("fast", "full")]
    assert [p.exists() for p in rejects] == [two.rejected > 0] * 2
    assert not two.rejected or rejects[0].read_bytes() == rejects[1].read_bytes()
    sums = duties([str(source)], regime=regime, options=fast)
    assert told(sums) == replace(told(two), by_reason={})


@pytest.mark.slow
@pytest.mark.parametrize("days", ["DATE", "VARCHAR"])
def test_the_packaged_law_both_ways(tmp_path: Path, days: str) -> None:
    write_lines(tmp_path / "in.parquet", 20_000, days)
    both(tmp_path / "in.parquet", tmp_path)
    assert duties([str(tmp_path / "in.parquet")], options=FAST).rejected > 0  # the law now comes from the cache


def test_random_worlds_both_ways(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 1_500)
    fast = replace(FAST, on="2025-05-02")
    for seed in range(3):
        both(tmp_path / "in.parquet", tmp_path, Regime(draw_world(Random(seed))), fast, replace(FULL, on="2025-05-02"))


@pytest.mark.slow
def test_many_random_worlds_both_ways(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 1_500)
    for seed in range(3, 30):
        both(tmp_path / "in.parquet", tmp_path, Regime(draw_world(Random(seed))))


@pytest.mark.slow
def test_the_left_rows_of_many_pieces_are_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley.law.shipments.gathered.LEFT_ROWS", 1_000)
    write_lines(tmp_path / "in.parquet", 20_000)
    assert duties([str(tmp_path / "in.parquet")], options=FAST).rows == 20_000


@pytest.mark.slow
def test_a_cut_off_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 20_000)
    source, whole, out = str(tmp_path / "in.parquet"), tmp_path / "whole.parquet", tmp_path / "out.parquet"
    duties([source], whole, options=FAST)

    def stop(rows: int, *_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        duties([source], out, options=FAST, progress=stop)
    assert duties([source], out, options=FAST).resumed_rows > 0
    assert out.read_bytes() == whole.read_bytes()
    assert Path(f"{out}.rejects.csv").read_text().replace("out.", "") == Path(
        f"{whole}.rejects.csv"
    ).read_text().replace("whole.", "")


def test_a_spoiled_cache_is_compiled_anew(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 5_000)
    first = told(duties([str(tmp_path / "in.parquet")], options=FAST))
    (kept,) = (tmp_path / "cache" / "duties").glob("*.duckdb")
    kept.write_bytes(b"not a database")
    assert told(duties([str(tmp_path / "in.parquet")], options=FAST)) == first
    assert os.stat(kept).st_size > 1_000


def test_parts_joined_hold_the_rows_of_all(tmp_path: Path) -> None:
    parts = [tmp_path / f"{j}.parquet" for j in range(20)]  # more than fifteen row groups: the long form of a list
    for j, part in enumerate(parts):
        duckdb.sql(f"COPY (SELECT {j} AS a, 'x' || (k % 7) AS b, k * 1.5 AS c FROM range(3000) t(k)) TO '{part}'")
    assert join_parquet(parts, tmp_path / "whole.parquet")
    assert rows_of(tmp_path / "whole.parquet") == [row for part in parts for row in rows_of(part)]
    duckdb.sql(f"COPY (SELECT 1 AS other) TO '{tmp_path / 'else.parquet'}'")
    assert not join_parquet([parts[0], tmp_path / "else.parquet"], tmp_path / "no.parquet")


@pytest.mark.slow
def test_pyarrow_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lines(tmp_path / "in.parquet", 2_500)
    monkeypatch.setattr("parley.law.shipments.run.can_gather", lambda *_: False)
    assert duties([str(tmp_path / "in.parquet")], options=FAST).rows == 2_500
