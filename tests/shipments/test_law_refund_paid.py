"""A refund is never more than what was paid: by heading, by programme, by a flat sum, and by hand."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from parley.law.refund import refunds
from parley.law.refunds.claims import Question, claims
from parley.law.refunds.evidence import find_held, roles
from parley.law.refunds.paid import CHECKS, refunded
from parley.law.refunds.ruling import find_ruling, heading_programmes
from parley.law.shipments.files import engine_files
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.run import Options
from regimes import law_of

pytestmark = pytest.mark.slow

NAN = float("nan")


def one(change: float, owed: float, shares: list[float], paid: list[float], flat: float) -> tuple[list[float], str]:
    """The refund by programme of one line, and how what was paid compares."""
    found = refunded(*(np.array(x) for x in ([change], [owed], [[s] for s in shares], [[p] for p in paid], [flat])))
    return [round(float(x), 2) for x in found.by_programme[:, 0]], CHECKS[found.check[0]]


@pytest.mark.parametrize(
    ("change", "owed", "shares", "paid", "flat", "refund", "check"),
    [
        (14500, 0, [20 / 145, 125 / 145], [NAN, NAN], 14500, [2000, 12500], "as the law"),
        (14500, 0, [20 / 145, 125 / 145], [NAN, NAN], 0, [0, 0], "less than the law"),
        (14500, 0, [20 / 145, 125 / 145], [NAN, NAN], 2000, [275.86, 1724.14], "less than the law"),
        (1000, 300, [0, 1], [NAN, NAN], 1300, [0, 1000], "as the law"),
        (1000, 300, [0, 1], [NAN, NAN], 800, [0, 500], "less than the law"),  # 300 of the 800 were owed anyway
        (1000, 300, [0, 1], [NAN, NAN], 2000, [0, 1000], "more than the law"),
        (14500, 0, [20 / 145, 125 / 145], [2000, 12500], NAN, [2000, 12500], "as the law"),
        (14500, 0, [20 / 145, 125 / 145], [2000, 0], NAN, [2000, 0], "less than the law"),
        (14500, 0, [20 / 145, 125 / 145], [2000, NAN], NAN, [2000, 0], "less than the law"),
        (14500, 0, [20 / 145, 125 / 145], [9000, 12500], NAN, [2000, 12500], "more than the law"),
        (14500, 0, [20 / 145, 125 / 145], [2000, 12500], 7250, [1000, 6250], "as the law"),  # the flat sum caps
        (14500, 0, [20 / 145, 125 / 145], [NAN, NAN], NAN, [2000, 12500], "not stated"),
        (14500, 0, [20 / 145, 125 / 145], [NAN, NAN], 14499.6, [1999.94, 12499.66], "as the law"),  # whole dollars
        (-5, 300, [0, 1], [NAN, NAN], 300, [0, 0], "as the law"),
    ],
)
def test_a_refund_by_hand(
    change: float, owed: float, shares: list[float], paid: list[float], flat: float, refund: list[float], check: str
) -> None:
    assert one(change, owed, shares, paid, flat) == (refund, check)


def test_a_line_without_an_answer_has_no_refund() -> None:
    refund, check = one(NAN, NAN, [0.5, 0.5], [100, 100], 200)
    assert np.isnan(refund).all()
    assert check == ""


dollars = st.floats(0, 1e6) | st.just(NAN)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1), dollars, dollars, dollars)
def test_never_more_than_the_law_nor_than_was_paid(
    change: float, owed: float, share: float, first: float, second: float, flat: float
) -> None:
    found = refunded(*(np.array(x) for x in ([change], [owed], [[share], [1 - share]], [[first], [second]], [flat])))
    made = found.by_programme[:, 0]
    close = 1e-6 * (1 + change)
    assert (made >= 0).all()
    assert made.sum() <= change + close
    for each, paid in zip(made, (first, second), strict=True):
        assert np.isnan([first, second]).all() or each <= np.nan_to_num(paid) + close
    assert np.isnan(flat) or made.sum() <= flat + close


def test_headings_are_told_apart_by_the_acts_and_go_before_programmes() -> None:
    law = law_of("USA")
    ruling = find_ruling("us-ruling-2026-02-20", law)
    headings = heading_programmes(ruling, law)
    assert (
        headings["99030124"] == headings["99030120"] == "ieepa_fentanyl"
    )  # a heading that ended before the ruling too
    assert headings["99030163"] == headings["99030125"] == headings["99030216"] == "ieepa_reciprocal"
    assert headings["99030177"] == "ieepa_country"
    assert "99038815" not in headings
    own = [
        "Paid 9903.01.24",
        "paid_99030163",
        "paid_ieepa_reciprocal",
        "paid_ieepa_country",
        "paid_9903.88.15",
        "paid_on",
    ]
    found = find_held(own, {}, headings, ("ieepa_fentanyl", "ieepa_reciprocal", "ieepa_country"))
    assert found.paid == {
        "ieepa_fentanyl": ("Paid 9903.01.24",),
        "ieepa_reciprocal": ("paid_99030163",),
        "ieepa_country": ("paid_ieepa_country",),
    }
    assert found.others == ("paid_9903.88.15",)
    assert "duty_paid" not in found.missing


ENTRIES = """Entry Number,HTS,Country of Origin,Entry Date,Customs Value,Duty Paid,paid_9903.01.24,paid_9903.01.63,Payment Date
XYZ00000015,9503000073,CN,2025-05-02,10000,"14,500.00",2000,12500,2025-05-16
XYZ00000023,9503000073,CN,2025-05-02,10000,0,0,0,2025-05-16
XYZ00000031,9503000073,CN,2025-05-02,10000,2000,2000,,2025-05-16
XYZ00000049,9503000073,CN,2025-05-02,10000,2000,,,2025-05-16
XYZ00000056,9503000073,XX,2025-05-02,10000,300,100,200,2025-05-16
"""


@pytest.mark.slow
def test_lines_paid_less_than_the_law_say_so(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES)
    found = refunds([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(threads=1))
    rows = {r["Entry Number"][-2:]: r for r in csv.DictReader((tmp_path / "out.csv").open())}
    assert {n: r["refund"] for n, r in rows.items()} == {
        "15": "14500.0",
        "23": "0.0",
        "31": "2000.0",
        "49": "2000.0",
        "56": "",
    }
    assert [r["paid_check"] for r in rows.values()] == ["as the law", *["less than the law"] * 3, ""]
    assert (rows["31"]["refund_ieepa_fentanyl"], rows["31"]["refund_ieepa_reciprocal"]) == ("2000.0", "0.0")
    assert (rows["49"]["refund_ieepa_fentanyl"], rows["49"]["refund_ieepa_reciprocal"]) == ("275.86", "1724.14")
    assert found.by_programme == {"ieepa_country": 0.0, "ieepa_fentanyl": 4275.86, "ieepa_reciprocal": 14224.14}
    assert (found.paid.less, found.paid.short, found.paid.unanswered) == (3, 14500 + 12500 + 12500, 300)


def test_a_file_by_headings_paid_nothing_on_a_heading_that_it_leaves_empty() -> None:
    law = law_of("USA")
    ruling = find_ruling("us-ruling-2026-02-20", law)
    own = {"paid_base": ["0", None], "paid_99030124": [None, None], "duty_paid": [None, None]}
    figures = {"duty": 1450.0, "duty_before": 0.0, "duty_change": 1450.0, "rate_ieepa_fentanyl": 0.2}
    batch = pa.RecordBatch.from_pydict(
        {n: pa.array(x, pa.string()) for n, x in own.items()}
        | {n: pa.array([x] * 2) for n, x in figures.items()}
        | {"entry_date": pa.array(["2025-05-02"] * 2), "reject_reason": pa.nulls(2, pa.string())}
    )
    held = find_held(list(own), {}, heading_programmes(ruling, law), ())
    day = date(2026, 5, 1)
    found = claims(batch, Question(ruling, ("ieepa_fentanyl",), held, day, day, entry_column="entry_date"))
    assert found.refund.tolist() == [0, 1450]
    assert [CHECKS[c] for c in found.check] == ["less than the law", "not stated"]


@pytest.mark.slow
def test_columns_of_parquet_are_read_as_they_are_typed(tmp_path: Path) -> None:
    rows = {
        "Entry Number": pa.array(["XYZ00000015", "XYZ00000015", "XYZ00000023"]).dictionary_encode(),
        "HTS": pa.array([9503000073] * 3, pa.int64()),
        "Country of Origin": pa.array(["CN", "CN", "VN"]),
        "Entry Date": pa.array([date(2025, 5, 2), date(2025, 5, 2), date(2025, 9, 10)]),
        "Customs Value": pa.array([10000, 2000, 8000], pa.int32()),
        "duty_paid": pa.array([Decimal("14500.00"), None, Decimal("0.00")]),
        "Liquidation Date": pa.array([date(2026, 4, 1), date(2026, 4, 1), None]),
        "Entry Type": pa.array([1, 1, 9], pa.int8()),
        "Drawback": pa.array([False, False, True]),
    }
    parquet.write_table(pa.table(rows), tmp_path / "in.parquet")
    found = refunds([str(tmp_path / "in.parquet")], tmp_path / "out.csv", options=Options(threads=1), on="2026-05-01",
                    cape=tmp_path / "cape")  # fmt: skip
    lines = [*csv.DictReader((tmp_path / "out.csv").open())]
    assert [r["refund"] for r in lines] == ["14500.0", "2900.0", "0.0"]
    assert [r["paid_check"] for r in lines] == ["as the law", "not stated", "less than the law"]
    assert found.declared is not None
    assert (found.declared.entries, found.declared.refund) == (1, 17400)
    assert "XYZ-0000002-3,1,0.00,type_excluded,,,nothing to refund" in Path(found.declared.left_file).read_text()


@pytest.mark.parametrize(
    ("head", "paid", "refund"),
    [
        ("Total Duty,Liq Date", "2000,2026-03-13", 2000.0),
        ("MFN Duty,Total Duty", "0,2000", 2000.0),
        ("IEEPA Duty Paid,Liq. Date", "2000,2026-03-13", 2000.0),
        ("IEEPA Duty Paid,Total Duty", "2000,1500", 1500.0),
        ("IEEPA Duty Paid,Total Duty", "0,14500", 0.0),
        ("Ttl Duty Amt,Duty Rate", "0,145%", 0.0),
        ("Est. Duty Amt,Liq Dt", "0,2026-03-13", 0.0),
        ("IEEPA Fentanyl Duty,IEEPA Reciprocal Duty", "500,0", 500.0),
    ],
)
def test_what_was_paid_is_found_under_the_names_of_brokers(head: str, paid: str, refund: float, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(
        f"Entry No,HTS Number,Country of Origin,Entry Date,Entered Value,{head}\n"
        f"XYZ00000015,9503000073,CN,2025-05-02,10000,{paid}\n"
    )
    asked = FileOptions(evidence=frozenset(h for headings in roles().values() for h in headings))
    with engine_files([str(source)], Options(), asked) as (paths, engine, _):
        refunds(paths, tmp_path / "out.csv", options=engine, on=date(2026, 7, 1))
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text().splitlines())
    assert float(row["refund"]) == refund


def test_an_amount_that_cannot_be_read_refunds_nothing_and_says_so(tmp_path: Path) -> None:
    """In the engine's own columns, and in those of a file that is translated: also where a flat sum is not stated by it."""
    asked = FileOptions(evidence=frozenset(h for headings in roles().values() for h in headings))
    for sign, heads in ((",", "Entry Number,HTS,Country of Origin,Entry Date,Customs Value"),
                        (";", "Entry No;HTS Number;Country of Origin;Entry Date;Entered Value")):  # fmt: skip
        for column in ("Duty Paid", "Paid 9903.01.24"):
            rows = [f"XYZ0000001{n}{sign}9503000073{sign}CN{sign}2025-05-02{sign}10000{sign}{cell}"
                    for n, cell in enumerate(("abc", "EUR 400", "900", "N/A"))]  # fmt: skip
            (tmp_path / "in.csv").write_text("\n".join([f"{heads}{sign}{column}", *rows]) + "\n")
            with engine_files([str(tmp_path / "in.csv")], Options(), asked) as (paths, engine, _):
                found = refunds(paths, tmp_path / "out.csv", options=engine, on=date(2026, 7, 1))
            made = [*csv.DictReader((tmp_path / "out.csv").open())]
            assert [(float(r["refund"]), r["paid_check"]) for r in made[:2]] == [(0, "not read")] * 2
            assert float(made[2]["refund"]) == 900
            assert made[3]["paid_check"] == "not stated"
            assert found.paid.not_read == 2


def test_a_report_of_headings_names_the_amounts_that_it_does_not_state_as_such(tmp_path: Path) -> None:
    """Rows of a line are joined: what cannot be read is nothing paid, never the law's amount, and the answer says so."""
    source = tmp_path / "ace.csv"
    text = (Path(__file__).parents[2] / "examples" / "ace-es003-entries.csv").read_text()
    source.write_text(text.replace(",0.00,2000.00,", ",0.00,abc,"))
    asked = FileOptions(evidence=frozenset(h for headings in roles().values() for h in headings))
    with engine_files([str(source)], Options(), asked) as (paths, engine, read):
        found = refunds(paths, tmp_path / "out.csv", options=engine, on=date(2026, 7, 15))
    assert found.by_programme["ieepa_fentanyl"] == 800
    assert any("1 cell cannot be read" in note and "abc" in note for note in read.notes)
