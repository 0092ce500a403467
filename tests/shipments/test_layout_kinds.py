"""Kinds of files that systems write, one test a kind: encodings, markup, JSON shapes, marks of spreadsheets, days, places, headings."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from test_layout_headings import rows_of_file

from drawn import thinned
from parley.errors import InputError
from parley.law.shipments.files import file_duties
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.days import read_day
from parley.law.shipments.layouts.places import place
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.translate import translated
from parley.law.user_weights import read_values

GOODS = ("product", "origin", "entry_date", "value")
BAGS, LAMPS = ("3923900080", "PAK", "2025-05-14", 1250.5), ("9405416000", "CHN", "2025-06-03", 980.25)
HEAD, ROW, MORE = (
    "HTS,COO,Entry Date,Customs Value\n",
    "3923900080,PK,2025-05-14,1250.50\n",
    "9405416000,CN,2025-06-03,980.25\n",
)
PLAIN = HEAD + ROW + MORE


def goods(
    tmp_path: Path, content: str | bytes, name: str = "in.csv", asked: FileOptions | None = None
) -> list[tuple[object, ...]]:
    """The goods of a file after its translation."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with translated([str(path)], asked or FileOptions(), always=True) as read:
        found = duckdb.sql(f"SELECT * FROM '{read.paths[0]}'")
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return [tuple(r.get(n) for n in GOODS) for r in rows]


@pytest.mark.parametrize(
    ("content", "goods_of"),
    [
        (PLAIN.encode("utf-16-le"), [BAGS, LAMPS]),
        (PLAIN.encode("utf-16-be"), [BAGS, LAMPS]),
        ("HSコード,原産国,輸入日,課税価格\n9405416000,中国,2025年6月3日,980.25\n".encode("shift_jis"), [LAMPS]),
        ("HS編碼,原產國,進口日期,金額(美元)\n9405416000,中國,2025/06/03,980.25\n".encode("big5"), [LAMPS]),
        ("HS코드,원산지,수입일자,과세가격\n9405416000,중국,2025-06-03,980.25\n".encode("cp949"), [LAMPS]),
        (
            "Zolltarifnummer;Ursprungsland;Einfuhrdatum;Zollwert\n9405416000;China;03.06.2025;980,25\n".encode(
                "cp1252"
            ),
            [LAMPS],
        ),
    ],
)
def test_encodings_that_no_mark_tells_are_known_by_their_headings(
    content: bytes, goods_of: list[tuple], tmp_path: Path
) -> None:
    asked = FileOptions(dates="DMY")
    assert goods(tmp_path, content, asked=asked) == goods_of


def test_a_page_and_excels_xml_under_the_name_xls_are_tables(tmp_path: Path) -> None:
    rows = [line.split(",") for line in PLAIN.splitlines()]
    page = "<html><body><table><tr><td colspan=4>Report of <b>entries</b></td></tr>" + "".join(
        "<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows
    )
    assert goods(tmp_path, page + "</table></body></html>", "in.xls") == [BAGS, LAMPS]
    cells = "".join(
        "<Row>"
        + "".join(f'<Cell ss:Index="{n}"><Data ss:Type="String">{c}</Data></Cell>' for n, c in enumerate(row, 2))
        + "</Row>"
        for row in rows
    )
    names = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    )
    book = (
        f'<?xml version="1.0"?><Workbook {names}><Worksheet ss:Name="a"><Table>{cells}</Table></Worksheet></Workbook>'
    )
    assert goods(tmp_path, book, "in.xls") == [BAGS, LAMPS]
    for content, said in (
        ("<?xml version='1.0'?><rows/>", "no workbook"),
        ("%PDF-1.7 x", "PDF"),
        ("<?xml version='1.0'?><a", "XML"),
    ):
        with pytest.raises(InputError, match=said):
            goods(tmp_path, content, "in.xls")


@pytest.mark.parametrize(
    "text",
    [
        '{"data": {"lines": [{"hts": "3923.90.0080", "origin": {"code": "PK"}, "entry_date": "2025-05-14", '
        '"customs_value": {"amount": 1250.5, "currency": "USD"}}]}}',
        '{"HTS": ["3923900080"], "COO": ["PK"], "Entry Date": ["2025-05-14"], "Customs Value": [1250.5]}',
        '{"HTS": {"0": "3923900080"}, "COO": {"0": "PK"}, "Entry Date": {"0": "2025-05-14"}, "Customs Value": {"0": 1250.5}}',
        '{"columns": ["HTS", "COO", "Entry Date", "Customs Value"], "data": [["3923900080", "PK", "2025-05-14", 1250.5]]}',
    ],
)
def test_json_of_objects_inside_objects_and_of_columns(text: str, tmp_path: Path) -> None:
    assert goods(tmp_path, text, "in.json") == [BAGS]


@pytest.mark.parametrize("last", thinned([
    "Total,,,2230.75", ",,,2230.75\n,,Total,2230.75", "Summe,,,2230.75", "合计,,,2230.75", "*** End of report ***", "Page 1 of 1,,,",
    "HTS,COO,Entry Date,Customs Value",
], 3))  # fmt: skip
def test_rows_that_are_none_of_goods_are_left_out_of_files_in_the_engines_columns_too(
    last: str, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text(PLAIN + ROW * 2500 + last + "\n")
    with translated([str(tmp_path / "in.csv")], FileOptions()) as read:
        assert read.files[0]["rows"] == 2502


def test_lines_that_end_in_carriage_returns_alone(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(PLAIN.replace("\n", "\r").encode())
    with translated([str(tmp_path / "in.csv")], FileOptions()) as read:
        assert read.files[0]["rows"] == 2
    assert goods(tmp_path, PLAIN.replace("\n", "\r")) == [BAGS, LAMPS]


def test_the_sign_of_two_currencies_is_of_the_one_that_is_named(tmp_path: Path) -> None:
    cells = ROW.replace("1250.50", '"¥1,250.50"')
    with pytest.raises(InputError, match="two currencies, CNY or JPY"):
        goods(tmp_path, HEAD + cells)
    asked = FileOptions(rates=read_rates(["JPY=1"]))
    assert goods(tmp_path, HEAD.replace("Customs Value", "Value (JPY)") + cells, asked=asked) == [BAGS]
    named = HEAD.replace("\n", ",Currency\n") + cells.replace("\n", ",JPY\n")
    assert goods(tmp_path, named, asked=asked) == [BAGS]
    assert "its sign is of CNY or JPY" in str(
        goods(tmp_path, named.replace("JPY", "EUR"), asked=FileOptions(rates=read_rates(["EUR=1"])))[0][3]
    )


def test_short_days_that_begin_with_their_year(tmp_path: Path) -> None:
    text = PLAIN.replace("2025-05-14", "25-05-14").replace("2025-06-03", "25-06-03")
    assert goods(tmp_path, text) == [BAGS, LAMPS]


def test_a_spreadsheets_marks_of_texts_are_none_of_the_cell(tmp_path: Path) -> None:
    for row in ("'3923900080,'PK,'2025-05-14,'1250.50\n", '="3923900080",="PK",="2025-05-14",="1250.50"\n'):
        assert goods(tmp_path, HEAD + row) == [BAGS]


@pytest.mark.parametrize(
    "text",
    ["20250514", "20250514093000", "2025-05-14T23:59:59-07:00", "Wed May 14 2025 00:00:00 GMT-0400 (EDT)", "May 14 2025 12:00AM",
     "1747180800", "1747180800000", "14-May-2025 10:15 UTC", "5/14/2025 11:30:00 PM"],
)  # fmt: skip
def test_days_with_times_and_zones(text: str) -> None:
    assert str(read_day(text).day) == "2025-05-14"


def test_numbers_of_days_are_read_where_all_are_such(tmp_path: Path) -> None:
    assert goods(tmp_path, HEAD + ROW.replace("2025-05-14", "45791")) == [BAGS]
    mixed = goods(tmp_path, HEAD + ROW.replace("2025-05-14", "45791") + MORE)
    assert mixed[0][2] == "45791: a number; as a workbook's day it would be 2025-05-14"


def test_another_column_of_days_tells_the_order(tmp_path: Path) -> None:
    text = "HTS,COO,Arrived,Entry Date,Customs Value\n9405416000,CN,05/28/2025,06/03/2025,980.25\n"
    assert goods(tmp_path, text) == [LAMPS]


@pytest.mark.parametrize(
    ("text", "iso3"),
    [("VIETNAM SOC REP", "VNM"), ("Made in China", "CHN"), ("CN/China", "CHN"), ("CA-ON", "CAN"), ("Québec, Canada", "CAN"),
     ("ON", "CAN"), ("NL", "NLD"), ("Republic of Congo", "COG"), ("Guinea", "GIN"), ("Kongo", None), ("Nord", None),
     ("Deutschland", "DEU"), ("한국", "KOR"), ("米国", "USA"), ("美國", "USA"), ("Wielka Brytania", "GBR")],
)  # fmt: skip
def test_places_as_people_write_them(text: str, iso3: str | None) -> None:
    assert place(text) == iso3


def test_numbers_of_china_customs_are_countries_in_its_own_files(tmp_path: Path) -> None:
    row = "202505,95030089,{},10\n"
    text = "数据年月,商品编码,贸易伙伴编码,贸易类型,美元\n" + "".join(
        map(row.format, ("502,进口", "116,进口", "502,出口"))
    )
    assert [r[1] for r in goods(tmp_path, text)] == ["USA", "JPN"]
    assert (place("110", "gacc"), place("124", "iso")) == ("HKG", "CAN")


def test_letters_of_a_province_and_of_a_country_are_two_meanings_beside_provinces(tmp_path: Path) -> None:
    wood = "4407110001,{},2025-05-14,10.50\n"
    alone = goods(tmp_path, HEAD + wood.format("NL") + wood.format("DE"))
    assert [r[1] for r in alone] == ["NLD", "DEU"]
    among = goods(tmp_path, HEAD + wood.format("NL") + wood.format("QC") + wood.format("DE"))
    assert [r[1] for r in among] == ["NL: Netherlands (NLD) or Newfoundland and Labrador in Canada (CAN)", "CAN", "DEU"]
    named = goods(tmp_path, HEAD.replace("COO", "Province of Origin") + wood.format("NL") + wood.format("PE"))
    assert [r[1] for r in named] == ["CAN", "CAN"]


def test_a_repeated_heading_of_the_same_codes_is_no_second_number(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Customs Value,HTS\n3923900080,PK,2025-05-14,1250.50,3923900080\n"
    assert goods(tmp_path, text) == [BAGS]


def test_the_values_of_lines_go_before_those_of_their_entry(tmp_path: Path) -> None:
    head = "Entry Number,Entry Date,HTS,COO,Line Value,Total Entered Value\n"
    rows = "X1,2025-05-14,3923900080,PK,1250.50,2230.75\nX1,2025-05-14,9405416000,CN,980.25,2230.75\n"
    assert [r[3] for r in goods(tmp_path, head + rows)] == [1250.5, 980.25]
    assert [r[3] for r in goods(tmp_path, head.replace("Line Value", "Freight") + rows)] == [2230.75, 2230.75]


def test_sums_below_an_entry_are_totals(tmp_path: Path) -> None:
    text = "Entry,HTS,COO,Entry Date,Customs Value\nX1,3923900080,PK,2025-05-14,1250.50\nX1 Total,,,,1250.50\nGrand Total,,,,1250.50\n"
    assert goods(tmp_path, text) == [BAGS]


def test_the_customs_value_of_a_unit_is_multiplied_and_a_shops_price_is_no_value(tmp_path: Path) -> None:
    text = "sku\tharmonized code\tcountry of origin\tdeclared unit value (USD)\tunits\nA\t3923.90.0080\tPK\t2.50\t500\n"
    assert goods(tmp_path, text, asked=FileOptions(on="2025-05-14"))[0][3] == 1250.0
    shop = "ID,Name,HS Code,Country of Origin,Regular price\n1,Ball,3923.90,PK,20.00\n"
    with pytest.raises(InputError, match="--columns value=-"):
        goods(tmp_path, shop, asked=FileOptions(on="2025-05-14"))


def test_sums_since_january_are_no_months(tmp_path: Path) -> None:
    text = "I_COMMODITY,CTY_CODE,CON_VAL_YR,time\n3923900080,5350,1250,2025-05\n"
    with pytest.raises(InputError, match="a sum since January"):
        goods(tmp_path, text)
    assert goods(tmp_path, text, asked=FileOptions(on="2025-05-14"))[0][3] == 1250.0


def test_a_month_without_a_year_of_its_own_is_of_no_year(tmp_path: Path) -> None:
    head, good = "Data Type,HTS Number,Country,Year,May\n", "Customs Value,9503000073,China,2025,100\n"
    days = [
        row[2] for row in goods(tmp_path, head + 20 * good + good.replace("2025", "") + good.replace("2025", "0000"))
    ]
    assert days == [*["2025-05-01"] * 20, "not a year", "not a year"]


def test_the_old_download_of_comext_has_its_measure_in_a_column(tmp_path: Path) -> None:
    head = "PERIOD;REPORTER;PARTNER;PRODUCT;FLOW;INDICATORS;INDICATOR_VALUE\n"
    rows = "202505;DE;US;95030075;1;VALUE_IN_EUROS;100\n202505;DE;US;95030075;1;QUANTITY_IN_100KG;7\n"
    found = goods(tmp_path, head + rows, asked=FileOptions(rates=read_rates(["EUR=2"])))
    assert found == [("95030075", "USA", "2025-05-01", 200.0)]


def test_short_words_of_systems(tmp_path: Path) -> None:
    text = "ENTRY_NBR,ENTRY_DT,CNTRY_ORGN_CD,HTS_NBR,ENTRD_VAL_AMT,DUTY_AMT,MOT_CD\nX1,20250514,PK,3923900080,1250.50,12,11\n"
    assert goods(tmp_path, text) == [BAGS]


LONG = "HTS Number,Country of Origin,Entry Date,Measure,Value\n"
MEASURED = "".join(
    f"9503000073,CN,2025-05-02,{said}\n"
    for said in ("Customs Value,1000", "CIF Value,1100", "Quantity,10", "Calculated Duties,1450")
)


@pytest.mark.parametrize("head", [LONG, "product,origin,entry_date,measure,value\n"])
def test_of_rows_that_say_their_measure_those_of_the_surest_value_are_read(tmp_path: Path, head: str) -> None:
    (path := tmp_path / "in.csv").write_text(head + MEASURED)
    found = file_duties([str(path)])
    assert (found.report.rows, found.report.value_total) == (1, 1000.0)
    assert found.files[0]["left_out"] == {"breakdowns and other measures": 3}
    path.write_text(head + MEASURED.replace("Customs Value", "Invoice Value"))
    with pytest.raises(InputError, match="'CIF Value' and 'Invoice Value'"):
        file_duties([str(path)])


def test_how_each_row_was_valued_is_no_measure(tmp_path: Path) -> None:
    rows = "".join(f"9503000073,CN,2025-05-02,{said},1000\n" for said in ("FOB Value", "CIF Value"))
    (path := tmp_path / "in.csv").write_text(LONG + rows)
    assert file_duties([str(path)]).report.value_total == 2000.0


def test_a_line_that_is_told_twice_is_said(tmp_path: Path) -> None:
    head = "Entry Number,Entry Line Number,Case,HTS Number,Country of Origin,Entry Date,Entered Value\n"
    rows = "".join(
        f"ABC12345672,{n},{case},9503000073,CN,2025-05-02,100\n" for n, case in ((1, "A"), (1, "C"), (2, ""))
    )
    (path := tmp_path / "in.csv").write_text(head + rows)
    assert any(
        "1 row says an entry's line again" in n and "100.00 dollars count twice" in n
        for n in file_duties([str(path)]).report.notes
    )


@pytest.mark.parametrize("heading", ["item-price", "Item Price", "Cost (USD)", "Selling Cost"])
def test_a_price_beside_a_quantity_is_asked_about_by_any_name(tmp_path: Path, heading: str) -> None:
    (path := tmp_path / "in.csv").write_text(f"HTS,COO,Date,Quantity,{heading}\n9503000073,CN,2025-05-02,2,19.99\n")
    with pytest.raises(InputError, match=r"of one unit or of the whole line|of one unit, and|no column of the value"):
        file_duties([str(path)])


def test_months_that_a_workbook_shows_are_read(tmp_path: Path) -> None:
    for head in ("Apr-25,May-25", "2025-04-01,2025-05-01"):
        (path := tmp_path / "in.csv").write_text(f"HTS,COO,{head}\n9503000073,CN,1000,2000\n")
        found = file_duties([str(path)], asked=FileOptions(decimal=".")).report
        assert [(s.name, s.value) for s in found.by_month] == [("2025-04", 1000.0), ("2025-05", 2000.0)]


def test_weights_that_are_sums_of_longer_codes_do_not_count_twice(tmp_path: Path) -> None:
    (path := tmp_path / "in.csv").write_text(
        "HS,Partner,Trade Value\n9503,China,1000\n950300,China,1000\n85,China,900\n851713,China,500\n"
    )
    found, notes = read_values(path, "CHN", "USA")
    assert found == {"950300": 1000.0, "85": 900.0, "851713": 500.0}
    assert [n.partition(": ")[2] for n in notes[1:]] == [
        "left out, as sums of longer codes: 9503",
        "85 count beside longer codes below them; take them out if they are sums",
    ]


@pytest.mark.parametrize("column", ["origin", "destination"])
def test_a_spelling_that_translation_reads_is_read_under_the_engines_own_headings(tmp_path: Path, column: str) -> None:
    """Alone in its file, where no other cell leads to translation; a row that is read is not refused."""
    path = tmp_path / "in.csv"
    for text in ("China (Mainland)", "P.R. China", "S. Korea", "England", "Czech Rep.", "Taiwan, Province of China"):
        cells = {
            "product": "9503000073",
            "origin": "VNM",
            "destination": "USA",
            "entry_date": "2025-05-02",
            "value": "1000",
        }
        with path.open("w", encoding="utf-8", newline="") as file:
            write = csv.DictWriter(file, cells)
            write.writeheader()
            write.writerow(cells | {column: text})
        report = file_duties([str(path)], tmp_path / "out.csv").report
        assert not report.rejected or "no such country" not in Path(report.rejects).read_text(), text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_marks_tell_every_width_of_unicode(tmp_path: Path, encoding: str, order: str) -> None:
    text = "\ufeffHTS Number,Country of Origin,Entry Date,Customs Value\n9503000073,CN,2025-05-02,1000\n"
    (path := tmp_path / "in.csv").write_bytes(text.encode(f"{encoding}-{order}"))
    assert [(r["origin"], r["value"]) for r in rows_of_file(path)[1]] == [("CHN", 1000)]
