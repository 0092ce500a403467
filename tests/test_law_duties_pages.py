"""Parts of results as Parquet pages, the outcomes kept beside the law, and what a run takes up after another start."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.law.shipments import gather_all, work
from parley.law.shipments.parquet_pages import Coded, Plain, write_groups
from parley.law.shipments.run import Options, duties
from test_law_duties_gather import FAST, rows_of, told, write_lines

pq = pytest.importorskip("pyarrow.parquet")

NUMBERS = st.lists(st.floats(allow_nan=False), unique=True, max_size=400)
TEXTS = st.lists(st.text(max_size=12).filter(lambda t: "\0" not in t), unique=True, max_size=300)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 2**32)), min_size=1, max_size=3), NUMBERS, TEXTS)
def test_any_columns_are_read_back(tmp_path_factory, groups, numbers, texts) -> None:
    """By pyarrow and by DuckDB: values, nulls, row groups; dictionaries of none to more than 256 values."""
    path = tmp_path_factory.mktemp("pages") / "x.parquet"
    made, expected = [], []
    for rows, seed in groups:
        draw = np.random.default_rng(seed)
        coded = [Coded(v, draw.integers(-1, len(v), rows).astype(np.int32)) for v in (np.array(numbers), texts)]
        plain = Plain(draw.normal(size=rows), draw.random(rows) < draw.choice([0.0, 0.5, 1.0]))
        made.append([*coded, plain])
        for j in range(rows):
            row = [None if c.places[j] < 0 else c.values[c.places[j]] for c in coded]
            expected.append((*row, float(plain.values[j]) if plain.valid[j] else None))
    write_groups(path, ("number", "text", "plain"), made)
    table = pq.read_table(path)
    assert [tuple(r.values()) for r in table.to_pylist()] == expected
    assert pq.ParquetFile(path).num_row_groups == len(groups)
    assert duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall() == expected


def test_more_than_65536_values(tmp_path: Path) -> None:
    values, index = np.arange(70_000.0), np.arange(70_000, dtype=np.int32)[::-1].copy()
    write_groups(tmp_path / "x.parquet", ("n",), [[Coded(values, index)]])
    assert pq.read_table(tmp_path / "x.parquet")["n"].to_pylist() == values[::-1].tolist()


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
    remember, count = work.Work.remember, [0]

    def cut(self: work.Work, *args, **named) -> None:
        count[0] += 1
        if count[0] == 2:
            raise KeyboardInterrupt
        remember(self, *args, **named)

    monkeypatch.setattr(work.Work, "remember", cut)
    with pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], out, options=FAST)
    monkeypatch.setattr(work.Work, "remember", remember)
    journal = tmp_path / "out.parquet.parley-work" / "journal"
    assert [json.loads(x)["safe"] for x in journal.read_text().splitlines()[1:]] == [safe]
    monkeypatch.setattr(work, "_boot", lambda: "another")
    found = duties([str(tmp_path / "in.parquet")], out, options=FAST)
    assert found.resumed_rows == goes_on
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.slow
def test_what_a_cut_off_run_left_is_put_on_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a run that goes on calls its pieces safe, those of the run before are; and outputs before they appear."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    write_lines(tmp_path / "in.parquet", 9_000)
    remember, count, on_disk = work.Work.remember, [0], []
    synced = work.synced
    monkeypatch.setattr(work, "synced", lambda path: (on_disk.append(path.name), synced(path))[1])

    def cut(self: work.Work, *args, **named) -> None:
        count[0] += 1
        if count[0] == 2:
            raise KeyboardInterrupt
        remember(self, *args, **named)

    monkeypatch.setattr(work.Work, "remember", cut)
    with pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=FAST)
    assert on_disk == []
    monkeypatch.setattr(work, "SAFE_EVERY", -1.0)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=FAST)
    assert "part-000000.parquet" in on_disk
    on_disk.clear()
    monkeypatch.setattr(work, "SAFE_EVERY", 1e9)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.csv", options=FAST)
    assert {"out", "rejects"} <= set(on_disk)
