"""The base of a table as conventions have it, before anything is set against it (Regime.spared, Regime.carried)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.law.edition import Edition
from parley.law.products import pays_column_2

ORDINARY = "EUU"  # an origin whose goods pay column 1, and no preference


class Cut(NamedTuple):
    """How the base of a table counts otherwise. spared: less the share of value that was spared it, of every origin.

    carried: of column 1 for all; where it is not ad valorem, the duty that a series carries to it, else nothing (Regime.carried).
    """

    spared: bool
    carried: bool


def columns_asked(origins: Sequence[str], on: date, cut: Cut) -> tuple[str, ...]:
    """Origins whose column of the schedule each origin's goods pay: their own, or column 1 for all."""
    return tuple(ORDINARY if cut.carried and pays_column_2(o, on) else o for o in origins)


def cut_base(
    base: Float[ndarray, "k i"], edition: Edition, origins: Sequence[str], on: date, cut: Cut
) -> Float[ndarray, "k i"]:
    """The bases of an edition's lines as a convention has them."""
    from parley.law.preference_use import kept_of_base
    from parley.law.tracked_lines import carried_base

    if cut.carried:
        base = np.where(np.isnan(base), carried_base(edition.codes, on)[:, None], base)
    return base * kept_of_base(edition.destination, edition.codes, origins) if cut.spared else base
