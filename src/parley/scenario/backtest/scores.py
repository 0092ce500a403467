"""How far a prediction is from what happened: logs of new over old by cell, weighted by the old value."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy import ndarray

from parley.array_types import Float

SAME = 1e-12  # a spread of logs below it is none


class Measures(TypedDict):
    """A prediction x held against what happened, y; both logs of new over old.

    rmse: root mean square of y − x, by value. rmse_common: the same once the mean of y − x is taken out. slope, correlation: of y on
    x, by value. rank: Spearman's, cells alike. signs: share of cells whose direction is right. Null where x does not vary.
    """

    rmse: float
    rmse_common: float
    slope: float | None
    correlation: float | None
    rank: float | None
    signs: float | None


def measures(x: Float[ndarray, " c"], y: Float[ndarray, " c"], weight: Float[ndarray, " c"]) -> Measures:
    """The Measures of cells with a positive weight; of any scale."""
    w = weight / weight.sum()
    gap = y - x
    dx, dy = x - w @ x, y - w @ y
    varies, both = w @ dx**2 > SAME, (w @ dx**2) * (w @ dy**2) > SAME**2
    return {
        "rmse": float(np.sqrt(w @ gap**2)),
        "rmse_common": float(np.sqrt(w @ (gap - w @ gap) ** 2)),
        "slope": float((w @ (dx * dy)) / (w @ dx**2)) if varies else None,
        "correlation": float((w @ (dx * dy)) / np.sqrt((w @ dx**2) * (w @ dy**2))) if both else None,
        "rank": _correlation(ranks(x), ranks(y)) if varies else None,
        "signs": float(np.mean(np.sign(x) == np.sign(y))) if varies else None,
    }


def ranks(values: Float[ndarray, " c"]) -> Float[ndarray, " c"]:
    """The places in order, from 1; equals share their mean place."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[place]


def _correlation(a: Float[ndarray, " c"], b: Float[ndarray, " c"]) -> float | None:
    da, db = a - a.mean(), b - b.mean()
    size = float(np.sqrt((da @ da) * (db @ db)))
    return float(da @ db) / size if size > SAME else None
