"""`parley talks` from the command line, on a small world of the user's own: keys, tables, refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from commands import Command
from drawn import thinned


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


run = Command("talks")


def test_nash_prints_one_object_with_the_agreed_keys(capsys, world_file):
    said = run(capsys, "nash", "--world", world_file, "--players", "USA,CHN", "--json")
    assert said.code == 0
    found = json.loads(said.out)
    agreed = {"players", "tariffs", "welfare_pct", "residual", "max_deviation_gain", "starts", "equilibria"}
    assert agreed <= set(found)
    assert set(found["tariffs"]["USA"]) == {"all"}
    assert 0 < found["tariffs"]["USA"]["all"]["all"] < 1
    assert found["max_deviation_gain"] < 1e-6
    assert set(found["welfare_pct"]) == {"USA", "CHN", "JPN"}


def test_rates_are_as_compact_as_the_instrument_allows(capsys, world_file):
    said = run(capsys, "respond", "--world", world_file, "--player", "USA", "--instrument", "full", "--json")
    rates = json.loads(said.out)["tariffs"]["USA"]
    assert {partner: set(by_sector) for partner, by_sector in rates.items()} == {
        "CHN": {"A01", "C26"},
        "JPN": {"A01", "C26"},
    }


def test_the_table_names_its_certificate_and_the_formula_its_limits(capsys, world_file):
    said = run(capsys, "nash", "--world", world_file, "--method", "formula")
    assert "largest gain by deviating" in said.out
    assert "no best responses" in said.out


@pytest.mark.slow
def test_bargain_prints_one_object_with_its_proof(capsys, world_file):
    said = run(capsys, "bargain", "--world", world_file, "--players", "USA,CHN", "--json")
    assert said.code == 0
    found = json.loads(said.out)
    assert {"players", "tariffs", "gain_pct", "payoff_pct", "weights", "joint_gain", "residual", "threat"} <= set(found)
    assert min(found["gain_pct"].values()) > 0
    assert found["joint_gain"] <= 0
    said = run(capsys, "bargain", "--world", world_file, "--players", "USA,CHN")
    assert "of random joint steps none helps all" in said.out


def test_objectives_bounds_and_partners_are_heard(capsys, world_file, tmp_path):
    file = tmp_path / "favours.csv"
    file.write_text("country,sector,weight\nUSA,A01,1.5\n", "utf-8")
    how = [
        "--world",
        world_file,
        "--instrument",
        "mfn",
        "--objective",
        "government",
        "--political",
        str(file),
        "--json",
    ]
    rates = json.loads(run(capsys, "respond", *how, "--no-check").out)["tariffs"]["USA"]["all"]
    assert rates["A01"] > rates["C26"]
    how = ["--world", world_file, "--objective", "welfare=1,revenue=0.5", "--bounds", "0,0.1", "--partners", "CHN"]
    found = json.loads(run(capsys, "respond", *how, "--json").out)
    assert found["tariffs"]["USA"]["all"]["all"] == pytest.approx(0.1)
    assert found["objective_weights"] == {"welfare": 1.0, "revenue": 0.5}


def test_bad_political_weights_name_file_and_row(capsys, world_file, tmp_path):
    file = tmp_path / "favours.csv"
    file.write_text("country,sector,weight\nUSA,A1,1.5\n", "utf-8")
    how = ["--world", world_file, "--objective", "government", "--political", str(file)]
    said = run(capsys, "respond", *how)
    assert said.code == 2
    assert "favours.csv, row 2" in said.err
    assert "A01" in said.err


def test_names_work_where_codes_do(capsys, world_file):
    said = run(capsys, "respond", "--world", world_file, "--player", "China", "--no-check")
    assert said.code == 0


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
    said = run(capsys, "nash", "--world", world_file, *words)
    assert said.code == 2
    assert says in said.err
    assert said.out == ""


def test_a_scenario_and_a_world_are_one_too_many(capsys, world_file):
    said = run(capsys, "nash", "some.toml", "--world", world_file)
    assert said.code == 2
    assert "both a scenario and --world" in said.err


VERBS = ("grid", "deadline", "signal", "leverage", "linkage", "weights", "sustain", "attrition", "path")


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_game_shows_an_example(capsys, verb):
    said = run(capsys, verb, "--help")
    assert said.code == 0
    assert f"parley talks {verb}" in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    thinned([
        (["leverage", "--player", "Chena"], "Did you mean China"),
        (["leverage", "--digits", "5"], "2, 4, 6, 8 or 10 digits"),
        (["linkage", "--item", "tarif:USA:CHN"], "Did you mean tariff"),
        (["weights", "--at", "onn"], "Did you mean on"),
        (["sustain", "--deal", "USA=hold"], "none, beside --deal"),
        (["sustain", "--punishment", "snapbac"], "Did you mean snapback"),
        (["attrition"], "no prize for USA and CHN"),
        (["attrition", "--prize", "USA"], "COUNTRY=NUMBER"),
        (["path", "--rule", "USA=miror"], "Did you mean mirror"),
        (["path", "--since", "April"], "YYYY-MM-DD"),
        (["deadline", "--p", "1.5"], "a probability from 0 to 1"),
        (["grid", "nowhere.toml"], "cannot be read"),
    ], 4, 2),
)  # fmt: skip
def test_games_refuse_bad_words_with_exit_2_and_one_object(capsys, words, says):
    said = run(capsys, *words, "--json")
    assert said.code == 2
    assert said.out == ""
    fault = json.loads(said.err.strip().splitlines()[-1])
    assert set(fault) >= {"where", "found", "allowed", "hint"}
    assert says in " ".join(fault.values())


@pytest.mark.slow
def test_an_option_that_names_no_measure_exits_2_with_the_nearest(capsys, tmp_path):
    path = tmp_path / "odd.toml"
    rows = (
        'player = "USA"\nname = "odd"\nchanges = [{ drop = "us-ieepa-fentanil-cn" }]',
        'player = "CHN"\nname = "hold"',
    )
    path.write_text("on = 2025-05-02\n" + "".join(f"[[option]]\n{row}\n" for row in rows), encoding="utf-8")
    said = run(capsys, "grid", str(path))
    assert said.code == 2
    assert "option 'odd' of USA" in said.err
    assert "Did you mean us-ieepa-fentanyl-cn" in said.err


@pytest.mark.slow
def test_every_game_answers_with_its_keys_and_certificate(capsys, tmp_path):
    """Every verb on the shipped scenario, as JSON, with its table as CSV and the game for Gambit."""
    keys = {
        "grid": {"players", "options", "payoffs", "best_replies", "equilibria", "dominated", "regret", "frontier"},
        "deadline": {"deadline", "terms", "players", "joint", "hub", "p", "reach", "enforcement"},
        "leverage": {"sectors", "products", "list", "used"}, "linkage": {"items", "worth_pct", "exchange"},
        "weights": {"exists", "reason", "sectors", "gap"}, "path": {"months", "happened", "rules"},
        "attrition": {"from_the_model", "assumed", "assumption", "pure_equilibria"},
        "sustain": {"patience", "punishment"},
    }  # fmt: skip
    more = {
        "grid": ["--nfg", str(tmp_path / "game.nfg")], "deadline": ["--p", "0.3"],
        "attrition": ["--prize", "USA=0.1", "--prize", "China=0.1"], "path": ["--months", "2"],
        "sustain": ["--deal", "USA=step down to 30; CHN=hold", "--punish", "USA=hold; CHN=hold"],
    }  # fmt: skip
    for verb, wanted in keys.items():
        csv = tmp_path / f"{verb}.csv"
        said = run(capsys, verb, *more.get(verb, []), "--csv", str(csv), "--json")
        assert said.code == 0, said.err
        found = json.loads(said.out)
        assert wanted <= set(found)
        assert found["residual"] < 1e-10
        assert {"elasticities", "range", "starts"} <= set(found)
        assert "payoff" in found or "unit" in found
        assert len(csv.read_text("utf-8").splitlines()) > 1
    assert (tmp_path / "game.nfg").read_text("utf-8").startswith("NFG 1 R ")


@pytest.mark.slow
def test_what_keeps_a_deal_carries_its_certificate_and_says_which_range_was_not_computed(capsys):
    said = run(capsys, "sustain", "--players", "USA,CHN", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["max_deviation_gain"] < 1e-7
    assert found["residual"] < 1e-10
    assert {s["name"] for s in found["starts"]} == {"base", "high"}
    said = run(capsys, "bargain", "--players", "USA,CHN")
    assert said.code == 0, said.err
    assert "--ranges computes it" in said.out


@pytest.mark.slow
def test_a_deal_ranges_over_the_published_sets(capsys):
    said = run(capsys, "bargain", "--players", "USA,CHN", "--ranges", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    paid = found["range"]["USA"]["payoff_pct"]
    assert paid["by_set"]["U4"] == pytest.approx(found["payoff_pct"]["USA"], abs=1e-8)
    assert len(paid["over"]) + len(found["range_not_solved"]) > 2
    assert paid["low"] > 0
