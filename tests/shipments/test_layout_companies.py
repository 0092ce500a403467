"""Extracts of brokers, shops, statistics and customs abroad: nothing of what was paid is lost, no sum is counted beside its parts."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layout_headings import goods, rows_of

from drawn import thinned
from parley.errors import InputError
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.plan import FileOptions

ABROAD = read_rates(["EUR=2", "CAD=0.5", "GBP=4", "CNY=0.1"])
LINE = "XYZ-0000001-5,1,3923900080,CN,05/13/2025,1000"
HEAD = "Entry Number,Line,HTS,COO,Entry Date,Entered Value"


def paid(tmp_path: Path, headings: str, cells: str) -> dict[str, object]:
    """What the columns of a file with further headings hold of what was paid, of one line."""
    (row,) = rows_of(tmp_path, f"{HEAD},{headings}\n{LINE},{cells}\n")[1]
    return {n: v for n, v in row.items() if n.startswith("paid_") or n == "duty_paid"}


@pytest.mark.parametrize(
    ("headings", "cells", "found"),
    [
        ("Duty Amt,Supp. Tariff 1,Supp. Duty 1,Supp. Tariff 2,Supp. Duty 2", "30,99030124,200,9903.01.63,1250",
         {"duty_paid": 1480.0, "paid_base": 30.0, "paid_99030124": 200.0, "paid_99030163": 1250.0}),
        ("Duty 9903.01.24,9903.01.63,99038803 Amount", "200,1250,250",
         {"paid_99030124": 200.0, "paid_99030163": 1250.0, "paid_99038803": 250.0}),
        ("IEEPA Fentanyl,IEEPA Reciprocal,Section 301,MFN", "200,1250,250,30",
         {"paid_ieepa_fentanyl": 200.0, "paid_ieepa_reciprocal": 1250.0, "paid_s301": 250.0, "paid_base": 30.0}),
        ("IEEPA Fentanyl,MFN Duty", "20,30", {"paid_ieepa_fentanyl": 20.0, "paid_base": 30.0}),
        ("IEEPA Fentanyl,Section 301", "20%,25%", {}),
        ("IEEPA Fentanyl,Section 301", "20,25", {}),
        ("IEEPA Fentanyl,9903.88.03", "Y,N", {}),
    ],
)  # fmt: skip
def test_what_was_paid_under_each_heading_and_authority(
    tmp_path: Path, headings: str, cells: str, found: dict[str, float]
) -> None:
    assert paid(tmp_path, headings, cells) == found


@pytest.mark.parametrize("breakdown", ["PORT", "DISTRICT", "STATE"])
def test_ports_are_not_counted_beside_their_sum(tmp_path: Path, breakdown: str) -> None:
    head = [breakdown, "I_COMMODITY", "CTY_CODE", "GEN_VAL_MO", "time"]
    parts = [["2704", "950300", "5700", "1000", "2025-05"], ["2709", "950300", "5700", "700", "2025-05"]]
    for rows, whole in (([*parts, ["-", "950300", "5700", "1700", "2025-05"]], 1), (parts, 2)):
        read = rows_of(tmp_path, json.dumps([head, *rows]))[1]
        assert (len(read), sum(float(str(r["value"])) for r in read)) == (whole, 1700.0)


SHOP = "Name,Currency,Created at,Lineitem quantity,Lineitem price,HS Code,COO,Shipping Country\n"


def test_what_is_of_the_whole_order_holds_for_its_later_items(tmp_path: Path) -> None:
    items = "#1,CAD,2025-05-02,2,10,950300,CN,US\n#1,,,1,10,950300,VN,\n#2,,2025-05-03,1,10,950300,CN,\n"
    read = rows_of(tmp_path, SHOP + items, FileOptions(rates=ABROAD))[1]
    assert [(r["entry_date"], r["value"], r["destination"]) for r in read] == [
        ("2025-05-02", 10.0, "USA"),
        ("2025-05-02", 5.0, "USA"),
        ("2025-05-03", 10.0, None),
    ]


def test_one_value_of_several_commodities_is_none_of_any(tmp_path: Path) -> None:
    head = "Entry,HTS 1,HTS 2,HTS 3,Origin,Date,Value\nA,99030124,9503000073"
    (row,) = rows_of(tmp_path, f"{head},,CN,2025-05-13,1000\n")[1]
    assert str(row["value"]).removesuffix(".0") == "1000"
    rows = rows_of(tmp_path, f"{head},3923900080,CN,2025-05-13,1000\n")[1]
    assert {str(r["value"]) for r in rows} == {"1000: one value of 2 tariff numbers: not a number"}
    (row,) = rows_of(tmp_path, "HTS,HTS,Origin,Origin,Date,Value\n9503000073,9503.00.00.73,CN,China,2025-05-13,9\n")[1]
    assert (row["product"], row["origin"]) == ("9503000073", "CHN")


def test_cents_are_hundredths_and_shares_in_percent_are_read(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "HTS,Origin,Date,Value (cents),Steel Share\n7326908688,KR,2025-07-02,100000,40%\n")[1]
    assert (row["value"], str(row["steel_share"])) == (1000.0, "0.4")


@pytest.mark.parametrize(
    ("text", "buyer"),
    [
        ("Transaction Number,Release Date,Classification Number,Country of Origin,VFD (CAD)\n1,2025-05-02,9503009010,CN,9\n", "CAN"),
        ("MRN,Commodity Code,Country of Origin,Date,Customs Value (GBP)\n25GB000000000001A1,9503007000,CN,13/05/2025,9\n", "GBR"),
        ("MRN;Warennummer;Ursprungsland;Annahmedatum;Zollwert\n25DE000000000001A1;95030075;CN;02.05.2025;9,00\n", "DEU"),
        ("报关单号,商品编码,原产国,申报日期,完税价格\n123456789012345678,8504409999,美国,2025/5/2,9\n", "CHN"),
        ("报关单号,商品编码,原产国,申报日期,完税价格\nXYZ00000015,8504409999,中国,2025/5/2,9\n", None),
        ("MRN,Commodity Code,Country of Origin,Acceptance Date,Customs Value\nA7,9503007000,CN,13/05/2025,9\n", None),
    ],
)  # fmt: skip
def test_declarations_abroad_are_none_of_the_united_states(tmp_path: Path, text: str, buyer: str | None) -> None:
    (row,) = rows_of(tmp_path, text, FileOptions(rates=ABROAD))[1]
    assert row.get("destination") == buyer
    (row,) = rows_of(tmp_path, text, FileOptions(rates=ABROAD, destination="USA"))[1]
    assert row.get("destination", "USA") == "USA"


DAY_FIRST = ("Warennummer;Ursprungsland;Datum;Zollwert", "HS-Code;Ursprungsland;Einfuhrdatum;Zollwert", "Code SH;Origine;Date;Valeur",
             "NCM;Origem;Data de entrada;Valor", "HTS;Origen;Fecha;Valor", "Codice doganale;Origine;Data di entrata;Valore")  # fmt: skip
UNTOLD = (
    "Tariff;Origin;Date;Value",
    "HTS;COO;Entry Date;Customs Value",
    "Warennummer;Origin;Date;Zollwert",
    "商品编码;原产国;日期;金额",
)


@pytest.mark.parametrize("sign", thinned(["./-", "."], 2))
@pytest.mark.parametrize("head", DAY_FIRST)
def test_days_are_read_as_the_language_of_the_headings_writes_them(tmp_path: Path, head: str, sign: str) -> None:
    for mark in sign:
        text = f"{head}\n9503000073;CN;02{mark}05{mark}2025;1000\n"
        assert goods(tmp_path, text)[0][2] == "2025-05-02"
        us = f"{head}\n9503000073;CN;02{mark}05{mark}2025;1000\n9503000073;CN;05{mark}13{mark}2025;1000\n"
        assert goods(tmp_path, us)[0][2] == "2025-02-05"  # the file's own days decide before its language


@pytest.mark.parametrize("head", UNTOLD)
def test_days_of_two_meanings_are_refused_with_both(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match=r"2025-05-02 or 2025-02-05|2025-02-05 or 2025-05-02"):
        goods(tmp_path, f"{head}\n9503000073;CN;02.05.2025;1000\n")


def test_a_report_of_whole_entries_is_said_to_have_no_tariff_numbers(tmp_path: Path) -> None:
    text = "Entry Summary Number,Entry Date,Total Entered Value Amount,Total Paid Amount\nXYZ00000015,05/13/2025,2000,3214.64\n"
    with pytest.raises(InputError, match=r"no column of the product(.|\n)*ACE ES-003"):
        goods(tmp_path, text)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(-1500, 2000), min_size=1, max_size=8), min_size=1, max_size=20), st.randoms())
def test_of_no_entry_more_is_refunded_than_was_paid_on_it(entries: Sequence[Sequence[int]], draw: Random) -> None:
    """Reversals take off the refunds of their entry's other lines, and of no other entry, in whatever order the lines stand."""
    from parley.law.refund import refunds

    lines = [(f"XYZ-{e:07}-5", p) for e, of_entry in enumerate(entries) for p in of_entry]
    draw.shuffle(lines)
    with tempfile.TemporaryDirectory() as name:
        path, out = Path(name) / "in.csv", Path(name) / "out.csv"
        rows = [f"{e},9503000073,CN,2025-05-02,{1000 if p >= 0 else -500},{p}" for e, p in lines]
        path.write_text("\n".join(["entry_number,product,origin,entry_date,value,duty_paid", *rows]) + "\n")
        found = refunds([str(path)], out, on="2026-07-15")
        made = list(csv.DictReader(out.open()))
    for e, of_entry in enumerate(entries):
        back = sum(float(r["refund"] or 0) for r in made if r["entry_number"] == f"XYZ-{e:07}-5")
        due = sum(max(0, min(p, 1450)) + min(p, 0) for p in of_entry)
        assert back == pytest.approx(max(0, min(sum(of_entry), due)), abs=0.02)
        assert back <= max(0, sum(of_entry)) + 0.02
    assert found.refund_total == pytest.approx(sum(float(r["refund"] or 0) for r in made), abs=0.01)


def test_days_that_programs_write_for_none_are_not_stated() -> None:
    import numpy as np
    import pyarrow as pa

    from parley.law.refunds.evidence import days_of, is_unread

    for text in ("9999-12-31", "12/31/9999", "00/00/0000", "0000-00-00", "1900-01-01", "01/01/1900", "0001-01-01"):
        column = pa.array([text])
        found = days_of(column, 1, "iso")
        assert np.isnat(found).all(), text
        assert not is_unread(column, found).any(), text
    assert is_unread(pa.array(["soon"]), days_of(pa.array(["soon"]), 1, "iso")).all()


@pytest.mark.slow
def test_audit_follows_a_number_that_became_one_other(tmp_path: Path) -> None:
    from parley.law.audit import audit

    (tmp_path / "in.csv").write_text(
        "Entry Number,Line,HTS,COO,Entry Date,Entered Value,Chapter 99,Duty Paid\n"
        "XYZ-0000001-5,1,0810904610,CN,05/20/2025,1000,9903.01.24; 9903.01.25; 9903.88.03,572\n"
        "XYZ-0000001-5,2,9999999999,CN,05/20/2025,1000,9903.01.24,300\n"
    )
    found = audit([str(tmp_path / "in.csv")])
    assert (found["lines"], found["rejected"], found["agree"]) == (2, 1, 1)
    assert (found["paid_total"], found["due_total"]) == (572.0, 572.0)
