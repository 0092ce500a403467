"""Parts of results as Parquet pages, the outcomes kept beside the law, and what a run takes up after another start."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gathered import FAST, rows_of, told, write_lines
from parley.law.shipments import gather_all, work
from parley.law.shipments.parquet_beside import Beside
from parley.law.shipments.parquet_pages import Coded, Plain, pages_of, width_of
from parley.law.shipments.run import Options, duties

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

NUMBERS = st.lists(st.floats(allow_nan=False), unique=True, max_size=400)
TEXTS = st.lists(st.text(max_size=12).filter(lambda t: "\0" not in t), unique=True, max_size=300)


def beside(folder: Path, names: Sequence[str], groups: Sequence[Sequence[Coded | Plain]]) -> Path:
    """Columns beside a file of numbers, k, that has row groups of their sizes."""
    sizes = [len(columns[0].valid) for columns in groups]
    source, path, at = folder / "k.parquet", folder / "x.parquet", 0
    with pq.ParquetWriter(source, pa.schema([("k", pa.int64())])) as writer:
        for size in sizes:
            writer.write_table(pa.table({"k": pa.array(range(at, at + size), pa.int64())}), row_group_size=max(size, 1))
            at += size
    made = Beside(path, ["k", *names], str(source))
    made.add(str(source), 0, [pages_of(names, columns) for columns in groups])
    made.finish()
    return path


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 700), st.integers(0, 2**32)), min_size=1, max_size=3), NUMBERS, TEXTS)
def test_any_columns_are_read_back(tmp_path_factory, groups, numbers, texts) -> None:
    """By pyarrow and by DuckDB: values, nulls, row groups; dictionaries of none to more than 256 values."""
    made, expected = [], []
    for rows, seed in groups:
        draw = np.random.default_rng(seed)
        columns, shown = [], []
        for values in (np.array(numbers), texts):
            valid = (draw.random(rows) < draw.choice([0.0, 0.5, 1.0])) & (len(values) > 0)
            places = draw.integers(0, max(len(values), 1), int(valid.sum())).astype(width_of(len(values)))
            columns.append(Coded(values, places, valid))
            shown.append(spread(valid, [values[k] for k in places]))
        valid = draw.random(rows) < draw.choice([0.0, 0.5, 1.0])
        columns.append(Plain(draw.normal(size=int(valid.sum())), valid))
        shown.append(spread(valid, columns[-1].values.tolist()))
        made.append(columns)
        expected += [(len(expected) + j, *row) for j, row in enumerate(zip(*shown, strict=True))]
    path = beside(tmp_path_factory.mktemp("pages"), ("number", "text", "plain"), made)
    table = pq.read_table(path)
    assert [tuple(r.values()) for r in table.to_pylist()] == expected
    assert pq.ParquetFile(path).num_row_groups == len(groups)
    assert duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall() == expected


def spread(valid, values: list) -> list:
    """A value for each row that has one, in order, and None for the others."""
    left = iter(values)
    return [next(left) if v else None for v in valid]


def test_more_than_65536_values(tmp_path: Path) -> None:
    values, index = np.arange(70_000.0), np.arange(70_000, dtype=np.uint32)[::-1].copy()
    path = beside(tmp_path, ("n",), [[Coded(values, index, np.ones(70_000, dtype=bool))]])
    assert pq.read_table(path)["n"].to_pylist() == values[::-1].tolist()


def test_statistics_of_own_columns_stay_in_use(tmp_path: Path) -> None:
    """A reader skips row groups by them, as it does in the source."""
    groups = [[Plain(np.zeros(5), np.ones(5, dtype=bool))] for _ in range(3)]
    told = pq.ParquetFile(beside(tmp_path, ("n",), groups)).metadata.row_group(2).column(0).statistics
    assert (told.min, told.max) == (10, 14)


@pytest.mark.slow
def test_all_outcomes_are_kept_and_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for at once, or taken from the cache, or asked one by one: the same rows; a spoilt file is made anew."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    write_lines(tmp_path / "in.parquet", 12_000)

    def run(name: str, options: Options = FAST) -> tuple:
        found = duties([str(tmp_path / "in.parquet")], tmp_path / f"{name}.parquet", options=options)
        return told(found), rows_of(tmp_path / f"{name}.parquet")

    one_by_one = run("few")
    assert not list((tmp_path / "cache").rglob("*.npz"))
    monkeypatch.setattr("parley.law.shipments.run.MANY_BYTES", 0)
    asked: list[int] = []
    ask_all = gather_all._ask_all
    monkeypatch.setattr(gather_all, "_ask_all", lambda law: (asked.append(1), ask_all(law)))
    assert run("all") == one_by_one
    (kept,) = (tmp_path / "cache").rglob("*.npz")
    assert run("kept") == one_by_one
    assert len(asked) == 1
    kept.write_bytes(kept.read_bytes()[:5000])
    assert run("spoilt") == one_by_one
    assert len(asked) == 2
    assert run("query", replace(FAST, gather_from=1 << 60))[1] == one_by_one[1]


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
    duties([str(tmp_path / "in.parquet")], whole, options=FAST)
    if safe:
        monkeypatch.setattr(work, "SAFE_EVERY", -1.0)
    with cut_off(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], out, options=FAST)
    journal = tmp_path / "out.parquet.parley-work" / "journal"
    assert [json.loads(x)["safe"] for x in journal.read_text().splitlines()[1:]] == [safe]
    monkeypatch.setattr(work, "boot", lambda: "another")
    found = duties([str(tmp_path / "in.parquet")], out, options=FAST)
    assert found.resumed_rows == goes_on
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.slow
def test_what_a_cut_off_run_left_is_put_on_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a run that goes on calls its pieces safe, those of the run before are; and outputs before they appear."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    write_lines(tmp_path / "in.parquet", 9_000)
    on_disk, synced = [], work.synced
    monkeypatch.setattr(work, "synced", lambda path: (on_disk.append(path.name), synced(path))[1])
    with cut_off(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=FAST)
    assert on_disk == []
    monkeypatch.setattr(work, "SAFE_EVERY", -1.0)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=FAST)
    assert "part-000000.parquet" in on_disk
    on_disk.clear()
    monkeypatch.setattr(work, "SAFE_EVERY", 1e9)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.csv", options=FAST)
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
    assert duties(inputs, whole, options=FAST).rows == 10_000
    for after in range(1, 6):
        with cut_off(monkeypatch, after), suppress(KeyboardInterrupt):
            duties(inputs, out, options=FAST)
        assert duties(inputs, out, options=FAST).rows == 10_000
        assert out.read_bytes() == whole.read_bytes()
        out.unlink()
