"""What closes a solve, word by word and at its bounds: files that go together, what each fills, and what then is earned and lent."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError
from parley.trade import closure as closing
from parley.trade.closure import Closure, closed, closure_of, deficits_new, income, is_own, taken_by
from parley.trade.closures import (
    closures,
    endogenous,
    external_scale,
    name_of,
    of_kind,
    output_share,
    pass_through,
    read_closure,
    steady_state,
    tax_cut,
    wage_floor,
)
from parley.trade.labour import floor_of
from parley.trade.models import read_model
from parley.world.accounts import material_demand
from parley.world.world import World
from trade_worlds import small_world

PLAIN = ("world_share", "lump_sum", "world_labour", None, 0.0, None)
LOCAL = endogenous.Choice({"C01": 0.3}, 0.1)
CAPITAL = steady_state.Choice(0.3, 0.2)
SCALE, FLOOR, PASS = external_scale.Choice(0.1), wage_floor.Choice(0.9), pass_through.Choice(1.2)


@cache
def world(rate: float = 0.08) -> World:
    return small_world(rate=rate)


def words(**asked: Any) -> tuple[Any, ...]:
    """The words of `closure_of` in their order."""
    names = (
        "deficits",
        "revenue",
        "numeraire",
        "transfers",
        "labour_supply",
        "tax_rate",
        "capital",
        "closures",
        "model",
    )
    plain = dict(zip(names, (*PLAIN, "fixed", (), "armington"), strict=True))
    return tuple((plain | asked).values())


def test_a_closure_by_default_leaves_everything_as_it_is() -> None:
    made = Closure()
    assert (made.deficits, made.revenue, made.labour_supply, made.tax_rate, made.chosen) == (
        "world_share",
        "lump_sum",
        0,
        0,
        (),
    )
    assert not any((made.of_earnings, made.of_output, made.held, made.elastic, made.scale))
    assert {made.numeraire, made.transfers, made.local, made.capital, made.pass_through, made.floor} == {None}
    assert floor_of(made, np.ones(4)) is None
    assert made.asked == {
        "deficits": "world_share", "revenue": "lump_sum", "capital": "fixed", "closures": [],
        "labour_supply": 0.0, "tax_rate": None}  # fmt: skip


def test_what_is_chosen_is_asked_for_again_and_answered_for() -> None:
    made = closure_of(world(), *words(deficits=LOCAL, capital="steady_state", closures=[FLOOR]))
    assert (made.deficits, made.chosen) == ("endogenous", (LOCAL, made.chosen[1], FLOOR))
    assert made.asked["deficits"] is LOCAL
    assert made.asked["capital"] == made.chosen[1]
    assert made.asked["closures"] == [FLOOR]
    assert [said.split(":")[0] for said in made.assumes] == ["endogenous", "steady_state", "wage_floor"]
    assert made.assumes[0] == f"endogenous: {endogenous.ASSUMES} ({endogenous.SOURCE})"
    assert closure_of(world(), *words(deficits="output_share")).assumes == []
    assert (made.plain, made.derived) == (False, False)
    both = closure_of(world(), *words(deficits=LOCAL, capital=CAPITAL))
    assert (both.plain, both.derived) == (False, True)
    assert not replace(both, of_earnings=True).derived
    assert [Closure(revenue=name).plain for name in ("lump_sum", "tax_relief", "wasted")] == [True, True, False]
    assert not Closure(labour_supply=0.1).plain


@pytest.mark.parametrize(
    ("choice", "derived"),
    [
        (endogenous.Choice(), True), (CAPITAL, True), (output_share.Choice(), False), (read_closure("earnings_share").Choice(), False),
        (tax_cut.Choice(), False), (SCALE, False), (PASS, False), (FLOOR, False),
    ],
    ids=lambda value: type(value).__module__,
)  # fmt: skip
def test_the_adjoint_knows_two_files(choice: Any, derived: bool) -> None:
    assert choice.settled(world(0.0)) is not None
    assert derived == read_closure(name_of(choice)).ADJOINT
    assert Closure(chosen=(choice,)).derived == derived


@pytest.mark.parametrize(
    ("model", "links", "profits"),
    [("armington", False, False), ("caliendo_parro", True, False), ("krugman", False, True)],
)
def test_what_a_model_has(model: str, links: bool, profits: bool) -> None:
    module, theta = read_model(model), world().theta
    share = theta / (1 + theta) if profits else np.ones(3)
    np.testing.assert_allclose(module.labour_share(world()), np.array([share] * 4))
    assert (links, profits) == (module.LINKS, module.PROFITS)


def test_a_file_of_one_kind_is_no_other() -> None:
    kinds = ("deficits", "capital", "revenue", "closures")
    assert sorted(name for kind in kinds for name in of_kind(kind)) == closures()
    assert closing.deficit_names() == ("world_share", "balanced", "nominal", *of_kind("deficits"))
    assert closing.capital_names() == ("fixed", "steady_state")
    assert closing.revenue_names() == ("lump_sum", "tax_relief", "wasted", "tax_cut")
    for at, given in enumerate((FLOOR, CAPITAL, LOCAL, [LOCAL])):
        asked: list[Any] = ["nominal", "wasted", "fixed", ()]
        asked[at] = given
        with pytest.raises(InputError, match="a name, or the Choice of"):
            closing.chosen_of(*asked)
    assert [is_own("world_share"), is_own("endogenous"), is_own("nominal", "steady_state"), is_own(LOCAL)] == [
        False, True, True, True]  # fmt: skip


def test_a_model_must_take_every_file_and_not_just_one() -> None:
    for chosen, takes in (
        ((FLOOR,), True),
        ((SCALE, PASS), True),
        ((), True),
    ):
        assert taken_by("caliendo_parro", "world_share", "lump_sum", "fixed", chosen) == takes
        assert not taken_by("caliendo_parro", "output_share", "lump_sum", "fixed", chosen)
        assert taken_by("armington", "world_share", "lump_sum", "fixed", chosen)
        assert not chosen or not taken_by("krugman", "world_share", "lump_sum", "fixed", chosen)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"capital": CAPITAL, "labour_supply": 0.5}, "solve, steady_state: labour_supply is 0.5"),
        ({"closures": [FLOOR], "labour_supply": 0.5}, "solve, wage_floor: labour_supply is 0.5"),
        ({"closures": [SCALE]}, "solve, external_scale: labour_supply is 0"),
        ({"revenue": "tax_cut"}, "solve, tax_cut: labour_supply is 0"),
        ({"closures": [PASS], "model": "krugman"}, "solve, pass_through: model krugman"),
        ({"closures": [FLOOR, PASS], "model": "krugman"}, "solve, wage_floor: model krugman"),
        (
            {"closures": [FLOOR], "deficits": "output_share", "model": "caliendo_parro"},
            "solve, output_share: model caliendo_parro",
        ),
    ],
)
def test_files_that_do_not_go_together_are_named(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        closure_of(world(), *words(**asked))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "asked",
    [
        {"capital": CAPITAL}, {"closures": [FLOOR]}, {"closures": [SCALE], "labour_supply": 0.1},
        {"revenue": "tax_cut", "labour_supply": 0.1},
        {"closures": [PASS], "labour_supply": 0.5}, {"closures": [PASS]}, {"tax_rate": 0.0}, {"labour_supply": 0.0},
    ],
)  # fmt: skip
def test_files_that_go_together_are_taken(asked: dict[str, Any]) -> None:
    made = closure_of(world(), *words(**asked))
    assert len(made.chosen) == len({"capital", "closures", "revenue"} & set(asked))


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_transfers_sum_to_nothing_relative_to_their_size(size: float) -> None:
    """Within a thousand millionth of all that is sent, above or below."""
    for sign in (1.0, -1.0):
        fine, coarse = (size * np.array([1.0, -1.0, 0.0, sign * part]) for part in (1.9e-9, 2.1e-9))
        found = closure_of(world(), *words(transfers=fine)).transfers
        assert found is not None
        assert found.tolist() == fine.tolist()
        with pytest.raises(InputError, match="what one receives others give"):
            closure_of(world(), *words(transfers=coarse))


def test_what_choices_are_by_default() -> None:
    for choice, filled in (
        (output_share.Choice(), {"of_output": True, "held": False}),
        (output_share.Choice(True), {"of_output": False, "held": True}),
        (read_closure("earnings_share").Choice(), {"of_earnings": True}),
        (tax_cut.Choice(), {}),
        (external_scale.Choice(0.125), {"scale": 0.125}),
    ):
        assert choice.settled(world(0.0)) == filled
    assert wage_floor.Choice().settled(world())["floor"].tolist() == [1.0] * 4
    assert endogenous.Choice().settled(world()) == {"local": pytest.approx(np.full(4, 0.114)), "of_earnings": False}
    assert dict(endogenous.Choice().local) == {"USA": 0.27}
    assert steady_state.Choice(investment=0.2).settled(world())["capital"].share.tolist() == [1 / 3] * 4


@pytest.mark.parametrize(
    "choice",
    [
        wage_floor.Choice(0.9, {"C01": 1.5}), wage_floor.Choice(0.9, {"C03": -0.1}), wage_floor.Choice(0.9, {"C09": 0.5}),
        pass_through.Choice([1.0, 1.0, 0.0, 1.0]), pass_through.Choice([1.0, float("inf"), 1.0, 1.0]),
        endogenous.Choice({"C01": 1.0}, 0.1), endogenous.Choice({"C02": -0.1}, 0.1), endogenous.Choice({"Cxx": 0.1}, 0.1),
        steady_state.Choice([0.3, 0.3, 1.0, 0.3], 0.2), steady_state.Choice([0.3, -0.1, 0.3, 0.3], 0.2),
        steady_state.Choice(0.3, np.array([[0.2, 0.2, 1.2]] * 4)), steady_state.Choice(0.3, np.array([[0.2, 0.2, -0.2]] * 4)),
        steady_state.Choice(0.3, np.array([[0.2] * 3] * 3 + [[0.0] * 3])),
        steady_state.Choice(0.3, np.array([[0.2] * 3] * 3 + [[1.0] * 3])),
        tax_cut.Choice(),
    ],
    ids=repr,
)  # fmt: skip
def test_one_country_or_cell_beyond_the_bounds_is_enough(choice: Any) -> None:
    with pytest.raises(InputError):
        choice.settled(world())


def test_a_country_that_this_world_leaves_out_may_have_a_local_part() -> None:
    assert endogenous.Choice({"USA": 0.27, "C01": 0.2}, 0.1).settled(world())["local"].tolist() == [0.1, 0.2, 0.1, 0.1]


def test_inputs_that_exceed_spending_have_no_accounts_unless_by_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    linked, nu = small_world(links=True), np.array([0.1, 0.3, 0.2, 0.1])
    with pytest.raises(InputError, match="not at rest: its inputs exceed spending"):
        endogenous.reclosed(linked, nu)
    before_duty = linked.X / (1 + linked.t)
    S = ((1 - nu)[:, None, None] * before_duty).sum(axis=0)
    assert linked.gamma is not None
    used = material_demand(S, linked.beta, linked.gamma)
    short = float(-((linked.base.E - used) / linked.base.E.sum(axis=1, keepdims=True)).min())
    monkeypatch.setattr(endogenous, "SETTLED", short)
    found = endogenous.reclosed(linked, nu)
    final = np.maximum(linked.base.E - used, 0)
    np.testing.assert_allclose(found.base.S, S)
    np.testing.assert_allclose(found.base.VA, (linked.beta * S).sum(axis=1) + nu * before_duty.sum(axis=(1, 2)))
    np.testing.assert_allclose(found.base.income, final.sum(axis=1))
    np.testing.assert_allclose(found.alpha, final / final.sum(axis=1, keepdims=True), atol=1e-12)
    np.testing.assert_allclose(found.base.D, found.base.income - found.base.VA - linked.base.revenue)
    monkeypatch.setattr(endogenous, "SETTLED", 0.999999 * short)
    with pytest.raises(InputError, match="not at rest"):
        endogenous.reclosed(linked, nu)


def test_accounts_are_closed_first_and_the_rest_is_settled_on_them() -> None:
    made, closure = closed(world(), words(deficits=LOCAL, capital=CAPITAL))
    assert closure.local is not None
    np.testing.assert_allclose(made.base.VA, endogenous.reclosed(world(), closure.local).base.VA)
    assert closure.capital is not None
    np.testing.assert_allclose(closure.capital.invested, 0.2 * made.base.E.sum(axis=1) / made.base.VA)
    same, plain = closed(world(), words(closures=[FLOOR]))
    assert same is world()
    assert plain.floor is not None


def test_income_where_earnings_or_output_say_what_is_lent() -> None:
    base, kept = world().base, np.array([0.9, 0.8, 1.0, 0.95])
    earned, tilted = base.VA * np.array([1.3, 0.9, 1.0, 1.2]), np.array([0.1, -0.1, 0.2, 0.0])
    for closure in (Closure("earnings_share", of_earnings=True), Closure("output_share", held=True)):
        total, D = income(earned, kept, np.ones(4), world(), closure, tilted=tilted)
        np.testing.assert_allclose(D, base.D * earned.sum() / base.VA.sum())
        np.testing.assert_allclose(total * kept + tilted, earned + D)
    total, D = income(earned, kept, np.ones(4), world(), Closure("output_share", of_output=True), tilted=tilted)
    ratio = total / base.income / (earned / base.VA)
    np.testing.assert_allclose(ratio, ratio[0])
    np.testing.assert_allclose(total * kept + tilted, earned + D)
    assert D.sum() == pytest.approx(0, abs=1e-12)


def test_deficits_of_rows_are_those_of_each() -> None:
    gdp, w_hat = np.array([[2.0, 3.0], [4.0, 5.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    base, sent = (np.array([0.5, -0.5]), np.asarray(4.0)), np.array([0.1, -0.1])
    for closure, expected in (
        (Closure("balanced"), [[0.1, -0.1]] * 2),
        (Closure("balanced", numeraire=1), [[0.2, -0.2], [0.4, -0.4]]),
        (Closure("nominal", numeraire=0), [[0.6, -0.6], [1.8, -1.8]]),
        (Closure("nominal"), [[0.6, -0.6]] * 2),
        (Closure(), [[0.725, -0.725], [1.225, -1.225]]),
    ):
        np.testing.assert_allclose(deficits_new(gdp, w_hat, base, closure, sent), expected)
        alone = deficits_new(gdp[1], w_hat[1], base, closure, None)
        np.testing.assert_allclose(
            alone, expected[1] - sent * (1 if closure.numeraire is None else w_hat[1, closure.numeraire])
        )


def test_duties_of_one_country_before_the_change_are_too_many_for_a_tax_cut() -> None:
    plain, t = world(0.0), world(0.0).t.copy()
    t[1, 2, 0] = 0.1
    one = World.from_arrays(
        list(plain.countries), list(plain.sectors), plain.X, t, plain.theta, flows_include_tariff=True
    )
    with pytest.raises(InputError, match="duties before the change"):
        tax_cut.Choice().settled(one)
