"""What each rule set adds, gathered to all cells of a table: sums of additions, then totals over the base, then caps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.measure import Measure
from parley.law.stacking import Applied, Stack, rate_as_levied
from parley.legal_authorities import PROGRAMMES


def programme_of(m: Measure) -> str:
    """The programme of a measure."""
    return m.programme


def in_lieu(stacks: Sequence[Stack], where: Int[ndarray, "k i"], base: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """The base of every cell: the rate that its rule set levies in lieu of it, else the schedule's."""
    rates = np.array([np.nan if s.in_lieu is None else s.in_lieu.rate for s in stacks], dtype=float)
    if np.isnan(rates).all():
        return base
    return np.where(np.isnan(rates[where]), base, rates[where])


def gather(
    stacks: Sequence[Stack],
    where: Int[ndarray, "k i"],
    base: Float[ndarray, "k i"],
    name_of: Callable[[Measure], str] = programme_of,
) -> dict[str, Float[ndarray, "k i"]]:
    """The contribution of each programme to every cell: sums of additions, then totals over the base, then caps.

    name_of: what to group by instead, such as the measure's id; not finer than a programme where caps apply.
    """
    made: dict[str, ndarray] = {}
    names = {name_of(a.measure) for s in stacks for a in s.applied}
    for name in sorted(names, key=lambda n: (PROGRAMMES.index(n) if n in PROGRAMMES else -1, n)):
        rows = [[a for a in s.applied if name_of(a.measure) == name] for s in stacks]
        fixed = np.array([sum((_fixed(a) for a in r if a.measure.combine == "add"), 0.0) for r in rows])
        value = fixed[where]
        for combine in ("total", "cap"):
            value = _over_base(value, [[a for a in r if a.measure.combine == combine] for r in rows], where, base)
        made[name] = value
    return made


def _fixed(applied: Applied) -> float:
    rate = rate_as_levied(applied.measure, None)
    return 0.0 if applied.share == 0 else np.nan if rate is None else rate * applied.share


def _over_base(value: ndarray, rows: list[list], where: ndarray, base: ndarray) -> ndarray:
    """Adds the totals or caps of each rule set, which depend on the base of the cell."""
    sets = [r for r, held in enumerate(rows) if held]
    if not sets:
        return value
    before = value.copy()
    for depth in range(max(len(rows[r]) for r in sets)):
        rate, share = np.zeros(len(rows)), np.zeros(len(rows))
        for r in sets:
            if depth < len(rows[r]):
                applied = rows[r][depth]
                known = rate_as_levied(applied.measure, None)
                rate[r], share[r] = np.nan if known is None else known, applied.share
        capped = rows[sets[0]][0].measure.combine == "cap"
        room = rate[where] - base - (before if capped else 0.0)
        step = (np.minimum(0.0, room) if capped else np.maximum(0.0, room)) * share[where]
        has = np.array([depth < len(held) for held in rows])
        value = np.where(has[where], value + step, value)
    return value
