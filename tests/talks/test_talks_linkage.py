"""What trades for what: prices that agree with one another, break-even amounts both ways, and every item solved again."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest

from answer_types import assert_is
from parley.scenario.baseline import calibrate
from parley.scenario.games import linkage as game
from parley.scenario.linkage_solved import solved_items
from parley.scenario.scenario import read_scenario
from parley.talks.games.linkage import Item, Linkage, linkage
from parley.trade.solve import balance, solve
from parley.world.world import World
from talks_worlds import small_world

PLAYERS = {"USA": [0], "CHN": [1]}
ITEMS = [
    Item("cut", "tariff", "USA", "CHN"), Item("their cut", "tariff", "CHN", "USA", ("S0",), 5.0),
    Item("paid", "transfer", "CHN", "USA", (), 0.01), Item("paid back", "transfer", "USA", "CHN", (), 0.01),
    Item("chips", "technology", "USA", "CHN", ("S1",)), Item("metals", "export_control", "CHN", "USA", ("S2",)),
    Item("soy", "purchase", "CHN", "USA", ("S0",), 0.01),
]  # fmt: skip


@cache
def priced():
    eq = solve(balance(small_world()), tolerance=1e-13)
    return eq, linkage(eq, PLAYERS, ITEMS)


def test_an_item_priced_in_itself_is_one_and_going_by_a_third_changes_nothing():
    _, found = priced()
    said = found.as_json()
    names = [item.id for item in ITEMS]
    for p in PLAYERS:
        assert all(said["prices"][a][a][p] == 1.0 for a in names)
        for a, b, c in itertools.product(names, repeat=3):
            assert said["prices"][a][b][p] * said["prices"][b][c][p] == pytest.approx(
                said["prices"][a][c][p], rel=1e-12
            )
    assert said["money"]["paid"]["USA"] == pytest.approx(0.01)
    assert said["money"]["paid back"]["USA"] == pytest.approx(-0.01)


def test_break_even_amounts_leave_each_side_where_it_was_and_both_gain_between():
    worth = {
        "a": {"X": -2.0, "Y": 3.0},
        "b": {"X": 4.0, "Y": -1.0},
        "c": {"X": 1.0, "Y": 0.5},
        "d": {"X": -1.0, "Y": -1.0},
    }
    items = (
        Item("a", "tariff", "X", "Y"),
        Item("b", "tariff", "Y", "X"),
        Item("c", "tariff", "Y", "X"),
        Item("d", "tariff", "X", "Y"),
    )
    rows = {(r["give"], r["take"]): r for r in Linkage(items, worth, {"X": 1.0, "Y": 1.0}).break_even()}
    ab, ba = rows["a", "b"], rows["b", "a"]
    assert (ab["giver_needs"], ab["taker_can_pay"], ab["both_gain"]) == (0.5, 3.0, True)
    assert (ba["giver_needs"], ba["taker_can_pay"]) == (pytest.approx(1 / 3), 2.0)
    assert rows["a", "c"]["taker_can_pay"] is None  # what Y would give pays Y too
    assert (rows["d", "b"]["both_gain"], rows["d", "b"]["reason"]) == (False, "what X would give does not help Y")
    assert len(rows) == 8  # every pair of an item of X and one of Y, both ways round


def test_amounts_at_the_two_ends_weigh_nothing_for_one_side():
    _, found = priced()
    for row in found.break_even():
        for side, amount in ((row["giver"], row["giver_needs"]), (row["taker"], row["taker_can_pay"])):
            if amount:
                left = found.worth_pct[row["give"]][side] + amount * found.worth_pct[row["take"]][side]
                assert left == pytest.approx(0, abs=1e-12)


def test_every_item_solved_again_is_its_slope_where_it_is_small():
    eq = priced()[0]
    small = [Item(i.id, i.kind, i.actor, i.partner, i.sectors, 1e-2 * i.unit) for i in ITEMS if i.kind != "purchase"]
    found = linkage(eq, PLAYERS, small)
    for row in solved_items(eq, PLAYERS, found):
        assert row["welfare_pct"] == pytest.approx(row["slope_pct"], rel=1e-2, abs=1e-8), row["id"]


def same(theta=5.0):
    """Two countries and a third that are alike, no duties: every supplier is as good as the next."""
    X = np.ones((3, 3, 1)) + 5 * np.eye(3)[:, :, None]
    world = World.from_arrays(["USA", "CHN", "JPN"], ["S0"], X, 0 * X, np.array([theta]), flows_include_tariff=True)
    return solve(world, tolerance=1e-13)


def test_a_purchase_costs_its_buyer_only_as_far_as_better_suppliers_are_displaced():
    """All suppliers are alike: a little costs nothing but what moves in proportion; the rest grows with the square."""
    eq = same()

    def bought(size):
        row = solved_items(eq, PLAYERS, linkage(eq, PLAYERS, [Item("soy", "purchase", "CHN", "USA", (), size)]))[0]
        return row["welfare_pct"], row["implied_subsidy"]

    per_unit = bought(1e-3)[0]["CHN"] / 1e-3
    costs = [per_unit * size - bought(size)[0]["CHN"] for size in (0.02, 0.04, 0.08)]
    assert costs[0] > 0
    for half, whole in itertools.pairwise(costs):
        assert whole / half == pytest.approx(4, rel=0.15)
    assert bought(1e-3)[1] < bought(0.04)[1] < bought(0.08)[1]
    assert bought(1e-3)[1] == pytest.approx(0, abs=1e-3)
    assert bought(0.04)[0]["USA"] > 0


@pytest.mark.slow
def test_the_shipped_items_hold_tariffs_money_purchases_technology_and_rare_earths():
    baseline = calibrate(read_scenario())
    found = game.answer(game.Question(), baseline)
    assert_is(found, game.Answer)
    kinds = {(i["kind"], i["actor"]) for i in found["items"]}
    wanted = {(k, p) for k in ("tariff", "transfer", "purchase", "technology") for p in ("USA", "CHN")}
    assert kinds == wanted | {("export_control", "CHN")}
    metals = next(i for i in found["items"] if i["kind"] == "export_control")
    assert metals["sectors"] == ["B07", "B08", "C24B"]
    assert found["money"]["USA: a billion to CHN"]["CHN"] == pytest.approx(1000)
    for row in found["solved"]:
        assert row["money"] == pytest.approx(found["money"][row["id"]], rel=0.2, abs=20) or row["implied_subsidy"]
    scrap = next(s for s in found["steps"] if s["option"] == "scrap the 2025 levies on China")
    assert (scrap["player"], scrap["in_place_of"], scrap["direction"]) == ("USA", "hold", "lowers")
    assert scrap["welfare_pct"]["USA"] == pytest.approx(0.145, abs=2e-3)  # as `talks signal` says of the same step
    per_unit = found["worth_pct"]["CHN: a billion to USA"]["USA"] / 1000
    assert scrap["money"]["USA"] == pytest.approx(scrap["welfare_pct"]["USA"] / per_unit, rel=1e-9)
    assert {s["option"]: s["direction"] for s in found["steps"]} == {
        "scrap the 2025 levies on China": "lowers", "step down to 30": "lowers", "July rates snap back": "lowers",
        "scrap the 2025 levies": "lowers", "step down to 10": "lowers",
    }  # fmt: skip
    step = game.answer(game.Question(item=("tariff:USA:CHN::10", "export_control:CHN:USA:B07+C24B:10")), baseline)
    one = found["worth_pct"]["USA: a point less on CHN"]["CHN"]
    assert step["worth_pct"]["tariff:USA:CHN::10"]["CHN"] == pytest.approx(10 * one, rel=1e-6)
    said = "\n".join(part if isinstance(part, str) else str(part) for part in game.words(found))
    for words in ("break-even amounts", "rare earths", "displaces a better supplier", "solved again"):
        assert words in said
