"""The source distribution holds what its tests need; benchmarks/environments.py reads what pytest says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from documents import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import environments  # pyright: ignore


def test_what_pytest_says_is_read() -> None:
    said = "FAILED tests/a.py::test_b[1] - Error\nERROR tests/c.py\n2 failed, 10 passed, 3 skipped, 1 error in 4s\n"
    found = environments.read_summary(said, "x.log")
    assert found == (10, 3, ["tests/a.py::test_b[1]", "tests/c.py"], "")
    assert environments.read_summary("no module", "x.log").said == "no test ran: see x.log"
    quiet = "....\nFAILED tests/a.py::test_b\n"  # -q -q leaves the counts out
    assert environments.read_summary(quiet, "x.log").failed == ["tests/a.py::test_b"]


@pytest.mark.slow
def test_the_source_distribution_holds_every_file(tmp_path: Path) -> None:
    pytest.importorskip("uv", reason="uv is not installed: pip install '.[dev]'")
    git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if git.returncode:
        pytest.skip("no checkout: a distribution already")
    source = environments.unpacked(tmp_path)
    held = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    missing = {name for name in git.stdout.split() if (ROOT / name).is_file()} - held
    assert missing == set()
