"""Duties on files of any layout: the same duties as of the canonical file; short codes as ranges; rates without values."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest

from answer_types import assert_is
from layout_files import FILED, FILES, GOODS, Good, ace_rows, canonical, csv_text, shopify_inventory, write_text
from parley.cli.main import main
from parley.codes import PROGRAMMES
from parley.errors import InputError
from parley.law.answers_layouts import FileDutiesAnswer
from parley.law.regime import Regime
from parley.law.shipments.files import FileDuties, file_duties
from parley.law.shipments.layouts.canonical import table_files
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.run import Options, duties
from tables import read_rows

pytestmark = pytest.mark.slow


def asked(capsys: pytest.CaptureFixture[str], words: str) -> dict:
    """What `parley … --json` prints."""
    with pytest.raises(SystemExit) as stop:
        main([*shlex.split(words), "--json"])
    out, err = capsys.readouterr()
    assert not stop.value.code, err
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], words: str) -> str:
    with pytest.raises(SystemExit) as stop:
        main(shlex.split(words))
    assert stop.value.code == 2
    return "".join(capsys.readouterr())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the canonical file and its duties."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "in.csv").write_text(canonical())
    duties([str(folder / "in.csv")], folder / "out.csv")
    return folder


@pytest.mark.parametrize("name", ["ace.csv", "dataweb-wide.csv", "census.json", "german.csv", "oracle.txt"])
def test_each_layout_gives_the_duties_of_the_canonical_file(name: str, home: Path) -> None:
    made = next(f for f in FILES if f.name == name)
    file_duties([str(write_text(home, made))], home / "other.csv")
    rows = [r for r in read_rows(home / "other.csv") if r["value"] != "1.0"]
    want = [(r["duty_rate"], r["duty"], r["measures"]) for r in read_rows(home / "out.csv")]
    assert [(r["duty_rate"], r["duty"], r["measures"]) for r in rows] == want


def test_the_command_says_what_it_matched(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_text(home, FILES[0])
    found = asked(capsys, f"law duties {path}")
    assert_is(found, FileDutiesAnswer)
    assert found["files"][0]["layout"] == "ace-es003"
    assert found["files"][0]["columns"]["product"] == "HTS Number - Full"
    assert found["files"][0]["left_out"] == {"totals": 1}
    assert any("layout: CBP ACE report ES-003" in n for n in found["notes"])
    assert found["ranges"] is None
    assert found["rejected"] == 0


def test_canonical_files_give_the_answer_that_they_gave(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, f"law duties {home / 'in.csv'} --out {home / 'again.csv'}")
    assert (found["files"], found["ranges"]) == ([], None)
    assert (home / "again.csv").read_bytes() == (home / "out.csv").read_bytes()


def short(goods: tuple[Good, ...], digits: int) -> str:
    rows = [[g.product[:digits], g.origin, g.day, g.value, n] for n, g in enumerate(goods)]
    return csv_text([["product", "origin", "entry_date", "value", "id"], *rows])


@pytest.mark.parametrize("digits", [4, 6, 8])
def test_a_short_code_is_a_range_that_holds_every_line_below_it(digits: int, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(short(GOODS, digits))
    found = file_duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(programmes=True))
    full = {r["product"]: r for r in _full_duties(tmp_path)}
    rows = read_rows(tmp_path / "out.csv")
    assert [r["id"] for r in rows] == [str(n) for n in range(len(GOODS))]
    for row, good in zip(rows, GOODS, strict=True):
        low, mean, high = (float(row[n]) for n in ("duty_rate_low", "duty_rate", "duty_rate_high"))
        assert low - 1e-12 <= mean <= high + 1e-12
        assert low - 1e-12 <= float(full[good.product]["duty_rate"]) <= high + 1e-12
        assert f"lines of {good.product[:digits]}" in row["range"]
        assert float(row["duty"]) == pytest.approx(mean * good.value, abs=0.006)
        assert sum(float(row[f"rate_{p}"]) for p in PROGRAMMES) == pytest.approx(mean)
    _sums_agree(found, rows)


def _full_duties(folder: Path) -> list[dict[str, str]]:
    (folder / "full.csv").write_text(canonical())
    duties([str(folder / "full.csv")], folder / "full-out.csv")
    return read_rows(folder / "full-out.csv")


def _sums_agree(found: FileDuties, rows: list[dict[str, str]]) -> None:
    """Totals are those of the rows."""
    report, good = found.report, [r for r in rows if not r["reject_reason"]]
    assert report.rows == len(rows)
    assert report.duty_total == pytest.approx(sum(float(r["duty"]) for r in good))
    assert report.value_total == pytest.approx(sum(float(r["value"]) for r in good))
    assert report.rejected == len(rows) - len(good)
    for sums in (report.by_origin, report.by_month):
        assert sum(s.duty for s in sums) == pytest.approx(report.duty_total)
        assert sum(s.rows for s in sums) == len(rows)
    ranged = [r for r in good if r.get("range")]
    if found.ranges:
        assert (found.ranges.rows, found.ranges.duty) == (
            len(ranged),
            pytest.approx(sum(float(r["duty"]) for r in ranged)),
        )


def test_short_and_whole_codes_and_faults_stay_in_their_order(tmp_path: Path) -> None:
    text = """HTS,COO,Entry Date,Customs Value
9503000073,CN,2 May 2025,100.50
950300,CN,2 May 2025,200.50
9999,CN,2 May 2025,1
950300,Atlantis,2 May 2025,1
950300,CN,2 May 2025,-5
392390,IN,2 June 2025,300.25
"""
    (tmp_path / "in.csv").write_text(text)
    found = file_duties([str(tmp_path / "in.csv")], tmp_path / "out.csv")
    rows = read_rows(tmp_path / "out.csv")
    assert [bool(r["duty"]) for r in rows] == [True, True, False, False, False, True]
    assert [bool(r["range"]) for r in rows] == [False, True, False, False, False, True]
    _sums_agree(found, rows)
    assert sum(found.report.by_reason.values()) == 3
    rejects = read_rows(tmp_path / "out.csv.rejects.csv")
    assert [(r["file"], r["row"]) for r in rejects] == [("in.csv", "3"), ("in.csv", "4"), ("in.csv", "5")]


def test_totals_alone_are_those_with_an_output(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(short(GOODS, 6))
    alone = file_duties([str(tmp_path / "in.csv")])
    whole = file_duties([str(tmp_path / "in.csv")], tmp_path / "out.csv")
    assert alone.report.duty_total == whole.report.duty_total
    assert alone.ranges == whole.ranges


def test_a_range_is_held_against_another_law_too(tmp_path: Path) -> None:
    from parley.law.regime import read_regime

    (tmp_path / "in.csv").write_text(short(GOODS[:2], 6))
    law = read_regime()
    found = file_duties(
        [str(tmp_path / "in.csv")],
        tmp_path / "out.csv",
        regime=law.without("ieepa_fentanyl"),
        options=Options(before=law),
    )
    assert found.report.difference is not None
    assert found.report.difference.duty_change == pytest.approx(-0.2 * sum(g.value for g in GOODS[:2]), abs=0.02)
    assert [r["duty_change"] for r in read_rows(tmp_path / "out.csv")] == ["-2469.1", "-200.0"]


def test_without_values_there_are_rates_and_no_dollars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from layout_files import shopify_inventory

    (tmp_path / "stock.csv").write_text(shopify_inventory())
    assert "--on YYYY-MM-DD" in refused(capsys, f"law duties {tmp_path / 'stock.csv'}")
    found = asked(capsys, f"law duties {tmp_path / 'stock.csv'} --on 2025-05-02 --out {tmp_path / 'out.csv'}")
    assert (found["rows"], found["rejected"], found["duty_total"], found["value_total"]) == (5, 0, 0.0, 0.0)
    rows = read_rows(tmp_path / "out.csv")
    assert [r["duty_rate"] for r in rows][:2] == ["1.45", "0.2"]
    assert {r["duty"] for r in rows} == {""}


def test_a_workbook_comes_out_as_it_went_in(tmp_path: Path) -> None:
    from openpyxl import Workbook, load_workbook

    book = Workbook()
    assert book.active is not None
    book.active.title = "Main Report"
    for row in ace_rows():
        book.active.append(["=1+1" if c == "00-0000000" else c for c in row])
    book.save(tmp_path / "in.xlsx")
    file_duties([str(tmp_path / "in.xlsx")], tmp_path / "out.xlsx")
    page = load_workbook(tmp_path / "out.xlsx").active
    assert page is not None
    head, *rows = [[c.value for c in row] for row in page.rows]
    assert [r[head.index("product")] for r in rows] == [g.product for g in GOODS]
    assert rows[0][head.index("duty")] == pytest.approx(1.45 * 12345.5, abs=0.006)


def test_headings_stand_beside_the_measures_in_filing_order(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(canonical())
    file_duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", headings=True)
    rows = read_rows(tmp_path / "out.csv")
    assert [r["headings"] for r in rows] == [";".join(FILED[g.product]) for g in GOODS]
    names = list(rows[0])
    assert names.index("headings") == names.index("measures") + 1


def test_euros_are_never_counted_as_dollars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "eur.csv").write_text("product,origin,entry_date,value,currency\n9503000073,CHN,2025-05-02,1000,EUR\n")
    assert "--currency-rate EUR=RATE" in refused(capsys, f"law duties {tmp_path / 'eur.csv'}")
    found = asked(capsys, f"law duties {tmp_path / 'eur.csv'} --rate EUR=1.08")
    assert (found["value_total"], found["duty_total"]) == (1080.0, 1566.0)


def test_other_commands_read_the_same_files(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_text(home, FILES[0])
    found = asked(capsys, f"law refund {path} --out {home / 'refund.csv'}")
    assert (found["rows"], found["rejected"]) == (5, 0)
    assert "entry_number" not in found["missing"]
    assert asked(capsys, f"law cheapest {path} --origins CHN,VNM")["products"] == 5
    assert asked(capsys, f"law water {path}")["rows"] == 5


def test_averages_are_weighted_by_the_same_files(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_text(home, next(f for f in FILES if f.name == "census.csv"))
    found = asked(capsys, f"law average --origin CHN --on 2025-05-02 --weights {path}")
    toys, phones = (g.value for g in GOODS[:2])
    assert found["points"][0]["rate"] == pytest.approx((1.45 * toys + 0.2 * phones) / (toys + phones))
    assert any("Census Bureau" in n for n in found["notes"])
    plain = home / "plain.csv"
    plain.write_text("product,value\n9503000073,1\n")
    assert asked(capsys, f"law average --origin CHN --on 2025-05-02 --weights {plain}")["points"][0]["rate"] == 1.45


def test_columns_of_a_file_of_weights_are_named_by_the_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "extract.csv"
    path.write_text("Ware;Ursprung;Summe (EUR);Menge\n9503000073;China;1.000,50;7\n8517130000;China;500,25;9\n")
    words = f"law average --origin CHN --on 2025-05-02 --weights {path}"
    assert "--currency-rate EUR=RATE" in refused(capsys, words)
    found = asked(capsys, f"{words} --columns product=Ware --columns value='Summe (EUR)' --rate EUR=1.1")
    assert found["points"][0]["rate"] == pytest.approx((1.45 * 1000.5 + 0.2 * 500.25) / 1500.75)


def test_weights_of_product_and_value_in_other_spellings(tmp_path: Path) -> None:
    from parley.law.user_weights import read_values

    held = tmp_path / "in.csv"
    held.write_text(
        'product,origin,entry_date,value\n4407120060,XC,05/02/2025,"1,000.50"\n4407120060,Ontario,06/02/2025,10\n'
    )
    assert read_values(held, "CAN", "USA")[0] == {"4407120060": 1010.5}
    held.write_text("product,value,currency\n9503000073,1000,EUR\n3923900080,1000,USD\n")
    assert read_values(held, "CHN", "USA", FileOptions(rates=read_rates(["EUR=2"])))[0] == {
        "9503000073": 2000.0,
        "3923900080": 1000.0,
    }
    held.write_text("product,value,currency\n9503000073,1000,EUR\n")
    with pytest.raises(InputError, match="values in EUR, and no rate"):
        read_values(held, "CHN", "USA")


@pytest.mark.parametrize(
    ("value", "origin"), [("9" * 5_000, "China"), ("1e300", "China"), ("9" * 400, "CHN"), ("$" + "9" * 30, "CHN")]
)
def test_a_weight_beyond_all_trade_is_refused_in_every_layout(tmp_path: Path, value: str, origin: str) -> None:
    from parley.law.user_weights import read_values

    held = tmp_path / "mine.csv"
    held.write_text(f"product,value,origin\n9503000073,10,{origin}\n8517130000,{value},{origin}\n")
    with pytest.raises(InputError, match="1e\\+18"):
        read_values(held, "CHN", "USA")


def test_a_file_without_values_is_no_weight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "inventory.csv"
    path.write_text(shopify_inventory())
    said = refused(capsys, f"law average --origin CHN --on 2025-05-02 --weights {path}")
    assert "no column of values" in said


def test_rows_of_other_importers_are_left_out_for_one_destination(tmp_path: Path) -> None:
    made = next(f for f in FILES if f.name == "baci.csv")
    found = file_duties([str(write_text(tmp_path, made))], options=Options(on="2025-05-01", destination="USA"))
    assert found.files[0]["left_out"] == {"rows of other importing countries": 5}
    assert found.report.rows == 5


def test_a_file_that_is_read_by_hand_has_its_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.csv"
    path.write_text('A;B;C;D\n9503000073;CN;03/04/2025;"1.000"\n')
    words = f"law duties {path} --columns product=A --columns origin=B --columns entry_date=C --columns value=D --dates DMY --decimal ,"
    assert asked(capsys, words)["duty_total"] == 200.0  # 3 April: before the reciprocal duties
    assert asked(capsys, words.replace("DMY", "MDY"))["value_total"] == 1000.0
    assert "Did you mean" in refused(capsys, words.replace("product=A", "produkt=A"))


@pytest.mark.parametrize(
    "words",
    [
        "refund {0} --out {0}",
        "refund '{1}' --out {0}",
        "audit '{1}' --out {0}",
        "duties '{1}' --out {0}",
        "duties {2} --out {2}/out.csv --rejects {0}",
        "duties {0} --headings --entries {0}",
        "cheapest {0} --rates {0}",
        "water '{1}' --lines {0}",
    ],
)
def test_no_output_takes_the_place_of_a_file_that_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    """Of a layout that is translated: what the engine reads is then another file than the user's."""
    held = "Entry Number;HTS;COO;Entry Date;Value USD;IEEPA Duty Paid\nABC12345672;9503.00.0073;China;02-May-25;10.000,00;14.500,00\n"
    (path := tmp_path / "in.csv").write_text(held)
    assert "also an input" in refused(capsys, "law " + words.format(path, tmp_path / "*.csv", tmp_path))
    assert path.read_text() == held


def test_a_pipe_is_read_like_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_bytes(FILES[0].text().encode()))
    writer.start()
    assert asked(capsys, f"law duties {pipe}")["rows"] == 5
    writer.join()


def test_a_file_counts_once_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the engine's own columns, and in a layout that is translated."""
    monkeypatch.chdir(tmp_path)
    for head, origin in (
        ("product,origin,entry_date,value", "CHN"),
        ("HTS,Country of Origin,Entry Date,Customs Value", "China"),
    ):
        Path("in.csv").write_text(f"{head}\n9503000073,{origin},2025-05-02,10\n")
        named = ["in.csv", "./in.csv", str(tmp_path / "in.csv"), "*.csv", "."]
        assert table_files(named) == ("in.csv",)
        assert file_duties(named, None, regime=Regime(()), options=Options(threads=1)).report.rows == 1


def test_a_folder_of_delta_tables_is_none_of_files(tmp_path: Path) -> None:
    (tmp_path / "lake" / "one" / "_delta_log").mkdir(parents=True)
    (tmp_path / "lake" / "one" / "_delta_log" / f"{0:020}.json").write_text('{"add": {"path": "a.csv"}}\n')
    with pytest.raises(InputError, match="a Delta table in it, one"):
        file_duties([str(tmp_path / "lake")], None, regime=Regime(()), options=Options(threads=1))


def test_a_workbook_without_a_sheet_is_an_input_error(tmp_path: Path) -> None:
    from openpyxl import Workbook

    path = tmp_path / "in.xlsx"
    Workbook().save(path)
    with ZipFile(path) as whole, ZipFile(tmp_path / "none.xlsx", "w") as made:
        for name in whole.namelist():
            made.writestr(name, re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", whole.read(name)))
    with pytest.raises(InputError, match=r"none\.xlsx: a workbook without a sheet"):
        file_duties([str(tmp_path / "none.xlsx")], None, regime=Regime(()), options=Options(threads=1))
