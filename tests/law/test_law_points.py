"""The reference law: 80 (product, origin, destination, day, knowledge day), composed by hand from the acts."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from parley.law.regime import Regime, read_regime

TOLERANCE = 1e-9  # percentage points: both sides are sums of a few decimal rates, so only rounding in floats remains


def _points() -> list[dict[str, str]]:
    """The rows of the reference, or none where shared data is absent (the test below then skips with that reason)."""
    home = Path(os.environ.get("PARLEY_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    path = home / "reference" / "law_points.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def regime() -> Regime:
    return read_regime()


def _name(row: dict[str, str]) -> str:
    known = f"-known-{row['known']}" if row["known"] else ""
    return f"{row['hts']}-{row['origin']}-{row['destination']}-{row['date']}{known}-{row['conditions']}"


def test_the_reference_is_there(shared_data: Path) -> None:
    """80 rows, so that no row can go missing unseen; skips, with its reason, where shared data is absent."""
    assert len(_points()) == 80
    assert shared_data.exists()


@pytest.mark.parametrize("row", _points(), ids=_name)
def test_point(row: dict[str, str], regime: Regime) -> None:
    claims = dict(pair.split("=") for pair in row["conditions"].split(";") if pair)
    found = regime.explain(row["hts"], row["origin"], row["destination"], row["date"], row["known"] or None, claims)
    value = getattr(found, row["compare"])
    assert value is not None, found.reason
    assert 100 * value == pytest.approx(float(row["expected_pct"]), abs=TOLERANCE), found.by_programme()
