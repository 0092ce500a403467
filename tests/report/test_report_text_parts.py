"""Tables on a terminal: where there is no room headings break, and no number is cut."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from parley.report.text_parts import table

HEADERS = ["", "CAN: hold", "CAN: return to 1 January 2025", "CAN: match the 25 % of the United States"]
ROWS = [
    ["USA: hold", "+0.01* / −0.63", "+0.01* / −0.63* ◆", "−0.02* / −0.62"],
    ["USA: match the 3.73 % of Canada", "0.00 / −0.11", "0.00 / −0.10*", "−0.04 / −0.10"],
]


@pytest.mark.parametrize("width", range(80, 130, 6))
def test_figures_stay_whole_at_every_width(width: int) -> None:
    written = io.StringIO()
    shown = Console(width=width, file=written, color_system=None)
    shown.print(table(HEADERS, ROWS))
    lines = written.getvalue().splitlines()
    for row in ROWS:
        assert any(all(figure in line for figure in row[1:]) for line in lines), row
    said = "".join("".join(line.split()) for line in lines)
    assert all(word in said for header in HEADERS for word in header.split())
    assert max(map(len, lines)) <= width
