"""An indicator is one field and a model one file: in a copy of the package each is in every place where the others are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed")

from copied_package import PACKAGE, asked, command, copied_with
from documents import ROOT

SCENARIO = ROOT / "examples" / "us-china-2025-05-02.toml"
FIELD = """    own_test_pct: Annotated[float, Indicator("a test of one row", lambda m: 2 * m.eq.welfare_hat, "own test")]

"""
INDICATOR = """
import json, parley
from docs_registries import table
from parley.trade.indicators import indicators
from parley.web import openapi
from parley.web.scenario_sheets import countries, headlines
schemas = json.loads(openapi.text())["components"]["schemas"]
found = indicators(parley.solve(parley.read_world("oecd-2022")))["own_test_pct"]
row = {h.name: 0.0 for h in headlines()} | {"name": "", "own_test_pct": 3.25}
print(json.dumps({
    "value": float(found[0]),
    "schemas": [n for n, s in schemas.items() if "own_test_pct" in s.get("properties", {})],
    "page": countries({"countries": {"USA": row}}).csv(),
    "columns": [c.key for c in countries({"countries": {"USA": row}}).columns],
    "docs": table("indicators"),
}))
"""
OWN_MODEL = """
from parley.trade.models.armington import Iteration as Iteration
from parley.trade.models.armington import labour_share as labour_share

SAYS = "as armington, for a test"
LINKS = False
PROFITS = False
"""
MODEL = """
import json
from docs_registries import table
from parley.web import openapi, scenario_controls
schema = json.loads(openapi.text())["components"]["schemas"]["Solve"]
print(json.dumps({"api": schema["properties"]["model"]["enum"], "form": scenario_controls.choices()["model"], "docs": table("models")}))
"""


def with_indicator(folder: Path) -> Path:
    """The package with one indicator more."""
    before, mark, after = (PACKAGE / "trade" / "answers.py").read_text("utf-8").partition("\n\nINDICATORS:")
    return copied_with(folder, {"trade/answers.py": before.rstrip() + "\n" + FIELD + mark + after})


@pytest.mark.slow
def test_an_indicator_is_one_field(tmp_path: Path) -> None:
    """Command line, JSON and its definitions, the API document's schema, the scenario page's table, the docs' table."""
    copy = with_indicator(tmp_path)
    found = asked(copy, INDICATOR)
    assert found["value"] == pytest.approx(100, abs=1e-6)
    assert "CountryEffects" in " ".join(found["schemas"])
    assert "own_test_pct" in found["columns"]
    assert "3.25" in found["page"]
    assert "| `own_test_pct` | own test | a test of one row |" in found["docs"]
    solved = json.loads(command(copy, "trade", "solve", str(SCENARIO), "--no-ranges", "--json"))
    usa = solved["countries"]["USA"]
    assert usa["own_test_pct"] == pytest.approx(2 * usa["welfare_pct"] + 100)
    assert solved["definitions"]["own_test_pct"] == "a test of one row"
    assert "own test" in command(copy, "trade", "solve", str(SCENARIO), "--no-ranges")


@pytest.mark.slow
def test_a_model_is_one_file(tmp_path: Path) -> None:
    """Command line and JSON, the API document's choices, the choice on the scenario page, the docs' table."""
    copy = copied_with(tmp_path, {"trade/models/own_test.py": OWN_MODEL})
    found = asked(copy, MODEL)
    assert "own_test" in found["api"]
    assert "own_test" in found["form"]
    assert "| `own_test` | as armington, for a test | no | no |" in found["docs"]
    solved = json.loads(command(copy, "trade", "solve", str(SCENARIO), "--model", "own_test", "--no-ranges", "--json"))
    assert solved["model"] == "own_test"
    plain = json.loads(command(copy, "trade", "solve", str(SCENARIO), "--no-ranges", "--json"))
    assert solved["countries"]["USA"] == plain["countries"]["USA"]
