"""What every part of the briefing on a terminal is made of: a heading and a tight table."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text


def heading(title: str) -> Text:
    """The heading of a part."""
    return Text(f"\n{title}", style="bold")


def table(headers: list[str], rows: list[list[str]], left: int = 1, wraps: tuple[int, ...] = ()) -> Table:
    """A tight table; the first columns are left-aligned, the rest are numbers; only the columns in `wraps` may break."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for j, header in enumerate(headers):
        widest = max([len(header), *(len(row[j]) for row in rows)])
        made.add_column(
            header,
            justify="left" if j < left or j in wraps else "right",
            no_wrap=j not in wraps,
            min_width=None if j in wraps else widest,
            overflow="fold",
        )
    for row in rows:
        made.add_row(*row)
    return made
