"""Decompositions: parts that add up, axioms of Shapley, the first-order limit, and the law of 2 May 2025 by programme."""

from __future__ import annotations

import numpy as np
import pytest

from commands import PARLEY
from parley.errors import InputError, ScenarioError
from parley.scenario.attribution import _measures, _Value, decompose
from parley.scenario.baseline import calibrate
from parley.scenario.levy import changed_levy
from parley.scenario.scenario import read_scenario
from parley.trade.indicators import decomposition
from parley.trade.path import CLOSE, PARTS, part_of_wedges, split_change, split_path
from parley.trade.problem import wedges_of
from parley.trade.shapley import along, sampled_shapley, shapley
from parley.trade.solve import solve
from trade_worlds import small_world


def game(seed: int = 0, count: int = 4):
    """A value for every subset, drawn once."""
    drawn = np.random.default_rng(seed).normal(size=(2**count, 3))
    return lambda chosen: drawn[sum(1 << c for c in chosen)]


def test_shapley_values_add_up_and_are_the_mean_over_orders():
    from itertools import permutations

    value = game()
    phi = shapley(4, value)
    np.testing.assert_allclose(phi.sum(axis=0), value(frozenset(range(4))) - value(frozenset()), atol=1e-12)
    every = np.mean([along(order, value) for order in permutations(range(4))], axis=0)
    np.testing.assert_allclose(phi, every, atol=1e-12)


def test_shapley_gives_nothing_to_an_idle_cause_and_alike_to_alike():
    def value(chosen):
        return np.array([2.0 * (0 in chosen) + 2.0 * (1 in chosen) + 3.0 * ({0, 1} <= chosen)])

    np.testing.assert_allclose(shapley(3, value), [[3.5], [3.5], [0.0]], atol=1e-12)


def test_sampled_orders_add_up_and_come_near_within_their_errors():
    value = game(3, 6)
    exact, (found, error) = shapley(6, value), sampled_shapley(6, value, 200, 1)
    np.testing.assert_allclose(found.sum(axis=0), exact.sum(axis=0), atol=1e-12)
    assert np.all(np.abs(found - exact) < 5 * error)
    assert np.array_equal(found, sampled_shapley(6, value, 200, 1)[0])


@pytest.mark.parametrize(
    ("model", "deficits"),
    [
        ("armington", "world_share"),
        ("caliendo_parro", "world_share"),
        ("krugman", "balanced"),
        pytest.param("armington", "balanced", marks=pytest.mark.slow),
        pytest.param("caliendo_parro", "balanced", marks=pytest.mark.slow),
        pytest.param("krugman", "world_share", marks=pytest.mark.slow),
    ],
)
def test_the_split_of_a_great_change_adds_up_to_its_exact_welfare(model: str, deficits: str):
    """145 against 50 percent: the parts along the change sum to log W_hat; profits only where a model has them."""
    world = small_world(links=model == "caliendo_parro")
    t = world.t.copy()
    t[0, 1] += 1.45
    t[1, 0] += 0.5
    found, eq = split_change(world, t, model=model, deficits=deficits), solve(world, t, model=model, deficits=deficits)
    rest = solve(world, model=model, deficits=deficits)  # a world whose shares do not fit its flows first comes to rest
    np.testing.assert_allclose(found.total, 100 * np.log(eq.welfare_hat / rest.welfare_hat), atol=1e-7)
    np.testing.assert_allclose(found.parts.sum(axis=0), found.total, atol=CLOSE)
    profits = np.abs(found.parts[PARTS.index("profits")]).max()
    assert profits > 0.01 if model == "krugman" else profits < CLOSE
    if deficits == "balanced":
        assert np.abs(found.parts[PARTS.index("transfers")]).max() < CLOSE


@pytest.mark.parametrize("model", ["caliendo_parro", pytest.param("krugman", marks=pytest.mark.slow)])
def test_the_split_of_a_small_change_is_the_first_order_decomposition(model: str):
    """Caliendo and Parro's sums at the baseline, for a change of a thousandth, with balanced trade."""
    world = small_world(links=model == "caliendo_parro")
    t = world.t.copy()
    t[0, 1] += 1e-3
    found = split_change(world, t, model=model, deficits="balanced")
    first = decomposition(solve(world, t, model=model, deficits="balanced"))
    np.testing.assert_allclose(found.parts[0], first["terms_of_trade"], atol=2e-5)
    np.testing.assert_allclose(found.parts[1], first["volume_of_trade"], atol=2e-5)
    if model == "krugman":
        np.testing.assert_allclose(found.parts[3], first["profit_shifting"], atol=2e-5)


@pytest.mark.slow
def test_the_split_does_not_depend_on_the_numeraire():
    world = small_world()
    t = world.t.copy()
    t[0, 1] += 0.5
    from parley.trade.path import split_path

    base = solve(world, None, numeraire="C02")
    wedges = wedges_of(world, t)

    def at(share, start):
        return solve(world, part_of_wedges(world, wedges, share), numeraire="C02", start=start)

    np.testing.assert_allclose(split_path(base, at, "armington").parts, split_change(world, t).parts, atol=5 * CLOSE)


def test_what_cannot_be_decomposed_is_refused(capsys):
    for argv in (("--by", "programmes"), ("--method", "shaply")):
        assert "Did you mean" in PARLEY.err(capsys, 2, "trade", "decompose", *argv)
    with pytest.raises(ScenarioError, match="no law"):
        decompose(read_scenario().replaced(rates="mine.csv"))
    world = small_world()
    wasted = solve(world, revenue="wasted")
    with pytest.raises(InputError, match="revenue wasted"):
        split_path(wasted, lambda share, start: start, "armington")


def test_a_country_that_is_not_in_the_world_is_refused_before_anything_is_solved(capsys):
    said = PARLEY.err(capsys, 2, "trade", "decompose", "--country", "USA", "--country", "Liechtenstein")
    assert "--country: no country 'LIE'" in said
    assert "solved" not in said


@pytest.mark.slow
def test_the_law_of_may_by_programme_adds_up_to_what_the_day_does(capsys):
    """The parts and the remainder sum to welfare; a party's parts are those of its programmes; the reply hurts both."""
    answer = PARLEY.answer(capsys, "trade", "decompose")
    assert answer["method"] == "shapley"
    assert answer["residual"] <= 1e-10
    parts = {part["id"]: part["welfare_pct"] for part in answer["parts"]}
    assert {"USA ieepa_fentanyl", "USA ieepa_reciprocal", "CHN retaliation"} <= set(parts)
    for country, whole in answer["welfare_pct"].items():
        total = sum(row[country] for row in parts.values()) + answer["remainder_pct"][country]
        assert total == pytest.approx(whole, abs=1e-9)
        split = answer["split"][country]
        assert sum(split[f"{part}_pct"] for part in PARTS) == pytest.approx(split["welfare_log_pct"], abs=CLOSE)
    assert parts["CHN retaliation"]["CHN"] < 0 > parts["CHN retaliation"]["USA"]
    assert abs(answer["remainder_pct"]["USA"]) < 0.01
    path = decompose(read_scenario(), by="programme", method="path")
    assert path["welfare_pct"]["USA"] == pytest.approx(answer["welfare_pct"]["USA"], abs=1e-8)
    assert sum(part["welfare_pct"]["USA"] for part in path["parts"]) + path["remainder_pct"]["USA"] == pytest.approx(
        path["welfare_pct"]["USA"], abs=1e-9
    )


@pytest.mark.slow
def test_the_scenarios_own_changes_are_parts():
    from parley.scenario.asked_scenario import what_if

    asked = what_if(read_scenario(), ["ieepa_fentanyl@2025-05-02", "us-ieepa-reciprocal-cn@2025-05-02"])
    answer = decompose(asked, by="change")
    assert len(answer["parts"]) == 2
    total = sum(part["welfare_pct"]["CHN"] for part in answer["parts"])
    assert total == pytest.approx(answer["welfare_pct"]["CHN"], abs=1e-9)
    assert all(part["welfare_pct"]["CHN"] > 0 for part in answer["parts"])
    assert answer["remainder_pct"] is None


@pytest.mark.slow
def test_a_levy_made_from_its_nearest_is_the_one_made_from_the_day():
    """Of parts in any order: what only some origins pay is made from a levy that differs in these origins alone."""
    baseline = calibrate(read_scenario())
    parts = _measures(baseline, "programme")
    value, alone = (_Value(baseline, parts, False, lambda text: None) for _ in range(2))
    near = 0
    for chosen in (frozenset(), frozenset({2}), frozenset({0, 1, 5}), frozenset({0, 1, 2, 5}), frozenset({2, 3})):
        made, regime = value.levy("USA", chosen), alone.regime_of("USA", chosen)
        plain = changed_levy(value.after["USA"], baseline.regime, regime, baseline.scenario, baseline.raw)
        np.testing.assert_array_equal(made.rate, plain.rate)
        np.testing.assert_array_equal(made.law, plain.law)
        near += 0 < len(made.touched) < len(made.origins)
    assert near >= 2
