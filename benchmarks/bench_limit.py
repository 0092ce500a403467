"""How far a solve is from its limits: python benchmarks/bench_limit.py [--shared ../shared/data] [--runs 20] [--many 200].

Processor time of one thread, best of several runs, so that a busy machine does not count. For each size: a whole solve at
1e-10 with set-up and certificate; one pass; the bare matrix products of a pass on the same arrays, which must read every
cell of three [s, n, i] matrices (and two of links) and so run at the bandwidth of the cache; the gradient of one welfare.
Then many scenarios side by side, and the plain nested loop of nested_loop.py on the same question in the same run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bench_solve import nafta, war
from nested_loop import solve_nested

from parley.trade.adjoint import gradient
from parley.trade.batch import solve_each
from parley.trade.closure import Closure
from parley.trade.models import read_model
from parley.trade.problem import prepare, wedges_of
from parley.trade.solve import balance, solve
from parley.world.read import read_world
from parley.world.world import World


def best(run: Callable[[], object], runs: int) -> float:
    """The least processor time of a call, milliseconds."""
    times = []
    for _ in range(runs + 1):
        began = time.thread_time()
        run()
        times.append(1000 * (time.thread_time() - began))
    return min(times[1:])


def products(world: World, K: np.ndarray, net: np.ndarray, links: bool) -> Callable[[], object]:
    """The matrix products of one pass, and nothing else."""
    N, S = len(world.countries), len(world.sectors)
    q, E, a, x = np.ones((S, N, 1)), np.ones((S, 1, N)), np.ones((N, S, S)), np.ones((N, S, 1))
    trade = lambda: (np.matmul(K, q), np.matmul(net, q), np.matmul(E, net))  # noqa: E731
    return (lambda: (trade(), np.matmul(a, x), np.matmul(a, x))) if links else trade


def report(name: str, world: World, t: np.ndarray, model: str, runs: int) -> float:
    """Print one line; gives the time of a solve."""
    asked = {"model": model, "deficits": "balanced"}
    problem = prepare(world, wedges_of(world, t), Closure("balanced"))
    iteration = read_model(model).Iteration(problem)
    x = iteration.start()
    eq = solve(world, t, **asked)
    whole, one = best(lambda: solve(world, t, **asked), runs), best(lambda: iteration.step(x), 10 * runs)
    bare = best(products(world, problem.K, problem.net, model == "caliendo_parro"), 10 * runs)
    slope, at_limit = best(lambda: gradient(eq, "USA"), runs), eq.passes * bare
    print(
        f"{name:<18} solve {whole:6.1f} ms  {eq.passes} passes  a pass {1000 * one:4.0f} µs, its products "
        f"{1000 * bare:4.0f} µs ({one / bare:.1f}×)  solve over products {whole / at_limit:.1f}×  gradient {slope:6.1f} ms "
        f"({slope / whole:.1f} solves)"
    )
    return whole


def many(base: World, t: np.ndarray, count: int) -> None:
    """Print the time of many scenarios one by one and side by side, for a thousand."""
    draw, off = np.random.default_rng(0), 1 - np.eye(len(base.countries))[:, :, None]
    rates = [t + off * draw.uniform(0, 0.5, t.shape) * (draw.random(t.shape) < 0.1) for _ in range(count)]
    asked = {"model": "caliendo_parro", "deficits": "balanced"}
    for how, run in (
        ("one by one", lambda: [solve(base, rate, **asked).passes for rate in rates]),
        ("side by side", lambda: [eq.passes for eq in solve_each(base, rates, **asked)]),
    ):
        print(f"1,000 scenarios of 31 × 40 with links, {how}: {best(run, 2) / count:6.1f} s (from {count})")


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--many", type=int, default=200)
    asked = parser.parse_args()
    plain, links = balance(read_world("oecd-2022")), read_world("oecd-2022", links=True)
    links = balance(links, model="caliendo_parro")
    report("81 × 28", plain, war(plain), "armington", asked.runs)
    report("81 × 28, profits", plain, war(plain), "krugman", asked.runs)
    report("81 × 28, links", links, war(links), "caliendo_parro", asked.runs)
    if not asked.shared.is_dir():
        print("no shared data: the 31 × 40 world and the nested loop are left out")
        return
    base, t = nafta(asked.shared)
    ours = report("31 × 40, links", base, t, "caliendo_parro", asked.runs)
    found = solve(base, t, model="caliendo_parro", deficits="balanced").welfare_hat
    for damping in (0.2, 0.4):
        theirs = best(lambda d=damping: solve_nested(base, t, 1e-10, d), 3)
        welfare, gap, steps = solve_nested(base, t, 1e-10, damping)
        print(
            f"nested loop, damping {damping}: {theirs:6.0f} ms, {steps} steps of wages, imbalance {gap:.0e}, welfare equal to "
            f"{np.abs(welfare - found).max():.0e}; {theirs / ours:.0f} times as long"
        )
    many(base, t, asked.many)


if __name__ == "__main__":
    main()
