"""Shadow values of many objectives at once: each is as exact as alone, whoever leaves the others behind, and what is believed is true."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from parley.talks import multipliers_links
from parley.talks.links import Links
from parley.talks.multipliers import links_of
from parley.talks.multipliers_links import BELIEVED, MANY, System, solve_links
from parley.talks.objective import WELFARE, direct_of, flows_of
from parley.trade.solve import balance, solve
from talks_worlds import small_world

MODEL = "caliendo_parro"


@pytest.fixture(scope="module")
def links() -> Links:
    """Three countries, and the welfare of every group of them, singles twice: ten objectives."""
    world = balance(small_world(5, links=True), model=MODEL)
    eq = solve(world, world.t * 2, model=MODEL, tolerance=1e-12)
    names = range(len(world.countries))
    groups = (*(own for size in (1, 2, 3, 1) for own in combinations(names, size)),)
    flows = flows_of(eq)
    return links_of(eq, flows, direct_of(eq, WELFARE, groups, flows))[0]


def alone(links: Links, k: int) -> Links:
    """One of the objectives."""
    assert links.price is not None
    return replace(
        links, earned=links.earned[:, k : k + 1], wage=links.wage[:, k : k + 1], price=links.price[..., k : k + 1]
    )


def error(links: Links, x: np.ndarray) -> float:
    """The largest gap, in double precision, of any objective over its largest value of a unit of duties."""
    f, (rho, _, _) = System(links).gaps(x)
    return float((np.abs(f).max(axis=0) / np.abs(rho).max(axis=0)).max())


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-8, 1e-12])
def test_each_of_many_objectives_meets_the_tolerance_and_has_the_values_that_it_has_alone(
    links: Links, tolerance: float
) -> None:
    assert links.earned.shape[1] >= MANY
    rho, v, m, iterate = solve_links(links, None, tolerance)
    assert error(links, iterate.x) <= tolerance
    for held, there in zip((rho, v, m), System(links).values(iterate.x), strict=False):
        np.testing.assert_array_equal(held, there)
    for k in (0, 5, 9):
        one = solve_links(alone(links, k), None, 1e-13)[0][:, 0]
        gap = rho[:, k] - one
        assert np.abs(gap - gap.mean()).max() <= 300 * tolerance * np.abs(one).max()  # a common constant is free


@pytest.mark.parametrize("aim", [1e-1, 1e-2, 2 * BELIEVED])
def test_what_single_precision_says_is_closed_is_closed(
    links: Links, aim: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a rough start, a tolerance that one correction meets is met without another measure."""
    start = solve_links(links, None, 1e-5)[3]
    tolerance = error(links, start.x) * aim / multipliers_links.SPARE
    measured: list[int] = []
    plain = System.gaps
    monkeypatch.setattr(
        System, "gaps", lambda self, x: (measured.append(x.shape[1]) if x.dtype == float else None) or plain(self, x)
    )
    found = solve_links(links, start, tolerance)[3]
    assert len(measured) == 1
    monkeypatch.undo()
    assert 0 < error(links, found.x) <= tolerance
