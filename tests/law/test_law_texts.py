"""Points written from legal texts by authors who had not seen the code, each with the clause on which it rests.

Where parley answers otherwise, the point stands in law_texts_disagreements.csv with parley's answer and the act that
decides; such a point must differ by just that, so that neither side can drift unseen.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.law.explain import Explanation
from parley.law.regime import Regime
from tables import each, read_rows

HERE = Path(__file__).parent
FILES = ("law_texts_to_february_2026.csv", "law_texts_from_february_2026.csv")
EXACT = 1e-9  # percentage points: both sides are sums of a few decimal rates


POINTS = [row for name in FILES for row in read_rows(HERE / name)]
OURS = {row["id"]: row for row in read_rows(HERE / "law_texts_disagreements.csv")}


def asked(row: dict[str, str], regime: Regime) -> Explanation:
    claims = dict(pair.strip().split("=") for pair in row["claims"].split(";") if pair.strip())
    claims = {name: value.lower() if value in ("True", "False") else value for name, value in claims.items()}
    return regime.explain(row["hts"], row["origin"], row["destination"], row["on"], row["known"] or None, claims)


def answered(found: Explanation, key: str) -> float | None:
    """Parley's answer to a point: percent; 1 or 0 for a ban; None where the number is given as unknown."""
    if key == "ban":
        return float(bool(found.prohibited))
    if key == "unknown":
        return None if found.rate is None and found.reason else found.rate
    named = {"rate": found.rate, "added": found.added_rate, "base": found.base_rate, "a2025": found.added_2025}
    value = named[key] if key in named else found.by_programme().get(key, 0.0)
    return None if value is None else 100 * value


def test_three_hundred_points_half_of_them_after_february_2026() -> None:
    assert len(POINTS) >= 300
    assert len({row["id"] for row in POINTS}) == len(POINTS)
    assert sum(row["on"] > "2026-02-22" for row in POINTS) >= 150
    assert all(row["clause"] and row["source"] for row in POINTS)


def test_every_disagreement_names_the_act_that_decides() -> None:
    assert OURS.keys() <= {row["id"] for row in POINTS}
    assert all(row["decided_by"] for row in OURS.values())


def _met(row: dict[str, str], regime: Regime) -> None:
    found = asked(row, regime)
    ours = OURS.get(row["id"])
    wanted = ours["ours_pct"] if ours else row["expected_pct"]
    value = answered(found, row["compare_key"])
    if wanted == "":
        assert value is None, found.by_measure()
    else:
        assert value is not None, found.reason
        assert value == pytest.approx(float(wanted), abs=EXACT), (found.by_measure(), row["clause"])
    assert ours is None or ours["ours_pct"] != row["expected_pct"]


def test_every_point(regime: Regime) -> None:
    each(POINTS, lambda row: _met(row, regime), lambda row: f"{row['id']}-{row['hts']}-{row['origin']}-{row['on']}")
