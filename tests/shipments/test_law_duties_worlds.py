"""Random measure worlds: explained = judged = naive SQL.

A case is one line in one world, rated every way. PARLEY_WORLD_CASES says how many, others in
every run; docs/shipments.md says what a long run found.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law_worlds import WORLDS, check_world
from parley.law.measure import Measure

SEEDS = st.integers(0, 2**32 - 1)
CASES = int(os.environ.get("PARLEY_WORLD_CASES", "4500"))
LINES = 150  # of a world


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(WORLDS)
def test_three_ways_agree(rows: tuple[Measure, ...]) -> None:
    check_world(rows, 7, 40)


@pytest.mark.slow
@settings(max_examples=max(1, CASES // LINES), deadline=None)
@given(WORLDS, SEEDS)
def test_three_ways_agree_on_many_worlds(rows: tuple[Measure, ...], seed: int) -> None:
    check_world(rows, seed, LINES)
