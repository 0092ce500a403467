"""Extracts of brokers' and companies' systems: each kind of fault that was met in one, on lines whose right reading is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_layout_headings import goods, rows_of

from parley.errors import InputError
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.places import place
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.spelling import heading

RATES = FileOptions(rates=read_rates(["EUR=2", "CAD=0.5", "CNY=0.1"]))
BAG, TOY = "3923900080", "9503000073"


def paid(row: dict[str, object]) -> dict[str, object]:
    """What a row holds of what was paid on its headings."""
    return {n: v for n, v in row.items() if n.startswith("paid_") and v}


@pytest.mark.parametrize(
    ("head", "cells", "value"),
    [
        ("Line Price,Price Currency,Customs Value (USD)", "7000,CNY,1000", 1000.0),
        ("Rechnungsbetrag,Währung,Zollwert in EUR", "1200,USD,1000", 2000.0),
        ("Invoice Value,Crcy,Customs Value,Crcy", "1200,USD,1000,EUR", 2000.0),
        ("Customs Value,Customs Value Currency,Item Price,Item Price Currency", "1000,EUR,900,USD", 2000.0),
        ("Amount (Local),Local Currency,Amount (USD)", "7000,CNY,1000", 1000.0),
        ("Unit Price,Currency,Line Value", "9,EUR,1000", 2000.0),
    ],
)
def test_a_currency_is_that_of_the_amount_beside_it(tmp_path: Path, head: str, cells: str, value: float) -> None:
    text = f"HTS,COO,Entry Date,{head}\n{BAG},CN,2025-05-20,{cells}\n"
    assert goods(tmp_path, text, RATES)[0][3] == value


def test_a_currency_behind_another_value_is_refused_with_both(tmp_path: Path) -> None:
    text = f"HTS,COO,Entry Date,Invoice Value,Currency,Entered Value\n{BAG},CN,2025-05-20,1000,EUR,1100\n"
    with pytest.raises(InputError, match="may not be the currency of 'Entered Value'"):
        goods(tmp_path, text, RATES)
    for said, value in (("Currency", 2200.0), ("-", 1100.0)):
        told = FileOptions(rates=RATES.rates, columns={"currency": said})
        assert goods(tmp_path, text, told)[0][3] == value
    assert goods(tmp_path, text.replace("EUR", "USD"), RATES)[0][3] == 1100.0


def test_a_source_in_one_currency_has_no_column_of_another(tmp_path: Path) -> None:
    head = "Transaction Number,Release Date,HS Classification Number,Country of Origin,Currency Code,Value for Duty"
    assert goods(tmp_path, f"{head}\n1,2025-05-20,{BAG},CN,USD,1000\n", RATES)[0][3] == 500.0


LINES = [
    {"lineNumber": 1, "countryOfOrigin": "CN", "enteredValue": 1000,
     "tariffs": [{"htsNumber": "99030124", "dutyAmount": 200}, {"htsNumber": BAG, "dutyAmount": 30}]},
    {"lineNumber": 2, "countryOfOrigin": "VN", "enteredValue": 2000, "tariffs": [{"htsNumber": TOY, "dutyAmount": 0}]},
]  # fmt: skip
ENTRY = {
    "entryNumber": "231-1",
    "entryDate": "2025-05-20",
    "lines": LINES,
    "fees": [{"code": n, "amount": n} for n in range(5)],
}


@pytest.mark.parametrize("held", [ENTRY, [ENTRY], {"status": "ok", "data": {"entries": [ENTRY]}}])
def test_lines_within_entries_of_json_are_rows_with_what_is_of_the_entry(tmp_path: Path, held: object) -> None:
    rows = rows_of(tmp_path, json.dumps(held))[1]
    found = [(r["product"], r["origin"], r["entry_date"], r["value"], paid(r)) for r in rows]
    assert found == [
        (BAG, "CHN", "2025-05-20", 1000.0, {"paid_base": 30.0, "paid_99030124": 200.0}),
        (TOY, "VNM", "2025-05-20", 2000.0, {}),
    ]


def test_several_numbers_in_a_list_of_json_are_headings_filed(tmp_path: Path) -> None:
    line = {"htsNumber": BAG, "additionalHts": ["99030124", "99030125"], "countryOfOrigin": "CN", "enteredValue": 9}
    line["entryDate"] = "2025-05-20"
    (row,) = rows_of(tmp_path, json.dumps([line]))[1]
    assert row["headings_filed"] == "99030124;99030125"


def test_lists_below_goods_in_json_are_no_goods_unless_they_are_further_numbers(tmp_path: Path) -> None:
    line = {
        "htsNumber": BAG,
        "countryOfOrigin": "CN",
        "entryDate": "2025-05-20",
        "enteredValue": 1000,
        "dutyAmount": 30,
        "lineNumber": 1,
    }
    more = [{"htsNumber": "99030124", "dutyAmount": 200}, {"htsNumber": "99030125", "dutyAmount": 100}]
    for beside, duty in (
        ({"taxes": [{"amount": 1, "code": "499"}, {"amount": 2, "code": "501"}]}, 30.0),
        ({"more": more}, 330.0),
    ):
        (row,) = rows_of(tmp_path, json.dumps([{"entryNumber": "1", **line, **beside}]))[1]
        assert (row["product"], row["value"], row["duty_paid"]) == (BAG, 1000.0, duty)


def test_tables_of_which_every_row_begins_with_total(tmp_path: Path) -> None:
    assert goods(tmp_path, f"Flow,Xy,COO,Entry Date,Value\nTotal imports,{BAG},CN,2025-05-20,7\n")[0][0] == BAG


HEAD = "Entry No,Line No,COO,Entry Date,Entered Value,HTS,"


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Duty,301 HTS,301 Duty,IEEPA HTS,IEEPA Duty,Total Duty", "30,99038803,250,99030124,200,480"),
        ("Duty,Chapter 99 #1,Ch99 #1 Rate,Ch99 #1 Duty,Chapter 99 #2,Ch99 #2 Duty", "30,99038803,25%,250,99030124,200"),
        ("Duty,First 9903,Amount A,Then 9903,Duty B", "30,9903.88.03,250,9903.01.24,200"),
    ],
)
def test_columns_of_chapter_99_numbers_are_those_of_the_line(tmp_path: Path, head: str, cells: str) -> None:
    (row,) = rows_of(tmp_path, f"{HEAD}{head}\n231-1,1,CN,2025-05-20,1000,{BAG},{cells}\n")[1]
    assert (row["headings_filed"], row["duty_paid"], row["value"]) == ("99038803;99030124", 480.0, 1000.0)
    assert paid(row) == {"paid_base": 30.0, "paid_99038803": 250.0, "paid_99030124": 200.0}


def test_duty_beside_no_number_is_not_lost(tmp_path: Path) -> None:
    text = f"{HEAD}Duty,301 HTS,301 Duty\n231-1,1,CN,2025-05-20,1000,{BAG},30,99038803,250\n231-1,2,VN,2025-05-20,9,{TOY},1,,200\n"
    assert [r["duty_paid"] for r in rows_of(tmp_path, text)[1]] == [280.0, 201.0]


@pytest.mark.parametrize("sign", ["\n", "; ", " | "])
def test_a_cell_of_several_numbers_has_its_duties_in_the_same_order(tmp_path: Path, sign: str) -> None:
    codes, duties = sign.join(("9903.01.24", "3923.90.0080")), sign.join(("200.00", "30.00"))
    (row,) = rows_of(tmp_path, f'{HEAD}Duty Amount\n231-1,1,CN,2025-05-20,1000,"{codes}","{duties}"\n')[1]
    assert (paid(row), row["duty_paid"]) == ({"paid_base": 30.0, "paid_99030124": 200.0}, 230.0)


@pytest.mark.parametrize("first", [True, False])
def test_without_line_numbers_rows_of_headings_are_of_the_goods_whose_origin_they_have(
    tmp_path: Path, first: bool
) -> None:
    bag, heading, toy = (f"231-1,{c},{o},2025-05-20,{v},{d}" for c, o, v, d in (
        (BAG, "CN", 1000, 30), ("99030124", "CN", "", 200), (TOY, "VN", 2000, 1)))  # fmt: skip
    rows = [bag, heading, toy] if first else [toy, heading, bag]
    read = rows_of(tmp_path, "\n".join(["Entry Number,HTS,COO,Entry Date,Entered Value,Duty", *rows]))[1]
    assert {str(r["product"]): r["duty_paid"] for r in read} == {BAG: 230.0, TOY: 1.0}


def test_amounts_of_months_under_a_heading_are_of_the_value_alone(tmp_path: Path) -> None:
    above = ["HTS Number,Country,Customs Value,,Calculated Duties,\n,,May 2025,June 2025,May 2025,June 2025",
             "HTS Number,Country,Customs Value May 2025,Customs Value June 2025,Duties May 2025,Duties June 2025",
             "HTS Number,Country,Duties 2025-05,Duties 2025-06,Customs Value 2025-05,Customs Value 2025-06"]  # fmt: skip
    for head, cells in zip(above, ("1000,50,31,30", "1000,50,31,30", "31,30,1000,50"), strict=True):
        found = goods(tmp_path, f"Imports\n{head}\n{BAG},China,{cells}\nTotal,,{cells}\n")
        assert [(g[2], g[3]) for g in found] == [("2025-05-01", 1000.0), ("2025-06-01", 50.0)]


@pytest.mark.parametrize(
    "head",
    [
        "HS부호,원산지,수입신고일,과세가격(USD)",
        "HS番号,原産国,申告日,課税価格(ドル)",
        "稅則號別,原產地,進口日期,完稅價格(USD)",
    ],
)
def test_languages_that_write_points_decide_what_a_comma_is(tmp_path: Path, head: str) -> None:
    assert goods(tmp_path, f'{head}\n{BAG},CN,2025-05-20,"1,050"\n')[0][3] == 1050.0


def test_lines_of_a_list_with_stars_for_sums(tmp_path: Path) -> None:
    text = (
        f"|Doc.|Comm.code|Orig|Net value|Curr.|Doc. Date|\n|1|{BAG}|CN|1.050,00|USD|20.05.2025|\n|*|||1.050,00|USD||\n"
    )
    assert [g[3] for g in goods(tmp_path, text)] == [1050.0]


@pytest.mark.parametrize(
    ("head", "value"),
    [("Line Amount Excl. Tax", 7.0), ("Amount Excluding VAT", 7.0), ("Invoice lines/Unit Price,Invoice lines/Subtotal", 7.0),
     ("Gross Value,Net Entered Value", 7.0)],
)  # fmt: skip
def test_words_beside_the_value_of_a_line(tmp_path: Path, head: str, value: float) -> None:
    text = f"HTS,COO,Entry Date,Qty,{head}\n{BAG},CN,2025-05-20,3,{'9,' * head.count(',')}7\n"
    assert goods(tmp_path, text)[0][3] == value


def test_short_words_of_authorities(tmp_path: Path) -> None:
    text = f"{HEAD}IEEPA Recip Duty,Fent. Duty,Sec. 232 Duty Amt\n231-1,1,CN,2025-05-20,1000,{BAG},100,200,0\n"
    (row,) = rows_of(tmp_path, text)[1]
    assert paid(row) == {"paid_ieepa_reciprocal": 100.0, "paid_ieepa_fentanyl": 200.0}


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("República Popular China", "CHN"), ("CHINA, REPUBLICA POPULAR", "CHN"), ("Repubblica Popolare Cinese", "CHN"),
        ("Chine, République populaire de", "CHN"), ("中華人民共和国", "CHN"), ("Corea, Rep. de", "KOR"), ("República Checa", "CZE"),
        ("Korea (Republic of)", "KOR"), ("Republic of China", None), ("R.O.C.", None), ("Republic of China (Taiwan)", "TWN"),
        ("People's Republic of China", "CHN"), ("DE China", None),
    ],
)  # fmt: skip
def test_names_of_states(text: str, iso3: str | None) -> None:
    assert place(text) == iso3


def test_the_republic_of_china_has_two_meanings(tmp_path: Path) -> None:
    assert goods(tmp_path, f"HTS,Origin,Entry Date,Customs Value ($)\n{BAG},Republic of China,2025-05-20,9\n")[0][
        1
    ] == ("Republic of China: China (CHN) or Taiwan (TWN)")


@pytest.mark.parametrize(
    ("text", "currency", "times"),
    [
        ("Value (USD '000)", "USD", 1e3), ("Value (in thousands of U.S. dollars)", "USD", 1e3),
        ("Wert in TEUR", "EUR", 1e3), ("Wert (Tsd. EUR)", "EUR", 1e3), ("Wert (Mio. EUR)", "EUR", 1e6), ("Value (k€)", "EUR", 1e3),
        ("Valeur (milliers d'euros)", "EUR", 1e3), ("Valor (miles de dólares)", "USD", 1e3), ("Valore (migliaia di euro)", "EUR", 1e3),
        ("Value M$", "USD", 1e6), ("Value (RMB 10,000)", "CNY", 1e4), ("金额(亿元)", "CNY", 1e8), ("금액(천달러)", "USD", 1e3),
        ("Value (MXN)", "MXN", 1.0), ("Value kg", "", 1.0), ("Value (K)", "", 1e3),
    ],
)  # fmt: skip
def test_what_a_unit_of_value_stands_for(text: str, currency: str, times: float) -> None:
    read = heading(text)
    assert (read.currency, read.multiplier) == (currency, times)


@pytest.mark.parametrize(
    ("head", "cells", "found"),
    [
        ("t,i,j,k,v,q,exporter,importer", "2025,156,842,392390,1.05,0.012,China,USA", ("CHN", "USA", 1050.0)),
        (
            "B3 Transaction Number,Classification No.,C/O,Value for Duty,Release Date",
            f"1,{BAG},CN,1000,2025-05-20",
            ("CHN", "CAN", 500.0),
        ),
    ],
)
def test_layouts_are_known_beside_columns_of_ones_own(
    tmp_path: Path, head: str, cells: str, found: tuple[str, str, float]
) -> None:
    (row,) = rows_of(tmp_path, f"{head}\n{cells}\n", FileOptions(rates=RATES.rates, on="2025-05-20"))[1]
    assert (row["origin"], row["destination"], row["value"]) == found
