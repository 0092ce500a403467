"""A war, a response and a deal say which rates move, on whose goods, and the day of the base that payoffs are measured against."""

from __future__ import annotations

import json

import numpy as np
import pytest

from answer_types import assert_is
from commands import Command
from parley.scenario.game import DealAnswer, OutcomeAnswer
from parley.talks.answers import RatesMoved
from parley.talks.game import nash, respond
from parley.talks.games.bargain import bargain
from parley.trade.solve import balance
from talks_worlds import small_world

run = Command("talks")


def moved(found):
    assert_is(found["rates_move"], RatesMoved)
    return found["rates_move"]


def test_the_rates_that_move_are_the_cells_that_changed():
    world = balance(small_world())
    found = respond(world, "USA", "full", partners=["CHN"], sectors=["S0", "S2"], check=False)
    said = moved(found.as_json())
    assert said == said | {"players": ["USA"], "partners": ["CHN"], "sectors": ["S0", "S2"], "rates": 2}
    assert said["says"].startswith("duties of USA on goods of CHN in sectors S0, S2: one rate per partner and sector")
    n, i, s = np.nonzero(np.abs(found.tariffs - world.t) > 1e-9)
    assert [sorted(set(axis.tolist())) for axis in (n, i, s)] == [[0], [1], [0, 2]]


def test_all_partners_and_sectors_are_called_so():
    found = nash(balance(small_world()), ["USA", "CHN"], check=False).as_json()
    assert "duties of USA, CHN on goods of all partners in all sectors" in moved(found)["says"]
    assert (found["base_day"], found["base"]) == (None, "the rates of the dataset user")


def test_rates_given_in_place_of_the_base_are_not_called_the_base():
    world = balance(small_world())
    found = respond(world, "USA", t=world.t * 2, check=False).as_json()
    assert found["moves"].endswith("all other rates stay as given")


def test_a_day_of_the_base_is_said_in_words_and_as_a_key():
    world = balance(small_world())
    assert nash(world, check=False).as_json("2025-01-01")["base"] == "the tariffs in force on 2025-01-01"
    deal = bargain(world, ["USA", "CHN"], check=False).as_json("2025-01-01")
    assert deal["base_day"] == "2025-01-01"
    assert moved(deal)["partners"] == ["USA", "CHN"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verb", "answer"), [("respond", OutcomeAnswer), ("nash", OutcomeAnswer), ("bargain", DealAnswer)]
)
def test_a_scenarios_base_is_the_law_of_the_day_before(capsys, verb, answer):
    check = ["--no-check"]
    found = json.loads(run(capsys, verb, *check, "--json").out)
    assert (found["base_day"], found["on"]) == ("2025-01-01", "2025-01-01")
    assert found["base"] == "the tariffs in force on 2025-01-01"
    said = run(capsys, verb, *check).out
    assert "rates that move: duties of USA" in said
    assert "base, for payoffs and for all other rates: the tariffs in force on 2025-01-01" in said


@pytest.mark.slow
def test_what_keeps_a_deal_names_its_base_though_the_tariffs_in_force_are_of_another_day(capsys):
    found = json.loads(run(capsys, "sustain", "--json").out)
    assert (found["on"], found["base_day"]) == ("2025-05-02", "2025-01-01")
    assert moved(found)["partners"] == ["CHN", "USA"]


@pytest.mark.slow
def test_the_briefings_replies_say_what_moves_from_the_day_itself():
    from parley.scenario.baseline import calibrate, schedule_on
    from parley.scenario.replies import exact_replies
    from parley.scenario.scenario import read_scenario

    scenario = read_scenario()
    baseline = calibrate(scenario)
    found = exact_replies(baseline, schedule_on(baseline, scenario.on), ranges=False)
    assert found["base_day"] == "2025-05-02"
    assert "In the war, one of each of USA and CHN" in found["moves"]
    assert found["moves"].endswith("stay those in force on 2025-05-02")
    for model in (found["without_links"], found["with_links"]):
        assert model["war"]["verdict"] == "passed"
        assert [row["called"] for row in model["replies"]] == ["best response"] * 2
