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
    from parley.law.shipments import files
    from parley.law.shipments.layouts import canonical

    monkeypatch.setattr(canonical, "LOOKED_AT", 3)
    text = HEAD + WHOLE * 5 + f"{RETIRED},CAN,2025-05-02,1000\n"
    assert rows_of(tmp_path, text)[-1]["duty"] == "250.0"
    found = file_duties([str(tmp_path / "in.csv")])
    assert (found.report.rejected, found.report.duty_total) == (0, 250.0 + 5 * 13.0)
    monkeypatch.setattr(files, "FOLLOWED", 3)
    assert rows_of(tmp_path, text)[-1]["duty"] == "250.0"


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
    from parley.law.shipments import files
    from parley.law.shipments.layouts import canonical

    monkeypatch.setattr(canonical, "LOOKED_AT", 3)
    monkeypatch.setitem(canonical.FOLLOWED, "csv", 0)
    monkeypatch.setattr(files, "FOLLOWED", 3)
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


def test_what_leads_nowhere_is_rejected_as_before(tmp_path: Path) -> None:
    row = rows_of(tmp_path, f"{HEAD}9999999999,CHN,2025-05-02,1000\n")[0]
    assert row["reject_reason"].startswith("product: no such line")
    assert not leads_elsewhere("9999999999", "USA", date(2025, 5, 2))


def test_a_code_is_followed_on_the_days_on_which_it_is_no_line(tmp_path: Path) -> None:
    assert spells(RETIRED, "USA") == ()
    assert is_of_all_days("3923900080", "USA")
    rows = rows_of(tmp_path, f"product,origin,value\n{RETIRED},CAN,1000\n3923900080,PAK,100\n", on="2025-05-02")
    assert [r["reject_reason"] for r in rows] == ["", ""]
