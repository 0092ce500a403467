"""The horizon of a scenario: a key of the file, a field in Python and over HTTP, and named by every result."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from parley.errors import InputError, ScenarioError
from parley.scenario.asked_scenario import scenario_of
from parley.scenario.counterfactual import Counterfactual, sets_for, spans
from parley.scenario.import_response import is_partial
from parley.scenario.questions import Solve
from parley.scenario.scenario import Scenario, parse_scenario, read_scenario
from parley.scenario.toml import as_toml
from parley.scenario.trade import solve_scenario
from parley.trade.solve import solve
from parley.web import questions, reading, scenarios
from parley.world.elasticity import horizon_of
from parley.world.read import read_world

SETS = {"year": "BLP-year", "decade": "BLP-decade", "long_run": ""}


def read(text: str) -> Scenario:
    return parse_scenario(f"on = 2025-05-02\n{text}", "mine.toml")


@pytest.mark.parametrize("horizon", SETS)
def test_a_horizon_chooses_the_elasticities_at_every_door(horizon: str):
    of_file = read(f'horizon = "{horizon}"')
    in_python = Scenario(on=date(2025, 5, 2), horizon=horizon)
    over_http = scenarios.scenario_of(reading.read_body(questions.Solve, f'{{"horizon": "{horizon}"}}'.encode()))
    assert {found.elasticities for found in (of_file, in_python, over_http)} == {SETS[horizon]}
    assert is_partial(of_file) == (horizon == "year")
    again = parse_scenario(as_toml(of_file), "again.toml")
    assert (again.horizon, again.elasticities) == (of_file.horizon, of_file.elasticities)


def test_a_set_of_another_horizon_is_refused_and_a_set_of_the_same_one_stands():
    assert read('horizon = "long_run"\nelasticities = "CP"').elasticities == "CP"
    for said in ('horizon = "decade"\nelasticities = "CP"', 'horizon = "long_run"\nelasticities = "BLP-year"'):
        with pytest.raises(ScenarioError, match="one of them"):
            read(said)
    with pytest.raises(ScenarioError, match=r"Did you mean decade\?"):
        read('horizon = "decades"')


@pytest.mark.parametrize(
    "wrong", ['horizon = "forever"', 'reading = "guessed"', 'horizon = "year"\nelasticities = "U4"']
)
def test_a_refusal_names_the_file_and_its_key(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        f'title = "Mine"\non = 2025-05-02\nbefore = 2025-01-01\nparties = ["USA", "CHN"]\n{wrong}\n', "utf-8"
    )
    with pytest.raises(ScenarioError) as error:
        read_scenario(path)
    assert str(path) in error.value.where


def test_what_is_asked_replaces_the_horizon_of_the_file(tmp_path):
    path = tmp_path / "decade.toml"
    path.write_text('on = 2025-05-02\nhorizon = "decade"\n')
    assert scenario_of(Solve(scenario=path)).elasticities == "BLP-decade"
    assert scenario_of(Solve(scenario=path, horizon="long_run")).elasticities == ""
    assert scenario_of(Solve(scenario=path, elasticities="CP")).elasticities == "CP"
    assert scenario_of(Solve(scenario=path, labour_supply=0.0)).horizon == "decade"


def test_a_day_under_that_key_is_the_last_day_of_law_shown():
    """What files said before there were horizons."""
    days = [read(f"{key} = 2025-07-31").until for key in ("horizon", "until")]
    assert days == [Scenario(on=date(2025, 5, 2), horizon="2025-07-31").until] * 2
    assert read("horizon = 2025-07-31").horizon == ""
    assert read_scenario().until == days[0]
    with pytest.raises(ScenarioError, match="until 2025-01-31 is before on"):
        read("horizon = 2025-01-31")


@pytest.mark.parametrize(("elasticities", "over"), [("U4", 7), ("CP", 7), ("BLP-decade", 1)])
def test_a_range_is_over_sets_of_the_horizon_that_is_asked_and_holds_the_answer(elasticities: str, over: int):
    """A decade's answer with long-run sets around it lay outside of its own range."""
    world = read_world("oecd-2022").with_theta(np.full(28, 3.0), elasticities)
    asked = Counterfactual(Scenario(on=date(2025, 5, 2), elasticities=elasticities), world, solve)
    sets = sets_for(asked)
    assert len(sets) == over
    assert elasticities in sets
    assert {horizon_of(name) for name in sets} == {horizon_of(elasticities)}
    assert spans(asked).startswith("lowest to highest" if over > 1 else "one of the elasticity sets alone")


def test_a_world_s_own_elasticities_are_in_its_range(tmp_path):
    np.savez(
        tmp_path / "mine.npz", countries=["A", "B"], sectors=["x"], flows=[[[8.0], [1.0]], [[1.0], [6.0]]],
        tariffs=np.zeros((2, 2, 1)), theta=[9.0], flows_include_tariff=True,
    )  # fmt: skip
    (tmp_path / "rates.csv").write_text("buyer,seller,sector,rate\nA,B,x,0.2\n")
    world, rates = str(tmp_path / "mine.npz"), str(tmp_path / "rates.csv")
    found = solve_scenario(Scenario(on=date(2025, 5, 2), world=world, rates=rates))
    assert "range" in found
    row = found["range"]["A"]["welfare_pct"]
    assert row["low"] <= found["countries"]["A"]["welfare_pct"] <= row["high"]
    assert sorted(row["over"]) == ["U4", "user"]


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ({"wage_floor": 0.9}, "wage_floor 0.9"),
        ({"model": "krugman"}, "model krugman"),
        ({"capital": "steady_state"}, "capital"),
    ],
)
def test_what_no_import_response_can_take_is_refused_within_a_year(closed: dict, words: str):
    with pytest.raises(InputError, match=words):
        solve_scenario(Scenario(on=date(2025, 5, 2), horizon="year", **closed))
    with pytest.raises(InputError, match="import_growth"):
        solve_scenario(Scenario(on=date(2025, 5, 2), horizon="year"), import_growth=2.0)


@pytest.mark.slow
def test_a_set_of_the_user_s_for_a_year_is_answered_as_the_packaged_one_is(tmp_path: Path) -> None:
    """The refusal of an equilibrium sends the user here: a file of the year gives import responses, by its own epsilon."""
    own = tmp_path / "mine.toml"
    own.write_text('name = "mine"\npaper = "x"\nhorizon = "year"\nepsilon = -1.0\n')
    asked = read_scenario().replaced(elasticities=str(own))
    assert is_partial(asked)
    found = solve_scenario(asked.replaced(reading="statutory"))
    assert "buyers" in found
    assert found["epsilon"] == -1
    assert (found["buyers"][0]["imports_pct"] or 0) < 0


def test_a_day_as_horizon_beside_until_is_refused_and_empty_texts_are_written_out() -> None:
    for horizon in ("2025-05-02", '"2025-05-02"'):
        with pytest.raises(
            ScenarioError, match=r"horizon: a day, 2025-05-02, beside until, 2025-07-31.*one of the two"
        ):
            parse_scenario(f"on = 2025-05-02\nuntil = 2025-07-31\nhorizon = {horizon}", "own.toml")
    same = parse_scenario("on = 2025-05-02\nuntil = 2025-07-31\nhorizon = 2025-07-31", "own.toml")
    assert (same.until, same.horizon) == (date(2025, 7, 31), "")
    terms = '[deadline]\non = 2025-07-09\nby = "USA"\nterms = { sign = "it signs", wait = "", punished = "" }\n'
    stated = parse_scenario(f"on = 2025-05-02\n{terms}", "own.toml")
    assert parse_scenario(as_toml(stated), "own.toml") == stated
