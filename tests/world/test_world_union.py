"""A union as one economy: sums add up, the rest of the world is what it was, nothing changes where nothing is changed."""

from __future__ import annotations

import numpy as np
import pytest

from parley.codes import members
from parley.errors import WorldError
from parley.trade.solve import solve
from parley.world.read import read_world
from parley.world.union import one_economy
from parley.world.world import World


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "links"])
def worlds(request):
    world = read_world("oecd-2022", links=request.param or None)
    return world, one_economy(world, "EUU")


@pytest.mark.slow
def test_accounts_add_up(worlds) -> None:
    world, joined = worlds
    inside = [world.index(c) for c in members("EUU") if c in world.countries]
    n = joined.index("EUU")
    assert len(joined.countries) == len(world.countries) - len(inside) + 1
    np.testing.assert_allclose(joined.base.S[n], world.base.S[inside].sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(joined.base.VA[n], world.base.VA[inside].sum(), rtol=1e-10)
    np.testing.assert_allclose(joined.base.D[n], world.base.D[inside].sum(), atol=1e-6 * world.base.VA[inside].sum())
    us, old = joined.index("USA"), world.index("USA")
    np.testing.assert_allclose(joined.base.E[us], world.base.E[old], rtol=1e-12)
    np.testing.assert_allclose(joined.X[us, n], world.X[old, inside].sum(axis=0), rtol=1e-12)
    duties = world.X[old, inside] * world.t[old, inside] / (1 + world.t[old, inside])
    np.testing.assert_allclose(joined.X[us, n] * joined.t[us, n] / (1 + joined.t[us, n]), duties.sum(axis=0), atol=1e-9)


@pytest.mark.slow
def test_no_change_is_no_change_and_a_duty_is_certified(worlds) -> None:
    _, joined = worlds
    model = "caliendo_parro" if joined.has_links else "armington"
    still = solve(joined, joined.t, model=model)
    np.testing.assert_allclose(still.welfare_hat, 1.0, atol=1e-9)
    t = joined.t.copy()
    goods = [s for s, name in enumerate(joined.sectors) if name != "SERVICES"]
    t[joined.index("EUU"), joined.index("USA"), goods] += 0.1
    made = solve(joined, t, model=model)
    assert made.residual < 1e-8
    assert made.welfare_hat[joined.index("USA")] < 1


@pytest.mark.slow
def test_a_world_that_holds_it_stays_and_one_without_members_is_refused(worlds) -> None:
    world, joined = worlds
    assert one_economy(joined, "EUU") is joined
    assert one_economy(world, "USA") is world
    assert joined.places("EUU") == (joined.index("EUU"),)
    assert joined.places("DEU") == ()
    assert len(world.places("EUU")) == 27
    flows = np.ones((2, 2, 1))
    apart = World.from_arrays(("USA", "CHN"), ("a",), flows, 0 * flows, [4.0], flows_include_tariff=True)
    with pytest.raises(WorldError, match="no member of"):
        one_economy(apart, "EUU")
