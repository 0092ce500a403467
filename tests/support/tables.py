"""CSV files as tests read them, and tables whose rows are all held to one rule."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

Row = TypeVar("Row")


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows by column name; lines that begin with # are notes."""
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def each(rows: Sequence[Row], check: Callable[[Row], object], name: Callable[[Row], object] = str) -> None:
    """Every row is checked, and the message names each that fails. A row costs no test of its own.

    For tables of many rows that take microseconds; pytest spends two milliseconds on a test.
    """
    assert rows, "a table without a row"
    wrong = []
    for row in rows:
        try:
            check(row)
        except AssertionError as error:
            wrong.append(f"{name(row)}: {error}")
        except Exception as error:
            error.add_note(f"in the row {name(row)}")
            raise
    assert not wrong, "\n".join([f"{len(wrong)} of {len(rows)} rows fail", *wrong])
