"""Every game takes the same options for its model and closure, at the command line, over HTTP and in a scenario's file."""

from __future__ import annotations

import msgspec
import pytest

from commands import walked
from parley.errors import InputError
from parley.question import offered
from parley.scenario import game
from parley.scenario.asked_scenario import scenario_of_game
from parley.scenario.baseline import calibrate
from parley.scenario.games import games, read_game
from parley.scenario.scenario import parse_scenario
from parley.web import commands, reading
from parley.web.running import run_command

TERMS = {"model", "elasticities", "horizon", "deficits", "capital", "reading"}
CLOSED = {"deficits": "endogenous", "capital": "steady_state"}
NODES = {tuple(words): node for words, node in (case.values for case in walked())}
RATES = ("nash", "respond", "bargain")
ASKED = {
    "nash": {"players": "USA,CHN", "check": False},
    "respond": {"player": "CHN", "check": False},
    "bargain": {"players": "USA,CHN", "instrument": "uniform", "check": False, "threat": "factual"},
    "sustain": {"instrument": "uniform"},
    "path": {"months": 1},
    "attrition": {"deal": "USA=step down to 30; CHN=step down to 10", "prize": ["USA=0.1", "CHN=0.1"]},
    "leverage": {"digits": 2},
}


@pytest.mark.parametrize("name", [*RATES, *games()])
def test_every_game_is_asked_with_the_same_terms_at_every_door(name: str):
    words = {p.option for p in offered(commands.commands()[f"/talks/{name}"].question)}
    assert {f"--{term}" for term in TERMS} <= words
    typed = {opt for p in NODES["talks", name].params for opt in p.opts}
    assert {f"--{term}" for term in TERMS} <= typed
    keys = {field.name for field in msgspec.structs.fields(type(parse_scenario("on = 2025-05-02", "mine.toml")))}
    assert keys >= TERMS


def over_http(name: str, asked: dict) -> dict:
    """The answer of a game as its address gives it."""
    command = commands.commands()[f"/talks/{name}"]
    read = reading.read_body(command.question, msgspec.json.encode(asked | {"wait": 0}))
    return run_command(commands.payload_of(command, read), lambda text: None)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in (*RATES, *games()) if n != "weights"])
def test_every_game_is_played_under_the_closure_that_was_asked_for(name: str):
    """Over HTTP; the answer names what closed the model and its horizon, and is certified."""
    found = over_http(name, ASKED.get(name, {}) | CLOSED | {"horizon": "decade"})
    assert {key: found[key] for key in CLOSED} == CLOSED
    assert (found["horizon"], found["elasticities"]) == ("decade", "BLP-decade")
    assert found["residual"] <= 1e-10


@pytest.mark.slow
def test_a_grid_of_options_has_the_payoffs_of_its_own_closure_asked_or_written():
    from parley.scenario.options import solve_grid

    asked = scenario_of_game(game.Asked(capital="steady_state"))
    written = scenario_of_game(game.Asked()).replaced(capital="steady_state")
    assert asked == written
    first = {player: own[:1] for player, own in asked.options().items()}
    held = asked.replaced(option=tuple(o for own in first.values() for o in own))
    paid = {c: solve_grid(calibrate(held.replaced(capital=c))).grid for c in ("fixed", "steady_state")}
    choice = {player: own[0].name for player, own in first.items()}
    by_closure = {c: grid.payoff_of(choice)["USA"] for c, grid in paid.items()}
    assert by_closure["steady_state"] < by_closure["fixed"] < 0


@pytest.mark.parametrize("written", ['revenue = "wasted"', "labour_supply = 0.5", "wage_floor = 0.98"])
def test_rates_that_players_set_refuse_a_closure_that_best_responses_are_not_derived_under(written: str):
    with pytest.raises(InputError, match="best responses are not derived"):
        game.closed(parse_scenario(f"on = 2025-05-02\n{written}", "mine.toml"))


@pytest.mark.slow
def test_weights_of_sectors_refuse_what_leaves_open_who_earns():
    weights = read_game("weights")
    baseline = calibrate(scenario_of_game(game.Asked(capital="steady_state")))
    with pytest.raises(InputError, match="which sector earns"):
        weights.answer(weights.Question(), baseline)


@pytest.mark.parametrize("closure", [{"wage_floor": 0.98}, {"deficits": "output_share"}], ids=["floor", "output"])
@pytest.mark.slow
def test_a_briefing_says_why_it_plays_no_game_under_such_a_closure(closure: dict):
    """The rest of the answer stands: best responses alone are left out, with the reason."""
    from parley.scenario.baseline import schedule_on
    from parley.scenario.replies import exact_replies
    from parley.scenario.trade import with_links

    baseline = calibrate(scenario_of_game(game.Asked()).replaced(**closure))
    after = schedule_on(baseline, baseline.scenario.on)
    found = exact_replies(baseline, after, ranges=False)
    assert (with_links(baseline, after) is None) == (closure == {"deficits": "output_share"})
    assert found
    for part in (found["without_links"], found["with_links"]):
        assert part
        assert part["replies"] is part["war"] is None
        assert any(word in part.get("reason", "") for word in ("derived", "adjoint", "model caliendo_parro"))
