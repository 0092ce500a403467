"""A misspelt country or union is refused wherever one is taken, with the nearest names: nothing is quietly left out."""

from __future__ import annotations

import pytest

from commands import Command
from drawn import thinned
from parley.codes import country
from parley.errors import InputError, nearest_codes
from parley.scenario.baseline import calibrate
from parley.scenario.games import attrition, linkage, path
from parley.scenario.scenario import parse_scenario, read_scenario, shipped_folder
from parley.talks.game import nash, respond
from parley.talks.games.bargain import bargain
from parley.talks.games.sustain import sustain
from parley.trade.solve import balance
from parley.world.union import one_economy
from talks_worlds import small_world

run = Command("talks")
TEXT = (shipped_folder() / "us-china-2025-05-02.toml").read_text("utf-8")


def world():
    return balance(small_world())


@pytest.mark.parametrize(
    ("said", "codes"),
    [("EUR", ["EUU", "SUR", "TUR"]), ("CHM", ["CHE", "CHL", "CHN"]), ("UAS", ["USA"]), ("Chena", ["CHN"])],
)
def test_the_nearest_codes_are_one_slip_away_changed_places_first(said, codes):
    with pytest.raises(InputError) as refused:
        country(said)
    for code in codes:
        assert f"({code})" in refused.value.hint
    assert nearest_codes("UAS", ["USA", "AUS", "UKR"])[0] in ("USA", "AUS")


@pytest.mark.parametrize(
    "ask",
    [
        lambda w: nash(w, ["USA", "CHM"]),
        lambda w: nash(w, partners=["CHM"]),
        lambda w: respond(w, "CHM"),
        lambda w: bargain(w, ["USA", "CHM"]),
        lambda w: bargain(w, ["USA", "CHN"], partners=["CHM"]),
        lambda w: sustain(w, ["USA", "CHM"]),
        lambda w: sustain(w, ["USA", "CHN"], partners=["CHM"]),
        lambda w: linkage.read_item("tariff:USA:CHM"),
    ],
)
def test_python_refuses_a_country(ask):
    with pytest.raises(InputError, match="CHN"):
        ask(world())


@pytest.mark.parametrize("unions", [("EU",), ("EUR",), ("euu",), "EUU", [""]])
def test_python_refuses_a_union(unions):
    for ask in (nash, bargain, sustain):
        with pytest.raises(InputError, match="EUU"):
            ask(world(), ["USA", "CHN"], unions=unions)
    with pytest.raises(InputError, match="EUU"):
        respond(world(), "USA", unions=unions)


def test_a_code_that_is_no_union_is_not_made_one_economy():
    with pytest.raises(InputError, match=r"no customs union 'EUR'.*Did you mean EUU"):
        one_economy(small_world(), "EUR")


@pytest.mark.slow
def test_a_party_given_in_python_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"the party EUR is not in it.*Did you mean EUU"):
        calibrate(read_scenario().replaced(parties=("USA", "EUR")))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('by = "USA"', 'by = "UAS"', "[deadline] by"),
        ("[deadline]", '[deadline]\nexempt = ["CHM"]', "[deadline] exempt"),
        ('maker = "USA"', 'maker = "UAS"', "[signal] maker"),
        ('others = { CHN = "hold" }', 'others = { CHM = "hold" }', "[signal] others"),
        ('parties = ["USA", "CHN"]', 'parties = ["USA", "CHM"]', "parties"),
        ('player = "CHN"', 'player = "CHM"', "option"),
    ],
)
def test_a_scenario_file_is_read_code_by_code(old, new, where):
    held = "\n".join(line for line in TEXT.splitlines() if not (where.endswith("exempt") and line.startswith("exempt")))
    assert old in held
    with pytest.raises(InputError, match="Did you mean") as refused:
        parse_scenario(held.replace(old, new, 1), "mine.toml")
    assert refused.value.where.startswith("mine.toml")
    assert where in refused.value.where


def test_countries_of_a_scenario_may_be_named_as_people_do():
    text = TEXT.replace('maker = "USA"', 'maker = "United States"').replace('by = "USA"', 'by = "us"')
    found = parse_scenario(text, "mine.toml")
    assert (found.signal.maker, found.deadline.by) == ("USA", "USA")


@pytest.mark.parametrize(
    ("game", "asked"),
    [
        (attrition, attrition.Question(prize=("USA=0.1", "CHN=0.1", "FRA=0.1"))),
        (attrition, attrition.Question(prize=("USA=0.1", "CHN=0.1"), audience=("FRA=1",))),
        (path, path.Question(start="2025-04-02", ceiling=("FRA=10",))),
        (path, path.Question(start="2025-04-02", rule=("FRA=hold",))),
    ],
)
def test_a_country_that_does_not_play_is_refused_and_not_left_out(game, asked):
    with pytest.raises(InputError, match="no player 'FRA'"):
        game.check(asked, read_scenario())


@pytest.mark.parametrize(
    "words",
    thinned([
        ("nash", "--players", "USA,EUR"), ("bargain", "--players", "USA,EUR"), ("sustain", "--players", "USA,EUR"),
        ("respond", "--player", "EUR"), ("leverage", "--target", "EUR"), ("weights", "--player", "EUR"),
        ("linkage", "--item", "tariff:USA:EUR"), ("attrition", "--prize", "EUR=1"), ("path", "--rule", "EUR=hold"),
    ], 4),
)  # fmt: skip
def test_the_command_line_refuses_with_the_union_meant(capsys, words):
    said = run(capsys, *words)
    assert (said.code, said.out) == (2, "")
    assert "EUR" in said.err
    assert "EUU" in said.err
