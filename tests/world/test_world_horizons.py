"""Horizons of elasticities: whose set, theta from epsilon, and what a year's set gives and refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from answer_types import assert_is
from parley.errors import InputError
from parley.scenario.answers import ResponseAnswer, SolveAnswer
from parley.scenario.asked_scenario import scenario_of
from parley.scenario.baseline import calibrate, schedule_on
from parley.scenario.import_response import imports_hat
from parley.scenario.questions import Solve
from parley.scenario.scenario import read_scenario
from parley.scenario.trade import solve_scenario
from parley.trade.answers import HEADLINES
from parley.world.elasticity import (
    HORIZONS,
    elasticity_sets,
    every_set,
    horizon_of,
    ranged,
    read_elasticities,
    read_set,
    set_of_horizon,
    sets_beside,
)
from parley.world.read import read_world


def test_each_horizon_has_its_sets_and_ranges_are_over_the_long_run_alone():
    assert [set_of_horizon(h) for h in HORIZONS] == ["BLP-year", "BLP-decade", "U4"]
    assert len(elasticity_sets()) == 7
    assert {horizon_of(name) for name in elasticity_sets()} == {"long_run"}
    assert sorted(every_set()) == sorted(name for h in HORIZONS for name in elasticity_sets(h))
    assert horizon_of("user") == "not stated"
    with pytest.raises(InputError, match="long_run"):
        set_of_horizon("longrun")


def test_theta_is_one_less_than_what_imports_before_duty_answer():
    """Shares with duty move by theta; imports before duty by one more, for the duty itself is taken off (docs/method.md)."""
    assert read_set("BLP-decade").epsilon == -2.0
    np.testing.assert_array_equal(read_elasticities("BLP-decade", ("C26", "SERVICES", "Q9")), 1.0)
    assert read_set("BLP-year").partial
    with pytest.raises(InputError, match=r"theta is -0\.24.*no equilibrium, no welfare and no game"):
        read_elasticities("BLP-year", ("C26",))


@pytest.mark.parametrize(
    ("text", "words"), [("epsilon = 2.0", "below zero"), ("epsilon = -2\nevery_sector = 4", "alone")]
)
def test_an_epsilon_that_says_two_things_is_refused(text: str, words: str, tmp_path: Path):
    mine = tmp_path / "mine.toml"
    mine.write_text(f'name = "m"\npaper = "p"\n{text}\n')
    with pytest.raises(InputError, match=words):
        read_set(str(mine))
    mine.write_text('name = "m"\npaper = "p"\nhorizon = "decade"\nepsilon = -3.0\n')
    assert horizon_of(str(mine)) == "decade"
    assert read_elasticities(str(mine), ("C26",))[0] == 2.0


def test_a_horizon_chooses_the_set_and_none_stands_beside_another():
    assert scenario_of(Solve(horizon="decade")).elasticities == "BLP-decade"
    assert scenario_of(Solve(horizon="long_run", elasticities="CP")).elasticities == "CP"
    with pytest.raises(InputError, match="beside the set CP of the long_run"):
        scenario_of(Solve(horizon="year", elasticities="CP"))


@pytest.mark.slow
def test_a_year_gives_import_responses_alone():
    answer = solve_scenario(scenario_of(Solve(horizon="year")))
    assert_is(answer, ResponseAnswer)
    assert answer["horizon"] == "year"
    assert not {row.name for row in HEADLINES} & answer.keys()
    usa = next(row for row in answer["buyers"] if row["buyer"] == "USA")
    china = next(row for row in usa["sellers"] if row["seller"] == "CHN")
    assert -40 < china["imports_pct"] < -20 < usa["imports_pct"] < 0
    assert china["equilibrium_pct"] is None
    alone = solve_scenario(scenario_of(Solve(horizon="year", reading="statutory")))
    assert answer["statutory"] == alone["buyers"]
    assert alone["statutory"] is None
    assert alone["buyers"][0]["imports_pct"] < usa["imports_pct"]  # the law as written asks more than is paid


@pytest.mark.slow
def test_every_cell_answers_by_epsilon_and_a_cell_of_one_rate_exactly():
    """0.76 log points of imports a log point of tariff: the mean over lines lies between that of the least and the most."""
    baseline = calibrate(read_scenario())
    hat = imports_hat(baseline, schedule_on(baseline, baseline.scenario.on), -0.76)
    same = imports_hat(baseline, baseline.before, -0.76)
    usa, chn = baseline.world.index("USA"), baseline.world.index("CHN")
    np.testing.assert_allclose(same, 1, atol=1e-9)
    assert (hat[usa, chn] <= 1 + 1e-12).all()
    assert hat[usa, chn].min() > 2.7**-0.76  # no line's tariff is above 170 percent
    np.testing.assert_allclose(hat[baseline.world.index("DEU")], 1, atol=1e-12)


@pytest.mark.slow
def test_an_answer_names_its_horizon_and_has_one_year_and_closures_beside_it():
    answer = solve_scenario(scenario_of(Solve()))
    assert_is(answer, SolveAnswer)
    assert answer["horizon"] == "long_run"
    usa = answer["over_closures"]["USA"]
    assert usa["low"] <= min(usa["welfare_pct"].values()) <= max(usa["welfare_pct"].values()) <= usa["high"]
    assert usa["largest"] == max(usa["width"], key=usa["width"].__getitem__)
    assert set(usa["width"]) == {"elasticities", "links", "deficits", "capital"}
    assert usa["welfare_pct"]["capital steady_state"] < usa["welfare_pct"]["as asked"]
    buyer = answer["within_year"]["buyers"][0]
    assert abs(buyer["sellers"][0]["imports_pct"]) < abs(buyer["sellers"][0]["equilibrium_pct"])


def test_a_range_spans_the_worlds_own_elasticities_too():
    """A set of one's own answers the question, so the range has it; a packaged one is among its like already."""
    world = read_world("oecd-2022")
    assert set(ranged(world)) == set(sets_beside(world.elasticities, world.sectors))
    own = world.with_theta(np.full(len(world.sectors), 3.0), "mine")
    assert set(ranged(own)) == {*sets_beside("mine", own.sectors), "mine"}
    np.testing.assert_array_equal(ranged(own)["mine"], own.theta)
