"""Two wedges a cell: the numbers of docs/method.md, limits, bounds, what is left out, and how fast."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import WorldError
from parley.rates import RateTable
from parley.trade.solve import solve
from parley.world.grid import base_rates, cell_wedges, place_wedges, sector_of
from parley.world.read import read_world
from parley.world.world import World


def tiny_world(theta: float = 4.0) -> World:
    """Four economies of which two are in one customs union, two sectors."""
    flows = np.random.default_rng(1).uniform(1, 2, (4, 4, 2))
    t = np.zeros_like(flows)
    names = ["USA", "CHN", "DEU", "FRA"], ["goods", "other"]
    return World.from_arrays(*names, flows, t, np.array([theta, 3.0]), flows_include_tariff=True)


def table(before, after, weight, origins=("CHN",), destination="USA") -> RateTable:
    products = tuple(f"{k:010d}" for k in range(len(before)))
    arrays = [np.array(a, dtype=float).reshape(len(before), len(origins)) for a in (before, after, weight)]
    day = date(2025, 5, 2)
    return RateTable(destination, products, origins, *arrays, date(2025, 1, 1), day, day, "test")


def test_half_of_a_sector_excluded_from_145_percent():
    """The price wedge is about 18 percent where the mean rate is 72 percent."""
    cells = cell_wedges(table([0, 0], [1.45, 0], [1, 1]), tiny_world(), sectors=["goods", "goods"])
    assert cells.tau_hat[0, 0] == pytest.approx((0.5 + 0.5 * 2.45**-4) ** -0.25, rel=1e-14)
    assert cells.tau_hat[0, 0] == pytest.approx(1.181, abs=5e-4)
    assert cells.mean_new[0, 0] == pytest.approx(0.725)
    taxed = 0.5 * 2.45**-4 / (0.5 + 0.5 * 2.45**-4)
    assert cells.r_new[0, 0] == pytest.approx(taxed * 1.45 / 2.45, rel=1e-13)
    assert not cells.known[0, 1]
    assert cells.covered.tolist() == [[1.0, 0.0]]


def test_elasticity_one_is_the_limit_and_the_lower_end():
    """eta → 1 is the geometric mean; the wedge falls as buyers can switch more easily."""
    rates = table([0.02, 0.1, 0], [1.45, 0.3, 0], [3, 1, 2])
    at = [cell_wedges(rates, tiny_world(), eta, ["goods"] * 3).tau_hat[0, 0] for eta in (0.0, 1.0, 1 + 1e-7, 5.0, None)]
    omega = np.array([3 * 1.02, 1.1, 2]) / (3 * 1.02 + 1.1 + 2)
    assert at[1] == pytest.approx(np.prod(np.array([2.45 / 1.02, 1.3 / 1.1, 1]) ** omega), rel=1e-14)
    assert at[2] == pytest.approx(at[1], rel=1e-6)
    assert at[0] > at[1] > at[3] == pytest.approx(at[4], rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 3), st.floats(0.01, 10)), min_size=1, max_size=8),
    st.floats(0, 12),
)
def test_wedges_lie_between_the_products_own(lines, eta):
    before, after, weight = (list(column) for column in zip(*lines, strict=True))
    cells = cell_wedges(table(before, after, weight), tiny_world(), eta, ["goods"] * len(lines))
    factors = (1 + np.array(after)) / (1 + np.array(before))
    assert factors.min() * (1 - 1e-9) <= cells.tau_hat[0, 0] <= factors.max() * (1 + 1e-9)
    shares = np.array(after) / (1 + np.array(after))
    assert shares.min() - 1e-9 <= cells.r_new[0, 0] <= shares.max() + 1e-9
    assert cells.mean_base[0, 0] == pytest.approx(np.average(before, weights=weight), abs=1e-12)
    assert cells.r_base[0, 0] == pytest.approx(cells.mean_base[0, 0] / (1 + cells.mean_base[0, 0]), abs=1e-12)


def test_unknown_rates_are_left_out_and_said():
    rates = table([0, np.nan, 0.1], [0.5, 0.5, 0.1], [1, 3, 0])
    cells = cell_wedges(rates, tiny_world(), sectors=["goods", "goods", "other"])
    assert cells.tau_hat[0, 0] == pytest.approx(1.5)
    assert cells.covered.tolist() == [[0.25, 0.0]]
    assert cells.plain.tolist() == [[False, True]]
    assert cells.mean_base[0, 1] == pytest.approx(0.1)
    assert cell_wedges(rates, tiny_world(), sectors=["goods", None, None]).unplaced == pytest.approx(0.75)


def test_placed_wedges_touch_the_named_cells_only():
    world = tiny_world()
    rates = table([0.05, 0.05], [0.25, 0.45], [1, 1], ("CHN", "EUU")[:1])
    cells = cell_wedges(rates, world, sectors=["goods", "goods"])
    with pytest.raises(WorldError, match="with_tariffs"):
        place_wedges(world, [cells])
    world = world.with_tariffs(base_rates(world, [cells]))
    assert world.t[0, 1, 0] == pytest.approx(0.05)
    wedges = place_wedges(world, [cells])
    touched = np.argwhere(wedges.tau_hat != 1).tolist()
    assert touched == [[0, 1, 0]]
    np.testing.assert_allclose(wedges.revenue_share[0, 1, 1], 0)
    assert solve(world, wedges).residual <= 1e-10


def test_a_union_stands_for_its_members_and_levies_nothing_inside():
    world = tiny_world()
    by_union = cell_wedges(table([0], [0.2], [1], ("USA",), "EUU"), world, sectors=["goods"])
    assert np.argwhere(place_wedges(world, [by_union]).tau_hat != 1).tolist() == [[2, 0, 0], [3, 0, 0]]
    on_union = cell_wedges(table([0], [0.2], [1], ("EUU",), "FRA"), world, sectors=["goods"])
    assert np.all(place_wedges(world, [on_union]).tau_hat == 1)
    on_union = cell_wedges(table([0], [0.2], [1], ("EUU",), "CHN"), world, sectors=["goods"])
    assert np.argwhere(place_wedges(world, [on_union]).tau_hat != 1).tolist() == [[1, 2, 0], [1, 3, 0]]


def test_products_find_their_sector_by_the_longest_prefix():
    """Phones and laptops are electronics, toys other manufactures, soya beans a crop, pork food, cars vehicles."""
    codes = ["8517130000", "8471300100", "9503000073", "1201900095", "0203299000", "8703230190", "2709002090"]
    assert sector_of(codes) == ["C26", "C26", "C31T33", "A01", "C10T12", "C29", "B06"]
    assert sector_of(["0000"]) == [None]
    assert "SERVICES" not in sector_of(codes, read_world("oecd-2022"))


@pytest.mark.slow
def test_a_whole_schedule_fills_every_cell():
    """19,000 lines × 80 origins: every cell of goods is known, none of services."""
    world, draw = read_world("oecd-2022"), np.random.default_rng(0)
    origins = tuple(c for c in world.countries if c != "USA")
    shape = (19_000, len(origins))
    sectors = [world.sectors[k] for k in draw.integers(0, 27, shape[0])]
    rates = table(draw.uniform(0, 0.1, shape), draw.uniform(0, 1, shape), draw.uniform(0, 1, shape), origins)
    cells = cell_wedges(rates, world, sectors=sectors)
    assert cells.known[:, :27].all()
    assert not cells.known[:, 27].any()
