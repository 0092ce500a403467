"""How the law is read where effects are asked: one word at every door; what is collected in the wedges; the law as written beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from answer_types import assert_is
from parley.errors import ScenarioError
from parley.law.paid.kept import utilisation_of
from parley.scenario.answers import SolveAnswer
from parley.scenario.asked_scenario import scenario_of, scenario_of_brief
from parley.scenario.baseline import Baseline, calibrate, cells_of, schedule_on
from parley.scenario.clocks import in_words, reading_note, scenario_clocks
from parley.scenario.paid import both_wedges, paid_levy, under_statute
from parley.scenario.questions import Brief, Solve
from parley.scenario.scenario import READING, parse_scenario, read_scenario
from parley.scenario.trade import solve_scenario


def test_the_default_is_one_constant_and_a_pinned_release_is_read_as_written() -> None:
    shipped = read_scenario()
    assert (shipped.reading, shipped.read_as) == ("", READING)
    assert shipped.replaced(conventions="2026-11").read_as == "statutory"
    assert shipped.replaced(conventions="2026-11", reading="paid").read_as == "paid"


def test_every_door_takes_the_reading_and_refuses_another_word() -> None:
    assert scenario_of(Solve(reading="paid")).read_as == "paid"
    assert scenario_of_brief(Brief(reading="paid")).read_as == "paid"
    assert scenario_of_brief(Brief(on="2025-11-10", reading="paid")).read_as == "paid"
    assert parse_scenario('on = 2025-05-02\nreading = "paid"\n', "mine.toml").read_as == "paid"
    for refused in (
        lambda: scenario_of(Solve(reading="pad")),
        lambda: parse_scenario('on = 2025-05-02\nreading = "pad"\n', "mine.toml"),
    ):
        with pytest.raises(ScenarioError, match="paid, statutory"):
            refused()


def test_a_day_after_the_last_month_seen_carries_its_claims_and_says_so() -> None:
    month, ahead = utilisation_of(date(2030, 1, 15))
    assert ahead
    assert utilisation_of(month.replace(day=20)) == (month, False)
    note = reading_note("paid", date(2030, 1, 15))
    assert note
    assert f"the last seen, {month:%B %Y}, carried on" in note
    assert "carried on" not in (reading_note("paid", date(2025, 5, 2)) or "")
    told = scenario_clocks(read_scenario().replaced(reading="paid"))
    assert (told["reading"], "Reading: duty paid in USA" in in_words(told)) == ("paid", True)
    assert scenario_clocks(read_scenario().replaced(reading="statutory"))["reading_note"] is None


@pytest.fixture(scope="module")
def paid() -> Baseline:
    return calibrate(read_scenario().replaced(reading="paid", option=()))


@pytest.mark.slow
def test_the_wedges_of_a_scenario_are_what_is_collected(paid: Baseline) -> None:
    """The same cells as the levies of the law as written make at what is paid; China's, whose claims nobody publishes, stay."""
    statute, on = under_statute(paid), paid.scenario.on
    after, law = schedule_on(paid, on), schedule_on(statute, on)
    year, before, new = (paid_levy(statute, x["USA"]) for x in (statute.year, statute.before, law))
    assert np.array_equal(new.rate, after["USA"].rate, equal_nan=True)
    assert np.array_equal(law["CHN"].rate, after["CHN"].rate, equal_nan=True)
    by_hand = replace(statute, year={**statute.year, "USA": year}, before={**statute.before, "USA": before})
    made, wanted = cells_of(paid, paid.before["USA"], after["USA"]), cells_of(by_hand, before, new)
    for name in ("tau_hat", "r_base", "r_new"):
        assert np.array_equal(getattr(made, name), getattr(wanted, name), equal_nan=True)
    found = both_wedges(paid, "USA", on)
    assert np.nanmean(made.r_new) < np.nanmean(cells_of(statute, statute.before["USA"], law["USA"]).r_new)
    assert np.array_equal(found.law.r_new, both_wedges(statute, "USA", on).law.r_new, equal_nan=True)
    assert under_statute(statute) is statute


@pytest.mark.slow
def test_the_law_as_written_stands_beside_the_answer() -> None:
    asked = read_scenario().replaced(reading="paid")
    found = solve_scenario(asked, ranges=False)
    assert_is(found, SolveAnswer)
    alone = solve_scenario(asked.replaced(reading="statutory"), ranges=False)
    assert "statutory" in found
    assert "statutory" in alone
    beside = found["statutory"]
    assert beside
    assert beside["countries"] == alone["countries"]
    assert alone["statutory"] is None
    assert found["countries"]["USA"]["welfare_pct"] > alone["countries"]["USA"]["welfare_pct"]
