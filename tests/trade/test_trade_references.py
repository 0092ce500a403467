"""Published and independently solved references, on the arrays of shared data (never on the packaged world)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from parley.trade.indicators import decomposition, foreign_flows, indicators
from parley.trade.solve import balance, solve
from published_worlds import nafta_world, tariffwar_world, uniform

TARIFFWAR_TOLERANCE = 1e-6  # percent of welfare; the references were solved to about 1e-8


def test_us_ten_percent_on_everything_as_solved_elsewhere(shared_data: Path):
    """icio2022, 81 × 28: the welfare of all 81 economies."""
    world = tariffwar_world(shared_data, "icio2022", add=1.0)
    with np.load(shared_data / "reference/lashkaripour_shared.npz") as held:
        expected = held["us_uniform_none"]
    eq = solve(world, uniform(world, np.array([0.10]), np.array([world.index("USA")])), deficits="balanced")
    assert eq.residual <= 1e-10
    np.testing.assert_allclose(100 * (eq.welfare_hat - 1), expected, atol=TARIFFWAR_TOLERANCE)


def test_formula_tariff_war_of_44_economies_as_solved_elsewhere(shared_data: Path):
    """wiod2014, 44 × 16: real income when all levy the formula's Nash rates."""
    world = tariffwar_world(shared_data, "wiod2014")
    with np.load(shared_data / "reference/lashkaripour_shared.npz") as held:
        rates, expected = held["wiod2014_nash_t"], held["wiod2014_nash_W"]
    eq = solve(world, uniform(world, rates, np.arange(44)), deficits="balanced")
    np.testing.assert_allclose(100 * (eq.welfare_hat - 1), expected, atol=TARIFFWAR_TOLERANCE)


def test_nafta_of_caliendo_and_parro(shared_data: Path):
    """Caliendo and Parro (2015), Table 2: import growth, real wages, welfare and its two parts, to their printed digits."""
    world, later = nafta_world(shared_data)
    base = balance(world, model="caliendo_parro")
    partners = [base.index(c) for c in ("MEX", "CAN", "USA")]
    t, inside = base.t.copy(), np.ix_(partners, partners)
    t[inside] = later[inside]
    eq = solve(base, t, model="caliendo_parro", deficits="balanced")
    flows, found, parts = foreign_flows(eq), indicators(eq), decomposition(eq)
    growth = [100 * (flows.new[n][partners].sum() / flows.base[n][partners].sum() - 1) for n in partners]
    np.testing.assert_allclose(growth, [118.28, 11.11, 40.52], atol=0.005)
    np.testing.assert_allclose(found["real_wage_pct"][partners], [1.72, 0.32, 0.11], atol=0.005)
    np.testing.assert_allclose(parts["volume_of_trade"][partners], [1.72, 0.04, 0.04], atol=0.005)
    np.testing.assert_allclose(parts["terms_of_trade"][partners], [-0.41, -0.11, 0.04], atol=0.005)
    total = parts["terms_of_trade"] + parts["volume_of_trade"]
    np.testing.assert_allclose(total[partners], [1.31, -0.06, 0.08], atol=0.005)


@pytest.mark.parametrize("model", ["armington", "caliendo_parro"])
@pytest.mark.slow
def test_great_shocks_are_solved(model: str):
    """145 and 125 percent between two, no tariffs anywhere, 1,000 percent by one: all to 1e-10."""
    from parley.world.read import read_world

    world = read_world("oecd-2022", links=model == "caliendo_parro")
    us, cn = world.index("USA"), world.index("CHN")
    war, free, wall = world.t.copy(), np.zeros_like(world.t), world.t.copy()
    war[us, cn, :-1] += 1.45
    war[cn, us, :-1] += 1.25
    wall[us, :, :-1] = 10.0
    wall[us, us] = 0
    for t in (war, free, wall):
        for deficits in ("world_share", "balanced", "nominal"):
            assert solve(world, t, model=model, deficits=deficits).residual <= 1e-10
