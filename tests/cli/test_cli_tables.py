"""Tables on the screen: as wide as the terminal, codes whole where there is room; a row is a line where no terminal wraps it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from parley.tabular import CODE, print_table

CODES = ["us-ieepa-fentanyl-cn", "2025-05-02", "8517.13.00.00"]
LONG = "Smartphones, computers and semiconductors pay no reciprocal duty; fentanyl duties and Section 301 remain. " * 3
ROWS = [[*CODES, "20", LONG], [*CODES, "-3.5", "short"]]
HEADS = ["measure", "day", "line", "%", "reason"]


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_table(HEADS, ROWS, title="a title", note="a note")
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("columns", [80, 100, 132, 200])
def test_a_table_is_as_wide_as_the_terminal_and_keeps_codes_whole(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = shown(capsys)
    assert columns * 0.9 < max(map(len, lines)) <= columns
    assert all(sum(code in line for line in lines) == len(ROWS) for code in CODES)


def test_in_a_narrow_terminal_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = shown(capsys)
    assert max(map(len, lines)) <= 40
    cells = ["".join(line.split()) for line in lines]
    assert sum(map(len, cells)) >= sum(len("".join(cell.split())) for row in ROWS for cell in row)


def test_in_a_pipe_a_row_is_a_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    print_table(["a"], [["b"]], title=LONG)
    assert LONG.strip() in capsys.readouterr().out, "a title is a line too"
    lines = shown(capsys)
    assert any(LONG.strip() in line and all(code in line for code in CODES) for line in lines)


@pytest.mark.parametrize(
    "text", ["pip install 'parley-trade[web]'", "Value [USD]", "[bold]", "[/closed]", "Chapter :car: 87", "\\[x]"]
)
def test_what_a_cell_holds_is_shown_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets and colons of a user's file are no markup: they were swallowed, or ended the command."""
    print_table(["what", text], [["x", text]], title=text, note=text)
    assert capsys.readouterr().out.count(text) == 4


WORD = st.text("abcdefgh0123.-玩具", min_size=1, max_size=CODE // 2)
CELL = st.lists(WORD, max_size=4).map(" ".join)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(2, 9).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=4)),
    columns=st.integers(60, 160),
)
def test_no_word_is_broken_and_none_is_lost(
    rows: list[list[str]], columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heads too: at 80 columns "exports" was cut in two, and a wide table lost the end of its last column."""
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table(rows[0], rows)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= columns
    shown = Counter(word for line in lines for word in line.split())
    wanted = Counter(word for row in (rows[0], *rows) for cell in row for word in cell.split())
    assert wanted <= shown


def test_where_columns_have_no_room_the_rest_stand_below_behind_the_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    heads = [
        "",
        "welfare %",
        "real wage %",
        "terms of trade %",
        "exports %",
        "imports %",
        "duties, % of GDP",
        "by statute",
        "with links",
    ]
    print_table(heads, [["USA", *[f"{n}.25" for n in range(1, 9)]]])
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(" USA")]
    assert len(rows) > 1
    assert [cell for row in rows for cell in row[1:]] == [f"{n}.25" for n in range(1, 9)]
