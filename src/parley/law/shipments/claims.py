"""The class of each line's claims: the places of its claims among the cuts of the law."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.compile.claim_classes import METAL_CLAIMS, PREFERENCES, Places, Split
from parley.law.shipments.compile.claimed import factorised
from parley.law.shipments.compile.tables import LawTables
from parley.law.shipments.typed import Lines
from parley.law.stacking import WHOLE


def claim_classes(
    tables: LawTables, lines: Lines, made: Sequence[Split]
) -> tuple[list[Places], Int[ndarray, " n"]] | None:
    """The distinct classes of claims of some lines and the place of each line's; none where no line makes a claim."""
    classes: list[Places] = [()]
    at = np.zeros(len(lines.origin), dtype=np.int64)
    for split in made:
        place = _places(tables, lines, split)
        if place.any():
            keys, at = factorised(at * split.size + place)
            classes = [
                classes[k // split.size] + (((split.name, k % split.size),) if k % split.size else ()) for k in keys
            ]
            at = at.astype(np.int64)
    return None if classes == [()] else (classes, at)


def _places(tables: LawTables, lines: Lines, split: Split) -> Int[ndarray, " n"]:
    """0 where it is not claimed (or the default flag), then 1 + cuts passed. A preference counts for its parties only."""
    if split.kind == "sum":
        shares = [np.nan_to_num(lines.claims[n]) for n in METAL_CLAIMS if n in lines.claims]
        return (sum(shares[1:], start=shares[0]) > WHOLE).astype(np.int64)
    value = lines.claims[split.name]
    if split.kind == "flag":
        claimed = value == (0.0 if CLAIMS[split.name].default else 1.0)
        if split.name in PREFERENCES:
            claimed &= tables.origins.party[PREFERENCES.index(split.name)][lines.origin] >= 0
        return claimed.astype(np.int64)
    place = (~np.isnan(value)).astype(np.int64)
    for cut, above in split.cuts:
        place += value > cut if above else value >= cut
    return place


__all__ = ["claim_classes"]
