"""Which lines averages count by a share of metal, and the claims that stand in for what nobody stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.frozen import frozen
from parley.law.entry_claims import Value
from parley.law.measure import Measure
from parley.law.metal_content import END, FIRST, HALVES, LINE, METALS, SIGNED, Counted, is_wholly_metal, shares_by_line


def by_shares(counted: Counted, on: date, known: date | None) -> bool:
    """Whether some goods count by their shares on a day, as known on another: the day of neither proclamation is known before it."""
    began, ended = (known is None or signed <= known for signed in SIGNED)
    within = began and on >= FIRST and not (ended and on >= END)
    return counted in ("shares", "every day", "declared") or (counted == "chapters" and within)


def content_claims(
    counted: Counted,
    clocks: tuple[date, date | None],
    codes: tuple[str, ...],
    metal: Bool[ndarray, " k"],
    claims: Mapping[str, Value],
) -> tuple[Int[ndarray, " k"], list[dict[str, Value]]]:
    """The claims of content that stand in for a good's own: which of them each line has (0: none), and each of them.

    clocks: the day, and that of knowledge. metal: the lines on which some metal duty stands. A stated share of any metal
    leaves all lines as they are.
    """
    mark, made = np.zeros(len(codes), dtype=np.int64), [{}]
    if by_shares(counted, *clocks) and not any(f"{m}_share" in claims for m in METALS):
        place, every = _counted_lines(counted, codes)
        lines = np.flatnonzero(metal & (place > 0))
        found, first, which = np.unique(place[lines], return_index=True, return_inverse=True)
        order = np.argsort(first)  # as the lines come
        mark[lines] = np.argsort(order)[which] + 1
        made += [{f"{m}_share": s for m, s in zip(METALS, every[k - 1], strict=True)} for k in found[order]]
    return mark, made


@lru_cache(16)
def _counted_lines(
    counted: Counted, codes: tuple[str, ...]
) -> tuple[Int[ndarray, " k"], tuple[tuple[float, ...], ...]]:
    """Which shares each line would be counted by (1 and on; 0: none), and each of them."""
    place: dict[tuple[float, ...], int] = {}
    mark = np.zeros(len(codes), dtype=np.int64)
    for k, code in enumerate(codes):
        shares = shares_by_line().get(code[:LINE], HALVES if counted == "every day" else None)
        if shares is not None and (counted == "shares" or not is_wholly_metal(code)):
            mark[k] = place.setdefault(shares, len(place) + 1)
    return frozen(mark), tuple(place)


def metal_lines(
    rows: Sequence[Measure], masks: Bool[ndarray, "s k"], scope_of: Int[ndarray, " m"]
) -> Bool[ndarray, " k"]:
    """The lines that a row levied on metal content covers."""
    scopes = sorted({int(scope_of[m]) for m, row in enumerate(rows) if row.share in METALS})
    return np.any(masks[scopes], axis=0)
