"""Codes that are no line of their day are followed: retired suffixes and older editions give a range, never a row without a figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from parley.law.shipments.files import file_duties
from parley.law.shipments.layouts.products import is_of_all_days, leads_elsewhere, spells
from parley.law.shipments.run import Options
from tables import read_rows

pytestmark = pytest.mark.slow

HEAD = "product,origin,entry_date,value\n"
RETIRED = "4407120060"  # a suffix of softwood that no edition of the package has
WHOLE = "3923900080,PAK,2025-05-14,100\n"


def rows_of(tmp_path: Path, text: str, **options: object) -> list[dict[str, str]]:
    (tmp_path / "in.csv").write_text(text)
    file_duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(**options))  # type: ignore[arg-type]
    return read_rows(tmp_path / "out.csv")


def test_a_retired_suffix_is_a_range_over_the_lines_of_its_eight_digits(tmp_path: Path) -> None:
    row, other = rows_of(tmp_path, f"{HEAD}{RETIRED},XC,2025-05-02,1000\n{WHOLE}")
    assert (row["origin"], row["duty"], row["duty_low"], row["duty_high"], row["reject_reason"]) == (
        "CAN",
        "250.0",
        "250.0",
        "250.0",
        "",
    )
    assert row["range"].startswith(
        f"a range over 10 lines for {RETIRED}, weighted by imports: 4407.12.00.60 is in no edition"
    )
    assert (other["range"], other["duty"] != "") == ("", True)


def test_a_row_far_below_is_followed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from parley.law.shipments.layouts import canonical

    monkeypatch.setattr(canonical, "LOOKED_AT", 3)
    text = HEAD + WHOLE * 5 + f"{RETIRED},CAN,2025-05-02,1000\n"
    assert rows_of(tmp_path, text)[-1]["duty"] == "250.0"
    found = file_duties([str(tmp_path / "in.csv")])
    assert (found.report.rejected, found.report.duty_total) == (0, 250.0 + 5 * 13.0)


LARGE = """HTS Number,Country of Origin,Entry Date,Entered Value,Note
3923900080,Pakistan,05/14/2025,100,"a ""quoted"" note, of
two lines"
4407120060,Canada,05/02/2025,"$1,000.00",
bad,row
9999999999,China,05/02/2025,100,
392390,China,05/02/2025,1000,"=1+1"
4407120060,Nowhere,05/02/2025,1000,
9503000073,China,05/02/2025,1000,last
"""


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_of_a_large_file_only_such_rows_are_judged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Every figure of a small file's run, in the large file's own rows."""
    from parley.law.shipments.layouts import canonical

    monkeypatch.setattr(canonical, "LOOKED_AT", 3)
    monkeypatch.setattr(canonical, "SMALL", 0)
    (tmp_path / "in.csv").write_text(LARGE)
    options, out = Options(dates="us"), tmp_path / f"out.{ending}"
    found = file_duties([str(tmp_path / "in.csv")], out, options=options)
    made, refused = pa_rows(out), read_rows(tmp_path / f"out.{ending}.rejects.csv")
    assert [r["duty"] and float(r["duty"]) for r in made][:2] == [13.0, 250.0]
    assert [bool(r["range"]) for r in made] == [False, True, False, True, False, False]
    assert made[0]["Note"] == 'a "quoted" note, of\ntwo lines'
    assert [(r["row"], r["reason"].partition(":")[0]) for r in refused] == [
        ("3", "row"),
        ("4", "product"),
        ("6", "origin"),
    ]
    report, totals = found.report, file_duties([str(tmp_path / "in.csv")], options=options).report
    assert (report.rows, report.rejected, report.value_total) == (7, 3, 3100.0)
    assert report.duty_total == round(sum(float(r["duty"] or 0) for r in made), 2)
    assert (totals.duty_total, totals.by_reason, totals.by_origin) == (
        report.duty_total,
        report.by_reason,
        report.by_origin,
    )
    assert sum(report.by_reason.values()) == report.rejected == 1 + sum(s.rejected for s in report.by_origin)
    assert found.ranges is not None
    assert (found.ranges.rows, found.ranges.value) == (2, 2000.0)


def pa_rows(path: Path) -> list[dict[str, str]]:
    import pyarrow.parquet as pq

    if path.suffix == ".csv":
        return read_rows(path)
    return [{k: "" if v is None else str(v) for k, v in row.items()} for row in pq.read_table(path).to_pylist()]


@pytest.mark.parametrize("day", ["2025-05-14", "14-May-25"])
@pytest.mark.parametrize("named", [False, True])
def test_rejects_of_an_earlier_run_do_not_stand_beside_rows_without_any(tmp_path: Path, named: bool, day: str) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rejects = tmp_path / ("r.csv" if named else "out.csv.rejects.csv")
    for row, stands in ((f"x,PAK,{day},100\n" * 3 + WHOLE, True), (WHOLE.replace("2025-05-14", day), False)):
        source.write_text(HEAD + row)
        found = file_duties([str(source)], out, rejects=rejects if named else None)
        assert (bool(found.report.rejects), rejects.exists()) == (stands, stands)
    rejects.write_text("a file of another's\n")
    report = file_duties([str(source)], out, rejects=rejects if named else None).report
    assert (report.rejected, report.rejects) == (0, "")
    assert rejects.read_text() == "a file of another's\n"


@pytest.mark.parametrize("row", [WHOLE, "950300,CHN,2025-05-02,100\n", "95030000,CHN,2025-05-02,100\n" + WHOLE])
def test_no_file_of_rejects_is_written_where_no_row_is_refused(tmp_path: Path, row: str) -> None:
    (tmp_path / "in.csv").write_text(HEAD + row)
    for out in ("out.csv", "out.xlsx"):
        found = file_duties([str(tmp_path / "in.csv")], tmp_path / out, rejects=tmp_path / "r.csv").report
        assert (found.rejected, found.rejects, (tmp_path / "r.csv").exists()) == (0, "", False)


def test_what_leads_nowhere_is_rejected_as_before(tmp_path: Path) -> None:
    row = rows_of(tmp_path, f"{HEAD}9999999999,CHN,2025-05-02,1000\n")[0]
    assert row["reject_reason"].startswith("product: no such line")
    assert not leads_elsewhere("9999999999", "USA", date(2025, 5, 2))


def test_a_code_is_followed_on_the_days_on_which_it_is_no_line(tmp_path: Path) -> None:
    assert spells(RETIRED, "USA") == ()
    assert is_of_all_days("3923900080", "USA")
    rows = rows_of(tmp_path, f"product,origin,value\n{RETIRED},CAN,1000\n3923900080,PAK,100\n", on="2025-05-02")
    assert [r["reject_reason"] for r in rows] == ["", ""]


RENAMED = {
    "0810904610": "0810904675",
    "0704904025": "0704904028",
}  # a number that one other took over, which holds nothing else
SOLD = "entry,product,origin,entry_date,value,mode\nA,{0},CHN,2025-05-02,1000,vessel\nA,9503000073,CHN,2025-05-02,50,vessel\n"


def test_every_question_follows_a_number_to_the_one_that_took_over(tmp_path: Path) -> None:
    from parley.law.average import average
    from parley.law.refund import refunds
    from parley.law.regime import read_regime
    from parley.law.shipments.in_transit import water
    from parley.law.shipments.origin_comparison import cheapest

    for old, new in RENAMED.items():
        said = []
        for code in (old, new):
            (path := tmp_path / f"{code}.csv").write_text(SOLD.format(code))
            (weights := tmp_path / "weights.csv").write_text(f"product,value\n{code},10\n9503000073,5\n")
            files = [str(path)]
            duty = file_duties(files, entries=tmp_path / "entries.csv").report
            back = refunds(files, tmp_path / "refunds.csv", on="2026-07-15")
            there = cheapest(files, origins="CHN,VNM")
            wet = water(files)
            mean = average(read_regime(), "CHN", "USA", "2025-05-02", weights=weights).points[0].rate
            said.append((duty.duty_total, duty.rejected, duty.by_programme, (tmp_path / "entries.csv").read_text(),
                         back.refund_total, back.by_programme, back.rejected, there.duty_now, there.saving, there.answered,
                         wet.undated_saving, wet.by_reason, mean))  # fmt: skip
        assert said[0] == said[1]
        assert said[0][0] > 0 < said[0][4]


BY_ENTRY = """entry,product,origin,entry_date,value,mode
B,4407120060,CAN,2025-05-02,9000,vessel
A,9503000073,CHN,2025-05-02,1000,vessel
B,9503000073,CHN,2025-05-02,1000,vessel
B,9999999999,CHN,2025-05-02,5,vessel
C,8517130000,CHN,2025-05-02,1000.4,air
C,392390,CHN,2025-05-02,1000,air
"""


@pytest.mark.parametrize("head", ["entry,product", "Entry No.,HTS"])
@pytest.mark.parametrize("small", [True, False])
def test_sums_by_entry_hold_the_rows_that_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, small: bool
) -> None:
    """Each entry's sums are those of its rows, and its fee is of its whole value."""
    from parley.law.shipments.layouts import canonical

    monkeypatch.setattr(canonical, "LOOKED_AT", 2000 if small else 2)
    (tmp_path / "in.csv").write_text(BY_ENTRY.replace("entry,product", head))
    found = file_duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", entries=tmp_path / "entries.csv")
    rows, entries = read_rows(tmp_path / "out.csv"), {r["entry"]: r for r in read_rows(tmp_path / "entries.csv")}
    assert [*entries] == ["A", "B", "C"]
    of = [line.partition(",")[0] for line in BY_ENTRY.splitlines()[1:]]
    for name, held in entries.items():
        own = [r for r, n in zip(rows, of, strict=True) if n == name]
        assert (int(held["lines"]), int(held["rejected"])) == (len(own), sum(bool(r["reject_reason"]) for r in own))
        for column in ("duty", "hmf"):
            assert float(held[column]) == pytest.approx(sum(float(r[column] or 0) for r in own), abs=0.005)
        good = sum(float(r["value"]) for r in own if not r["reject_reason"])
        assert (float(held["value"]), float(held["mpf"])) == (good, max(32.71, round(good * 0.003464, 2)))
    assert found.report.duty_total == pytest.approx(sum(float(r["duty"]) for r in entries.values()))


def test_pipes_and_standard_input_follow_codes_in_and_out(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "in.csv").write_text(BY_ENTRY)
    run = '"$0" -c "from parley.cli.main import main; main()" law duties'
    script = " && ".join((
        f"{run} in.csv --out file.csv --entries file-entries.csv >/dev/null",
        f"{run} - --out /dev/stdout --rejects r.csv --entries piped-entries.csv < <(cat in.csv) 2>/dev/null > piped.csv",
        f"{run} <(cat in.csv) --out named.csv --entries named-entries.csv >/dev/null",
    ))  # fmt: skip
    subprocess.run(["bash", "-c", script, sys.executable], cwd=tmp_path, check=True)
    made = {
        n: (tmp_path / f"{n}.csv").read_text()
        for n in ("file", "piped", "named", "file-entries", "piped-entries", "named-entries")
    }
    assert "a range over 10 lines" in made["file"]
    assert made["file"] == made["piped"] == made["named"]
    assert made["file-entries"] == made["piped-entries"] == made["named-entries"]
    assert [r["file"] for r in read_rows(tmp_path / "r.csv")] == ["-"]


@pytest.mark.parametrize("options", [{"whole_dollars": True}, {"fees": True}, {"programmes": True}])
def test_options_hold_for_rows_that_are_followed(tmp_path: Path, options: dict[str, bool]) -> None:
    """A number that one other took over has what that one has, in every column but those of ranges."""
    made = []
    for code in ("0810904610", "0810904675"):
        text = f"product,origin,entry_date,value,mode\n{code},CHN,2025-05-02,1000.49,vessel\n"
        row = rows_of(tmp_path, text, **options)[0]
        made.append({k: v for k, v in row.items() if k not in ("product", "range", *(f"duty_{x}" for x in ENDS))})
    assert made[0] == made[1]


ENDS = ("low", "high", "rate_low", "rate_high")


def test_of_a_heading_and_its_lines_in_a_file_of_weights_no_value_counts_twice(tmp_path: Path) -> None:
    from parley.law.average import average
    from parley.law.regime import read_regime

    (path := tmp_path / "weights.csv").write_text("product,value\n85171300,9\n8517130000,10\n9503000073,10\n")
    found = average(read_regime(), "CHN", "USA", "2025-05-02", weights=path)
    assert found.points[0].rate == pytest.approx((0.2 + 1.45) / 2)
    assert any("31.03 percent of the file's value is on codes that the tariff" in n for n in found.notes)
