"""The charts of the briefing, found by walking this folder: each file declares `CHARTS`, one row a chart.

A new chart is a row: it then stands on the page, in its section, without another word elsewhere.
"""

from __future__ import annotations

from importlib import import_module

from parley.modules import names_in
from parley.report.chart import Chart


def charts() -> dict[str, Chart]:
    """Every chart by name. Raises ValueError where two have one name."""
    rows = [chart for name in names_in(__name__) for chart in import_module(f"{__name__}.{name}").CHARTS]
    found = {chart.name: chart for chart in rows}
    if len(found) < len(rows):
        raise ValueError(f"two charts of one name: {sorted(chart.name for chart in rows)}")
    return found
