"""`parley talks` from the command line, on a small world of the user's own: keys, tables, refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from parley.cli.main import main


@pytest.fixture
def world_file(tmp_path):
    draw = np.random.default_rng(1)
    X = draw.lognormal(size=(3, 3, 2))
    X[np.arange(3), np.arange(3)] *= 8
    path = tmp_path / "small.npz"
    np.savez(
        path, countries=["USA", "CHN", "JPN"], sectors=["A01", "C26"], flows=X, tariffs=0 * X, theta=[4.0, 5.0],
        flows_include_tariff=True,
    )  # fmt: skip
    return str(path)


def answer(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(["talks", *words])
    return stop.value.code, capsys.readouterr()


def test_nash_prints_one_object_with_the_agreed_keys(capsys, world_file):
    code, said = answer(capsys, "nash", "--world", world_file, "--players", "USA,CHN", "--json")
    assert code == 0
    found = json.loads(said.out)
    agreed = {"players", "tariffs", "welfare_pct", "residual", "max_deviation_gain", "starts", "equilibria"}
    assert agreed <= set(found)
    assert set(found["tariffs"]["USA"]) == {"all"}
    assert 0 < found["tariffs"]["USA"]["all"]["all"] < 1
    assert found["max_deviation_gain"] < 1e-6
    assert set(found["welfare_pct"]) == {"USA", "CHN", "JPN"}


def test_rates_are_as_compact_as_the_instrument_allows(capsys, world_file):
    _, said = answer(capsys, "respond", "--world", world_file, "--player", "USA", "--instrument", "full", "--json")
    rates = json.loads(said.out)["tariffs"]["USA"]
    assert {partner: set(by_sector) for partner, by_sector in rates.items()} == {
        "CHN": {"A01", "C26"},
        "JPN": {"A01", "C26"},
    }


def test_the_table_names_its_certificate_and_the_formula_its_limits(capsys, world_file):
    _, said = answer(capsys, "nash", "--world", world_file, "--method", "formula")
    assert "largest gain by deviating" in said.out
    assert "no best replies" in said.out


def test_names_work_where_codes_do(capsys, world_file):
    code, _ = answer(capsys, "respond", "--world", world_file, "--player", "China", "--no-check")
    assert code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--players", "USA,CHM"], "Did you mean CHN"),
        (["--instrument", "unifrom"], "Did you mean uniform"),
        (["--unions", "asean"], "Allowed: eu, none"),
        (["--starts", "middle"], "Allowed: base, high, zero"),
    ],
)
def test_a_bad_word_exits_2_with_one_sentence(capsys, world_file, words, says):
    code, said = answer(capsys, "nash", "--world", world_file, *words)
    assert code == 2
    assert says in said.err
    assert said.out == ""


def test_a_scenario_and_a_world_are_one_too_many(capsys, world_file):
    code, said = answer(capsys, "nash", "some.toml", "--world", world_file)
    assert code == 2
    assert "both a scenario and --world" in said.err
