"""Files of every layout hold the same goods, whatever their headings and spellings; what is ambiguous is refused."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib import resources
from pathlib import Path

import duckdb
import pytest

import layout_files
from drawn import thinned
from layout_files import FILED, FILES, GOODS, Made, canonical, write_text
from parley.errors import InputError
from parley.law.shipments.files import file_duties
from parley.law.shipments.layouts.currencies import read_rates
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.registry import ROLES, layouts
from parley.law.shipments.layouts.translate import Translated, translated
from tables import read_rows

Rows = list[dict[str, object]]


def rows_of(path: Path, asked: FileOptions | None = None) -> tuple[Translated, Rows]:
    """A file's translation and its rows."""
    with translated([str(path)], asked or FileOptions()) as read:
        assert read.changed, path.name
        found = duckdb.sql(f"SELECT * FROM '{read.paths[0]}'")
        return read, [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def written(tmp_path: Path, text: str, name: str = "in.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("made", thinned(FILES, 3), ids=[f.name for f in FILES])
def test_a_file_of_each_layout_holds_the_same_goods(made: Made, tmp_path: Path) -> None:
    asked = FileOptions(on=made.on or None, destination="USA")
    read, rows = rows_of(write_text(tmp_path, made), asked)
    assert [f["layout"] for f in read.files] == [made.layout]
    assert read.notes[0].startswith(f"{made.name}: layout: ")
    rows = [r for r in rows if r["value"] != 1.0]  # the German file's last row tells the order of its days
    assert [(r["product"], r["origin"], r["value"]) for r in rows] == [
        (g.product[: made.digits], g.origin, pytest.approx(g.value)) for g in GOODS
    ]
    if not made.on:
        assert [r["entry_date"] for r in rows] == [str(g.day) for g in GOODS]


def test_a_canonical_file_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, canonical())
    with translated([str(path)], FileOptions()) as read:
        assert (read.changed, read.paths) == (False, (str(path),))


@pytest.mark.parametrize("name", ["ace.csv", "7501.csv"])
def test_rows_of_an_entry_line_are_joined_with_what_was_paid(name: str, tmp_path: Path) -> None:
    made = next(f for f in FILES if f.name == name)
    read, rows = rows_of(write_text(tmp_path, made))
    assert read.joined
    assert [r["headings_filed"] for r in rows] == [
        ";".join(c.replace(".", "") for c in FILED[g.product]) for g in GOODS
    ]
    toys = rows[0]
    assert (toys["paid_99030124"], toys["paid_99030125"]) == ((10.0, 0.0) if name == "ace.csv" else (25.0, 0.0))
    assert toys["duty_paid"] == (31.0 if name == "ace.csv" else 50.0)


def test_what_was_paid_on_a_heading_is_split_by_the_values_of_several_commodities(tmp_path: Path) -> None:
    head = "Entry Summary Number,Entry Summary Line Number,Entry Date,Country of Origin Code,Tariff Ordinal Number,"
    text = f"""{head}HTS Number - Full,Line Tariff Goods Value Amount,Line Tariff Duty Amount
XYZ00000015,1,05/20/2025,CN,1,99030124,0,400
XYZ00000015,1,05/20/2025,CN,2,9503000073,1000,0
XYZ00000015,1,05/20/2025,CN,3,9503000071,3000,0
"""
    _, rows = rows_of(written(tmp_path, text))
    assert [(r["value"], r["paid_99030124"], r["duty_paid"]) for r in rows] == [
        (1000.0, 100.0, 100.0),
        (3000.0, 300.0, 300.0),
    ]


def test_without_line_numbers_a_line_ends_with_its_commodity(tmp_path: Path) -> None:
    text = """Entry Number,HTS Number,Country of Origin,Entry Date,Entered Value,Duty Paid
E1,9903.01.24,CN,2025-05-20,0,20
E1,9503.00.00.73,CN,2025-05-20,100,0
E1,9503.00.00.71,CN,2025-05-20,50,0
"""
    _, rows = rows_of(written(tmp_path, text))
    assert [(r["product"], r["headings_filed"], r["duty_paid"]) for r in rows] == [
        ("9503000073", "99030124", 20.0), ("9503000071", None, 0.0)]  # fmt: skip


def test_shopify_has_no_value_and_no_day(tmp_path: Path) -> None:
    read, rows = rows_of(written(tmp_path, layout_files.shopify_inventory()), FileOptions(on="2025-05-02"))
    assert (read.has_value, read.short) == (False, True)
    assert [(r["product"], r["origin"]) for r in rows] == [(g.product[:6], g.origin) for g in GOODS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_statistics_are_of_goods_into_china(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "gacc.csv"
    path.write_bytes(layout_files.gacc().encode(encoding))
    read, rows = rows_of(path)
    assert read.files[0]["layout"] == "gacc"
    assert [(r["product"], r["origin"], r["destination"], r["entry_date"], r["value"], r["quantity"], r["unit"]) for r in rows] == [
        ("95030089", "USA", "CHN", "2026-04-01", 12345.0, 1500.0, "NO"), ("12019010", "USA", "CHN", "2026-04-01", 1000.0, 1000.0, "KG"),
    ]  # fmt: skip


def test_exports_are_read_from_the_other_side(tmp_path: Path) -> None:
    rows = [
        {**row, "reporterISO": "CHN", "partnerISO": "USA", "flowCode": "X"} for row in layout_files.comtrade_rows()[:1]
    ]
    _, found = rows_of(written(tmp_path, json.dumps({"data": rows}), "x.json"))
    assert [(r["origin"], r["destination"]) for r in found] == [("CHN", "USA")]


def test_rows_of_a_month_are_rated_on_its_first_day_or_another(tmp_path: Path) -> None:
    path = written(tmp_path, layout_files.census_csv())
    read, rows = rows_of(path)
    assert rows[0]["entry_date"] == "2025-05-01"
    assert any("month" in n for n in read.notes)
    assert rows_of(path, FileOptions(month_day=31))[1][2]["entry_date"] == "2025-06-30"


def test_years_alone_are_no_days(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--on YYYY-MM-DD"):
        rows_of(written(tmp_path, layout_files.baci()))


def test_a_sheet_of_a_workbook_is_read_and_its_serial_days(tmp_path: Path) -> None:
    from datetime import date

    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.append(["How to read this report"])
    page = book.create_sheet("Main Report")
    for row in layout_files.ace_rows():
        page.append(row)
    book.save(tmp_path / "ace.xlsx")
    read, rows = rows_of(tmp_path / "ace.xlsx")
    assert (read.files[0]["layout"], [r["product"] for r in rows]) == ("ace-es003", [g.product for g in GOODS])

    plain = Workbook()
    assert plain.active is not None
    plain.active.append(["HTS Code", "COO", "Entry Date", "Customs Value"])
    plain.active.append([9503000073, "CN", 45779, 1.125])  # numbers: 2 May 2025, and no thousands
    plain.active.append([101210010, "GB", date(2025, 5, 3), 1000])
    plain.save(tmp_path / "plain.xlsx")
    _, rows = rows_of(tmp_path / "plain.xlsx")
    assert [(r["product"], r["entry_date"], r["value"]) for r in rows] == [
        ("9503000073", "2025-05-02", 1.125), ("0101210010", "2025-05-03", 1000.0)]  # fmt: skip


def test_without_openpyxl_a_workbook_is_refused_with_the_extra_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.xlsx").write_bytes(b"PK\x03\x04")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InputError, match=r"parley-trade\[xlsx\]"):
        rows_of(tmp_path / "in.xlsx")


HEAD = "product,origin,entry_date,value\n"


@pytest.mark.parametrize(("text", "said"), [
    (HEAD + "9503000073,CHN,03/04/2025,10\n", "2025-04-03 or 2025-03-04"),
    (HEAD + '9503000073,CHN,2025-05-02,"1,000"\n', "1000 or 1"),
    (HEAD + "9503000073,CHN,2025-05-02,1.000\n", "1 or 1000"),
    ("HTS,COO,Entry Date,Declared Value,Dutiable Value\n9503000073,CN,2025-05-02,5,6\n", "'Declared Value' and 'Dutiable Value'"),
    ("a,b,c,d\n9503000073,China,2025-05-02,China\n", "'b', 'd'"),
    ("HTS,COO,Entry Date,Freight\n9503000073,CN,2025-05-02,x\n", "HTS, COO, Entry Date, Freight"),
    ("HTS,COO,Entry Date,Value (EUR)\n9503000073,CN,2025-05-02,5\n", "--currency-rate EUR=RATE"),
    (HEAD[:-1] + ",currency\n9503000073,CHN,2025-05-02,5,EUR\n", "--currency-rate EUR=RATE"),
])  # fmt: skip
def test_what_has_two_meanings_is_refused_with_both(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        rows_of(written(tmp_path, text))
    assert said in str(error.value)


def test_the_user_or_the_column_decides(tmp_path: Path) -> None:
    slashes = written(tmp_path, HEAD + "9503000073,CHN,03/04/2025,10\n")
    assert rows_of(slashes, FileOptions(dates="DMY"))[1][0]["entry_date"] == "2025-04-03"
    assert rows_of(slashes, FileOptions(dates="MDY"))[1][0]["entry_date"] == "2025-03-04"
    told = written(tmp_path, HEAD + "9503000073,CHN,03/04/2025,10\n9503000073,CHN,13/04/2025,10\n")
    assert rows_of(told)[1][0]["entry_date"] == "2025-04-03"
    commas = written(tmp_path, HEAD + '9503000073,CHN,2025-05-02,"1,000"\n')
    with translated([str(commas)], FileOptions(decimal=".")) as read:
        assert not read.changed  # the engine reads it so
    assert rows_of(commas, FileOptions(decimal=","))[1][0]["value"] == 1.0
    both = written(tmp_path, HEAD + '9503000073,CHN,2 May 2025,"1,000"\n9503000073,CHN,2 May 2025,"1,000.50"\n')
    assert rows_of(both)[1][0]["value"] == 1000.0


def test_a_row_far_below_decides_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from parley.law.shipments.layouts import plan

    monkeypatch.setattr(plan, "SAMPLED", 4)
    rows = '9503000073,CHN,03/04/2025,"1,000"\n' * 6
    path = written(tmp_path, f'{HEAD}{rows}9503000073,CHN,13/04/2025,"1,000.50"\n')
    _, found = rows_of(path)
    assert (found[0]["entry_date"], found[0]["value"]) == ("2025-04-03", 1000.0)


def test_columns_are_named_by_the_user_and_by_a_layout_of_his_own(tmp_path: Path) -> None:
    text = "Teil,Woher,Wann,Dollar A,Dollar B\n9503000073,CN,2 May 2025,5,6\n"
    path = written(tmp_path, text)
    given = {"product": "Teil", "origin": "Woher", "entry_date": "Wann", "value": "Dollar B"}
    assert rows_of(path, FileOptions(columns=given))[1][0]["value"] == 6
    own = tmp_path / "mine.csv"
    own.write_text("role,heading\nproduct,Teil\norigin,Woher\nentry_date,Wann\nvalue,Dollar A\n")
    read, rows = rows_of(path, FileOptions(layout=own))
    assert (read.files[0]["layout"], rows[0]["value"]) == ("mine", 5)
    toml = tmp_path / "mine.toml"
    toml.write_text('[columns]\nproduct = ["Teil"]\norigin = ["Woher"]\nentry_date = ["Wann"]\nvalue = ["Dollar A"]\n')
    assert rows_of(path, FileOptions(layout=toml))[1][0]["value"] == 5
    toml.write_text('[columns]\nprodukt = ["Teil"]\n')
    with pytest.raises(InputError, match="Did you mean product"):
        rows_of(path, FileOptions(layout=toml))


def test_columns_without_known_headings_are_told_by_their_cells(tmp_path: Path) -> None:
    text = "a,b,c,d\n9503000073,China,2 May 2025,10.50\n8517130000,Viet Nam,3 May 2025,7.25\n"
    read, rows = rows_of(written(tmp_path, text))
    assert [(r["product"], r["origin"], r["entry_date"], r["value"]) for r in rows] == [
        ("9503000073", "CHN", "2025-05-02", 10.5), ("8517130000", "VNM", "2025-05-03", 7.25)]  # fmt: skip
    assert any("by their cells" in n for n in read.notes)


def test_other_currencies_are_converted_by_dated_rates(tmp_path: Path) -> None:
    text = (
        HEAD[:-1]
        + ",currency\n9503000073,CHN,2025-05-02,100,EUR\n9503000073,CHN,2025-04-01,100,EUR\n9503000073,CHN,2025-05-02,100,USD\n"
    )
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,from,rate\nEUR,2025-04-15,1.1\n")
    _, rows = rows_of(written(tmp_path, text), FileOptions(rates=read_rates([], rates)))
    assert [r["value"] for r in rows] == ["110", "100 EUR: no rate to dollars", "100"]
    _, rows = rows_of(written(tmp_path, text), FileOptions(rates=read_rates(["EUR=1.2"])))
    assert [r["value"] for r in rows] == [120.0, 120.0, 100.0]
    signed = written(tmp_path, HEAD + '9503000073,CHN,2025-05-02,"€1.000,00"\n9503000073,CHN,2025-05-02,"$500.25"\n')
    _, rows = rows_of(signed, FileOptions(rates=read_rates(["EUR=2"])))
    assert [r["value"] for r in rows] == [2000.0, 500.25]
    for wrong in ("EUR", "EUR=x", "EUR=0", "USD=1"):
        with pytest.raises(InputError):
            read_rates([wrong])


def test_totals_blank_rows_and_notes_are_left_out_and_counted(tmp_path: Path) -> None:
    text = "My report\n\nHTS,COO,Entry Date,Customs Value\n9503000073,CN,2025-05-02,5.00\n\nGrand Total,,,5.00\nSource: us,,,\n"
    read, rows = rows_of(written(tmp_path, text))
    assert (len(rows), read.files[0]["left_out"]) == (1, {"totals": 1, "notes": 1})
    assert rows[0]["source_row"] == 1


def test_an_open_quotation_mark_costs_its_line_alone(tmp_path: Path) -> None:
    line = "9503000073,CN,2 May 2025,5.50\n"
    text = f'HTS,COO,Entry Date,Customs Value\n{line}"{line}{line}"9503000073","C\nN",2 May 2025,5.50\n{line}'
    _, rows = rows_of(written(tmp_path, text))
    assert [r["product"] for r in rows] == ["9503000073"] * 5
    assert [r["source_row"] for r in rows] == [1, 2, 3, 4, 5]


def test_several_files_of_several_layouts_are_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for made in FILES[:3]:
        write_text(folder, made)
    with translated([str(folder)], FileOptions()) as read:
        found = duckdb.sql(f"SELECT source_file, count(*) FROM '{read.paths[0]}' GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("7501.csv", 5), ("ace.csv", 5), ("dataweb.csv", 5)]


@pytest.mark.slow
def test_a_file_without_a_destination_beside_one_with_it_is_into_the_united_states(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    write_text(folder, FILES[0])
    (folder / "plain.csv").write_text(canonical())
    found = file_duties([str(folder)])
    assert (found.report.rows, found.report.rejected) == (2 * len(GOODS), 0)


def test_own_columns_stay_with_names_that_the_engine_leaves_alone(tmp_path: Path) -> None:
    text = "Product Name,HTS,COO,Entry Date,Customs Value,Value\nToy,9503000073,China (CN),2 May 2025,5.50,x\n"
    _, rows = rows_of(written(tmp_path, text))
    assert (rows[0]["Product Name"], rows[0]["Value_input"], rows[0]["value"]) == ("Toy", "x", 5.5)


@pytest.mark.slow
def test_own_columns_of_the_results_names_give_way(tmp_path: Path) -> None:
    text = "HTS,COO,Entry Date,Customs Value,Value ($),k,Duty,measures,rate_mfn,Origin.,range\n950300,CN,2 May 2025,5.50,x,y,1,m,r,o,g\n"
    path = written(tmp_path, text)
    _, rows = rows_of(path)
    own = {
        "Value ($)_input": "x",
        "k_input": "y",
        "measures_input": "m",
        "own_rate_mfn": "r",
        "Origin._input": "o",
        "range_input": "g",
    }
    assert {n: rows[0][n] for n in own} == own
    found = file_duties([str(path)], tmp_path / "out.csv")
    assert (found.report.rows, found.report.rejected) == (1, 0)
    shown = read_rows(tmp_path / "out.csv")[0]
    assert {n: shown[n] for n in own} == own
    assert shown["range"].startswith("a range over 5 lines")


def test_the_registry_is_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new layout is one file: it is matched, said, and stands in the documents' table."""
    from parley.law.shipments.layouts import registry

    held = layouts()
    assert {x.id for x in held} >= {"ace-es003", "baci", "comtrade", "gacc", "usitc-dataweb"}
    new = registry._as_layout({"title": "A new one", "signature": ["Zz1", "Zz2"], "columns": {"product": ["Zz1"], "origin": ["Zz2"],
                               "entry_date": ["Zz3"], "value": ["Zz4"]}}, "new-one", "new-one.toml")  # fmt: skip
    monkeypatch.setattr(registry, "layouts", lambda: (*held, new))
    read, _ = rows_of(written(tmp_path, "Zz1,Zz2,Zz3,Zz4\n9503000073,CN,2025-05-02,5\n"))
    assert read.files[0]["layout"] == "new-one"


@pytest.mark.parametrize("layout", layouts(), ids=[x.id for x in layouts()])
def test_a_layout_says_what_it_is_of_and_names_no_unknown_role(layout: object) -> None:
    from parley.law.shipments.layouts.registry import Layout

    assert isinstance(layout, Layout)
    assert all((layout.title, layout.publisher, layout.source, layout.signature))
    assert set(layout.columns) <= set(ROLES)


def test_headings_that_the_engine_knows_are_known_to_the_table() -> None:
    from parley.law.shipments.columns import NAMES
    from parley.law.shipments.layouts.registry import headings_by_role
    from parley.law.shipments.layouts.spelling import plain

    known = headings_by_role()
    missing = [
        (role, name)
        for role, names in NAMES.items()
        for name in names
        if plain(name) not in known and role not in ("id", "entry")
    ]
    assert not missing


def test_several_tariff_numbers_in_a_row_are_those_of_one_line(tmp_path: Path) -> None:
    text = """Entry No,Line,Entry Date,COO,HTS 1,HTS 2,HTS 3,Value,Duty 1,Duty 2,Duty 3
E1,1,05/20/2025,CN,9903.01.24,9903.01.25,9503.00.00.73,"10,000.00","2,000.00","1,000.00",0.00
E2,1,05/20/2025,IN,3923.90.00.80,9903.01.25,,"5,000.00",150.00,500.00,
"""
    _, rows = rows_of(written(tmp_path, text))
    names = ("product", "value", "headings_filed", "duty_paid", "paid_base", "paid_99030125")
    assert [tuple(r[n] for n in names) for r in rows] == [
        ("9503000073", 10000.0, "99030124;99030125", 3000.0, 0.0, 1000.0),
        ("3923900080", 5000.0, "99030125", 650.0, 150.0, 500.0),
    ]


def test_tables_are_those_of_their_manifest() -> None:
    folder = resources.files("parley.law.shipments.layouts").joinpath("tables")
    told = json.loads(folder.joinpath("manifest.json").read_text("utf-8"))
    assert {f.name for f in folder.iterdir() if f.name.endswith(".csv")} == set(told)
    for name, entry in told.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == entry["sha256"], name
