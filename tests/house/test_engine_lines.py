"""The row engine grows no larger than it is: decisions/0010 says what was aimed at, and why the rest is needed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
from engine_lines import ENGINE, lines, unnamed

MOST = 4_614


def test_the_engine_is_no_larger_than_it_was() -> None:
    found = {name: lines(names) for name, names in ENGINE.items()}
    assert sum(found.values()) <= MOST, found


def test_every_file_of_the_room_is_counted() -> None:
    assert unnamed() == []
