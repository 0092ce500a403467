"""Tables of values and answers out of parley: the same cells in pandas, Polars, xarray and Excel; every error is a public name."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parley
from parley import errors
from parley.law.average import average
from parley.tabular import Rows, Tabular

ROWS = [
    {"a": 1, "b": {"low": 0.5, "high": None}, "day": date(2025, 5, 2)},
    {"a": None, "text": "=1+1", "b": {"low": float("nan")}, "flag": True},
]
COLUMNS = {
    "a": [1, None], "b.low": [0.5, float("nan")], "b.high": [None, None], "day": [date(2025, 5, 2), None],
    "text": [None, "=1+1"], "flag": [None, True],
}  # fmt: skip


def test_rows_of_an_answer_are_columns_by_name() -> None:
    assert repr(parley.table(ROWS).columns()) == repr(COLUMNS)
    assert parley.table({"x": {"a": 1}, "y": {"b": 2}}, key="name").columns() == {
        "name": ["x", "y"], "a": [1, None], "b": [None, 2],
    }  # fmt: skip
    assert len(parley.table([])) == 0
    assert list(parley.table([{"a": 1}, {"a": 2, "b": 3}])) == [{"a": 1, "b": None}, {"a": 2, "b": 3}]
    for wrong in ([1, 2], {"a": 1}, "text"):
        with pytest.raises(parley.InputError, match="table: rows"):
            parley.table(wrong)  # pyright: ignore[reportArgumentType]


def test_a_workbook_holds_numbers_as_numbers_and_no_text_as_a_formula(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = parley.table(ROWS).to_excel(tmp_path / "rows.xlsx", sheet="rows")
    cells = [list(row) for row in openpyxl.load_workbook(path)["rows"].iter_rows()]
    assert [cell.value for cell in cells[0]] == list(COLUMNS)
    assert [cell.value for cell in cells[1]][:3] == [1, 0.5, None]
    assert cells[1][3].value.date() == date(2025, 5, 2)
    assert [(cell.value, cell.data_type) for cell in cells[2]][1:] == [
        (None, "n"), (None, "n"), (None, "n"), ("=1+1", "s"), (True, "b"),
    ]  # fmt: skip
    with pytest.raises(parley.OutputError):
        parley.table(ROWS).to_excel(tmp_path / "none" / "rows.xlsx")


ONE = st.fixed_dictionaries({"n": st.integers(-9, 9), "x": st.floats(-9, 9), "s": st.text("abc", max_size=3)})


@pytest.mark.parametrize("library", ["pandas", "polars", "xarray"])
@given(rows=st.lists(ONE, min_size=1, max_size=6))
def test_every_library_holds_the_same_cells(library: str, rows: list[dict[str, Any]]) -> None:
    pytest.importorskip(library)
    made = parley.table(rows)
    frame = getattr(made, f"to_{library}")()
    if library == "pandas":
        found = frame.to_dict("list")
    elif library == "polars":
        found = frame.to_dict(as_series=False)
    else:
        found = {name: array.values.tolist() for name, array in frame.data_vars.items()}
    assert found == made.columns()


@pytest.mark.parametrize("name", ["regime", "rate", "average", "ledger", "world"])
def test_a_value_with_a_table_goes_into_a_workbook_whole(name: str, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    law = parley.read_regime()
    values: dict[str, Any] = {
        "regime": lambda: law,
        "rate": lambda: law.explain("9503.00.00.73", "CHN", "USA", "2025-05-02"),
        "average": lambda: average(law, "CHN", "USA", since="2025-04-01", until="2025-05-20"),
        "ledger": parley.read_ledger,
        "world": lambda: parley.World.from_arrays(
            ["A", "B"], ["s"], [[[9.0], [1.0]], [[1.0], [9.0]]], [[[0.0], [0.0]], [[0.0], [0.0]]], [4.0],
            flows_include_tariff=True,
        ),
    }  # fmt: skip
    made = values[name]()
    assert isinstance(made, Tabular)
    columns = made.columns()
    (page,) = openpyxl.load_workbook(made.to_excel(tmp_path / "x.xlsx"), read_only=True).worksheets
    rows = list(page.iter_rows(values_only=True))
    assert list(rows[0]) == list(columns)
    assert len(rows) - 1 == len(next(iter(columns.values())))


def test_an_average_has_one_row_a_day_and_its_parts_add_up() -> None:
    held = average(parley.read_regime(), "CHN", "USA", since="2025-04-01", until="2025-05-20").columns()
    parts = [name for name in held if name not in ("on", "rate", "base_rate")]
    for n, rate in enumerate(held["rate"]):
        assert sum(float(str(held[name][n])) for name in parts) == pytest.approx(rate)


def test_an_act_of_the_user_is_added_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own-act.toml"
    path.write_text(
        '[act]\nid = "own-act"\ntitle = "t"\ncitation = "c"\nread = false\nauthority = "USA"\nsigned = 2025-05-01\nnote = ""\n'
        '[[measure]]\nid = "own"\nprogramme = "s301"\nrate = 0.5\ncombine = "add"\norigins = ["FRA"]\nproducts = ["*"]\n'
        'start = 2025-05-02\nknown = 2025-05-01\nheading = "9999.99.99"\nreason = "A test."\n',
        "utf-8",
    )
    law, asked = parley.read_regime(), ("9503.00.00.73", "FRA", "USA", "2025-05-02")
    before, after = law.explain(*asked).rate, law.plus(path).explain(*asked).rate
    assert before is not None
    assert after == pytest.approx(before + 0.5)
    assert law.plus(str(path)).measures == law.plus(path).measures
    with pytest.raises(parley.MeasureError, match="no such file"):
        law.plus(tmp_path / "none.toml")


def test_what_ships_is_what_the_command_lists() -> None:
    from parley.pull.packaged import shipped

    assert isinstance(parley.data(), Rows)
    assert parley.data().columns()["file"] == [row["file"] for row in shipped()]


def test_every_error_is_a_public_name() -> None:
    held = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__}
    assert held <= set(parley.__all__)


def test_a_workbook_bears_a_day_and_not_the_moment() -> None:
    """The same sheets are the same bytes, whenever and wherever they are written."""
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    from datetime import date
    from io import BytesIO
    from zipfile import ZipFile

    from parley.tabular import book_bytes

    def made() -> bytes:
        book = openpyxl.Workbook(write_only=True)
        book.create_sheet("table").append(["a", 1])
        return book_bytes(book, date(2025, 5, 2))

    held = made()
    with ZipFile(BytesIO(held)) as file:
        assert {item.date_time for item in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        said = file.read("docProps/core.xml").decode()
    assert said.count("2025-05-02T00:00:00Z") == 2
    assert held == made()
    assert openpyxl.load_workbook(BytesIO(held))["table"]["B1"].value == 1
