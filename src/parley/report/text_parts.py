"""What every part of the briefing on a terminal is made of: a heading and a tight table."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text


def heading(title: str) -> Text:
    """The heading of a part."""
    return Text(f"\n{title}", style="bold")


def table(headers: list[str], rows: list[list[str]], left: int = 1, wraps: tuple[int, ...] = ()) -> Table:
    """A tight table; the first columns are left-aligned, the rest are numbers; of cells only those in `wraps` may break.

    Headings break at their words where there is no room, and the first column too: a number is never cut.
    """
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    loose = {0, *wraps} if len(headers) > 1 else {*wraps}
    for j, header in enumerate(headers):
        words = max(map(len, header.split()), default=0)
        narrowest = max([words, *(len(row[j]) for row in rows)])
        made.add_column(
            header,
            justify="left" if j < left or j in wraps else "right",
            min_width=None if j in loose else narrowest,
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(cell if j in loose else Text(cell, no_wrap=True) for j, cell in enumerate(row)))
    return made
