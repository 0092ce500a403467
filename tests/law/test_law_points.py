"""The reference law: 80 (product, origin, destination, day, knowledge day), composed by hand from the acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from left_out import SHARED
from parley.law.regime import Regime
from tables import read_rows

TOLERANCE = 1e-9  # percentage points: both sides are sums of a few decimal rates, so only rounding in floats remains
COUNT = 80


def _points() -> list[dict[str, str]]:
    """The rows of the reference; as many without a word where shared data is absent, so that what is left out is counted."""
    path = SHARED / "reference" / "law_points.csv"
    return read_rows(path) if path.exists() else [{}] * COUNT


def _name(row: dict[str, str]) -> str:
    if not row:
        return "left-out"
    known = f"-known-{row['known']}" if row["known"] else ""
    return f"{row['hts']}-{row['origin']}-{row['destination']}-{row['date']}{known}-{row['conditions']}"


def test_the_reference_is_there(shared_data: Path) -> None:
    """80 rows, so that no row can go missing unseen."""
    assert len(_points()) == COUNT
    assert shared_data.exists()


@pytest.mark.usefixtures("shared_data")
@pytest.mark.parametrize("row", _points(), ids=_name)
def test_point(row: dict[str, str], regime: Regime) -> None:
    claims = dict(pair.split("=") for pair in row["conditions"].split(";") if pair)
    found = regime.explain(row["hts"], row["origin"], row["destination"], row["date"], row["known"] or None, claims)
    value = getattr(found, row["compare"])
    assert value is not None, found.reason
    assert 100 * value == pytest.approx(float(row["expected_pct"]), abs=TOLERANCE), found.by_programme()
