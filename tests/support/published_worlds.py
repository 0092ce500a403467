"""The worlds of published papers, put together from the arrays of shared data."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from parley.world.world import World


def tariffwar_world(shared_data: Path, name: str, add: float = 0.0) -> World:
    """A prepared world of flows [seller, buyer, sector] with its authors' own elasticities (tests only)."""
    with np.load(shared_data / f"world/{name}.npz", allow_pickle=False) as held:
        flows, t = held["flow"].transpose(1, 0, 2).copy(), held["tariff"].transpose(1, 0, 2)
        countries, sectors, theta = held["countries"], held["sectors"], held["epsilon_IS"]
    own = np.arange(len(countries))
    flows[own, own] += add
    return World.from_arrays(countries.tolist(), sectors.tolist(), flows, t, theta, flows_include_tariff=True)


def uniform(world: World, rates: np.ndarray, buyers: np.ndarray) -> np.ndarray:
    """The base rates with those of some buyers replaced by one rate each, in every sector, on every partner."""
    t = world.t.copy()
    t[buyers] = rates[:, None, None]
    t[buyers, buyers] = 0
    return t


def nafta_world(shared_data: Path) -> tuple[World, np.ndarray]:
    """(the 31 × 40 world of 1993, the rates of 2005), by the recipe of the data's readme and docs/replication.md."""
    with np.load(shared_data / "world/cp2015.npz", allow_pickle=False) as held:
        trade, t, later = (held[k].transpose(1, 2, 0).copy() for k in ("trade", "tariff1993", "tariff2005"))
        output, beta, theta = held["gross_output"].T, held["va_share"].T, held["theta"]
        gamma = np.maximum(held["io_share"], 0)  # one cell is −0.0008
        names = held["countries"].tolist(), held["sectors"].tolist()
    exports, own = trade.sum(axis=0), np.arange(31)
    output = np.maximum(output, exports)
    trade[own, own] = output - exports
    used = gamma.sum(axis=1, keepdims=True)
    gamma = gamma / np.where(used > 0, used, 1)
    final = (trade * (1 + t)).sum(axis=1) - np.einsum("nks,ns->nk", gamma, (1 - beta) * output)
    final = np.maximum(final, 0)
    shares = {"value_added_share": beta, "io_share": gamma}
    alpha = final / final.sum(axis=1, keepdims=True)
    return World.from_arrays(*names, trade, t, theta, flows_include_tariff=False, final_share=alpha, **shares), later
