"""How well a score ranks those who did something above those who did not: the area under the curve, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float

Z = 1.959963984540054  # 95 % of a normal lies within


class Area(NamedTuple):
    """The area, its 95 % interval by DeLong (null where a group has fewer than two), and the size of both groups."""

    area: float | None
    low: float | None
    high: float | None
    did: int
    did_not: int


def area_under_curve(scores: Sequence[float], did: Sequence[bool]) -> Area:
    """P(score of one who did > score of one who did not), ties a half: Mann–Whitney; variance by DeLong et al. (1988).

    A higher score says "rather does". 0.5 is no skill.

    Examples
    --------
    >>> area_under_curve([3.0, 2.0, 1.0], [True, False, False]).area
    1.0
    """
    values, chosen = np.asarray(scores, float), np.asarray(did, bool)
    yes, no = values[chosen], values[~chosen]
    if not len(yes) or not len(no):
        return Area(None, None, None, len(yes), len(no))
    wins = _wins(yes, no)
    area = float(wins.mean())
    if min(wins.shape) < 2:
        return Area(area, None, None, len(yes), len(no))
    spread = Z * float(np.sqrt(wins.mean(axis=1).var(ddof=1) / len(yes) + wins.mean(axis=0).var(ddof=1) / len(no)))
    return Area(area, max(0.0, area - spread), min(1.0, area + spread), len(yes), len(no))


def _wins(yes: Float[ndarray, " m"], no: Float[ndarray, " n"]) -> Float[ndarray, "m n"]:
    """1 where one who did scores higher, 0.5 for a tie."""
    lead = yes[:, None] - no[None]
    return np.where(lead > 0, 1.0, np.where(lead == 0, 0.5, 0.0))
