"""Tables of other countries: their headings, their letters, their days, and whose duties they get."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_layout_headings import Rows, rows_of_file

from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.days import read_day
from parley.law.shipments.layouts.encodings import encoding_of
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.spelling import heading
from parley.law.shipments.layouts.translate import ELSEWHERE

RATES = FileOptions(rates=read_rates([f"{c}=2" for c in "EUR BRL JPY KRW VND PLN SEK GBP".split()]))
TABLES = {  # language: encoding, headings and the row of a Chinese toy of 1,000.50 in another currency on 13 May 2025
    "fr": ("cp1252", "Date de la déclaration;Nomenclature combinée;Pays d'origine;Valeur statistique;Devise",
           "13/05/2025;95030073;Chine;1 000,50;EUR"),
    "es": ("cp1252", "Nº DUA;Fecha de levante;Código TARIC;País de origen;Valor estadístico (EUR);Masa neta",
           "25;13/05/2025;95030073;China;1.000,50;12"),
    "pt": ("utf-8", "Data de Registro;NCM;País de Origem;Valor Aduaneiro (R$)", "13/05/2025;95030073;China;1.000,50"),
    "ja": ("cp932", "輸入申告年月日;品目コード;原産地;申告価格（CIF）;数量１;単位;通貨", "令和7年5月13日;95030073;中国;1,000.50;10;NO;JPY"),
    "ko": ("cp949", "품목코드,국가명,신고일자,과세가격(원)", '95030073,중국,2025-05-13,"1,000.50"'),
    "vi": ("utf-8", "Số tờ khai;Ngày đăng ký;Mã HS;Xuất xứ;Trị giá tính thuế (VND)", "10612345678;13/05/2025;95030073;Trung Quốc;1.000,50"),
    "pl": ("cp1250", "Data przyjęcia;Kod towaru;Kraj pochodzenia;Wartość statystyczna;Waluta", "13.05.2025;95030073;Chiny;1 000,50;PLN"),
    "sv": ("cp1252", "Varukod;Ursprungsland;Datum;Tullvärde (SEK)", "95030073;Kina;2025-05-13;1 000,50"),
    "ru": ("cp1251", "Код ТН ВЭД;Страна происхождения;Дата;Таможенная стоимость (EUR)", "95030073;Китай;13.05.2025;1000,50"),
}  # fmt: skip
OWN = (
    "fr",
    "es",
    "pt",
    "ru",
)  # their headings name a nomenclature, whose codes have six digits in common with the schedule


def read(path: Path, encoding: str, head: str, row: str, asked: FileOptions = RATES) -> tuple[tuple[str, ...], Rows]:
    (path := path / "in.csv").write_bytes(f"{head}\n{row}\n".encode(encoding))
    found, rows = rows_of_file(path, asked)
    return found.notes, rows


@pytest.mark.parametrize("language", TABLES)
def test_a_customs_table_is_read_and_says_whose_duties_it_gets(tmp_path: Path, language: str) -> None:
    notes, (row,) = read(tmp_path, *TABLES[language])
    code = "950300" if language in OWN else "95030073"
    assert [row[n] for n in ("product", "origin", "entry_date", "value")] == [code, "CHN", "2025-05-13", 2001.0]
    assert f"in.csv: {ELSEWHERE}" in notes
    assert not any("found by their cells" in note for note in notes)


@pytest.mark.parametrize("destination", ["USA", "CHN"])
def test_who_names_the_importing_country_is_not_told(tmp_path: Path, destination: str) -> None:
    notes, _ = read(tmp_path, *TABLES["ko"], FileOptions(rates=RATES.rates, destination=destination))
    assert f"in.csv: {ELSEWHERE}" not in notes


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp949", "장난감 자동차와 인형의 수입 내역"),
        ("cp932", "おもちゃの輸入申告の一覧表"),
        ("gb18030", "玩具进口报关单明细表及原产地证明文件,元"),
        ("cp1251", "Перечень товаров, ввезённых на территорию"),
        ("cp1252", "Liste déclarée à l'étranger, café, São Paulo, Zölle für Güter"),
    ],
)
def test_letters_that_stand_in_words_tell_an_encoding(encoding: str, text: str) -> None:
    """Of words that are no headings."""
    assert encoding_of(f"a,{text}\n1,2\n".encode(encoding), "") == encoding


def test_days_of_eras_and_months_of_two_digits() -> None:
    days = {"令和7年5月2日": date(2025, 5, 2), "令和元年5月2日": date(2019, 5, 2), "民國114年5月2日": date(2025, 5, 2)}
    assert {t: read_day(t).day for t in days} == days
    days = {
        "114年5月2日": date(2025, 5, 2),
        "114/05/02": date(2025, 5, 2),
        "114年5月": date(2025, 5, 1),
        "令和7年5月": date(2025, 5, 1),
    }
    assert {t: read_day(t).day for t in days} == days
    assert {t: read_day(t).day for t in ("114-05", "123/4", "1145", "114/13/02")} == dict.fromkeys(
        ("114-05", "123/4", "1145", "114/13/02")
    )
    assert read_day("May-25") == read_day("2025-05")
    assert read_day("25-May").day is None
    assert read_day("May-05").day is None  # the fifth, or 2005


def test_a_number_of_declarations_is_no_value(tmp_path: Path) -> None:
    _, (row,) = read(
        tmp_path, "utf-8", "Pieza;HS;COO;Fecha;Monto abonado", "106123456789;95030073;CN;2025-05-13;25.000.000"
    )
    assert row["value"] == 25e6


def test_british_statistics_are_of_the_united_kingdom(tmp_path: Path) -> None:
    head = "Year,Month,Flow Type,Commodity Code,Country Name,Value (£),Net Mass (kg)"
    row = "2025,May,Non-EU Imports,95030070,China,1000,5\n2025,May,Non-EU Exports,95030070,China,9,5"
    notes, rows = read(tmp_path, "utf-8", head, row)
    assert [(r["destination"], r["value"]) for r in rows] == [("GBR", 2000.0)]
    assert any("1 other flows" in n for n in notes)


@pytest.mark.parametrize(
    ("head", "currency", "times"),
    [
        ("VALUE_1000EURO", "EUR", 1e3),
        ("Value 1000USD", "USD", 1e3),
        ("進口值(美元千元)", "USD", 1e3),
        ("금액(천불)", "USD", 1e3),
        ("CIF (lakh INR)", "INR", 1e5),
        ("CIF (INR crore)", "INR", 1e7),
    ],
)
def test_scales_that_are_joined_to_a_currency(head: str, currency: str, times: float) -> None:
    assert heading(head)[3:] == (currency, times)


def test_labels_of_europes_statistics_name_the_importing_country(tmp_path: Path) -> None:
    _, rows = read(
        tmp_path, "utf-8", "GEO (Labels);PARTNER;PRODUCT;2025-04;2025-05", "Germany;China;95030070;1.234,5;:"
    )
    assert [(r["destination"], r["entry_date"], r["value"]) for r in rows] == [("DEU", "2025-04-01", 1234.5)]
