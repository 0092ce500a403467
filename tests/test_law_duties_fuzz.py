"""Files of noise: every row comes out with a duty or a reason, or the file is refused in our own words."""

from __future__ import annotations

import contextlib
import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties

HEAD = "id,product,origin,entry_date,value\n"
CELLS = st.sampled_from(
    [
        "9503000073",
        "CHN",
        "2025-05-02",
        "12.5",
        "",
        '"',
        '"a,b"',
        "x\x00",
        "é",
        "1e5",
        "nan",
        "1_0",
        "-",
        "=1",
        "7" * 40,
    ]
)
ROW = st.just("1,9503000073,CHN,2025-05-02,12.5")
LINES = st.lists(st.one_of(st.lists(CELLS, min_size=1, max_size=7).map(",".join), ROW), max_size=12)


def run(content: bytes, name: str) -> None:
    """Rows in the output, with a duty or a reason each, and malformed lines are the rows of the report; or an InputError."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(InputError):
        source, out = Path(folder, name), Path(folder, "out.csv")
        source.write_bytes(content)
        found = duties([str(source)], out, regime=Regime(()), options=Options(threads=1))
        shown = list(csv.DictReader(out.open(newline="")))
        assert all((r["duty"] == "") == (r["reject_reason"] != "") for r in shown)
        listed = Path(f"{out}.rejects.csv")
        reasons = list(csv.DictReader(listed.open(newline=""))) if listed.exists() else []
        assert len(reasons) == found.rejected
        assert len(shown) == found.rows - sum(r["column"] == "row" for r in reasons)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(LINES)
def test_noise_in_csv(lines: list[str]) -> None:
    run((HEAD + "\n".join(lines) + "\n").encode(), "in.csv")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(LINES, st.binary(max_size=40), st.integers(0, 400))
def test_more_noise_and_broken_bytes_in_csv(lines: list[str], noise: bytes, at: int) -> None:
    whole = (HEAD + "\n".join(lines) + "\n").encode()
    run(whole[:at] + noise + whole[at:], "in.csv")


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=12))
def test_broken_parquet(at: int, noise: bytes) -> None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a.parquet"
        row = "1 AS id, '9503000073' AS product, 'CHN' AS origin, '2025-05-02' AS entry_date, 5 AS value"
        duckdb.execute(f"COPY (SELECT {row}) TO '{path}'")
        whole = Path(path).read_bytes()
    run(whole[:at] + noise + whole[at + len(noise) :], "in.parquet")
