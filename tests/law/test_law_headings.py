"""Headings of goods in filing order, and the audit of what was filed: missing, repealed, of other goods; paid against due."""

from __future__ import annotations

import csv
import hashlib
import json
import shlex
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from answer_types import assert_is
from layout_files import FILED, GOODS, ace_rows, csv_text
from parley.cli.main import main
from parley.codes import PROGRAMMES
from parley.errors import InputError
from parley.law.answers_audit import AuditAnswer
from parley.law.audit import audit
from parley.law.headings import claims_of_headings, codes_of, dotted, headings_due, place, reliefs, standing_of
from parley.law.regime import Regime, read_regime
from parley.law.treatment import IN_PART
from tables import read_rows

HEAD = (
    "Entry Number",
    "Line No",
    "HTS Number",
    "Country of Origin",
    "Entry Date",
    "Entered Value",
    "Duty Paid",
    "Chapter 99 HTS",
)


@pytest.fixture(scope="module")
def law() -> Regime:
    return read_regime()


@pytest.mark.parametrize("good", GOODS, ids=[g.product for g in GOODS])
def test_headings_of_goods(good: tuple, law: Regime) -> None:
    due = headings_due(law, good[0], good[1], good[2])
    assert tuple(d.shown for d in due) == FILED[good[0]]


@pytest.mark.parametrize(("product", "origin", "on", "filed"), [
    ("7326908688", "CHN", date(2025, 9, 1), ["9903.88.03", "9903.01.24", "9903.01.33", "9903.81.90"]),  # 301, fentanyl, reciprocal, 232
    ("8517130000", "CHN", date(2025, 5, 2), ["9903.01.24", "9903.01.32"]),
    ("9503000073", "CAN", date(2025, 5, 2), ["9903.01.10", "9903.01.26"]),
    ("9503000073", "RUS", date(2025, 5, 2), ["9903.01.29"]),
    ("9503000073", "CHN", date(2026, 3, 2), ["9903.03.01"]),
    ("9503000073", "DEU", date(2025, 2, 1), []),
])  # fmt: skip
def test_the_order_is_that_of_filing(product: str, origin: str, on: date, filed: list[str], law: Regime) -> None:
    assert [d.shown for d in headings_due(law, product, origin, on)] == filed


def test_every_authority_has_a_place_and_chapter_98_stands_first() -> None:
    places = [place("99030101", p) for p in PROGRAMMES if p != "retaliation"]
    assert all(n <= 10 for n, _ in places)
    assert place("98020080", "mfn") < min(places)
    order = ("s301", "ieepa_fentanyl", "ieepa_reciprocal", "s232", "s201")
    assert sorted(order, key=lambda p: place("9903", p)) == list(order)


def test_tables_are_those_of_their_manifest() -> None:
    folder = resources.files("parley.law").joinpath("filing")
    told = json.loads(folder.joinpath("manifest.json").read_text("utf-8"))
    for name, entry in told.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == entry["sha256"], name
    assert all(r.start < r.end and len(r.code) == 8 for r in reliefs())


def test_a_heading_stands_for_its_codes() -> None:
    assert codes_of("9903.88.03, 9903.88.04") == ("99038803", "99038804")
    assert codes_of("9903.05.20 to 9903.05.23") == ("99030520", "99030523", "99030521", "99030522")
    assert codes_of("note 2(w)") == ()


def test_a_filed_heading_makes_its_claim(law: Regime) -> None:
    on = date(2025, 4, 6)
    claims = claims_of_headings(law, ["99030128"], "3923900080", "IND", on)
    assert claims == {"loaded": date(2025, 4, 4)}
    assert [d.shown for d in headings_due(law, "3923900080", "IND", on, claims=claims)] == ["9903.01.28"]
    assert claims_of_headings(law, ["99030114"], "9503000073", "CAN", date(2025, 5, 2)) == {"usmca": True}


def test_what_a_heading_is_that_is_not_due(law: Regime) -> None:
    assert standing_of(law, "99030124", date(2026, 3, 2))[::2] == ("repealed", date(2026, 2, 20))
    assert standing_of(law.as_collected(), "99030124", date(2026, 3, 2)).end == date(2026, 2, 24)
    assert standing_of(law, "99030163", date(2025, 5, 20)).kind == "repealed"
    assert standing_of(law, "99030301", date(2025, 5, 20)).kind == "not yet"
    assert standing_of(law, "99030125", date(2025, 5, 20)).kind == "other goods"
    assert standing_of(law, "99039999", date(2025, 5, 20)).kind == "unknown"


def lines(folder: Path, *rows: tuple[object, ...]) -> str:
    path = folder / "lines.csv"
    path.write_text(csv_text([HEAD, *rows]))
    return str(path)


@pytest.mark.slow
def test_what_was_filed_and_paid_rightly_agrees(tmp_path: Path) -> None:
    from parley.law.shipments.run import duties

    path = tmp_path / "canonical.csv"
    path.write_text(csv_text([["product", "origin", "entry_date", "value"], *(g[:4] for g in GOODS)]))
    duties([str(path)], tmp_path / "out.csv")
    paid = [r["duty"] for r in read_rows(tmp_path / "out.csv")]
    rows = [
        (f"E{n}", 1, g.product, g.origin, g.day, g.value, p, "; ".join(FILED[g.product]))
        for n, (g, p) in enumerate(zip(GOODS, paid, strict=True))
    ]
    found = audit([lines(tmp_path, *rows)], reading="law")
    assert (found["lines"], found["agree"], found["entries"], found["by_heading"], found["top"]) == (5, 5, 5, [], [])
    assert found["paid_total"] == found["due_total"] == pytest.approx(sum(map(float, paid)))


def test_findings_by_line_heading_and_entry_in_dollars(tmp_path: Path) -> None:
    found = audit([lines(
        tmp_path,
        ("E1", 1, "9503000073", "CN", "2025-05-20", 10000, 14500, "9903.01.24; 9903.01.63"),
        ("E1", 2, "8517130000", "CN", "2025-05-20", 5000, 1000, "9903.01.24"),
        ("E2", 1, "9503000073", "CN", "2026-03-02", 10000, 500, "9903.01.24"),
        ("E3", 1, "9503009999", "CN", "2025-05-20", 10000, 500, "9903.01.24"),
    )], tmp_path / "audit.csv")  # fmt: skip
    assert_is(found, AuditAnswer)
    assert (found["lines"], found["entries"], found["agree"], found["rejected"]) == (4, 3, 0, 1)
    told = {(h["heading"], h["finding"]): (h["lines"], h["due"], h["measure"]) for h in found["by_heading"]}
    assert told[("9903.01.25", "missing")] == (1, 1000.0, "us-ieepa-reciprocal")
    assert told[("9903.01.32", "missing")][:2] == (1, 0.0)
    assert told[("9903.01.63", "repealed")][0] == 1
    assert told[("9903.03.01", "missing")][:2] == (1, 1000.0)
    assert (found["paid_total"], found["due_total"], found["underpaid"], found["overpaid"]) == (
        16000.0,
        5000.0,
        500.0,
        11500.0,
    )
    assert [(e["entry_number"], e["difference"]) for e in found["by_entry"]] == [("E1", 11500.0), ("E2", -500.0)]
    assert sum(found["by_reason"].values()) == 1
    rows = read_rows(tmp_path / "audit.csv")
    assert [r["difference"] for r in rows] == ["11500.0", "0.0", "-500.0", ""]
    assert rows[0]["extra"] == "9903.01.63 (repealed 2025-05-14)"
    assert rows[3]["reason"]


def test_an_ace_report_is_audited_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ace.csv").write_text(csv_text(ace_rows()))
    with pytest.raises(SystemExit):
        main(shlex.split(f"law audit {tmp_path / 'ace.csv'} --json --reading law"))
    found = json.loads(capsys.readouterr().out)
    assert_is(found, AuditAnswer)
    assert (found["lines"], found["agree"]) == (5, 5)
    with pytest.raises(SystemExit):
        main(shlex.split(f"law audit {tmp_path / 'ace.csv'} --csv {tmp_path / 'out.csv'}"))
    assert "planning, not advice" in capsys.readouterr().out
    with (tmp_path / "out.csv").open(newline="") as rows:
        assert len(list(csv.DictReader(rows))) == 5


def test_a_file_without_headings_filed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("HTS,COO,Entry Date,Customs Value\n9503000073,CN,2025-05-20,5\n")
    with pytest.raises(InputError, match="headings_filed"):
        audit([str(path)])


@pytest.mark.slow
def test_provisions_of_chapter_98_are_no_extra_headings(tmp_path: Path) -> None:
    """None of them is extra; a free one spares the duties that the law says, and what rests on a part of the value is not known."""
    from parley.law.treatment import provisions

    codes = [c for c in provisions() if len(c) == 8]
    rows = [(f"E{n}", 1, "9503000073", "CN", "2025-05-20", 1000, 0, dotted(c)) for n, c in enumerate(codes)]
    found = audit([lines(tmp_path, *rows)], tmp_path / "out.csv")
    made = {r["filed"]: r for r in read_rows(tmp_path / "out.csv")}
    assert len(made) == len(codes) > 300
    assert all(h["finding"] == "missing" for h in found["by_heading"])
    for code in codes:
        row, free = made[dotted(code)], provisions()[code].general == "Free"
        parts = dotted(code) in IN_PART
        assert bool(row["missing"]) == parts, code
        assert row["duty_due"] == ("0.0" if free and not parts else ""), code
        assert row["reason"].startswith(f"{dotted(code)}: "), code


def test_under_chapter_98_the_clause_says_what_is_due(tmp_path: Path) -> None:
    def row(filed: str, product: str = "9503000073", on: str = "2025-05-20") -> dict[str, str]:
        audit([lines(tmp_path, ("E", 1, product, "CN", on, 1000, 0, filed))], tmp_path / "out.csv")
        return read_rows(tmp_path / "out.csv")[0]

    returned = row("9801.00.10 9903.01.24")
    assert returned["extra"] == "9903.01.24 (of other goods: these are entered under 9801.00.10)"
    assert returned["reason"].startswith("9801.00.10: not due on goods properly entered under chapter 98 (HTSUS 2026")
    repaired = row("9802.00.50/9903.01.24")
    assert (repaired["missing"], repaired["extra"], repaired["duty_due"]) == ("9903.01.25", "", "")
    assert "value of the repairs" in repaired["reason"]
    assert repaired["reason"].endswith("ask: parley law treatment 9802.00.50")
    assert row("9899.00.10")["extra"] == "9899.00.10 (no provision of chapter 98)"
