"""Random American points against a second computation that shares no code with parley."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

import us_recomputed  # pyright: ignore[reportMissingImports]
from parley.errors import CodeError
from regimes import law_of
from us_recomputed_sources import Sources  # pyright: ignore[reportMissingImports]

POINTS = 2500
TOLERANCE = 1e-6  # percentage points: sums of decimal rates and shares
# Chapters on whose lines programmes meet; seven in ten points are drawn from them.
CROWDED = ("26", "27", "30", "44", "72", "73", "74", "76", "82", "83", "84", "85", "87", "88", "94")
ORIGINS = ("CHN CHN CHN HKG MAC CAN MEX DEU FRA JPN KOR VNM IND BRA CHE GBR TWN THA IDN AUS TUR NOR ISR SGP ZAF BGD CUB LIE "
           "ARG GTM CHL NIC").split()  # fmt: skip
DAYS = [date.fromisoformat(d) for d in (
    "2025-01-15 2025-02-04 2025-03-03 2025-03-04 2025-03-07 2025-03-12 2025-04-03 2025-04-04 2025-04-05 2025-04-08 2025-04-09 "
    "2025-04-10 2025-05-02 2025-05-03 2025-05-13 2025-05-14 2025-06-03 2025-06-04 2025-06-23 2025-06-30 2025-07-09 2025-08-01 "
    "2025-08-06 2025-08-07 2025-08-18 2025-08-27 2025-09-01 2025-09-08 2025-09-16 2025-10-13 2025-10-14 2025-11-01 2025-11-09 "
    "2025-11-10 2025-11-13 2025-11-14 2025-12-20 2026-01-01 2026-02-07 2026-02-19 2026-02-20 2026-02-24 2026-04-05 2026-04-06 "
    "2026-05-01 2026-06-07 2026-06-08 2026-07-22 2026-07-24"
).split()]  # fmt: skip
NOT_COMPARED = ("87163900", "87169030", "87169050")  # chassis of China on 9 November 2025: their own test


@pytest.mark.slow
def test_random_points_are_computed_the_same_twice(shared_data: Path) -> None:
    sources, regime, draw = Sources(shared_data), law_of("USA"), random.Random(20250502)
    lines = sorted(c for c in sources.base[2025] if not c.startswith(NOT_COMPARED))
    crowded = [c for c in lines if c.startswith(CROWDED)]
    compared, wrong = 0, []
    while compared < POINTS:
        code = draw.choice(crowded if draw.random() < 0.7 else lines)
        origin, on = draw.choice(ORIGINS), draw.choice(DAYS)
        expected = us_recomputed.rate(sources, code, origin, on)
        if expected is None:
            continue
        try:
            found = regime.explain(code, origin, "USA", on).rate
        except CodeError:  # the line stands in another edition than that of the day
            continue
        compared += 1
        if found is None or abs(100 * found - expected) > TOLERANCE:
            wrong.append((code, origin, str(on), found, expected))
    assert not wrong
