"""Spark and DuckDB give the same rows, rejects included. Skipped where PySpark is not installed."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from parley.law.shipments.run import Options, duties

sys.path.insert(0, str(Path(__file__).parents[1] / "builders"))


@pytest.mark.slow
def test_spark_equals_duckdb_on_random_rows(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra parley-trade[spark] is not installed")
    from parley.law.shipments.spark import duties_on_spark, session
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(20_000, tmp_path / "in.csv", seed=3, faults=0.02, claims=True)
    options = Options(programmes=True)
    ours = duties([str(tmp_path / "in.csv")], tmp_path / "duckdb.csv", options=options)
    spark = session("local[2]")
    theirs = duties_on_spark([str(tmp_path / "in.csv")], tmp_path / "spark.csv", options=options, spark=spark)
    spark.stop()
    assert (ours.rows, ours.rejected, ours.duty_total) == (theirs.rows, theirs.rejected, theirs.duty_total)
    assert ours.by_reason == theirs.by_reason
    rows = [{r["id"]: as_numbers(r) for path in paths for r in csv.DictReader(path.open())}
            for paths in ([tmp_path / "duckdb.csv"], sorted((tmp_path / "spark.csv").glob("*.csv")))]  # fmt: skip
    assert rows[0] == rows[1]


def as_numbers(row: dict[str, str]) -> dict[str, object]:
    """A row with its numbers as such: the engines print 12.5 and 12.50."""
    numeric = ("duty", "duty_rate", "base_rate", "added_rate", "quantity", "value")
    return {n: float(v) if v and (n in numeric or n.startswith("rate_")) and v != "n/a" else v for n, v in row.items()}
