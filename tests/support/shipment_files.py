"""Files of shipments written for tests, and the same answer asked in several ways: written in small and large pieces, summed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties
from parley.law.shipments.totals import Report

SMALL, LARGE = Options(threads=2, piece_rows=4_000), Options(threads=2)


def write_lines(path: Path, rows: int, days: str = "DATE") -> None:
    """Lines good and bad: unknown codes and countries, no value, days before and beyond, duties by quantity, origins of column 2."""
    duckdb.sql(f"""COPY (SELECT * REPLACE (value::DOUBLE AS value, quantity::DOUBLE AS quantity) FROM (SELECT k AS id,
 CASE k % 11 WHEN 0 THEN '0201.10.05.10' WHEN 1 THEN '9999999999' WHEN 2 THEN NULL WHEN 3 THEN '0805.10.00.20' WHEN 4 THEN ' 6109100012'
 WHEN 5 THEN '2204215040' WHEN 6 THEN '9101114000' WHEN 7 THEN '0402105000'
 ELSE (['8517130000', '8703230190', '9503000073', '7210490091', '6109100012'])[1 + k % 5] END AS product,
 (['CHN', 'DEU', 'Canada', 'MEX', 'RUS', 'JPN', 'KOR', 'Narnia', 'USA', 'cuba', NULL])[1 + (k * 7) % 11] AS origin,
 CAST(DATE '2024-12-20' + CAST((k * 13) % 700 AS INTEGER) * CASE WHEN k % 97 = 0 THEN 20 WHEN k % 89 = 0 THEN -9 ELSE 1 END
 AS {days}) AS entry_date,
 CASE WHEN k % 53 = 0 THEN -1.0 WHEN k % 59 = 0 THEN NULL WHEN k % 61 = 0 THEN 3e9 ELSE round((k * 7919 % 1000003) / 7.0, 2) END AS value,
 CASE WHEN k % 3 <> 0 THEN k % 50 + 0.5 WHEN k % 9 = 0 THEN -1 END AS quantity,
 (['kg', 'T', NULL, '', 'doz.', 'KG ', 'furlongs'])[1 + (k * 3) % 7] AS unit, 'line ' || k AS note FROM range(1, {rows + 1}) t(k)))
 TO '{path}' (ROW_GROUP_SIZE 2048)""")


def rows_of(path: Path) -> list[tuple]:
    return duckdb.connect().execute(f"SELECT * FROM read_parquet('{path}')").fetchall()


def read_out(path: Path) -> Sequence[Sequence]:
    """Rows; of CSV, cells without their quotation marks, which lines that stay as they are keep."""
    if path.suffix == ".parquet":
        return rows_of(path)
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def told(found: Report) -> Report:
    return replace(found, seconds=0.0, out="", rejects="", resumed_rows=0)


def same_in_every_way(source: Path, folder: Path, regime: Regime | None = None, asked: Options = LARGE) -> Report:
    """Written in small pieces and in large, and summed: the same rows in the same order, types, rejects, reasons and totals; the
    file's own columns are those of the source. Gives back the report."""
    small, found = replace(asked, piece_rows=4_000), None
    for name, options in (("large", asked), ("small", small)):
        made = told(duties([str(source)], folder / f"{name}.parquet", regime=regime, options=options))
        found = found or made
        assert made == found == told(duties([str(source)], regime=regime, options=options))
    assert found
    expected, rejects = rows_of(folder / "small.parquet"), folder / "small.parquet.rejects.csv"
    own = duckdb.connect().execute(f"SELECT * FROM read_parquet('{source}')")
    width = len(own.description or ())
    assert [row[:width] for row in expected] == own.fetchall()
    assert rejects.exists() == (found.rejected > 0)
    assert rows_of(folder / "large.parquet") == expected
    assert not found.rejected or (folder / "large.parquet.rejects.csv").read_bytes() == rejects.read_bytes()
    kinds = [
        duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{folder / n}.parquet'").fetchall()
        for n in ("small", "large")
    ]
    assert kinds[0] == kinds[1]
    return found
