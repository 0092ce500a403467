"""Amounts without a currency beside foreign ones, values in two currencies, totals beside months, sheets under other headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_layout_headings import rows_of
from test_layout_money import HEAD, RATES, TOY, book, line, of_book

from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.translate import translated


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


@pytest.mark.parametrize(
    "head", ["IEEPA-CN", "China IEEPA Tariff Paid", "HTS9903.01.24", "IEEPA (20%)", "Fentanil IEEPA Duty"]
)
def test_a_column_that_may_say_what_was_paid_is_never_passed_over_in_silence(tmp_path: Path, head: str) -> None:
    asked = FileOptions(evidence=frozenset({"paid_ieepa"}))
    text = f"Entry Number,HTS,COO,Entry Date,Value,{head}\nABC12345672,{TOY},CN,2025-05-20,1000,500\n"
    (path := tmp_path / "in.csv").write_text(text)
    with translated([str(path)], asked) as read:
        assert (
            f"in.csv: {head!r} may say what was paid, and is not read; if it does: --columns paid_ieepa={head!r}"
            in read.notes
        )
    for other in ("IEEPA Rate", "IEEPA Flag", "Fentanyl Tariff %"):
        path.write_text(text.replace(head, other).replace("500", "20"))
        with translated([str(path)], asked, always=True) as read:
            assert not any("may say what was paid" in note for note in read.notes)
