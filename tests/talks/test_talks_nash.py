"""Best replies and Nash tariffs: derivatives, closed forms, brute force, published references."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.talks.deviations import Reached, Trial, deviation_gains
from parley.talks.game import BOUNDS, nash, respond
from parley.talks.games.bargain import bargain
from parley.talks.instruments import board
from parley.talks.multipliers import shadow_values, slope
from parley.talks.objective import WELFARE, levels
from parley.trade.solve import balance, solve
from parley.world.read import read_world
from parley.world.world import World
from talks_worlds import random_world

INSTRUMENTS = ("uniform", "mfn", "bilateral", "full")
SOME = ["uniform", "full", *(pytest.param(name, marks=pytest.mark.slow) for name in ("mfn", "bilateral"))]


@pytest.mark.parametrize("deficits", ["world_share", "balanced", "nominal"])
def test_adjoint_equals_finite_differences(deficits):
    world = random_world()
    t = world.t * 1.5
    eq = solve(world, t, deficits=deficits, tolerance=1e-13)
    shadow = shadow_values(eq, np.eye(4))
    for n, i, s in [(0, 1, 0), (1, 3, 2), (3, 2, 1), (2, 0, 0)]:
        logs = []
        for step in (1e-4, -1e-4):
            moved = t.copy()
            moved[n, i, s] = (1 + t[n, i, s]) * np.exp(step) - 1
            logs.append(np.log(solve(world, moved, deficits=deficits, tolerance=1e-13).welfare_hat))
        numeric = (logs[0] - logs[1]) / 2e-4
        for k in range(4):
            assert slope(eq, shadow, k)[n, i, s] == pytest.approx(numeric[k], abs=1e-7)


def own_share_before_duty(found, n):
    spent = found.equilibrium.pi_new[n, :, 0] / (1 + found.tariffs[n, :, 0])
    return spent[n] / spent.sum()


@pytest.mark.parametrize("instrument", SOME)
def test_two_symmetric_countries_set_the_closed_form(instrument):
    """t = 1/(theta lambda_own), lambda_own the partner's own share before duty at the outcome (docs/talks.md)."""
    X = np.array([[8.0, 2.0], [2.0, 8.0]])[:, :, None]
    world = World.from_arrays(["USA", "CHN"], ["S0"], X, 0 * X, np.array([5.0]), flows_include_tariff=True)
    found = nash(world, instrument=instrument)
    own = own_share_before_duty(found, 0)
    assert found.tariffs[0, 1, 0] == pytest.approx(1 / (5 * own), abs=1e-8)
    assert found.tariffs[1, 0, 0] == pytest.approx(found.tariffs[0, 1, 0], abs=1e-9)
    assert max(found.welfare_pct.values()) < 0  # both would rather have free trade
    assert found.max_deviation_gain < 1e-7


@pytest.mark.slow
def test_two_unlike_countries_set_the_closed_form_too():
    X = np.array([[20.0, 3.0], [2.0, 8.0]])[:, :, None]
    world = World.from_arrays(["USA", "CHN"], ["S0"], X, 0 * X, np.array([4.0]), flows_include_tariff=True)
    found = nash(world)
    assert found.tariffs[0, 1, 0] == pytest.approx(1 / (4 * own_share_before_duty(found, 1)), abs=1e-8)
    assert found.tariffs[1, 0, 0] == pytest.approx(1 / (4 * own_share_before_duty(found, 0)), abs=1e-8)


@pytest.mark.slow
def test_without_links_full_rates_are_equal_across_sectors_and_differ_by_partner():
    found = nash(random_world(), instrument="full")
    for rates in found.rates().values():
        levels = [set(np.round(list(by_sector.values()), 7)) for by_sector in rates.values()]
        assert all(len(level) == 1 for level in levels)
        assert len(set.union(*levels)) == 3
    assert found.tariffs == pytest.approx(nash(random_world(), instrument="bilateral").tariffs, abs=1e-7)


@pytest.mark.slow
def test_a_uniform_best_reply_beats_a_fine_grid_around_it():
    world = balance(random_world())
    found = respond(world, "USA", deficits="world_share")
    rate = found.rates()["USA"]["all"]["all"]
    best = found.equilibrium.welfare_hat[0]
    for other in np.concatenate([np.linspace(0, 1, 21), rate + np.linspace(-0.01, 0.01, 21)]):
        t = world.t.copy()
        t[0, 1:] = other
        assert solve(world, t).welfare_hat[0] <= best + 1e-11


@pytest.mark.slow
@pytest.mark.parametrize("instrument", SOME)
def test_no_random_step_from_a_nash_reply_gains(instrument):
    """Brute force without derivatives: five random steps of growing size for each player."""
    world = balance(random_world(3))
    found = nash(world, instrument=instrument, check=False)
    b, draw = found.board, np.random.default_rng(0)
    x = b.log_tau(found.tariffs)
    here = b.by_player(levels(found.equilibrium, WELFARE))
    for k in range(len(b.players)):
        for size in np.geomspace(1e-3, 0.5, 5):
            moved = np.maximum(x + (b.owner == k) * size * draw.normal(size=x.size), 0.0)  # no import subsidies
            there = solve(world, b.rates(moved, world.t), tolerance=1e-12)
            assert b.by_player(levels(there, WELFARE))[k] <= here[k] * (1 + 1e-11)


@pytest.mark.slow
def test_the_certificate_sees_a_wrong_answer():
    world = balance(random_world(3))
    b = board(world, None, "mfn")
    right = nash(world, instrument="mfn")
    assert right.max_deviation_gain < 1e-6
    x = b.log_tau(right.tariffs) + 0.05
    proof = deviation_gains(b, solve(world, b.rates(x, world.t)), x, BOUNDS)
    assert proof.not_solved == 0
    assert max(proof.gains.values()) > 1e-3


@pytest.mark.parametrize("model", ["armington", "krugman", "caliendo_parro"])
@pytest.mark.parametrize("deficits", ["balanced", pytest.param("nominal", marks=pytest.mark.slow)])
def test_trials_side_by_side_are_what_the_solver_finds(model, deficits):
    """The certificate's own equilibria, a union of two among the players, against `solve`."""
    world = random_world(2, ("DEU", "FRA", "USA", "CHN"), sectors=2)
    if model == "caliendo_parro":
        spent = world.X.sum(axis=1)
        io = np.repeat((spent / spent.sum(axis=1, keepdims=True))[:, :, None], 2, axis=2)
        world = World.from_arrays(
            world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True,
            value_added_share=np.full((4, 2), 0.6), io_share=io,
        )  # fmt: skip
    world = balance(world, model=model) if deficits == "balanced" else world
    b = board(world, None, "full")
    x = b.log_tau(world.t) + 0.1
    eq = solve(world, b.rates(x, world.t), model=model, deficits=deficits, tolerance=1e-12)
    draw = np.random.default_rng(0)
    reached = Reached(b, eq, x)
    trials = [Trial(k, x[own] + 0.2 * draw.normal(size=len(own))) for k, own in enumerate(reached.own)]
    slow = [(reached.paid_alone(t) - reached.here[t.player]) / reached.norm[t.player] for t in trials]
    assert reached.gains(trials) == pytest.approx(slow, abs=1e-10)


@pytest.mark.slow
def test_free_trade_beats_the_war_for_equals_and_no_duty_is_best_for_the_world():
    X = np.full((3, 3, 2), 1.0) + 7 * np.eye(3)[:, :, None]
    world = World.from_arrays(["USA", "CHN", "JPN"], ["A", "B"], X, 0 * X, [4.0, 6.0], flows_include_tariff=True)
    war = nash(world, instrument="full")
    rates = war.tariffs[~np.eye(3, dtype=bool)]
    assert rates == pytest.approx(np.full_like(rates, rates[0, 0]), abs=1e-8)  # equals set equal rates
    assert max(war.welfare_pct.values()) < -0.01
    deal = bargain(world, ["USA", "CHN", "JPN"], "full")
    assert np.abs(deal.tariffs).max() < 1e-6  # what they agree on is free trade
    assert min(deal.gain_pct.values()) > 0.01


@pytest.mark.slow
def test_one_sector_is_its_own_uniform_and_full_war():
    world = random_world(7, ("USA", "CHN"), sectors=1)
    rates = [nash(world, instrument=i, check=False).tariffs for i in INSTRUMENTS]
    for other in rates[1:]:
        assert other == pytest.approx(rates[0], abs=1e-8)


@pytest.mark.slow
def test_a_country_that_trades_nothing_of_a_sector_does_not_break_the_war():
    world = random_world(8)
    X = world.X.copy()
    X[0, 1:, 0] = 0.0
    X[1:, 0, 0] = 0.0
    world = World.from_arrays(world.countries, world.sectors, X, world.t, world.theta, flows_include_tariff=True)
    assert nash(world, instrument="full").max_deviation_gain < 1e-6


@pytest.mark.slow
def test_relabelled_countries_get_relabelled_rates():
    world = random_world(5)
    order = [2, 0, 3, 1]
    X, t = world.X[np.ix_(order, order)], world.t[np.ix_(order, order)]
    names = [world.countries[n] for n in order]
    other = World.from_arrays(names, world.sectors, X, t, world.theta, flows_include_tariff=True)
    first, second = (nash(w, instrument="mfn", check=False) for w in (world, other))
    assert second.tariffs == pytest.approx(first.tariffs[np.ix_(order, order)], abs=1e-7)


@pytest.mark.slow
def test_both_starts_reach_the_same_place_and_say_so():
    found = nash(random_world(), instrument="full")
    assert [s.name for s in found.starts] == ["base", "high"]
    assert all(s.settled for s in found.starts)
    assert len(found.equilibria) == 1


@pytest.mark.slow
def test_a_customs_union_is_one_player_with_one_external_tariff():
    world = random_world(2, ("DEU", "FRA", "USA", "CHN", "HKG", "ROW"))
    found = nash(world, instrument="full", check=False)
    assert found.players == ("EUU", "USA", "CHN", "HKG")
    t, base = found.tariffs, found.equilibrium.world.t
    assert t[0, 2:] == pytest.approx(t[1, 2:], abs=1e-12)
    assert (t[0, 1] == base[0, 1]).all()
    assert t[2, 0] == pytest.approx(t[2, 1], abs=1e-12)  # the union is one partner too
    assert (t[5] == base[5]).all()  # ROW never plays
    assert nash(world, unions=(), check=False).players == world.countries


@pytest.mark.slow
def test_a_union_of_one_is_that_country():
    world = random_world(2, ("DEU", "USA", "CHN"))
    with_union, without = (nash(world, unions=u, check=False).tariffs for u in (None, ()))
    assert with_union == pytest.approx(without, abs=1e-9)


@pytest.mark.slow
def test_splitting_a_country_into_a_union_changes_no_rate():
    """Two equal members with the same trade as one country: the external tariff is that country's."""
    whole = random_world(4, ("DEU", "USA", "CHN"), tariffs=0.0)
    part = np.array([0, 0, 1, 2])
    share = np.array([0.5, 0.5, 1.0, 1.0])
    X = whole.X[np.ix_(part, part)] * share[:, None, None] * share[None, :, None]
    halves = World.from_arrays(
        ["DEU", "FRA", "USA", "CHN"], whole.sectors, X, 0 * X, whole.theta, flows_include_tariff=True
    )
    one, two = nash(whole, check=False), nash(halves, check=False)
    assert [r["all"]["all"] for r in two.rates().values()] == pytest.approx(
        [r["all"]["all"] for r in one.rates().values()], abs=1e-8
    )


@pytest.mark.slow
def test_rigid_sectors_keep_their_rates():
    world = random_world()
    found = nash(world, instrument="mfn", sectors=["S1"], check=False)
    base = found.equilibrium.world.t
    assert (found.tariffs[:, :, [0, 2]] == base[:, :, [0, 2]]).all()
    assert abs(found.tariffs[0, 1, 1] - base[0, 1, 1]) > 1e-3


def test_a_bound_holds_and_is_reached():
    free = nash(random_world(), check=False).rates()["USA"]["all"]["all"]
    held = nash(random_world(), bounds=(0.0, free / 2))
    assert held.rates()["USA"]["all"]["all"] == pytest.approx(free / 2)
    assert held.max_deviation_gain < 1e-6


@pytest.mark.slow
def test_the_replier_answers_the_rates_it_is_given():
    world = balance(random_world())
    war = nash(world, deficits="world_share", check=False)
    reply = respond(world, "CHN", t=war.tariffs, deficits="world_share", check=False)
    assert reply.tariffs == pytest.approx(war.tariffs, abs=1e-8)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"players": ["USA", "CHM"]}, "Did you mean CHN"),
        ({"players": []}, "different players"),
        ({"instrument": "bilaterall"}, "Did you mean bilateral"),
        ({"method": "formula", "instrument": "full"}, "'uniform'"),
        ({"starts": ["low"]}, "Allowed: base, high, zero"),
        ({"sectors": ["S9"]}, "no sector 'S9'"),
        ({"bounds": (-2.0, 1.0)}, "above -1"),
    ],
)
def test_bad_input_is_one_clear_sentence(how, says):
    with pytest.raises(InputError, match=says):
        nash(random_world(), **how)


def test_a_member_of_a_union_is_told_so():
    with pytest.raises(InputError, match="customs union does"):
        nash(random_world(2, ("DEU", "FRA", "USA")), players=["DEU"])


def shared_world(folder, name, elasticities):
    file = np.load(folder / "world" / f"{name}.npz")
    X, t = file["flow"].transpose(1, 0, 2).copy(), file["tariff"].transpose(1, 0, 2)
    own = np.arange(len(X))
    if name.startswith("icio"):
        X[own, own] += 1  # as the authors do (shared data's readme)
    codes = file["countries"].tolist(), file["sectors"].tolist()
    return World.from_arrays(*codes, X, t, file[f"epsilon_{elasticities}"], flows_include_tariff=True, name=name)


def test_the_formula_reproduces_lashkaripour_on_wiod_2014(shared_data):
    reference = np.load(shared_data / "reference" / "lashkaripour_shared.npz")
    found = nash(shared_world(shared_data, "wiod2014", "IS"), unions=(), method="formula", starts=["base"], check=False)
    rates = [found.rates()[c]["all"]["all"] for c in reference["wiod2014_countries"]]
    welfare = [found.welfare_pct[c] for c in reference["wiod2014_countries"]]
    assert rates == pytest.approx(reference["wiod2014_nash_t"].tolist(), abs=1e-8)
    assert welfare == pytest.approx(reference["wiod2014_nash_W"].tolist(), abs=1e-6)


@pytest.mark.slow
def test_the_formula_reproduces_the_us_rate_and_the_exact_reply_beats_it(shared_data):
    reference = np.load(shared_data / "reference" / "lashkaripour_shared.npz")
    world = balance(shared_world(shared_data, "icio2022", "IS"))
    formula = respond(world, "USA", unions=(), method="formula", starts=["base"])
    assert formula.rates()["USA"]["all"]["all"] == pytest.approx(float(reference["us_optimal_rate"]), abs=1e-8)
    exact = respond(world, "USA", unions=(), starts=["base"])
    assert exact.welfare_pct["USA"] > formula.welfare_pct["USA"] + 1e-4
    assert exact.max_deviation_gain < 1e-6 < formula.max_deviation_gain


@pytest.mark.slow
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_player_at_war_on_the_large_world(instrument):
    found = nash(read_world("oecd-2022"), instrument=instrument, unions=())
    assert len(found.players) == 81
    assert found.max_deviation_gain < 1e-6
    assert len(found.equilibria) == 1
