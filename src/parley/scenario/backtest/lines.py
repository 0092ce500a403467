"""What was not tariffs, as lines of their own: goods that moved for another cause, and each month against a year before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy import ndarray

from parley.array_types import Bool
from parley.law.paid.tables import partner_name
from parley.scenario.backtest.answers import MonthRow, NotTariffsRow
from parley.scenario.backtest.cells import NOT_TARIFFS, OUTSIDE, OUTSIDE_NAME, named_cells, values_of
from parley.scenario.backtest.trade import Trade
from parley.scenario.backtest.windows import Window

FIRST_MONTH = "2025-01"  # of the months that are listed: stockpiling began before the first duty
PARTNERS = ("CHN", "EUU", "CAN", "MEX")


def not_tariffs(window: Window, trade: Trade) -> Iterator[NotTariffsRow]:
    """A window's lines, where all imports are known then and now: what each adds to the growth of all of them."""
    held = values_of(window, trade)
    if held is None or not _known(held["imports"].base, held["imports"].actual):
        return
    base, actual = held["imports"].base, held["imports"].actual
    for what in (*NOT_TARIFFS, OUTSIDE):
        cells = named_cells(trade, what)
        old, new = (float(v[cells].sum()) for v in (base, actual))
        yield {
            "window": window.name, "what": what, "name": _name(what), "base_usd": old, "actual_usd": new,
            "actual_pct": _grown(new, old), "points": 100 * (new - old) / float(base.sum()), "in_sectors": what != OUTSIDE,
        }  # fmt: skip


def _known(*values: ndarray) -> bool:
    return all(bool(np.isfinite(v).all()) for v in values)


def _grown(new: float, old: float) -> float | None:
    return 100 * (new / old - 1) if old else None


def _name(what: str) -> str:
    return NOT_TARIFFS[what][0] if what in NOT_TARIFFS else OUTSIDE_NAME


def month_rows(trade: Trade, months: Sequence[str]) -> list[MonthRow]:
    """Every month from the first of 2025 on against a year before: all goods, the lines, some partners."""
    everything = np.ones(trade.imports.shape[:2], dtype=bool)
    parts = [("all", "all goods", everything), *((w, _name(w), named_cells(trade, w)) for w in (*NOT_TARIFFS, OUTSIDE))]
    rows = np.array(trade.partners)[:, None]
    parts += [(p, partner_name(p), everything & (rows == p)) for p in PARTNERS]
    made = (_month(trade, m, *part) for m in months if m >= FIRST_MONTH for part in parts)
    return [row for row in made if row]


def _month(trade: Trade, month: str, what: str, name: str, cells: Bool[ndarray, "i n"]) -> MonthRow | None:
    earlier = f"{int(month[:4]) - 1}{month[4:]}"
    if earlier not in trade.months:
        return None
    held = [trade.imports[:, :, trade.months.index(m)][cells] for m in (earlier, month)]
    if not _known(*held):
        return None
    old, new = (float(v.sum()) for v in held)
    return {"month": month, "what": what, "name": name, "base_usd": old, "actual_usd": new,
            "actual_pct": _grown(new, old)}  # fmt: skip
