"""Any two pages of one kind beside each other: what differs, and nothing else; and charts that write small figures whole."""

from __future__ import annotations

import math
import re

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.errors import InputError
from parley.report.sheet import Column, Sheet
from parley.web import beside_view, pages, rate_view
from parley.web.answer_parts import facts, tables
from parley.web.answer_words import named
from parley.web.ask_view import charts_of, digits_of
from parley.web.reading import read_query
from parley.web.rendering import shown

COLUMNS = (Column("id", "measure"), Column("rate", "rate", "{:.2f}".format, True), Column("why", "why"))


def sheet(*rows: tuple[str, float | None, str]) -> Sheet:
    return Sheet("lines", "Lines", COLUMNS, tuple(dict(zip(("id", "rate", "why"), row, strict=True)) for row in rows))


def test_rows_that_differ_stand_side_by_side_and_no_others() -> None:
    first = sheet(("a", 0.1, "x"), ("b", 0.2, "x"), ("a", 0.5, "x"))
    found = beside_view.differing(first, sheet(("a", 0.1, "x"), ("a", 0.7, "x"), ("c", None, "x")))
    assert found
    assert found.csv().splitlines() == [
        "id,rate A,rate B,rate B-A,why",
        "b,0.2,,,x",
        f"a,0.5,0.7,{0.7 - 0.5},x",
        "c,,,,x",
    ]
    assert found.shown()[0] == ["b", "0.20", "–", "–", "x"]
    other = beside_view.differing(first, sheet(("a", 0.1, "y"), ("b", 0.2, "x"), ("a", 0.5, "x")))
    assert other
    assert other.csv().splitlines() == ["id,why A,why B", "a,x,y"]
    assert beside_view.differing(first, first) is None


def test_rows_of_both_keep_their_order() -> None:
    """Days stay in theirs though each side has days of its own; a last row that sums stays the last."""

    def keys(first: list[str], second: list[str]) -> list[str]:
        sides = [sheet(*((key, k + n, "x") for k, key in enumerate(side))) for n, side in ((0, first), (99, second))]
        found = beside_view.differing(sides[0], sides[1])
        assert found
        return [row["id"] for row in found.rows]

    days = ["2025-02-04", "2025-11-10"], ["2025-02-04", "2025-08-07", "2025-12-01"]
    assert keys(*days) == sorted({*days[0], *days[1]})
    assert keys(*(side[::-1] for side in days)) == sorted({*days[0], *days[1]})[::-1]
    assert keys(["mfn", "a", "total"], ["mfn", "b", "c", "total"]) == ["mfn", "a", "b", "c", "total"]


def test_two_programs_are_one() -> None:
    one, other = (f"import parley\nfrom datetime import date\n\nprint(parley, date, {n})" for n in (1, 2))
    made = beside_view.one_program([one, other])
    assert made == "import parley\nfrom datetime import date\n\nprint(parley, date, 1)\n\nprint(parley, date, 2)"
    compile(made, "made", "exec")


def test_two_rates_are_compared_and_the_form_changes_b() -> None:
    addresses = [f"/rate?product=9503000073&origin={o}&on=2025-05-02" for o in ("CHN", "VNM")]
    pair = [beside_view.address_of(a) for a in addresses]
    kind = pages.QUESTIONS["/rate"]
    views = [rate_view.rate_view(read_query(kind, query)) for _, query in pair]
    asked = pages.compare_view.Compare(first=addresses[0], second=addresses[1])
    view = beside_view.beside(asked, pair, kind, views)
    in_short = {row["name"]: (row["value A"], row["value B"]) for row in view.sheets["facts"].rows}
    assert in_short["rate"] == ("145 %", "10 %")
    text = shown(view)
    fields = dict(re.findall(r'name="b\.(\w+)"[^>]*value="([^"]*)"', text))
    assert (fields["product"], fields["origin"]) == ("9503000073", "VNM")
    sent = beside_view.canonical(
        [("first", addresses[0]), ("b.product", "9503000073"), ("b.origin", "JPN"), ("b.on", "")]
    )
    assert sent == [("first", addresses[0]), ("second", "/rate?product=9503000073&origin=JPN")]
    assert sent
    assert beside_view.canonical(sent) is None
    with pytest.raises(InputError, match="another kind"):
        beside_view.beside(asked, [pair[0], ("/act", "id=x")], kind, views)


@pytest.mark.parametrize("path", [p for p in pages.PAGES if p != "/compare"])
def test_every_page_can_be_compared(path: str) -> None:
    assert pages.maker_at(path, "first") is pages.PAGES[path]
    assert pages.QUESTIONS[path]
    assert beside_view.address_of(path) == (path, "")


def test_a_page_that_is_none_is_named_with_its_nearest() -> None:
    with pytest.raises(InputError, match="/rate"):
        pages.maker_at("/rates", "second")


@pytest.mark.parametrize("largest", [4e-7, 3.1e-4, 0.02, 0.5, 12.0, 0.0])
def test_the_largest_bar_says_its_figure(largest: float) -> None:
    """To two digits that count, in the caption and beside the bar."""
    (made,) = charts_of(tables({"harm": {"USA": {"harm_pct": largest}, "CHN": {"harm_pct": -largest / 2}}})).values()
    text = made.svg(700, "wide").replace("−", "-")
    said = [float(x) for x in re.findall(r"United States: ([+-]?[\d.]+)", text)]
    assert said
    assert all(math.isclose(x, largest, rel_tol=0.05) for x in said)
    assert digits_of(largest) <= 8


def test_a_long_list_is_a_table_and_headings_are_words() -> None:
    found = {"legal": [f"act {k}" for k in range(30)], "few": ["a", "b"]}
    assert [len(sheet.rows) for sheet in tables(found)] == [30]
    assert facts(found) == [("few", "a, b")]
    assert [named(key) for key in ("welfare_pct", "welfare_pct USA", "pct_of_income")] == [
        "welfare, %", "welfare, % United States", "% of income",
    ]  # fmt: skip
