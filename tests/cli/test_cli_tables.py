"""Tables on the screen: as wide as the terminal, codes whole where there is room; a row is a line where no terminal wraps it."""

from __future__ import annotations

import pytest

from parley.tabular import print_table

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
    lines = shown(capsys)
    assert any(LONG.strip() in line and all(code in line for code in CODES) for line in lines)


@pytest.mark.parametrize(
    "text", ["pip install 'parley-trade[web]'", "Value [USD]", "[bold]", "[/closed]", "Chapter :car: 87", "\\[x]"]
)
def test_what_a_cell_holds_is_shown_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets and colons of a user's file are no markup: they were swallowed, or ended the command."""
    print_table(["what", text], [["x", text]], title=text, note=text)
    assert capsys.readouterr().out.count(text) == 4
