"""One window: the model under each reading and set, and the rules, held against what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.scenario.backtest.answers import By, CellRow, Level, ScoreRow
from parley.scenario.backtest.cells import Cells, Group, Values, cells_of
from parley.scenario.backtest.predicted import Predicted
from parley.scenario.backtest.scores import measures
from parley.scenario.backtest.trade import Trade
from parley.scenario.backtest.windows import Window
from parley.scenario.scenario import EffectsReading
from parley.world.elasticity import spans_of

HORIZON = "long_run"  # of every set that names no other: cross-section estimates
GROUPS: tuple[Group, ...] = ("all", "without")
BySet = Mapping[tuple[EffectsReading, str], Predicted]


def score_rows(window: Window, trade: Trade, values: Mapping[str, Values], made: BySet) -> Iterator[ScoreRow]:
    """A row for each group, level, reading and set; the rules once, on the cells of the first."""
    for group in GROUPS:
        for n, ((reading, name), found) in enumerate(made.items()):
            for cells, x in cells_of(window, trade, values, found, group).values():
                if not cells.counted.any():
                    continue
                yield _score(window, cells, group, x, "model", (reading, name, HORIZON))
                for by, rule in _rules(cells).items() if n == 0 else ():
                    yield _score(window, cells, group, rule, by, (None, None, None))


def _rules(cells: Cells) -> dict[By, Float[ndarray, " c"]]:
    """What needs no model: no change, the own growth carried on, one factor for all."""
    same, kept = np.zeros_like(cells.base), cells.counted
    common = np.log(cells.actual[kept].sum() / cells.base[kept].sum())
    return {"no_change": same, "own_trend": cells.trend, "common_factor": same + common}


def _score(
    window: Window,
    cells: Cells,
    group: Group,
    x: Float[ndarray, " c"],
    by: By,
    how: tuple[str | None, str | None, str | None],
) -> ScoreRow:
    kept = cells.counted
    base, actual, x = cells.base[kept], cells.actual[kept], x[kept]
    return {
        "window": window.name, "level": cells.level, "group": group, "by": by, "reading": how[0], "elasticities": how[1],
        "horizon": how[2], "cells": int(kept.sum()), "left_out": int((~kept).sum()),
        "predicted_pct": 100 * float(base @ np.exp(x) / base.sum() - 1), "actual_pct": 100 * float(actual.sum() / base.sum() - 1),
        **measures(x, np.log(actual / base), base),
    }  # fmt: skip


def cell_rows(
    window: Window, trade: Trade, values: Mapping[str, Values], made: BySet, levels: Sequence[Level]
) -> Iterator[CellRow]:
    """A row for each level, reading and cell: predicted under the first set, with the range over all."""
    for reading in dict.fromkeys(r for r, _ in made):
        own = {name: found for (r, name), found in made.items() if r == reading}
        by_set = {name: cells_of(window, trade, values, found, "all") for name, found in own.items()}
        spans = f"elasticities: {spans_of(list(own))}" if len(own) > 1 else spans_of(list(own))
        for level in levels:
            cells, first = next(iter(by_set.values()))[level]
            x = np.stack([found[level][1] for found in by_set.values()])
            yield from _rows(window, cells, reading, spans, first, x)


def _rows(
    window: Window, cells: Cells, reading: str, spans: str, first: Float[ndarray, " c"], x: Float[ndarray, "e c"]
) -> Iterator[CellRow]:
    low, high = _pct(x.min(axis=0)), _pct(x.max(axis=0))
    for c, (partner, sector, name) in enumerate(cells.names):
        base, actual, known = float(cells.base[c]), float(cells.actual[c]), bool(cells.counted[c])
        yield {
            "window": window.name, "level": cells.level, "partner": partner, "sector": sector, "name": name, "reading": reading,
            "base_usd": base, "actual_usd": actual, "actual_pct": 100 * (actual / base - 1) if base else None,
            "predicted_pct": float(_pct(first)[c]) if known else None, "low_pct": float(low[c]) if known else None,
            "high_pct": float(high[c]) if known else None, "spans": spans,
            "own_trend_pct": float(_pct(cells.trend)[c]) if base else None, "counted": known,
        }  # fmt: skip


def _pct(x: Float[ndarray, " c"]) -> Float[ndarray, " c"]:
    return 100 * np.expm1(x)
