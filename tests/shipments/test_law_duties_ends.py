"""Runs that end badly, and files that tools write at the edge of what is allowed: nothing is lost, doubled or shifted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from parley.law.shipments import run
from parley.law.shipments.results import RESULT
from parley.law.shipments.run import duties
from shipment_files import LARGE, SMALL, read_out, rows_of, same_in_every_way, told, write_lines

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytestmark = pytest.mark.slow

LINE = b"{},8517130000,CHN,2025-05-02,100.00\n"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))


def stop(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("places", [(3_000,), (0,), (1_500, 1_500), (2_999,)])
def test_empty_lines_of_csv_are_no_rows(tmp_path: Path, places: Sequence[int], end: bytes) -> None:
    lines = [LINE.replace(b"{}", b"%d" % k) for k in range(3_000)]
    for at in sorted(places, reverse=True):
        lines.insert(at, b"\n")
    content = b"".join([b"id,product,origin,entry_date,value\n", *lines]).replace(b"\n", end)
    (tmp_path / "in.csv").write_bytes(content)
    found = duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=LARGE)
    assert (found.rows, found.rejected) == (3_000, 0)
    assert duties([str(tmp_path / "in.csv")], options=LARGE).rows == 3_000
    assert [r[0] for r in read_out(tmp_path / "out.csv")[1:]] == [str(k) for k in range(3_000)]


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
@pytest.mark.parametrize("kinds", [("BIGINT",), ("BIGINT", "DECIMAL(18,2)")])
def test_killed_while_outputs_are_put_in_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, kinds: tuple[str, ...]
) -> None:
    """At any rename and while the folder is removed: output and rejects whole."""
    inputs = []
    for j, kind in enumerate(kinds):
        write_lines(tmp_path / "lines.parquet", 5_000)
        inputs.append(str(tmp_path / f"{j}.parquet"))
        rows = f"SELECT * REPLACE (id::{kind} AS id) FROM '{tmp_path / 'lines.parquet'}'"
        duckdb.sql(f"COPY ({rows}) TO '{inputs[-1]}' (ROW_GROUP_SIZE 2048)")
    whole, out = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}"
    expected = duties(inputs, whole, options=SMALL)
    rejects = Path(f"{whole}.rejects.csv").read_bytes()
    renamed, kill_at = os.replace, [0]

    def rename(source, target) -> None:
        kill_at[0] -= 1
        if kill_at[0] == 0:
            raise KeyboardInterrupt
        renamed(source, target)

    def remove(folder, **_) -> None:
        held = sorted(Path(folder).iterdir())
        for path in held[: len(held) // 2]:
            path.unlink()
        raise KeyboardInterrupt

    for kill in ("first", "second", "third", "folder"):
        kill_at[0] = ("folder", "first", "second", "third").index(kill)
        with monkeypatch.context() as now, suppress(KeyboardInterrupt):  # there may be fewer renames than that
            now.setattr(os, "replace", rename)
            if kill == "folder":
                now.setattr(shutil, "rmtree", remove)
            duties(inputs, out, options=SMALL)
        found = duties(inputs, out, options=SMALL)
        assert replace(told(found), resumed_rows=0) == told(expected)
        assert out.read_bytes() == whole.read_bytes()
        assert Path(f"{out}.rejects.csv").read_bytes() == rejects
        assert not (tmp_path / f"out.{suffix}.parley-work").exists()


def test_an_output_that_is_gone_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lines(tmp_path / "in.parquet", 5_000)
    out = tmp_path / "out.parquet"
    with monkeypatch.context() as now, suppress(KeyboardInterrupt):
        now.setattr(run.Work, "__exit__", stop)
        duties([str(tmp_path / "in.parquet")], out, options=SMALL)
    out.unlink()
    assert duties([str(tmp_path / "in.parquet")], out, options=SMALL).resumed_rows == 0
    assert len(rows_of(out)) == 5_000


@pytest.mark.parametrize("tear", [lambda held: held[:-9], lambda held: bytes(300) + held, lambda held: b""])
def test_a_torn_state_is_none(tmp_path: Path, tear: Callable[[bytes], bytes]) -> None:
    write_lines(tmp_path / "in.parquet", 9_000)
    out, whole = tmp_path / "out.parquet", tmp_path / "whole.parquet"
    duties([str(tmp_path / "in.parquet")], whole, options=SMALL)

    with pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], out, options=SMALL, progress=stop)
    state = tmp_path / "out.parquet.parley-work" / "state"
    state.write_bytes(tear(state.read_bytes()))
    assert duties([str(tmp_path / "in.parquet")], out, options=SMALL).resumed_rows == 0
    assert out.read_bytes() == whole.read_bytes()


def test_a_lost_part_is_not_passed_over(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 9_000)

    with pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=SMALL, progress=stop)
    (tmp_path / "out.parquet.parley-work" / "rows-000000").unlink()
    assert duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=SMALL).resumed_rows == 0
    assert len(rows_of(tmp_path / "out.parquet")) == 9_000


@pytest.mark.parametrize(("first", "second"), [("BIGINT", "DOUBLE"), ("INTEGER", "BIGINT"), ("BIGINT", "VARCHAR")])
def test_columns_of_several_types_lose_nothing(tmp_path: Path, first: str, second: str) -> None:
    write_lines(tmp_path / "lines.parquet", 3_000)
    value = {"DOUBLE": "id + 0.57", "BIGINT": "id + 5000000000", "VARCHAR": "'n' || id"}[second]
    for name, kind, shown in (("a", first, "id"), ("b", second, value)):
        rows = f"SELECT *, ({shown})::{kind} AS own FROM '{tmp_path / 'lines.parquet'}'"
        duckdb.sql(f"COPY ({rows}) TO '{tmp_path / name}.parquet'")
    inputs = [str(tmp_path / f"{n}.parquet") for n in "ab"]
    duties(inputs, tmp_path / "out.parquet", options=SMALL)
    own = [r[0] for r in duckdb.sql(f"SELECT own FROM '{tmp_path / 'out.parquet'}'").fetchall()]
    expected = [r[0] for n in inputs for r in duckdb.sql(f"SELECT own FROM '{n}'").fetchall()]
    assert list(map(str, own)) == [str(type(own[0])(x)) for x in expected]


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_results_of_results_keep_every_column(tmp_path: Path, suffix: str) -> None:
    """A column gives way to one of the result by a name of its own, however often that happened before."""
    write_lines(tmp_path / "lines.parquet", 3_000)
    rows = f"SELECT *, id AS \"Duty\", id + 1 AS duty_input, id + 2 AS measures FROM '{tmp_path / 'lines.parquet'}'"
    for source in ("parquet", "csv"):
        duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'in'}.{source}'")
        out = tmp_path / f"{source}.{suffix}"
        duties([str(tmp_path / f"in.{source}")], out, options=SMALL)
        names = [r[0] for r in duckdb.sql(f"DESCRIBE SELECT * FROM '{out}'").fetchall()]
        assert names[-9:] == ["Duty_input_input", "duty_input", "measures_input", *RESULT]
        own = duckdb.sql(f"SELECT id, Duty_input_input, duty_input, measures_input FROM '{out}'").fetchall()
        assert len(own) == 3_000
        assert all((int(a), int(a) + 1, int(a) + 2) == (int(b), int(c), int(d)) for a, b, c, d in own)


def test_empty_row_groups(tmp_path: Path) -> None:
    write_lines(tmp_path / "lines.parquet", 3_000)
    held = pq.read_table(tmp_path / "lines.parquet")
    with pq.ParquetWriter(tmp_path / "in.parquet", held.schema) as writer:
        for size, at in ((0, 0), (1_000, 0), (0, 0), (0, 0), (2_000, 1_000), (0, 0)):
            writer.write_table(held.slice(at, size))
    same_in_every_way(tmp_path / "in.parquet", tmp_path, asked=replace(SMALL, piece_rows=1_000))


def test_texts_in_an_encoding_that_is_no_dictionary(tmp_path: Path) -> None:
    write_lines(tmp_path / "lines.parquet", 3_000)
    held = pq.read_table(tmp_path / "lines.parquet")
    kinds = dict.fromkeys(("product", "origin", "unit", "note"), "DELTA_LENGTH_BYTE_ARRAY")
    pq.write_table(held, tmp_path / "in.parquet", use_dictionary=False, column_encoding=kinds, row_group_size=1_000)
    same_in_every_way(tmp_path / "in.parquet", tmp_path)


def test_bytes_do_not_depend_on_threads(tmp_path: Path) -> None:
    write_lines(tmp_path / "in.parquet", 20_000)
    for threads in (1, 2, 5):
        out = tmp_path / f"{threads}.parquet"
        duties([str(tmp_path / "in.parquet")], out, options=replace(SMALL, threads=threads))
        assert out.read_bytes() == (tmp_path / "1.parquet").read_bytes()


def test_duties_of_more_digits_than_a_double_holds(tmp_path: Path) -> None:
    lines = [f"{k},0201100510,NZL,2025-05-02,{k}.5,{10**14 + 7 * k},kg\n" for k in range(1, 2_000)]
    (tmp_path / "in.csv").write_text("id,product,origin,entry_date,value,quantity,unit\n" + "".join(lines))
    found = duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=SMALL)
    assert found.rejected == 0
    for row in read_out(tmp_path / "out.csv")[1:]:
        value, duty = float(row[4]), float(row[10])
        assert abs(duty - (0.10 * value + 0.044 * float(row[5]))) <= 0.02 + duty * 1e-14
