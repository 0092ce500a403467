"""Whose deviation is meant, and which way it goes: a repeal gives more than was agreed and is no breach of a deal."""

from __future__ import annotations

import dataclasses
from functools import cache

import msgspec
import numpy as np
import pytest

from answer_types import assert_is
from parley.scenario.baseline import calibrate
from parley.scenario.games import sustain as game
from parley.scenario.scenario import Control, Purchase, read_scenario
from parley.talks.breach import Move, direction_of
from parley.talks.games.grid import payoff_grid
from parley.talks.games.sustain import sustain, sustain_choice
from parley.trade.solve import balance
from talks_worlds import small_world

DEAL = {"USA": "step down to 30", "CHN": "step down to 10"}
HOLD = {"USA": "hold", "CHN": "hold"}


@cache
def shipped():
    return calibrate(read_scenario())


@cache
def kept(deal="USA=step down to 30; CHN=step down to 10", punish="USA=hold; CHN=hold"):
    return game.answer(game.Question(deal=deal, punish=punish), shipped())


@pytest.mark.parametrize(
    ("change", "says"), [([0.1, 0.0], "raises"), ([-0.1, np.nan], "lowers"), ([0.1, -0.1], "both"), ([1e-12], "same")]
)
def test_a_direction_is_read_from_every_line(change, says):
    assert direction_of([np.zeros(2), np.array(change)]) == says
    assert Move(says).breaks == (says in ("raises", "both"))


def test_a_repeal_that_pays_is_named_apart_and_breaches_have_a_patience_of_their_own():
    """One player: keep 1, repeal 3, raise 2. The repeal pays most; the raise alone breaks the deal."""
    paid = {"keep": 1.0, "repeal": 3.0, "raise": 2.0, "war": 0.0}
    grid = payoff_grid(["A", "B"], {"A": list(paid), "B": ["keep", "war"]},
                       lambda c: {"A": paid[c["A"]] if c["B"] == "keep" else 0.0, "B": 0.0})  # fmt: skip
    ways = {"repeal": "lowers", "raise": "raises", "war": "raises"}
    found, _ = sustain_choice(
        grid, {"A": "keep", "B": "keep"}, {"A": "war", "B": "war"}, move=lambda p, o: Move(ways[o])
    )
    assert (found.cheat, found.deviation["to"], found.deviation["breaks"]) == (3.0, "repeal", False)
    assert (found.breach["to"], found.breach["by"]) == ("raise", "A")
    assert found.delta == pytest.approx((3 - 1) / (3 - 0))
    assert found.delta_breach == pytest.approx((2 - 1) / (2 - 0))
    assert "only if the others punish that too" in found.reason
    assert found.without_breach["to"] == "repeal"
    assert "no breach" in found.without_breach["says"]


@pytest.mark.slow
def test_a_repeal_is_no_breach_on_the_shipped_scenario():
    """On 2 May 2025 each side would gain by repealing more than the deal asks; that was called cheating."""
    found = kept()
    assert_is(found, game.Answer)
    for row, option in zip(found["patience"], ("scrap the 2025 levies on China", "scrap the 2025 levies"), strict=True):
        assert (row["delta_breach"], row["breach"]) == (0.0, None)
        free = row["without_breach"]
        assert row["deviation"] == free
        assert row["cheat"] == free["payoff"]
        assert 0 < row["delta"] < 1
        assert (free["by"], free["to"], free["direction"], free["breaks"]) == (row["player"], option, "lowers", False)
        assert free["duty_after"] < free["duty_kept"]
        assert free["payoff"] > row["deal"]
    said = "\n".join(part if isinstance(part, str) else str(part) for part in game.words(found))
    assert "cheat" not in said.lower()
    assert "USA alone, by “scrap the 2025 levies on China”, lowers its barriers against CHN" in said


@pytest.mark.slow
def test_duties_of_the_deviation_are_those_of_its_law():
    """The mean duty of the deal is that of the option's law as written, weighed by the levy's own weights."""
    from parley.scenario.options import levies_of

    levy = levies_of(shipped())["USA", DEAL["USA"]].as_written
    i = levy.origins.index("CHN")
    known = np.isfinite(levy.rate[:, i])
    mean = np.average(levy.rate[known, i], weights=levy.weight[known, i])
    assert kept()["patience"][0]["without_breach"]["duty_kept"] == pytest.approx(mean, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "direction"), [({"controls": (Control(on="CHN", cost=0.1, sectors=("C26",)),)}, "raises"),
                            ({"purchases": (Purchase(of="CHN", value=1000.0),)}, "lowers")]
)  # fmt: skip
def test_limits_on_technology_and_purchases_count_as_barriers(kind, direction):
    from parley.scenario.barriers import barriers_of
    from parley.scenario.options import levies_of

    baseline = shipped()
    plain = baseline.scenario.option[0]
    odd = msgspec.structs.replace(plain, name="odd", **kind)
    asked = baseline.scenario.replaced(option=(*baseline.scenario.option, odd))

    other = dataclasses.replace(baseline, scenario=asked)
    barriers = barriers_of(other, levies_of(other))
    assert barriers.move("USA", plain.name, "odd").direction == direction
    assert barriers.move("USA", "odd", plain.name).direction == {"raises": "lowers", "lowers": "raises"}[direction]


def test_a_best_response_that_lowers_rates_is_no_breach():
    """A deal at rates far above the best ones: whoever leaves it lowers its own duties, and nobody needs patience."""
    world = balance(small_world())
    t = world.t.copy()
    for a, b in ((0, 1), (1, 0)):
        t[a, b] = 6.0
    found = sustain(world, ["USA", "CHN"], deal=t, punishment="snapback")
    for row in found.patience:
        assert row.breach is None
        assert row.without_breach["direction"] == "lowers"
        assert row.delta_breach == 0.0
