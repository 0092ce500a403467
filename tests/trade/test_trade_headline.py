"""One row of one table puts an indicator first everywhere: sweeps, the briefing's tables and text, and the web."""

from __future__ import annotations

import pytest

from parley.report.sheets_trade import countries, most_affected
from parley.scenario.sweep import Sweep
from parley.trade import answers
from parley.trade.answers import HEADLINES, Headline, changes, headline_names
from parley.trade.indicators import DEFINITIONS
from parley.web import scenario_sheets
from report_answer import answer


def test_every_row_is_an_indicator_with_its_definition() -> None:
    assert set(headline_names()) <= DEFINITIONS.keys()
    assert len(set(headline_names())) == len(HEADLINES)
    for row in HEADLINES:
        assert row.name.endswith("_pct_gdp" if row.share_of else "_pct")


def test_a_new_row_is_a_column_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "HEADLINES", (*HEADLINES, Headline("price_level_pct", "price level")))
    trade = answer()["trade"]
    assert "price level" in {row.label for row in changes()}
    keys = {column.key for sheet in (countries(trade), most_affected(trade, answer())) for column in sheet.columns}
    assert {"price_level_pct", "price_level_pct_range", "price_level_pct_median"} <= keys
    assert "price_level_pct" in {column.key for column in scenario_sheets.countries(trade).columns}
    assert "price_level_pct" in Sweep(title="x").indicators
