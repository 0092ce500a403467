"""The exact replies of the main scenario: both models, ranges, certificates, and what a reply is worth."""

from __future__ import annotations

import pytest

from parley.scenario.baseline import calibrate, schedule_on
from parley.scenario.replies import exact_replies
from parley.scenario.scenario import read_scenario


@pytest.mark.slow
def test_replies_and_war_of_the_main_scenario_with_and_without_links():
    scenario = read_scenario(None)
    baseline = calibrate(scenario)
    found = exact_replies(baseline, schedule_on(baseline, scenario.on))
    for key in ("without_links", "with_links"):
        played = found[key]
        assert len(played["range"]["war USA rate"]["over"]) >= 2
        assert played["war"]["max_deviation_gain"] < 1e-6
        for row in played["replies"]:
            assert row["max_deviation_gain"] < 1e-6
            assert 0 < row["rate"] < row["rate_now"]  # both levy more than is best for them
            assert row["gain_pct"] > 0
            r = played["range"][f"reply {row['player']} rate"]
            assert r["low"] <= row["rate"] + 1e-9
            assert row["rate"] <= r["high"] + 1e-9


def test_fewer_than_two_parties_have_no_replies():
    scenario = read_scenario(None)
    assert exact_replies(ground_of_one(scenario), None) is None


def ground_of_one(scenario):
    """A baseline of which only the scenario is read."""
    from types import SimpleNamespace

    return SimpleNamespace(scenario=scenario.replaced(parties=("USA",)))
