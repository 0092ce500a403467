"""Times of best replies, wars and deals beside their goals. Run: python benchmarks/bench_nash.py [--shared ../shared/data]

Three times a row: one start without the check; one start with it; and the call as users make it: two starts, and the
largest gain by deviating (at 81 players 729 trials, each solved again). Worlds are balanced before the clock starts, as in the default
closure of a balanced world. Pin BLAS to one thread (OMP_NUM_THREADS=1) to compare. Rows of Ossa need the shared data.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from parley.talks.game import nash, respond
from parley.talks.games.bargain import bargain
from parley.trade.solve import balance
from parley.world.read import read_world

ONE = {"starts": ["base"], "check": False}
REPEATS = 3


def fastest(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, float, Any]:
    """(wall seconds, processor seconds, result) of the fastest of so many runs."""
    best = (float("inf"), float("inf"), None)
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        found = work()
        best = min(best, (time.perf_counter() - wall, time.process_time() - processor, found), key=lambda b: b[0])
    return best


def row(name: str, goal: str, work: Callable[..., Any]) -> None:
    """One line: a single start, the same with its certificate, then the default call, beside the goal."""
    single, single_cpu, _ = fastest(partial(work, **ONE))
    proved, proved_cpu, _ = fastest(partial(work, starts=["base"]))
    whole, whole_cpu, found = fastest(work)
    steps = ", ".join(f"{s.name} {s.steps}" for s in found.starts)
    print(
        f"{name:<44} one start {single:6.3f} s (cpu {single_cpu:6.3f})  proved {proved:6.3f} s (cpu {proved_cpu:6.3f})  "
        f"default {whole:6.3f} s (cpu {whole_cpu:6.3f})  "
        f"goal {goal:<5} {steps}; {found.equilibria[0].deviations_tried} trials, gain {found.max_deviation_gain:.0e} %",
        flush=True,
    )


def deal_row(name: str, goal: str, work: Callable[[], Any]) -> None:
    """One line of a deal, its war and its proof included."""
    wall, processor, deal = fastest(work)
    print(f"{name:<44} {wall:6.3f} s (cpu {processor:6.3f})  goal {goal:<5} {deal.agreed.steps} steps", flush=True)


def ossa(shared: Path) -> None:
    """Rows on Ossa's (2014) world, without and with lobbying."""
    from replication_ossa import aims, read_paper

    paper = read_paper(shared)
    for words, politics in (("", None), (", lobbying", paper.politics)):
        how = aims(politics)
        row(f"Ossa 7 x 33, best response USA{words}", "0.1", partial(respond, paper.world, "USA", "full", **how))
        row(f"Ossa 7 x 33, Nash{words}", "0.2", partial(nash, paper.world, None, "full", **how))
        for threat in ("nash", "factual", "free_trade"):
            work = partial(bargain, paper.world, None, "full", threat=threat, **how)
            deal_row(f"Ossa 7 x 33, bargain from {threat}{words}", "1", work)


def main() -> None:
    """All rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    shared = parser.parse_args().shared
    if (shared / "reference" / "ossa2014").is_dir():
        ossa(shared)
    else:
        print(f"no {shared}: rows of Ossa (2014) left out")
    world = balance(read_world("oecd-2022"))
    row("81 x 28, formula, 81 players", "0.1", partial(nash, world, unions=(), method="formula"))
    for instrument in ("uniform", "mfn", "bilateral", "full"):
        row(f"81 x 28, Nash {instrument}, 81 players", "2", partial(nash, world, None, instrument, unions=()))
    row("81 x 28, Nash full, EU as one", "2", partial(nash, world, None, "full"))
    row("81 x 28, best response USA, full", "–", partial(respond, world, "USA", "full"))
    how = {"model": "caliendo_parro", "unions": ()}
    linked = balance(read_world("oecd-2022", links=True), model="caliendo_parro")
    row("81 x 28 with links, best response USA, full", "0.3", partial(respond, linked, "USA", "full", **how))
    row("81 x 28 with links, Nash full, 81 players", "8", partial(nash, linked, None, "full", **how))


if __name__ == "__main__":
    main()
