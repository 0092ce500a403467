"""What players mind besides welfare: derivatives, brute force, and what theory says of revenue and of favours."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.talks.game import nash, respond
from parley.talks.multipliers import shadow_values, slope
from parley.talks.objective import direct_of, flows_of, levels, read_objective
from parley.trade.models import models
from parley.trade.solve import balance, solve
from talks_worlds import favours, small_world

CELLS = [(0, 1, 0), (1, 2, 2), (2, 0, 1)]
MODELS = [name for name in ("armington", "caliendo_parro", "krugman") if name in models()]


def slow(value):
    """The value, left to the slow run."""
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("aim", ["government", slow("revenue"), {"real_wage": 1.0, "government": 0.5, "revenue": 0.3}])
@pytest.mark.parametrize("deficits", ["world_share", slow("balanced"), slow("nominal")])
def test_adjoint_equals_finite_differences(model, aim, deficits):
    world = small_world(links=model == "caliendo_parro")
    if deficits == "balanced":
        world = balance(world, model=model)
    political = favours(world) if "government" in aim else None
    objective = read_objective(aim, political, world)
    t = world.t * 1.5
    members = ((0,), (1, 2))
    eq = solve(world, t, model=model, deficits=deficits, tolerance=1e-13)
    shadow = shadow_values(eq, direct_of(eq, objective, members, flows_of(eq)), tolerance=1e-13)
    for n, i, s in CELLS:
        sides = []
        for step in (1e-4, -1e-4):
            moved = t.copy()
            moved[n, i, s] = (1 + t[n, i, s]) * np.exp(step) - 1
            found = levels(solve(world, moved, model=model, deficits=deficits, tolerance=1e-13), objective)
            sides.append(np.log([found[list(own)].sum() for own in members]))
        numeric = (sides[0] - sides[1]) / 2e-4
        assert [slope(eq, shadow, k)[n, i, s] for k in range(2)] == pytest.approx(numeric, abs=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_equal_favours_are_welfare(model):
    world = small_world(links=model == "caliendo_parro")
    base = balance(world, model=model)
    objective = read_objective("government", None, base)
    eq = solve(base, base.t * 1.5, model=model)
    assert levels(eq, objective) == pytest.approx(base.base.income * eq.welfare_hat, rel=1e-9)
    plain, same = (nash(world, None, "full", objective=aim, model=model) for aim in ("welfare", "government"))
    assert same.tariffs == pytest.approx(plain.tariffs, abs=1e-6)
    assert same.max_deviation_gain < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("instrument", ["full", slow("uniform"), slow("mfn"), slow("bilateral")])
def test_a_governments_best_reply_cannot_be_bettered(model, instrument):
    world = small_world(links=model == "caliendo_parro")
    found = respond(world, "USA", instrument, objective="government", political=favours(world), model=model)
    assert found.max_deviation_gain < 1e-6
    if instrument == "full":  # a coarser one also gives up the base rates' differences
        assert found.equilibria[0].payoff_pct["USA"] > 0


@pytest.mark.slow
def test_a_favoured_sector_gets_a_higher_tariff():
    world = small_world()
    weights = np.ones((3, 3))
    weights[0, 1] = 1.5
    rates = respond(world, "USA", "mfn", objective="government", political=weights, check=False).rates()["USA"]["all"]
    plain = respond(world, "USA", "mfn", check=False).rates()["USA"]["all"]
    assert rates["S1"] > plain["S1"] + 0.01


@pytest.mark.slow
def test_the_rate_that_fills_the_purse_is_above_the_best_one_and_no_grid_beats_it():
    world = balance(small_world())
    found = respond(world, "USA", objective="revenue", deficits="world_share")
    rate = found.rates()["USA"]["all"]["all"]
    assert rate > respond(world, "USA", deficits="world_share", check=False).rates()["USA"]["all"]["all"]
    objective = read_objective("revenue", None, world)
    best = levels(found.equilibrium, objective)[0]
    for other in np.concatenate([np.linspace(0, 2, 11), rate + np.linspace(-0.01, 0.01, 5)]):
        t = world.t.copy()
        t[0, 1:] = other
        assert levels(solve(world, t), objective)[0] <= best + 1e-9 * best


def test_rates_on_other_partners_stay_where_only_one_is_free():
    found = nash(small_world(), None, "full", partners=["CHN"], check=False)
    base = found.equilibrium.world.t
    assert (found.tariffs[:, 2] == base[:, 2]).all()
    assert (found.tariffs[1] == base[1]).all()  # China levies nothing on itself
    assert abs(found.tariffs[0, 1] - base[0, 1]).max() > 1e-3


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"objective": "goverment"}, "Did you mean government"),
        ({"objective": {"welfar": 1.0}}, "Did you mean welfare"),
        ({"objective": "government", "political": np.ones((2, 2))}, "country, sector"),
        ({"partners": ["CHM"]}, "Did you mean CHN"),
        ({"method": "formula", "objective": "revenue"}, "objective 'welfare'"),
    ],
)
def test_bad_input_is_one_clear_sentence(how, says):
    with pytest.raises(InputError, match=says):
        nash(small_world(), **how)
