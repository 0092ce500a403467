"""The official declaration: numbers of entries and their check digit, so many a file, whole or not at all, the rest with why."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import outputs
from parley.errors import InputError
from parley.law.refunds import declaration, entry_number
from parley.law.refunds.claims import Question
from parley.law.refunds.declaration import LEFT, declare
from parley.law.refunds.evidence import Held
from parley.law.refunds.ruling import AGES, FLAGS, Declaration, find_ruling
from parley.law.refunds.tally import joined
from regimes import law_of

RULING = find_ruling("us-ruling-2026-02-20", law_of("USA"))
OFFICIAL = RULING.declaration
assert OFFICIAL is not None
QUESTION = Question(RULING, ("p",), Held({}, {}, ()), date(2026, 7, 1), date(2026, 7, 1))


def numbered(n: int) -> str:
    """An entry number of filer XYZ with its check digit, worked out here a second time."""
    ten = [7, 8, 9, *(int(c) for c in f"{n:07d}")]
    total = sum(sum(divmod(2 * d, 10)) if place % 2 == 0 else d for place, d in enumerate(reversed(ten)))
    return f"XYZ{n:07d}{-total % 10}"


def code(age: str, flag: str = "") -> int:
    return FLAGS.index(flag) * len(AGES) + AGES.index(age)


def entries(*rows: tuple[str, int, int]) -> pa.Table:
    """Lines of number, cents and state, joined by number."""
    numbers, cents, states = (list(x) for x in zip(*rows, strict=True))
    n = len(rows)
    table = pa.table({"number": numbers, "cents": cents, "interest": [0] * n, "state_min": states, "state_max": states,
                      "lines": [1] * n, "refused": [int(c < 0) for c in cents], "act_by": pa.nulls(n, pa.date32())})  # fmt: skip
    return joined([table.set_column(1, "cents", pa.array(np.maximum(cents, 0)))]).sort_by("number")


@pytest.mark.parametrize(
    "number", ["XYZ00000015", "XYZ00000023", "XYZ00000031", "XYZ00000049", "ABC12345676", "99999999990"]
)
def test_numbers_with_their_check_digit_pass(number: str) -> None:
    assert entry_number.faults(pa.array([number])).tolist() == [""]


@given(st.integers(0, 9_999_999), st.integers(1, 9))
def test_a_wrong_check_digit_is_found_and_named(n: int, off: int) -> None:
    right = numbered(n)
    wrong = right[:-1] + str((int(right[-1]) + off) % 10)
    first, second = entry_number.faults(pa.array([right, wrong]))
    assert first == ""
    assert f"check digit is not {right[-1]}" in second


def test_numbers_are_read_with_and_without_hyphens_and_written_with_them() -> None:
    bare = entry_number.bare(pa.array(["xyz-0000001-5", " XYZ 0000001 5", "", None, "12345678"]))
    assert bare.to_pylist() == ["XYZ00000015", "XYZ00000015", None, None, "12345678"]
    assert entry_number.hyphened(bare).to_pylist()[0] == "XYZ-0000001-5"
    assert ["form" in f or "no entry" in f for f in entry_number.faults(bare)] == [False, False, True, True, True]
    chunk = pa.array(["", "XYZ00000015", "XYZ00000023", "XYZ00000024"])[1:]  # a slice of a longer column
    assert [bool(f) for f in entry_number.faults(chunk)] == [False, False, True]


def test_what_can_be_filed_is_declared_and_the_rest_says_why(tmp_path: Path) -> None:
    found = declare(
        entries(
            (numbered(1), 1000, code("unliquidated")),
            (numbered(2), 2000, code("liquidated_80")),
            (numbered(2), 500, code("liquidated_80")),
            (numbered(3), 3000, code("liquidated_180")),
            (numbered(4), 0, code("liquidated_80")),
            (numbered(5), 5000, code("final")),
            (numbered(6), 6000, code("liquidated_80", "drawback")),
            (numbered(7), 700, code("liquidated_80")),
            (numbered(7), 700, code("final")),
            ("XYZ00000081", 800, code("unliquidated")),
            ("800", 900, code("unliquidated")),
            (numbered(9), -1, code("unliquidated")),
        ),
        QUESTION, tmp_path / "cape", 3, OFFICIAL,
    )  # fmt: skip
    assert (
        tmp_path / "cape" / "cape-declaration-001.csv"
    ).read_bytes() == b"Entry Number\r\nXYZ-0000001-5\r\nXYZ-0000002-3\r\n"
    assert (found.entries, found.refund, found.left, found.left_refund) == (2, 35.0, 8, 30 + 50 + 60 + 14 + 8 + 9)
    rows = {r["Entry Number"]: r for r in csv.DictReader((tmp_path / "cape" / LEFT).open(newline=""))}
    words = {numbered(3): "a protest keeps the claim alive", numbered(4): "nothing to refund", numbered(5): "liquidation is final",
             numbered(6): "drawback", numbered(7): "disagree", "XYZ00000081": "check digit", "800": "not of the form",
             numbered(9): "no answer"}  # fmt: skip
    for number, why in words.items():
        assert why in rows[str(entry_number.hyphened(pa.array([number]))[0])]["reason"]
    assert (rows[""]["lines"], rows[""]["reason"]) == ("3", "lines with a refund and without an entry number")
    assert rows["XYZ-0000003-1"]["route"] == "protest"


def test_so_many_entries_a_file(tmp_path: Path) -> None:
    assert OFFICIAL.most == 9999
    three = msgspec.structs.replace(OFFICIAL, most=3)
    many = entries(*((numbered(n), 100, code("unliquidated")) for n in range(1, 8)))
    found = declare(many, QUESTION, tmp_path / "cape", 0, three)
    lengths = [len(Path(f).read_text().splitlines()) - 1 for f in found.files]
    assert lengths == [3, 3, 1]
    held = [x for f in found.files for x in Path(f).read_text().splitlines()[1:]]
    assert held == sorted(set(held))
    assert len(held) == 7


def test_a_second_declaration_stands_in_the_place_of_the_first_and_never_beside_it(tmp_path: Path) -> None:
    three = msgspec.structs.replace(OFFICIAL, most=3)
    place = tmp_path / "cape"
    declare(entries(*((numbered(n), 100, code("unliquidated")) for n in range(1, 8))), QUESTION, place, 0, three)
    declaration.check(place, OFFICIAL)  # its own files are no hindrance
    declare(entries((numbered(1), 100, code("unliquidated"))), QUESTION, place, 0, three)
    assert sorted(p.name for p in place.iterdir()) == ["cape-declaration-001.csv", LEFT]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cape"]


def test_what_breaks_off_leaves_the_earlier_declaration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "cape"
    declare(entries((numbered(1), 100, code("unliquidated"))), QUESTION, place, 0, OFFICIAL)
    before = {p.name: p.read_bytes() for p in place.iterdir()}

    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs, "replace", breaks)
    with pytest.raises(InputError, match="No space left"):
        declare(entries((numbered(2), 100, code("unliquidated"))), QUESTION, place, 0, OFFICIAL)
    assert {p.name: p.read_bytes() for p in place.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["cape"]


def test_nothing_to_declare_is_a_folder_with_the_rest_alone(tmp_path: Path) -> None:
    found = declare(None, QUESTION, tmp_path / "cape", 2, OFFICIAL)
    assert (found.files, found.entries, found.left) == ((), 0, 0)
    assert (tmp_path / "cape" / LEFT).exists()


def test_a_folder_of_other_files_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    (tmp_path / "file").write_text("")
    for place, said in (("mine", "letter.txt"), ("file", "no folder"), ("none/cape", "no folder")):
        with pytest.raises(InputError, match=said):
            declaration.check(tmp_path / place, OFFICIAL)
    with pytest.raises(InputError, match="would stand in it"):
        declaration.check(tmp_path / "cape", OFFICIAL, tmp_path / "cape" / "refunds.csv")
    with pytest.raises(InputError, match="no declaration"):
        declaration.check(tmp_path / "cape", None)
    shutil.rmtree(tmp_path / "mine")


def test_before_the_day_on_which_declarations_are_taken_nothing_is_declared(tmp_path: Path) -> None:
    early = replace(QUESTION, on=date(2026, 4, 19))
    found = declare(entries((numbered(1), 100, code("unliquidated"))), early, tmp_path / "cape", 0, OFFICIAL)
    assert found.entries == 0
    assert isinstance(OFFICIAL, Declaration)
    assert date(2026, 4, 20) == OFFICIAL.start
