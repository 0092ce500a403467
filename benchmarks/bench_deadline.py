"""Time of the deadline game of 60 countries on the packaged world, beside the goal of 10 s. Run: python benchmarks/bench_deadline.py

Rates are made up, no law is read: today 10 points on every partner, 10 to 49 at the deadline; who signs gives up its own duties
on the hub's goods. The figures are for timing, not to quote. Every economy stands for itself, members of the union too.
"""

from __future__ import annotations

import time

import numpy as np

from parley.rates import Wedges
from parley.record.outcomes import share_of
from parley.talks.games.deadline import Stage, stage_of, stakes_of, thresholds, with_cut
from parley.talks.games.joint_play import joint_part
from parley.trade.solve import balance, solve
from parley.world.read import read_world
from parley.world.world import World

COUNTRIES, GOAL = 60, 10.0


def made_up(world: World, count: int = COUNTRIES) -> tuple[Stage, dict[str, tuple[float, float]]]:
    """The Stage of so many partners of the United States, and their rates now and then."""
    hub = world.index("USA")
    chosen = [n for n, c in enumerate(world.countries) if c not in ("USA", "CHN", "ROW")][:count]
    partners = {world.countries[n]: (n,) for n in chosen}
    later = {name: 0.10 + 0.01 * (7 * k % 40) for k, name in enumerate(partners)}
    t, t_then = world.t.copy(), world.t.copy()
    for name, (n,) in partners.items():
        t[hub, n, :-1] += 0.10  # services, the last sector, bear no duty
        t_then[hub, n, :-1] += later[name]
    now, then = Wedges.from_rates(t, world.t), Wedges.from_rates(t_then, world.t)
    wedges = now, then, with_cut(now, (hub,), partners, 1.0)

    def solved(w: Wedges, start=None):
        return solve(world, w, start=start)

    return stage_of(world, ("USA", (hub,)), partners, wedges, solved), {k: (0.10, v) for k, v in later.items()}


def play(world: World, count: int = COUNTRIES) -> dict:
    """The whole game: thresholds in order, the joint game at three p, the hub's best terms."""
    stage, rates = made_up(world, count)
    stakes, residual = stakes_of(stage, rates)
    found = thresholds(stakes)
    joint = joint_part(stage, stakes, {None: stage.now}, {"p": share_of(2, 5)})
    return {"order": [f.stakes.id for f in found if f.decision == "folds"], "residual": residual} | joint


def main() -> None:
    """One line a run."""
    world = balance(read_world("oecd-2022"))
    for _ in range(3):
        began, used = time.perf_counter(), time.process_time()
        found = play(world)
        wall, cpu = time.perf_counter() - began, time.process_time() - used
        counts = [len(e["signers"]) for j in found["joint"] for e in j["equilibria"]]
        print(
            f"deadline, {COUNTRIES} countries: {wall:.2f} s wall, {cpu:.2f} s processor, goal {GOAL:g} s; "
            f"{found['joint_solves']} cases of the joint game, signers at p = "
            f"{', '.join(f'{p:.2f}' for p in found['p']['values'])}: {counts}; largest residual {np.max(found['residual']):.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
