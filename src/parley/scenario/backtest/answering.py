"""`trade backtest`: the model, and rules without one, held against what happened, window by window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import get_args

from parley.codes import day
from parley.errors import unknown_name
from parley.law.law_package import law_in_use
from parley.scenario.backtest.answers import BacktestAnswer, CellRow, Level, NotScoredWindow, ScoreRow, WindowRow
from parley.scenario.backtest.cells import has_cells, values_of
from parley.scenario.backtest.held import cell_rows, score_rows
from parley.scenario.backtest.lines import month_rows, not_tariffs
from parley.scenario.backtest.own_months import Own, read_own
from parley.scenario.backtest.predicted import PARTIES, Predicted, predicted, scenario_of
from parley.scenario.backtest.trade import LEAST, Trade, trade_of
from parley.scenario.backtest.windows import Window, later_windows, published, windows_asked, with_own
from parley.scenario.baseline import world_of
from parley.scenario.questions import Backtest
from parley.scenario.scenario import EffectsReading
from parley.trade.models import models
from parley.world.elasticity import HORIZONS, covers, every_set, horizon_of, read_set

RULE = (
    "value before duty by partner and sector: the model's ratio of new to old times the value of the same months of the earlier year; "
    "logs of new over old, weighted by that value"
)
LIMITS = [
    "the model has no time in it: long-run sets say where trade comes to rest, and months of one year are early for that",
    "at the horizon of a year each cell answers its own duty alone: nothing is diverted to other sellers",
    "total demand of the year is not predicted: rmse_common and the rule common_factor say what knowing it would bring",
    "own_trend carries the growth of one year on, no more: earlier years are not packaged",
    "common_factor is taken from the outcome itself: no forecast",
    "the laws of the United States, China and Canada move; Canada's duties on US cars do not, for their rates are not in our sources",
    "answers of others to the duties of 2018 have no rates in the package and do not move",
    "a window has the law of one day, so days of higher or lower duties within it do not count",
    "goods of an old contract and goods loaded before a duty are in the months all the same",
    "NAICS and the dataset's sectors are joined by name and content, not good by good",
]
Said = Callable[[str], None]


LEVELS: tuple[Level, ...] = ("partner", "sector", "exports_partner", "exports_sector")


@dataclass(frozen=True)
class Made:
    """What the windows brought, one after another."""

    scores: list[ScoreRow] = field(default_factory=list)
    rows: list[CellRow] = field(default_factory=list)
    not_scored: list[NotScoredWindow] = field(default_factory=list)
    residuals: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What a backtest is asked: windows, readings, sets (the first is the default), model, day of knowledge; cells: also both at once."""

    windows: tuple[Window, ...]
    readings: tuple[EffectsReading, ...]
    sets: tuple[str, ...]
    model: str
    known: date | None
    cells: bool


def backtest(
    windows: Sequence[str] = (),
    *,
    readings: Sequence[str] = (),
    elasticities: Sequence[str] = (),
    horizons: Sequence[str] = (),
    model: str = "armington",
    known: str | None = None,
    months: Path | str | Sequence[Path | str] = (),
    rejects: Path | None = None,
    cells: bool = False,
    say: Said | None = None,
    sign: str = "",
) -> BacktestAnswer:
    """Predicted and actual US imports and exports. windows: names, or FIRST/LAST@DAY; none: the packaged ones.

    readings: statutory, paid; none: both. elasticities: sets; none: all published, of the horizons named or of all. months: a
    user's files; rejects: for their faults.
    known: later months are hidden, and the law is that known on the day. cells: rows by partner and sector too.

    Examples
    --------
    >>> from parley.scenario.backtest.answering import backtest
    >>> backtest(["2025-11"], known="2025-12-01")["not_scored"][0]["reason"]
    '2025-11 counts as published on 2026-01-14, after 2025-12-01'
    """
    own = read_own(months, rejects, sign) if months else Own([], 0, 0)
    later = () if windows else later_windows(row.month for row in own.rows)
    asked = _asked(windows, readings, elasticities, horizons, model, known, cells, sign)
    asked = replace(asked, windows=(*(with_own(w, own.rows) for w in asked.windows), *later))
    trade = trade_of(own.rows)
    made = Made()
    for window in asked.windows:
        _window(asked, window, trade, made, say)
    done = {row["window"] for row in made.scores}
    scored = [w for w in asked.windows if w.name in done]
    shown = [m for m in trade.months if not asked.known or published(m) <= asked.known]
    return {
        "windows": [_window_row(w) for w in scored],
        "not_scored": made.not_scored,
        "scores": made.scores,
        "rows": made.rows,
        "not_tariffs": [row for w in scored for row in not_tariffs(w, trade)],
        "months": month_rows(trade, shown),
        "readings": list(asked.readings),
        "elasticities": list(asked.sets),
        "model": asked.model,
        "world": scenario_of(asked.windows[0], "statutory", model, None).world,
        "parties": list(PARTIES),
        "months_known": [shown[0], shown[-1]] if shown else [],
        "known": asked.known,
        "rule": RULE,
        "limits": list(LIMITS),
        "own_rows": len(own.rows),
        "own_beside": own.beside,
        "rejected": own.rejected,
        "residual": max(made.residuals, default=None),
        "law_version": law_in_use().version,
    }


def backtest_of(asked: Backtest, say: Said | None = None, sign: str = "") -> BacktestAnswer:
    """The answer to a question."""
    return backtest(
        asked.window, readings=asked.reading, elasticities=asked.elasticities, horizons=asked.horizon, model=asked.model, known=asked.known,
        months=asked.months, rejects=asked.rejects, cells=asked.cells, say=say, sign=sign,
    )  # fmt: skip


def _asked(
    windows: Sequence[str],
    readings: Sequence[str],
    elasticities: Sequence[str],
    horizons: Sequence[str],
    model: str,
    known: str | None,
    cells: bool,
    sign: str,
) -> Asked:
    """The question, checked. Raises InputError naming what is allowed."""
    allowed = get_args(EffectsReading)
    chosen = tuple(r for r in allowed if r in readings) or allowed
    wrong = [r for r in readings if r not in allowed]
    if wrong:
        raise unknown_name(f"{sign}reading", "reading", wrong[0], allowed)
    if model not in models():
        raise unknown_name(f"{sign}model", "model", model, models())
    found = windows_asked(windows, sign)
    sectors = world_of(scenario_of(found[0], "statutory", model, None)).sectors
    unknown = [h for h in horizons if h not in HORIZONS]
    if unknown:
        raise unknown_name(f"{sign}horizon", "horizon", unknown[0], HORIZONS)
    held = [
        n
        for n in every_set()
        if (covers(n, sectors) or read_set(n).partial) and (not horizons or horizon_of(n) in horizons)
    ]
    lacking = [name for name in elasticities if name not in held]
    if lacking:
        raise unknown_name(f"{sign}elasticities", "elasticity set", lacking[0], held)
    default = sorted(held, key=lambda name: name != "U4")
    return Asked(
        found,
        chosen,
        tuple(elasticities) or tuple(default),
        model,
        day(known, f"{sign}known") if known else None,
        cells,
    )


def _window(asked: Asked, window: Window, trade: Trade, made: Made, say: Said | None) -> None:
    """Puts a window's rows to what was made, or why there are none."""
    values, reason = values_of(window, trade), _hidden(asked, window)
    if values is None:
        lacking = [m for m in (*window.earlier(window.years), *window.months) if m not in trade.months]
        reason = reason or f"no figures of {lacking[0]}: bring them with --months"
    elif not has_cells(window, values):
        reason = reason or f"no partner or sector has {LEAST:,.0f} dollars a month in its months and those before"
    if reason or values is None:
        made.not_scored.append({"window": window.name, "reason": reason or ""})
        return
    if say:
        say(f"window {window.name}, law of {window.law}")
    by_set: dict[tuple[EffectsReading, str], Predicted] = {
        (reading, name): found
        for reading in asked.readings
        for name, found in predicted(window, trade, reading, asked.sets, asked.model, asked.known)
    }
    made.residuals.extend(p.residual for p in by_set.values())
    made.scores.extend(score_rows(window, trade, values, by_set))
    levels: tuple[Level, ...] = (*LEVELS, "partner_sector") if asked.cells else LEVELS
    made.rows.extend(cell_rows(window, trade, values, by_set, levels))


def _hidden(asked: Asked, window: Window) -> str:
    """Why a window is hidden by the information cut-off; empty where it is not."""
    if asked.known is None:
        return ""
    if window.law > asked.known:
        return f"its law is of {window.law}, after {asked.known}"
    late = published(window.last)
    return f"{window.last} counts as published on {late}, after {asked.known}" if late > asked.known else ""


def _window_row(window: Window) -> WindowRow:
    return {
        "window": window.name, "first": window.first, "last": window.last, "law": window.law, "before": window.before,
        "years": window.years, "kind": window.kind, "note": window.note,
    }  # fmt: skip
