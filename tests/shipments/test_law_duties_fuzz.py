"""Files of noise: every row comes out with a duty or a reason, or the file is refused in our own words."""

from __future__ import annotations

import contextlib
import csv
import gzip
import os
import re
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law_spoilt import spoilt, within
from law_worlds import draw_world
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
CASES = int(os.environ.get("PARLEY_FUZZ_CASES", "150"))
SECONDS = 60.0  # of processor time for a file that takes a tenth of one
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
@settings(max_examples=CASES, deadline=None)
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


def shipments(folder: Path) -> dict[str, bytes]:
    """Forty lines with faults and claims as CSV, gzipped and not, and as Parquet with row groups and dictionaries."""
    import duckdb

    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(40, folder / "in.csv", seed=5, faults=0.1, claims=True)
    write_shipments(40, folder / "all.parquet", seed=5, faults=0.1)
    rows = f"SELECT * REPLACE (TRY_CAST(value AS DOUBLE) AS value) FROM '{folder / 'all.parquet'}'"
    duckdb.sql(f"COPY ({rows}) TO '{folder / 'in.parquet'}' (ROW_GROUP_SIZE 16)")
    plain = (folder / "in.csv").read_bytes()
    write_shipments(40, folder / "plain.csv", seed=6, faults=0.1)  # without claims
    return {
        "in.csv": plain,
        "plain.csv": (folder / "plain.csv").read_bytes(),
        "in.csv.gz": gzip.compress(plain),
        "in.parquet": (folder / "in.parquet").read_bytes(),
    }


def run_whole(content: bytes, name: str, number: int, folder: Path) -> bool:
    """Whether the file was read; if so every line of it has a duty or a reason in the output, or is listed as no row."""
    import duckdb

    source, out = folder / name, folder / ("out.parquet" if "parquet" in name else "out.csv")
    source.write_bytes(content)
    law = Regime(draw_world(Random(number % 5)))
    options = Options(threads=1, piece_bytes=900, piece_rows=16 if number % 2 else 1 << 19)
    try:
        found = duties([str(source)], out, regime=law, options=options)
    except InputError:
        return False
    reader = "read_parquet" if "parquet" in name else "read_csv"
    more = (
        ""
        if "parquet" in name
        else ", all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', strict_mode = false"
    )
    shown = duckdb.connect().execute(f"SELECT duty, reject_reason FROM {reader}('{out}'{more})").fetchall()
    listed = Path(f"{out}.rejects.csv")
    reasons = list(csv.DictReader(listed.open(newline=""))) if listed.exists() else []
    malformed = sum(r["column"] == "row" for r in reasons)
    assert all((duty in (None, "")) != (why in (None, "")) for duty, why in shown)
    assert (len(reasons), len(shown)) == (found.rejected, found.rows - malformed)
    plain = gzip.decompress(content) if name.endswith(".gz") else content
    if "parquet" not in name and b'"' not in plain:
        lines = [x for x in re.split(rb"\r\n|\n|\r", plain) if x]
        assert found.rows == len(lines) - 1
    return True


@pytest.mark.slow
@pytest.mark.parametrize("name", ["in.csv", "plain.csv", "in.csv.gz", "in.parquet"])
def test_spoilt_shipments_are_read_whole_or_refused(name: str, tmp_path: Path) -> None:
    whole, read = shipments(tmp_path)[name], 0
    for number in range(CASES):
        with tempfile.TemporaryDirectory() as folder, within(SECONDS, f"{name} {number}"):
            read += run_whole(spoilt(whole, Random(number)), name, number, Path(folder))
    print(f"{CASES} of {name}: {read} read, {CASES - read} refused")
    assert 0 < read < CASES


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["VARCHAR", "BLOB", "DOUBLE", "FLOAT", "HUGEINT", "UUID", "VARCHAR[]", "TIME", "DATE", "TIMESTAMP",
                                  "BOOLEAN", "INTERVAL", "DECIMAL(18, 3)", "STRUCT(a VARCHAR)"])  # fmt: skip
@pytest.mark.parametrize("role", ["product", "origin", "entry_date", "value", "quantity", "steel_share"])
def test_a_parquet_column_of_any_type_is_read_as_it_prints(kind: str, role: str, tmp_path: Path) -> None:
    import duckdb

    given = {
        "product": "'7210490091'",
        "origin": "'DEU'",
        "entry_date": "'2025-05-02'",
        "value": "'1000'",
        "quantity": "'5'",
        "steel_share": "'1'",
    }
    odd = {"VARCHAR[]": "['x']", "STRUCT(a VARCHAR)": "{'a': 'x'}", "UUID": "uuid()", "TIME": "'10:00:00'", "DATE": "'2025-05-02'",
           "TIMESTAMP": "'2025-05-02 10:00:00'", "BOOLEAN": "TRUE", "INTERVAL": "INTERVAL 1 DAY", "DOUBLE": "'nan'", "FLOAT": "'inf'",
           "HUGEINT": "'170141183460469231731687303715884105727'", "DECIMAL(18, 3)": "7.5"}  # fmt: skip
    plain = given | {role: f"CAST({odd.get(kind, given[role])} AS {kind})"}
    missing = given | {role: f"CAST(NULL AS {kind})"}
    rows = " UNION ALL ".join(
        f"SELECT {', '.join(f'{v} AS {n}' for n, v in line.items())}" for line in (plain, missing)
    )
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'in.parquet'}'")
    found = duties([str(tmp_path / "in.parquet")], tmp_path / "out.csv", regime=Regime(()), options=Options(threads=1))
    shown = list(csv.DictReader((tmp_path / "out.csv").open(newline="")))
    assert found.rows == len(shown) == 2
    assert all((r["duty"] == "") != (r["reject_reason"] == "") for r in shown)
    assert shown[0]["duty"] if kind in ("VARCHAR", "BLOB") else True
