"""Headings of real systems: shortened, joined, with words beside them; what stands in their columns is read as it is meant, or refused."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import duckdb
import pytest

from parley.errors import InputError
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.heading_rows import find_table
from parley.law.shipments.layouts.heading_words import words_of
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.spelling import rows_of as rows_of_table
from parley.law.shipments.layouts.standard_input import copied
from parley.law.shipments.layouts.translate import Translated, translated

Rows = list[dict[str, object]]
RATES = read_rates(["EUR=2", "CAD=0.5", "GBP=4"])
GOODS = ("product", "origin", "entry_date", "value")


def rows_of(tmp_path: Path, text: str, asked: FileOptions | None = None) -> tuple[Translated, Rows]:
    """A text as a file, its translation and its rows."""
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")
    return rows_of_file(path, asked)


def rows_of_file(path: Path, asked: FileOptions | None = None) -> tuple[Translated, Rows]:
    """A file's translation and its rows."""
    with translated([str(path)], asked or FileOptions(), always=True) as read:
        found = duckdb.sql(f"SELECT * FROM '{read.paths[0]}'")
        return read, [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def goods(tmp_path: Path, text: str, asked: FileOptions | None = None) -> list[tuple[object, ...]]:
    return [tuple(r[n] for n in GOODS) for r in rows_of(tmp_path, text, asked)[1]]


def headings_of(rows: list[list[str]]) -> tuple[tuple[str, ...], int] | None:
    found = find_table(rows)
    return (found.headings, found.skipped) if found else None


def test_words_of_headings_are_read_in_full() -> None:
    assert words_of("EnteredVal") == words_of("Entered Value")
    assert words_of("CTRY_ORIG") == words_of("Country of Origin")
    assert words_of("Entry #") == words_of("EntryNo")
    assert words_of("Duty Amt") != words_of("Duty Rate")


@pytest.mark.parametrize(
    "head",
    [
        "HTS #,Ctry Orig,Entry Date,Entered Val,Exp Ctry",
        "TariffNo,CountryOrigin,EntryDate,EnteredValue,ExportCountry",
        "Class Code,Goods Origin,Entry Auth Date,Customs Value (USD),Supplier Country",
        "HTS_CLASSIFICATION_CODE,COUNTRY_OF_ORIGIN_CODE,TRANSACTION_DATE,EXTENDED_AMOUNT,SHIP_FROM",
        "Lineitem HS Code,Lineitem Country of Origin,Physical date,Cost amount,Dispatch country",
        "Commodity Code,Ctry of Origin,Posting Date,Amount in LC,Vendor Country",
        "Tariff/Classification,C/O,Entry Dt,Ext Price,Shipped from",
    ],
)
def test_headings_of_brokers_and_ledgers(head: str, tmp_path: Path) -> None:
    made = goods(tmp_path, f"{head}\n9503.00.00.73,CN,2025-05-02,10000.50,VN\n3923.90.00.80,IN,2025-06-02,5.25,SG\n")
    assert made == [("9503000073", "CHN", "2025-05-02", 10000.5), ("3923900080", "IND", "2025-06-02", 5.25)]


def test_a_month_of_a_year_is_a_period_and_values_may_be_in_thousands_and_millions(tmp_path: Path) -> None:
    for words, times in (("$000", 1e3), ("US$ million", 1e6), ("thousand USD", 1e3), ("USD mn", 1e6)):
        text = f"HTS10,Country,Month,Value ({words})\n9503000073,China,2025-05,10.5\n"
        assert goods(tmp_path, text) == [("9503000073", "CHN", "2025-05-01", 10.5 * times)]


def test_a_row_may_say_what_its_amounts_are_counted_in(tmp_path: Path) -> None:
    text = "REF_DATE,GEO,HS Code,Country,VALUE,UOM,SCALAR_FACTOR\n2025-05,Canada,950300,China,10,Dollars,thousands\n"
    read, rows = rows_of(tmp_path, text + text.splitlines()[1].replace("thousands", "dozens"), FileOptions(rates=RATES))
    assert [(r["value"], r["destination"]) for r in rows] == [
        ("5000", "CAN"),
        ("5 in dozens: no unit of amounts", "CAN"),
    ]
    assert read.files[0]["layout"] == "statcan"


def test_a_column_of_currencies_is_known_by_its_cells(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Net value,Kx\n9503000073,CN,2025-05-02,500,EUR\n"
    with pytest.raises(InputError, match="no rate to dollars"):
        goods(tmp_path, text)
    assert goods(tmp_path, text, FileOptions(rates=RATES))[0][3] == 1000.0
    with pytest.raises(InputError, match="could each be the currency"):
        goods(tmp_path, text.replace(",Kx", ",Kx,Ky").replace(",EUR", ",EUR,USD"))


def test_an_invoices_currency_is_not_that_of_a_value_in_dollars(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Customs Value (USD),Invoice Currency\n9503000073,CN,2025-05-02,500,EUR\n"
    assert goods(tmp_path, text)[0][3] == 500.0
    _, rows = rows_of(tmp_path, text.replace("Invoice ", ""), FileOptions(rates=RATES))
    assert rows[0]["value"] == "500: its heading says USD, the row EUR"


def test_a_price_of_a_unit_is_multiplied_by_the_quantity(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Qty,Unit Price\n9503000073,CN,2025-05-02,500,20.10\n"
    assert goods(tmp_path, text)[0][3] == 10050.0
    assert goods(tmp_path, text.replace("Qty", "Part"))[0][3] == 20.1
    assert (
        goods(tmp_path, text.replace("Unit Price", "Unit Price,Amount").replace("20.10", "20.10,9999"))[0][3] == 9999.0
    )
    with pytest.raises(InputError, match="of one unit or of the whole line"):
        goods(tmp_path, text.replace("Unit Price", "Price"))
    assert (
        goods(tmp_path, text.replace("Unit Price", "Price"), FileOptions(columns={"price": "Price"}))[0][3] == 10050.0
    )


def test_a_source_about_one_country_has_it_in_no_column(tmp_path: Path) -> None:
    text = "E_COMMODITY,CTY_CODE,CTY_NAME,ALL_VAL_MO,YEAR,MONTH\n120190,5700,CHINA,10000,2025,05\n"
    _, rows = rows_of(tmp_path, text)
    assert [(r["origin"], r["destination"]) for r in rows] == [("USA", "CHN")]


@pytest.mark.parametrize(
    ("layout", "text", "row"),
    [
        (
            "comext",
            "LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE\n"
            "15/09/25,M,DE,US,95030073,1,VALUE_IN_EUROS,2025-05,100\n15/09/25,M,DE,US,95030073,2,VALUE_IN_EUROS,2025-05,1\n"
            "15/09/25,M,DE,US,95030073,1,QUANTITY_IN_100KG,2025-05,7\n",
            ("95030073", "USA", "DEU", "2025-05-01", 200.0),
        ),
        (
            "comext-bulk",
            "DECLARANT,DECLARANT_ISO,PARTNER,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG,SUP_QUANTITY\n"
            "004,DE,0400,US,95030073,1,202505,100,3500,0\n",
            ("95030073", "USA", "DEU", "2025-05-01", 200.0),
        ),
        (
            "hmrc",
            "MonthId,FlowTypeDescription,CommodityId,Cn8Code,CountryId,CountryName,CountryCodeAlpha,Value,NetMass\n"
            "202505,Non-EU Imports,95030073,95030073,400,United States,US,100,5\n",
            ("95030073", "USA", "GBR", "2025-05-01", 400.0),
        ),
        (
            "cimt",
            "YearMonth/AnnéeMois,HS10,Country/Pays,Province,State/État,Value/Valeur,Quantity/Quantité,Unit of Measure/Unité de Mesure\n"
            "202505,9503009040,CN,ON,1000,100,5,NMB\n",
            ("9503009040", "CHN", "CAN", "2025-05-01", 50.0),
        ),
        (
            "gacc",
            "Date of data,Commodity code,Commodity,Trading partner code,Trading partner,Quantity,Unit,US dollar\n"
            '202505,95030089,Toys,502,United States,500,Number,"10,000"\n',
            ("95030089", "USA", "CHN", "2025-05-01", 10000.0),
        ),
        (
            "shopify-orders",
            "Name,Total,Created at,Lineitem quantity,Lineitem price,Shipping Country,Currency,Lineitem HS Code,Lineitem Country of Origin\n"
            "#1,99,2025-05-02 10:00:00 -0400,2,20.00,US,USD,9503000073,CN\n",
            ("9503000073", "CHN", "USA", "2025-05-02", 40.0),
        ),
    ],
)  # fmt: skip
def test_statistics_and_shops_of_other_countries(
    layout: str, text: str, row: tuple[object, ...], tmp_path: Path
) -> None:
    read, rows = rows_of(tmp_path, text, FileOptions(rates=RATES))
    assert read.files[0]["layout"] == layout
    assert [tuple(r[n] for n in ("product", "origin", "destination", "entry_date", "value")) for r in rows] == [row]


def test_a_line_with_one_duty_does_not_say_what_was_paid_on_each_heading(tmp_path: Path) -> None:
    flat = "Entry No,Entry Date,COO,HTS 1,HTS 2,Value,Total Duty\nE1,2025-05-02,CN,9903.01.24,9503.00.00.73,10000.5,14500\n"
    _, rows = rows_of(tmp_path, flat)
    assert [(r["duty_paid"], r["paid_base"], r["paid_99030124"], r["headings_filed"]) for r in rows] == [
        (14500.0, None, None, "99030124")
    ]
    line = "Entry No,Line No,Entry Date,COO,HTS,Value,Line Duty\n"
    repeated = "".join(
        f"E1,1,2025-05-02,CN,{c},10000.5,14500.25\n" for c in ("9903.01.24", "9903.01.63", "9503.00.00.73")
    )
    read, rows = rows_of(tmp_path, line + repeated)
    assert [(r["duty_paid"], r["paid_base"], r["paid_99030163"]) for r in rows] == [(14500.25, None, None)]
    assert "what was paid on each heading is not stated" in read.notes[-1]


def test_rows_below_an_entrys_first_have_its_number_and_days(tmp_path: Path) -> None:
    text = "Entry #,Entry Date,HTS,COO,Value\nE1,2025-05-02,9503000073,CN,10000\n,,3923900080,CN,500\nE2,,3923900080,CN,5\n"
    read, rows = rows_of(tmp_path, text)
    assert [(r["entry_number"], r["entry_date"]) for r in rows] == [
        ("E1", "2025-05-02"),
        ("E1", "2025-05-02"),
        ("E2", None),
    ]
    assert read.files[0].get("carried") == 1


def test_rows_below_a_lines_first_have_its_origin_and_sums_without_a_word_are_left_out(tmp_path: Path) -> None:
    head = "Entry Number,Entry Date,Line No.,Country of Origin,HTSUS No.,Entered Value,Duty and I.R. Tax\n"
    first = "XYZ-0000001-5,05/14/2025,001,IN,9903.01.25,,125.05\n,,,,3923.90.00.80,1250.50,37.52\n"
    (tmp_path / "in.csv").write_text(f"{head}{first},,002,,3923.90.00.80,10,\n,,,,,1260.50,162.57\n")
    with translated([str(tmp_path / "in.csv")], FileOptions()) as read:
        rows = duckdb.sql(f"SELECT product, origin, value, paid_99030125 FROM '{read.paths[0]}'").fetchall()
        assert read.files[0]["left_out"] == {"totals": 1}
    assert rows == [("3923900080", "IND", 1250.5, 125.05), ("3923900080", None, 10.0, 0.0)]


def test_evidence_of_refunds_under_chinese_headings_and_full_width_amounts(tmp_path: Path) -> None:
    head = "报关单号,税号,原产国,进口日期,完税价格,已缴关税,清算日期,缴款日期\n"
    (tmp_path / "in.csv").write_text(
        f"{head}XYZ00000015,3923900080,印度,2025-06-14,１２５０,162.5,2026-04-24,2025-06-28\n"
    )
    with translated([str(tmp_path / "in.csv")], FileOptions()) as read:
        rows = duckdb.sql(
            f"SELECT entry_number, origin, value, duty_paid, liquidation_date, payment_date FROM '{read.paths[0]}'"
        ).fetchall()
    assert rows == [("XYZ00000015", "IND", 1250.0, 162.5, "2026-04-24", "2025-06-28")]
    (tmp_path / "own.csv").write_text("product,origin,entry_date,value\n3923900080,IND,2025-06-14,１２５０\n")
    with translated([str(tmp_path / "own.csv")], FileOptions()) as read:
        assert duckdb.sql(f"SELECT value FROM '{read.paths[0]}'").fetchall() == [(1250.0,)]


def test_a_second_row_of_headings_is_none_of_goods_and_one_decimal_sign_is_the_files(tmp_path: Path) -> None:
    text = 'HTS Number,Country,Jan 2025,Change\n,,In Actual Dollars,Percent\n95030000,China,"1,000",20.5%\n'
    read, rows = rows_of(tmp_path, text)
    assert [(r["product"], r["value"]) for r in rows] == [("95030000", 1000.0)]
    assert read.files[0]["left_out"] == {"notes": 1}


def test_what_is_not_stated_is_no_fault(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Value,Qty,Liquidation Date\n9503000073,CN,2025-05-02,5.5,N/A,n/a\n"
    _, rows = rows_of(tmp_path, text)
    assert (rows[0]["quantity"], rows[0]["liquidation_date"]) == (None, None)


def test_two_columns_of_one_heading_are_one_where_they_are_equal_and_are_refused_where_they_differ(
    tmp_path: Path,
) -> None:
    text = "HTS,COO,COO,Entry Date,Value,Value\n9503000073,CN,CN,2025-05-02,10.5,10.5\n"
    assert goods(tmp_path, text) == [("9503000073", "CHN", "2025-05-02", 10.5)]
    with pytest.raises(InputError, match="'Value' and 'Value 2' could each be the value"):
        goods(tmp_path, text.replace("10.5,10.5", "10.5,99"))


def test_a_table_of_another_measure_is_refused(tmp_path: Path) -> None:
    text = "Data Type,HTS Number,Country,Year,May\nCalculated Duties,95030000,China,2025,5.5\n"
    with pytest.raises(InputError, match="its values are Calculated Duties"):
        goods(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Data Type,HTS Number,Country,Year,May\n", "Customs Value,95030000,China,2025,5.5\n"),
        ("product,origin,entry_date,value\n", "9503000073,CHN,2025-05-02,5.5\n"),
    ],
)
def test_standard_input_is_copied_to_be_read_again(
    text: str, row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((text + row).encode()), "utf-8"))
    assert Path(copied("-", tmp_path)).read_text() == text + row


LINES = ("X1", "2025-05-02", "01", "1", "9503000073", "CN", "100")
OF_SEVERAL_LINES = [
    (("Entry", "", "", "Line", "", "", ""), ("Number", "Date", "Type", "No.", "HTS", "Origin", "Value")),
    (("Entry", "Entry", "Entry", "Line", "HTS", "Country of", "Entered"),
     ("Number", "Date", "Type", "No.", "Number", "Origin", "Value")),
    (("Entry Number", "Entry", "", "Line Number", "Goods", "", ""), ("", "Date", "Type", "", "HTS", "Origin", "Value")),
    (("Import report", "", "", "", "", "", ""), ("Entry", "", "", "", "Goods", "", ""),
     ("Filing", "", "", "Line", "", "Country of", ""), ("Number", "Date", "Type", "No.", "HTS", "Origin", "Value")),
    (("Entry", "", "", "Line", "29.", "30. C.", "32."), ("Number", "Date", "Type", "No.", "HTSUS No.", "Origin", "Entered Value")),
]  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("above", OF_SEVERAL_LINES)
def test_headings_in_several_lines_are_one(tmp_path: Path, above: tuple[tuple[str, ...], ...], ending: str) -> None:
    """Groups above, words broken in two, cells merged down: as if each heading stood in one line."""
    from parley.law.shipments.layouts.workbooks import write_workbook

    path = tmp_path / f"in.{ending}"
    if ending == "csv":
        path.write_text("\n".join(",".join(row) for row in (*above, LINES)) + "\n")
    else:
        write_workbook(path, [("Main", above[0], (*above[1:], LINES))])
    read, rows = rows_of_file(path)
    assert [rows[0][n] for n in ("entry_number", "entry_date", "entry_type", "line_number", "product", "origin", "value")] == [
        "X1", "2025-05-02", "01", "1", "9503000073", "CHN", 100.0,
    ]  # fmt: skip
    assert read.files[0]["left_out"] == {}


def test_headings_broken_in_two_are_whole_again() -> None:
    """Of drawn headings of the table, each broken at a drawn place."""
    draw, roles = (
        Random(4),
        ("product", "origin", "entry_date", "value", "entry_number", "duty_paid", "liquidation_date"),
    )
    rows = [
        r for r in rows_of_table("headings.csv") if r["role"] in roles and (r["language"], r["rank"]) == ("en", "1")
    ]
    held = {
        role: [h for r in rows if r["role"] == role for h in r["headings"].split(";") if " " in h] for role in roles
    }
    for _ in range(30):
        heads = [draw.choice(held[r]) for r in roles]
        words = [h.split() for h in heads]
        cuts = [draw.randrange(1, len(w)) for w in words]
        above, below = ([" ".join(w[a:b]) for w, (a, b) in zip(words, ends, strict=True)]
                        for ends in ([(0, c) for c in cuts], [(c, None) for c in cuts]))  # fmt: skip
        found = find_table([above, below, ["1"] * len(roles)])
        assert found is not None
        assert [h.split() for h in found.headings] == words, (above, below)
        assert found.skipped == 2


def test_a_title_and_a_row_of_units_are_told_from_headings() -> None:
    found = headings_of([["Imports of toys"], ["HTS", "Country", "Value"], ["9503000073", "CN", "100"]])
    assert found == (("HTS", "Country", "Value"), 2)
    units = headings_of([["HTS", "Country", "Value"], ["", "", "(EUR)"], ["9503000073", "CN", "100"]])
    assert units == (("HTS", "Country", "Value (EUR)"), 2)
    months = headings_of([["HTS", "Country", "2025", ""], ["", "", "Jan", "Feb"], ["9503000073", "CN", "100", "2"]])
    assert months == (("HTS", "Country", "2025 Jan", "2025 Feb"), 2)
    bare = headings_of([["HTS", "Country", "Value", "Qty"], ["", "", "EUR", "kg"], ["9503000073", "CN", "100", "2"]])
    assert bare == (("HTS", "Country", "Value EUR", "Qty"), 2)
    words = headings_of([["HTS", "Country", "Value"], ["toys", "China", "none"]])
    assert words == (("HTS", "Country", "Value"), 1)
    both = headings_of(
        [["HTS Number", "Country", "Value"], ["税则号列", "原产国", "完税价格"], ["9503000073", "CN", "100"]]
    )
    assert both == (("税则号列", "原产国", "完税价格"), 2)
    counted = headings_of(
        [
            ["Tariff", "", "Duty", "", "C/O", "Value"],
            ["1", "2", "1", "2", "", ""],
            ["99030124", "9503000073", "2", "0", "CN", "9"],
        ]
    )
    assert counted == (("Tariff 1", "Tariff 2", "Duty 1", "Duty 2", "C/O", "Value"), 2)


HELD = "9503.00.0073, 9903.01.24, 9903.01.25"


@pytest.mark.parametrize(
    "cell", [HELD, HELD.replace(", ", "\n"), "9903.01.24; 9903.01.25; 9503.00.00.73", "99030124/99030125/9503000073"]
)
def test_one_cell_may_hold_all_numbers_of_a_line(cell: str, tmp_path: Path) -> None:
    head = "Entry Number,Line #,HTS Codes,Country of Origin,Entry Date,Entered Value ($),Duties ($)"
    text = f'{head}\nX1,1,"{cell}",CN,2025-05-20,1000.50,300.15\n'
    _, rows = rows_of(tmp_path, text)
    assert [(r["product"], r["value"], r["duty_paid"]) for r in rows] == [("9503000073", 1000.5, 300.15)]
    assert sorted(str(rows[0]["headings_filed"]).split(";")) == ["99030124", "99030125"]
    (row,) = rows_of(tmp_path, text.replace("9903.01.24", "8517.13.0000").replace("99030124", "8517130000"))[1][:1]
    assert "one value of 2 tariff numbers" in str(row["value"])


@pytest.mark.parametrize(
    ("decimal", "total", "base"), [(".", "3000.50", 0.5), (".", "3000.00", 0.0), (",", "3000,50", 0.5)]
)
def test_a_total_duty_beside_that_of_each_heading_counts_once(
    decimal: str, total: str, base: float, tmp_path: Path
) -> None:
    one, two = (f"{n}{decimal}00" for n in (2000, 1000))
    text = (
        "Entry Number;Entry Date;Line;HTS;Ch99 HTS 1;Ch99 HTS 2;Country of Origin;Line Value;Ch99 Duty 1;Ch99 Duty 2;Total Duty Paid\n"
        f"X1;2025-05-20;1;9503000073;99030124;99030125;CN;10000{decimal}00;{one};{two};{total}\n"
    )
    _, rows = rows_of(tmp_path, text)
    assert [(r["duty_paid"], r["paid_base"], r["paid_99030124"]) for r in rows] == [(3000.0 + base, base, 2000.0)]


def test_a_price_beside_what_may_be_its_quantity_is_not_the_value_of_a_row(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Unit Cost,Units Shipped\n9503000073,CN,2025-05-02,20.10,500\n"
    assert goods(tmp_path, text)[0][3] == 10050.0
    other = text.replace("Units Shipped", "Cartons Received")
    with pytest.raises(InputError, match="of one unit, and 'Cartons Received' may be the quantity"):
        goods(tmp_path, other)
    assert goods(tmp_path, other, FileOptions(columns={"quantity": "Cartons Received"}))[0][3] == 10050.0
    assert goods(tmp_path, other, FileOptions(columns={"quantity": "-"}))[0][3] == 20.1


def test_rows_of_chapter_99_do_not_hide_the_column_of_codes(tmp_path: Path) -> None:
    text = "Line Tariff HTS Number,Line Number,Entry Number,Entry Date,Origin Country,Line Tariff Goods Value,Line Tariff Duty Amt\n"
    text += "".join(f"{c},1,X1,2025-05-20,CHINA,{v},{d}\n" for c, v, d in
                    (("9503000073", 1000.5, 0), ("99030124", 0, 200.1), ("99030125", 0, 100.05)))  # fmt: skip
    _, rows = rows_of(tmp_path, text)
    assert [(r["product"], r["value"], r["duty_paid"]) for r in rows] == [("9503000073", 1000.5, 300.15)]
    primary = "Entry Num,Imp Date,Line Num,Prim HTS,Addl HTS 1,Addl HTS 2,Orig Ctry,Line Entered Value,Prim Duty,Addl Duty 1,Addl Duty 2\n"
    _, rows = rows_of(
        tmp_path, primary + "X1,2025-05-20,1,9503.00.0073,9903.01.24,9903.01.25,CN,1000.50,0.00,200.10,100.05\n"
    )
    assert [(r["product"], r["duty_paid"], r["paid_99030124"]) for r in rows] == [("9503000073", 300.15, 200.1)]


def test_months_before_the_name_of_an_amount_are_read_as_those_behind_it(tmp_path: Path) -> None:
    head = "HTS,Origin,May 2025 Qty,May 2025 Value,Jun 2025 Qty,Jun 2025 Value"
    _, rows = rows_of(tmp_path, f"{head}\n9503000073,China,5,1000,6,1200\n")
    assert [(r["entry_date"], float(str(r["value"]))) for r in rows] == [("2025-05-01", 1000), ("2025-06-01", 1200)]
