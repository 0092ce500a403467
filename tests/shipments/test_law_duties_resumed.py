"""What a run takes up after it was cut off, and the one Parquet file that its segments become."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parley.errors import InputError, OutputError
from parley.law.shipments import run
from parley.law.shipments.rows_out import CsvOutput
from parley.law.shipments.run import duties
from shipment_files import SMALL, write_lines

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Runs end behind so many pieces as if killed: nothing is put in order."""
    count, left = run.Work.count, [after]

    def cut(self: run.Work, *args, **named) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        count(self, *args, **named)

    with monkeypatch.context() as now:
        now.setattr(run.Work, "count", cut)
        yield


@pytest.mark.parametrize(("every", "goes_on"), [(1e9, 0), (-1.0, 2048)])
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_after_a_kill_what_was_kept_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, every: float, goes_on: int
) -> None:
    write_lines(tmp_path / "in.parquet", 9_000)
    whole, out, source = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}", str(tmp_path / "in.parquet")
    duties([source], whole, options=SMALL)
    monkeypatch.setattr(run, "SAFE_EVERY", every)
    with killed(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        duties([source], out, options=SMALL)
    folder = tmp_path / f"out.{suffix}.parley-work"
    folder.mkdir(exist_ok=True)
    for name in ("out", "rejects", "rows-000001"):  # what was written behind it
        with (folder / name).open("ab") as stream:
            stream.write(b"no row of any kind")
    assert duties([source], out, options=SMALL).resumed_rows == goes_on
    assert out.read_bytes() == whole.read_bytes()
    rejects = Path(f"{out}.rejects.csv").read_bytes()
    assert rejects == Path(f"{whole}.rejects.csv").read_bytes()


@pytest.mark.parametrize(
    "spoilt", [lambda b: bytes([b[0] ^ 1]) + b[1:], lambda b: b[:200] + b"~" + b[201:], lambda b: b[:200]]
)
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_what_was_kept_and_changed_since_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, spoilt: Callable[[bytes], bytes]
) -> None:
    write_lines(tmp_path / "in.parquet", 9_000)
    whole, out, source = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}", str(tmp_path / "in.parquet")
    duties([source], whole, options=SMALL)
    monkeypatch.setattr(run, "SAFE_EVERY", -1.0)
    with killed(monkeypatch, 2), pytest.raises(KeyboardInterrupt):
        duties([source], out, options=SMALL)
    kept = tmp_path / f"out.{suffix}.parley-work" / ("out" if suffix == "csv" else "rows-000000")
    kept.write_bytes(spoilt(kept.read_bytes()))
    found = duties([source], out, options=SMALL)
    assert found.resumed_rows == 0
    assert found.notes[0] == f"{kept} is not what the run that was cut off had written: all rows were computed anew"
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("ends", range(3))  # of the entries, of the rejects, of the rows
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_an_end_that_fails_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, ends: int
) -> None:
    write_lines(tmp_path / "in.parquet", 3_000)
    places = [
        [tmp_path / f"{n}-{k}" for k in (f"out.{suffix}", "rejects.csv", "entries.csv")] for n in ("whole", "again")
    ]
    ended, left = CsvOutput.finish, [ends]

    def cut(self: CsvOutput) -> None:
        ended(self)
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    for (out, rejects, entries), fails in zip(places, (False, True), strict=True):
        if fails:
            with monkeypatch.context() as now, suppress(OutputError):  # rows as Parquet do not end so
                now.setattr(CsvOutput, "finish", cut)
                duties([str(tmp_path / "in.parquet")], out, rejects=rejects, entries=entries, options=SMALL)
        duties([str(tmp_path / "in.parquet")], out, rejects=rejects, entries=entries, options=SMALL)
    for whole, again in zip(*places, strict=True):
        assert whole.read_bytes() == again.read_bytes()


def test_entries_of_lines_that_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("entry,product,origin,entry_date,value\nx,y\nz\n")
    assert duties([str(tmp_path / "in.csv")], entries=tmp_path / "entries.csv").rejected == 2
    assert (tmp_path / "entries.csv").read_text() == "entry,entry_date,lines,rejected,value,duty,mpf,hmf\n"


def test_what_counts_is_on_disk_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a state is kept all that it tells of is; so too the outputs before they appear."""
    write_lines(tmp_path / "in.parquet", 9_000)
    on_disk, synced = [], run._on_disk
    monkeypatch.setattr(run, "_on_disk", lambda path: (on_disk.append(path.name), synced(path))[1])
    monkeypatch.setattr(run, "SAFE_EVERY", -1.0)
    with killed(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=SMALL)
    assert {*on_disk} == {"rows-000000", "rejects"}
    for kind in ("parquet", "csv"):
        on_disk.clear()
        duties([str(tmp_path / "in.parquet")], tmp_path / f"out.{kind}", options=SMALL)
        assert {"out", "rejects"} <= {*on_disk}


@pytest.mark.parametrize("kinds", [("BIGINT",), ("BIGINT", "INTEGER"), ("DECIMAL(18,2)", "BIGINT")])
def test_files_of_several_kinds_cut_off_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]
) -> None:
    """One segment or many: the same bytes, wherever it was cut off."""
    write_lines(tmp_path / "in.parquet", 9_000)
    inputs = [str(tmp_path / f"{j}.parquet") for j in range(len(kinds))]
    for path, kind in zip(inputs, kinds, strict=True):
        rows = f"SELECT * REPLACE (id::{kind} AS id) FROM '{tmp_path / 'in.parquet'}'"
        duckdb.sql(f"COPY ({rows}) TO '{path}' (ROW_GROUP_SIZE 2048)")
    whole, out = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    duties(inputs, whole, options=SMALL)
    for every in (1e9, -1.0):
        monkeypatch.setattr(run, "SAFE_EVERY", every)
        for after in range(1, 4):
            with killed(monkeypatch, after), suppress(KeyboardInterrupt):
                duties(inputs, out, options=SMALL)
            duties(inputs, out, options=SMALL)
            assert out.read_bytes() == whole.read_bytes()
            out.unlink()


def test_texts_of_any_number_are_joined_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns of more words than a dictionary page holds, of none, with nulls and without."""
    write_lines(tmp_path / "in.parquet", 60_000)
    held = pq.read_table(tmp_path / "in.parquet")
    many = pa.array([f"{'9' * 40}{n}" for n in range(len(held))])
    held = held.set_column(held.column_names.index("product"), "product", many)
    held = held.append_column("none", pa.nulls(len(held), pa.string())).append_column("many", many)
    pq.write_table(held, tmp_path / "in.parquet", row_group_size=30_000)
    for name, every in (("one", 1e9), ("several", -1.0)):
        monkeypatch.setattr(run, "SAFE_EVERY", every)
        duties([str(tmp_path / "in.parquet")], tmp_path / f"{name}.parquet", options=SMALL)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "several.parquet").read_bytes()
    assert pq.read_table(tmp_path / "one.parquet").select(held.column_names).equals(held)


def test_statistics_of_own_columns_are_written(tmp_path: Path) -> None:
    """A reader skips row groups by them, as it does in the source."""
    write_lines(tmp_path / "in.parquet", 9_000)
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.parquet", options=SMALL)
    told = pq.ParquetFile(tmp_path / "out.parquet").metadata.row_group(1).column(0).statistics
    assert told.min == 2_049


def test_two_runs_of_one_output_at_once_are_one_too_many_and_the_first_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows whose codes are followed are judged after the others: nothing stands there, and nobody else may write, until then."""
    from parley.law.shipments import followed
    from parley.law.shipments.files import file_duties

    source, out, refused = tmp_path / "in.csv", tmp_path / "out.csv", list[str]()
    source.write_text(
        "product,origin,entry_date,value\n9503000073,CHN,2025-05-02,10\n9503,CHN,2025-05-02,20\n0,CHN,2025-05-02,1\n"
    )
    file_duties([str(source)], out)
    whole, plain = out.read_bytes(), followed.follow_rows
    out.unlink()

    def beside(*args, **named):
        with pytest.raises(InputError, match="another run is writing it") as told:
            file_duties([str(source)], out)
        refused.append(str(told.value))
        assert not out.exists()
        return plain(*args, **named)

    monkeypatch.setattr(followed, "follow_rows", beside)
    file_duties([str(source)], out)
    assert out.read_bytes() == whole
    assert b"9503,CHN,2025-05-02,20,1.45" in whole
    assert len(refused) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "in.csv", "out.csv", "out.csv.rejects.csv"]
