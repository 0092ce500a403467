"""Indicators: each is what its definition says, and the range over sets keeps the sign honest."""

from __future__ import annotations

import numpy as np
import pytest

from parley.trade.answers import INDICATORS
from parley.trade.indicators import DEFINITIONS, by_country, foreign_flows, indicators
from parley.trade.solve import solve
from parley.trade.uncertainty import across_sets
from parley.world.read import read_world
from trade_worlds import shocked, small_world


def test_nothing_changes_without_a_change():
    world = small_world()
    found = indicators(solve(world))
    for name, values in found.items():
        if not INDICATORS[name].share_of:  # a level
            np.testing.assert_allclose(values, 0, atol=1e-10)
    np.testing.assert_allclose(found["tariff_revenue_pct_gdp"], found["tariff_revenue_base_pct_gdp"], rtol=1e-10)
    gdp = world.base.VA + (world.X * world.t / (1 + world.t)).sum(axis=(1, 2))
    expected = 100 * (world.X * world.t / (1 + world.t)).sum(axis=(1, 2)) / gdp
    np.testing.assert_allclose(found["tariff_revenue_base_pct_gdp"], expected, rtol=1e-12)


def test_trade_adds_up_and_pays_for_itself():
    """World exports equal world imports; with balanced trade each country's growth of both is the same."""
    world = small_world()
    eq = solve(world, shocked(world), deficits="balanced")
    flows, found = foreign_flows(eq), indicators(eq)
    np.testing.assert_allclose(found["exports_pct"], found["imports_pct"], atol=1e-7)
    np.testing.assert_allclose(flows.new.sum(axis=(0, 2)), flows.new.sum(axis=(1, 2)), rtol=1e-9)
    hand = 100 * (flows.new.sum(axis=(0, 2)) / flows.base.sum(axis=(0, 2)) - 1)
    np.testing.assert_allclose(found["exports_pct"], hand)


def test_one_levier_gains_terms_of_trade_and_the_others_lose_them():
    world = small_world(rate=0.0)
    t = np.zeros_like(world.t)
    t[0] = 0.1
    t[0, 0] = 0
    terms = indicators(solve(world, t, deficits="balanced"))["terms_of_trade_pct"]
    assert terms[0] > 0 > terms[1:].max()


@pytest.mark.slow
def test_ranges_hold_every_set_and_say_where_signs_differ():
    world = read_world("oecd-2022")
    us, cn = world.index("USA"), world.index("CHN")
    t = world.t.copy()
    t[us, cn, :-1] += 1.45
    spread = across_sets(world, lambda held: solve(held, t))
    assert set(spread) == set(world.countries)
    assert set(spread["USA"]) == set(DEFINITIONS)
    held = by_country(solve(world, t))  # the default set is one of them
    for country, figures in spread.items():
        for name, found in figures.items():
            assert found["low"] <= held[country][name] <= found["high"]
            assert found["low"] <= found["median"] <= found["high"]
            assert found["sign_differs"] == (found["low"] < 0 < found["high"])
            assert len(found["over"]) == 7
