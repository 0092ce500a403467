"""What amounts are in, and which tables of a file are read: each kind of silent figure that an extract could give, and its refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from test_layout_headings import Rows, goods, rows_of, rows_of_file

from parley.errors import InputError
from parley.law.shipments.columns import Options
from parley.law.shipments.files import file_duties
from parley.law.shipments.layouts import plan as plans
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.money import Statement, statement_in
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.workbooks import shown_currency

RATES = FileOptions(rates=read_rates(["EUR=2", "CAD=0.5", "MXN=0.05", "KRW=0.001", "JPY=0.01"]))
BAG, TOY = "3923900080", "9503000073"
HEAD = ["HTS", "COO", "Entry Date", "Customs Value"]


def line(code: str, value: float = 1000, day: date = date(2025, 5, 20)) -> list[object]:
    return [code, "CN", day, value]


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], shown: str = "", hidden: str = "") -> Path:
    """A workbook of sheets of rows; the last number of the second row is shown in a format, one sheet is hidden."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
        page.cell(2, 4).number_format = shown or "General"
        page.sheet_state = "hidden" if name == hidden else "visible"
    made.save(path)
    return path


def of_book(path: Path, asked: FileOptions | None = None) -> tuple[tuple[str, ...], Rows]:
    read, rows = rows_of_file(path, asked)
    return read.notes, rows


@pytest.mark.parametrize(
    ("head", "cells", "said"),
    [
        ("Invoice Currency,Customs Value", "EUR,1000", "says of which amount it is"),
        ("Customs Value,Invoice Currency", "1000,EUR", "says of which amount it is"),
        ("Entered Value,Currency", "1000,EUR", "CBP Form 7501 has in dollars"),
        ("Amount (Foreign Currency),Currency,Amount", "900,EUR,1000", "stands behind"),
    ],
)
def test_a_currency_that_may_be_anothers_is_refused_and_the_user_decides(
    tmp_path: Path, head: str, cells: str, said: str
) -> None:
    text = f"HTS,COO,Entry Date,{head}\n{BAG},CN,2025-05-20,{cells}\n"
    with pytest.raises(InputError, match=said):
        goods(tmp_path, text, RATES)
    name = next(h for h in head.split(",") if h.endswith("Currency"))
    for told, value in ((name, 2000.0), ("-", 1000.0)):
        assert goods(tmp_path, text, replace(RATES, columns={"currency": told}))[0][3] == value
    assert goods(tmp_path, text.replace("EUR", "USD"))[0][3] == 1000.0


def test_entered_values_of_a_customs_report_are_dollars_whatever_an_invoice_was_in(tmp_path: Path) -> None:
    head = "Entry Number,Line No,HTSUS No,Country of Origin,Entry Date,Entered Value,Invoice Currency,Duty"
    read, rows = rows_of(tmp_path, f"{head}\n1,1,{BAG},CN,2025-05-20,1000,EUR,30\n", RATES)
    assert (rows[0]["value"], rows[0]["duty_paid"]) == (1000.0, 30.0)
    assert any("'Invoice Currency' says EUR" in n for n in read.notes)


@pytest.mark.parametrize(
    ("head", "cells", "value", "paid"),
    [
        ("Invoice Value (EUR),Duty Paid (USD)", "1000,60", 2000.0, 60.0),
        ("Invoice Value (EUR),Duty Paid (EUR)", "1000,60", 2000.0, 120.0),
        ("Value (1000 USD),Duty Paid", "1,60", 1000.0, 60.0),
        ("Invoice Value,Currency,Duty Paid (USD)", "1000,EUR,60", 2000.0, 60.0),
    ],
)
def test_what_was_paid_is_in_its_own_unit(tmp_path: Path, head: str, cells: str, value: float, paid: float) -> None:
    rows = rows_of(tmp_path, f"HTS,COO,Entry Date,{head}\n{BAG},CN,2025-05-20,{cells}\n", RATES)[1]
    assert (rows[0]["value"], rows[0]["duty_paid"]) == (value, paid)


@pytest.mark.parametrize(
    "head", ["Invoice Value (EUR),Duty Paid", "Invoice Value,Duty Paid", "Invoice Value,Paid S301"]
)
def test_duty_paid_beside_values_in_euros_is_refused_with_both(tmp_path: Path, head: str) -> None:
    cells = "1000,60" if "(EUR)" in head else "€1000,60"
    with pytest.raises(InputError, match="may be in dollars, as customs are paid, or in EUR"):
        rows_of(tmp_path, f"HTS,COO,Entry Date,{head}\n{BAG},CN,2025-05-20,{cells}\n", RATES)


def test_a_value_without_a_currency_beside_a_price_in_euros_is_refused(tmp_path: Path) -> None:
    text = f"HTS,COO,Entry Date,Qty,Unit Price (EUR),Line Total\n{BAG},CN,2025-05-20,10,9,100\n"
    with pytest.raises(InputError, match="'Line Total' names no currency, and 'Unit Price \\(EUR\\)' is in EUR"):
        goods(tmp_path, text, RATES)
    assert goods(tmp_path, text.replace("Line Total", "Line Total (USD)"), RATES)[0][3] == 100.0


@pytest.mark.parametrize(
    ("head", "cells", "values"),
    [
        ("Value (EUR) 2025-05,Value (EUR) 2025-06", "1000,2000", [2000.0, 4000.0]),
        ("2025-05,2025-06", "€1000,€2000", [2000.0, 4000.0]),
        ("Currency,2025-05,2025-06", "EUR,1000,2000", [2000.0, 4000.0]),
        ("Customs Value (US$ thousand) May 2025,Customs Value (US$ thousand) June 2025", "1,2", [1000.0, 2000.0]),
    ],
)
def test_amounts_of_months_have_a_currency_and_a_scale(
    tmp_path: Path, head: str, cells: str, values: list[float]
) -> None:
    found = goods(tmp_path, f"HS Code,Country of Origin,{head}\n{BAG},CN,{cells}\n", RATES)
    assert [x[3] for x in found] == values
    assert [str(x[2]) for x in found] == ["2025-05-01", "2025-06-01"]


def test_amounts_of_months_in_a_currency_without_a_rate_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="values in EUR, and no rate"):
        goods(tmp_path, f"HS Code,Country of Origin,2025-05\n{BAG},CN,€1000\n")


@pytest.mark.parametrize(
    ("text", "currency", "times"),
    [
        ("Values in thousands of dollars", "USD", 1e3),
        ("All amounts in EUR", "EUR", 1.0),
        ("Currency: EUR", "EUR", 1.0),
        ("单位:千美元", "USD", 1e3),
        ("Werte in Tausend Euro", "EUR", 1e3),
        ("Valeurs en milliers d'euros", "EUR", 1e3),
        ("Source: ERP. Values in EUR; rate of 2 May", "EUR", 1.0),
        ("Unit: 1,000 USD", "USD", 1e3),
        ("(US$ thousand)", "USD", 1e3),
        ("Values in 1000 EUR", "EUR", 1e3),
        ("Total value: 1,000", "", 1.0),
        ("Total Value: $1,000", "", 1.0),
        ("Total amount: 1,000 USD", "", 1.0),
        ("Values of 2025, 1,000 rows", "", 1.0),
        ("Imports of goods in transit", "", 1.0),
        ("Quantities in thousands", "", 1.0),
        ("Exchange rate: EUR 1.08", "", 1.0),
    ],
)
def test_what_lines_beside_a_table_say(text: str, currency: str, times: float) -> None:
    assert statement_in([[text]], "a file")[1:] == (currency, times)


def test_lines_beside_a_table_hold_for_its_amounts(tmp_path: Path) -> None:
    table = f"HTS,COO,Entry Date,Value,Duty Paid\n{BAG},CN,2025-05-20,1000,30\n"
    for text in (f"Currency,EUR\n\n{table}", f"{table}Amounts in EUR\n"):
        read, rows = rows_of(tmp_path, text, RATES)
        assert (rows[0]["value"], rows[0]["duty_paid"]) == (2000.0, 60.0)
        assert any("a line beside the table says" in n for n in read.notes)
    with pytest.raises(InputError, match="names no thousands or millions"):
        rows_of(tmp_path, f"Values in thousands\n{table.replace('Value', 'Value (US$)')}")
    with pytest.raises(InputError, match="lines beside the table say"):
        statement_in([["Values in EUR"], ["Values in GBP"]], "a file")
    assert statement_in([["Values in EUR"], ["Amounts in EUR"]], "a file").currency == "EUR"
    assert statement_in([["Title"], []], "a file") == Statement()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Customs Value 000s", 1e6),
        ("Customs Value ($m)", 1e9),
        ("Value EUR m", 2e9),
        ("$k Value", 1e6),
        ("Value in thousands", 1e6),
    ],
)
def test_short_scales_of_headings(tmp_path: Path, name: str, value: float) -> None:
    assert goods(tmp_path, f"HTS,COO,Entry Date,{name}\n{BAG},CN,2025-05-20,1000\n", RATES)[0][3] == value


def test_a_quantity_has_a_scale_too(tmp_path: Path) -> None:
    text = f"HTS,COO,Entry Date,Value,Qty (thousands)\n{BAG},CN,2025-05-20,1000,5\n"
    assert rows_of(tmp_path, text)[1][0]["quantity"] == 5000.0


def test_declarations_of_mexico_japan_and_korea_are_in_their_currencies(tmp_path: Path) -> None:
    head = "Pedimento,Fracción arancelaria,País de origen,Fecha de pago,Valor en aduana,Valor dólares"
    row = rows_of(tmp_path, f"{head}\n25 43 3001 5000123,39239000,CHN,20/05/2025,20000,999\n", RATES)[1][0]
    assert (row["destination"], row["value"]) == ("MEX", 1000.0)
    korea = "신고번호,HS코드,원산지,수입신고일자,과세가격(원)\n1,3923900000,중국,2025-05-20,1000000\n"
    japan = "申告番号,統計品目番号,原産国,申告日,申告価格(円)\n1,392390000,中国,2025/05/20,100000\n"
    assert [goods(tmp_path, text, RATES)[0][3] for text in (korea, japan)] == [1000.0, 1000.0]


@pytest.mark.parametrize(
    ("pattern", "currency"),
    [
        ("[$€-407] #,##0.00", "EUR"),
        ('#,##0.00 "€"', "EUR"),
        ("[$CAD] 0", "CAD"),
        ("[$$-1009]#,##0", "CAD"),
        ("[$¥-411]0", "JPY"),
        ("€0.00;[$£]0", "EUR"),
        ("[$$-409]#,##0", ""),
        ('"$"#,##0', ""),
        ("[$-409]d/m/yy", ""),
        ("0%", ""),
        ('0 "pcs"', ""),
    ],
)
def test_the_currency_in_which_a_workbook_shows_a_number(pattern: str, currency: str) -> None:
    assert shown_currency(pattern) == currency


def test_a_number_shown_in_euros_is_in_euros(tmp_path: Path) -> None:
    path = book(tmp_path / "in.xlsx", {"A": [HEAD, line(BAG)]}, "[$€-407] #,##0.00")
    with pytest.raises(InputError, match="values in EUR, and no rate"):
        of_book(path)
    assert of_book(path, RATES)[1][0]["value"] == 2000.0


def test_sheets_of_the_same_headings_are_read_together_and_others_are_named(tmp_path: Path) -> None:
    pivot = [
        ["Country of Origin", "Total Value", "Entries", "HTS", "Entry Date"],
        ["CN", 3000, 2, "39", date(2025, 1, 1)],
    ]
    old = [HEAD, line(BAG, 7)]
    sheets = {"Summary": pivot, "Old": old, "Jan": [HEAD, line(BAG)], "Feb": [HEAD, line(TOY, 2000)]}
    notes, rows = of_book(book(tmp_path / "in.xlsx", sheets, hidden="Old"))
    assert [(r["product"], r["value"], r["source_file"]) for r in rows] == [
        (BAG, 1000.0, "in.xlsx, Jan"),
        (TOY, 2000.0, "in.xlsx, Feb"),
    ]
    left = [n for n in notes if "is not read" in n]
    assert [("Summary" in n, "hidden sheet Old" in n) for n in left] == [(True, False), (False, True)]


SWAPPED = f"HTS,COO,Entry Date,Duty Paid,Customs Value\n{TOY},VN,2025-06-01,20,2000\n"


@pytest.mark.parametrize("gap", ["", "\n\n", "\nAppendix\n"])
def test_every_table_of_a_sheet_is_read_by_its_own_headings(tmp_path: Path, gap: str) -> None:
    first = f"HTS,COO,Entry Date,Customs Value,Duty Paid\n{BAG},CN,2025-05-20,1000,30\n"
    rows = rows_of(tmp_path, f"{first}{gap}{SWAPPED}")[1]
    assert [(r["product"], r["value"], r["duty_paid"]) for r in rows] == [(BAG, 1000.0, 30.0), (TOY, 2000.0, 20.0)]
    assert [r["source_row"] for r in rows] == [1, 2 + 1 + gap.count("\n")]


def test_a_first_table_of_fewer_headings_is_not_lost(tmp_path: Path) -> None:
    first = f"HTS,COO,Entry Date,Value\n{BAG},CN,2025-05-20,1000\n\n"
    assert [x[3] for x in goods(tmp_path, first + SWAPPED)] == [1000.0, 2000.0]


def test_a_table_without_goods_is_named(tmp_path: Path) -> None:
    duties = "\nCountry of Origin,Entry Date,Duty Paid\nCN,2025-05-20,30\n"
    read, rows = rows_of(tmp_path, f"{','.join(HEAD)}\n{BAG},CN,2025-05-20,1000\n{duties}")
    assert len(rows) == 1
    assert any("the table under row 4 is not read" in n and "no column of the product" in n for n in read.notes)


def test_a_table_behind_the_rows_that_are_looked_at_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("plan", "file_tables", "table_rows"):
        monkeypatch.setattr(f"{plans.__package__}.{module}.SAMPLED", 3)
    first = f"{','.join(HEAD)}\n" + f"{BAG},CN,2025-05-20,1000\n" * 5
    with pytest.raises(InputError, match="a second table begins in row 6 below the headings"):
        rows_of(tmp_path, first + SWAPPED)


def test_sums_behind_a_code_are_totals(tmp_path: Path) -> None:
    text = f"HTS,COO,Entry Date,Value\n{BAG},CN,2025-05-20,1000\n{BAG} Total,,,1000\n{TOY} toys,VN,2025-05-20,5\n"
    read, rows = rows_of(tmp_path, text)
    assert [r["value"] for r in rows] == [1000.0, 5.0]
    assert read.files[0]["left_out"] == {"totals": 1}


def test_digits_of_other_scripts_are_numbers(tmp_path: Path) -> None:
    assert goods(tmp_path, f"HTS,COO,Entry Date,Value\n{BAG},CN,2025-05-20,١٬٢٣٤٫٥٠\n")[0][3] == 1234.5


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"month_day": 0}, "month_day: 0"),
        ({"month_day": True}, "month_day: True"),
        ({"decimal": ";"}, "--decimal"),
        ({"columns": "value=Value"}, "columns: the text"),
        ({"columns": {"valeu": "Value"}}, "Did you mean value"),
        ({"on": "2025-02-30"}, "--on"),
        ({"dates": "XYZ"}, "--dates"),
        ({"rates": {"EUR": 1.1}}, "rates: a dict"),
        ({"sheet": 3}, "sheet: 3"),
    ],
)
def test_what_is_said_about_files_is_checked_as_it_is_made(named: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        FileOptions(**named)  # pyright: ignore[reportArgumentType]


def test_a_day_may_be_said_on_either_side_and_two_are_refused(tmp_path: Path) -> None:
    (path := tmp_path / "in.csv").write_text(f"HTS,COO,Value\n{BAG},CN,1000\n", "utf-8")
    sides = [{"asked": FileOptions(on="2025-05-02")}, {"options": Options(on="2025-05-02")}]
    assert len({file_duties([path], **side).report.duty_total for side in sides}) == 1
    with pytest.raises(InputError, match="options say 2025-05-02, asked says 2025-05-03"):
        file_duties([path], options=Options(on="2025-05-02"), asked=FileOptions(on="2025-05-03"))


def test_one_currency_has_one_rate_and_a_file_may_be_named_by_a_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="EUR twice"):
        read_rates(["EUR=1", "eur=2"])
    (path := tmp_path / "rates.csv").write_text("currency,from,rate\nEUR,2025-01-01,1.5\n", "utf-8")
    assert read_rates([], str(path)).on("EUR", date(2025, 5, 2)) == 1.5  # pyright: ignore[reportArgumentType]


def test_statistics_by_reporter_are_of_its_imports(tmp_path: Path) -> None:
    head = "REPORTER,PARTNER,PRODUCT,FLOW,PERIOD,VALUE_IN_EUROS"
    read, rows = rows_of(tmp_path, f"{head}\nDE,CN,39239000,1,202505,1000\nDE,CN,39239000,2,202505,7\n", RATES)
    assert [(r["destination"], r["origin"], r["value"]) for r in rows] == [("DEU", "CHN", 2000.0)]
    assert read.files[0]["left_out"] == {"other flows": 1}
    with pytest.raises(InputError, match="all its rows are exports, by 'FLOW'"):
        rows_of(tmp_path, f"{head}\nDE,CN,39239000,2,202505,7\n", RATES)


def test_months_in_columns_of_comext_are_those_of_euros(tmp_path: Path) -> None:
    head = "freq,reporter,partner,product,flow,indicators\\TIME_PERIOD,2025-05"
    quantity = "M,DE,CN,39239000,1,QUANTITY_IN_100KG,5\n"
    text = f"{head}\nM,DE,CN,39239000,1,VALUE_IN_EUROS,1000\n{quantity}"
    assert [r["value"] for r in rows_of(tmp_path, text, RATES)[1]] == [2000.0]
    with pytest.raises(InputError, match="its values are QUANTITY_IN_100KG"):
        rows_of(tmp_path, f"{head}\n{quantity}", RATES)


def test_numbers_of_flows_are_those_of_their_source(tmp_path: Path) -> None:
    head, asked = "MonthId,FlowTypeId,CommodityId,CountryCodeAlpha,Value", FileOptions(rates=read_rates(["GBP=4"]))
    rows = rows_of(
        tmp_path, f"{head}\n202505,1,39239000,FR,5\n202505,3,39239000,CN,6\n202505,4,39239000,CN,7\n", asked
    )[1]
    assert [(r["origin"], r["value"]) for r in rows] == [("FRA", 20.0), ("CHN", 24.0)]
