"""The backtest as files: tables, a workbook, and a chart of predicted against actual imports by partner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import get_type_hints

from parley.json_values import JsonObject
from parley.report.backtest_text import cell_rows, notes
from parley.report.chart import FIRST, GRID, INK, SOFT, Figure, drawn, names, room, theme, values, x_axis
from parley.report.published import published
from parley.report.sheet import Column, Sheet
from parley.report.words import day
from parley.report.workbook import tables_workbook
from parley.scenario.backtest.answers import BacktestAnswer, CellRow, MonthRow, NotTariffsRow, ScoreRow, WindowRow

TABLES: dict[str, tuple[str, type]] = {
    "scores": ("Errors, slopes, ranks and signs", ScoreRow), "rows": ("Predicted and actual", CellRow),
    "not_tariffs": ("What was not tariffs", NotTariffsRow), "months": ("Imports by month against a year before", MonthRow),
}  # fmt: skip
MOST = 16  # partners of the chart: the largest
TITLE = "Predicted and actual US trade"


def sheets(found: BacktestAnswer) -> list[Sheet]:
    """Every table, its columns those of its rows' type."""
    held: Mapping[str, list[Mapping[str, object]]] = {
        "scores": [*found["scores"]], "rows": [*found["rows"]], "not_tariffs": [*found["not_tariffs"]], "months": [*found["months"]],
    }  # fmt: skip
    return [
        Sheet(f"backtest-{name.replace('_', '-')}", caption, tuple(Column(k, k) for k in get_type_hints(kind)), tuple(held[name]))
        for name, (caption, kind) in TABLES.items()
    ]  # fmt: skip


def files(found: BacktestAnswer) -> dict[str, Callable[[], dict[str, str | bytes]]]:
    """By format, what makes its files by name."""
    from parley.json_values import plain
    from parley.report.write import as_json

    return {
        "json": lambda: {"backtest.json": as_json(plain(found))},
        "csv": lambda: {sheet.file: sheet.csv() for sheet in sheets(found)},
        "xlsx": lambda: {"backtest.xlsx": workbook(found)},
        "svg": lambda: {f"backtest-{_safe(w['window'])}.svg": published(figure(found, w)) for w in found["windows"]},
    }  # fmt: skip


def _safe(window: str) -> str:
    return window.replace("/", "-").replace("@", "-law-")


def workbook(found: BacktestAnswer) -> bytes:
    """The tables as an Excel workbook."""
    latest = max((w["law"] for w in found["windows"]), default=date(2025, 1, 1))
    return tables_workbook(TITLE, latest, (("note", text) for text in notes(found)), sheets(found))


def _known(found: BacktestAnswer) -> str:
    return f"on {day(found['known'])}" if found["known"] else "by all that the package holds"


def figure(found: BacktestAnswer, window: WindowRow) -> Figure:
    """The chart of a window with its title, legend, source and credit."""
    title = f"US imports by partner, {window['window']}: predicted and actual change"
    return {
        **drawn(title, lambda width: chart(found, window["window"], width)),
        "name": f"backtest-{_safe(window['window'])}",
        "title": title,
        "when": f"Tariffs in force on {day(window['law'])}, as known {_known(found)}, against those of {day(window['before'])}",
        "keys": [
            {"paint": FIRST, "shape": "ring", "words": "predicted"},
            {"paint": FIRST, "shape": "line", "words": "range over elasticity sets"},
            {"paint": INK, "shape": "box", "words": "actual"},
        ],
        "note": "Customs value before duty against the same months of the earlier year, percent.",
        "source": f"US Census Bureau, imports for consumption; prediction by {found['model']} on {found['world']}",
        "credit": f"parley, law {found['law_version']}",
        "sheet": "backtest-rows",
    }


def chart(found: BacktestAnswer, window: str, width: int) -> JsonObject:
    """Imports by partner in one window: the predicted range as a line, its point as a ring, what happened as a dot (Vega-Lite)."""
    kept = [r for by in cell_rows(found, window) if (r := next(iter(by.values())))["counted"]][:MOST]
    rows = [
        {
            "name": r["name"],
            "actual": r["actual_pct"],
            "predicted": r["predicted_pct"],
            "low": r["low_pct"],
            "high": r["high_pct"],
        }
        for r in kept
    ]
    y, title = names(rows, 13), "change of US imports, percent"

    def layer(mark: JsonObject, start: str, end: str | None = None) -> JsonObject:
        encoding: JsonObject = {"y": y, "x": x_axis(start, title)}
        return {"data": values(rows), "mark": mark, "encoding": encoding | ({"x2": {"field": end}} if end else {})}

    zero: JsonObject = {
        "data": values([{"zero": 0}]),
        "mark": {"type": "rule", "color": SOFT},
        "encoding": {"x": x_axis("zero", title)},
    }
    layers = [
        zero,
        layer({"type": "rule", "strokeWidth": 1, "color": GRID}, "predicted", "actual"),
        layer({"type": "rule", "strokeWidth": 2, "color": FIRST}, "low", "high"),
        layer({"type": "point", "filled": False, "size": 70, "strokeWidth": 2, "color": FIRST}, "predicted"),
        layer({"type": "point", "filled": True, "size": 70, "opacity": 1, "color": INK}, "actual"),
    ]
    return theme({"layer": layers}, width, 26 * len(rows) + 52, room(rows, 13), bottom=46)
