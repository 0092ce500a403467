"""A cell of a hundred thousand signs, among headings or in a row, holds no reader up."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from parley.errors import ParleyError
from parley.law.shipments.layouts import pivots
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.table_rows import RESERVED, SOURCE
from parley.law.shipments.layouts.translate import translate

RUNS = ("[", "(", " ", "\u3000", "-", "=_", "1", "0.", "1,", "a ", "- ", "( ", "中", ". ")
LENGTHS = (100, 20_000, 100_000)  # signs; the first only loads what all readers share
MOST = 10  # times as long as for a fifth of the signs: five by their count, 25 by its square


@pytest.mark.slow
@pytest.mark.parametrize("run", RUNS)
def test_a_long_cell_is_read_or_refused_in_time_that_grows_as_its_signs(tmp_path: Path, run: str) -> None:
    _, some, all_ = (_seconds(tmp_path, run * (length // len(run))) for length in LENGTHS)
    assert all_ < MOST * some


def _seconds(tmp_path: Path, long: str) -> float:
    """Processor time for a file with a long text behind each heading and each cell in turn."""
    rows = ["product;origin;entry_date;value", "9503000073;CHN;2025-05-02;100"]
    place, begun = tmp_path / "mine.csv", time.process_time()
    for row, column in ((row, column) for row in range(2) for column in range(4)):
        cells = rows[row].split(";")
        cells[column] += long
        place.write_text("\n".join([*rows[:row], ";".join(cells), *rows[row + 1 :]]), encoding="utf-8")
        with suppress(ParleyError):
            translate([str(place)], FileOptions(), tmp_path)
    return time.process_time() - begun


def test_a_long_heading_is_not_cut_at_each_of_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, measures = list[str](), pivots._measures
    monkeypatch.setattr(pivots, "_measures", lambda text: asked.append(text) or measures(text))
    assert pivots.heads_in(["China Value", "a " * 500]) == 1
    assert 0 < len(asked) < 5


@pytest.mark.parametrize("name", ["product", "origin", *RESERVED, *SOURCE])
def test_long_headings_that_begin_as_other_columns_do_get_names_of_their_own(tmp_path: Path, name: str) -> None:
    place, long = tmp_path / "mine.csv", [name + "[" * n for n in (200, 201)]
    place.write_text(f"product;origin;value;{long[0]};{long[1]}\n9503000073;CHN;100;7;8\n", encoding="utf-8")
    translate([str(place)], FileOptions(on="2025-05-02"), tmp_path)
    made = pq.read_table(tmp_path / "shipments.parquet")
    assert len({n.casefold() for n in made.column_names}) == made.num_columns
    assert {"7", "8"} <= {str(v).removesuffix(".0") for v in made.to_pylist()[0].values()}
