"""Folders that are tables: partition columns are columns, a removed file does not count, and what cannot be read is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from layout_files import FILES, GOODS
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.files import file_duties
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.run import Options, duties
from parley.law.shipments.sources import find_files
from tables import read_rows

TOY = {"product": ["9503000073"], "entry_date": ["2025-05-02"], "value": [1000.0]}
PLAIN, FREE = Options(threads=1), Regime(())
EUROS = FileOptions(rates=read_rates(["EUR=2"]))
ACE = next(f for f in FILES if f.name == "ace.csv").text()


def write(path: Path, **more: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(TOY | more), path)


def log(folder: Path, version: int, *actions: dict) -> None:
    (folder / "_delta_log").mkdir(parents=True, exist_ok=True)
    (folder / "_delta_log" / f"{version:020}.json").write_text("\n".join(map(json.dumps, actions)) + "\n")


def added(name: str, **more: object) -> dict:
    return {"add": {"path": name, **more}}


@pytest.mark.parametrize("named", [lambda p: str(p), lambda p: f"{p}/*/*.parquet", lambda p: f"file://{p}"])
@pytest.mark.parametrize("out", ["", "out.csv", "out.parquet"])
def test_the_columns_that_folders_state(tmp_path: Path, named: Callable[[Path], str], out: str) -> None:
    for origin in ("CHN", "VNM"):
        write(tmp_path / "hive" / f"origin={origin}" / "a.parquet")
    found = duties([named(tmp_path / "hive")], tmp_path / out if out else None, regime=FREE, options=PLAIN)
    assert [(s.name, s.value) for s in found.by_origin] == [("CHN", 1000.0), ("VNM", 1000.0)]
    if out == "out.csv":
        assert [r["origin"] for r in read_rows(tmp_path / out)] == ["CHN", "VNM"]
    if out == "out.parquet":
        table = pq.read_table(tmp_path / out)
        assert table["origin"].to_pylist() == ["CHN", "VNM"]
        assert table.column_names.index("origin") == 3


def test_partition_columns_stand_behind_lines_of_csv(tmp_path: Path) -> None:
    folder = tmp_path / "hive" / "country%20of%20origin=Viet%20Nam"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("product,entry_date,value\n9503000073,2025-05-02,10\n")
    duties([str(tmp_path / "hive")], tmp_path / "out.csv", regime=FREE, options=PLAIN)
    assert (tmp_path / "out.csv").read_text().splitlines()[1].startswith("9503000073,2025-05-02,10,Viet Nam,0.0,")


def test_a_file_that_a_delta_log_removed_is_not_counted(tmp_path: Path) -> None:
    table = tmp_path / "delta"
    for part in range(3):
        write(table / f"part {part}.parquet", origin=["CHN"])
    log(table, 0, {"metaData": {"configuration": {}}}, added("part%200.parquet"))
    log(table, 1, {"remove": {"path": "part%200.parquet"}}, added("part%201.parquet", partitionValues={"seen": "a"}))
    assert duties([str(table)], tmp_path / "out.csv", regime=FREE, options=PLAIN).rows == 1
    assert read_rows(tmp_path / "out.csv")[0]["seen"] == "a"


def test_a_delta_log_is_read_from_its_newest_checkpoint(tmp_path: Path) -> None:
    table = tmp_path / "delta"
    for part in range(3):
        write(table / f"{part}.parquet", origin=["CHN"])
    log(table, 0, added("0.parquet"))  # removed before the checkpoint
    kind = pa.struct([("path", pa.string()), ("partitionValues", pa.map_(pa.string(), pa.string()))])
    state = pa.table({"add": pa.array([{"path": "1.parquet", "partitionValues": []}, None], kind)})
    pq.write_table(state, table / "_delta_log" / f"{4:020}.checkpoint.parquet")
    log(table, 5, added("2.parquet"))
    half = (
        table / "_delta_log" / f"{4:020}.checkpoint.{2:010}.{2:010}.parquet"
    )  # of two parts, of which one was written
    half.write_bytes(b"")
    assert duties([str(table)], regime=FREE, options=PLAIN).rows == 2
    log(table, 7, added("0.parquet"))
    with pytest.raises(InputError, match="gap"):
        duties([str(table)], regime=FREE, options=PLAIN)


@pytest.mark.parametrize("action", [
    added("0.parquet", deletionVector={"storageType": "u"}),
    {"metaData": {"configuration": {"delta.columnMapping.mode": "name"}}},
    {"sidecar": {"path": "x.parquet"}},
])  # fmt: skip
def test_a_delta_table_that_needs_more_of_the_protocol_is_refused(tmp_path: Path, action: dict) -> None:
    write(tmp_path / "delta" / "0.parquet", origin=["CHN"])
    log(tmp_path / "delta", 0, added("0.parquet"), action)
    with pytest.raises(InputError, match="deletion vectors, renamed columns"):
        duties([str(tmp_path / "delta")], regime=FREE, options=PLAIN)


@pytest.mark.parametrize(("meta", "match"), [
    ("metadata/v1.metadata.json", "Iceberg"), ("metadata/", "Iceberg"), (".hoodie/hoodie.properties", "Hudi"),
])  # fmt: skip
def test_other_tables_are_refused_by_name(tmp_path: Path, meta: str, match: str) -> None:
    write(tmp_path / "lake" / "data" / "a.parquet", origin=["CHN"])
    place = tmp_path / "lake" / meta
    (place if meta.endswith("/") else place.parent).mkdir()
    if not meta.endswith("/"):
        place.write_text("{}")
    with pytest.raises(InputError, match=match):
        duties([str(tmp_path / "lake")], regime=FREE, options=PLAIN)


@pytest.mark.parametrize("name", ["in.parquet", "in.csv", "in.csv.gz"])
def test_an_address_is_read_as_a_path_is(tmp_path: Path, name: str) -> None:
    import gzip

    text = "product,origin,entry_date,value\n9503000073,CHN,2025-05-02,1000\n"
    if name.endswith("parquet"):
        write(tmp_path / name, origin=["CHN"])
    else:
        (tmp_path / name).write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    found = duties([f"file://{tmp_path / name}"], tmp_path / "out.parquet", regime=FREE, options=PLAIN)
    assert (found.rows, found.value_total) == (1, 1000.0)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 1


def test_an_address_of_another_kind_names_the_extra() -> None:
    with pytest.raises(InputError, match=r"fsspec|not readable") as caught:
        duties(["nowhere://bucket/in.parquet"])
    assert "parley-trade[remote]" in str(caught.value) or "address" in str(caught.value.allowed)


@pytest.mark.parametrize("named", ["hive", "./hive", "hive/", "./hive//", "../{}/hive", "."])
def test_a_folder_is_the_same_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    """Its columns are those of its own folders, and a file that is named twice counts once."""
    write(tmp_path / "hive" / "origin=CHN" / "a.parquet")
    monkeypatch.chdir(tmp_path / "hive" if named == "." else tmp_path)
    text = named.format(tmp_path.name)
    found = find_files([text, f"{text}/origin=CHN/*.parquet", str(tmp_path / "hive")])
    assert [file.extra for file in found] == [(("origin", "CHN"),)]


@pytest.mark.parametrize(
    ("meta", "match"), [("metadata/v1.metadata.json", "Iceberg"), (".hoodie/hoodie.properties", "Hudi")]
)
def test_another_table_is_refused_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meta: str, match: str
) -> None:
    write(tmp_path / "lake" / "data" / "a.parquet", origin=["CHN"])
    (tmp_path / "lake" / meta).parent.mkdir()
    (tmp_path / "lake" / meta).write_text("{}")
    monkeypatch.chdir(tmp_path)
    for text in ("lake", "./lake", f"../{tmp_path.name}/lake/"):
        with pytest.raises(InputError, match=match):
            find_files([text])


def test_a_folder_of_delta_tables_is_refused(tmp_path: Path) -> None:
    """Their removed files would count."""
    log(tmp_path / "lake" / "one", 0, added("0.parquet"), {"remove": {"path": "0.parquet"}})
    write(tmp_path / "lake" / "one" / "0.parquet", origin=["CHN"])
    with pytest.raises(InputError, match="a Delta table in it, one"):
        find_files([str(tmp_path / "lake")])


@pytest.mark.parametrize("line", [
    b"[]", b"7", b'{"add": "x"}', b'{"add": {"path": 7}}', b'{"add": {"path": "a\\u0000b"}}', b'{"add": {"partitionValues": [1]}}',
    b'{"metaData": []}', b'{"metaData": {"configuration": "x"}}', b"\xff\xfe", b"\x1f\x8b\x08damaged", b"{",
])  # fmt: skip
def test_a_damaged_delta_log_is_an_input_error_with_its_place(tmp_path: Path, line: bytes) -> None:
    write(tmp_path / "delta" / "0.parquet", origin=["CHN"])
    log(tmp_path / "delta", 0, added("0.parquet"))
    place = tmp_path / "delta" / "_delta_log" / f"{0:020}.json"
    place.write_bytes((b"" if line.startswith(b"\x1f") else place.read_bytes()) + line)
    with pytest.raises(InputError, match="delta"):
        find_files([str(tmp_path / "delta")])
    place.with_name(f"{0:020}.checkpoint.parquet").write_bytes(b"PAR1" + line + b"PAR1")
    with pytest.raises(InputError, match=r"0\.checkpoint"):
        find_files([str(tmp_path / "delta")])


@pytest.mark.parametrize("named", ["{}", "file://{}", "{}/*/*.parquet"])
def test_tables_are_looked_at_as_files_are(tmp_path: Path, named: str) -> None:
    for origin in ("CHN", "VNM"):
        write(tmp_path / "hive" / f"origin={origin}" / "a.parquet", currency=["EUR"])
    place, out = named.format(tmp_path / "hive"), tmp_path / "out.csv"
    with pytest.raises(InputError, match="values in EUR"):
        file_duties([place], out, regime=FREE)
    report = file_duties([place], out, regime=FREE, asked=EUROS).report
    assert [(s.name, s.value) for s in report.by_origin] == [("CHN", 2000.0), ("VNM", 2000.0)]


@pytest.mark.parametrize("named", ["{}", "file://{}"])
def test_a_table_in_the_engines_own_columns_is_read_where_it_stands(tmp_path: Path, named: str) -> None:
    for origin in ("CHN", "VNM"):
        write(tmp_path / "hive" / f"origin={origin}" / "a.parquet")
    found = file_duties([named.format(tmp_path / "hive")], tmp_path / "out.csv", regime=FREE)
    assert not found.files
    assert [(s.name, s.value) for s in found.report.by_origin] == [("CHN", 1000.0), ("VNM", 1000.0)]


def test_a_report_in_a_folder_with_an_equals_sign_is_translated(tmp_path: Path) -> None:
    place = tmp_path / "client=ACME" / "ace.csv"
    place.parent.mkdir()
    place.write_text(ACE)
    found = file_duties([str(place)], tmp_path / "out.csv", regime=FREE)
    assert (found.files[0]["layout"], found.report.rows) == ("ace-es003", len(GOODS))
    assert {r["client"] for r in read_rows(tmp_path / "out.csv")} == {"ACME"}
    place.write_text("")
    with pytest.raises(InputError, match="no row of headings"):
        file_duties([str(place)], tmp_path / "out.csv", regime=FREE)


def test_columns_that_stand_in_a_log_alone_are_not_lost(tmp_path: Path) -> None:
    write(tmp_path / "delta" / "0.parquet")
    log(tmp_path / "delta", 0, added("0.parquet", partitionValues={"origin": "CHN"}))
    report = file_duties([str(tmp_path / "delta")], tmp_path / "out.csv", regime=FREE).report
    assert [s.name for s in report.by_origin] == ["CHN"]
    write(tmp_path / "delta" / "0.parquet", currency=["EUR"])
    with pytest.raises(InputError, match="in its log alone"):
        file_duties([str(tmp_path / "delta")], tmp_path / "out.csv", regime=FREE, asked=EUROS)


def test_a_report_in_json_at_an_address_with_an_equals_sign_is_translated(tmp_path: Path) -> None:
    place = tmp_path / "client=ACME" / "goods.json"
    place.parent.mkdir()
    place.write_text(json.dumps([{n: v[0] for n, v in TOY.items()} | {"origin": "CHN"}]))
    assert file_duties([f"file://{place}"], tmp_path / "out.csv", regime=FREE).report.value_total == 1000.0


def test_a_damaged_file_with_a_currency_is_refused(tmp_path: Path) -> None:
    rows = {n: v * 60_000 for n, v in (TOY | {"origin": ["CHN"]}).items()}
    place = tmp_path / "a.parquet"
    table = pa.table(rows | {"currency": ["USD" if n % 7 else "" for n in range(60_000)]})
    pq.write_table(table, place, row_group_size=30_000, use_dictionary=False, compression="gzip")
    content = bytearray(place.read_bytes())
    last = pq.read_metadata(place).row_group(1).column(4)
    content[last.data_page_offset : last.data_page_offset + last.total_compressed_size] = bytes(
        last.total_compressed_size
    )
    place.write_bytes(content)
    with pytest.raises(InputError, match="cannot be decoded"):
        file_duties([str(place)], tmp_path / "out.csv", regime=FREE)
