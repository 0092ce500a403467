"""Cases of others: rates that strangers' tests, bug reports and customs state, each recomputed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from parley.law.entry_claims import Value
from parley.law.explain import Explanation
from parley.law.regime import Regime

TOLERANCE = 1e-9  # of a fraction; the cases are decimals of a percent
# Claims of which a case's note says that none existed; they do now.
CLAIMED: dict[str, dict[str, Value]] = {
    "C022": {"commerce_authorised": True},
    "C034": {"agricultural_industrial": True},
}
# Cases that state what the law does not, with what it does, in percent.
WRONG = {
    "C147": (10.0, "the schedule says of 8708.10.30.30 “Of aluminum”: Proclamation 9980 has 10 percent, 25 is steel's"),
}


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "reference/law_cases.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} among the references")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def claims_of(case: dict[str, str]) -> dict[str, Value]:
    """The claims of a case: NAME=VALUE, set off by semicolons."""
    pairs = (part.partition("=") for part in case["claims"].split(";") if part)
    return {name: _value(text) for name, _, text in pairs} | CLAIMED.get(case["id"], {})


def _value(text: str) -> Value:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return float(text)
    except ValueError:
        return text


def stated(found: Explanation, key: str) -> float | None:
    """What a case compares, as a fraction."""
    if key == "rate":
        return found.rate
    if key == "added":
        return found.added_rate
    if key == "a2025":
        return found.added_2025
    if key == "s301_brazil":
        lines = [line.contribution for line in found.lines if "brazil" in line.measure]
        return None if None in lines else sum(x for x in lines if x is not None)
    return found.by_programme().get(key, 0.0)


def test_every_case_comes_out_as_stated(regime: Regime, cases: list[dict[str, str]]) -> None:
    wrong = []
    for case in cases:
        asked = (case["hts"], case["origin"], case["destination"], case["date"], case["known"] or None)
        got = stated(regime.explain(*asked, claims_of(case)), case["compare_key"])
        expected = WRONG[case["id"]][0] if case["id"] in WRONG else float(case["expected_pct"])
        if got is None or abs(got - expected / 100) > TOLERANCE:
            wrong.append((case["id"], *asked, case["claims"], got, expected))
    assert not wrong
    assert len(cases) >= 72


def test_the_case_that_is_wrong_differs_by_its_metal_alone(regime: Regime, shared_data: Path) -> None:
    found = regime.explain("8708.10.30.30", "CHN", "USA", "2021-06-01")
    assert "aluminum" in found.description.lower()
    assert {x.measure for x in found.lines if x.programme == "s232" and x.contribution} == {"us-232-aluminium"}
