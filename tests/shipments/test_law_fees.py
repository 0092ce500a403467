"""Fees beside the duty: the dated rows, their law of inflation, and an entry on either side of 1 October 2026."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from parley.law.shipments.fees import Fee, fees, rate_of, sources

FOLDER = resources.files("parley.law").joinpath("fees")
LEAST, GREATEST = 25.0, 485.0  # 19 U.S.C. 58c(b)(8)(A)(i), before inflation


def test_the_table_stands_in_its_manifest() -> None:
    entry = json.loads(FOLDER.joinpath("manifest.json").read_text("utf-8"))["us-fees.csv"]
    assert hashlib.sha256(FOLDER.joinpath("us-fees.csv").read_bytes()).hexdigest() == entry["sha256"]
    assert entry["rows"] == len(fees("mpf")) + len(fees("hmf"))


def test_fiscal_years_follow_each_other_without_a_gap() -> None:
    rows = fees("mpf")
    assert all(a.end == b.start for a, b in pairwise(rows))
    assert all(
        (r.start.month, r.start.day) == (10, 1) and r.end == r.start.replace(year=r.start.year + 1) for r in rows
    )
    assert rows[-1].end == date(2027, 10, 1)
    assert rate_of("mpf") == 0.003464
    assert rate_of("hmf") == 0.00125


@pytest.mark.parametrize("row", fees("mpf"), ids=lambda r: str(r.start))
def test_both_bounds_come_from_one_factor_of_inflation(row: Fee) -> None:
    # 19 CFR 24.22(k): the bounds are the statute's, times one factor printed to a thousandth of a percent.
    assert row.least is not None
    assert row.greatest is not None
    low = max((row.least - 0.005) / LEAST, (row.greatest - 0.005) / GREATEST)
    high = min((row.least + 0.005) / LEAST, (row.greatest + 0.005) / GREATEST)
    assert low <= high
    factors = [f / 1e5 for f in range(round(low * 1e5) - 1, round(high * 1e5) + 2)]
    assert any(round(LEAST * f, 2) == row.least and round(GREATEST * f, 2) == row.greatest for f in factors)


@pytest.mark.slow
@pytest.mark.parametrize(("day", "least", "greatest"), [
    ("2025-09-30", "32.71", "634.62"), ("2025-10-01", "33.58", "651.5"), ("2026-09-30", "33.58", "651.5"),
    ("2026-10-01", "34.58", "670.86"), ("2027-10-01", "", ""),
])  # fmt: skip
def test_an_entry_has_the_bounds_of_its_day(day: str, least: str, greatest: str, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    from parley.law.shipments.run import Options, duties

    text = "Entry Number,Entry Date,HTS Number,Country of Origin,Customs Value\n" + "".join(
        f"{n},{day},9503000073,MEX,{value}\n" for n, value in (("small", 100), ("large", 900_000))
    )
    (tmp_path / "in.csv").write_text(text)
    duties(
        [str(tmp_path / "in.csv")],
        tmp_path / "out.csv",
        options=Options(fees=True, threads=1),
        entries=tmp_path / "e.csv",
    )
    rows = {r["entry"]: r["mpf"] for r in csv.DictReader((tmp_path / "e.csv").open())}
    assert rows == {"small": least, "large": greatest}


def test_reports_say_what_was_not_read() -> None:
    assert all("not read" in text for text in sources())
    assert not any(row.read for row in (*fees("mpf"), *fees("hmf")))
