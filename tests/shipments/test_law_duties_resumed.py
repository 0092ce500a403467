"""Columns copied beside results in one Parquet file, and what a run takes up after it was cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.law.shipments import work
from parley.law.shipments.parquet_groups import Growing, own_schema, part_of, schema_of
from parley.law.shipments.run import duties
from shipment_files import SMALL, write_lines

NUMBERS = st.lists(st.floats(allow_nan=False), unique=True, max_size=400)
TEXTS = st.lists(st.text(max_size=12).filter(lambda t: "\0" not in t), unique=True, max_size=300)


def beside(folder: Path, tables: Sequence[pa.Table]) -> Path:
    """Columns beside a file of numbers, k, that has row groups of their sizes."""
    source, path, at = folder / "k.parquet", folder / "x.parquet", 0
    with pq.ParquetWriter(source, pa.schema([("k", pa.int64())])) as writer:
        for table in tables:
            writer.write_table(pa.table({"k": pa.array(range(at, at + len(table)), pa.int64())}))
            at += len(table)
    names = tables[0].column_names
    assert own_schema(str(source))
    grown = Growing(path, ["key", *names])
    for number, table in enumerate(tables):
        grown.add(part_of([table], names, [number]), str(source))
    grown.finish(schema_of(tables[0].schema), at, str(source))
    return path


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 700), st.integers(0, 2**32)), min_size=1, max_size=3), NUMBERS, TEXTS)
def test_any_columns_are_read_back(tmp_path_factory, groups, numbers, texts) -> None:
    """By pyarrow and by DuckDB: values, nulls, row groups; dictionaries of none to many values."""
    made, expected = [], []
    for rows, seed in groups:
        draw = np.random.default_rng(seed)
        columns = {}
        for name, values, kind in (("number", numbers, pa.float64()), ("text", texts, pa.string())):
            missing = (draw.random(rows) < draw.choice([0.0, 0.5, 1.0])) | (len(values) == 0)
            places = pa.array(draw.integers(0, max(len(values), 1), rows).astype(np.int32), mask=missing)
            columns[name] = pa.DictionaryArray.from_arrays(places, pa.array(values, kind))
        columns["plain"] = pa.array(draw.normal(size=rows), mask=draw.random(rows) < draw.choice([0.0, 0.5, 1.0]))
        made.append(pa.table(columns))
        shown = zip(*(c.to_pylist() for c in made[-1].columns), strict=True)
        expected += [(len(expected) + j, *row) for j, row in enumerate(shown)]
    path = beside(tmp_path_factory.mktemp("groups"), made)
    table = pq.read_table(path)
    assert table.column_names == ["key", "number", "text", "plain"]
    assert [tuple(r.values()) for r in table.to_pylist()] == expected
    assert pq.ParquetFile(path).num_row_groups == len(groups)
    assert duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall() == expected


def test_statistics_of_own_columns_stay_in_use(tmp_path: Path) -> None:
    """A reader skips row groups by them, as it does in the source."""
    tables = [pa.table({"n": np.zeros(5)}) for _ in range(3)]
    told = pq.ParquetFile(beside(tmp_path, tables)).metadata.row_group(2).column(0).statistics
    assert (told.min, told.max) == (10, 14)


def test_nested_and_encrypted_columns_are_not_copied(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [[1], [2, 3]]}), tmp_path / "nested.parquet")
    assert own_schema(str(tmp_path / "nested.parquet")) is None
    (tmp_path / "none.parquet").write_bytes(b"PAR1 and no footer PAR1")
    assert own_schema(str(tmp_path / "none.parquet")) is None


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Runs end as if killed behind so many pieces."""
    remember, count = work.Work.remember, [after]

    def cut(self: work.Work, *args, **named) -> None:
        count[0] -= 1
        if count[0] < 0:
            raise KeyboardInterrupt
        remember(self, *args, **named)

    with monkeypatch.context() as now:
        now.setattr(work.Work, "remember", cut)
        yield


@pytest.mark.slow
@pytest.mark.parametrize(("safe", "goes_on"), [(False, 0), (True, 2048)])
def test_after_another_start_only_what_is_safe_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: bool, goes_on: int
) -> None:
    """A power cut: pieces that were not on disk for sure are done again, and the output is the same."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    write_lines(tmp_path / "in.parquet", 9_000)
    whole, out = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    duties([str(tmp_path / "in.parquet")], whole, options=SMALL)
    monkeypatch.setattr(work, "SAFE_EVERY", -1.0 if safe else 1e9)
    with cut_off(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], out, options=SMALL)
    journal = tmp_path / "out.parquet.parley-work" / "journal"
    assert [json.loads(x)["safe"] for x in journal.read_text().splitlines()[1:]] == [safe]
    monkeypatch.setattr(work, "boot", lambda: "another")
    found = duties([str(tmp_path / "in.parquet")], out, options=SMALL)
    assert found.resumed_rows == goes_on
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.slow
def test_what_a_cut_off_run_left_is_put_on_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a run that goes on calls its pieces safe, those of the run before are; and outputs before they appear."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    write_lines(tmp_path / "in.parquet", 9_000)
    monkeypatch.setattr(work, "SAFE_EVERY", 1e9)
    on_disk, synced = [], work.synced
    monkeypatch.setattr(work, "synced", lambda path: (on_disk.append(path.name), synced(path))[1])
    with cut_off(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=SMALL)
    assert on_disk == []
    monkeypatch.setattr(work, "SAFE_EVERY", -1.0)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=SMALL)
    assert "out" in on_disk
    on_disk.clear()
    monkeypatch.setattr(work, "SAFE_EVERY", 1e9)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.csv", options=SMALL)
    assert {"out", "rejects"} <= set(on_disk)


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [("BIGINT", "INTEGER"), ("BIGINT", "DECIMAL(18,2)"), ("DECIMAL(18,2)", "BIGINT")])
def test_files_of_several_kinds_cut_off_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, str]
) -> None:
    """A part that grows, then another or one by the query, or the other way: the same bytes, wherever it was cut off."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    write_lines(tmp_path / "in.parquet", 5_000)
    inputs = [str(tmp_path / f"{j}.parquet") for j in range(2)]
    for path, kind in zip(inputs, kinds, strict=True):
        duckdb.sql(
            f"COPY (SELECT * REPLACE (id::{kind} AS id) FROM '{tmp_path / 'in.parquet'}') TO '{path}' (ROW_GROUP_SIZE 2048)"
        )
    whole, out = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    assert duties(inputs, whole, options=SMALL).rows == 10_000
    for after in range(1, 6):
        with cut_off(monkeypatch, after), suppress(KeyboardInterrupt):
            duties(inputs, out, options=SMALL)
        assert duties(inputs, out, options=SMALL).rows == 10_000
        assert out.read_bytes() == whole.read_bytes()
        out.unlink()
