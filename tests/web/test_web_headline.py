"""What the duties of 2 May 2025 do to China: one figure at every door, or two with the reason beside them.

The briefing, the README and the gallery say the median over the published sets. What solves one set first says which, and the
median stands beside it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.report.words import number
from parley.scenario.scenario import read_scenario
from parley.web import solver
from parley.web.rendering import rendered
from parley.web.scenario_view import tiles

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trade() -> Any:
    return solver.trade_ranges(solver.scenario_bytes(read_scenario().replaced(folder=".")), lambda text: None)


def ends(trade: Any, party: str) -> tuple[str, str, str]:
    """Median, lowest and highest as they are written."""
    found = trade["range"][party]["welfare_pct"]
    median, low, high = (number(found[k], 2, sign=True) for k in ("median", "low", "high"))
    return median, low, high


@pytest.mark.parametrize(("party", "name"), [("CHN", "China"), ("USA", "United States")])
def test_what_is_written_from_the_briefing_says_the_median(trade: Any, party: str, name: str) -> None:
    median, low, high = ends(trade, party)
    texts = [ROOT / "README.md", ROOT / "docs" / "gallery.md"]
    said = [
        hit
        for path in texts
        for hit in re.findall(rf"Welfare, median.*?{name} (\S+) \((\S+) … (\S+)\)", path.read_text("utf-8"))
    ]
    assert len(said) >= 3  # the README's chart, and the gallery's with its words
    assert set(said) == {(median, low, high)}


@pytest.mark.parametrize(("party", "name"), [("CHN", "China"), ("USA", "United States")])
def test_the_scenario_page_names_its_set_and_the_median(trade: Any, party: str, name: str) -> None:
    tile = next(t for t in tiles(trade, None) if t["label"] == f"welfare, {name}")
    median, low, high = ends(trade, party)
    assert tile["value"] == f"{number(trade['countries'][party]['welfare_pct'], 2, sign=True)} %"
    assert tile["range"] == f"set {trade['elasticities']}; median {median} ({low} … {high}) over 7 published sets"
    assert tile["range"] in rendered("scenario_tiles.html.j2", tiles=[tile]).replace("\u00a0", " ")


def test_the_command_line_names_its_set_and_the_median(
    trade: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parley.cli.trade import _show

    monkeypatch.setenv("COLUMNS", "240")  # rows of the table are not broken
    _show(trade, ("USA", "CHN"), every=False)
    text = capsys.readouterr().out
    median, low, high = (end.replace("−", "-") for end in ends(trade, "CHN"))
    assert f"elasticities {trade['elasticities']}" in text
    assert re.search(rf"CHN .*{re.escape(median)} \({re.escape(low)} … {re.escape(high)}\)", text)
