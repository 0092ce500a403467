"""Files at addresses are read like files here: memory://, file:// and http:// are translated where their layout is another's."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from layout_files import FILES, GOODS, canonical
from parley.errors import InputError
from parley.law.shipments.files import file_duties
from tables import read_rows

pytestmark = pytest.mark.slow

ACE = next(f for f in FILES if f.name == "ace.csv").text().encode()
VALUE = sum(g.value for g in GOODS)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address under which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def put(address: str, content: bytes) -> str:
    """A file in memory, under its address."""
    fsspec = pytest.importorskip("fsspec", reason="the extra parley-trade[remote] is not installed")
    with fsspec.open(address, "wb") as stream:
        stream.write(content)
    return address


def test_a_report_in_memory_is_translated(tmp_path: Path) -> None:
    for name, content in (
        ("ace.csv", ACE),
        ("ace.csv.gz", gzip.compress(ACE)),
        ("utf-16.csv", ACE.decode().encode("utf-16")),
    ):
        found = file_duties([put(f"memory://reports/{name}", content)], tmp_path / "out.csv")
        assert (found.files[0]["file"], found.files[0]["layout"], found.report.rows) == (name, "ace-es003", len(GOODS))
        assert found.report.value_total == pytest.approx(VALUE)
    row = read_rows(tmp_path / "out.csv")[0]
    assert row["source_file"] == "utf-16.csv"


def test_files_in_the_engines_columns_stay_where_they_are(tmp_path: Path) -> None:
    address = put("memory://plain/in.csv", canonical().encode())
    found = file_duties([address], tmp_path / "out.csv")
    assert (found.files, found.report.value_total) == ((), pytest.approx(VALUE))
    table = pa.table({"product": ["9503000073"], "origin": ["CHN"], "entry_date": ["2025-05-02"], "value": [1000.0]})
    pq.write_table(table, tmp_path / "in.parquet")
    assert file_duties([f"file://{tmp_path}/in.parquet"]).report.duty_total == 1450.0
    named = table.rename_columns(["HTS Number", "Ursprungsland", "Entry Date", "Customs Value"])
    pq.write_table(named, tmp_path / "other.parquet")
    found = file_duties([f"file://{tmp_path}/other.parquet"])
    assert (found.report.duty_total, found.files[0]["columns"]["origin"]) == (1450.0, "Ursprungsland")


def test_json_folders_and_globs_at_addresses(tmp_path: Path) -> None:
    rows = [["I_COMMODITY", "CTY_CODE", "CON_VAL_MO", "time"], ["9503000073", "5700", "1000", "2025-05"]]
    address = put("memory://census/a.json", json.dumps(rows).encode())
    put("memory://census/b.json", json.dumps(rows).encode())
    assert file_duties([address]).report.duty_total == 1450.0
    assert file_duties(["memory://census/*.json"]).report.duty_total == 2900.0
    put("memory://mixed/ace.csv", ACE)
    put("memory://mixed/plain.csv", canonical().encode())
    for said in ("memory://mixed", "memory://mixed/*.csv"):
        assert file_duties([said]).report.value_total == pytest.approx(2 * VALUE)
    local = tmp_path / "here.csv"
    local.write_text(canonical())
    assert file_duties([str(local), "memory://mixed/ace.csv"]).report.value_total == pytest.approx(2 * VALUE)


def test_a_report_is_read_over_http(served: tuple[Path, str]) -> None:
    folder, address = served
    (folder / "ES-003.csv").write_bytes(ACE)
    found = file_duties([f"{address}/ES-003.csv"])
    assert (found.files[0]["layout"], found.report.rows) == ("ace-es003", len(GOODS))
    (folder / "plain.csv").write_text(canonical())
    assert file_duties([f"{address}/plain.csv"]).report.value_total == pytest.approx(VALUE)
    with pytest.raises(InputError):
        file_duties([f"{address}/none.csv"])


def test_a_workbook_at_an_address(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (["HTS", "COO", "Entry Date", "Customs Value"], [9503000073, "CN", "2025-05-02", 1000]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    put("memory://books/in.xlsx", (tmp_path / "in.xlsx").read_bytes())
    assert file_duties(["memory://books/in.xlsx"]).report.duty_total == 1450.0
