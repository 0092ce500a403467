"""Small random worlds, and shocks to them, for tests of every model."""

from __future__ import annotations

import numpy as np

from parley.trade.models import read_model
from parley.trade.solve import balance, rebase, solve
from parley.world.world import World


def small_world(N: int = 4, S: int = 3, seed: int = 7, links: bool = False, rate: float = 0.08) -> World:
    """A random world with home bias, deficits, tariffs and, if asked, input-output links."""
    draw = np.random.default_rng(seed)
    flows = draw.lognormal(0, 1, (N, N, S))
    flows[np.arange(N), np.arange(N)] *= 8
    t = draw.uniform(0, 2 * rate, (N, N, S)) if rate else np.zeros((N, N, S))
    t[np.arange(N), np.arange(N)] = 0
    theta = draw.uniform(2, 7, S)
    shares = {}
    if links:
        gamma = draw.uniform(0.2, 1, (N, S, S))
        final = draw.uniform(0.5, 1, (N, S))
        shares = {
            "value_added_share": draw.uniform(0.4, 0.8, (N, S)),
            "io_share": gamma / gamma.sum(axis=1, keepdims=True),
            "final_share": final / final.sum(axis=1, keepdims=True),
        }
    names = [f"C{n:02d}" for n in range(N)], [f"S{s}" for s in range(S)]
    return World.from_arrays(*names, flows, t, theta, flows_include_tariff=True, **shares)


def symmetric_pair(own: float, theta: float, beta: float | None = None) -> World:
    """Two equal countries, one sector, no duties; `own` is the share of spending on own goods."""
    flows = np.array([[own, 1 - own], [1 - own, own]])[:, :, None]
    one = np.ones((2, 1))
    shares = {"value_added_share": beta * one, "io_share": np.ones((2, 1, 1)), "final_share": one} if beta else {}
    return World.from_arrays(["A", "B"], ["x"], flows, 0 * flows, [theta], flows_include_tariff=True, **shares)


TIGHT = 1e-12  # asked of the solver where two solves are compared


def world_for(model: str, **asked) -> World:
    """A world at rest under the model: where final shares and links do not fit the flows, it is balanced first."""
    world = small_world(links=read_model(model).LINKS, **asked)
    return balance(world, model=model) if world.has_links else world


def shocked(world: World, seed: int = 3) -> np.ndarray:
    """Rates up by as much as 60 points, some down to zero."""
    draw = np.random.default_rng(seed)
    t = world.t + draw.uniform(0, 0.6, world.t.shape) * draw.integers(0, 2, world.t.shape)
    t[0] = 0
    t[np.arange(len(t)), np.arange(len(t))] = 0
    return t


RELIEF = {"revenue": "tax_relief", "labour_supply": 0.5, "tax_rate": 0.3}


def base_for(model: str, **asked) -> World:
    """A balanced world with its accounts at rest."""
    return balance(world_for(model, **asked), model=model)


def with_deficits(model: str, rate: float = 0.08) -> World:
    """A world at rest that has its deficits."""
    world = small_world(links=read_model(model).LINKS, rate=rate)
    return rebase(solve(world, model=model, deficits="nominal", tolerance=TIGHT)) if world.has_links else world
