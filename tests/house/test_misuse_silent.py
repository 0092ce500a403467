"""Misuse that once passed silently, or ended in an exception of Python or NumPy: values that are missing, doubled or of no sense."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import parley
from parley.errors import ParleyError, RateWarning
from parley.law.diff import diff
from parley.rates import RateTable
from parley.record.ledger import Ledger
from parley.trade.partial import market_of
from tables import each
from trade_worlds import small_world

DAY = date(2025, 5, 2)
Row = tuple[str, Callable[[], Any], str]


def measure(**changed: Any) -> parley.Measure:
    """A measure of the law that ships, changed as a file could not have it."""
    first = next(m for m in parley.read_regime().measures if m.rate and m.combine == "add")
    return msgspec.structs.replace(first, **changed)


def table(rows: Any) -> parley.World:
    w = small_world(2)
    return parley.World(**{name: getattr(w, name) for name in w.__dataclass_fields__} | rows)


def rates(products: tuple[str, ...], origins: tuple[str, ...]) -> RateTable:
    values = np.full((len(products), len(origins)), 0.1)
    return RateTable("USA", products, origins, values, values, values, DAY, DAY, DAY, "user")


MAY = ("CHN", "USA", "2025-05-02", "2025-05-14")
SOLD = {"demand": 1, "substitution": 4, "supply": 2}
HIDDEN = np.ma.array([1.0, 2.0], mask=[False, True])
ROWS: list[Row] = [
    ("a masked number", lambda: parley.read_regime().set_rate("us-ieepa-fentanyl-cn", np.ma.masked, DAY), "a masked value"),
    ("a masked number in a list", lambda: market_of(("CHN", "VNM"), HIDDEN, [0, 0.1], [0.5, 0.1], **SOLD), "masked"),
    ("bytes for weights", lambda: parley.gradient(parley.solve(small_world(2), small_world(2).t), bytearray(b"\1\2")), "a bytearray"),
    ("a number beyond any double", lambda: parley.solve(small_world(2), small_world(2).t * np.longdouble("1e4000")), "solve"),
    ("a world of fewer countries", lambda: table({"countries": ("A",)}), "Allowed: (1, 1, "),
    ("a world of one country twice", lambda: table({"countries": ("A", "A")}), "occurs twice"),
    ("a world without sectors", lambda: table({"sectors": ()}), "empty"),
    ("a world of negative slopes", lambda: table({"theta": -small_world(2).theta}), "a positive elasticity"),
    ("an origin twice", lambda: rates(("9503000073",), ("CHN", "CHN")), "'CHN' twice"),
    ("a product twice", lambda: rates(("9503000073", "9503000073"), ("CHN",)), "'9503000073' twice"),
    ("a measure of a percentage", lambda: parley.read_regime().plus([measure(rate=25.0)]), "For 25 percent write 0.25"),
    ("a measure below zero", lambda: parley.read_regime().plus([measure(rate=-0.5)]), "0 to 10"),
    ("a measure of no share", lambda: parley.read_regime().plus([measure(share_least=-3.0)]), "share_least"),
    ("a misspelt legal authority", lambda: diff(parley.read_regime(), *MAY, programmes=["s3O1"]), "s301"),
    ("an actor that nobody knows", lambda: Ledger(()).of("abc"), "no actor 'abc'"),
    ("no day at all", lambda: measure().at(np.array([]), DAY), "a ndarray is not a day"),
]  # fmt: skip


def test_what_passed_silently_or_bare_is_refused_with_what_was_found() -> None:
    def check(row: Row) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(ParleyError) as told:
                row[1]()
        assert row[2] in str(told.value)

    each(ROWS, check, name=lambda row: row[0])


@pytest.mark.slow
def test_a_comparison_of_no_lines_is_refused() -> None:
    with pytest.raises(parley.InputError, match="no line starts with ZZZ"):
        diff(parley.read_regime(), *MAY, products=["ZZZ"])


def test_a_measure_that_may_be_a_percentage_is_told() -> None:
    with pytest.warns(RateWarning, match="for 7 percent write 0.07"):
        parley.read_regime().plus([measure(rate=7.0)])


@pytest.mark.parametrize("value", ["x\x01", "\ud800", "x" * 40_000])
def test_a_sheet_holds_a_text_whole_or_not_at_all(value: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(parley.InputError, match="to_excel"):
        parley.table([{"a": value}]).to_excel(tmp_path / "a.xlsx")
    assert not [*tmp_path.iterdir()]
    with pytest.raises(parley.InputError, match="17,000 columns"):
        parley.table([{f"c{k}": 1 for k in range(17_000)}]).to_excel(tmp_path / "a.xlsx")


def test_no_digit_of_a_whole_number_is_lost_in_a_sheet(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    numbers = [7, 2**53, 2**53 + 1, -(10**20), 10**400]
    path = parley.table([{"a": number} for number in numbers]).to_excel(tmp_path / "a.xlsx")
    cells = [row[0].value for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    assert cells == [7, 2**53, str(2**53 + 1), str(-(10**20)), str(10**400)]
