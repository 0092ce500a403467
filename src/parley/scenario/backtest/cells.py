"""The cells of a window by level: old, new and earlier value, ready to be held against predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float
from parley.frozen import read_only
from parley.law.paid.tables import partner_name
from parley.scenario.backtest.answers import Level
from parley.scenario.backtest.predicted import Predicted
from parley.scenario.backtest.trade import LEAST, Trade
from parley.scenario.backtest.windows import Window

Group = Literal["all", "without"]
Name = tuple[str | None, str | None, str]
Named = dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
NOT_TARIFFS: Named = {  # what: name, partners (none: all), sectors
    "electronics": ("computers and electronics (AI goods)", (), ("electronics",)),
    "gold": ("Swiss metal (gold)", ("CHE",), ("metal",)),
    "medicines": ("European chemicals and medicines", ("EUU",), ("chemicals",)),
}
OUTSIDE = "outside"
OUTSIDE_NAME = "scrap, used goods, goods returned, chapters 98 and 99"


@dataclass(frozen=True, eq=False)
@read_only
class Values:
    """Dollars of a window [i, n] by partner and sector, the last in none: the same months earlier, now, and a year before those."""

    base: Float[ndarray, "i n"]
    actual: Float[ndarray, "i n"]
    prior: Float[ndarray, "i n"]


@dataclass(frozen=True, eq=False)
@read_only
class Cells:
    """The cells of one level: partner, sector and name of each; counted: those in the errors; trend: log of the own growth, carried on."""

    level: Level
    names: tuple[Name, ...]
    base: Float[ndarray, " c"]
    actual: Float[ndarray, " c"]
    trend: Float[ndarray, " c"]
    counted: Bool[ndarray, " c"]


def values_of(window: Window, trade: Trade) -> dict[str, Values] | None:
    """Imports, exports by partner and exports by sector of a window; None where its months or those they are held against lack."""
    held = [trade.places(m) for m in (window.earlier(window.years), window.months, window.earlier(window.years + 1))]
    if held[0] is None or held[1] is None:
        return None
    tables = {"imports": trade.imports, "exports": trade.exports[:, None], "chapters": trade.chapters[:, None]}
    return {name: Values(*(_summed(table, k) for k in held)) for name, table in tables.items()}


def has_cells(window: Window, values: Mapping[str, Values]) -> bool:
    """Whether any partner or sector is large enough, then and before, to be scored."""
    least = LEAST * len(window.months)
    sums = [[np.nan_to_num(part).sum(axis=k) for part in (v.base, v.actual)] for v in values.values() for k in (0, 1)]
    return any(bool(((base >= least) & (actual >= least)).any()) for base, actual in sums)


def _summed(table: Float[ndarray, "i n m"], places: list[int] | None) -> Float[ndarray, "i n"]:
    return np.full(table.shape[:2], np.nan) if places is None else table[:, :, places].sum(axis=2)


def in_group(trade: Trade, group: Group) -> Bool[ndarray, "i n"]:
    """Which import cells a group has: all that are in a sector, or those but for what was not tariffs."""
    made = np.ones((len(trade.partners), len(trade.sectors)), dtype=bool)
    for what in NOT_TARIFFS if group == "without" else ():
        made &= ~named_cells(trade, what)[:, :-1]
    return made


def named_cells(trade: Trade, what: str) -> Bool[ndarray, "i n"]:
    """The import cells of a line of NOT_TARIFFS, or those in no sector."""
    names = [s.sector for s in trade.sectors] + [OUTSIDE]
    _, partners, sectors = NOT_TARIFFS.get(what, ("", (), (OUTSIDE,)))
    rows = np.array([not partners or p in partners for p in trade.partners])
    return rows[:, None] & np.array([s in sectors for s in names])


def cells_of(
    window: Window, trade: Trade, values: Mapping[str, Values], predicted: Predicted, group: Group
) -> dict[Level, tuple[Cells, ndarray]]:
    """Each level's cells with the log of what is predicted; imports alone for another group than all."""
    kept = in_group(trade, group)
    imports, x = values["imports"], predicted.imports
    known = kept & np.isfinite(x) & np.isfinite(imports.base[:, :-1]) & np.isfinite(imports.actual[:, :-1])
    small = [np.where(known, v[:, :-1], 0.0) for v in (imports.base, imports.actual, imports.prior)]
    new = np.where(known, small[0] * np.nan_to_num(x), 0.0)
    partners: list[Name] = [(p, None, partner_name(p)) for p in trade.partners]
    sectors: list[Name] = [(None, s.sector, s.name) for s in trade.sectors]
    both: list[Name] = [(p, s.sector, f"{partner_name(p)}, {s.name}") for p in trade.partners for s in trade.sectors]
    made: dict[Level, tuple[Cells, ndarray]] = {}
    sums: tuple[tuple[Level, Sequence[Name], Callable[[ndarray], ndarray]], ...] = (
        ("partner", partners, lambda a: a.sum(axis=1)), ("sector", sectors, lambda a: a.sum(axis=0)), ("partner_sector", both, np.ravel),
    )  # fmt: skip
    for level, names, summed in sums:
        made[level] = _cells(window, level, names, [summed(a) for a in (*small, new)])
    if group == "all":
        to: list[Name] = [(p, None, partner_name(p)) for p in trade.buyers]
        groups: list[Name] = [(None, s.sector, s.name) for s in trade.groups]
        made["exports_partner"] = _of(window, "exports_partner", to, values["exports"], predicted.exports)
        made["exports_sector"] = _of(window, "exports_sector", groups, values["chapters"], predicted.groups)
    return made


def _of(
    window: Window, level: Level, names: Sequence[Name], held: Values, x: Float[ndarray, " c"]
) -> tuple[Cells, ndarray]:
    base, actual, prior = (np.nan_to_num(v[:, 0]) for v in (held.base, held.actual, held.prior))
    return _cells(window, level, names, [base, actual, prior, base * np.nan_to_num(x)])


def _cells(window: Window, level: Level, names: Sequence[Name], sums: Sequence[ndarray]) -> tuple[Cells, ndarray]:
    base, actual, prior, new = sums
    least = LEAST * len(window.months)
    counted = (base >= least) & (actual >= least) & (new > 0)
    grown = np.where((prior > 0) & (base > 0), window.years * _log(base, prior), 0.0)
    return Cells(level, tuple(names), base, actual, grown, counted), _log(new, base)


def _log(new: Float[ndarray, " c"], old: Float[ndarray, " c"]) -> Float[ndarray, " c"]:
    """log(new/old); 0 where either is nothing."""
    good = (new > 0) & (old > 0)
    return np.log(np.where(good, new, 1.0) / np.where(good, old, 1.0))
