"""Very wide draws of elasticities with links: how many are solved, by which rung, and why others are refused.

Run: python benchmarks/bench_draws.py [--draws 420] [--spread 1.6]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from bench_solve import war

from parley.errors import NotSolvedError
from parley.trade.solve import solve
from parley.trade.uncertainty import draws_of
from parley.world.read import read_world


def main() -> None:
    """Counts of the last rung tried, the most passes, and every refusal with its reason."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=420)
    parser.add_argument("--spread", type=float, default=1.6)
    asked = parser.parse_args()
    world = read_world("oecd-2022", links=True)
    t, draws = war(world), draws_of(asked.draws, 0, asked.spread)
    rungs, passes, began = Counter[str](), 0, time.process_time()
    for draw in range(draws.count):
        drawn = world.with_theta(draws.theta(world.theta, draw), f"draw {draw}")
        try:
            eq = solve(drawn, t, model="caliendo_parro")
        except NotSolvedError as refused:
            rungs["refused"] += 1
            print(f"draw {draw}: {refused}")
            continue
        rungs[eq.steps[-1]] += 1
        passes = max(passes, eq.passes)
    told = ", ".join(f"{count} {rung}" for rung, count in rungs.most_common())
    print(
        f"{draws.count} draws at spread {draws.spread}: {told}; at most {passes} passes, {time.process_time() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
