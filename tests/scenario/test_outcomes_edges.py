"""A file of decisions of one's own: each thing that is not as it must be is named with its row, and what is left out is filled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.scenario.outcomes import Decision, read_deals, read_decisions, read_decisions_file

ROW = {
    "point": "p1",
    "date": "2025-05-02",
    "decider": "USA",
    "counterpart": "CHN",
    "chosen": "c",
    "kind": "hold",
    "source": "s",
}


def read(tmp_path: Path, *rows: dict[str, str], columns: tuple[str, ...] | None = None) -> tuple[Decision, ...]:
    """What a file of these rows, each with its changes, holds."""
    full = [ROW | row for row in rows]
    names = columns or tuple(dict.fromkeys(name for row in full for name in row))
    path = tmp_path / "own.csv"
    path.write_text("\n".join([",".join(names), *(",".join(row.get(n, "") for n in names) for row in full)]))
    return read_decisions_file(path)


def test_what_is_left_out_is_filled_and_the_law_of_a_day_is_that_of_the_day_that_comes(tmp_path: Path) -> None:
    hold, come, other, back = read(
        tmp_path,
        {},
        {"kind": "come", "day": "2025-05-14", "open": " a | b ", "address": "x y", "option": "o"},
        {
            "kind": "come",
            "day": "2025-05-14",
            "law_on": "2025-05-20",
            "law_known": "2025-05-13",
            "other": "come 2025-05-15",
        },
        {"kind": "back", "day": "2025-05-14", "other": "as chosen"},
    )
    assert (hold.day, hold.law_on, hold.law_known, hold.other, hold.option, hold.addresses) == (
        None,
        None,
        None,
        "hold",
        "",
        (),
    )
    assert (hold.date, hold.decider, hold.counterpart) == (date(2025, 5, 2), "USA", "CHN")
    assert (come.law_on, come.open, come.addresses, come.option) == (date(2025, 5, 14), ("a", "b"), ("x", "y"), "o")
    assert (other.law_on, other.law_known, other.other) == (date(2025, 5, 20), date(2025, 5, 13), "come 2025-05-15")
    assert (back.day, back.law_on, back.other) == (date(2025, 5, 14), None, "as chosen")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{}, {"date": "2025-05-03"}], "row 3: point p1 with another day or pair"),
        ([{}, {"decider": "JPN"}], "row 3: point p1 with another day or pair"),
        ([{}, {"counterpart": "JPN"}], "row 3: point p1 with another day or pair"),
        ([{}, {"chosen": ""}], "row 3: no chosen"),
        ([{"kind": "back"}], "row 2, day: none, and kind is 'back'"),
        ([{"kind": "come"}], "row 2, day: none, and kind is 'come'"),
        ([{"kind": "hald"}], "row 2, kind.*hald"),
        ([{"date": "2.5.2025"}], "row 2, date"),
        ([{"day": "soon"}], "row 2, day"),
        ([{"law_on": "soon"}], "row 2, law_on"),
        ([{"other": "comes"}], "row 2, other: 'comes'"),
        ([{"other": "come soon"}], "row 2, other"),
        ([{"decider": "Nowhere"}], "row 2, decider"),
        ([], "no rows"),
    ],
)
def test_what_is_not_as_it_must_be_is_named_with_its_row(tmp_path: Path, rows: list[dict[str, str]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(tmp_path, *rows, columns=None if rows else tuple(ROW))


def test_a_point_may_be_decided_by_both_sides_and_another_point_on_another_day(tmp_path: Path) -> None:
    both = read(tmp_path, {}, {"decider": "CHN", "counterpart": "USA"}, {"point": "p2", "date": "2025-05-03"})
    assert [d.decider for d in both] == ["USA", "CHN", "USA"]


def test_a_column_that_is_lacking_and_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'source'"):
        read(tmp_path, {}, columns=tuple(ROW)[:-1])
    with pytest.raises(InputError, match="cannot be read"):
        read_decisions_file(tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_bytes(b"point\n\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        read_decisions_file(tmp_path / "bad.csv")


def test_the_packaged_tables_are_whole() -> None:
    read_decisions.cache_clear(), read_deals.cache_clear()
    decisions, deals = read_decisions(), read_deals()
    assert all(d.day for d in decisions if d.kind in ("come", "back"))
    assert all(d.law_on for d in decisions if d.kind == "come")
    assert {d.announced is None for d in deals} == {True, False}
