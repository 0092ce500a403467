"""Spark and the local engine give the same rows, rejects included. Skipped where PySpark is not installed."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from law_worlds import draw_world
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties
from parley.law.shipments.totals import Report

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))

ROWS = 6_000  # each of the generator's six faults is among them
WORLDS = 3
TOY = {"product": ["9503000073"], "entry_date": ["2025-05-02"], "value": [1000.0]}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="the extra parley-trade[spark] is not installed")
    from parley.law.shipments.spark import session

    made = session("local[2]")
    yield made
    made.stop()


def sums(found: Report) -> tuple:
    return (
        found.rows,
        found.rejected,
        found.value_total,
        found.duty_total,
        found.by_reason,
        found.by_origin,
        found.by_month,
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_spark_equals_the_local_engine_on_random_rows(tmp_path: Path, spark: Any, kind: str) -> None:
    from parley.law.shipments.spark import duties_on_spark
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(ROWS, tmp_path / f"in.{kind}", seed=3, faults=0.02, claims=True)
    options, source = Options(programmes=True, fees=True, mode="vessel"), [str(tmp_path / f"in.{kind}")]
    ours = duties(source, tmp_path / "local.csv", options=options)
    theirs = duties_on_spark(source, tmp_path / "spark.csv", rejects=tmp_path / "rejects", options=options, spark=spark)
    assert sums(ours) == sums(theirs)
    assert len(ours.by_reason) == 6
    rows = [{r["id"]: as_numbers(r) for path in paths for r in csv.DictReader(path.open())}
            for paths in ([tmp_path / "local.csv"], sorted((tmp_path / "spark.csv").glob("*.csv")))]  # fmt: skip
    assert rows[0] == rows[1]
    rejects = [r for path in (tmp_path / "rejects").glob("*.csv") for r in csv.DictReader(path.open())]
    assert sorted(r["id"] for r in rejects) == sorted(n for n, r in rows[0].items() if r["reject_reason"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(WORLDS))
def test_spark_equals_the_local_engine_in_random_worlds(tmp_path: Path, spark: Any, seed: int) -> None:
    from parley.law.shipments.spark import duties_on_spark
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(1_500, tmp_path / "in.parquet", seed=seed, faults=0.02, claims=True)
    law, source = Regime(draw_world(Random(seed))), [str(tmp_path / "in.parquet")]
    ours = duties(source, tmp_path / "local.parquet", regime=law)
    theirs = duties_on_spark(source, tmp_path / "spark.parquet", regime=law, spark=spark)
    assert sums(ours) == sums(theirs)
    shown = [sorted(map(str, pq.read_table(tmp_path / f"{n}.parquet").to_pylist())) for n in ("local", "spark")]
    assert shown[0] == shown[1]


@pytest.mark.slow
def test_the_file_is_read_once_and_not_shuffled(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.spark import plan
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(2_000, tmp_path / "in.parquet", claims=True)
    text = plan([str(tmp_path / "in.parquet")], regime=Regime(draw_world(Random(2))), spark=spark)
    steps = [re.split(r"[ (]", line.lstrip(" :+-*()0123456789"))[0] for line in text.splitlines() if line.strip()]
    assert [s for s in steps if s not in ("Project", "ColumnarToRow")] == ["MapInArrow", "FileScan"], text


@pytest.mark.slow
def test_partition_columns_and_tables_are_left_to_spark(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.spark import duties_on_spark

    for origin in ("CHN", "VNM"):
        (tmp_path / "hive" / f"origin={origin}").mkdir(parents=True)
        pq.write_table(pa.table(TOY), tmp_path / "hive" / f"origin={origin}" / "a.parquet")
    found = duties_on_spark([str(tmp_path / "hive")], tmp_path / "hive.parquet", spark=spark)
    assert (found.rows, found.duty_total) == (2, 1450.0 + 100.0)
    spark.read.parquet(str(tmp_path / "hive")).createOrReplaceTempView("toys")
    assert duties_on_spark(["toys"], tmp_path / "toys.parquet", spark=spark).duty_total == 1550.0
    assert duties_on_spark([f"file://{tmp_path}/hive"], tmp_path / "uri.parquet", spark=spark).duty_total == 1550.0
    with pytest.raises(InputError, match="Spark cannot read it"):
        duties_on_spark(["no_such_table"], tmp_path / "none.parquet", spark=spark)


def as_numbers(row: dict[str, str]) -> dict[str, object]:
    """A row with its numbers as such: the engines print 12.5 and 12.50."""
    numeric = ("duty", "duty_rate", "base_rate", "added_rate", "quantity", "value", "mpf", "hmf")
    return {n: float(v) if v and (n in numeric or n.startswith("rate_")) and v != "n/a" else v for n, v in row.items()}
