"""Amounts without a currency beside foreign ones, values in two currencies, totals beside months, sheets under other headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_layout_headings import rows_of
from test_layout_money import HEAD, RATES, TOY, book, line, of_book


@pytest.mark.parametrize(
    "text",
    [
        f"{','.join(HEAD)},Currency\n{TOY},CN,2025-05-20,1000,EUR\n{TOY},CN,2025-05-20,1000,\n",
        f"{','.join(HEAD)}\n{TOY},CN,2025-05-20,1000 EUR\n{TOY},CN,2025-05-20,1000\n",
    ],
)
def test_an_amount_without_a_currency_among_foreign_ones_is_no_dollars(tmp_path: Path, text: str) -> None:
    found = rows_of(tmp_path, text, RATES)[1]
    assert [r["value"] for r in found] == ["2000", "1000: it states no currency, and other rows are in EUR"]


def test_of_values_in_two_currencies_that_in_dollars_is_read(tmp_path: Path) -> None:
    for head, value in (("Value (USD),Value (EUR)", 1000.0), ("Value (EUR),Value (USD)", 900.0)):
        text = f"HTS,COO,Entry Date,{head}\n{TOY},CN,2025-05-20,1000,900\n"
        assert [r["value"] for r in rows_of(tmp_path, text)[1]] == [value]


def test_a_total_beside_its_months_is_none_of_them(tmp_path: Path) -> None:
    text = f"HTS,COO,2025-05,2025-06,Total\n{TOY},China,1000,900,1900\n"
    found = rows_of(tmp_path, text)[1]
    assert [(r["entry_date"], r["value"]) for r in found] == [("2025-05-01", 1000.0), ("2025-06-01", 900.0)]


def test_a_sheet_of_goods_under_other_headings_is_named(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {
            "Jan": [HEAD, line(TOY)],
            "Feb": [[*HEAD, "Note"], [*line(TOY), "x"]],
            "Sum": [["Month", "Total"], ["Jan", 2]],
        },
    )
    notes = of_book(path)[0]
    assert any("sheet Jan is not read" in n and "--sheet 'Jan'" in n for n in notes)
    assert any("sheet Sum is not read" in n and "another sheet holds the goods" in n for n in notes)
