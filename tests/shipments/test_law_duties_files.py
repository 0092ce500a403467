"""Files of shipments: what goes in comes out, with cents, reasons and sums; nothing is lost, nothing is a silent zero."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commands import PARLEY
from parley.errors import InputError
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.chunks import Piece, pieces_of, read_header
from parley.law.shipments.columns import read_columns
from parley.law.shipments.read import ROLES, Reader
from parley.law.shipments.rows_out import _cast
from parley.law.shipments.run import Options, duties
from parley.law.shipments.sources import File
from regimes import law_of
from tables import read_rows

HEAD = "id,HTS Number,Country of Origin,Entry Date,Customs Value,Quantity\n"
ROWS = """1,8517.13.00.00,China,2025-05-02,1000.00,
2,9503000073,CN,2025-05-02,"1,000.00",
3,9503000099,CN,2025-05-02,1000,
4,9503000073,Chinna,2025-05-02,1000,
5,9503000073,CN,2025-13-02,1000,
6,9503000073,CN,2025-05-02,-1,
7,0201100510,DE,2025-05-02,1000,
8,0201100510,DE,2025-05-02,1000,250
9,0201100510
10,9503000073,US,2025-05-02,5,
11,9503000073,VN,2025-05-02,$5.25,
"""
GOOD = {"1": ("0.2", "200.0"), "2": ("1.45", "1450.0"), "8": ("0.111", "111.0"), "11": ("0.1", "0.53")}  # 0.525 half up
BAD_ROWS = [3, 4, 5, 6, 7, 9, 10]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the file, read once with every column on request."""
    home = tmp_path_factory.mktemp("shipments")
    (home / "in.csv").write_text(HEAD + ROWS)
    found = duties([str(home / "in.csv")], home / "out.csv", entries=home / "entries.csv",
                   options=Options(programmes=True, fees=True, mode="vessel", threads=1))  # fmt: skip
    (home / "report.json").write_text(json.dumps({"rows": found.rows, "rejected": found.rejected, "duty": found.duty_total,
                                                  "programmes": found.by_programme,
                                                  "origins": {s.name: s.duty for s in found.by_origin}}))  # fmt: skip
    return home


@pytest.mark.slow
def test_every_row_comes_out_in_order_with_its_duty_or_its_reason(folder: Path) -> None:
    rows = read_rows(folder / "out.csv")
    assert [r["id"] for r in rows] == [str(n) for n in range(1, 12) if n != 9]  # line 9 has no cells to show
    for row in rows:
        if row["id"] in GOOD:
            assert (row["duty_rate"], row["duty"]) == GOOD[row["id"]]
            assert row["reject_reason"] == ""
        else:
            assert (row["duty_rate"], row["duty"]) == ("", ""), "never a silent zero"
            assert row["reject_reason"]


def test_rejects_say_row_found_allowed_and_nearest(folder: Path) -> None:
    rows = read_rows(folder / "out.csv.rejects.csv")
    assert [int(r["row"]) for r in rows] == BAD_ROWS
    by_row = {r["row"]: r for r in rows}
    assert by_row["4"]["nearest"] == "China (CHN)"
    assert by_row["3"]["nearest"].startswith("9503.00.00")
    assert (by_row["6"]["column"], by_row["6"]["found"]) == ("Customs Value", "'-1")  # escaped for spreadsheets
    assert by_row["7"]["column"] == "Quantity"
    assert by_row["9"]["found"] == "9,0201100510"


def test_totals_by_origin_and_programme(folder: Path) -> None:
    found = json.loads((folder / "report.json").read_text())
    assert (found["rows"], found["rejected"], found["duty"]) == (11, 7, 1761.53)
    assert found["origins"] == {"CHN": 1650.0, "DEU": 111.0, "USA": 0.0, "VNM": 0.53, "unknown": 0.0}
    assert found["programmes"] == {"mfn": 11.0, "ieepa_fentanyl": 400.0, "ieepa_reciprocal": 1350.53}


def test_programmes_sum_to_the_rate_and_rows_equal_explain(folder: Path) -> None:
    regime = law_of("USA")
    for row in read_rows(folder / "out.csv"):
        if row["id"] in GOOD:
            split = {n.removeprefix("rate_"): float(v) for n, v in row.items() if n.startswith("rate_")}
            assert sum(split.values()) == pytest.approx(float(row["duty_rate"]), abs=1e-12)
            value = float(row["Customs Value"].replace(",", "").replace("$", ""))
            claims = {"quantity": row["Quantity"]} if row["Quantity"] else {}
            told = regime.explain(
                row["HTS Number"], row["Country of Origin"], "USA", "2025-05-02", claims=claims, value=value
            )
            assert row["measures"] == ";".join(x.measure for x in told.lines[1:])
            for name, rate in told.by_programme().items():
                assert split[name] == pytest.approx(rate, abs=1e-12)


def test_fees_by_line_and_within_bounds_by_entry(folder: Path) -> None:
    first = read_rows(folder / "out.csv")[0]
    assert (first["mpf"], first["hmf"]) == ("3.46", "1.25")  # 0.3464 % and 0.125 % of 1,000
    entries = {r["entry"]: r for r in read_rows(folder / "entries.csv")}
    assert entries["line 1 of piece 1"]["mpf"] == "32.71"  # the least fee of fiscal year 2025
    assert entries["line 3 of piece 1"]["mpf"] == ""  # a rejected line has no fee, not a fee of zero


@pytest.mark.slow
def test_parquet_gzip_folder_and_standard_input_say_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    inside = folder / "many"
    inside.mkdir()
    (inside / "a.csv.gz").write_bytes(gzip.compress((HEAD + ROWS).encode()))
    good = HEAD + "".join(x + "\n" for x in ROWS.splitlines() if x.split(",")[0] != "9")
    import duckdb

    (folder / "good.csv").write_text(good)
    duckdb.execute(
        f"COPY (SELECT * FROM read_csv('{folder / 'good.csv'}', all_varchar = true)) TO '{inside / 'b.parquet'}'"
    )
    options = Options(threads=1)
    both = duties([str(inside)], folder / "both.parquet", options=options)
    assert (both.rows, both.rejected, both.duty_total) == (21, 13, 2 * 1761.53)
    assert duckdb.execute(f"SELECT sum(duty) FROM '{folder / 'both.parquet'}'").fetchall() == [(2 * 1761.53,)]

    class Stdin:
        buffer = io.BytesIO((HEAD + ROWS).encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert duties(["-"], options=options).duty_total == 1761.53


def test_a_broken_quotation_mark_costs_one_line(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(HEAD + '1,9503000073,CN,2025-05-02,100,\n2,"9503000073,CN,2025-05-02,100,\n' * 20)
    found = duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(threads=1))
    assert (found.rows, found.rejected, found.duty_total) == (40, 20, 20 * 145.0)
    assert [int(r["row"]) for r in read_rows(tmp_path / "out.csv.rejects.csv")] == list(range(2, 41, 2))


CELLS = st.lists(st.sampled_from(["a", "é", "\0", ",", '"', "\n", "\r\n", "\r", " ", "="]), max_size=5).map("".join)


@example([("a" * 200_000, "", "")], "\n", True)
@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_record_stands_as_it_is_whatever_its_cells_hold(
    rows: list[tuple[str, ...]], end: str, with_fault: bool
) -> None:
    """Also in a piece that is read line by line. Line ends of a file are those of the output, within cells too."""
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    fault = f'"x" y,1,2{end}' if with_fault else ""
    content = f"{end}{made.getvalue()}{fault}"
    source, names = read_header(b"product,origin,value\n", "in.csv"), ("product", "origin", "value")
    reader = Reader(read_columns(names, optional=["entry_date"]), names, own=True, lines=True)
    read = reader.read(Piece(source, content=content.encode()))
    plain = csv.writer(expected := io.StringIO(newline=""), lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerows([cell.replace("\r\n", "\n") for cell in row] for row in rows)
    assert read.lines is not None
    assert "".join(read.lines.to_pylist()) == f"\n{expected.getvalue()}".removesuffix("\n")
    cells = [row for batch in read.own for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)]
    shown, held = ([[re.sub("\r*\n", "\n", c or "") for c in row] for row in part] for part in (cells, rows))
    assert shown == held
    assert [m.place for m in read.malformed] == [len(rows)] * with_fault


def test_columns_by_name_by_mapping_and_missing() -> None:
    assert read_columns(["Commodity", "COO", "day", "Entered Value"]).of["value"] == "Entered Value"
    assert read_columns(["x", "origin", "date", "value"], {"product": "x"}).of["product"] == "x"
    with pytest.raises(InputError, match="no column of the product"):
        read_columns(["x", "origin", "date", "value"])


def test_an_unknown_file_names_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shipments.csv").write_text(HEAD)
    assert (
        "shipments.csv"
        in json.loads(PARLEY.err(capsys, 2, "law", "duties", str(tmp_path / "shipmnts.csv"), "--json"))["hint"]
    )


def test_words_that_repeat_are_read_once_and_amounts_as_they_stand(tmp_path: Path) -> None:
    """A dictionary of amounts, of which each is another, costs more than the amounts."""
    names = tuple(dict.fromkeys(ROLES))
    (tmp_path / "in.csv").write_text(f"{','.join(names)}\n{','.join('1' for _ in names)}\n")
    (piece,) = pieces_of(File(str(tmp_path / "in.csv")), 1 << 20, 1 << 20)
    (batch,) = Reader(read_columns(names), names).read(piece).batches
    plain = {f.name for f in batch.schema if not pa.types.is_dictionary(f.type)}
    assert plain == {"value", "unit", *(n for n, c in CLAIMS.items() if c.kind == "money")}


@given(st.lists(st.none() | st.integers(0, 5)), st.lists(st.sampled_from("abcde"), min_size=6, max_size=6))
def test_a_dictionary_holds_the_words_that_occur_each_once_and_as_they_come(
    places: list[int | None], words: list[str]
) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(words, pa.string()))
    made = _cast(column, column.type)
    assert made.to_pylist() == column.to_pylist()
    assert made.dictionary.to_pylist() == list(dict.fromkeys(w for w in column.to_pylist() if w is not None))
