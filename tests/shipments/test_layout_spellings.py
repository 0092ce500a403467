"""Days, amounts, countries, codes and headings as files write them: one meaning is read, two are not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.codes import countries
from parley.law.shipments.layouts.amounts import decimal_in, read_amount
from parley.law.shipments.layouts.days import month_of, order_in, read_day
from parley.law.shipments.layouts.places import is_aggregate, place, system_of
from parley.law.shipments.layouts.products import lines_below, read_code
from parley.law.shipments.layouts.spelling import heading, plain, unit_of

DAYS = st.dates(date(2000, 1, 1), date(2069, 12, 31))
MAY = date(2025, 5, 2)


@pytest.mark.parametrize("text", [
    "20250502", "20250502.0", "Friday, May 2, 2025", "Fri 2 May 2025",
    "02-May-25", "2 May 2025", "May 2, 2025", "2025-05-02", "2025-05-02T12:30:00Z", "2025-05-02 00:00:00", "2025/5/2",
    "2025年5月2日", "2. Mai 2025", "2 mai 2025", "2 mayo 2025", "02MAY2025", "May-02-2025", "2025-05-02T10:00:00+08:00",
    "2 de mayo de 2025", "2nd of May 2025", "２０２５－０５－０２", "２０２５年５月２日",
])  # fmt: skip
def test_spellings_of_one_day(text: str) -> None:
    assert read_day(text).day == MAY


@given(DAYS)
def test_every_spelling_of_a_day_is_that_day_or_two(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y%m%d", "%d-%b-%Y", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d", "%d-%b-%y"):
        assert read_day(day.strftime(form)).day == day
    for form, order in (("%d/%m/%Y", "DMY"), ("%m/%d/%Y", "MDY"), ("%d.%m.%y", "DMY")):
        text = day.strftime(form)
        assert read_day(text, order).day == day  # type: ignore[arg-type]
        found = read_day(text)
        assert found.day == day or day in found.readings


NUMBERS = st.one_of(st.integers(0, 99999).map(str), st.sampled_from(["0000", "²", "٢٠٢٥", "05", "1746144000", "9999"]))
PIECES = st.one_of(NUMBERS, st.sampled_from(["May", "Dez", "mayo", "UTC", "M", "年", "月", "日", "T12:00", "st"]))


@given(st.lists(st.tuples(PIECES, st.sampled_from(["", "-", "/", ".", " ", ", "])), min_size=1, max_size=4))
def test_whatever_looks_like_a_day_is_one_or_is_none(pieces: list[tuple[str, str]]) -> None:
    text = "".join(a + b for a, b in pieces)
    for order in (None, "DMY", "MDY", "YMD"):
        found = read_day(text, order, serial=order is None)  # type: ignore[arg-type]
        assert (found.day is None) == bool(found.fault)
    assert month_of(text) in {None, *range(1, 13)}


@pytest.mark.parametrize("text", ["00/0000", "01/0000", "May 0000", "0000-05", "0000M1", "Dec 9999"])
def test_a_month_outside_the_years_of_trade_is_none(text: str) -> None:
    assert read_day(text).day is None


@given(DAYS)
def test_a_workbooks_number_is_a_day_there_alone(day: date) -> None:
    text = str((day - date(1899, 12, 30)).days)
    assert read_day(text, serial=True).day == day
    assert read_day(text).day is None


def test_two_readings_are_both_given_and_others_decide() -> None:
    assert read_day("03/04/2025").readings == (date(2025, 4, 3), date(2025, 3, 4))
    assert read_day("04/04/2025").day == date(2025, 4, 4)
    assert order_in(["03/04/2025", "13/04/2025"]) == "DMY"
    assert order_in(["03/04/2025", "04/13/2025"]) == "MDY"
    assert order_in(["13/04/2025", "04/13/2025"]) is None
    assert order_in(["03/04/2025"]) is None


@pytest.mark.parametrize("text", ["China", "31/02/2025", "2025-13-01", "", "12", "45779", "n/a", "Mayhem 2025"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text).day is None
    assert read_day(text).fault


@pytest.mark.parametrize("text", ["2025-05", "202505", "May 2025", "2025年5月", "05/2025", "2025M05", "Mai 2025"])
def test_months(text: str) -> None:
    assert read_day(text)[:2] == (date(2025, 5, 1), "month")


def test_names_and_numbers_of_months() -> None:
    assert [month_of(t) for t in ("5", "05", "May", "mayo", "5.0", "13", "52")] == [5, 5, 5, 5, 5, None, None]


@pytest.mark.parametrize(("text", "number"), [
    ("1,234.56", 1234.56), ("$1,234.56", 1234.56), ("(1,234.56)", -1234.56), ("1.234,56", 1234.56), ("1000", 1000.0), ("0.125", 0.125),
    ("1 234,56", 1234.56), ("1'234.50", 1234.5), ("1,00,000", 100000.0), ("5-", -5.0), ("1,234,567", 1234567.0), ("1e3", 1000.0),
    ("USD 12.50", 12.5), ("12,5", 12.5), (".5", 0.5), ("１，０００．５０", 1000.5), ("¥1,000.50", 1000.5),
])  # fmt: skip
def test_amounts(text: str, number: float) -> None:
    assert read_amount(text).number == pytest.approx(number)


@pytest.mark.parametrize("text", ["1,000", "1.000", "$12.500", "(1,000)"])
def test_amounts_of_two_meanings(text: str) -> None:
    assert read_amount(text).fault == "two meanings"
    one, other = read_amount(text, ".").number, read_amount(text, ",").number
    assert one is not None
    assert other is not None
    assert one != other


@given(st.integers(0, 10**12))
def test_an_amount_in_cents_is_read_from_both_conventions(cents: int) -> None:
    text = f"{cents / 100:,.2f}"
    other = text.replace(",", "_").replace(".", ",").replace("_", ".")
    assert read_amount(text, ".").number == pytest.approx(cents / 100)
    assert read_amount(other, ",").number == pytest.approx(cents / 100)
    assert decimal_in([text, "1,000"]) == "."
    assert decimal_in([other, "1.000"]) == ","


@pytest.mark.parametrize("text", ["", "n/a", "--", "1_000", "1.2.3", "nan", "inf", "12,34.5"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_amount(text).number is None


@pytest.mark.parametrize(("text", "iso3"), [
    ("Korea, South", "KOR"), ("China, mainland", "CHN"), ("Viet Nam", "VNM"), ("XC", "CAN"), ("Ontario", "CAN"),
    ("S. Korea", "KOR"), ("美国(502)", "USA"), ("U.S.", "USA"), ("U. K.", "GBR"), ("E.U.", "EUU"), ("NA", "NAM"),
    ("XO", "CAN"), ("美国", "USA"),
    ("中国台湾", "TWN"),
    
    ("CN - China", "CHN"), ("China (CN)", "CHN"), ("Netherlands (the)", "NLD"), ("COTE D IVOIRE", "CIV"), ("Türkei", "TUR"),
    ("Corée du Sud", "KOR"),
    ("Bolivia (Plurinational State of)", "BOL"), ("Other Asia, nes", "TWN"), ("Lao People's Dem. Rep.", "LAO"), ("156", "CHN"),
    ("4", "AFG"),
    ("CN China", "CHN"), ("5700 CHINA", "CHN"), ("156 China", "CHN"), ("China CN", "CHN"), ("ＣＮ", "CHN"),
    ("刚果（金）", "COD"), ("Estados Unidos", "USA"), ("us", "USA"), ("5700", "CHN"),
])  # fmt: skip
def test_countries(text: str, iso3: str) -> None:
    assert place(text) == iso3


@pytest.mark.parametrize(
    "text",
    [
        "Atlantis",
        "United States - China",
        "DE China",
        "",
        "999",
        "12345",
        "Toys",
        "N/A",
        "n.a.",
        "N A",
        "c/o",
        "S.A.",
        "i-n",
        "n. d.",
    ],
)
def test_what_is_no_country_is_none(text: str) -> None:
    assert place(text) is None


def test_every_country_of_the_package_is_read_by_code_name_and_number() -> None:
    for c in countries().values():
        for text in (c.iso3, c.name, *c.aliases):
            assert place(text) == c.iso3 or is_aggregate(text), text
        if c.census and c.census != "0003":
            assert place(c.census, "census") == c.iso3


def test_numbers_of_a_column_are_of_one_system() -> None:
    assert (place("842", "comtrade"), place("251", "comtrade"), place("490", "comtrade")) == ("USA", "FRA", "TWN")
    assert system_of(["842", "156"]) == "comtrade"
    assert system_of(["156", "410"]) == "iso"
    assert system_of(["10000"]) == "iso"  # no number of a country: left to the row
    assert system_of(["998"]) is None
    assert all(is_aggregate(t, "census") for t in ("-", "0003", "1XXX", "TOTAL FOR ALL COUNTRIES"))
    assert not is_aggregate("5700", "census")


@pytest.mark.parametrize(("text", "digits"), [
    ("9503.00.00.73", "9503000073"), ("9503000073 TOYS, NESOI", "9503000073"), ("950300", "950300"), ("101210010", "0101210010"),
    ("9503000073.0", "9503000073"), ("HTS 9503.00.00", "95030000"), ("9503-00-0073", "9503000073"), ("'0101210010", "0101210010"),
    ("9,503,000,073", "9503000073"), ("101,210,010", "0101210010"), ("9503000073.00", "9503000073"), ("85171300.00", "8517130000"),
    ("９５０３００００７３", "9503000073"),
])  # fmt: skip
def test_codes(text: str, digits: str) -> None:
    assert read_code(text).digits == digits


@pytest.mark.parametrize("text", ["", "foo", "TOTAL", "9.503E+09", "12 May 2025"])
def test_what_is_no_code_has_no_line(text: str) -> None:
    found = read_code(text)
    assert not found.digits or not lines_below(found.digits, "USA") or found.fault


def test_chinas_ten_digits_are_a_line_of_eight() -> None:
    assert read_code("9503008900", "CHN").digits == "95030089"


@pytest.mark.parametrize(("text", "bare", "currency", "multiplier"), [
    ("Value (EUR)", "value", "EUR", 1), ("29. A. HTSUS No.", "htsusno", "", 1), ("TradeValue in 1000 USD", "tradevalue", "USD", 1000),
    ("金额_美元", "金额", "USD", 1), ("Wert in EUR", "wert", "EUR", 1), ("Line Tariff Quantity (1)", "linetariffquantity1", "", 1),
    ("EUR Value", "value", "EUR", 1), ("Customs Value", "customsvalue", "", 1), ("Pays d’origine", "paysdorigine", "", 1),
])  # fmt: skip
def test_headings(text: str, bare: str, currency: str, multiplier: float) -> None:
    assert heading(text)[2:] == (bare, currency, multiplier)


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert plain("País de Origen") == plain("PAIS-DE_ORIGEN") == "paisdeorigen"
    assert [unit_of(t) for t in ("千克", "Stück", "number", "KG", "zz")] == ["KG", "NO", "NO", "KG", "zz"]
