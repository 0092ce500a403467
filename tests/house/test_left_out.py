"""A clone without shared data says how many tests it leaves out, and why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from documents import ROOT
from left_out import WHY, sentence


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


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "workers"), [("none", "0"), ("none", "2"), (".", "0")])
def test_the_summary_of_a_clone(tmp_path: Path, folder: str, workers: str) -> None:
    """With and without workers; silent where the tables are there."""
    asked = [sys.executable, "-m", "pytest", "-n", workers, "tests/house/test_codes.py", "-k", "annex or products"]
    env = os.environ | {"PARLEY_SHARED_DATA": str(tmp_path / folder)}
    done = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert ("left out: 1 test marked" in done.stdout) == (folder == "none"), done.stdout
