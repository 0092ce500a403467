"""Political weights read off a schedule, and what keeps a deal: closed forms and round trips."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import InputError
from parley.talks.game import respond
from parley.talks.games.sustain import critical_discount, sustain
from parley.talks.games.weights import revealed_weights
from parley.trade.solve import balance, solve
from parley.world.world import World
from talks_worlds import favours, small_world


@pytest.mark.slow
@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
@pytest.mark.parametrize("revenue", [True, False])
def test_weights_are_read_back_from_the_best_reply_that_they_make(model, revenue):
    world = balance(small_world(links=model == "caliendo_parro"), model=model)
    given = favours(world)
    how = {"objective": "government", "political": given, "model": model, "deficits": "world_share", "check": False}
    reply = respond(world, "USA", "mfn", **how)
    found = revealed_weights(reply.equilibrium, "USA", revenue=revenue)
    assert found.exists
    assert found.weight == pytest.approx(given[0], abs=1e-5)
    assert found.revenue_weight == pytest.approx(0, abs=1e-5)


def test_no_weights_make_a_schedule_that_differs_by_partner_a_best_reply():
    world = balance(small_world())
    t = world.t.copy()
    t[0, 1], t[0, 2] = [0.9, 0.0, 0.3], [0.0, 1.2, 0.1]
    found = revealed_weights(solve(world, t), "USA", "full")
    assert not found.exists
    assert found.gap > 1e-3
    assert "no weights" in found.reason


def test_the_price_of_a_favour_is_welfare_lost_over_income_moved():
    world = balance(small_world())
    t = world.t.copy()
    t[0, 1:] = 0.8
    eq = solve(world, t, tolerance=1e-13)
    found = revealed_weights(eq, "USA")
    real = []
    for step in (1e-4, -1e-4):
        moved = t.copy()
        moved[0, 1:, 1] = np.expm1(np.log1p(0.8) + step)
        other = solve(world, moved, tolerance=1e-13)
        price = np.exp((world.alpha[0] * np.log(other.P_hat[0])).sum())
        sold = (other.X_new[:, 0, 1] * (1 - other.wedges.revenue_share[:, 0, 1])).sum()
        labour = other.w_hat[0] * world.base.VA[0]
        real.append((world.base.income[0] * other.welfare_hat[0], sold * (1 + other.revenue_new[0] / labour) / price))
    lost, moved_to = real[1][0] - real[0][0], real[0][1] - real[1][1]
    assert found.price[1] == pytest.approx(lost / moved_to, rel=1e-5)
    assert lost > 0


@pytest.mark.parametrize(("deal", "cheat", "punished"), [(1.0, 2.0, 0.0), (0.5, 0.6, -3.0)])
@pytest.mark.parametrize("lag", [1, 3])
def test_at_the_critical_discount_factor_both_ways_pay_alike(deal, cheat, punished, lag):
    delta, _ = critical_discount(deal, cheat, punished, lag)
    assert (1 - delta**lag) * cheat + delta**lag * punished == pytest.approx(deal, abs=1e-12)
    finite, _ = critical_discount(deal, cheat, punished, lag, 400)
    assert finite == pytest.approx(delta, abs=1e-6)  # a long punishment is one for ever


def test_a_prisoners_dilemma_has_its_textbook_discount_factor():
    assert critical_discount(3.0, 5.0, 1.0)[0] == pytest.approx(0.5)
    assert critical_discount(3.0, 5.0, 1.0, lag=2)[0] == pytest.approx(np.sqrt(0.5))
    assert critical_discount(3.0, 3.0, 1.0)[0] == 0.0
    assert critical_discount(3.0, 5.0, 3.0)[0] is None
    assert critical_discount(3.0, 5.0, 1.0, length=1)[0] == pytest.approx(1.0)
    assert critical_discount(3.0, 6.0, 1.0, length=1)[0] is None


def symmetric(size=2.0):
    X = np.array([[8.0, size], [size, 8.0]])[:, :, None]
    t = np.array([[0.0, 0.2], [0.2, 0.0]])[:, :, None]
    return World.from_arrays(["USA", "CHN"], ["S0"], X, t, np.array([5.0]), flows_include_tariff=True)


@pytest.mark.slow
def test_alike_countries_need_alike_patience_and_punishment_by_war_needs_less_than_snapback():
    war, back = (sustain(symmetric(), punishment=name) for name in ("nash", "snapback"))
    for found in (war, back):
        first, second = found.patience
        assert first.delta == pytest.approx(second.delta, abs=1e-8)
        assert 0 < first.delta < 1
        assert first.cheat > first.deal > first.punished
    harsher, milder = sorted((war, back), key=lambda found: found.patience[0].punished)
    assert harsher.patience[0].delta < milder.patience[0].delta


@pytest.mark.slow
def test_less_patience_keeps_a_smaller_cut_and_slower_detection_too():
    cuts = [sustain(symmetric(), discount=d).deepest_cut for d in (0.1, 0.3, 0.9)]
    assert cuts[0] < cuts[1] < cuts[2] == 1.0
    assert sustain(symmetric(), discount=0.3, lag=3).deepest_cut < cuts[1]


@pytest.mark.parametrize("how", [{"punishment": "nsh"}, {"discount": 1.0}, {"lag": 0}])
def test_bad_input_is_refused(how):
    with pytest.raises(InputError):
        sustain(symmetric(), **how)
