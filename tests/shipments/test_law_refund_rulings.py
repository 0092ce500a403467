"""Rulings are data: each row dated on both clocks, with its source; a file of the user's own; duties still contested."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from answer_types import assert_is
from commands import PARLEY
from parley.errors import InputError
from parley.law.answers_refund import RefundAnswer, refund_answer
from parley.law.refund import refunds, struck_down
from parley.law.refund_interest import read_interest
from parley.law.refunds.ruling import find_ruling, measures_of, rulings, without
from parley.law.shipments.run import Options
from regimes import law_of

HOME = Path(str(resources.files("parley.law").joinpath("refunds")))
LATER = date(2027, 1, 1)


def test_every_table_is_that_of_its_manifest() -> None:
    held = json.loads((HOME / "manifest.json").read_text("utf-8"))
    tables = {p.relative_to(HOME).as_posix() for p in HOME.rglob("*") if p.suffix in (".csv", ".toml")}
    assert tables == set(held)
    for name, entry in held.items():
        assert entry["sha256"] == hashlib.sha256((HOME / name).read_bytes()).hexdigest(), name


@pytest.mark.parametrize("name", rulings())
def test_every_row_of_a_ruling_has_its_days_and_its_source(name: str) -> None:
    ruling = find_ruling(name, law_of("USA"))
    for row in (*ruling.routes, *ruling.events, *ruling.types):
        assert row.source
        assert row.known <= (row.day if hasattr(row, "day") else row.start)
        assert bool(row.quote) == row.read
    assert measures_of(ruling, law_of("USA"))
    assert ruling.route("", "unknown", LATER, LATER) is not None


def test_no_day_stands_in_the_code() -> None:
    for path in HOME.glob("*.py"):
        text = re.sub(r'(?s)""".*?"""|DEFAULT = .*', "", path.read_text("utf-8"))
        assert not re.search(r"20\d\d-\d\d|date\(20|\b(80|180|314|9_?999)\b", text), path


def test_a_ruling_strikes_programmes_or_the_measures_of_acts() -> None:
    law = law_of("USA")
    assert set(struck_down(law)) == {"ieepa_country", "ieepa_fentanyl", "ieepa_reciprocal"}
    assert struck_down(law, "us-ruling-2026-05-07") == ("s122",)
    case = find_ruling("us-301-forced-labour-case", law)
    assert struck_down(law, case.id) == ("s301",)
    assert {m.act.id for m in measures_of(case, law)} == {"us-301-forced-labour"}
    left = {m.act.id for m in without(case, law).measures if m.programme == "s301"}
    assert "us-301-forced-labour" not in left
    assert "us-301-2018-06" in left
    with pytest.raises(InputError, match="no act that ended measures"):
        find_ruling("us-ruling-2026", law)


OWN = """
id = "my-case"
title = "Importer v. United States"
court = "United States Court of International Trade"
citation = "No. 26-99999"
standing = "contested"
known = 2026-06-01
relief = "none yet"
statute = "Trade Act of 1974, section 122"
programmes = ["s122"]
source = "our counsel"

[[route]]
flag = "*"
age = "*"
way = "contested"
start = 2026-06-01
known = 2026-06-01
why = "our own action"
source = "complaint of 1 June 2026"
"""


def test_a_ruling_of_the_users_own_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(OWN)
    ruling = find_ruling(str(tmp_path / "my.toml"), law_of("USA"))
    assert ruling.route("", "final", LATER, LATER) is not None
    for wrong, said in ((OWN.replace('age = "*"', 'age = "old"'), "age 'old'"), (OWN.replace("known = 2026-06-01", ""), "known"),
                        (OWN + "\n[[event]]\nday = 1\n", "law/refunds/rulings"), ("id =", "law/refunds/rulings")):  # fmt: skip
        (tmp_path / "my.toml").write_text(wrong)
        with pytest.raises(InputError, match=said):
            find_ruling(str(tmp_path / "my.toml"), law_of("USA"))
    with pytest.raises(InputError, match="no such file"):
        find_ruling(str(tmp_path / "none.toml"), law_of("USA"))


ENTRIES = """Entry Number,HTS,Country of Origin,Entry Date,Customs Value,Duty Paid,Liquidation Date,Payment Date
XYZ00000015,9503000073,CN,2026-03-02,10000,1000,2026-08-20,2026-03-16
XYZ00000023,9503000073,CN,2026-03-02,10000,1000,,2026-03-16
XYZ00000031,9503000073,CN,2026-02-22,10000,2000,,2026-03-05
"""


@pytest.mark.slow
def test_section_122_is_contested_and_protested(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES)
    found = refunds([str(tmp_path / "in.csv")], tmp_path / "out.csv", ruling="us-ruling-2026-05-07", on="2026-09-30",
                    options=Options(threads=1))  # fmt: skip
    assert (found.refund_total, found.by_programme) == (2000.0, {"s122": 2000.0})
    assert {w.route: w.refund for w in found.ways} == {"file_now": 0, "protest": 1000, "contested": 1000, "by_hand": 0}
    rows = [*csv.DictReader((tmp_path / "out.csv").open())]
    assert [r["route"] for r in rows] == ["protest", "contested", ""]
    assert "contested: us-ruling-2026-05-07" in rows[0]["statute"]
    assert rows[0]["act_by"] == "2027-02-16"
    assert rows[1]["act_by"] == "2028-03-02"
    answer = refund_answer(found)
    assert_is(answer, RefundAnswer)
    assert answer["ruling"]["standing"] == "contested"
    early = refunds([str(tmp_path / "in.csv")], tmp_path / "out.csv", ruling="us-ruling-2026-05-07", known="2026-05-10",
                    options=Options(threads=1))  # fmt: skip
    assert [e["day"] for e in refund_answer(early)["ruling"]["events"]] == [date(2026, 5, 7), date(2026, 7, 24)]


@pytest.mark.slow
def test_the_command_answers_with_ways_interest_and_declaration(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES)
    words = ["law", "refund", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"), "--on", "2026-05-01", "--interest",
             "--as-of", "2026-12-31", "--interest-rate", "2026Q3=0.07", "--cape", str(tmp_path / "cape")]  # fmt: skip
    told = PARLEY.answer(capsys, *words)
    assert told["status_on"] == "2026-05-01"
    assert next((r["route"], r["entries"], r["refund"]) for r in told["by_route"]) == ("file_now", 1, 2000.0)
    bases = {q["quarter"]: (q["rate"], q["basis"]) for q in told["interest_rates"]}
    assert (bases["2026Q1"], bases["2026Q2"]) == ((0.06, "published"), (0.05, "assumed"))
    assert (bases["2026Q3"], bases["2026Q4"]) == ((0.07, "given"), (0.06, "assumed"))
    assert told["declaration"]["entries"] == 1
    assert (tmp_path / "cape" / "cape-declaration-001.csv").read_text() == "Entry Number\nXYZ-0000003-1\n"
    whole = read_interest("2026-12-31", given=["2026Q3=0.07"], assume=True)
    growth, first = whole.growth(date(2026, 3, 5)), read_interest("2026-04-01").growth(date(2026, 3, 5))
    by_hand = round(2000 * (growth[date(2026, 12, 31)] - 1), 2)
    assert told["interest_total"] == by_hand
    assert told["interest_assumed"] == pytest.approx(by_hand - round(2000 * (first[date(2026, 4, 1)] - 1), 2))


@pytest.mark.slow
def test_the_text_says_what_to_do_and_what_was_assumed(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES.replace("2000,,2026-03-05", "1500,,2026-03-05"))
    text = PARLEY.out(capsys, "law", "refund", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"), "--on", "2026-05-01",
                      "--interest", "--as-of", "2026-12-31", "--interest-rate", "2026Q3=0.07")  # fmt: skip
    for said in ("file now", "by hand", "status on 2026-05-01", "1 line paid 500.00 less than the law", "2026Q2: 0.05, assumed",
                 "2026Q3: 0.07, given", "314 days after entry are assumed", "planning, not advice"):  # fmt: skip
        assert said in text


@pytest.mark.slow
def test_columns_of_the_files_own_are_kept_beside_those_of_the_claim(tmp_path: Path) -> None:
    head, *lines = ENTRIES.splitlines()
    more = [f"{head},State,refund,Buyer", *(f'{x},Ohio,7,"A, Inc."' for x in lines)]
    (tmp_path / "in.csv").write_text("\n".join(more) + "\n")
    refunds([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(threads=1), on="2026-05-01")
    rows = [*csv.DictReader((tmp_path / "out.csv").open())]
    assert [(r["State_input"], r["refund_input"], r["Buyer"]) for r in rows] == [("Ohio", "7", "A, Inc.")] * 3
    assert [r["state"] for r in rows] == ["", "", "unliquidated"]
