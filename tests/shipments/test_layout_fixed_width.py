"""Texts with columns parted by blanks: every cell where it stands, and no line cut through a word."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.law.shipments.layouts.fixed_width import gaps_of, rows_of_lines
from parley.law.shipments.layouts.raw_files import raw_files

ENTRIES = """\
Entry No     Line  HTS            CO  Entry Date   Entered Value    Duty Paid
XYZ00000015     1  9503.00.00.73  CN  05/02/2025       10,000.00    14,500.00
XYZ00000023     1  9503.00.00.73  VN  05/22/2025          500.00
"""
RULED = """\
                IMPORTS FOR CONSUMPTION, MAY 2025
HTS NUMBER    DESCRIPTION       COUNTRY      CUSTOMS VALUE
------------- ----------------- ------------ -------------
9503.00.00.73 TOYS, OTHER       CHINA             1,000.50
8517.13.00.00 SMARTPHONES       KOREA, SOUTH    200,000.00
                                             -------------
"""


def rows_in(folder: Path, text: str) -> list[list[str]]:
    (folder / "in.txt").write_text(text, "utf-8")
    (raw,) = raw_files(str(folder / "in.txt"))
    assert raw.kind == "fixed"
    return list(raw.rows())


def test_columns_are_what_is_blank_in_all_lines(tmp_path: Path) -> None:
    head, first, last = rows_in(tmp_path, ENTRIES)
    assert head == ["Entry No", "Line", "HTS", "CO", "Entry Date", "Entered Value", "Duty Paid"]
    assert first == ["XYZ00000015", "1", "9503.00.00.73", "CN", "05/02/2025", "10,000.00", "14,500.00"]
    assert last[:6] == ["XYZ00000023", "1", "9503.00.00.73", "VN", "05/22/2025", "500.00"]


def test_a_line_of_rules_tells_the_columns_and_is_no_row(tmp_path: Path) -> None:
    title, head, *rows = rows_in(tmp_path, RULED)
    assert title == ["IMPORTS FOR CONSUMPTION, MAY 2025"]
    assert head == ["HTS NUMBER", "DESCRIPTION", "COUNTRY", "CUSTOMS VALUE"]
    assert rows == [
        ["9503.00.00.73", "TOYS, OTHER", "CHINA", "1,000.50"],
        ["8517.13.00.00", "SMARTPHONES", "KOREA, SOUTH", "200,000.00"],
    ]


@pytest.mark.parametrize(
    "line",
    ["9503000073 a line that lost its columns CN 5", "XYZ1  1  9503.00.00.73 CN  05/02/2025  1,000,000,000.00  1"],
)
def test_a_row_that_runs_over_a_place_between_columns_is_refused(tmp_path: Path, line: str) -> None:
    gaps = gaps_of(ENTRIES)
    with pytest.raises(InputError, match=r"line 4: .* runs over the place between two columns"):
        list(rows_of_lines([*ENTRIES.splitlines(), line], gaps, "in.txt"))


@pytest.mark.parametrize(
    "text",
    ["a,b,c\n1,2,3\n", "HTS;Origin;Value\n9503000073;China;1,5\n", "| HTS         | CO  | Value |\n| 9503000073  | CN  | 5     |\n",
     "HTS\tOrigin\tValue\n9503000073\tCN\t5\n", "product,   origin,   value\n9503000073, CN,       5\n", "one line\nanother\n", ""],
)  # fmt: skip
def test_other_texts_are_cut_at_their_signs(tmp_path: Path, text: str) -> None:
    (tmp_path / "in.txt").write_text(text, "utf-8")
    assert [raw.kind for raw in raw_files(str(tmp_path / "in.txt"))] == ["csv"]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("HTS        OR ENTRY_DAT      VALUE\n---------- -- --------- ----------\n9503000073 CN 02-MAY-25       1000\n"
         "8517130000 VN 02-MAY-25        250\n", ["9503000073", "CN", "02-MAY-25", "1000"]),
        ("          hts origin  entry_date   value\n0  9503000073     CN  2025-05-02  1000.0\n1  8517130000     VN  2025-05-02   250.0\n",
         ["0", "9503000073", "CN", "2025-05-02", "1000.0"]),
        ("商品编码    贸易伙伴    金额\n95030089    美国        1000\n95030010    日本        20\n", ["95030089", "美国", "1000"]),
        ("HTS         GOODS           CO   VALUE\n9503000073  TOYS AND DOLLS  CN    1000\n9503000073  TOYS TOO DULL   CN     250\n",
         ["9503000073", "TOYS AND DOLLS", "CN", "1000"]),
    ],
)  # fmt: skip
def test_columns_a_blank_apart_and_wide_signs(tmp_path: Path, text: str, row: list[str]) -> None:
    assert rows_in(tmp_path, text)[1] == row


@pytest.mark.parametrize("seed", range(6))
def test_any_table_that_is_set_in_columns_is_read_back(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    table = [["HTS Number", "Country of Origin", "Customs Value", "Remark"]]
    for _ in range(draw.randint(2, 9)):
        amount = f"{draw.uniform(1, 1e6):,.2f}"
        table.append([draw.choice(["9503.00.00.73", "8517130000"]), draw.choice(["China", "South Korea", "VN"]), amount,
                      draw.choice(["", "a few words", "x"])])  # fmt: skip
    widths = [max(len(row[k]) for row in table) + draw.randint(2, 4) for k in range(4)]
    right = draw.random() < 0.5
    lines = ["".join(c.rjust(w - 2) + "  " if right and k == 2 else c.ljust(w) for k, (c, w) in enumerate(zip(row, widths, strict=True)))
             for row in table]  # fmt: skip
    assert rows_in(tmp_path, "\n".join(line.rstrip() for line in lines) + "\n") == table
