"""A clone without shared data says how many tests it leaves out, and why; so does an install without a library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import drawn
from documents import ROOT
from left_out import WHY, sentence, without_library


def test_what_was_left_out_is_counted_and_explained() -> None:
    of_shared, other = SimpleNamespace(keywords={"shared": 1}), SimpleNamespace(keywords={"slow": 1})
    assert sentence([other]) is None
    assert str(sentence([of_shared, other])).startswith("left out: 1 test marked `shared`: ")
    said = str(sentence([of_shared, of_shared]))
    assert "2 tests" in said
    assert WHY in said


def test_the_mark_is_borne_by_those_that_ask_for_shared_data(request: pytest.FixtureRequest) -> None:
    """In this very session: each test that has the fixture, and no other."""
    for item in request.session.items:
        asks = "shared_data" in getattr(item, "fixturenames", ())
        assert ("shared" in item.keywords) == asks, item.nodeid


def collected(name: str) -> pytest.CollectReport:
    """The report of a file of tests that imports a module which is not there."""
    failed = pytest.Module.CollectError("importing")
    failed.__cause__ = ModuleNotFoundError(f"No module named '{name}'", name=name)
    report = pytest.CollectReport("tests/test_it.py", "failed", "an error", [])
    report.call = SimpleNamespace(excinfo=SimpleNamespace(value=failed))
    return report


@pytest.mark.parametrize("name", ["anyio.from_thread", "pyarrow", "duckdb", "starlette.requests"])
def test_a_file_without_its_library_is_skipped_with_the_reason(name: str) -> None:
    report = without_library(collected(name))
    assert report.skipped
    assert f"{name.partition('.')[0]} is not installed: pip install" in str(report.longrepr)


@pytest.mark.parametrize("name", ["parley.no_such", "numpie", "numpy"])
def test_an_import_that_is_wrong_stays_a_failure(name: str) -> None:
    assert without_library(collected(name)).failed


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "workers"), [("none", "0"), ("none", "2"), (".", "0")])
def test_the_summary_of_a_clone(tmp_path: Path, folder: str, workers: str) -> None:
    """With and without workers; silent where the tables are there."""
    asked = [sys.executable, "-m", "pytest", "-n", workers, "tests/house/test_codes.py", "-k", "annex or products"]
    env = os.environ | {"PARLEY_SHARED_DATA": str(tmp_path / folder)}
    done = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert ("left out: 1 test marked" in done.stdout) == (folder == "none"), done.stdout


def test_a_part_of_a_sweep_moves_with_its_seed_and_is_once_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    cases, seen = list(range(20)), set()
    for seed in range(20260101, 20260161):
        monkeypatch.setattr(drawn, "SEED", seed)
        monkeypatch.setattr(drawn, "WHOLE", False)
        part = drawn.drawn(cases, 3)
        assert part == sorted(set(part)) == drawn.drawn(cases, 3)
        assert len(part) == 3
        seen |= {*part}
    assert seen == {*cases}
    assert drawn.drawn(cases, 30) == cases
    monkeypatch.setattr(drawn, "WHOLE", True)
    assert drawn.drawn(cases, 3) == cases
