"""Rows, rejects and sums are the same whatever holds the lines: Parquet or CSV, pieces large or small, types of other tools."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from law_worlds import draw_world
from parley.law.regime import Regime
from parley.law.shipments.chunks import is_plain
from parley.law.shipments.results import RESULT
from parley.law.shipments.rows_out import _numbers
from parley.law.shipments.run import duties
from shipment_files import LARGE, SMALL, read_out, rows_of, same_in_every_way, told, write_lines

pa = pytest.importorskip("pyarrow")
pc: Any = pytest.importorskip("pyarrow.compute")
pq = pytest.importorskip("pyarrow.parquet")


pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))


def write_csv(source: Path, path: Path, faults: bool) -> None:
    """The lines of a Parquet file as CSV, some in quotation marks; with faults also lines that are no rows."""
    shown = (
        "* REPLACE (CASE WHEN id % 71 = 0 THEN '1,' || id || '.5' ELSE value::VARCHAR END AS value)" if faults else "*"
    )
    duckdb.sql(f"COPY (SELECT {shown} FROM '{source}' ORDER BY id) TO '{path}' (FORCE_QUOTE (note))")
    if faults:
        lines = path.read_bytes().splitlines(keepends=True)
        lines[700:700] = [b"1,2\n", b'1,"x" y,3,4,5,6,7,8\n', b"\xff,,,,,,,\n"]
        path.write_bytes(b"".join(lines))


@pytest.mark.parametrize("faults", [False, True])
def test_csv_says_what_parquet_says(tmp_path: Path, faults: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of a Parquet file as CSV, in one piece and in many, some of it not plain; written as CSV and as Parquet."""
    monkeypatch.setattr("parley.law.shipments.chunks.READ_BYTES", 50_000)
    monkeypatch.setattr("parley.law.shipments.chunks.HEADER_BYTES", 200_000)
    write_lines(tmp_path / "in.parquet", 12_000)
    write_csv(tmp_path / "in.parquet", tmp_path / "in.csv", faults)
    small = replace(SMALL, piece_bytes=200_000)
    for suffix in ("csv", "parquet"):
        outs = [tmp_path / f"{n}.{suffix}" for n in ("small", "large")]
        one, two = (duties([str(tmp_path / "in.csv")], o, options=x) for o, x in zip(outs, (small, LARGE), strict=True))
        assert told(one) == told(two)
        assert read_out(outs[0]) == read_out(outs[1])
        rejects = [Path(f"{o}.rejects.csv").read_bytes() for o in outs]
        assert rejects[0] == rejects[1]
        sums = [duties([str(tmp_path / "in.csv")], options=x) for x in (small, LARGE)]
        assert told(sums[0]) == told(sums[1]) == told(one)
        if suffix == "parquet":
            duties([str(tmp_path / "in.parquet")], tmp_path / "typed.parquet", options=LARGE)
            asked = f"SELECT id::VARCHAR AS id, duty, measures FROM '{{}}' WHERE {'id % 71 <> 0' if faults else 'TRUE'} ORDER BY id::INT"
            shown = [
                duckdb.sql(asked.format(p).replace("id %", "id::INT %")).fetchall()
                for p in (outs[0], tmp_path / "typed.parquet")
            ]
            assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("end", "last", "note"),
    [
        (b"\n", b"\n", "'line ' || k"),
        (b"\n", b"", "'line ' || k"),
        (b"\r\n", b"\r\n", "'# ' || k"),
        (b"\r\n", b"", "repeat('x', k % 300)"),
        (b"\n", b"\n", "'one, ' || chr(10) || chr(10) || 'é ' || k"),
        (b"\n", b"", "CASE WHEN k % 2 = 0 THEN 'a,' || chr(10) END"),
        (b"\r\n", b"\r\n", "'one, ' || chr(10) || chr(10) || 'é ' || k"),
    ],
)
def test_lines_of_csv_stay_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes, last: bytes, note: str
) -> None:
    """Own cells byte for byte, in quotation marks or not, of whatever line ends."""
    monkeypatch.setattr("parley.law.shipments.chunks.READ_BYTES", 50_000)
    monkeypatch.setattr("parley.law.shipments.chunks.HEADER_BYTES", 200_000)
    write_lines(tmp_path / "in.parquet", 7_000)
    shown = f"SELECT * REPLACE ({note} AS note) FROM (SELECT *, id AS k FROM '{tmp_path / 'in.parquet'}' ORDER BY id)"
    duckdb.sql(f"COPY ({shown}) TO '{tmp_path / 'in.csv'}' (FORCE_QUOTE (unit))")
    content = (tmp_path / "in.csv").read_bytes().replace(b"\n", end)
    (tmp_path / "in.csv").write_bytes(content[: -len(end)] + last)
    duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=replace(SMALL, piece_bytes=200_000))
    own, made = records(content.replace(b"\r\n", b"\n")), records((tmp_path / "out.csv").read_bytes())
    assert len(own) == len(made) == len(read_out(tmp_path / "out.csv"))
    assert all(b.startswith(a + b",") for a, b in zip(own[1:], made[1:], strict=True))


@given(st.lists(st.one_of(st.floats(0, 1e16), st.floats(0, 1e-3), st.integers(0, 10**15).map(lambda k: k / 1e12))))
def test_numbers_are_written_as_python_does(numbers: list[float]) -> None:
    some = [0.0, 1e-4, 0.3, 0.1 + 0.2, 12.5, 999.999999999999, 1e3, 1e15, 1e16, 2.5e-7, *numbers]
    assert _numbers(pa.array(some)).to_pylist() == [repr(x) for x in some]


def records(content: bytes) -> list[bytes]:
    """The records of CSV whose lines end alike, without the ends."""
    made: list[bytes] = []
    for line in content.removesuffix(b"\n").split(b"\n"):
        if made and made[-1].count(b'"') % 2:
            made[-1] += b"\n" + line
        else:
            made.append(line)
    return made


def test_parquet_as_csv_holds_the_same_rows(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 6_000)
    for suffix in ("csv", "parquet"):
        duties([str(tmp_path / "in.parquet")], tmp_path / f"out.{suffix}", options=SMALL)
    rows = read_out(tmp_path / "out.csv")[1:]
    assert [["" if x is None else str(x) for x in row] for row in rows_of(tmp_path / "out.parquet")] == rows


@pytest.mark.parametrize("content", [
    b'1,a"b\n', b'1,"a" b\n', b"1,2\r3,4\n", b"1,\xff\n", b'1,"a\n',
    b"1," + b"x" * (1 << 21) + b"\n",
])  # fmt: skip
def test_bytes_that_readers_of_csv_read_differently_are_not_plain(content: bytes) -> None:
    assert not is_plain(content, ",")


def test_plain_bytes_are_plain() -> None:
    assert is_plain('1,ö\n2,"a,b"\n"c\nd",\r\n"a "" b",""\r\n'.encode(), ",")


@pytest.mark.parametrize("kinds", [
    {"value": pa.decimal128(18, 2), "quantity": pa.decimal128(38, 4), "entry_date": pa.timestamp("ns"), "product": pa.large_string(),
     "unit": pa.dictionary(pa.int8(), pa.string()), "origin": pa.string_view()},
    {"value": pa.float32(), "quantity": pa.int32(), "entry_date": pa.timestamp("s"),
     "origin": pa.dictionary(pa.int32(), pa.large_string())},
    {"value": pa.decimal128(9, 0), "entry_date": pa.large_string(), "product": pa.dictionary(pa.int16(), pa.string())},
])  # fmt: skip
def test_columns_as_other_tools_write_them(tmp_path: Path, kinds: dict[str, pa.DataType]) -> None:
    """Decimals, times and texts of pandas and Polars, beside columns of types that are only copied: both ways the same."""
    write_lines(tmp_path / "lines.parquet", 9_000)
    held = pq.read_table(tmp_path / "lines.parquet")
    for name, kind in kinds.items():
        column = pc.round(held[name]) if pa.types.is_integer(kind) else held[name]
        if pa.types.is_timestamp(kind):  # some hours into the day
            column = pc.add(column.cast(kind), pa.scalar(5 * 3600, pa.duration("s")).cast(pa.duration(kind.unit)))
        column = pc.round(column, 4 if kind.scale > 2 else kind.scale) if pa.types.is_decimal(kind) else column
        held = held.set_column(held.column_names.index(name), name, column.cast(kind, safe=False))
    held = held.append_column("seen", pa.array([None, 5] * 4_500, pa.timestamp("us", "UTC")))
    pq.write_table(held, tmp_path / "in.parquet", row_group_size=2_048)
    same_in_every_way(tmp_path / "in.parquet", tmp_path)
    nested = held.append_column("tags", pa.array([["a"], None, []] * 3_000))
    pq.write_table(nested, tmp_path / "nested.parquet")
    found = duties([str(tmp_path / "nested.parquet")], tmp_path / "nested.out.parquet", options=SMALL)
    assert told(found) == told(duties([str(tmp_path / "nested.parquet")], options=LARGE))
    assert pq.read_table(tmp_path / "nested.out.parquet")["tags"].to_pylist() == [["a"], None, []] * 3_000


@pytest.mark.slow
def test_own_columns_stand_under_their_names(tmp_path: Path) -> None:
    """Results stand beside the file's own columns: renamed where they clash, of several files, read by others too."""
    write_lines(tmp_path / "a.parquet", 9_000)
    duckdb.sql(
        f"COPY (SELECT *, id * 2 AS duty FROM '{tmp_path / 'a.parquet'}') TO '{tmp_path / 'b.parquet'}' (ROW_GROUP_SIZE 2048)"
    )
    shutil.copy(tmp_path / "b.parquet", tmp_path / "c.parquet")
    found = duties([str(tmp_path / "b.parquet"), str(tmp_path / "c.parquet")], tmp_path / "out.parquet", options=SMALL)
    assert found.rows == 18_000
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names[-7:] == ["duty_input", *RESULT]
    own = pq.read_table(tmp_path / "b.parquet")
    for name in own.column_names:
        shown = "duty_input" if name == "duty" else name
        assert table[shown].to_pylist() == own[name].to_pylist() * 2
    assert len(rows_of(tmp_path / "out.parquet")) == 18_000


def test_files_of_other_types_are_written_anew(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.parquet", 3_000)
    duckdb.sql(
        f"COPY (SELECT * REPLACE (id::INTEGER AS id) FROM '{tmp_path / 'a.parquet'}') TO '{tmp_path / 'b.parquet'}'"
    )
    inputs = [str(tmp_path / n) for n in ("a.parquet", "b.parquet")]
    for name, options in (("small", SMALL), ("large", LARGE)):
        duties(inputs, tmp_path / f"{name}.parquet", options=options)
    assert rows_of(tmp_path / "small.parquet") == rows_of(tmp_path / "large.parquet")
    assert [r[0] for r in rows_of(tmp_path / "small.parquet")] == [*range(1, 3_001), *range(1, 3_001)]


@pytest.mark.slow
@pytest.mark.parametrize("days", ["DATE", "VARCHAR"])
def test_the_packaged_law_in_every_way(tmp_path: Path, days: str) -> None:
    write_lines(tmp_path / "in.parquet", 20_000, days)
    same_in_every_way(tmp_path / "in.parquet", tmp_path)
    assert duties([str(tmp_path / "in.parquet")], options=SMALL).rejected > 0  # the law now comes from the cache


@pytest.mark.parametrize("seed", range(3))
def test_random_worlds_in_every_way(tmp_path: Path, seed: int) -> None:
    write_lines(tmp_path / "in.parquet", 1_500)
    law = Regime(draw_world(Random(seed)))
    same_in_every_way(tmp_path / "in.parquet", tmp_path, law, replace(LARGE, on="2025-05-02"))


@pytest.mark.slow
def test_a_cut_off_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 20_000)
    source, whole, out = str(tmp_path / "in.parquet"), tmp_path / "whole.parquet", tmp_path / "out.parquet"
    duties([source], whole, options=SMALL)

    def stop(rows: int, *_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        duties([source], out, options=SMALL, progress=stop)
    assert duties([source], out, options=SMALL).resumed_rows > 0
    assert out.read_bytes() == whole.read_bytes()
    assert Path(f"{out}.rejects.csv").read_text().replace("out.", "") == Path(
        f"{whole}.rejects.csv"
    ).read_text().replace("whole.", "")


def test_a_spoiled_cache_is_compiled_anew(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 5_000)
    first = told(duties([str(tmp_path / "in.parquet")], options=SMALL))
    kept = [p for p in (tmp_path / "cache" / "duties").iterdir() if p.is_file()]
    assert kept
    for path in kept:
        path.write_bytes(b"not the law")
    assert told(duties([str(tmp_path / "in.parquet")], options=SMALL)) == first
    assert os.stat(kept[0]).st_size > 1_000
