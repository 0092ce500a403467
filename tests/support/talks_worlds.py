"""Small random worlds for tests of talks."""

from __future__ import annotations

import numpy as np

from parley.world.world import World


def random_world(seed=1, names=("USA", "CHN", "JPN", "GBR"), sectors=3, theta=None, tariffs=0.3):
    draw = np.random.default_rng(seed)
    N = len(names)
    X = draw.lognormal(size=(N, N, sectors))
    X[np.arange(N), np.arange(N)] *= 8
    t = draw.uniform(0, tariffs, (N, N, sectors))
    t[np.arange(N), np.arange(N)] = 0
    theta = draw.uniform(2, 8, sectors) if theta is None else np.asarray(theta)
    codes = [f"S{k}" for k in range(sectors)]
    return World.from_arrays(list(names), codes, X, t, theta, flows_include_tariff=True)


def small_world(seed=1, links=False, sectors=3):
    draw = np.random.default_rng(seed)
    X = draw.lognormal(size=(3, 3, sectors))
    X[np.arange(3), np.arange(3)] *= 8
    t = draw.uniform(0, 0.3, (3, 3, sectors))
    t[np.arange(3), np.arange(3)] = 0
    more = {}
    if links:
        spent = X.sum(axis=1)
        shares = spent / spent.sum(axis=1, keepdims=True)
        more = {"value_added_share": np.full((3, sectors), 0.5), "io_share": np.repeat(shares[:, :, None], sectors, 2)}
    theta = np.linspace(2, 6, sectors)
    codes = [f"S{k}" for k in range(sectors)]
    return World.from_arrays(["USA", "CHN", "JPN"], codes, X, t, theta, flows_include_tariff=True, **more)


def favours(world, seed=3):
    """Political weights of mean one over a country's sectors."""
    made = np.random.default_rng(seed).uniform(0.6, 1.4, (len(world.countries), len(world.sectors)))
    return made / made.mean(axis=1, keepdims=True)
