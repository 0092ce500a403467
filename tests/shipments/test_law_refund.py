"""Refunds under programmes that were struck down: amounts by hand, deadlines, evidence, and what is missing."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.law.refund import refunds, struck_down
from parley.law.shipments.run import Options
from regimes import law_of

ENTRIES = """Entry Number,HTS,Country of Origin,Entry Date,Customs Value,Duty Paid,Liquidation Date
A1,9503000073,CN,2025-05-02,1000,1450.00,2026-03-15
A2,9503000073,CN,2025-05-20,1000,300.00,
A3,9503000073,VN,2026-02-21,1000,200,
A4,8517130000,KR,2025-05-02,1000,0,2026-03-15
A5,9503000073,XX,2025-05-02,1000,0,2026-03-15
"""
# A toy: 20 fentanyl and 125 reciprocal (2 May), 20 and 10 (20 May); Vietnam 20, collected until 24 February 2026.
REFUNDS = {"A1": "1450.0", "A2": "300.0", "A3": "200.0", "A4": "0.0", "A5": ""}


@pytest.mark.slow
def test_refunds_deadlines_and_missing_evidence(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES)
    found = refunds([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(threads=1))
    assert (found.rows, found.rejected, found.refundable, found.refund_total) == (5, 1, 3, 1950.0)
    assert found.by_programme == {"ieepa_country": 0.0, "ieepa_fentanyl": 400.0, "ieepa_reciprocal": 1550.0}
    assert found.missing == ("importer_number", "payment_date")
    assert "planning, not advice" in found.notes
    rows = {r["Entry Number"]: r for r in csv.DictReader((tmp_path / "out.csv").open())}
    assert {k: r["refund"] for k, r in rows.items()} == REFUNDS
    assert rows["A1"]["protest_until"] == "2026-09-11"  # 15 March and 180 days
    assert rows["A2"]["protest_until"] == ""
    assert "liquidation_date" in rows["A2"]["missing"]
    assert rows["A1"]["refund_programmes"] == "ieepa_fentanyl; ieepa_reciprocal"
    assert rows["A1"]["paid_difference"] == "0.0"
    assert "1505(c)" in rows["A1"]["interest_rule"]
    assert rows["A5"]["reject_reason"]


def test_the_struck_programmes_are_read_from_the_law() -> None:
    regime = law_of("USA")
    assert set(struck_down(regime)) == {"ieepa_country", "ieepa_fentanyl", "ieepa_reciprocal"}
    with pytest.raises(InputError, match="no act that ended measures"):
        struck_down(regime, "us-ruling-2026")


@pytest.mark.slow
def test_without_a_file_to_write_the_sums_are_the_same(tmp_path: Path) -> None:
    entries = str(Path(__file__).parents[2] / "examples" / "refund-entries.csv")
    named = refunds([entries], tmp_path / "out.csv", on="2026-07-15", cape=tmp_path / "one")
    unnamed = refunds([entries], None, on="2026-07-15", cape=tmp_path / "two")
    assert replace(unnamed, out=named.out, declared=None) == replace(named, declared=None)
    assert {p.name: p.read_bytes() for p in (tmp_path / "one").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "two").iterdir()
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one", "out.csv", "two"]


@pytest.mark.slow
def test_a_file_of_broken_lines_alone_is_told_of_and_not_a_fault(tmp_path: Path) -> None:
    """Every line was rejected before it could be rated: the columns are written, the sums are none."""
    (tmp_path / "in.csv").write_text(ENTRIES.splitlines()[0] + "\nA1,9503000073\n")
    found = refunds([str(tmp_path / "in.csv")], tmp_path / "out.csv", regime=law_of("USA"), cape=tmp_path / "cape",
                    options=Options(threads=1))  # fmt: skip
    assert (found.rows, found.rejected, found.refund_total) == (1, 1, 0.0)
    (header,) = csv.reader((tmp_path / "out.csv").open())
    assert header[:2] == ["Entry Number", "HTS"]
    assert "refund" in header


def test_entries_liquidated_before_they_were_entered_are_told_of(tmp_path: Path) -> None:
    head = "product,origin,entry_date,value,entry_number,liquidation_date\n"
    rows = "".join(f"9503000073,CHN,2025-05-02,1000,XYZ00000015,{day}\n" for day in ("2025-01-01", "2026-03-13", ""))
    (path := tmp_path / "in.csv").write_text(head + rows)
    found = refunds([str(path)], None, on="2026-06-01")
    assert any(note.startswith("1 line liquidated before entry") for note in found.notes)
