"""Files that once failed, with values of our own: each is answered as it should be, from reading to refund."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parley.cli.main import main
from parley.errors import InputError
from parley.law.average import average
from parley.law.refund import refunds
from parley.law.regime import read_regime
from parley.law.shipments.files import file_duties
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.run import Options
from tables import each, read_rows

pytestmark = pytest.mark.slow

ACE = """Entry Summary Number,Entry Summary Line Number,Entry Type Code,Entry Date,Country of Origin Code,Tariff Ordinal Number,\
HTS Number - Full,Line Tariff Goods Value Amount,Line Tariff Duty Amount,Liquidation Status,Liquidation Date
XYZ00000106,1,01,05/06/2025,CN,1,99030124,0.00,500.00,Liquidated,03/17/2026
XYZ00000106,1,01,05/06/2025,CN,2,99030163,0.00,3125.00,Liquidated,03/17/2026
XYZ00000106,1,01,05/06/2025,CN,3,9503000073,2500.00,0.00,Liquidated,03/17/2026
XYZ00000114,1,01,06/18/2025,IN,1,99030125,0.00,400.00,Unliquidated,
XYZ00000114,1,01,06/18/2025,IN,2,3923900080,4000.00,120.00,Unliquidated,
"""
FLAT = "Entry Number,HTS Code,Country of Origin,Entry Date,Entered Value,Duty Paid,Liquidation Date,Payment Date\n"
TOY = "9503.00.00.73,CN,2025-05-06,2000"


def written(tmp_path: Path, text: str, name: str = "in.csv") -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def test_rows_of_an_ace_line_are_joined_and_none_is_rejected(tmp_path: Path) -> None:
    found = file_duties([written(tmp_path, ACE)], tmp_path / "out.csv")
    assert (found.report.rows, found.report.rejected, found.report.duty_total) == (2, 0, 3625.0 + 520.0)
    rows = read_rows(tmp_path / "out.csv")
    assert [(r["paid_99030124"], r["paid_99030163"], r["paid_99030125"], r["paid_base"]) for r in rows] == [
        ("500.0", "3125.0", "0.0", "0.0"),
        ("0.0", "0.0", "400.0", "120.0"),
    ]


def test_a_refund_of_an_ace_report_is_what_was_paid_and_the_declaration_has_one_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--out", str(tmp_path / "refund.csv"), "--cape", str(tmp_path / "cape"), "--on", "2026-08-31", "--json"]
    with pytest.raises(SystemExit) as stop:
        main(["law", "refund", written(tmp_path, ACE), *words])
    assert not stop.value.code
    assert json.loads(capsys.readouterr().out)["refund_total"] == 3625.0 + 400.0
    declared = [p for p in (tmp_path / "cape").iterdir() if p.name.startswith("cape-declaration")]
    assert [p.read_text().split() for p in declared] == [["Entry", "Number", "XYZ-0000011-4"]]
    left = read_rows(tmp_path / "cape" / "not-declared.csv")
    assert [(r["Entry Number"], r["state"] != "", r["reason"] != "") for r in left] == [("XYZ-0000010-6", True, True)]


def test_never_more_is_refunded_than_was_paid(tmp_path: Path) -> None:
    lines = ((2900, "2026-03-17"), (0, "2026-03-17"), (400, "2025-09-17"))
    text = FLAT + "".join(f"XYZ0000020{n},{TOY},{paid},{day},2025-05-20\n" for n, (paid, day) in enumerate(lines))
    refunds([written(tmp_path, text)], tmp_path / "refund.csv", on="2026-08-31")
    rows = read_rows(tmp_path / "refund.csv")
    assert [float(r["refund"]) for r in rows] == [2900.0, 0.0, 400.0]
    assert [r["paid_check"] for r in rows] == ["as the law", "less than the law", "less than the law"]
    assert (rows[0]["route"], rows[2]["state"], rows[2]["route"]) == ("protest", "final", "contested")


def test_an_entry_after_the_ruling_and_one_liquidated_long_ago_have_their_own_deadlines(tmp_path: Path) -> None:
    head = "Entry Number,HTS Code,Country of Origin,Entry Date,Entered Value,Payment Date\n"
    text = f"{head}XYZ00000304,9503.00.00.73,CN,2026-02-22,2000,2026-03-06\nXYZ00000312,9503.00.00.73,CN,2025-05-06,2000,2025-05-20\n"
    refunds([written(tmp_path, text)], tmp_path / "refund.csv", on="2026-10-01")
    late, old = read_rows(tmp_path / "refund.csv")
    assert (late["state"], late["route"], old["state"]) == ("unliquidated", "file_now", "final")
    assert (float(late["refund"]), float(old["refund"])) == (
        400.0,
        2900.0,
    )  # 22 February: still collected until the 24th
    assert late["act_by"] != old["act_by"] != ""


def test_euros_are_refused_or_converted_and_provinces_are_canada(tmp_path: Path) -> None:
    euros = written(tmp_path, "product,origin,entry_date,value,currency\n9503000073,CHN,2025-05-06,2000,EUR\n")
    with pytest.raises(InputError, match="--currency-rate EUR=RATE"):
        file_duties([euros])
    assert file_duties([euros], asked=FileOptions(rates=read_rates(["EUR=1.1"]))).report.value_total == 2200.0
    wood = "".join(f"4407120060,{p},2025-05-06,2000\n" for p in ("XC", "XO", "CA", "AB"))
    found = file_duties([written(tmp_path, "product,origin,entry_date,value\n" + wood)])
    assert [(s.name, s.rows, s.rejected) for s in found.report.by_origin] == [("CAN", 4, 0)]
    assert found.report.duty_total == 2000.0  # each 25 %, by whatever line of softwood it is


def test_american_goods_into_china_have_the_added_duty_and_the_true_reason(tmp_path: Path) -> None:
    text = "product,origin,entry_date,value\n95030089,USA,2025-05-06,2000\n95030089,USA,2024-05-06,2000\n"
    found = file_duties([written(tmp_path, text)], tmp_path / "out.csv", options=Options(destination="CHN"))
    assert [r["added_rate"] for r in read_rows(tmp_path / "out.csv")] == ["1.5", "0.25"]
    assert list(found.report.by_reason) == ["product: the ordinary rate of this line is not in the package"]


@pytest.mark.parametrize(
    "text",
    [
        "Data Type,HTS Number,Description,Country,Quantity Description,Year,Month,Customs Value,Calculated Duties\n"
        'Customs Value,9503000073,TOYS,China,number,2025,5,"2,000",2900\n',
        "I_COMMODITY,CTY_CODE,CTY_NAME,GEN_VAL_MO,CON_VAL_MO,CAL_DUT_MO,COMM_LVL,time\n"
        "9503000073,5700,CHINA,2100,2000,2900,HS10,2025-05\n",
    ],
)
def test_official_statistics_are_read_without_a_mapping(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    found = file_duties([path])
    assert (found.report.value_total, found.report.duty_total, found.report.rejected) == (2000.0, 2900.0, 0)
    mean = average(read_regime(), "CHN", "USA", "2025-05-06", weights=Path(path))
    assert mean.points[0].rate == pytest.approx(1.45)


def test_chinas_statistics_are_goods_into_china(tmp_path: Path) -> None:
    text = "数据年月,商品编码,商品名称,贸易伙伴编码,贸易伙伴名称,第一数量,第一计量单位,美元\n"
    text += "202505,95030089,其他玩具,502,美国,500,个,2000\n"
    file_duties([written(tmp_path, text)], tmp_path / "out.csv")
    row = read_rows(tmp_path / "out.csv")[0]
    assert (row["destination"], row["origin"], row["added_rate"]) == ("CHN", "USA", "1.5")


def test_an_inventory_of_six_digits_has_rates_and_a_range(tmp_path: Path) -> None:
    head = "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,Available,On hand\n"
    path = written(tmp_path, f"{head}toy,Toy,Title,Default,S1,950300,CN,Main,5,5\n")
    file_duties([path], tmp_path / "out.csv", options=Options(on="2025-05-06"))
    row = read_rows(tmp_path / "out.csv")[0]
    assert (row["duty_rate_low"], row["duty_rate_high"], row["duty"]) == ("1.45", "1.45", "")
    assert row["range"].startswith("a range over 5 lines of 950300")


def test_folders_that_are_tables(tmp_path: Path) -> None:
    toy = {"product": ["9503000073"], "entry_date": ["2025-05-06"], "value": [2000.0]}
    for origin in ("CHN", "VNM"):
        (tmp_path / "hive" / f"origin={origin}").mkdir(parents=True)
        pq.write_table(pa.table(toy), tmp_path / "hive" / f"origin={origin}" / "a.parquet")
    assert file_duties([str(tmp_path / "hive")]).report.duty_total == 2900.0 + 200.0
    (tmp_path / "delta" / "_delta_log").mkdir(parents=True)
    for n in (0, 1):
        pq.write_table(pa.table({**toy, "origin": ["CHN"]}), tmp_path / "delta" / f"part-{n}.parquet")
        log = [{"remove": {"path": "part-0.parquet"}}] * n + [{"add": {"path": f"part-{n}.parquet"}}]
        (tmp_path / "delta" / "_delta_log" / f"{n:020}.json").write_text("\n".join(map(json.dumps, log)))
    assert file_duties([str(tmp_path / "delta")]).report.rows == 1
    (tmp_path / "ice" / "data").mkdir(parents=True)
    (tmp_path / "ice" / "metadata").mkdir()
    pq.write_table(pa.table({**toy, "origin": ["CHN"]}), tmp_path / "ice" / "data" / "a.parquet")
    with pytest.raises(InputError, match="Iceberg"):
        file_duties([str(tmp_path / "ice")])


def test_a_workbook_that_lacks_a_part_or_holds_half_of_one_is_told_in_words(tmp_path: Path) -> None:
    """What openpyxl raises on it names no part of Python's: each part is taken out, and each is cut off."""
    made, path = io.BytesIO(), tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["product", "origin", "entry_date", "value"])  # pyright: ignore[reportOptionalMemberAccess]
    book.save(made)
    with zipfile.ZipFile(made) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}

    def check(change: tuple[str, bytes | None]) -> None:
        name, content = change
        with zipfile.ZipFile(path, "w") as spoilt:
            for part, held in {**parts, name: content}.items():
                if held is not None:
                    spoilt.writestr(part, held)
        said = f"read whole: {path}"
        try:
            file_duties([str(path)])
        except InputError as error:
            said = str(error)
        assert "book.xlsx" in said
        assert not re.search(r"Error\b|NoneType|archive'", said)

    each(
        [(name, content) for name in parts for content in (None, b"", b"\0\1", parts[name][: len(parts[name]) // 2])],
        check,
    )
    for content in (None, b""):
        with zipfile.ZipFile(path, "w") as other:
            other.writestr("goods.csv", content or b"")
        with pytest.raises(InputError, match="a zip archive that is no workbook"):
            file_duties([str(path)])


def test_what_no_table_of_goods_is_is_refused_at_once(tmp_path: Path) -> None:
    """A cell of a million signs, a row of more cells than any table, a device without an end: no fault of ours, and no minutes."""
    head, row = "HTS Number;Country of Origin;Entry Date;Entered Value;Note\n", "9503000073;China;13.05.2025;10;"
    long = written(tmp_path, head + row + "x" * 200_000 + "\n", "long.csv")
    assert file_duties([long]).report.rows == 1
    for name, text, said in (
        ("cell.csv", head + row + "x" * 2_000_000 + "\n", "at most 1,048,576 signs"),
        ("line.csv", "a," * 200_000, "a row of 200,001 cells"),
        ("below.csv", head + ";" * 5_000 + "\n", "a row of 5,001 cells"),
        ("one.json", json.dumps([{f"c{k}": 1 for k in range(5_000)}]), "a row of 5,000 cells"),
    ):
        with pytest.raises(InputError, match=f"{name}.*{said}"):
            file_duties([written(tmp_path, text, name)])
    with pytest.raises(InputError, match="a device without an end"):
        file_duties(["/dev/zero"])
