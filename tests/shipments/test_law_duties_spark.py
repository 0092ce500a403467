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

from drawn import SEED, WHOLE
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

    write_shipments(1_500, tmp_path / "in.parquet", seed=SEED, faults=0.02, claims=True)
    law, source = Regime(draw_world(Random(seed))), [str(tmp_path / "in.parquet")]
    ours = duties(source, tmp_path / "local.parquet", regime=law)
    theirs = duties_on_spark(source, tmp_path / "spark.parquet", regime=law, spark=spark)
    assert sums(ours) == sums(theirs)
    shown = [sorted(map(str, pq.read_table(tmp_path / f"{n}.parquet").to_pylist())) for n in ("local", "spark")]
    assert shown[0] == shown[1]


@pytest.mark.slow
def test_the_file_is_read_once_and_not_shuffled(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.spark import rated, read_frame
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(2_000, tmp_path / "in.parquet", claims=True)
    frame: Any = rated(read_frame(spark, [str(tmp_path / "in.parquet")]), Options(), Regime(draw_world(Random(2))))[2]
    text = str(frame._jdf.queryExecution().executedPlan().toString())
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


@pytest.mark.slow
def test_many_rows_are_equal_on_both_engines(tmp_path: Path, spark: Any) -> None:
    import duckdb

    from parley.law.shipments.spark import duties_on_spark
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    rows = 1_000_000 if WHOLE else 300_000
    write_shipments(rows, tmp_path / "in.parquet", seed=SEED, faults=0.01, claims=True)
    source = [str(tmp_path / "in.parquet")]
    ours = duties(source, tmp_path / "local.parquet")
    theirs = duties_on_spark(source, tmp_path / "spark.parquet", spark=spark)
    assert sums(ours) == sums(theirs)
    names = "id, duty_rate, base_rate, added_rate, duty, measures, reject_reason"
    one, other = (f"SELECT {names} FROM '{tmp_path}/{n}'" for n in ("local.parquet", "spark.parquet/*.parquet"))
    for a, b in ((one, other), (other, one)):
        assert duckdb.sql(f"SELECT count(*) FROM (({a}) EXCEPT ALL ({b}))").fetchall() == [(0,)]


@pytest.mark.slow
def test_sums_by_entry_are_those_of_the_local_engine(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.spark import duties_on_spark
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(ROWS, tmp_path / "in.csv", seed=5, faults=0.02)
    options, source = Options(mode="vessel"), [str(tmp_path / "in.csv")]
    duties(source, tmp_path / "local.csv", entries=tmp_path / "local-entries.csv", options=options)
    duties_on_spark(source, tmp_path / "spark.csv", entries=tmp_path / "spark-entries", options=options, spark=spark)
    ours = list(csv.DictReader((tmp_path / "local-entries.csv").open()))
    theirs = [r for path in (tmp_path / "spark-entries").glob("*.csv") for r in csv.DictReader(path.open())]
    figures = ("value", "duty", "mpf", "hmf")
    told = [
        sorted([{**r, **{n: float(r[n] or "nan") for n in figures}} for r in rows], key=lambda r: r["entry"])
        for rows in (ours, theirs)
    ]
    assert len(told[0]) > 100
    assert [str(r) for r in told[0]] == [str(r) for r in told[1]]
    pq.write_table(pa.table({**TOY, "origin": ["CHN"]}), tmp_path / "toy.parquet")
    with pytest.raises(InputError, match="no column of the entry"):
        duties_on_spark([str(tmp_path / "toy.parquet")], tmp_path / "x", entries=tmp_path / "y", spark=spark)


@pytest.mark.slow
def test_files_of_other_layouts_are_translated_for_spark_here_and_refused_elsewhere(tmp_path: Path, spark: Any) -> None:
    from parley.law.shipments.files import spark_files
    from parley.law.shipments.layouts.plan import FileOptions
    from parley.law.shipments.spark import duties_on_spark

    path = tmp_path / "in.csv"
    path.write_text("HTS;Ursprungsland;Einfuhrdatum;Zollwert (USD)\n9503.00.00.73;China;13.05.2025;1.000,50\n")
    with spark_files([str(path)], Options(), FileOptions(), "") as (files, engine, read):
        found = duties_on_spark(files, tmp_path / "out.csv", options=engine, spark=spark)
    assert (found.rows, found.value_total, read.files[0]["columns"]["product"]) == (1, 1000.5, "HTS")
    with (
        pytest.raises(InputError, match="Translate it first"),
        spark_files([str(path)], Options(), FileOptions(), "yarn"),
    ):
        pass
    with pytest.raises(InputError, match="translated by the local engine"):
        duties_on_spark([str(path)], tmp_path / "other.csv", spark=spark)


class _Builder:
    """Stands in for Spark's builder of sessions: what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def __getattr__(self, name: str) -> Any:
        def tell(*words: str) -> Any:
            self.told.append((name, *words))
            return self.told if name == "getOrCreate" else self

        return tell


@pytest.mark.parametrize(
    ("master", "environment", "said"),
    [
        ("sc://cluster:15002", "", ("remote", "sc://cluster:15002")),
        ("", "sc://cluster", None),
        ("yarn", "sc://cluster", ("master", "yarn")),
    ],
)
def test_spark_connect_is_asked_for_by_its_builder(
    master: str, environment: str, said: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server cannot be had here (it needs grpc): what the session is built with can."""
    from types import ModuleType, SimpleNamespace

    from parley.law.shipments.spark import session

    built, stand_in = _Builder(), ModuleType("pyspark.sql")
    stand_in.SparkSession = SimpleNamespace(builder=built)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyspark", ModuleType("pyspark"))
    monkeypatch.setitem(sys.modules, "pyspark.sql", stand_in)
    monkeypatch.setenv("SPARK_REMOTE", environment)
    session(master)
    told = [t for t in built.told if t[0] in ("remote", "master")]
    assert told == ([said] if said else [])  # SPARK_REMOTE is read by PySpark itself


LEADING = ("4407120060", "0810904610", "392390", "8517.13", "9503000073", "9999999999")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_codes_are_followed_as_by_the_local_engine(tmp_path: Path, spark: Any, kind: str) -> None:
    """Rows, columns of ranges, totals, sums by entry and notes are the same; so are rows that cannot be followed to a duty."""
    from parley.law.shipments.followed import followed_duties
    from parley.law.shipments.spark import duties_on_spark

    draw = Random(11)
    rows = [
        {
            "id": str(n), "entry": f"E{n % 37}", "product": draw.choice(LEADING), "origin": draw.choice(("CHN", "XC", "DEU", "Nowhere")),
            "entry_date": draw.choice(("2025-05-02", "2026-02-01")), "value": draw.choice(("1000.49", "250", "-4", "")),
            "quantity": draw.choice(("", "12")), "range": "own", "mode": "vessel",
        }
        for n in range(900)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows)
    source = tmp_path / f"in.{kind}"
    if kind == "csv":
        source.write_text("\n".join(",".join(r) for r in ([*rows[0]], *(r.values() for r in rows))))
    else:
        pq.write_table(
            table.set_column(5, "value", pa.array([float(r["value"]) if r["value"] else None for r in rows])), source
        )
    options = Options(programmes=True, fees=True)
    ours, _ = followed_duties(
        [str(source)], tmp_path / "local.csv", entries=tmp_path / "local-entries.csv", options=options
    )
    theirs = duties_on_spark(
        [str(source)], tmp_path / "spark.csv", entries=tmp_path / "entries", options=options, spark=spark, follow=True
    )
    assert sums(ours) == sums(theirs)
    assert ours.by_programme == theirs.by_programme
    assert ours.notes[0] == theirs.notes[0]
    made = [
        {r["id"]: as_numbers(r) for path in paths for r in csv.DictReader(path.open())}
        for paths in ([tmp_path / "local.csv"], sorted((tmp_path / "spark.csv").glob("*.csv")))
    ]
    assert made[0] == made[1]
    assert sum(bool(r["range_of_lines"]) for r in made[0].values()) > 100
    by_entry = [
        sorted(tuple(as_numbers(r).items()) for path in paths for r in csv.DictReader(path.open()))
        for paths in ([tmp_path / "local-entries.csv"], sorted((tmp_path / "entries").glob("*.csv")))
    ]
    assert by_entry[0] == by_entry[1]


def as_numbers(row: dict[str, str]) -> dict[str, object]:
    """A row with its numbers as such: the engines print 12.5 and 12.50."""
    numeric = (
        "duty",
        "duty_rate",
        "base_rate",
        "added_rate",
        "quantity",
        "value",
        "mpf",
        "hmf",
        "duty_low",
        "duty_high",
    )
    return {
        n: float(v) if v and (n in numeric or n.startswith(("rate_", "duty_rate_"))) and v != "n/a" else v
        for n, v in row.items()
    }
