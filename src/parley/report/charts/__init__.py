"""The charts of the briefing, found by walking this folder: each file declares `CHARTS`, one row a chart.

A new chart is a row: it then stands on the page, in its section, without another word elsewhere.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from parley.report.chart import Chart


def charts() -> dict[str, Chart]:
    """Every chart by name. Raises ValueError where two have one name."""
    files = sorted(found.name for found in iter_modules(__path__))
    rows = [chart for name in files for chart in import_module(f"{__name__}.{name}").CHARTS]
    found = {chart.name: chart for chart in rows}
    if len(found) < len(rows):
        raise ValueError(f"two charts of one name: {sorted(chart.name for chart in rows)}")
    return found
