"""Spark and DuckDB give the same rows, rejects included. Skipped where PySpark is not installed."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from law_worlds import WORLDS, check_world, draw_world
from parley.law.measure import Measure
from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))


CASES = int(os.environ.get("PARLEY_WORLD_CASES", "1500"))
LINES = 500  # of a world: a query costs Spark seconds, however few its lines
ROWS = 6_000  # each of the generator's six faults is among them; 14,000 more would cost Spark half a minute


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="the extra parley-trade[spark] is not installed")
    from parley.law.shipments.spark import session

    made = session("local[2]")
    yield made
    made.stop()


@pytest.mark.slow
@settings(max_examples=max(1, CASES // LINES), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORLDS, st.integers(0, 2**32 - 1))
def test_five_ways_agree_spark_among_them(spark: Any, rows: tuple[Measure, ...], seed: int) -> None:
    check_world(rows, seed, LINES, spark)


@pytest.mark.slow
def test_spark_equals_duckdb_on_random_rows(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.spark import duties_on_spark
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(ROWS, tmp_path / "in.csv", seed=3, faults=0.02, claims=True)
    options = Options(programmes=True)
    ours = duties([str(tmp_path / "in.csv")], tmp_path / "duckdb.csv", options=options)
    theirs = duties_on_spark([str(tmp_path / "in.csv")], tmp_path / "spark.csv", options=options, spark=spark)
    assert (ours.rows, ours.rejected, ours.duty_total) == (theirs.rows, theirs.rejected, theirs.duty_total)
    assert ours.by_reason == theirs.by_reason
    assert len(ours.by_reason) == 6
    rows = [{r["id"]: as_numbers(r) for path in paths for r in csv.DictReader(path.open())}
            for paths in ([tmp_path / "duckdb.csv"], sorted((tmp_path / "spark.csv").glob("*.csv")))]  # fmt: skip
    assert rows[0] == rows[1]


@pytest.mark.slow
def test_the_law_is_broadcast_and_nothing_but_sums_is_shuffled(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.spark import operators, plan
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(2_000, tmp_path / "in.parquet", claims=True)
    written, summed = plan([str(tmp_path / "in.parquet")], regime=Regime(draw_world(Random(2))), spark=spark)
    tables = ("products", "origins", "rule_sets", "intervals", "claimed", "cells", "bases", "equivalents", "units")
    for text, more in ((written, 0), (summed, 1)):  # the sums meet the cells once more, behind the first grouping
        found = [re.split(r"[ (]", line)[0] for line in operators(text)]
        joins = [name for name in found if "Join" in name or "Cartesian" in name]
        assert joins == ["BroadcastHashJoin"] * (len(tables) + more), text
        assert found.count("BroadcastExchange") == len(joins)
    assert "Exchange " not in written.replace("BroadcastExchange ", "")
    before, _, after = summed.partition("partial_count(1)")
    assert before.count("Exchange ") == 3  # groups by cell, groups by origin and month, their order
    assert "Exchange " not in after.replace("BroadcastExchange ", "")


def as_numbers(row: dict[str, str]) -> dict[str, object]:
    """A row with its numbers as such: the engines print 12.5 and 12.50."""
    numeric = ("duty", "duty_rate", "base_rate", "added_rate", "quantity", "value")
    return {n: float(v) if v and (n in numeric or n.startswith("rate_")) and v != "n/a" else v for n, v in row.items()}
