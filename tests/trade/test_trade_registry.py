"""An indicator is one row: added in a copy of the package, it stands in the command line, the JSON, the data frame and the API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import parley
from documents import ROOT

PACKAGE = Path(parley.__file__).parent
SCENARIO = str(ROOT / "examples" / "us-china-2025-05-02.toml")
ROW = """    own_test_pct: Annotated[float, Indicator("a test of one row", lambda m: 2 * m.eq.welfare_hat, "own test")]

"""
ASK = """
import json, parley
from parley.trade.indicators import indicators
from parley.web import openapi
from parley.web.scenario_sheets import headlines
schemas = json.loads(openapi.text())["components"]["schemas"]
found = indicators(parley.solve(parley.read_world("oecd-2022")))["own_test_pct"]
named = [n for n, s in schemas.items() if "own_test_pct" in s.get("properties", {})]
print(json.dumps([float(found[0]), named, [h.label for h in headlines()]]))
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The package by links, but for the file of indicators, which has one row more."""
    pytest.importorskip("starlette", reason="the web extra is not installed")
    for path in PACKAGE.iterdir():
        if path.name not in ("trade", "__pycache__"):
            (tmp_path / "parley").mkdir(exist_ok=True)
            (tmp_path / "parley" / path.name).symlink_to(path)
    (tmp_path / "parley" / "trade").mkdir()
    for path in (PACKAGE / "trade").iterdir():
        if path.name not in ("answers.py", "__pycache__"):
            (tmp_path / "parley" / "trade" / path.name).symlink_to(path)
    text = (PACKAGE / "trade" / "answers.py").read_text("utf-8")
    before, mark, after = text.partition("\n\nINDICATORS:")
    (tmp_path / "parley" / "trade" / "answers.py").write_text(before.rstrip() + "\n" + ROW + mark + after, "utf-8")
    return tmp_path


def ran(copied: Path, *words: str) -> str:
    """What a run of the copy prints."""
    given = {**os.environ, "PYTHONPATH": str(copied), "PARLEY_CACHE": str(copied / "cache")}
    made = subprocess.run([sys.executable, *words], env=given, cwd=copied, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-800:]
    return made.stdout


@pytest.mark.slow
def test_one_row_is_enough(copied: Path) -> None:
    value, schemas, labels = json.loads(ran(copied, "-c", ASK))
    assert value == pytest.approx(100, abs=1e-6)
    assert "CountryEffects" in " ".join(schemas)
    assert "own test" in labels
    solved = json.loads(ran(copied, "-m", "parley.cli.main", "trade", "solve", SCENARIO, "--no-ranges", "--json"))
    usa = solved["countries"]["USA"]
    assert usa["own_test_pct"] == pytest.approx(2 * usa["welfare_pct"] + 100)
    assert solved["definitions"]["own_test_pct"] == "a test of one row"
    assert "own test" in ran(copied, "-m", "parley.cli.main", "trade", "solve", SCENARIO, "--no-ranges")
