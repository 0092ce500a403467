"""Parts of long sweeps: some cases in the quick suite; and some of a seed that moves every day, so that days of CI add up to the whole.

The variable PARLEY_SWEEP holds the seed of a run, a number; `PARLEY_SWEEP=whole` runs every case. A run that failed says which it had.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

import pytest

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


def thinned(cases: Iterable[Any], every: int, names: int = 1) -> list[Any]:
    """The cases of one rule: each so-manieth in the quick suite, the others in CI alone.

    names: of the parameters; a case of several is a tuple of their values.
    """
    marks = ((), (pytest.mark.slow,))
    return [pytest.param(*(case if names > 1 else (case,)), marks=marks[k % every > 0]) for k, case in enumerate(cases)]
