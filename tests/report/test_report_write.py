"""The files: written whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.report.sheet import cell
from parley.report.write import write, write_brief
from report_answer import answer


@pytest.mark.slow
def test_files_beside_the_page(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    files = write_brief(answer(), out)
    assert [f.name for f in files[:2]] == ["brief.html", "brief.json"]
    assert {"law-added.csv", "trade-countries.csv", "talks-grid.csv", "deadline.csv"} <= {f.name for f in files}
    assert sorted(p.name for p in out.iterdir()) == sorted(f.name for f in files)  # nothing temporary is left
    assert json.loads((out / "brief.json").read_text("utf-8")) == answer()


@pytest.mark.slow
def test_csv_holds_raw_values(tmp_path: Path) -> None:
    write_brief(answer(), tmp_path)
    with (tmp_path / "deadline.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert float(rows["KHM"]["p_star"]) == 0.009
    assert rows["LSO"]["p_star"] == ""  # missing, not nought
    assert all(
        "{" not in path.read_text("utf-8") for path in tmp_path.glob("*.csv")
    )  # numbers and words, no nested values
    assert [*rows] == ["CIV", "KHM", "AGO", "LSO"]  # signs, folds, waits, law only


@pytest.mark.slow
def test_nan_becomes_null(tmp_path: Path) -> None:
    write_brief(answer(extra=float("nan")), tmp_path)
    assert json.loads((tmp_path / "brief.json").read_text("utf-8"))["extra"] is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\x00x", "\nx"])
def test_text_that_a_spreadsheet_would_run_is_escaped(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-0.17, -0.17), (None, ""), (float("nan"), ""), (True, "true"), (["a", "b"], "a; b"), ("plain", "plain")],
)
def test_other_cells_stand_as_they_are(value: object, expected: object) -> None:
    assert cell(value) == expected


def test_a_file_in_the_folders_place_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(InputError, match="taken"):
        write_brief(answer(), tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_path_that_is_a_folder_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "brief.html").mkdir()
    with pytest.raises(InputError, match=r"brief\.html"):
        write(tmp_path / "brief.html", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["brief.html"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = write(tmp_path / "brief.html", "old")

    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(target, "new")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["brief.html"]
