"""Goods on the water: what in-transit rules saved, what a loading date could save, by act; each figure against the law."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from commands import PARLEY
from parley.errors import InputError
from parley.law.shipments.in_transit import water
from parley.law.shipments.origin_comparison import cheapest
from parley.law.shipments.run import Options
from parley.law.shipments.transit import transit_rules
from regimes import law_of
from tables import read_rows

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
ONE = Options(threads=1)
ROWS = """id,HTS Number,Country of Origin,Entry Date,Customs Value,Loading Date
1,9503.00.00.73,China,2025-05-02,1000.00,2025-04-01
2,9503.00.00.73,China,2025-05-02,1000.00,2025-04-07
3,9503.00.00.73,China,2025-05-02,1000.00,2025-04-20
4,9503.00.00.73,China,2025-05-02,1000.00,
5,9503.00.00.73,VN,2025-05-02,1000.00,
6,9503.00.00.73,VN,2025-06-20,1000.00,2025-04-01
7,8517.13.00.00,China,2025-05-02,1000.00,
8,8517.13.00.00,Atlantis,2025-05-02,1000.00,
"""
COFFEE = "11,0901.11.00.35,VN,2025-07-15,1000.00,2025-04-01\n"  # a line of the schedule since July 2025


def test_rules_are_read_off_the_measures() -> None:
    rules = {(r.act, r.before): r for r in transit_rules(law_of("USA"), "USA")}
    first = rules["us-eo-14257", date(2025, 4, 5)]
    assert (first.claim, first.start, first.end) == ("loaded", date(2025, 4, 5), date(2025, 6, 16))
    assert first.sources == ("9903.01.28; EO 14257, 90 FR 15041",)
    assert "CHN" in first.origins
    assert list(rules["us-eo-14323", date(2025, 8, 6)].origins) == ["BRA"]
    assert rules["us-301-2019-05", date(2019, 5, 10)].claim == "exported"
    early = transit_rules(law_of("USA"), "USA", date(2025, 4, 7))
    assert ("us-eo-14266", date(2025, 4, 10)) not in {(r.act, r.before) for r in early}  # not known yet
    china = transit_rules(law_of("CHN"), "CHN")
    assert {r.act for r in china} >= {"cn-sctc-2025-02", "cn-sctc-2025-05", "cn-sctc-2025-06"}


@pytest.mark.slow
def test_each_act_has_what_it_saved_could_save_and_came_too_late_for(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(ROWS)
    found = water([str(tmp_path / "in.csv")], tmp_path / "rules.csv", lines=tmp_path / "lines.csv", options=ONE)
    assert (found.rows, found.rejected) == (8, 1)
    # line 1 pays 20 %: 10 and 115 points saved; line 2 pays 20 + 10: 115 saved; line 4 could pay 20 in place of 145
    assert (found.duty_saved, found.undated_lines, found.undated_saving, found.late_missed) == (2400.0, 2, 1350.0, 100.0)  # fmt: skip
    rules = {(r["act"], r["loaded_before"]): r for r in read_rows(tmp_path / "rules.csv")}
    baseline, china = rules["us-eo-14257", "2025-04-05"], rules["us-eo-14266", "2025-04-10"]
    assert (baseline["relieved_lines"], baseline["duty_saved"], baseline["could_save_lines"]) == ("1", "100.0", "2")
    assert (baseline["lines_loaded_before"], baseline["lines_loaded_after"], baseline["lines_undated"]) == ("1", "2", "3")  # fmt: skip
    assert (baseline["late_lines"], baseline["late_missed"]) == ("1", "100.0")
    assert (china["relieved_lines"], china["duty_saved"], china["could_save"]) == ("2", "2300.0", "1150.0")
    assert rules["us-eo-14326", "2025-08-07"]["lines_undated"] == "0"
    says = {(r["id"], r["transit_act"]): r["transit_says"] for r in read_rows(tmp_path / "lines.csv")}
    assert (
        says["4", "us-eo-14257"] == "if a loading date before 2025-04-05 were shown: duty would be 200.00, 1250.00 less"
    )
    assert says["6", "us-eo-14257"] == "had it entered by 2025-06-15: duty would be 0.00, 100.00 less"
    assert {key[0] for key in says} == {"1", "2", "4", "5", "6"}  # the phone is exempt, line 3 was loaded too late


@pytest.mark.slow
def test_a_number_that_began_later_is_followed_to_the_days_of_a_rule(tmp_path: Path) -> None:
    """Coffee of a number of July 2025 would have been spared by entry in June, under the number that held it then."""
    (tmp_path / "in.csv").write_text(ROWS.splitlines()[0] + "\n" + COFFEE)
    found = water([str(tmp_path / "in.csv")], options=ONE)
    assert (found.late_missed, found.unanswered) == (100.0, {})


@pytest.mark.slow
def test_no_row_without_a_duty_vanishes(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that have none are counted and listed; a line that has none on the day a rule asks about says so, and is no zero."""
    monkeypatch.setattr("parley.law.shipments.followed.rows_to_follow", lambda *_: None)
    (tmp_path / "in.csv").write_text(ROWS + "9,9503000073,China,2025-05-02,,\n10,9503\n" + COFFEE)
    files, lines = [str(tmp_path / "in.csv")], tmp_path / "lines.csv"
    found = water(files, tmp_path / "rules.csv", lines=lines, options=ONE)
    assert (found.rows, found.rejected, found.undated_saving) == (11, 3, 1350.0)
    assert found.by_reason == {
        "origin: no such country": 1,
        "value: not a positive number": 1,
        "row: not a row of the file": 1,
    }
    refused = read_rows(tmp_path / "lines.csv.rejects.csv")
    assert [(r["row"], r["found"]) for r in refused] == [("8", "Atlantis"), ("9", ""), ("10", "10,9503")]
    assert found.rejects == f"{lines}.rejects.csv"
    assert found.unanswered == {"product: no such line in the schedule on that day": 1}
    told = {r["transit_act"]: r for r in read_rows(lines) if r["id"] == "11"}
    assert (told["us-eo-14257"]["transit_status"], told["us-eo-14257"]["transit_spared"]) == ("entered too late", "")
    assert told["us-eo-14257"]["transit_says"].startswith(
        "not known: entered on 2025-06-15 it has no duty: product: no such"
    )
    (rule,) = [
        r for r in read_rows(tmp_path / "rules.csv") if (r["act"], r["loaded_before"]) == ("us-eo-14257", "2025-04-05")
    ]
    assert (rule["unanswered_lines"], rule["late_lines"]) == (
        "1",
        "1",
    )  # the toy of line 6 alone came too late for dollars
    with pytest.raises(InputError, match="also an input"):
        water(files, rejects=files[0], options=ONE)
    printed = [
        " ".join(line.split())
        for line in PARLEY.out(capsys, "law", "water", *files, "--rejects", str(tmp_path / "r.csv")).splitlines()
    ]
    assert {"origin: no such country 1", "product: no such line in the schedule on that day 1"} <= set(printed)
    assert read_rows(tmp_path / "r.csv") == refused
    assert list(tmp_path.glob("*.parley-new")) == []


@pytest.mark.slow
def test_no_file_of_rejects_is_written_where_no_row_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("".join(ROWS.splitlines(keepends=True)[:3]))
    found = water([str(tmp_path / "in.csv")], lines=tmp_path / "lines.csv", options=ONE)
    assert (found.by_reason, found.unanswered, found.rejects) == ({}, {}, "")
    assert not (tmp_path / "lines.csv.rejects.csv").exists()
    assert water([str(tmp_path / "in.csv")], rejects=tmp_path / "r.csv", options=ONE).rejects == ""
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.slow
def test_figures_of_synthetic_shipments_are_what_the_law_says(tmp_path: Path) -> None:
    """Every line that a rule decides or could, both duties, against `explain` with the claim made."""
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(2000, tmp_path / "plain.csv", seed=5)
    rows = read_rows(tmp_path / "plain.csv")
    for n, row in enumerate(rows):
        entered = date.fromisoformat(row["entry_date"])
        row["loaded"] = "" if n % 3 == 0 else str(entered - timedelta(20 + n % 40))
    with (tmp_path / "in.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = water([str(tmp_path / "in.csv")], lines=tmp_path / "lines.csv", options=ONE)
    lines, regime = read_rows(tmp_path / "lines.csv"), law_of("USA")
    assert found.undated_saving > 0
    assert found.duty_saved > 0
    statuses = {"relieved": 0, "no loading date": 0, "entered too late": 0}
    for row in lines[:300]:
        cut = date.fromisoformat(row["transit_before"])
        shown = cut if row["transit_status"] == "relieved" else cut - timedelta(1)
        entered = row["entry_date"]
        if row["transit_status"] == "entered too late":
            entered = str(date.fromisoformat(row["transit_entered_before"]) - timedelta(1))
        value, quantity = float(row["value"]), float(row["quantity"])
        asked = {"transit_duty": (row["entry_date"], row["loaded"]), "transit_duty_otherwise": (entered, str(shown))}
        for duty, (on, loaded) in asked.items():
            claims = {"quantity": quantity, **({"loaded": loaded} if loaded else {})}
            told = regime.explain(row["product"], row["origin"], "USA", on, None, claims, value)
            if told.rate is None or "¢" in told.base_text or "$" in told.base_text:
                continue  # a duty by quantity: the file's unit may be another
            statuses[row["transit_status"]] += 1
            assert float(row[duty]) == pytest.approx(told.rate * value, abs=0.0051)
    assert min(statuses.values()) > 5


@pytest.mark.slow
def test_the_command_and_a_file_that_no_rule_touches(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "in.csv").write_text(ROWS.replace("Loading Date", "On Board"))
    told = PARLEY.answer(capsys, "law", "water", str(tmp_path / "in.csv"), "--columns", "loaded=On Board")
    assert (told["duty_saved"], told["undated_saving"]) == (2400.0, 1350.0)
    assert next(r for r in told["rules"] if r["act"] == "us-eo-14257")["loaded_before"] == "2025-04-05"
    (tmp_path / "in.csv").write_text(ROWS.splitlines()[0] + "\n1,9503000073,China,2024-05-02,100,2024-04-01\n")
    quiet = water([str(tmp_path / "in.csv")], lines=tmp_path / "lines.csv", options=ONE)
    assert (quiet.rows, quiet.duty_saved, quiet.undated_lines) == (1, 0.0, 0)
    assert read_rows(tmp_path / "lines.csv") == []
    (tmp_path / "in.csv").write_text(ROWS.splitlines()[0] + "\n")
    with pytest.raises(InputError, match="no rows below the header"):
        water([str(tmp_path / "in.csv")], options=ONE)


@pytest.mark.slow
def test_headings_of_a_file_are_not_mistaken_for_what_is_asked(tmp_path: Path) -> None:
    """A file may have headings that the questions use as names of their own."""
    more = "claim,rule,status,last,asked,span,enters,earlier,first,day,v,q,n,w,saving,spared,why,candidates".split(",")
    header, *rows = ROWS.splitlines()
    wide = [",".join([header, *more]), *(",".join([row, *("x" for _ in more)]) for row in rows)]
    (tmp_path / "in.csv").write_text(ROWS)
    (tmp_path / "wide.csv").write_text("\n".join(wide) + "\n")
    made = [
        replace(ask([str(tmp_path / name)], options=ONE), notes=())
        for ask in (water, cheapest)
        for name in ("in.csv", "wide.csv")
    ]
    assert made[0] == made[1]
    assert made[2] == made[3]
    water([str(tmp_path / "wide.csv")], lines=tmp_path / "lines.csv", options=ONE)
    assert read_rows(tmp_path / "lines.csv")[0].keys() >= {"id", *more}
