"""Which lines averages count by a share of metal, and the claims that stand in for what nobody stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
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
    codes: Sequence[str],
    metal: Bool[ndarray, " k"],
    claims: Mapping[str, Value],
) -> tuple[Int[ndarray, " k"], list[dict[str, Value]]]:
    """The claims of content that stand in for a good's own: which of them each line has (0: none), and each of them.

    clocks: the day, and that of knowledge. metal: the lines on which some metal duty stands. A stated share of any metal
    leaves all lines as they are.
    """
    mark, made = np.zeros(len(codes), dtype=np.int64), [{}]
    if by_shares(counted, *clocks) and not any(f"{m}_share" in claims for m in METALS):
        place: dict[tuple[float, ...], int] = {}
        for k in np.flatnonzero(metal).tolist():
            shares = shares_by_line().get(codes[k][:LINE], HALVES if counted == "every day" else None)
            if shares is None or (counted != "shares" and is_wholly_metal(codes[k])):
                continue
            mark[k] = place.setdefault(shares, len(place) + 1)
        made += [{f"{m}_share": s for m, s in zip(METALS, shares, strict=True)} for shares in place]
    return mark, made


def metal_lines(
    rows: Sequence[Measure], masks: Bool[ndarray, "s k"], scope_of: Int[ndarray, " m"]
) -> Bool[ndarray, " k"]:
    """The lines that a row levied on metal content covers."""
    scopes = sorted({int(scope_of[m]) for m, row in enumerate(rows) if row.share in METALS})
    return np.any(masks[scopes], axis=0)
