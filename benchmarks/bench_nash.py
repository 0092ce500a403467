"""Times of best replies and tariff wars on the packaged world, beside the goals. Run: python benchmarks/bench_nash.py

The world has no input-output links of its own here: for the rows "with links" each sector uses inputs in the
proportions of its country's spending and adds half of its value. That is a stand-in for timing, no world to quote.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from parley.talks.game import nash, respond
from parley.trade.solve import balance
from parley.world.read import read_world
from parley.world.world import World


def with_stand_in_links(world: World) -> World:
    """The world with value-added shares of one half and inputs in the proportions of spending."""
    spent = world.X.sum(axis=1)
    shares = spent / spent.sum(axis=1, keepdims=True)
    gamma = np.repeat(shares[:, :, None], len(world.sectors), axis=2)
    return World.from_arrays(
        world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True,
        value_added_share=np.full(shares.shape, 0.5), io_share=gamma, name=f"{world.name}, stand-in links",
    )  # fmt: skip


def timed(name: str, goal: str, work: Callable[[], object], repeats: int = 3) -> None:
    """One line: the fastest of so many runs, beside the goal."""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - began)
    steps = ", ".join(f"{s.name} {s.steps}" for s in found.starts)  # type: ignore[attr-defined]
    gain = found.max_deviation_gain  # type: ignore[attr-defined]
    checked = "" if gain is None else f", largest gain by deviating {gain:.1e} %"
    print(f"{name:<58} {min(seconds):7.3f} s   goal {goal:<8} steps: {steps}{checked}", flush=True)


def main() -> None:
    """All rows."""
    world = balance(read_world("oecd-2022"))
    linked = balance(with_stand_in_links(read_world("oecd-2022")), model="caliendo_parro")
    one = {"starts": ["base"], "check": False}
    timed("formula, 81 players", "0.1", lambda: nash(world, unions=(), method="formula", **one))
    for instrument in ("uniform", "mfn", "bilateral", "full"):
        timed(f"exact {instrument}, 81 players", "2", lambda i=instrument: nash(world, None, i, unions=(), **one))
    timed("exact full, EU as one", "2", lambda: nash(world, None, "full", **one))
    timed("exact full, EU as one, two starts and deviations", "–", lambda: nash(world, None, "full"), 1)
    timed("best reply USA, full", "–", lambda: respond(world, "USA", "full", **one))
    timed(
        "best reply USA, full, with links", "0.3", lambda: respond(linked, "USA", "full", model="caliendo_parro", **one)
    )
    timed("exact full, 81 players, with links", "8",
          lambda: nash(linked, None, "full", unions=(), model="caliendo_parro", **one), 1)  # fmt: skip


if __name__ == "__main__":
    main()
