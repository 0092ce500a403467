"""docs/reliability.md: what the results say, nothing else; a result that is none is named."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from documents import ROOT

sys.path.insert(0, str(ROOT / "builders"))
from docs_reliability import PAGE, RESULTS, Subject, keep, keep_added, page, subjects  # pyright: ignore

MADE = Subject(
    "Kills, made up", date(2026, 1, 2), "python run.py --size 3", 4_000.0, "Three a|b runs.",
    ["what", "runs", "share"], [["one", 1_200, 0.5], ["two", None, 0.25]], ["`run 7` ended *late*."],
)  # fmt: skip


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.read_text("utf-8") == page(subjects(RESULTS)), "run python builders/docs_reliability.py"


def test_every_result_names_a_command_that_is_there() -> None:
    """And a title, a sentence of what was tried, and figures."""
    for subject in subjects(RESULTS):
        scripts = [word for word in subject.command.split() if word.endswith(".py")]
        assert scripts, subject.title
        assert all((ROOT / script).is_file() for script in scripts), subject.command
        assert subject.rows, subject.title
        assert subject.what.endswith("."), subject.title


def test_a_result_comes_out_as_it_was_kept_and_in_the_order_of_titles(tmp_path: Path) -> None:
    other = msgspec.structs.replace(MADE, title="Another", failures=[])
    keep(MADE, tmp_path / "a.json")
    keep(other, tmp_path / "b.json")
    assert subjects(tmp_path) == [other, MADE]
    made = page([other, MADE])
    for line in (
        "| [Another](#another) | 2026-01-02 | all held |",
        "| [Kills, made up](#kills-made-up) | 2026-01-02 | 1 failure left, named below |",
        "Run on 2026-01-02, 67 minutes:",
        "| what | runs | share |",
        "| --- | ---: | ---: |",
        "| one | 1,200 | 0.5 |",
        "| two |  | 0.25 |",
        r"Three a\|b runs.",
        r"* `run 7` ended \*late\*.",
    ):
        assert line in made.splitlines()


def test_a_run_adds_to_those_before_it(tmp_path: Path) -> None:
    """Its rows in the place of those of the same cases, with what had failed there; all else stays."""
    place, failures = tmp_path / "a.json", ["one 1200: late.", "two: early."]
    keep(msgspec.structs.replace(MADE, failures=failures), place)
    again = msgspec.structs.replace(MADE, command="python run.py", seconds=1.0, failures=["three 3: never."])
    keep_added(msgspec.structs.replace(again, rows=[["one", 1_200, 1.0], ["three", 3, 0.0]]), place, alike=2)
    (found,) = subjects(tmp_path)
    assert found.rows == [["two", None, 0.25], ["one", 1_200, 1.0], ["three", 3, 0.0]]
    assert found.failures == ["two: early.", "three 3: never."]
    assert (found.command, found.seconds) == ("python run.py --size 3\npython run.py", 4_001.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"rows": [["one"]]}, "cells in a row: 1"), ({"days": 1}, "unknown field"), ({"day": "yesterday"}, "Invalid")],
)
def test_a_file_that_is_no_result_is_named(change: dict[str, object], said: str, tmp_path: Path) -> None:
    text = msgspec.json.encode({**msgspec.to_builtins(MADE), **change})
    (tmp_path / "spoilt.json").write_bytes(text)
    with pytest.raises(SystemExit, match=rf"spoilt\.json.*{said}"):
        subjects(tmp_path)
