"""A part of a long sweep, by a seed that moves every day, so that days of CI add up to the whole.

The variable PARLEY_SWEEP holds the seed of a run, a number; `PARLEY_SWEEP=whole` runs every case. A run that failed says which it had.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

Case = TypeVar("Case")
SWEEP = os.environ.setdefault("PARLEY_SWEEP", f"{datetime.now(UTC):%Y%m%d}")  # workers of a run inherit it
WHOLE = SWEEP == "whole"
if not (WHOLE or SWEEP.isdecimal()):
    raise ValueError(f"PARLEY_SWEEP={SWEEP}: allowed are a number, the seed, and whole")
SEED = 1 if WHOLE else int(SWEEP)


def drawn(cases: Sequence[Case], count: int) -> list[Case]:
    """So many of the cases, in their order; all of them in a whole run."""
    if WHOLE or count >= len(cases):
        return list(cases)
    kept = sorted(Random(SEED).sample(range(len(cases)), count))
    return [cases[k] for k in kept]
