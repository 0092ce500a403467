"""What files say that could be read as something else: names like codes, codes of other nomenclatures, signs of other encodings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import chain, product
from pathlib import Path

import duckdb
import pytest
from test_layout_headings import Rows, rows_of_file

from parley.errors import InputError, ParleyError
from parley.law.audit import audit
from parley.law.shipments.layouts.amounts import read_amount
from parley.law.shipments.layouts.canonical import is_canonical
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.days import month_of, read_day
from parley.law.shipments.layouts.places import NAMES, not_stated, place, two_places
from parley.law.shipments.layouts.plan import SAMPLED, FileOptions
from parley.law.shipments.layouts.products import LOST, read_code
from parley.law.shipments.layouts.spelling import currency_of, plain, rows_of
from parley.law.shipments.layouts.translate import translated
from parley.law.shipments.run import duties
from parley.law.shipments.totals import UNKNOWN
from parley.law.shipments.typed import number
from parley.outputs import refused

HEAD = "HTS,Origin,Entry Date,Customs Value\n"
TOY = "9503000073,{},2025-05-20,100.50\n"
EUROS = FileOptions(rates=read_rates(["EUR=2"]))


def read(path: Path, text: str | bytes, asked: FileOptions | None = None) -> tuple[tuple[str, ...], Rows]:
    (path := path / "in.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    found, rows = rows_of_file(path, asked)
    return found.notes, rows


def test_names_with_accents_are_no_codes() -> None:
    assert [place(t) for t in ("Áo", "AO", "Bỉ", "BI", "Mỹ", "MY", "Ý")] == [
        "AUT",
        "AGO",
        "BEL",
        "BDI",
        "USA",
        "MYS",
        "ITA",
    ]
    assert place("Ảo") is None  # no name, and no code either
    assert (bool(two_places("Nga", False)), two_places("NGA", False)) == (True, "")


def test_every_name_of_the_tables_is_of_its_country() -> None:
    held = {(t, row["iso3"]) for n in NAMES for row in rows_of(n) for t in row["names"].split(";")}
    bearers = Counter(plain(t) for t, _ in {(plain(t), iso) for t, iso in held})
    assert [t for t, iso in held if place(t) != iso and bearers[plain(t)] == 1] == []


@pytest.mark.parametrize(
    ("cells", "others", "doubtful"),
    [
        (["CN", "NA", "NO"], [], []),
        (["CN", "NA"], ["NA"], ["NA"]),
        (["CN", "No"], [], ["No"]),
        (["China", "NA"], [], ["NA"]),
        (["CHN", "NO", "na"], [], ["NO", "na"]),
        (["NA"], [], ["NA"]),
        (["Namibia", "Norway", "N/A"], [], []),
    ],
)
def test_codes_that_say_nothing_is_stated_are_read_among_codes_alone(
    cells: list[str], others: list[str], doubtful: list[str]
) -> None:
    assert sorted(not_stated(cells, others)) == sorted(doubtful)


def test_both_meanings_of_such_a_code_are_said_in_a_file_of_the_engines_columns(tmp_path: Path) -> None:
    _, rows = read(tmp_path, HEAD + TOY.format("China") + TOY.format("NA") + TOY.format("No"))
    assert [r["origin"] for r in rows] == ["CHN", "NA: Namibia (NAM) or not available", "No: Norway (NOR) or none"]
    assert not is_canonical(str(tmp_path / "in.csv"), FileOptions())
    (tmp_path / "in.csv").write_text(HEAD + TOY.format("CN") + TOY.format("NA"))
    assert is_canonical(str(tmp_path / "in.csv"), FileOptions())


@pytest.mark.parametrize("head", [HEAD, "product,origin,entry_date,value\n"])
@pytest.mark.parametrize(("first", "without"), [("CHN", 2), ("China", 2), ("CN", 0)])
def test_such_a_code_behind_the_sample_is_read_as_the_sample_says(
    tmp_path: Path, head: str, first: str, without: int
) -> None:
    (tmp_path / "in.csv").write_text(head + TOY.format(first) * SAMPLED + TOY.format("NA") + TOY.format("NO"))
    with translated([str(tmp_path / "in.csv")], FileOptions()) as read:
        report = duties(read.paths)
    assert report.rejected == without
    assert {s.name for s in report.by_origin} == ({"CHN", UNKNOWN} if without else {"CHN", "NAM", "NOR"})


@pytest.mark.parametrize(
    "head", ["HTS,Origin,Entry Date,Customs Value,Currency\n", "product,origin,entry_date,value,currency\n"]
)
def test_another_currency_behind_the_sample_is_none_of_dollars(tmp_path: Path, head: str) -> None:
    toy = TOY.format("CHN").strip()
    (tmp_path / "in.csv").write_text(head + f"{toy},USD\n" * SAMPLED + f"{toy},EUR\n")
    for asked, value, without in ((FileOptions(), 100.5 * SAMPLED, 1), (EUROS, 100.5 * (SAMPLED + 2), 0)):
        with translated([str(tmp_path / "in.csv")], asked) as read:
            report = duties(read.paths)
        assert (report.value_total, report.rejected) == (value, without)


def test_a_column_that_numbers_rows_is_no_country(tmp_path: Path) -> None:
    _, rows = read(
        tmp_path, "No,HTS,China,Vietnam\n1,9503000073,100.5,200.5\n2,8517130000,1.5,2.5\n", FileOptions(on="2025-05-20")
    )
    assert {r["origin"] for r in rows} == {"CHN", "VNM"}


@pytest.mark.parametrize("head", ["NCM", "CN8", "TARIC Code", "Schedule B Number", "Kod CN"])
def test_codes_of_other_nomenclatures_are_read_by_the_digits_that_all_share(tmp_path: Path, head: str) -> None:
    notes, rows = read(tmp_path, HEAD.replace("HTS", head) + TOY.format("Brazil").replace("9503000073", "6402.91.10"))
    assert rows[0]["product"] == "640291"  # 6402.91.10 of the United States is another shoe
    assert any("6 digits are shared" in note for note in notes)


def test_exports_of_the_european_union_are_read_by_the_digits_that_all_share(tmp_path: Path) -> None:
    head = "freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE\n"
    rows = "M,DE,US,64029110,2,VALUE_IN_EUROS,2025-05,10\nM,DE,US,640291,2,VALUE_IN_EUROS,2025-05,10\n"
    _, (row,) = read(tmp_path, head + rows, EUROS)  # the sum of six digits is no second row
    assert (row["product"], row["destination"], row["value"]) == ("640291", "USA", 20.0)


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859_15", "mac_roman", "utf-16", "utf-8"])
@pytest.mark.parametrize("day", ["Date d'entrée", "Date"])
def test_a_euro_sign_is_one_in_every_encoding(tmp_path: Path, encoding: str, day: str) -> None:
    text = f"Position tarifaire;Pays d'origine;{day};Valeur en douane (€)\n95030000;Chine;20/05/2025;1000,50\n"
    _, (row,) = read(tmp_path, text.encode(encoding), EUROS)
    assert (row["value"], row["entry_date"]) == (2001.0, "2025-05-20")


@pytest.mark.parametrize(
    "text",
    ["2025-Q2", "2025Q2", "Q2 2025", "2Q25", "2nd quarter 2025", "Apr-Jun 2025", "2025年第2四半期", "2025년 2분기"],
)
def test_a_quarter_is_no_day(tmp_path: Path, text: str) -> None:
    assert read_day(text).precision == "quarter"
    rows = HEAD + TOY.format("CN").replace("2025-05-20", text)
    table = f"HTS,Origin,{text},Q1 2025\n9503000073,CN,100.50,200.50\n"
    for one in (rows, table):
        with pytest.raises(InputError, match="quarters and no days"):
            read(tmp_path, one)
        assert {r["product"] for r in read(tmp_path, one, FileOptions(on="2025-05-20"))[1]} == {"9503000073"}


@pytest.mark.parametrize(
    "text",
    ["2025년 05월 20일", "20MAY2025:10:00:00", "2025-05-20-10.00.00.000000",
     "Tue May 20 00:00:00 EDT 2025", "2025-05-20\u200b", "\ufeff20.05.2025"],
)  # fmt: skip
def test_days_of_programs(text: str) -> None:
    assert read_day(text).day == date(2025, 5, 20)


def test_numbered_months() -> None:
    assert (month_of("05. Maio"), month_of("05월"), month_of("06. Maio")) == (5, 5, None)


def test_a_day_that_cannot_be_read_is_shown(tmp_path: Path) -> None:
    _, rows = read(
        tmp_path, HEAD.replace("HTS", "HTS No.") + TOY.format("CN") + TOY.format("CN").replace("2025-05-20", "mid May")
    )
    assert rows[1]["entry_date"] == "mid May"


def test_digits_of_a_code_in_scientific_notation_are_whole_or_lost() -> None:
    assert read_code("9.503000073E+09").digits == "9503000073"
    assert [read_code(t) for t in ("9.503E+09", "9E+09", "9.503000073E+08")] == [("", LOST)] * 3
    assert read_code("1e0").digits == "01"


def test_a_column_behind_the_last_heading_is_seen(tmp_path: Path) -> None:
    text = ",HTS No.,Origin,Entry Date,\n1,9503000073,China,2025-05-20,100.5\n2,9503000073,Germany,2025-05-20,200.5\n"
    _, rows = read(tmp_path, text)
    assert [r["value"] for r in rows] == [100.5, 200.5]


@pytest.mark.parametrize("head", ["", "Ref", "Age", "Volume CBM", "Boxes"])
def test_numbers_without_a_sign_of_money_are_no_value(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match="no column of the value"):
        read(tmp_path, f"{head},HTS,Origin,Entry Date\n7001,9503000073,CN,2025-05-20\n7005,9503000073,DE,2025-05-20\n")


def test_duties_of_joined_words_stand_behind_their_numbers(tmp_path: Path) -> None:
    head = "EntryNo|EntryLineNo|TariffNo|CountryOfOrigin|EntryDate|EnteredValue|DutyAmt|AddlTariff1|AddlDuty1|AddlTariff2|AddlDuty2\n"
    _, (row,) = read(tmp_path, head + "XYZ00000015|1|9503000073|CN|20250520|1000|0|99030124|200|99030125|100\n")
    assert (row["duty_paid"], row["paid_99030124"], row["paid_99030125"]) == (300.0, 200.0, 100.0)


def test_gross_imports_are_imports_and_what_is_left_out_is_said(tmp_path: Path) -> None:
    head = "ReporterISO3,ProductCode,PartnerISO3,Year,TradeFlowName,TradeValue in 1000 USD\n"
    asked = FileOptions(on="2025-05-20")
    _, (row,) = read(tmp_path, head + "USA,950300,CHN,2024,Gross Imports,10.5\n", asked)
    assert row["value"] == 10500.0
    with pytest.raises(InputError, match=re.escape("left out: 1 other flows")):
        read(tmp_path, head + "USA,950300,CHN,2024,Gross Imports,10.5\n".replace("Gross Imports", "Re-Import"), asked)


@pytest.mark.parametrize(("currency", "paid"), [("USD", 30.0), ("EUR", 60.0)])
@pytest.mark.parametrize("heads", ["Duty_Amt,Duty_Curr", "Duty Amount,Crcy", "Duty,Currency Code"])
def test_a_currency_behind_a_duty_is_the_dutys(tmp_path: Path, heads: str, currency: str, paid: float) -> None:
    head = f"HTS,Origin,Entry Date,Customs Value,Curr,{heads}\n"
    _, (row,) = read(tmp_path, head + f"9503000073,CN,2025-05-20,100.50,EUR,30,{currency}\n", EUROS)
    assert (row["value"], row["duty_paid"]) == (201.0, paid)


def test_audit_knows_what_was_paid_on_a_heading_under_any_name_of_its_column(tmp_path: Path) -> None:
    head = (
        "HTS Number,Country of Origin,Entry Date,Customs Value,Entry Number,Line No,paid_9903.01.24,Paid 9903.01.25\n"
    )
    (tmp_path / "in.csv").write_text(head + "9503000073,CN,2025-05-20,1000,XYZ00000015,1,200,100\n")
    found = audit([str(tmp_path / "in.csv")])
    assert (found["agree"], found["by_heading"], found["paid_total"]) == (1, [], 300.0)


def test_a_place_that_duckdb_does_not_find_is_told_in_a_sentence() -> None:
    told = refused(
        "/proc/x.csv", duckdb.IOException('IO Error: Cannot open file "/proc/.x.part": No such file or directory')
    )
    assert "cannot be written: No such file or directory. Allowed" in str(told)


def test_accents_of_dos_are_no_korean(tmp_path: Path) -> None:
    text = "Zolltarifnummer;Ursprungsland;Einfuhrdatum;Währung;Zollwert\n95030000;Österreich;20.05.2025;EUR;1000,50\n"
    _, (row,) = read(tmp_path, text.encode("cp850"), EUROS)
    assert (row["origin"], row["value"]) == ("AUT", 2001.0)


SIGNS = "10²٢e.,+-%$/ (éT中"


DAYS = partial(read_day, serial=True), partial(read_day, order="DMY")


@pytest.mark.parametrize("read", [read_code.__wrapped__, read_amount, month_of, number, currency_of, *DAYS])
def test_every_short_text_is_read_or_refused(read: Callable[[str], object]) -> None:
    for text in map("".join, chain.from_iterable(product(SIGNS, repeat=n) for n in range(4))):
        with suppress(ParleyError):
            read(text)
