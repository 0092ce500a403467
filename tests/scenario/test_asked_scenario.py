"""A question about a scenario is one scenario, whichever door it comes through."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.main import get_command

from commands import PARLEY
from parley.errors import InputError
from parley.scenario.asked_scenario import scenario_of, scenario_of_brief, scenario_of_game
from parley.scenario.questions import Brief, Solve, WhatIf
from parley.scenario.scenario import Change, read_scenario
from parley.scenario.toml import as_toml
from parley.web import questions, reading, scenarios

DAY = date(2025, 5, 2)


def test_nothing_asked_is_the_shipped_scenario() -> None:
    assert scenario_of(Solve()) == read_scenario()
    assert scenario_of_brief(Brief()) == read_scenario()
    assert scenarios.scenario_of(reading.asked(WhatIf)) == read_scenario()
    assert scenarios.scenario_of(reading.read_body(questions.Solve, b"{}")) == read_scenario()


def test_both_doors_ask_for_one_scenario() -> None:
    body = {"on": "2025-06-01", "before": "2025-02-01", "drop": ["ieepa_fentanyl@2025-05-03"], "tax_rate": 30.0,
            "set": ["us-ieepa-reciprocal-cn=0.1"], "revenue": "tax_relief", "labour_supply": 0.5}  # fmt: skip
    sent = reading.read_body(questions.Solve, json.dumps(body).encode())
    own = Solve(on="2025-06-01", before="2025-02-01", drop=("ieepa_fentanyl@2025-05-03",), tax_rate=30.0,
                set=("us-ieepa-reciprocal-cn=0.1",), revenue="tax_relief", labour_supply=0.5)  # fmt: skip
    made = scenario_of(own, "--")
    assert scenarios.scenario_of(sent) == made
    assert (made.on, made.before, made.known, made.tax_rate) == (date(2025, 6, 1), date(2025, 2, 1), None, 0.3)
    assert made.change == (
        Change(drop="ieepa_fentanyl", start=date(2025, 5, 3)),
        Change(set="us-ieepa-reciprocal-cn", rate=0.1, start=date(2025, 6, 1)),  # without a day: the scenario's
    )


def test_latest_is_all_that_the_package_holds() -> None:
    assert scenario_of(Solve(known="latest")).known is None
    assert scenario_of(Solve()).known == DAY
    assert scenario_of(Solve(on="2025-05-14")).known is None


def test_a_world_of_ones_own_has_its_own_elasticities() -> None:
    assert scenario_of(Solve(world="mine.npz")).elasticities == ""
    assert scenario_of(Solve(world="mine.npz", elasticities="CP")).elasticities == "CP"


@pytest.mark.parametrize(("words", "where"), [({"drop": ("@2025-05-02",)}, "--drop"), ({"set": ("a=x",)}, "--set"),
                                              ({"before": "soon"}, "--before")])  # fmt: skip
def test_a_refusal_names_the_option(words: dict[str, str], where: str) -> None:
    with pytest.raises(InputError) as raised:
        scenario_of(Solve(**words), "--")
    assert raised.value.where == where


@pytest.mark.parametrize("field", [{"world": "mine.npz"}, {"elasticities": "../mine.toml"}])
def test_a_server_reads_no_file(field: dict[str, str]) -> None:
    with pytest.raises(InputError, match=next(iter(field))):
        scenarios.scenario_of(reading.read_body(questions.Solve, json.dumps(field).encode()))


@pytest.mark.parametrize("name", ["scenario", "add", "rates"])
def test_what_names_a_file_is_no_key_of_the_api(name: str) -> None:
    with pytest.raises(InputError, match=name):
        reading.read_body(questions.Solve, json.dumps({name: "x"}).encode())


@pytest.mark.slow
def test_set_moves_the_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Setting a measure on the command line is the same as setting it in a scenario's file."""
    file = tmp_path / "set.toml"
    change = '[[change]]\nset = "us-ieepa-reciprocal-cn"\nrate = 0.1\nfrom = 2025-05-02\n'
    shipped = as_toml(read_scenario())
    file.write_text(as_toml(read_scenario().replaced(change=())) + "\n" + change, "utf-8")
    assert "[[change]]" not in shipped
    asked = PARLEY.answer(capsys, "trade", "solve", "--no-ranges", "--set", "us-ieepa-reciprocal-cn=0.1")
    filed = PARLEY.answer(capsys, "trade", "solve", str(file), "--no-ranges")
    assert asked["countries"] == filed["countries"]


@pytest.mark.parametrize("query", [
    "", "on=2025-06-01", "drop=ieepa_fentanyl", "set=us-ieepa-reciprocal-cn=0.1&labour_supply=0.5",
    "on=2025-06-01&known=2025-05-20&before=2025-02-01&revenue=wasted&model=caliendo_parro&elasticities=CP&deficits=balanced",
])  # fmt: skip
def test_the_page_says_its_own_question_as_a_command_and_in_python(query: str) -> None:
    from parley.cli.asked import read
    from parley.cli.trade import app
    from parley.web.scenario_view import commands_of, python_of, typed

    asked = reading.read_query(WhatIf, query)
    wanted = scenarios.scenario_of(asked)
    assert scenario_of(typed(asked)) == wanted
    words = shlex.split(commands_of(asked)[0])
    assert words[:3] == ["parley", "trade", "solve"]
    command = get_command(app).commands["solve"]  # type: ignore[attr-defined]
    given = command.make_context("solve", words[3:]).params
    assert scenario_of(read(Solve, given)) == wanted
    found: dict[str, object] = {}
    exec(python_of(asked).rpartition("\n")[0], found)
    assert found["question"] == wanted


@pytest.mark.parametrize("change", [{"set": ("us-ieepa-fentanyl-cn=0.075",)}, {"drop": ("us-ieepa-reciprocal",)}])
def test_a_game_and_a_briefing_of_a_day_find_the_options_of_the_changed_law(change: dict[str, Any]) -> None:
    game = scenario_of_game(SimpleNamespace(on="2025-09-12", **change))
    assert game.option == scenario_of_brief(Brief(on="2025-09-12", **change)).option
    assert game.option != scenario_of_game(SimpleNamespace(on="2025-09-12")).option
    assert game.change == scenario_of_brief(Brief(on="2025-09-12", **change)).change
